// Elements: integer keys of any object, by what holds them, and arrays.
//
// The decoder goes by the type of the elements object itself, which is right in all versions
// whatever number the map's elements kind has (src/objects/elements-kind.h).
#include "heap/v8/decode/decode.h"
#include "heap/v8/decode/elements_order.h"

#include <inttypes.h>
#include <stdio.h>

enum { // src/objects/js-objects.h, fixed-array.h, js-array.h, dictionary.h; the same in all lines
    OBJECT_ELEMENTS = 16,
    FIXED_LENGTH = 8,
    FIXED_DATA = 16,
    ARRAY_LENGTH = 24,
    TABLE_CAPACITY = 32,
    NUMBER_DICTIONARY_ENTRIES = 48, // behind elements, deleted, capacity and one prefix slot
    NUMBER_DICTIONARY_ENTRY = 24,
    ENTRY_VALUE = 8,
    ENTRY_DETAILS = 16,
    MAP_BIT_FIELD2 = 15,
    KIND_PACKED_FROZEN = 10, // src/objects/elements-kind.h
    KIND_HOLEY_FROZEN = 11,
};

#define HOLE_NAN 0xfff7fffffff7ffffull // kHoleNanInt64, src/common/globals.h

static void name_element(struct v8_field *ret, uint64_t index)
{
    ret->kind = FIELD_ELEMENT;
    ret->index = index;
    snprintf(ret->name, sizeof ret->name, "%" PRIu64, index);
}

// --- fixed arrays --------------------------------------------------------------------------------

// Objects whose elements are frozen say so by their map's elements kind.
static bool is_frozen(const struct v8 *v8, const struct v8_object *object)
{
    struct v8_object map;
    if (!v8_object_at(v8, object->shape.map, &map))
        return false;
    unsigned kind = (v8_u8(&map, MAP_BIT_FIELD2) & v8->layout->elements_kind_mask) >>
                    v8->layout->elements_kind_shift;
    return kind == KIND_PACKED_FROZEN || kind == KIND_HOLEY_FROZEN;
}

static bool tagged_element(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    uint64_t index;
    if (!v8_section_slot(in, section, row, &index) && section->used != NULL)
        return false;
    name_element(ret, index);
    if (index >= section->slots)
        return true; // beyond the capacity: a hole
    uint64_t offset = section->header + 8 * index;
    ret->value = v8_tagged(v8_word(&section->object, offset));
    ret->slot = section->object.address + offset;
    ret->flags = section->detail;
    if (v8_is_hole(in->v8, ret->value.word))
        ret->value = (struct v8_value){.form = VALUE_ABSENT};
    return true;
}

static bool tagged_used(struct v8_inspection *in, const struct v8_section *section, uint64_t slot)
{
    return !v8_is_hole(in->v8, v8_word(&section->object, section->header + 8 * slot));
}

static bool double_element(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    uint64_t index;
    if (!v8_section_slot(in, section, row, &index) && section->used != NULL)
        return false;
    name_element(ret, index);
    uint64_t offset = section->header + 8 * index, bits = v8_word(&section->object, offset);
    if (index >= section->slots || bits == HOLE_NAN)
        return true;
    ret->value.form = VALUE_DOUBLE;
    memcpy(&ret->value.number, &bits, sizeof bits);
    ret->slot = section->object.address + offset;
    return true;
}

static bool double_used(struct v8_inspection *in, const struct v8_section *section, uint64_t slot)
{
    (void)in;
    return v8_word(&section->object, section->header + 8 * slot) != HOLE_NAN;
}

// --- dictionaries --------------------------------------------------------------------------------

static bool dictionary_element(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                               struct v8_field *ret)
{
    uint64_t slot;
    uint32_t index;
    if (!elements_order_slot(in, section, row, &slot) ||
        !elements_order_index(section, slot, &index, in->v8))
        return false;
    uint64_t offset = section->header + section->unit * slot;
    name_element(ret, index);
    ret->value = v8_tagged(v8_word(&section->object, offset + ENTRY_VALUE));
    ret->slot = section->object.address + offset + ENTRY_VALUE;
    uint32_t details = (uint32_t)v8_smi(v8_word(&section->object, offset + ENTRY_DETAILS));
    uint32_t attributes = details >> in->v8->layout->prop_attributes_shift & 7;
    if ((attributes & PROPERTY_DONT_ENUM) != 0)
        ret->flags |= FIELD_NOT_ENUMERABLE;
    if ((attributes & PROPERTY_READ_ONLY) != 0)
        ret->flags |= FIELD_READ_ONLY;
    if ((details & 1) != 0) // PropertyKind::kAccessor
        ret->kind = FIELD_ACCESSOR;
    return true;
}

static void add_dictionary(struct v8_inspection *in, const struct v8_object *table)
{
    int32_t capacity = v8_smi(v8_word(table, TABLE_CAPACITY));
    struct v8_section *section =
        decode_section(in, table, NUMBER_DICTIONARY_ENTRIES, NUMBER_DICTIONARY_ENTRY,
                       capacity < 0 ? 0 : (uint32_t)capacity);
    section->field = dictionary_element;
    section->count = elements_order_count(section, in->v8);
}

// --- any elements --------------------------------------------------------------------------------

void decode_store(struct v8_inspection *in, const struct v8_object *store, uint64_t length)
{
    struct v8_section *section;
    int32_t capacity = v8_smi(v8_word(store, FIXED_LENGTH));
    bool doubles = store->shape.type == ITYPE_FIXED_DOUBLE_ARRAY;
    if (store->shape.type == ITYPE_NUMBER_DICTIONARY) {
        add_dictionary(in, store);
        return;
    }
    if (!doubles && store->shape.type != ITYPE_FIXED_ARRAY)
        return;
    section = decode_section(in, store, FIXED_DATA, 8, capacity < 0 ? 0 : (uint32_t)capacity);
    section->field = doubles ? double_element : tagged_element;
    section->detail = is_frozen(in->v8, &in->object) ? FIELD_READ_ONLY : 0;
    if (length != UINT64_MAX) {
        section->count = length;
        return;
    }
    section->used = doubles ? double_used : tagged_used;
    v8_section_count(in, section);
}

void decode_elements(struct v8_inspection *in, uint64_t length)
{
    struct v8_object store;
    if (v8_object_of(in->v8, v8_word(&in->object, OBJECT_ELEMENTS), &store))
        decode_store(in, &store, length);
}

// --- arrays --------------------------------------------------------------------------------------

static uint64_t array_length(const struct v8 *v8, const struct v8_object *object)
{
    struct v8_what what;
    v8_word_what(v8, v8_word(object, ARRAY_LENGTH), &what);
    return what.kind == KIND_NUMBER && what.number >= 0 && what.number <= UINT32_MAX
               ? (uint64_t)what.number
               : 0;
}

static void open_array(struct v8_inspection *in)
{
    decode_elements(in, array_length(in->v8, &in->object));
}

static void title_of_array(const struct v8 *v8, const struct v8_object *object, const char *name,
                           struct print *out)
{
    print_text(out, name);
    print_text(out, "(");
    print_count(out, array_length(v8, object));
    print_text(out, ")");
}

static bool native_of_array(struct v8_inspection *in, const char *name, struct v8_value *ret)
{
    if (strcmp(name, "length") != 0)
        return false;
    *ret = v8_tagged(v8_word(&in->object, ARRAY_LENGTH));
    return true;
}

const struct v8_decoder decoder_array = {
    .kind = "array", .flags = DECODER_LIST, .open = open_array, .title = title_of_array,
    .native = native_of_array,
};
