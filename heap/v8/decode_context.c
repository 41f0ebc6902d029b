// Contexts: the variables of a scope that closures share (src/objects/contexts.h).
#include "heap/v8/decode.h"

enum { CELL_VALUE = 8 }; // src/objects/contexts.tq ContextCell

void decode_context_cell(const struct v8 *v8, struct v8_value *value, uint64_t *slot)
{
    struct v8_object cell;
    if (value->form != VALUE_TAGGED || !v8_is_strong(value->word) ||
        !v8_object_of(v8, value->word, &cell) || cell.shape.type != ITYPE_CONTEXT_CELL)
        return;
    *value = v8_tagged(v8_word(&cell, CELL_VALUE));
    *slot = decode_slot_address(&cell, CELL_VALUE);
}
