#include "heap/graph/edges/shortcuts.h"

#include "heap/array.h"
#include "heap/v8/object/object.h"

#include <stdlib.h>

enum { // src/objects/map.h, js-objects.h, descriptor-array.h, ...; the same in all lines
    MAP_BIT_FIELD = 14,
    MAP_HAS_PROTOTYPE_SLOT = 1 << 7,
    MAP_BIT_FIELD2 = 15,
    MAP_BIT_FIELD3 = 16,
    MAP_DICTIONARY = 1 << 21,
    MAP_OWN_SHIFT = 10,
    MAP_OWN_MASK = 0x3ff,
    MAP_PROTOTYPE = 24,
    MAP_DESCRIPTORS = 40,
    DESCRIPTOR_SIZE = 24,
    DETAILS_ACCESSOR = 1,
    PAIR_GETTER = 8,
    PAIR_SETTER = 16,
    ARRAY_LENGTH = 24,
    FUNCTION_PROTOTYPE = 56,
    BOUND_ARGUMENTS = 40,
    CELL_VALUE = 24,
    PACKED_ELEMENTS = 2,       // src/objects/elements-kind.h; sealed and frozen ones do not count
    HOLEY_ELEMENTS = 3,
    STORE_FIRST_WORD = 2,      // of a FixedArray or PropertyArray
    TABLE_FIRST_WORD = 5,      // of a dictionary: behind length, elements, deleted, capacity
    NUMBER_DICTIONARY_PREFIX = 1,
    GLOBAL_DICTIONARY_PREFIX = 2,
    ENTRY_WORDS = 3,
};

enum { // parts of an object
    PART_PROPERTIES,
    PART_ELEMENTS,
    PART_OWN,
    PART_COUNT
};

static uint64_t load(const uint8_t *object, uint64_t available, uint64_t offset)
{
    uint64_t word = 0;
    if (available >= 8 && offset <= available - 8)
        memcpy(&word, object + offset, sizeof word);
    return word;
}

// --- shapes --------------------------------------------------------------------------------------

struct words {
    uint64_t *items;
    size_t count, capacity;
};

static bool add(struct words *words, uint64_t word)
{
    if (!v8_is_strong(word))
        return true;
    if (!array_reserve(&words->items, words->count, &words->capacity, sizeof *words->items))
        return false;
    words->items[words->count++] = word;
    return true;
}

static bool add_accessor(const struct v8 *v8, struct words *words, uint64_t word)
{
    struct v8_object pair;
    if (!v8_object_of(v8, word, &pair) || pair.shape.type != ITYPE_ACCESSOR_PAIR)
        return true;
    return add(words, word) && add(words, v8_word(&pair, PAIR_GETTER)) &&
           add(words, v8_word(&pair, PAIR_SETTER));
}

// Accessors and constants that the descriptors themselves hold.
static bool add_descriptors(const struct v8 *v8, const struct v8_object *map, struct words *words)
{
    struct v8_object table;
    uint32_t bits = v8_u32(map, MAP_BIT_FIELD3);
    if ((bits & MAP_DICTIONARY) != 0 || !v8_object_of(v8, v8_word(map, MAP_DESCRIPTORS), &table))
        return true;
    uint32_t own = bits >> MAP_OWN_SHIFT & MAP_OWN_MASK;
    for (uint32_t i = 0; i < own; i++) {
        uint64_t at = v8->layout->descriptors_header + (uint64_t)DESCRIPTOR_SIZE * i;
        uint32_t details = (uint32_t)v8_smi(v8_word(&table, at + 8));
        uint64_t value = v8_word(&table, at + 16);
        if ((details >> v8->layout->prop_location_shift & 1) == 0)
            continue;
        if (!((details & DETAILS_ACCESSOR) != 0 ? add_accessor(v8, words, value)
                                                : add(words, value)))
            return false;
    }
    return true;
}

static bool read_shape(struct shortcuts *shortcuts, size_t number, struct words *words)
{
    const struct v8 *v8 = shortcuts->edges->v8;
    const struct edge_shape *shape = &shortcuts->edges->shapes[number];
    struct shortcut_shape *entry = &shortcuts->shapes[number];
    struct v8_object map;
    entry->first = (uint32_t)words->count;
    if (!shape->receiver || !v8_object_at(v8, shape->shape.map, &map))
        return true;
    unsigned kind = (v8_u8(&map, MAP_BIT_FIELD2) & v8->layout->elements_kind_mask) >>
                    v8->layout->elements_kind_shift;
    entry->receiver = true;
    entry->elements = kind == PACKED_ELEMENTS || kind == HOLEY_ELEMENTS ||
                      kind == v8->layout->elements_dictionary;
    entry->prototype = itype_is_js_function(&v8->types, shape->shape.number) &&
                       (v8_u8(&map, MAP_BIT_FIELD) & MAP_HAS_PROTOTYPE_SLOT) != 0;
    entry->bound = shape->shape.type == ITYPE_JS_BOUND_FUNCTION;
    bool done = add(words, v8_word(&map, MAP_PROTOTYPE)) && add_descriptors(v8, &map, words);
    entry->count = (uint32_t)words->count - entry->first;
    return done;
}

bool shortcuts_create(const struct edges *edges, struct shortcuts **ret)
{
    struct shortcuts *shortcuts = calloc(1, sizeof *shortcuts);
    struct words words = {0};
    if (shortcuts == NULL)
        return false;
    shortcuts->edges = edges;
    shortcuts->shapes = calloc(edges->mask + 1, sizeof *shortcuts->shapes);
    bool done = shortcuts->shapes != NULL;
    for (size_t i = 0; i <= edges->mask && done; i++)
        if (edges->shapes[i].word != 0)
            done = read_shape(shortcuts, i, &words);
    shortcuts->words = words.items;
    shortcuts->word_count = words.count;
    if (done)
        *ret = shortcuts;
    else
        shortcuts_destroy(shortcuts);
    return done;
}

void shortcuts_destroy(struct shortcuts *shortcuts)
{
    if (shortcuts == NULL)
        return;
    free(shortcuts->shapes);
    free(shortcuts->words);
    free(shortcuts);
}

// --- objects -------------------------------------------------------------------------------------

// The value of a property in a dictionary; of an accessor also its functions.
static size_t take_value(const struct edges *edges, uint64_t word, uint64_t *out)
{
    uint64_t available;
    size_t count = 0;
    if (!v8_is_strong(word))
        return 0;
    out[count++] = word;
    const uint8_t *object = edges_bytes(edges, v8_untag(word), &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(edges, object, v8_untag(word));
    if (shape == NULL || shape->shape.type != ITYPE_ACCESSOR_PAIR)
        return shape != NULL && shape->shape.type == ITYPE_ACCESSOR_INFO ? 0 : count;
    for (unsigned at = PAIR_GETTER; at <= PAIR_SETTER; at += 8)
        if (v8_is_strong(load(object, available, at)))
            out[count++] = load(object, available, at);
    return count;
}

// The value in a global object's PropertyCell.
static size_t take_cell(const struct edges *edges, uint64_t word, uint64_t *out)
{
    uint64_t available;
    if (!v8_is_strong(word))
        return 0;
    const uint8_t *cell = edges_bytes(edges, v8_untag(word), &available);
    const struct edge_shape *shape =
        cell == NULL ? NULL : edges_shape_of(edges, cell, v8_untag(word));
    if (shape == NULL || shape->shape.type != ITYPE_PROPERTY_CELL)
        return 0;
    return take_value(edges, load(cell, available, CELL_VALUE), out);
}

// Words of a store from word `*at` on; `*at` is UINT64_MAX at the end.
static size_t take_store(const struct edges *edges, const struct edge_shape *shape,
                         const uint8_t *store, uint64_t words, uint64_t *at, uint64_t *out,
                         size_t room)
{
    size_t count = 0;
    unsigned prefix = edges->v8->layout->name_dictionary_prefix;
    bool global = shape->shape.type == ITYPE_GLOBAL_DICTIONARY;
    uint64_t first = STORE_FIRST_WORD, step = 1, from = *at;
    if (global)
        first = TABLE_FIRST_WORD + GLOBAL_DICTIONARY_PREFIX;
    else if (shape->shape.type == ITYPE_NAME_DICTIONARY)
        first = TABLE_FIRST_WORD + prefix;
    else if (shape->shape.type == ITYPE_NUMBER_DICTIONARY)
        first = TABLE_FIRST_WORD + NUMBER_DICTIONARY_PREFIX;
    if (first > STORE_FIRST_WORD && !global) { // key, value, details
        first++;
        step = ENTRY_WORDS;
    }
    from = from < first ? first : from;
    for (; from < words && room - count >= 3; from += step) {
        uint64_t word;
        memcpy(&word, store + 8 * from, sizeof word);
        if (global)
            count += take_cell(edges, word, out + count);
        else if (step > 1)
            count += take_value(edges, word, out + count);
        else if (v8_is_strong(word))
            out[count++] = word;
    }
    *at = from < words ? from : UINT64_MAX;
    return count;
}

static bool is_store(enum itype type)
{
    switch (type) {
    case ITYPE_FIXED_ARRAY:
    case ITYPE_PROPERTY_ARRAY:
    case ITYPE_NAME_DICTIONARY:
    case ITYPE_GLOBAL_DICTIONARY:
    case ITYPE_NUMBER_DICTIONARY:
        return true;
    default:
        return false;
    }
}

// `limit`: words of a FixedArray that count.
static size_t take_part(const struct edges *edges, uint64_t word, uint64_t limit, uint64_t *at,
                        uint64_t *out, size_t room)
{
    uint64_t available;
    const uint8_t *store =
        v8_is_strong(word) ? edges_bytes(edges, v8_untag(word), &available) : NULL;
    const struct edge_shape *shape =
        store == NULL ? NULL : edges_shape_of(edges, store, v8_untag(word));
    if (shape == NULL || !is_store((enum itype)shape->shape.type)) {
        *at = UINT64_MAX;
        return 0;
    }
    uint64_t words = v8_object_size(edges->v8, &shape->shape, store, available) / 8;
    if (shape->shape.type == ITYPE_FIXED_ARRAY && words > limit)
        words = limit;
    return take_store(edges, shape, store, words, at, out, room);
}

// Words of the elements of an object that belong to it: an array may be shorter than its store.
static uint64_t elements_limit(const struct edge_shape *shape, const uint8_t *object,
                               uint64_t available)
{
    uint64_t length = load(object, available, ARRAY_LENGTH);
    if (shape->shape.type != ITYPE_JS_ARRAY || !v8_is_smi(length) || v8_smi(length) < 0)
        return UINT64_MAX;
    return STORE_FIRST_WORD + (uint64_t)v8_smi(length);
}

// The object that `prototype` of a function is.
static size_t take_prototype(const struct edges *edges, uint64_t word, uint64_t *out)
{
    uint64_t available;
    const uint8_t *map =
        v8_is_strong(word) ? edges_bytes(edges, v8_untag(word), &available) : NULL;
    const struct edge_shape *shape =
        map == NULL ? NULL : edges_shape_of(edges, map, v8_untag(word));
    if (shape == NULL || shape->shape.type != ITYPE_MAP)
        return 0;
    out[0] = load(map, available, MAP_PROTOTYPE);
    return v8_is_strong(out[0]);
}

size_t shortcuts_of(const struct shortcuts *shortcuts, const struct edge_shape *shape,
                    const uint8_t *object, uint64_t available, struct shortcut_cursor *cursor,
                    uint64_t *out, size_t room)
{
    const struct shortcut_shape *entry = shortcuts_shape(shortcuts, shape);
    const struct edges *edges = shortcuts->edges;
    size_t count = 0;
    if (!entry->receiver)
        cursor->part = PART_COUNT;
    while (cursor->part < PART_OWN && room - count >= 8) {
        bool wanted = cursor->part == PART_PROPERTIES || entry->elements;
        uint64_t word = load(object, available, 8 + 8 * cursor->part);
        if (wanted)
            count += take_part(edges, word, elements_limit(shape, object, available),
                               &cursor->word, out + count, room - count);
        if (!wanted || cursor->word == UINT64_MAX) {
            cursor->word = 0;
            cursor->part++;
        }
    }
    if (cursor->part == PART_OWN && room - count >= 8) {
        if (entry->prototype)
            count += take_prototype(edges, load(object, available, FUNCTION_PROTOTYPE),
                                    out + count);
        cursor->word = entry->bound ? cursor->word : UINT64_MAX;
        if (entry->bound)
            count += take_part(edges, load(object, available, BOUND_ARGUMENTS), UINT64_MAX,
                               &cursor->word, out + count, room - count);
        if (cursor->word == UINT64_MAX)
            cursor->part++;
    }
    cursor->done = cursor->part >= PART_COUNT;
    return count;
}
