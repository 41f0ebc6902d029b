// WeakRef and FinalizationRegistry (src/objects/js-weak-refs.h).
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"

#include <inttypes.h>
#include <stdio.h>

static const struct layout_value *layout_of(const struct v8 *v8)
{
    return &layout_values[v8->line];
}

static struct v8_value target_of(const struct v8 *v8, uint64_t word)
{
    return v8_is_undefined(v8, word) || v8_is_cleared(word) ? v8_words("cleared") : v8_tagged(word);
}

static void open_weak_ref(struct v8_inspection *in)
{
    decode_slot(in, "[[WeakRefTarget]]",
                target_of(in->v8, v8_word(&in->object, WEAK_REF_TARGET)),
                decode_slot_address(&in->object, WEAK_REF_TARGET), FIELD_WEAK);
}

const struct v8_decoder decoder_weak_ref = {.kind = "weak ref", .open = open_weak_ref};

// --- FinalizationRegistry ------------------------------------------------------------------------

static bool cell_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                       struct v8_field *ret)
{
    const struct layout_value *layout = layout_of(in->v8);
    struct v8_object cell;
    if (!decode_list_find(in, section, row, &cell))
        return false;
    ret->kind = FIELD_ENTRY;
    ret->index = row;
    ret->flags = FIELD_WEAK;
    ret->key = target_of(in->v8, v8_word(&cell, layout->weak_cell_target));
    ret->value = v8_tagged(v8_word(&cell, layout->weak_cell_holdings));
    ret->slot = cell.address + layout->weak_cell_holdings;
    snprintf(ret->name, sizeof ret->name, "%" PRIu64, row);
    return true;
}

static void open_registry(struct v8_inspection *in)
{
    struct v8_object first;
    decode_word(in, "[[Cleanup]]", REGISTRY_CLEANUP);
    if (v8_object_of(in->v8, v8_word(&in->object, REGISTRY_ACTIVE_CELLS), &first) &&
        first.shape.type == ITYPE_WEAK_CELL)
        decode_list(in, &first, layout_of(in->v8)->weak_cell_next)->field = cell_field;
}

const struct v8_decoder decoder_registry = {.kind = "finalization registry",
                                            .open = open_registry};
