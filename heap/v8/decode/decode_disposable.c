// Stacks of what is to be disposed of (src/objects/js-disposable-stack.tq): in order of their adding,
// each resource with the method that is called for it.
#include "heap/v8/decode/decode.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    STACK_LIST = 24,
    STACK_STATUS = 32, // Smi: bit 0 pending, from bit 4 the words of the list in use
    STATUS_PENDING = 1,
    STATUS_LENGTH = 4,
    FIXED_DATA = 16,
    RESOURCE = 24,     // value, method, how it is called
};

static bool resource_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    uint64_t offset = section->header + section->unit * row;
    (void)in;
    ret->kind = FIELD_ENTRY;
    ret->index = row;
    ret->key = v8_tagged(v8_word(&section->object, offset));
    ret->value = v8_tagged(v8_word(&section->object, offset + 8));
    ret->slot = section->object.address + offset;
    snprintf(ret->name, sizeof ret->name, "%" PRIu64, row);
    return true;
}

static void open_disposable(struct v8_inspection *in)
{
    struct v8_object list;
    uint32_t status = (uint32_t)v8_smi(v8_word(&in->object, STACK_STATUS));
    decode_slot(in, "[[DisposableState]]",
                v8_words((status & STATUS_PENDING) != 0 ? "pending" : "disposed"),
                decode_slot_address(&in->object, STACK_STATUS), FIELD_ALONE);
    if ((status & STATUS_PENDING) != 0 &&
        v8_object_of(in->v8, v8_word(&in->object, STACK_LIST), &list) &&
        list.shape.type == ITYPE_FIXED_ARRAY)
        decode_section(in, &list, FIXED_DATA, RESOURCE, (status >> STATUS_LENGTH) / 3)->field =
            resource_field;
    decode_elements(in, UINT64_MAX);
}

const struct v8_decoder decoder_disposable = {.kind = "disposable stack", .open = open_disposable};
