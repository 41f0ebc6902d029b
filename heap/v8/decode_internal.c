// What V8 keeps and JavaScript cannot reach: by the table of fields, or word by word.
#include "heap/v8/decode.h"

#include <inttypes.h>
#include <stdio.h>

static bool word_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                       struct v8_field *ret)
{
    uint64_t offset = section->header + 8 * row;
    (void)in;
    ret->kind = FIELD_INTERNAL;
    ret->flags = FIELD_QUIET;
    ret->index = row;
    ret->value = v8_tagged(v8_word(&section->object, offset));
    ret->slot = section->object.address + offset;
    snprintf(ret->name, sizeof ret->name, "+%" PRIu64, offset);
    return true;
}

static void open_internal(struct v8_inspection *in)
{
    struct v8_section *section = decode_section(in, &in->object, 8, 8, UINT64_MAX);
    section->field = word_field;
}

const struct v8_decoder decoder_internal = {.kind = "internal", .open = open_internal,
                                            .flags = DECODER_WHOLE};

void decode_table_fields(struct v8_inspection *in)
{
    if (in->value_kind != KIND_OBJECT && in->value_kind != KIND_FUNCTION)
        return;
    decode_hidden(in, "[properties]", v8_tagged(v8_word(&in->object, 8)),
                  decode_slot_address(&in->object, 8));
    decode_hidden(in, "[elements]", v8_tagged(v8_word(&in->object, 16)),
                  decode_slot_address(&in->object, 16));
}
