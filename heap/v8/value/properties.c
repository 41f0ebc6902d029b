#include "heap/v8/value/properties.h"

#include "heap/v8/string/string.h"

#include <stdio.h>
#include <stdlib.h>

enum { // src/objects/map.h, the same in all supported versions
    MAP_SIZE_IN_WORDS = 8,
    MAP_INOBJECT_START = 9,
    MAP_BIT_FIELD3 = 16,
    MAP_DESCRIPTORS = 40,
    MAP_LAYOUT_DESCRIPTOR = 48, // 7.8
    OWN_DESCRIPTORS_SHIFT = 10,
    OWN_DESCRIPTORS_MASK = 0x3ff,
    DICTIONARY_MAP = 1 << 21,
};

enum { // src/objects/js-objects.h, descriptor-array.h, property-array.h
    OBJECT_PROPERTIES = 8,
    DESCRIPTORS_ALL = 8, // i16 number_of_all_descriptors
    DESCRIPTOR_SIZE = 24,
    DESCRIPTOR_DETAILS = 8,
    DESCRIPTOR_VALUE = 16,
    ARRAY_LENGTH = 8,
    ARRAY_LENGTH_MASK = 0x3ff, // the identity hash is above
    ARRAY_FIRST = 16,
};

enum { // src/objects/property-details.h
    DETAILS_ACCESSOR = 1,
    DETAILS_REPRESENTATION_SHIFT = 6,
    DETAILS_FIELD_SHIFT = 19,
    DETAILS_FIELD_MASK = 0x3ff,
    DETAILS_ORDER_SHIFT = 8, // of dictionaries: the enumeration index
    ORDER_BITS = 24,
};

enum { // src/objects/hash-table.h, dictionary.h, property-cell.h
    TABLE_CAPACITY = 32,
    TABLE_PREFIX = 40,
    GLOBAL_PREFIX = 2, // GlobalDictionaryShape::kPrefixSize; NameDictionary's has grown
    ENTRY_SIZE = 24,
    ENTRY_VALUE = 8,
    ENTRY_DETAILS = 16,
    GLOBAL_ENTRY_SIZE = 8,
    CELL_NAME = 8,
    CELL_DETAILS = 16,
    CELL_VALUE = 24,
    PROBES_MAX = 4096, // tables are at most two thirds full: only damage makes it longer
    ODDBALL_KIND = 40,
    ODDBALL_HOLE = 2, // src/objects/oddball.h kTheHole
};

enum { // src/objects/name.h
    NAME_HASH = 8,
    SYMBOL_FLAGS = 12,
    SYMBOL_DESCRIPTION = 16,
};

// --- opening -------------------------------------------------------------------------------------

static uint32_t smaller(uint64_t a, uint64_t b)
{
    return (uint32_t)(a < b ? a : b);
}

static bool open_descriptors(struct v8_properties *list, const struct v8_object *map,
                             uint32_t bits3)
{
    if (!v8_object_of(list->v8, v8_word(map, MAP_DESCRIPTORS), &list->table) ||
        (list->table.shape.type != ITYPE_DESCRIPTOR_ARRAY &&
         list->table.shape.type != ITYPE_STRONG_DESCRIPTOR_ARRAY))
        return false;
    uint32_t header = list->v8->layout->descriptors_header;
    uint32_t own = bits3 >> OWN_DESCRIPTORS_SHIFT & OWN_DESCRIPTORS_MASK;
    uint32_t all = v8_u16(&list->table, DESCRIPTORS_ALL);
    uint64_t room = list->table.size > header ? (list->table.size - header) / DESCRIPTOR_SIZE : 0;
    list->store = PROPERTIES_DESCRIPTORS;
    list->first_entry = header;
    list->count = list->entries = smaller(smaller(own, all), room);
    list->inobject_at = 8u * v8_u8(map, MAP_INOBJECT_START);
    uint32_t size = 8u * v8_u8(map, MAP_SIZE_IN_WORDS);
    list->inobject = size > list->inobject_at ? (size - list->inobject_at) / 8 : 0;
    if (list->v8->layout->unboxed_doubles)
        list->layout_descriptor = v8_word(map, MAP_LAYOUT_DESCRIPTOR);
    return true;
}

static bool open_map(struct v8_properties *list, const struct v8 *v8, uint64_t map, bool *slow)
{
    struct v8_object object;
    memset(list, 0, offsetof(struct v8_properties, window));
    list->v8 = v8;
    if (!v8_object_at(v8, map, &object) || object.shape.type != ITYPE_MAP)
        return false;
    uint16_t number = v8_u16(&object, 12);
    if (!itype_is_js_receiver(&v8->types, number))
        return false;
    uint32_t bits3 = v8_u32(&object, MAP_BIT_FIELD3);
    *slow = (bits3 & DICTIONARY_MAP) != 0;
    return *slow || open_descriptors(list, &object, bits3);
}

// A table of entries behind object+8, by its own type.
static bool open_table(struct v8_properties *list)
{
    if (!v8_object_of(list->v8, v8_word(&list->object, OBJECT_PROPERTIES), &list->table))
        return false;
    bool global = list->table.shape.type == ITYPE_GLOBAL_DICTIONARY;
    if (!global && list->table.shape.type != ITYPE_NAME_DICTIONARY)
        return false;
    list->store = global ? PROPERTIES_GLOBAL : PROPERTIES_DICTIONARY;
    list->first_entry =
        TABLE_PREFIX + 8u * (global ? GLOBAL_PREFIX : list->v8->layout->name_dictionary_prefix);
    uint32_t unit = global ? GLOBAL_ENTRY_SIZE : ENTRY_SIZE;
    int32_t capacity = v8_smi(v8_word(&list->table, TABLE_CAPACITY));
    uint64_t room =
        list->table.size > list->first_entry ? (list->table.size - list->first_entry) / unit : 0;
    list->entries = capacity < 0 ? 0 : smaller((uint32_t)capacity, room);
    return true;
}

static bool open_quick(const struct v8 *v8, const struct v8_object *object,
                       struct v8_properties *list)
{
    bool slow;
    if (!open_map(list, v8, object->shape.map, &slow))
        return false;
    list->object = *object;
    if (slow)
        return open_table(list);
    struct v8_object array;
    if (v8_object_of(v8, v8_word(object, OBJECT_PROPERTIES), &array) &&
        array.shape.type == ITYPE_PROPERTY_ARRAY)
        list->array = array;
    return true;
}

bool v8_properties_open_shape(const struct v8 *v8, uint64_t map, struct v8_properties *ret)
{
    bool slow;
    if (!open_map(ret, v8, map, &slow))
        return false;
    if (slow)
        ret->store = PROPERTIES_DICTIONARY;
    return true;
}

// --- one entry -----------------------------------------------------------------------------------

// Type of the object a word refers to, without its size: what a hole in V8 14 spans is not saved.
static enum itype type_of(const struct v8 *v8, uint64_t word, bool *string)
{
    struct v8_shape shape;
    uint64_t map;
    *string = false;
    if (!v8_is_strong(word) || v8_page_at(v8, v8_untag(word)) == NULL ||
        !memory_u64(v8->memory, v8_untag(word), &map) || !v8_is_strong(map) ||
        !v8_shape_read(v8, v8_untag(map), &shape))
        return ITYPE_UNKNOWN;
    *string = itype_is_string(&v8->types, shape.number);
    return (enum itype)shape.type;
}

static bool is_hole(const struct v8 *v8, uint64_t word)
{
    bool string;
    uint64_t kind;
    enum itype type = type_of(v8, word, &string);
    return type == ITYPE_HOLE || (type == ITYPE_ODDBALL && v8->layout->hole_is_oddball &&
                                  memory_u64(v8->memory, v8_untag(word) + ODDBALL_KIND, &kind) &&
                                  v8_smi(kind) == ODDBALL_HOLE);
}

static bool is_name(const struct v8 *v8, uint64_t word)
{
    bool string;
    return type_of(v8, word, &string) == ITYPE_SYMBOL || string;
}

// Is entry `index` in use, and at which place of the enumeration? Unused entries of a dictionary
// hold undefined throughout, deleted ones the hole and empty details (index 0, which no property
// added by a program has).
static bool entry_order(const struct v8_properties *list, uint32_t index, uint32_t *order)
{
    uint64_t details = 0, value = 0, key;
    if (list->store == PROPERTIES_DESCRIPTORS) {
        *order = index;
        return true;
    }
    if (list->store == PROPERTIES_GLOBAL) {
        key = v8_word(&list->table, list->first_entry + (uint64_t)GLOBAL_ENTRY_SIZE * index);
        struct v8_object cell;
        if (!v8_is_strong(key) || !v8_object_at(list->v8, v8_untag(key), &cell) ||
            cell.shape.type != ITYPE_PROPERTY_CELL)
            return false;
        details = v8_word(&cell, CELL_DETAILS);
        value = v8_word(&cell, CELL_VALUE);
        if (is_hole(list->v8, value))
            return false;
    } else {
        uint64_t at = list->first_entry + (uint64_t)ENTRY_SIZE * index;
        details = v8_word(&list->table, at + ENTRY_DETAILS);
        key = v8_word(&list->table, at);
        if (!v8_is_strong(key))
            return false;
    }
    if (!v8_is_smi(details))
        return false;
    *order = (uint32_t)v8_smi(details) >> DETAILS_ORDER_SHIFT;
    return *order != 0 || list->store == PROPERTIES_GLOBAL || is_name(list->v8, key);
}

static void take_details(const struct v8_properties *list, uint64_t word, struct v8_property *ret)
{
    uint32_t details = (uint32_t)v8_smi(word);
    ret->accessor = (details & DETAILS_ACCESSOR) != 0;
    ret->attributes = details >> list->v8->layout->prop_attributes_shift & 7;
    if (list->store == PROPERTIES_DESCRIPTORS)
        ret->representation = details >> DETAILS_REPRESENTATION_SHIFT & 7;
}

// src/objects/layout-descriptor-inl.h of 7.8 (IsTagged): a bit for each in-object field, in a Smi
// or, when there are many, in a byte array; set for those that hold a raw double.
static bool is_raw(const struct v8_properties *list, uint32_t field)
{
    uint64_t word = list->layout_descriptor;
    struct v8_object bits;
    if (word == 0)
        return false;
    if (v8_is_smi(word))
        return field < 32 && ((uint32_t)v8_smi(word) >> field & 1) != 0;
    return v8_object_of(list->v8, word, &bits) && bits.shape.type == ITYPE_BYTE_ARRAY &&
           field / 32 < (uint32_t)v8_smi(v8_word(&bits, 8)) / 4 &&
           (v8_u32(&bits, 16 + 4 * (field / 32)) >> field % 32 & 1) != 0;
}

static void take_slot(const struct v8_object *holder, uint64_t offset, enum property_place place,
                      struct v8_property *ret)
{
    if (holder->size < 8 || offset > holder->size - 8)
        return;
    ret->place = (uint8_t)place;
    ret->slot = holder->address + offset;
    ret->value = v8_word(holder, offset);
}

static void take_field(const struct v8_properties *list, uint32_t field, struct v8_property *ret)
{
    if (list->object.address == 0)
        return;
    if (field < list->inobject) {
        take_slot(&list->object, list->inobject_at + 8ull * field, PROPERTY_IN_OBJECT, ret);
        ret->raw_double = ret->representation == PROPERTY_DOUBLE && is_raw(list, field);
        return;
    }
    uint32_t length = (uint32_t)v8_smi(v8_word(&list->array, ARRAY_LENGTH)) & ARRAY_LENGTH_MASK;
    if (field - list->inobject < length)
        take_slot(&list->array, ARRAY_FIRST + 8ull * (field - list->inobject), PROPERTY_IN_ARRAY,
                  ret);
}

static bool take_descriptor(const struct v8_properties *list, uint32_t index,
                            struct v8_property *ret)
{
    uint64_t at = list->first_entry + (uint64_t)DESCRIPTOR_SIZE * index;
    uint64_t details = v8_word(&list->table, at + DESCRIPTOR_DETAILS);
    ret->name = v8_word(&list->table, at);
    take_details(list, details, ret);
    if ((uint32_t)v8_smi(details) >> list->v8->layout->prop_location_shift & 1)
        take_slot(&list->table, at + DESCRIPTOR_VALUE, PROPERTY_IN_DESCRIPTOR, ret);
    else
        take_field(list, (uint32_t)v8_smi(details) >> DETAILS_FIELD_SHIFT & DETAILS_FIELD_MASK,
                   ret);
    return true;
}

static bool take_entry(const struct v8_properties *list, uint32_t index, struct v8_property *ret)
{
    memset(ret, 0, sizeof *ret);
    if (list->store == PROPERTIES_DESCRIPTORS)
        return take_descriptor(list, index, ret);
    uint64_t at = list->first_entry + (uint64_t)ENTRY_SIZE * index;
    struct v8_object cell;
    switch (list->store) {
    case PROPERTIES_DICTIONARY:
        ret->name = v8_word(&list->table, at);
        take_details(list, v8_word(&list->table, at + ENTRY_DETAILS), ret);
        take_slot(&list->table, at + ENTRY_VALUE, PROPERTY_IN_DICTIONARY, ret);
        return true;
    case PROPERTIES_GLOBAL:
        at = list->first_entry + (uint64_t)GLOBAL_ENTRY_SIZE * index;
        if (!v8_object_of(list->v8, v8_word(&list->table, at), &cell))
            return false;
        ret->name = v8_word(&cell, CELL_NAME);
        take_details(list, v8_word(&cell, CELL_DETAILS), ret);
        take_slot(&cell, CELL_VALUE, PROPERTY_IN_CELL, ret);
        return true;
    default:
        return false;
    }
}

// --- order of enumeration ------------------------------------------------------------------------

// Rows of a dictionary are ordered by (enumeration index, entry number). A window of consecutive
// rows is found by counting: two histograms find its first row, one pass collects the rest. Memory
// is the same for ten entries and ten million.

enum {
    LOW_BITS = ORDER_BITS / 2,
    BUCKETS = 1 << LOW_BITS,
};

static uint64_t key_of(uint32_t order, uint32_t entry)
{
    return (uint64_t)order << 32 | entry;
}

// The bucket in which row number `*row` falls; `*row` becomes its number within the bucket.
static uint32_t bucket_of(const uint32_t histogram[BUCKETS], uint32_t *row)
{
    uint32_t bucket = 0;
    while (bucket + 1 < BUCKETS && *row >= histogram[bucket])
        *row -= histogram[bucket++];
    return bucket;
}

// The key of row `row`.
static uint64_t key_of_row(const struct v8_properties *list, uint32_t row)
{
    uint32_t histogram[BUCKETS] = {0}, order, same = 0;
    for (uint32_t i = 0; i < list->entries; i++)
        if (entry_order(list, i, &order))
            histogram[order >> LOW_BITS & (BUCKETS - 1)]++;
    uint32_t high = bucket_of(histogram, &row);
    memset(histogram, 0, sizeof histogram);
    for (uint32_t i = 0; i < list->entries; i++)
        if (entry_order(list, i, &order) && order >> LOW_BITS == high)
            histogram[order & (BUCKETS - 1)]++;
    uint32_t wanted = high << LOW_BITS | bucket_of(histogram, &row);
    for (uint32_t i = 0; i < list->entries; i++)
        if (entry_order(list, i, &order) && order == wanted && same++ == row)
            return key_of(order, i);
    return UINT64_MAX;
}

// Restore the heap (largest key first) after its root was replaced.
static void sift_down(uint64_t *keys, uint32_t count)
{
    for (uint32_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && keys[child + 1] > keys[child])
            child++;
        if (keys[at] >= keys[child])
            return;
        uint64_t key = keys[at];
        keys[at] = keys[child];
        keys[child] = key;
    }
}

static void sift_up(uint64_t *keys, uint32_t at)
{
    for (uint32_t parent; at > 0 && keys[at] > keys[parent = (at - 1) / 2]; at = parent) {
        uint64_t key = keys[at];
        keys[at] = keys[parent];
        keys[parent] = key;
    }
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

// The smallest keys from `least` on become the window.
static void collect(struct v8_properties *list, uint64_t least)
{
    uint64_t keys[PROPERTY_WINDOW];
    uint32_t count = 0, order;
    for (uint32_t i = 0; i < list->entries; i++) {
        if (!entry_order(list, i, &order) || key_of(order, i) < least)
            continue;
        if (count < PROPERTY_WINDOW) {
            keys[count] = key_of(order, i);
            sift_up(keys, count++);
        } else if (key_of(order, i) < keys[0]) {
            keys[0] = key_of(order, i);
            sift_down(keys, count);
        }
    }
    if (count > 0)
        qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < count; i++)
        list->window[i] = (uint32_t)keys[i];
    list->window_count = count;
    list->window_last = count > 0 ? keys[count - 1] : 0;
}

static void move_window(struct v8_properties *list, uint32_t index)
{
    bool next = list->window_count > 0 && index == list->window_first + list->window_count;
    uint32_t first = next || index < PROPERTY_WINDOW / 2 ? index : index - PROPERTY_WINDOW / 2;
    if (!next && index < PROPERTY_WINDOW)
        first = 0;
    collect(list, next ? list->window_last + 1 : first == 0 ? 0 : key_of_row(list, first));
    list->window_first = first;
}

bool v8_properties_open(const struct v8 *v8, const struct v8_object *object,
                        struct v8_properties *ret)
{
    uint32_t order;
    if (!open_quick(v8, object, ret))
        return false;
    if (ret->store != PROPERTIES_DESCRIPTORS)
        for (uint32_t i = 0; i < ret->entries; i++)
            ret->count += entry_order(ret, i, &order);
    return true;
}

bool v8_properties_at(struct v8_properties *properties, uint32_t index, struct v8_property *ret)
{
    if (index >= properties->count)
        return false;
    if (properties->store == PROPERTIES_DESCRIPTORS)
        return take_entry(properties, index, ret);
    uint32_t row = index - properties->window_first;
    if (row >= properties->window_count) {
        move_window(properties, index);
        row = index - properties->window_first;
    }
    return row < properties->window_count && take_entry(properties, properties->window[row], ret);
}

bool v8_properties_next(const struct v8_properties *properties, uint32_t *cursor,
                        struct v8_property *ret)
{
    uint32_t order;
    while (*cursor < properties->entries) {
        uint32_t index = (*cursor)++;
        if (entry_order(properties, index, &order))
            return take_entry(properties, index, ret);
    }
    return false;
}

// --- by name -------------------------------------------------------------------------------------

static uint64_t key_at(const struct v8_properties *list, uint32_t index)
{
    if (list->store == PROPERTIES_DICTIONARY)
        return v8_word(&list->table, list->first_entry + (uint64_t)ENTRY_SIZE * index);
    if (list->store == PROPERTIES_DESCRIPTORS)
        return v8_word(&list->table, list->first_entry + (uint64_t)DESCRIPTOR_SIZE * index);
    uint64_t at = list->first_entry + (uint64_t)GLOBAL_ENTRY_SIZE * index, name = 0;
    uint64_t cell = v8_word(&list->table, at);
    if (v8_is_strong(cell))
        memory_u64(list->v8->memory, v8_untag(cell) + CELL_NAME, &name);
    return name;
}

// An unused entry ends the probing: its key is undefined, an oddball (and no hole: that is a deleted
// one, behind which the search goes on).
static bool ends_probing(const struct v8 *v8, uint64_t key)
{
    bool string;
    enum itype type = type_of(v8, key, &string);
    return (type == ITYPE_ODDBALL && !is_hole(v8, key)) || (type == ITYPE_UNKNOWN && !string);
}

// src/objects/hash-table-inl.h FindEntry: triangular probing in a power of two of entries.
static bool probe(const struct v8_properties *list, uint64_t name, uint32_t hash, uint32_t *index)
{
    uint32_t mask = list->entries - 1, at = hash & mask;
    for (uint32_t step = 1; step <= smaller(list->entries, PROBES_MAX); at = (at + step++) & mask) {
        if (key_at(list, at) == name) {
            *index = at;
            return true;
        }
        uint64_t key =
            list->store == PROPERTIES_DICTIONARY
                ? key_at(list, at)
                : v8_word(&list->table, list->first_entry + (uint64_t)GLOBAL_ENTRY_SIZE * at);
        if (ends_probing(list->v8, key))
            return false;
    }
    return false;
}

static bool search(const struct v8_properties *list, uint64_t name, uint32_t *index)
{
    for (uint32_t i = 0; i < list->entries; i++) {
        if (key_at(list, i) == name) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool v8_property_find(const struct v8 *v8, const struct v8_object *object, uint64_t name,
                      struct v8_property *ret)
{
    struct v8_properties list;
    struct v8_object key;
    uint32_t index, order;
    if (!open_quick(v8, object, &list) || list.entries == 0 || !v8_object_of(v8, name, &key))
        return false;
    uint8_t shift = v8->layout->name_hash_shift;
    bool probed = list.store != PROPERTIES_DESCRIPTORS && shift != 0 &&
                  (list.entries & (list.entries - 1)) == 0;
    uint32_t hash = v8_u32(&key, NAME_HASH) >> shift;
    if (!(probed ? probe(&list, name, hash, &index) : search(&list, name, &index)))
        return false;
    return entry_order(&list, index, &order) && take_entry(&list, index, ret);
}

bool v8_shape_property_find(const struct v8 *v8, uint64_t map, uint64_t name,
                            struct v8_property *ret)
{
    struct v8_properties list;
    uint32_t index;
    bool slow;
    return open_map(&list, v8, map, &slow) && !slow && search(&list, name, &index) &&
           take_entry(&list, index, ret);
}

static bool has_text(struct v8_string_wanted *wanted, uint64_t name, bool symbol)
{
    const struct v8 *v8 = wanted->v8;
    struct v8_object object;
    if (!symbol)
        return v8_string_is(wanted, name);
    return v8_is_strong(name) && v8_object_at(v8, v8_untag(name), &object) &&
           object.shape.type == ITYPE_SYMBOL &&
           v8_string_is(wanted, v8_word(&object, SYMBOL_DESCRIPTION));
}

bool v8_property_find_text(const struct v8 *v8, const struct v8_object *object, const char *text,
                           bool symbol, struct v8_property *ret)
{
    struct v8_properties list;
    struct v8_string_wanted wanted = {.v8 = v8, .text = text, .length = strlen(text)};
    uint32_t order;
    if (!open_quick(v8, object, &list))
        return false;
    for (uint32_t i = 0; i < list.entries; i++)
        if (has_text(&wanted, key_at(&list, i), symbol) && entry_order(&list, i, &order))
            return take_entry(&list, i, ret);
    return false;
}

enum property_name_kind v8_property_name(const struct v8 *v8, uint64_t name, char *buffer,
                                         size_t capacity)
{
    struct v8_object symbol;
    if (capacity == 0)
        return PROPERTY_BAD_NAME;
    if (v8_string_short(v8, name, buffer, capacity))
        return PROPERTY_STRING;
    if (!v8_is_strong(name) || !v8_object_at(v8, v8_untag(name), &symbol) ||
        symbol.shape.type != ITYPE_SYMBOL)
        return PROPERTY_BAD_NAME;
    char description[256];
    v8_string_short(v8, v8_word(&symbol, SYMBOL_DESCRIPTION), description, sizeof description);
    bool hidden = (v8_u32(&symbol, SYMBOL_FLAGS) & v8->layout->symbol_private_mask) != 0;
    bool private_name = hidden && description[0] == '#';
    snprintf(buffer, capacity, private_name ? "%s" : "Symbol(%s)", description);
    return private_name ? PROPERTY_PRIVATE_NAME : hidden ? PROPERTY_PRIVATE : PROPERTY_SYMBOL;
}
