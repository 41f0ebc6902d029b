// WeakRef and FinalizationRegistry (src/objects/js-weak-refs.h).
#include "heap/v8/decode.h"
#include "heap/v8/layout_value.h"

#include <inttypes.h>
#include <stdio.h>

enum { CELLS_MAX = 1 << 22 }; // of a registry; a longer chain is taken for a damaged one

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

static bool is_cell(const struct v8_object *object)
{
    return object->shape.type == ITYPE_WEAK_CELL;
}

// The cells are a list: the section remembers where row `row` was (its address in `slot`), so that
// going through them in order costs one step each.
static bool find_cell(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                      struct v8_object *cell)
{
    if (section->slot == 0 || row < section->row) {
        section->row = 0;
        section->slot = section->header;
    }
    for (; v8_object_at(in->v8, section->slot, cell) && is_cell(cell); section->row++) {
        if (section->row == row)
            return true;
        section->slot = v8_untag(v8_word(cell, layout_of(in->v8)->weak_cell_next));
    }
    section->slot = 0;
    return false;
}

static bool cell_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                       struct v8_field *ret)
{
    const struct layout_value *layout = layout_of(in->v8);
    struct v8_object cell;
    if (!find_cell(in, section, row, &cell))
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
    struct v8_object first, cell;
    decode_word(in, "[[Cleanup]]", REGISTRY_CLEANUP);
    if (!v8_object_of(in->v8, v8_word(&in->object, REGISTRY_ACTIVE_CELLS), &first) ||
        !is_cell(&first))
        return;
    struct v8_section *section = decode_section(in, &first, first.address, 1, 0);
    section->field = cell_field;
    section->count = 1;
    for (cell = first; section->count < CELLS_MAX; section->count++)
        if (!v8_object_of(in->v8, v8_word(&cell, layout_of(in->v8)->weak_cell_next), &cell) ||
            !is_cell(&cell))
            break;
}

const struct v8_decoder decoder_registry = {.kind = "finalization registry",
                                            .open = open_registry};
