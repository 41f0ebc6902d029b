#include "heap/v8/string/string_reader.h"

#include "heap/v8/string/string_starts.h"

enum { // src/objects/string.h, the same in all supported versions
    STRING_LENGTH = 12,
    STRING_DATA = 16,
    CONS_FIRST = 16,
    CONS_SECOND = 24,
    SLICED_PARENT = 16,
    SLICED_OFFSET = 24,
    THIN_ACTUAL = 16,
    EXTERNAL_RESOURCE = 16,
    EXTERNAL_DATA = 24,
    REPRESENTATION = 7, // bits of the instance type, src/objects/instance-type.h
    ONE_BYTE = 8,
    UNCACHED = 16,
    UNWRAP_MAX = 64, // V8 makes no chain of sliced and thin strings longer than 3
    RESOURCE_WORDS = 6,
};

static enum v8_string_kind kind_of(const struct v8_string_node *node)
{
    return (enum v8_string_kind)(node->number & REPRESENTATION);
}

static bool is_cons(const struct v8_string_node *node)
{
    return kind_of(node) == STRING_CONS;
}

static uint64_t word_at(const struct v8_string_node *node, size_t offset)
{
    uint64_t word;
    memcpy(&word, node->bytes + offset, sizeof word);
    return word;
}

// --- nodes ---------------------------------------------------------------------------------------

static bool find_bytes(struct v8_string_reader *reader, uint64_t address,
                       struct v8_string_node *ret)
{
    const struct v8_page *page = reader->cache.page;
    if ((address & 7) != 0)
        return false;
    if (page == NULL || address - page->start >= page->readable) {
        page = v8_page_at(reader->v8, address);
        if (page == NULL || address < page->start || address - page->start >= page->readable)
            return false;
        reader->cache.page = page;
    }
    ret->address = address;
    ret->bytes = page->bytes + (address - page->start);
    ret->readable = page->readable - (address - page->start);
    return ret->readable >= STRING_DATA;
}

static bool number_of_map(struct v8_string_reader *reader, uint64_t map, uint16_t *ret)
{
    struct v8_shape shape;
    size_t slot = (map * 0x9e3779b97f4a7c15) >> 32 & (STRING_MAPS - 1);
    if (map != reader->cache.maps[slot].map) {
        if (!v8_is_strong(map) || !v8_shape_read(reader->v8, v8_untag(map), &shape))
            return false;
        reader->cache.maps[slot].map = map;
        reader->cache.maps[slot].number = shape.number;
    }
    *ret = reader->cache.maps[slot].number;
    return true;
}

// Are the words behind the length readable that this kind of string has?
static bool has_fields(const struct v8_string_node *node)
{
    switch (kind_of(node)) {
    case STRING_SEQUENTIAL:
        return true;
    case STRING_THIN:
        return node->readable >= THIN_ACTUAL + 8;
    case STRING_EXTERNAL:
        return node->readable >= (node->number & UNCACHED ? EXTERNAL_RESOURCE : EXTERNAL_DATA) + 8;
    default:
        return node->readable >= CONS_SECOND + 8;
    }
}

static bool node_of(struct v8_string_reader *reader, uint64_t tagged, struct v8_string_node *ret)
{
    if (!v8_is_strong(tagged) || !find_bytes(reader, v8_untag(tagged), ret))
        return false;
    uint64_t map = word_at(ret, 0);
    if (map != 0 && (map & 7) == 0) { // it was moved there by the collection under way
        if (!find_bytes(reader, map, ret))
            return false;
        map = word_at(ret, 0);
    }
    if (!number_of_map(reader, map, &ret->number) ||
        !itype_is_string(&reader->v8->types, ret->number))
        return false;
    memcpy(&ret->length, ret->bytes + STRING_LENGTH, sizeof ret->length);
    return has_fields(ret);
}

// --- where reading goes on -----------------------------------------------------------------------

// Marks lie `stride` turns apart; when they do not fit any more, every other one goes.
static void thin_out_marks(struct v8_string_reader *reader)
{
    for (uint32_t i = 0; i < STRING_MARKS / 2; i++)
        reader->marks[i] = reader->marks[2 * i];
    reader->mark_count = STRING_MARKS / 2;
    reader->stride *= 2;
}

static void push_turn(struct v8_string_reader *reader, const struct v8_string_turn *turn)
{
    reader->recent[reader->recent_next++ % STRING_RECENT] = *turn;
    if (reader->recent_count < STRING_RECENT)
        reader->recent_count++;
    if ((turn->depth & (reader->stride - 1)) != 0) // a power of two; a division a turn would tell
        return;
    if (reader->mark_count == STRING_MARKS)
        thin_out_marks(reader);
    if ((turn->depth & (reader->stride - 1)) == 0)
        reader->marks[reader->mark_count++] = *turn;
}

// The innermost remembered node whose second half is still to come, or NULL.
static const struct v8_string_turn *last_turn(const struct v8_string_reader *reader)
{
    if (reader->recent_count > 0)
        return &reader->recent[(reader->recent_next - 1) % STRING_RECENT];
    return reader->mark_count > 0 ? &reader->marks[reader->mark_count - 1] : NULL;
}

// Forget the nodes whose second half begins before `position`.
static void drop_turns(struct v8_string_reader *reader, uint64_t position)
{
    while (reader->recent_count > 0 &&
           reader->recent[(reader->recent_next - 1) % STRING_RECENT].middle < position) {
        reader->recent_next--;
        reader->recent_count--;
    }
    while (reader->mark_count > 0 && reader->marks[reader->mark_count - 1].middle < position)
        reader->mark_count--;
}

// --- down the tree -------------------------------------------------------------------------------

struct descent {
    struct v8_string_node node;
    uint32_t start; // position of the node's first code unit
    uint32_t depth; // turns taken above it
};

// One step towards the reader's position. `again` says that this node is remembered already.
static bool step_down(struct v8_string_reader *reader, struct descent *at, bool again)
{
    struct v8_string_node child;
    if (!node_of(reader, word_at(&at->node, CONS_FIRST), &child) ||
        child.length > at->node.length || (is_cons(&child) && child.length == at->node.length))
        return false;
    uint32_t rest = at->node.length - child.length;
    if (reader->position - at->start < child.length) {
        struct v8_string_turn turn = {.address = at->node.address, .start = at->start,
                                      .middle = at->start + child.length, .depth = at->depth};
        if (!again && rest > 0)
            push_turn(reader, &turn);
        at->depth++;
    } else {
        at->start += child.length;
        bool first_empty = child.length == 0;
        if (!node_of(reader, word_at(&at->node, CONS_SECOND), &child) || child.length != rest ||
            (is_cons(&child) && first_empty))
            return false;
    }
    at->node = child;
    return true;
}

// Find the leaf that holds the reader's position.
static bool descend(struct v8_string_reader *reader, struct descent *ret)
{
    drop_turns(reader, reader->position);
    const struct v8_string_turn *turn = last_turn(reader);
    ret->node = reader->root;
    ret->start = ret->depth = 0;
    if (turn != NULL) {
        ret->start = turn->start;
        ret->depth = turn->depth;
        if (!node_of(reader, turn->address | V8_TAG, &ret->node))
            return false;
    }
    for (bool again = turn != NULL; is_cons(&ret->node); again = false) {
        if (!step_down(reader, ret, again))
            return false;
        if (again)
            drop_turns(reader, (uint64_t)reader->position + 1);
    }
    return true;
}

// --- beginnings ----------------------------------------------------------------------------------

// The first half, when it alone has all the characters a beginning needs. What is wrong with a node
// is for the reader to find.
static bool first_half(struct v8_string_reader *reader, const struct v8_string_node *node,
                       struct v8_string_node *ret)
{
    return node_of(reader, word_at(node, CONS_FIRST), ret) && is_cons(ret) &&
           ret->length >= STRING_START_UNITS && ret->length < node->length;
}

// Read a beginning from the node of the leftmost path that is just large enough: string_starts.h.
static void start_low(struct v8_string_reader *reader)
{
    struct string_starts *starts = reader->v8->string_starts;
    struct v8_string_node at = reader->root, child;
    struct string_way way;
    uint64_t start;
    bool ask = true, known = false;
    string_way_begin(&way, at.address);
    while (!known && !(ask && (known = string_starts_know(starts, at.address, &start))) &&
           first_half(reader, &at, &child)) {
        at = child;
        ask = string_way_pass(&way, at.address);
    }
    if (known && !node_of(reader, start | V8_TAG, &at))
        return;
    string_starts_learn(starts, &way, at.address);
    reader->root = at;
}

// --- leaves --------------------------------------------------------------------------------------

// Uncached external strings have no pointer to their characters; those are for the resource object
// to tell. The classes of Node.js (ExternString in src/string_bytes.cc, StaticExternalByteResource
// in src/util.cc) and of V8 keep pointer and length next to each other, behind the vtable.
static uint64_t ask_resource(const struct v8 *v8, const struct v8_string_node *node)
{
    uint64_t words[RESOURCE_WORDS], size, available;
    if (memory_read(v8->memory, word_at(node, EXTERNAL_RESOURCE), words, sizeof words, NULL) !=
        MEM_OK)
        return 0;
    size = (uint64_t)node->length << !(node->number & ONE_BYTE);
    for (int i = 1; i + 1 < RESOURCE_WORDS; i++)
        if (words[i + 1] == node->length && memory_view(v8->memory, words[i], &available) != NULL &&
            available >= size)
            return words[i];
    return 0;
}

static uint64_t external_data(const struct v8 *v8, const struct v8_string_node *node)
{
    return node->number & UNCACHED ? ask_resource(v8, node) : word_at(node, EXTERNAL_DATA);
}

// Characters of a leaf from `offset` on: `*bytes` and how many units of them can be read.
static bool leaf_units(const struct v8 *v8, const struct v8_string_node *leaf, uint32_t offset,
                       struct v8_string_chunk *ret)
{
    unsigned shift = (leaf->number & ONE_BYTE) == 0;
    uint64_t skip = (uint64_t)offset << shift, size;
    ret->two_byte = shift != 0;
    if (kind_of(leaf) == STRING_EXTERNAL) {
        uint64_t data = external_data(v8, leaf);
        ret->bytes = data != 0 && data < UINT64_MAX - skip
                         ? memory_view(v8->memory, data + skip, &size)
                         : NULL;
        if (ret->bytes == NULL)
            return false;
    } else {
        if (leaf->readable < STRING_DATA + skip)
            return false;
        ret->bytes = leaf->bytes + STRING_DATA + skip;
        size = leaf->readable - STRING_DATA - skip;
    }
    size >>= shift;
    if (size > leaf->length - offset)
        size = leaf->length - offset;
    ret->units = (uint32_t)size;
    return size > 0;
}

// From a leaf of the tree to the string whose characters it has; `*offset` in it.
static bool unwrap(struct v8_string_reader *reader, struct v8_string_node *node, uint32_t *offset)
{
    for (int i = 0; i < UNWRAP_MAX; i++) {
        uint64_t target, skip = 0;
        switch (kind_of(node)) {
        case STRING_SEQUENTIAL:
        case STRING_EXTERNAL:
            return *offset < node->length;
        case STRING_SLICED:
            target = word_at(node, SLICED_PARENT);
            skip = (uint32_t)v8_smi(word_at(node, SLICED_OFFSET));
            break;
        case STRING_THIN:
            target = word_at(node, THIN_ACTUAL);
            break;
        default:
            return false;
        }
        uint64_t end = skip + node->length;
        if (!node_of(reader, target, node) || end > node->length)
            return false;
        *offset += (uint32_t)skip;
    }
    return false;
}

void v8_string_read(struct v8_string_reader *reader, const struct v8 *v8,
                    const struct v8_string *string, uint32_t first, uint32_t end)
{
    reader->v8 = v8;
    memset(&reader->cache, 0, sizeof reader->cache);
    reader->root = (struct v8_string_node){
        .address = string->object.address, .bytes = string->object.bytes,
        .readable = string->object.size, .length = string->length,
        .number = string->object.shape.number};
    reader->end = end < string->length ? end : string->length;
    reader->position = first < reader->end ? first : reader->end;
    reader->damaged = !has_fields(&reader->root);
    reader->stride = 1;
    reader->mark_count = reader->recent_count = reader->recent_next = 0;
    if (!reader->damaged && reader->end <= STRING_START_UNITS && is_cons(&reader->root) &&
        reader->root.length > STRING_START_UNITS)
        start_low(reader);
}

bool v8_string_next(struct v8_string_reader *reader, struct v8_string_chunk *ret)
{
    struct descent at;
    if (reader->position >= reader->end || reader->damaged)
        return false;
    reader->damaged = true;
    if (!descend(reader, &at))
        return false;
    uint32_t offset = reader->position - at.start, left = at.node.length - offset;
    if (!unwrap(reader, &at.node, &offset) ||
        !leaf_units(reader->v8, &at.node, offset, ret))
        return false;
    if (ret->units > left)
        ret->units = left;
    if (ret->units > reader->end - reader->position)
        ret->units = reader->end - reader->position;
    ret->first = reader->position;
    reader->position += ret->units;
    reader->damaged = false;
    return true;
}
