// arguments objects. Those of sloppy functions share variables with their parameters: such an
// element is a slot of the function's context (src/objects/arguments.h).
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    MAP_BIT_FIELD2 = 15, // src/objects/map.h
    FIXED_LENGTH = 8,
    FIXED_DATA = 16,
    SLOPPY_CONTEXT = 16,
    SLOPPY_STORE = 24,
    SLOPPY_MAPPED = 32,  // context slots, the hole for elements that stand for themselves
    CONTEXT_SLOTS = 16,
};

// The elements object that maps elements to variables, or false when it is an ordinary one.
static bool is_mapped(const struct v8 *v8, const struct v8_object *object,
                      const struct v8_object *elements)
{
    const struct layout_value *layout = &layout_values[v8->line];
    struct v8_object map;
    if (elements->shape.type == ITYPE_SLOPPY_ARGUMENTS_ELEMENTS)
        return true;
    if (!layout->sloppy_is_fixed_array || !v8_object_at(v8, object->shape.map, &map))
        return false;
    unsigned kind = (v8_u8(&map, MAP_BIT_FIELD2) & v8->layout->elements_kind_mask) >>
                    v8->layout->elements_kind_shift;
    return kind == layout->sloppy_kind || kind == layout->sloppy_kind + 1u;
}

// The variable that an element stands for. False: the element stands for itself.
static bool mapped_slot(const struct v8_inspection *in, const struct v8_section *section,
                        uint64_t index, uint64_t *slot)
{
    struct v8_object context;
    uint64_t entry = v8_word(&section->object, SLOPPY_MAPPED + 8 * index);
    if (index >= section->unit || !v8_is_smi(entry) ||
        !v8_object_of(in->v8, v8_word(&section->object, SLOPPY_CONTEXT), &context))
        return false;
    *slot = decode_slot_address(&context, CONTEXT_SLOTS + 8 * (uint64_t)(uint32_t)v8_smi(entry));
    return *slot != 0;
}

static bool mapped_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                         struct v8_field *ret)
{
    struct v8_object store;
    uint64_t word;
    ret->kind = FIELD_ELEMENT;
    ret->index = row;
    snprintf(ret->name, sizeof ret->name, "%" PRIu64, row);
    if (!mapped_slot(in, section, row, &ret->slot)) {
        if (!v8_object_of(in->v8, v8_word(&section->object, SLOPPY_STORE), &store))
            return false;
        ret->slot = decode_slot_address(&store, FIXED_DATA + 8 * row);
    }
    if (ret->slot == 0 || !memory_u64(in->v8->memory, ret->slot, &word))
        return false;
    ret->value = v8_tagged(word);
    decode_context_cell(in->v8, &ret->value, &ret->slot);
    if (v8_is_hole(in->v8, word))
        ret->value = (struct v8_value){.form = VALUE_ABSENT};
    return true;
}

static uint64_t length_at(const struct v8_object *object)
{
    int32_t length = v8_smi(v8_word(object, FIXED_LENGTH));
    return length < 0 ? 0 : (uint64_t)length;
}

static void open_arguments(struct v8_inspection *in)
{
    struct v8_object elements, store;
    if (!v8_object_of(in->v8, v8_word(&in->object, OBJECT_ELEMENTS), &elements))
        return;
    if (!is_mapped(in->v8, &in->object, &elements)) {
        decode_elements(in, UINT64_MAX);
        return;
    }
    bool fixed = layout_values[in->v8->line].sloppy_is_fixed_array;
    // Up to V8 8 it is a FixedArray {context, store, mapped ...}, its length counting all of them.
    uint64_t mapped = length_at(&elements);
    if (fixed)
        mapped = mapped < 2 ? 0 : mapped - 2;
    if (!v8_object_of(in->v8, v8_word(&elements, SLOPPY_STORE), &store))
        return;
    if (store.shape.type != ITYPE_FIXED_ARRAY) { // elements were redefined or deleted
        decode_store(in, &store, UINT64_MAX);
        return;
    }
    struct v8_section *section = decode_section(in, &elements, SLOPPY_MAPPED, mapped, 0);
    section->unit = mapped;
    section->count = length_at(&store);
    section->field = mapped_field;
}

static void title_of_arguments(const struct v8 *v8, const struct v8_object *object,
                               const char *name, struct print *out)
{
    (void)v8, (void)object, (void)name;
    print_text(out, "Arguments");
}

const struct v8_decoder decoder_arguments = {.kind = "arguments", .flags = DECODER_LIST,
                                             .open = open_arguments, .title = title_of_arguments};
