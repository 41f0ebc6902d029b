// Baseline code is made bytecode by bytecode. Its table has the length of what was made for each,
// in their order, behind the length of the prologue (src/baseline/bytecode-offset-iterator.h,
// base/vlq.h); which offset the n-th bytecode has follows from the lengths of those before it.
#include "heap/v8/stack/baseline.h"

#include "heap/v8/function/source_positions.h"
#include "heap/v8/layout/layout_stack.h"

#include <stdlib.h>

enum {
    TABLE_LENGTH = 8, // src/objects/fixed-array.h ByteArray
    TABLE_DATA = 16,
    BASELINE_DATA_CODE = 8,
    // The first bytecodes, in all lines: src/interpreter/bytecodes.h
    BYTECODE_WIDE = 0,
    BYTECODE_EXTRA_WIDE = 1,
    BYTECODE_DEBUG_WIDE = 2,
    BYTECODE_DEBUG_EXTRA_WIDE = 3,
};

// --- bytecodes -----------------------------------------------------------------------------------

struct bytecodes {
    const uint8_t *bytes;
    uint64_t length, at;
    const char *const *sizes;
    size_t count; // of kinds
};

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

// On to the next one. False at the end, or at what is no bytecode.
static bool next_bytecode(struct bytecodes *codes)
{
    unsigned scale = 0;
    uint64_t at = codes->at;
    if (at >= codes->length)
        return false;
    uint8_t code = codes->bytes[at];
    if (code <= BYTECODE_DEBUG_EXTRA_WIDE) {
        scale = code == BYTECODE_WIDE || code == BYTECODE_DEBUG_WIDE ? 1 : 2;
        if (++at >= codes->length)
            return false;
        code = codes->bytes[at];
    }
    if (code >= codes->count)
        return false;
    codes->at = at + digit(codes->sizes[scale][code]);
    return codes->at < codes->length;
}

static bool open_bytecodes(const struct v8 *v8, const struct v8_object *bytecode,
                           struct bytecodes *ret)
{
    uint32_t header = v8_bytecode_header(v8);
    int32_t length = v8_smi(v8_word(bytecode, TABLE_LENGTH));
    if (length < 0 || bytecode->size < header || (uint64_t)length > bytecode->size - header)
        return false;
    *ret = (struct bytecodes){.bytes = bytecode->bytes + header,
                              .length = (uint64_t)length,
                              .sizes = layout_stacks[v8->line].bytecode_sizes};
    ret->count = strlen(ret->sizes[0]);
    return true;
}

// --- the code ------------------------------------------------------------------------------------

// Its Code: what the definition refers to, or its BaselineData does.
static bool find_code(const struct v8 *v8, const struct v8_object *shared, struct v8_object *ret)
{
    if (!v8_object_of(v8, v8_word(shared, v8->layout->sfi_data), ret))
        return false;
    if (ret->shape.type == ITYPE_BASELINE_DATA &&
        !v8_object_of(v8, v8_word(ret, BASELINE_DATA_CODE), ret))
        return false;
    return ret->shape.type == ITYPE_CODE;
}

// How far `pc` is behind the first instruction. False: it is not in this code.
static bool offset_in_code(const struct v8 *v8, const struct v8_object *code, uint64_t pc,
                           uint64_t *ret)
{
    const struct layout_stack *layout = &layout_stacks[v8->line];
    struct v8_object stream = *code;
    if (layout->code_stream != 0 && !v8_object_of(v8, v8_word(code, layout->code_stream), &stream))
        return false;
    *ret = pc - stream.address - layout->code_header;
    return pc >= stream.address + layout->code_header && pc - stream.address <= stream.size;
}

struct table {
    const uint8_t *at, *end;
};

static bool open_table(const struct v8 *v8, const struct v8_object *code, struct table *ret)
{
    struct v8_object bytes;
    if (!v8_object_of(v8, v8_word(code, layout_stacks[v8->line].code_table), &bytes) ||
        (bytes.shape.type != ITYPE_BYTE_ARRAY && bytes.shape.type != ITYPE_TRUSTED_BYTE_ARRAY))
        return false;
    int32_t length = v8_smi(v8_word(&bytes, TABLE_LENGTH));
    if (length < 0 || (uint64_t)length > bytes.size - TABLE_DATA)
        return false;
    ret->at = bytes.bytes + TABLE_DATA;
    ret->end = ret->at + length;
    return true;
}

// Seven bits a byte, the lowest first, the eighth says that more follow.
static bool take_length(struct table *table, uint64_t *ret)
{
    *ret = 0;
    for (unsigned shift = 0; table->at < table->end && shift < 35; shift += 7) {
        uint8_t byte = *table->at++;
        *ret |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return true;
    }
    return false;
}

bool v8_baseline_has(const struct v8 *v8, const struct v8_object *shared, uint64_t pc)
{
    struct v8_object code;
    uint64_t offset;
    return layout_stacks[v8->line].bytecode_sizes != NULL && find_code(v8, shared, &code) &&
           offset_in_code(v8, &code, pc, &offset);
}

bool v8_baseline_offset(const struct v8 *v8, const struct v8_object *shared,
                        const struct v8_object *bytecode, uint64_t pc, uint32_t *ret)
{
    struct v8_object code;
    struct table table;
    struct bytecodes codes;
    uint64_t wanted, end, length;
    if (layout_stacks[v8->line].bytecode_sizes == NULL || !find_code(v8, shared, &code) ||
        !offset_in_code(v8, &code, pc, &wanted) || !open_table(v8, &code, &table) ||
        !open_bytecodes(v8, bytecode, &codes) || !take_length(&table, &end) || wanted <= end)
        return false;
    while (take_length(&table, &length)) {
        end += length;
        if (end >= wanted) {
            *ret = (uint32_t)codes.at;
            return true;
        }
        if (!next_bytecode(&codes))
            return false;
    }
    return false;
}
