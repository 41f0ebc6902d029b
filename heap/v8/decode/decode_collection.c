// Map, Set, their weak counterparts, and the iterators over them.
//
// Map and Set keep their entries in order of insertion behind the heads of the buckets
// (src/objects/ordered-hash-table.h); a deleted entry has the hole for a key. WeakMap and WeakSet
// have plain hash tables (src/objects/hash-table.h) without an order.
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    TABLE_ELEMENTS = 16, // Smi; of a table that was replaced: the next table
    TABLE_DELETED = 24,
    ORDERED_BUCKETS = 32,
    ORDERED_HEADS = 40,
    HASH_CAPACITY = 32,
    HASH_ENTRIES = 40,
    REMOVED_HOLES = 40,  // of a replaced table: which entries were left out of the next
    TABLES_MAX = 64,     // in a row that one iterator may be behind
    CHAIN_MAX = 4096,    // entries of one bucket: V8 makes two of them on average
};

enum { // section->detail: what an entry consists of
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    ENTRY_WEAK = 4,
};

static uint64_t count_at(const struct v8_object *table, uint64_t offset)
{
    uint64_t word = v8_word(table, offset);
    return v8_is_smi(word) && v8_smi(word) > 0 ? (uint64_t)v8_smi(word) : 0;
}

// The key is the entry's first word, the value its second.
static void take_entry(struct v8_inspection *in, const struct v8_section *section, uint64_t slot,
                       struct v8_field *ret)
{
    uint64_t offset = section->header + section->unit * slot;
    bool pair = (section->detail & (ENTRY_KEY | ENTRY_VALUE)) == (ENTRY_KEY | ENTRY_VALUE);
    uint64_t at = (section->detail & ENTRY_VALUE) != 0 ? offset + 8 : offset;
    ret->kind = FIELD_ENTRY;
    ret->value = v8_tagged(v8_word(&section->object, at));
    ret->slot = section->object.address + at;
    if ((section->detail & ENTRY_WEAK) != 0)
        ret->flags |= FIELD_WEAK;
    if (!pair)
        return;
    ret->key = v8_tagged(v8_word(&section->object, offset));
    decode_entry_name(in->v8, &ret->key, ret);
}

static bool entry_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                        struct v8_field *ret)
{
    uint64_t slot;
    if (!v8_section_slot(in, section, row, &slot))
        return false;
    take_entry(in, section, slot, ret);
    ret->index = row;
    if (ret->key.form == VALUE_ABSENT)
        snprintf(ret->name, sizeof ret->name, "%" PRIu64, row);
    return true;
}

static bool entry_key(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                      struct v8_value *ret)
{
    uint64_t slot;
    bool pair = (section->detail & (ENTRY_KEY | ENTRY_VALUE)) == (ENTRY_KEY | ENTRY_VALUE);
    if (!pair || !v8_section_slot(in, section, row, &slot))
        return false;
    *ret = v8_tagged(v8_word(&section->object, section->header + section->unit * slot));
    return true;
}

// --- Map and Set ---------------------------------------------------------------------------------

static bool ordered_used(struct v8_inspection *in, const struct v8_section *section, uint64_t slot)
{
    return !v8_is_hole(in->v8, v8_word(&section->object, section->header + section->unit * slot));
}

// src/utils/utils.h ComputeUnseededHash, of keys that are Smis.
static uint32_t hash_of(int32_t key)
{
    uint32_t hash = (uint32_t)key;
    hash = ~hash + (hash << 15);
    hash ^= hash >> 12;
    hash += hash << 2;
    hash ^= hash >> 4;
    hash *= 2057;
    hash ^= hash >> 16;
    return hash & 0x3fffffff;
}

// The entries of a bucket are linked by the word behind key and value: the slot of the next one, or -1.
static bool ordered_entry(struct v8_inspection *in, struct v8_section *section, int32_t key,
                          struct v8_field *ret)
{
    uint64_t buckets = count_at(&section->object, ORDERED_BUCKETS), word = (uint64_t)(uint32_t)key << 32;
    if (buckets == 0 || (buckets & (buckets - 1)) != 0)
        return false;
    uint64_t link = v8_word(&section->object, ORDERED_HEADS + 8 * (hash_of(key) & (buckets - 1)));
    for (int i = 0; i < CHAIN_MAX && v8_is_smi(link) && v8_smi(link) >= 0; i++) {
        uint64_t slot = (uint64_t)v8_smi(link), at = section->header + section->unit * slot;
        if (slot >= section->slots)
            return false;
        if (v8_word(&section->object, at) == word) {
            take_entry(in, section, slot, ret);
            return true;
        }
        link = v8_word(&section->object, at + section->unit - 8);
    }
    return false;
}

static bool is_ordered(const struct v8_object *table)
{
    return table->shape.type == ITYPE_ORDERED_HASH_MAP ||
           table->shape.type == ITYPE_ORDERED_HASH_SET;
}

// Entries from `first` on of a table that is in use.
static void add_ordered(struct v8_inspection *in, const struct v8_object *table, uint64_t first,
                        unsigned detail)
{
    bool map = table->shape.type == ITYPE_ORDERED_HASH_MAP;
    uint64_t unit = map ? 24 : 16, deleted = count_at(table, TABLE_DELETED);
    uint64_t used = count_at(table, TABLE_ELEMENTS) + deleted;
    uint64_t header = ORDERED_HEADS + 8 * count_at(table, ORDERED_BUCKETS) + unit * first;
    struct v8_section *section =
        decode_section(in, table, header, unit, used > first ? used - first : 0);
    section->field = entry_field;
    section->key = entry_key;
    section->detail = map ? detail : ENTRY_KEY;
    if (section->detail == (ENTRY_KEY | ENTRY_VALUE) && first == 0)
        section->entry = ordered_entry;
    if (deleted == 0)
        return;
    section->used = ordered_used;
    section->count = count_at(table, TABLE_ELEMENTS);
    if (first > 0)
        v8_section_count(in, section);
}

static void open_collection(struct v8_inspection *in)
{
    struct v8_object table;
    if (v8_object_of(in->v8, v8_word(&in->object, COLLECTION_TABLE), &table) && is_ordered(&table))
        add_ordered(in, &table, 0, ENTRY_KEY | ENTRY_VALUE);
}

static void title_with_count(const struct v8 *v8, const struct v8_object *object, const char *name,
                             struct print *out)
{
    struct v8_object table;
    print_text(out, name);
    if (!v8_object_of(v8, v8_word(object, COLLECTION_TABLE), &table))
        return;
    print_text(out, "(");
    print_count(out, count_at(&table, TABLE_ELEMENTS));
    print_text(out, ")");
}

const struct v8_decoder decoder_map = {.kind = "map", .open = open_collection,
                                       .title = title_with_count};
const struct v8_decoder decoder_set = {.kind = "set", .open = open_collection,
                                       .title = title_with_count};

// --- iterators -----------------------------------------------------------------------------------

// The index in the next table of what stood at `index` in this one, which it replaced
// (OrderedHashTableIterator::Transition).
static uint64_t move_index(const struct v8_object *table, uint64_t index)
{
    int32_t removed = v8_smi(v8_word(table, TABLE_DELETED));
    uint64_t before = 0;
    if (removed < 0) // the collection was cleared
        return 0;
    for (int32_t i = 0; i < removed; i++) {
        uint64_t hole = v8_word(table, REMOVED_HOLES + 8 * (uint64_t)i);
        if ((uint64_t)(uint32_t)v8_smi(hole) >= index || REMOVED_HOLES + 8ull * i >= table->size)
            break;
        before++;
    }
    return index - before;
}

// What an iterator has still to visit.
static void open_iterator(struct v8_inspection *in)
{
    struct v8_object table;
    uint64_t index = count_at(&in->object, ITERATOR_INDEX);
    if (!v8_object_of(in->v8, v8_word(&in->object, COLLECTION_TABLE), &table))
        return;
    for (int i = 0; is_ordered(&table) && !v8_is_smi(v8_word(&table, TABLE_ELEMENTS)); i++) {
        index = move_index(&table, index);
        if (i == TABLES_MAX || !v8_object_of(in->v8, v8_word(&table, TABLE_ELEMENTS), &table))
            return;
    }
    if (!is_ordered(&table))
        return;
    unsigned detail = in->object.shape.type == ITYPE_JS_MAP_KEY_ITERATOR     ? ENTRY_KEY
                      : in->object.shape.type == ITYPE_JS_MAP_VALUE_ITERATOR ? ENTRY_VALUE
                                                                             : ENTRY_KEY | ENTRY_VALUE;
    add_ordered(in, &table, index, detail);
}

const struct v8_decoder decoder_collection_iterator = {.kind = "iterator", .open = open_iterator};

// --- WeakMap and WeakSet -------------------------------------------------------------------------

static bool hash_used(struct v8_inspection *in, const struct v8_section *section, uint64_t slot)
{
    uint64_t key = v8_word(&section->object, section->header + section->unit * slot);
    return v8_is_strong(key) && !v8_is_hole(in->v8, key) && !v8_is_undefined(in->v8, key);
}

static void open_weak(struct v8_inspection *in)
{
    struct v8_object table;
    if (!v8_object_of(in->v8, v8_word(&in->object, COLLECTION_TABLE), &table) ||
        table.shape.type != ITYPE_EPHEMERON_HASH_TABLE)
        return;
    struct v8_section *section =
        decode_section(in, &table, HASH_ENTRIES, 16, count_at(&table, HASH_CAPACITY));
    bool map = in->object.shape.type == ITYPE_JS_WEAK_MAP;
    section->field = entry_field;
    section->key = entry_key;
    section->used = hash_used;
    section->detail = ENTRY_WEAK | (map ? ENTRY_KEY | ENTRY_VALUE : ENTRY_KEY);
    uint64_t elements = count_at(&table, TABLE_ELEMENTS);
    section->count = elements < section->slots ? elements : section->slots;
}

const struct v8_decoder decoder_weak_map = {.kind = "weak map", .open = open_weak,
                                            .title = title_with_count};
const struct v8_decoder decoder_weak_set = {.kind = "weak set", .open = open_weak,
                                            .title = title_with_count};
