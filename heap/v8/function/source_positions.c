#include "heap/v8/function/source_positions.h"

#include "heap/v8/layout/layout_value.h"

enum {
    BYTES_LENGTH = 8, // src/objects/fixed-array.h ByteArray
    BYTES_DATA = 16,
    CODE_WORDS = 8,   // of what may stand between a definition and its bytecode
    POSITION_MASK = 0x3fffffff, // src/codegen/source-position.h: the rest says where it was inlined
};

uint32_t v8_bytecode_header(const struct v8 *v8)
{
    return v8->size_rules.by_type[ITYPE_BYTECODE_ARRAY].header;
}

// InterpreterData, BaselineData and baseline Code refer to the bytecode they stand for by one of
// their first fields, which differs by line; nothing else there is a BytecodeArray.
bool v8_bytecode_of(const struct v8 *v8, const struct v8_object *shared, struct v8_object *ret)
{
    struct v8_object data;
    uint64_t word = v8_word(shared, v8->layout->sfi_data);
    if (!v8_object_of(v8, word, &data))
        return false;
    *ret = data;
    if (data.shape.type == ITYPE_BYTECODE_ARRAY)
        return true;
    for (unsigned i = 1; i <= CODE_WORDS; i++)
        if (v8_is_strong(v8_word(&data, 8 * i)) && v8_object_of(v8, v8_word(&data, 8 * i), ret) &&
            (ret->shape.type == ITYPE_BYTECODE_ARRAY || ret->shape.type == ITYPE_INTERPRETER_DATA))
            break;
    if (ret->shape.type != ITYPE_INTERPRETER_DATA)
        return ret->shape.type == ITYPE_BYTECODE_ARRAY;
    data = *ret;
    for (unsigned i = 1; i <= 3; i++)
        if (v8_object_of(v8, v8_word(&data, 8 * i), ret) &&
            ret->shape.type == ITYPE_BYTECODE_ARRAY)
            return true;
    return false;
}

// --- the table -----------------------------------------------------------------------------------

struct cursor {
    const uint8_t *at, *end;
};

// Seven bits a byte, the lowest first, the eighth says that more follow.
static bool take_number(struct cursor *cursor, uint64_t *ret)
{
    *ret = 0;
    for (unsigned shift = 0; cursor->at < cursor->end && shift < 63; shift += 7) {
        uint8_t byte = *cursor->at++;
        *ret |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return true;
    }
    return false;
}

static int64_t zigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

// Steps of bytecode offsets: up to V8 13 a signed number, negative for what is no statement; from
// 14 with two flags in its lowest bits.
static uint64_t offset_step(const struct v8 *v8, uint64_t number)
{
    if (layout_values[v8->line].positions_have_flags)
        return number >> 2;
    int64_t step = zigzag(number);
    return (uint64_t)(step < 0 ? -(step + 1) : step);
}

bool v8_source_position(const struct v8 *v8, const struct v8_object *bytecode, uint32_t offset,
                        uint32_t *ret)
{
    struct v8_object table;
    uint64_t step, delta;
    int64_t at = layout_values[v8->line].positions_start, position = 0;
    bool found = false;
    if (!v8_object_of(v8, v8_word(bytecode, layout_values[v8->line].bytecode_positions), &table) ||
        (table.shape.type != ITYPE_BYTE_ARRAY && table.shape.type != ITYPE_TRUSTED_BYTE_ARRAY))
        return false;
    int32_t length = v8_smi(v8_word(&table, BYTES_LENGTH));
    if (length < 0 || (uint64_t)length > table.size - BYTES_DATA)
        return false;
    struct cursor cursor = {table.bytes + BYTES_DATA, table.bytes + BYTES_DATA + length};
    while (take_number(&cursor, &step) && take_number(&cursor, &delta)) {
        at += (int64_t)(offset_step(v8, step) & INT32_MAX);
        if (at > (int64_t)offset)
            break;
        position += zigzag(delta);
        *ret = (uint32_t)((uint64_t)position >> 1 & POSITION_MASK) - 1;
        found = true;
    }
    return found && *ret < POSITION_MASK;
}
