#include "heap/graph/edges/edges.h"

#include "heap/v8/function/dispatch.h"
#include "heap/v8/object/object.h"
#include "heap/v8/object/survivors.h"

#include <stdlib.h>
#include <string.h>

static uint64_t load(const uint8_t *object, uint64_t word)
{
    uint64_t value;
    memcpy(&value, object + 8 * word, sizeof value);
    return value;
}

// --- the words of one object ---------------------------------------------------------------------

// Each takes words [from, end) and appends those that are pointers to `out`, which has room for
// all of them. Nothing is decided by jumps: every word is stored, and kept or not.
static size_t take_tagged(const uint8_t *object, uint64_t from, uint64_t end, uint64_t *out)
{
    size_t count = 0;
    for (uint64_t i = from; i < end; i++) {
        uint64_t word = load(object, i);
        out[count] = word;
        count += word & 1;
    }
    return count;
}

static size_t take_masked(const struct slot_plan *plan, const uint8_t *object, uint64_t from,
                          uint64_t end, uint64_t *out)
{
    size_t count = 0;
    uint64_t masked = end < SLOTS_WORDS ? end : SLOTS_WORDS, i = from;
    for (; i < masked; i++) {
        uint64_t word = load(object, i);
        out[count] = word | (plan->weak >> i & 1) << 1;
        count += word & ~(plan->raw >> i) & 1;
    }
    if (!plan->raw_tail)
        count += take_tagged(object, i, end, out + count);
    return count;
}

// The code of a function comes in place of the handle that leads to it.
static size_t take_function(const struct edges *edges, const struct edge_shape *shape,
                            const uint8_t *object, uint64_t from, uint64_t end, uint64_t *out)
{
    size_t count = 0;
    if (from <= SLOTS_DISPATCH && end > SLOTS_DISPATCH) {
        uint64_t code = v8_dispatch_code(edges->v8, shape->dispatch,
                                         (uint32_t)load(object, SLOTS_DISPATCH));
        out[count] = code;
        count += code & 1;
    }
    return count + take_masked(&shape->plan, object, from, end, out + count);
}

// Keys are undefined or the hole in empty entries: objects, but in read-only space.
static size_t take_ephemerons(const uint8_t *object, uint64_t from, uint64_t end, uint64_t *out)
{
    size_t count = 0;
    for (uint64_t i = from; i + 1 < end; i += 2) {
        uint64_t key = load(object, i), value = load(object, i + 1);
        if ((key & 1) == 0)
            continue;
        out[count++] = key | EDGE_WEAK;
        if ((value & 1) != 0)
            out[count++] = (value & ~3ull) | EDGE_EPHEMERON;
    }
    return count;
}

static size_t take_context(const struct slot_plan *plan, const uint8_t *object, uint64_t words,
                           uint64_t from, uint64_t end, uint64_t *out)
{
    uint64_t last = words - 1, weak = words - 1 > plan->weak_last ? last - plan->weak_last : 0;
    size_t count = 0;
    if (from < weak)
        count = take_tagged(object, from, end < weak ? end : weak, out);
    for (uint64_t i = from > weak ? from : weak; i < end && i < last; i++)
        if ((load(object, i) & 1) != 0)
            out[count++] = load(object, i) | EDGE_WEAK;
    return count;
}

// May code that was optimized for an object outlive it? src/objects/code-inl.h
// IsWeakObjectInOptimizedCode.
static bool weak_in_code(const struct edges *edges, uint64_t address)
{
    uint64_t available;
    const uint8_t *object = edges_bytes(edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(edges, object, address);
    if (shape == NULL)
        return false;
    return shape->receiver || shape->shape.type == ITYPE_MAP ||
           shape->shape.type == ITYPE_PROPERTY_CELL ||
           itype_is_context(&edges->v8->types, shape->shape.number);
}

// Immediate operands of instructions: pointers that begin at any byte of the words, and may end behind
// them, within the `words` of the object.
static size_t take_code(const struct edges *edges, const uint8_t *object, uint64_t words,
                        uint64_t from, uint64_t end, uint64_t *out)
{
    size_t count = 0;
    for (uint64_t at = 8 * from; at < 8 * end && at + 8 <= 8 * words; at++) {
        uint64_t word;
        memcpy(&word, object + at, sizeof word);
        if ((word & 3) == 1 && word >> 48 == 0 && index_id(edges->index, word - 1) != INDEX_NONE)
            out[count++] = weak_in_code(edges, word - 1) ? word | EDGE_WEAK : word;
    }
    return count;
}

static size_t take_bounded(const struct edge_shape *shape, const uint8_t *object, uint64_t words,
                           uint64_t from, uint64_t end, uint64_t *out)
{
    uint64_t first, last;
    size_t count = 0;
    v8_slots_bounds((enum itype)shape->shape.type, object, 8 * words, &first, &last);
    if (from == 0)
        count += take_tagged(object, 0, 1, out);
    if (from < first)
        from = first;
    if (last > end)
        last = end;
    return from < last ? count + take_tagged(object, from, last, out + count) : count;
}

// Words [from, end) of an object of `words` words.
static size_t take(const struct edges *edges, const struct edge_shape *shape,
                   const uint8_t *object, uint64_t words, uint64_t from, uint64_t end,
                   uint64_t *out)
{
    size_t count = 0;
    switch (shape->plan.form) {
    case SLOTS_TAGGED:
        return take_tagged(object, from, end, out);
    case SLOTS_MASKED:
        return take_masked(&shape->plan, object, from, end, out);
    case SLOTS_FUNCTION:
        return take_function(edges, shape, object, from, end, out);
    case SLOTS_EPHEMERON: {
        uint64_t first = end < SLOTS_EPHEMERONS_FIRST ? end : SLOTS_EPHEMERONS_FIRST;
        if (from < first)
            count = take_tagged(object, from, first, out);
        return count + take_ephemerons(object, from < first ? first : from, end, out + count);
    }
    case SLOTS_CONTEXT:
        return take_context(&shape->plan, object, words, from, end, out);
    case SLOTS_CODE: {
        uint64_t body = shape->plan.code_at / 8;
        if (from < body)
            count = take_masked(&shape->plan, object, from, end < body ? end : body, out);
        if (end > body)
            count += take_code(edges, object, words, from < body ? body : from, end,
                               out + count);
        return count;
    }
    case SLOTS_PREPARSE:
    case SLOTS_SMALL_TABLE:
        return take_bounded(shape, object, words, from, end, out);
    default:
        return from == 0 && end > 0 ? take_tagged(object, 0, 1, out) : 0;
    }
}

// How many words may be looked at with room for `room` pointers: code has up to eight in a word.
static uint64_t stop_of(const struct edge_shape *shape, uint64_t from, uint64_t words, size_t room)
{
    uint64_t at_once = room;
    if (shape->plan.form == SLOTS_CODE)
        at_once = room >= 8 ? room / 8 : 1;
    if (shape->plan.form == SLOTS_EPHEMERON && from >= SLOTS_EPHEMERONS_FIRST)
        at_once &= ~1ull;
    uint64_t stop = words - from < at_once ? words : from + at_once;
    // A first stretch of ephemerons ends between two pairs.
    if (shape->plan.form == SLOTS_EPHEMERON && stop > SLOTS_EPHEMERONS_FIRST && stop < words &&
        (stop - SLOTS_EPHEMERONS_FIRST) % 2 != 0)
        stop--;
    return stop;
}

static uint64_t words_of(const struct edges *edges, const struct edge_shape *shape,
                         const uint8_t *object, uint64_t available)
{
    uint64_t size = shape->fixed_size;
    if (shape->plan.form == SLOTS_NONE)
        return available >= 8 ? 1 : 0;
    if (size == 0 || size > available)
        size = v8_object_size(edges->v8, &shape->shape, object, available);
    return size / 8;
}

size_t edges_of_object(const struct edges *edges, const struct edge_shape *shape,
                       const uint8_t *object, uint64_t available, uint64_t *word, uint64_t *out,
                       size_t room)
{
    uint64_t words = words_of(edges, shape, object, available), from = *word;
    if (from >= words) {
        *word = UINT64_MAX;
        return 0;
    }
    uint64_t stop = stop_of(shape, from, words, room);
    *word = stop == words ? UINT64_MAX : stop;
    return take(edges, shape, object, words, from, stop, out);
}

const uint8_t *edges_bytes(const struct edges *edges, uint64_t address, uint64_t *available)
{
    size_t number = index_page_of(edges->index, address);
    if (number == SIZE_MAX)
        return NULL;
    const struct v8_page *page = &edges->v8->pages[number];
    if (address < page->start || address - page->start >= page->readable ||
        page->readable - (address - page->start) < 8)
        return NULL;
    *available = page->readable - (address - page->start);
    return page->bytes + (address - page->start);
}

const struct edge_shape *edges_shape_of(const struct edges *edges, const uint8_t *object,
                                        uint64_t address)
{
    uint64_t map = load(object, 0);
    return edges_shape(edges, map == address ? survivor_map_word(edges->v8, address) : map);
}

size_t edges_at(const struct edges *edges, uint64_t address, uint64_t *word, uint64_t *out,
                size_t room)
{
    uint64_t available;
    const uint8_t *object = edges_bytes(edges, address, &available);
    const struct edge_shape *shape = object == NULL ? NULL : edges_shape_of(edges, object, address);
    if (shape == NULL) {
        *word = UINT64_MAX;
        return 0;
    }
    return edges_of_object(edges, shape, object, available, word, out, room);
}

// Does a word of a batch lead to the object?
static bool leads_to(const struct edges *edges, uint64_t word, uint64_t address, uint32_t id)
{
    if ((word & ~(uint64_t)EDGE_STRENGTH) == address)
        return true;
    size_t page = index_page_of(edges->index, word);
    return page != SIZE_MAX && edges->moved[page] && edge_target(edges, word) == id;
}

uint64_t edges_words(const struct edges *edges, uint64_t address)
{
    uint64_t available;
    const uint8_t *object = edges_bytes(edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(edges, object, address);
    return shape == NULL ? 0 : words_of(edges, shape, object, available);
}

uint64_t edges_word(const struct edges *edges, uint64_t address, uint64_t word)
{
    uint64_t available, words[16];
    const uint8_t *object = edges_bytes(edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(edges, object, address);
    uint64_t count = shape == NULL ? 0 : words_of(edges, shape, object, available), at = word;
    bool pair = shape != NULL && shape->plan.form == SLOTS_EPHEMERON &&
                word >= SLOTS_EPHEMERONS_FIRST;
    if (word >= count)
        return 0;
    if (pair)
        at -= (word - SLOTS_EPHEMERONS_FIRST) % 2;
    size_t found = take(edges, shape, object, count, at, pair && at + 1 < count ? at + 2 : at + 1,
                        words);
    if (at == word)
        return found > 0 ? words[0] : 0;
    return found > 1 ? words[1] : 0;
}

uint64_t edges_find(const struct edges *edges, uint64_t address, uint64_t from, uint32_t target,
                    enum edge_strength strength)
{
    uint64_t available, words[8], wanted = edges_address(edges, target);
    const uint8_t *object = edges_bytes(edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(edges, object, address);
    uint64_t count = shape == NULL ? 0 : words_of(edges, shape, object, available);
    bool pairs = shape != NULL && shape->plan.form == SLOTS_EPHEMERON;
    while (from < count) {
        bool pair = pairs && from >= SLOTS_EPHEMERONS_FIRST;
        uint64_t at = pair ? from - (from - SLOTS_EPHEMERONS_FIRST) % 2 : from;
        uint64_t end = at + (pair ? 2 : 1);
        size_t found = take(edges, shape, object, count, at, end < count ? end : count, words);
        for (size_t i = 0; i < found; i++) {
            uint64_t word = pair && (words[i] & 3) == EDGE_EPHEMERON ? at + 1 : at;
            if (word >= from && (words[i] & 3) == strength &&
                leads_to(edges, words[i], wanted, target))
                return word;
        }
        from = end;
    }
    return UINT64_MAX;
}

// --- whole pages ---------------------------------------------------------------------------------

void edge_scan_begin(struct edge_scan *scan, const struct edges *edges, size_t page)
{
    const struct index_page *index = &edges->index->pages[page];
    *scan = (struct edge_scan){.edges = edges, .page = &edges->v8->pages[page], .index = index,
                               .next = index->first};
    if (index->bits != NULL)
        scan->bits = index->bits->starts[0];
}

// The address of the next object of the page; 0: there are no more.
static uint64_t next_object(struct edge_scan *scan)
{
    if (scan->next - scan->index->first >= scan->index->count)
        return 0;
    if (scan->index->bits == NULL)
        return scan->index->start;
    while (scan->bits == 0) {
        if (++scan->at >= INDEX_WORDS)
            return 0;
        scan->bits = scan->index->bits->starts[scan->at];
    }
    uint64_t at = 64 * scan->at + (uint64_t)__builtin_ctzll(scan->bits);
    scan->bits &= scan->bits - 1;
    return scan->index->base + 8 * at;
}

// Words of the object under way into the batch; its place in the batch is taken.
static void scan_object(struct edge_scan *scan, struct edge_batch *batch, size_t *used)
{
    const uint8_t *object = scan->page->bytes + (scan->address - scan->page->start);
    uint64_t available = scan->page->start + scan->page->readable - scan->address;
    uint64_t map = load(object, 0);
    if (scan->last == NULL || scan->last->word != map)
        scan->last = edges_shape_of(scan->edges, object, scan->address);
    if (scan->last == NULL)
        scan->word = UINT64_MAX;
    else
        *used += edges_of_object(scan->edges, scan->last, object, available, &scan->word,
                                 batch->words + *used, EDGE_BATCH_WORDS - *used);
    batch->ends[batch->count++] = (uint32_t)*used;
}

bool edge_scan_next(struct edge_scan *scan, struct edge_batch *batch)
{
    size_t used = 0;
    batch->count = 0;
    batch->first = scan->address != 0 ? scan->next - 1 : scan->next;
    while (batch->count < EDGE_BATCH_OBJECTS && EDGE_BATCH_WORDS - used >= 8) {
        if (scan->address == 0) {
            scan->address = next_object(scan);
            if (scan->address == 0)
                break;
            scan->word = 0;
            scan->next++;
        }
        scan_object(scan, batch, &used);
        if (scan->word != UINT64_MAX)
            break; // goes on in the next batch
        scan->address = 0;
    }
    return batch->count > 0;
}

uint32_t edge_target(const struct edges *edges, uint64_t word)
{
    uint64_t address = word & ~(uint64_t)EDGE_STRENGTH, available, copy;
    uint32_t id = index_id(edges->index, address);
    for (int i = 0; id == INDEX_NONE && i < 4; i++) { // moved, and perhaps moved again
        const uint8_t *object = edges_bytes(edges, address, &available);
        if (object == NULL)
            return INDEX_NONE;
        copy = load(object, 0);
        if (copy == 0 || (copy & 7) != 0)
            return INDEX_NONE;
        address = copy;
        id = index_id(edges->index, address);
    }
    return id;
}

// --- shapes --------------------------------------------------------------------------------------

static void add_shape(struct edges *edges, const struct v8_shape *shape)
{
    uint64_t word = shape->map | V8_TAG;
    size_t at = (size_t)(word * 0x9e3779b97f4a7c15ull >> 32) & edges->mask;
    while (edges->shapes[at].word != 0) {
        if (edges->shapes[at].word == word)
            return; // seen in another isolate
        at = (at + 1) & edges->mask;
    }
    struct edge_shape *slot = &edges->shapes[at];
    slot->word = word;
    slot->map_id = index_id(edges->index, shape->map);
    slot->shape = *shape;
    slot->fixed_size = (uint32_t)shape->fixed_size;
    slot->receiver = itype_is_js_receiver(&edges->v8->types, shape->number) &&
                     shape->type != ITYPE_JS_PROXY && shape->type != ITYPE_WASM_STRUCT &&
                     shape->type != ITYPE_WASM_ARRAY;
    v8_slots(edges->v8, shape, &slot->plan);
}

// The dispatch table of an isolate, by the handles of one function a shape; 0: there is none. Up to V8 13 all
// isolates share one. `*lost`: there are handles that no table was found for.
static uint64_t find_dispatch(const struct v8 *v8, const struct walk_count *counts, size_t count,
                              uint16_t isolate, bool *lost)
{
    struct dispatch_probe probes[64];
    size_t found = 0;
    for (size_t i = 0; i < count && found < sizeof probes / sizeof *probes; i++) {
        struct v8_object function;
        if (counts[i].isolate == isolate &&
            itype_is_js_function(&v8->types, counts[i].shape.number) &&
            v8_object_at(v8, counts[i].example, &function))
            found += v8_dispatch_probe(v8, &function, &probes[found]);
    }
    uint64_t table = v8_dispatch_find(v8, probes, found);
    *lost = found > 0 && table == 0;
    return table;
}

// Functions of a shape are of one isolate: shapes of functions belong to a context.
static void find_dispatches(struct edges *edges, const struct walk_count *counts, size_t count)
{
    for (size_t isolate = 0; isolate < edges->v8->isolate_count; isolate++) {
        bool lost;
        uint64_t table = find_dispatch(edges->v8, counts, count, (uint16_t)isolate, &lost);
        edges->lost_dispatch += lost;
        for (size_t i = 0; i < count; i++) {
            struct edge_shape *shape =
                counts[i].isolate == isolate && counts[i].shape.map != 0
                    ? (struct edge_shape *)(uintptr_t)edges_shape(edges, counts[i].shape.map | V8_TAG)
                    : NULL;
            if (shape != NULL && shape->plan.form == SLOTS_FUNCTION)
                shape->dispatch = table;
        }
    }
}

static bool index_blocks(struct edges *edges)
{
    const struct object_index *index = edges->index;
    size_t blocks = index->count / EDGE_BLOCK + 1, next = 0;
    edges->page_of_block = calloc(blocks, sizeof *edges->page_of_block);
    if (edges->page_of_block == NULL)
        return false;
    for (size_t i = 0; i < index->page_count; i++)
        for (uint64_t end = (uint64_t)index->pages[i].first + index->pages[i].count;
             next < blocks && next * EDGE_BLOCK < end; next++)
            edges->page_of_block[next] = (uint32_t)i;
    return true;
}

static bool note_moved(struct edges *edges, struct walk *walk)
{
    const struct v8 *v8 = edges->v8;
    edges->moved = calloc(v8->page_count + 1, sizeof *edges->moved);
    if (edges->moved == NULL)
        return false;
    for (size_t i = 0; i < v8->page_count; i++)
        edges->moved[i] =
            v8->pages[i].state == PAGE_FREE || walk_pages(walk)[i].forwarded_bytes > 0;
    return true;
}

bool edges_create(const struct v8 *v8, const struct object_index *index, struct walk *walk,
                  struct edges **ret)
{
    struct walk_count *counts;
    size_t count, size = 64;
    struct edges *edges = calloc(1, sizeof *edges);
    if (edges == NULL || !walk_shapes(walk, &counts, &count)) {
        free(edges);
        return false;
    }
    *edges = (struct edges){.v8 = v8, .index = index};
    while (size < 2 * count)
        size *= 2;
    edges->mask = size - 1;
    edges->shapes = calloc(size, sizeof *edges->shapes);
    for (size_t i = 0; i < count && edges->shapes != NULL; i++)
        add_shape(edges, &counts[i].shape);
    if (edges->shapes != NULL)
        find_dispatches(edges, counts, count);
    free(counts);
    if (edges->shapes == NULL || !index_blocks(edges) || !note_moved(edges, walk)) {
        edges_destroy(edges);
        return false;
    }
    *ret = edges;
    return true;
}

void edges_destroy(struct edges *edges)
{
    if (edges == NULL)
        return;
    free(edges->shapes);
    free(edges->page_of_block);
    free(edges->moved);
    free(edges);
}

uint64_t edges_address(const struct edges *edges, uint32_t id)
{
    const struct index_page *page =
        &edges->index->pages[edges->page_of_block[id / EDGE_BLOCK]];
    while (id - page->first >= page->count)
        page++;
    return index_page_object(page, id - page->first);
}
