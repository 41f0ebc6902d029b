#include "heap/v8/size_rules.h"

#include <string.h>

// A rule for each line of V8, in the order of the columns of instance_types.def.
struct rule_row {
    enum itype type;
    struct size_rule rule[LAYOUT_LINES];
};

// header + unit * value, value = (u32 at `at` >> shift) & mask, rounded up to `align`.
#define N(header_, unit_, at_)                                                                     \
    {.kind = SIZE_COUNTED, .header = (header_), .unit = (unit_), .at = (at_), .mask = UINT32_MAX,  \
     .align = 8}
#define BITS(header_, unit_, at_, shift_, mask_)                                                   \
    {.kind = SIZE_COUNTED, .header = (header_), .unit = (unit_), .at = (at_), .shift = (shift_),   \
     .mask = (mask_), .align = 8}
#define FIX(size_) {.kind = SIZE_COUNTED, .header = (size_), .align = 8}
#define FN(function_) {.kind = SIZE_COMPUTED, .compute = (function_)}
#define NONE {.kind = SIZE_UNKNOWN}
#define ALL(rule) {rule, rule, rule, rule, rule, rule, rule, rule}

static uint32_t u32_at(const uint8_t *object, size_t offset)
{
    uint32_t value;
    memcpy(&value, object + offset, sizeof value);
    return value;
}

static uint64_t round_up(uint64_t size, uint64_t align)
{
    return (size + align - 1) & ~(align - 1);
}

// src/objects/feedback-vector.h FeedbackMetadata: six 5-bit slot kinds a word; V8 13 appends a
// u16 per create-closure slot.
static uint64_t feedback_metadata(const uint8_t *object, uint64_t available)
{
    (void)available;
    return round_up(16 + 4 * (((uint64_t)u32_at(object, 8) + 5) / 6), 8);
}

static uint64_t feedback_metadata_13(const uint8_t *object, uint64_t available)
{
    (void)available;
    return round_up(16 + 4 * (((uint64_t)u32_at(object, 8) + 5) / 6) +
                        2 * (uint64_t)u32_at(object, 12), 8);
}

// src/objects/shared-function-info.tq PreparseData: bytes, then children.
static uint64_t preparse_data(const uint8_t *object, uint64_t available)
{
    (void)available;
    return round_up(16 + (uint64_t)u32_at(object, 8), 8) + 8 * (uint64_t)u32_at(object, 12);
}

// src/objects/code.h of 7.8 and 8.4: instructions, then unwinding info when its flag bit is set.
static uint64_t code_with_unwinding(const uint8_t *object, uint64_t available, uint64_t header)
{
    uint64_t body = u32_at(object, 40);
    if (u32_at(object, 44) & 1) {
        body = round_up(body, 8);
        if (header + body + 8 > available)
            return 0;
        uint64_t unwinding;
        memcpy(&unwinding, object + header + body, sizeof unwinding);
        if (unwinding > available)
            return 0;
        body += 8 + unwinding;
    }
    return round_up(header + body, 32);
}

static uint64_t code_7(const uint8_t *object, uint64_t available)
{
    return code_with_unwinding(object, available, 64);
}

static uint64_t code_8(const uint8_t *object, uint64_t available)
{
    return code_with_unwinding(object, available, 96);
}

static uint64_t code_9(const uint8_t *object, uint64_t available)
{
    (void)available;
    return round_up(96 + (uint64_t)u32_at(object, 40) + u32_at(object, 44), 32);
}

static uint64_t code_10(const uint8_t *object, uint64_t available)
{
    (void)available;
    return round_up(128 + (uint64_t)u32_at(object, 40) + u32_at(object, 44), 64);
}

// src/objects/scope-info.tq: parts whose presence the flags tell. Bits of the flags word:
enum scope_bits {
    SCOPE_TYPE = 15,
    SCOPE_DEPENDENT_CODE = 1 << 4, // from 13.6 (sloppy eval can extend vars)
    SCOPE_RECEIVER_SHIFT = 7,
    SCOPE_CLASS_VARIABLE = 1 << 10,
    SCOPE_FUNCTION_VARIABLE = 3 << 12,
    SCOPE_INFERRED_NAME = 1 << 14,
    SCOPE_OUTER = 1 << 22,
    SCOPE_BLOCK_LIST = 1 << 28,
    SCOPE_EMPTY = 1 << 29,
    SCOPE_INLINE_NAMES = 75, // kScopeInfoMaxInlinedLocalNamesSize
};

static uint64_t popcount_parts(uint32_t flags)
{
    return (flags & SCOPE_CLASS_VARIABLE ? 1 : 0) + (flags & SCOPE_FUNCTION_VARIABLE ? 2 : 0) +
           (flags & SCOPE_INFERRED_NAME ? 1 : 0) + (flags & SCOPE_OUTER ? 1 : 0);
}

// 9.4, 10.2, 11.3, 12.4: Smi flags 8, parameters 16, locals 24, then the parts.
// From 12.4 on the number of module variables is the first part.
static uint64_t scope_info_old(const uint8_t *object, uint64_t available, bool is_9_4,
                               bool is_12_4)
{
    uint32_t flags = u32_at(object, 12), type = flags & SCOPE_TYPE;
    uint64_t locals = u32_at(object, 28), words = 4 + locals;
    words += is_9_4 || locals < SCOPE_INLINE_NAMES ? locals : 1;
    words += popcount_parts(flags);
    uint32_t receiver = flags >> SCOPE_RECEIVER_SHIFT & 3;
    if (is_9_4 && (receiver == 1 || receiver == 2))
        words++;
    bool positions = (1u << type & 0x11e) != 0; // eval, function, module, script, shadow realm
    if (positions || (!is_9_4 && type == 0 && !(flags & SCOPE_EMPTY)))
        words += 2;
    if (flags & SCOPE_BLOCK_LIST)
        words++;
    if (type == 3) { // module: info, count, three words for each module variable
        uint64_t count = is_12_4 ? 32 : 8 * (words + 1);
        if (count + 8 > available)
            return 0;
        words += 2 + 3 * (uint64_t)u32_at(object, count + 4);
    }
    return 8 * words;
}

static uint64_t scope_info_9(const uint8_t *object, uint64_t available)
{
    return scope_info_old(object, available, true, false);
}

static uint64_t scope_info_10(const uint8_t *object, uint64_t available)
{
    return scope_info_old(object, available, false, false);
}

static uint64_t scope_info_12(const uint8_t *object, uint64_t available)
{
    return scope_info_old(object, available, false, true);
}

// 13.6, 14.6: u32 flags 8, parameters 16, locals 24, positions 32 and 40, module count, parts.
static uint64_t scope_info_new(const uint8_t *object, uint64_t available, bool is_14_6)
{
    uint32_t flags = u32_at(object, 8), type = flags & SCOPE_TYPE;
    uint64_t locals = u32_at(object, 28), words = 6 + locals;
    if (type == 5) {
        if (available < 56)
            return 0;
        words += 2 + 3 * (uint64_t)u32_at(object, 52);
    }
    words += locals < SCOPE_INLINE_NAMES ? locals : 1;
    words += popcount_parts(flags);
    if (flags & SCOPE_DEPENDENT_CODE)
        words++;
    if (is_14_6 && type == 4)
        words++;
    return 8 * words;
}

static uint64_t scope_info_13(const uint8_t *object, uint64_t available)
{
    return scope_info_new(object, available, false);
}

static uint64_t scope_info_14(const uint8_t *object, uint64_t available)
{
    return scope_info_new(object, available, true);
}

#define FA(header) N(header, 8, 12) // FixedArrayBase: Smi length at 8, its value in the upper half

static const struct rule_row rules[] = {
    {ITYPE_FIXED_ARRAY, ALL(FA(16))},
    {ITYPE_HASH_TABLE, ALL(FA(16))},
    {ITYPE_EPHEMERON_HASH_TABLE, ALL(FA(16))},
    {ITYPE_GLOBAL_DICTIONARY, ALL(FA(16))},
    {ITYPE_NAME_DICTIONARY, ALL(FA(16))},
    {ITYPE_NAME_TO_INDEX_HASH_TABLE, ALL(FA(16))},
    {ITYPE_NUMBER_DICTIONARY, ALL(FA(16))},
    {ITYPE_ORDERED_HASH_MAP, ALL(FA(16))},
    {ITYPE_ORDERED_HASH_SET, ALL(FA(16))},
    {ITYPE_ORDERED_NAME_DICTIONARY, ALL(FA(16))},
    {ITYPE_REGISTERED_SYMBOL_TABLE, ALL(FA(16))},
    {ITYPE_SIMPLE_NAME_DICTIONARY, ALL(FA(16))},
    {ITYPE_SIMPLE_NUMBER_DICTIONARY, ALL(FA(16))},
    {ITYPE_STRING_TABLE, ALL(FA(16))},
    {ITYPE_PROTECTED_FIXED_ARRAY, ALL(FA(16))},
    {ITYPE_PROTECTED_WEAK_FIXED_ARRAY, ALL(FA(16))},
    {ITYPE_TRUSTED_FIXED_ARRAY, ALL(FA(16))},
    {ITYPE_TRUSTED_WEAK_FIXED_ARRAY, ALL(FA(16))},
    {ITYPE_FIXED_DOUBLE_ARRAY, ALL(FA(16))},
    {ITYPE_WEAK_FIXED_ARRAY, ALL(FA(16))},
    {ITYPE_TRANSITION_ARRAY, ALL(FA(16))},
    {ITYPE_CLOSURE_FEEDBACK_CELL_ARRAY, ALL(FA(16))},
    {ITYPE_EMBEDDER_DATA_ARRAY, ALL(FA(16))},
    {ITYPE_EXTERNAL_POINTER_ARRAY, ALL(FA(16))},
    {ITYPE_AWAIT_CONTEXT, ALL(FA(16))},
    {ITYPE_BLOCK_CONTEXT, ALL(FA(16))},
    {ITYPE_CATCH_CONTEXT, ALL(FA(16))},
    {ITYPE_DEBUG_EVALUATE_CONTEXT, ALL(FA(16))},
    {ITYPE_EVAL_CONTEXT, ALL(FA(16))},
    {ITYPE_FUNCTION_CONTEXT, ALL(FA(16))},
    {ITYPE_MODULE_CONTEXT, ALL(FA(16))},
    {ITYPE_SCRIPT_CONTEXT, ALL(FA(16))},
    {ITYPE_WITH_CONTEXT, ALL(FA(16))},
    {ITYPE_NATIVE_CONTEXT, ALL(FA(24))}, // the last word is the microtask queue
    {ITYPE_OBJECT_BOILERPLATE_DESCRIPTION,
     {FA(16), FA(16), FA(16), FA(16), FA(16), FA(32), FA(32), FA(32)}},
    {ITYPE_SCRIPT_CONTEXT_TABLE,
     {FA(16), FA(16), FA(16), FA(16), FA(16), FA(32), FA(32), FA(32)}},
    {ITYPE_SLOPPY_ARGUMENTS_ELEMENTS,
     {FA(16), FA(16), FA(32), FA(32), FA(32), FA(32), FA(32), FA(32)}},
    {ITYPE_ARRAY_LIST, {FA(16), FA(16), FA(16), FA(16), FA(16), FA(24), FA(24), FA(24)}},
    {ITYPE_WEAK_ARRAY_LIST, ALL(FA(24))},
    {ITYPE_REG_EXP_MATCH_INFO, ALL(FA(40))},
    {ITYPE_BYTE_ARRAY, ALL(N(16, 1, 12))},
    {ITYPE_TRUSTED_BYTE_ARRAY, ALL(N(16, 1, 12))},
    {ITYPE_SEQ_ONE_BYTE_STRING, ALL(N(16, 1, 12))},
    {ITYPE_INTERNALIZED_ONE_BYTE_STRING, ALL(N(16, 1, 12))},
    {ITYPE_SHARED_SEQ_ONE_BYTE_STRING, ALL(N(16, 1, 12))},
    {ITYPE_SEQ_TWO_BYTE_STRING, ALL(N(16, 2, 12))},
    {ITYPE_INTERNALIZED_TWO_BYTE_STRING, ALL(N(16, 2, 12))},
    {ITYPE_SHARED_SEQ_TWO_BYTE_STRING, ALL(N(16, 2, 12))},
    {ITYPE_BIG_INT_BASE, ALL(BITS(16, 8, 8, 1, 0x3fffffff))},
    {ITYPE_BYTECODE_ARRAY, {N(54, 1, 12), N(54, 1, 12), N(54, 1, 12), N(56, 1, 12), N(54, 1, 12),
                            N(64, 1, 12), N(64, 1, 12), N(64, 1, 12)}},
    {ITYPE_DESCRIPTOR_ARRAY,
     {BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff),
      BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff),
      BITS(24, 24, 8, 0, 0xffff), BITS(32, 24, 8, 0, 0xffff)}},
    {ITYPE_STRONG_DESCRIPTOR_ARRAY,
     {BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff),
      BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff), BITS(24, 24, 8, 0, 0xffff),
      BITS(24, 24, 8, 0, 0xffff), BITS(32, 24, 8, 0, 0xffff)}},
    {ITYPE_FEEDBACK_METADATA,
     {FN(feedback_metadata), FN(feedback_metadata), FN(feedback_metadata), FN(feedback_metadata),
      FN(feedback_metadata), FN(feedback_metadata), FN(feedback_metadata_13),
      FN(feedback_metadata_13)}},
    {ITYPE_FEEDBACK_VECTOR, {N(48, 8, 32), N(48, 8, 32), N(48, 8, 8), N(48, 8, 8), N(56, 8, 8),
                             N(56, 8, 8), N(48, 8, 8), N(48, 8, 8)}},
    {ITYPE_PROPERTY_ARRAY, ALL(BITS(16, 8, 12, 0, 0x3ff))},
    {ITYPE_PREPARSE_DATA, ALL(FN(preparse_data))},
    {ITYPE_COVERAGE_INFO, ALL(N(16, 16, 8))},
    {ITYPE_DOUBLE_STRING_CACHE, ALL(N(16, 16, 8))},
    {ITYPE_SMALL_ORDERED_HASH_MAP, ALL(BITS(16, 35, 8, 16, 0xff))},
    {ITYPE_SMALL_ORDERED_HASH_SET, ALL(BITS(16, 19, 8, 16, 0xff))},
    {ITYPE_SMALL_ORDERED_NAME_DICTIONARY, ALL(BITS(24, 51, 16, 16, 0xff))},
    {ITYPE_SWISS_NAME_DICTIONARY, ALL(N(40, 18, 12))},
    {ITYPE_FREE_SPACE, {N(0, 1, 12), N(0, 1, 12), N(0, 1, 12), N(0, 1, 12), N(0, 1, 12),
                        N(0, 1, 12), N(0, 8, 12), N(0, 8, 12)}},
    {ITYPE_CODE, {FN(code_7), FN(code_8), FN(code_9), FN(code_10), NONE, NONE, NONE, NONE}},
    {ITYPE_INSTRUCTION_STREAM,
     {NONE, NONE, NONE, NONE, {.kind = SIZE_BY_CODE},
      {.kind = SIZE_COUNTED, .header = 32, .unit = 1, .at = 24, .mask = UINT32_MAX, .align = 64},
      {.kind = SIZE_COUNTED, .header = 32, .unit = 1, .at = 24, .mask = UINT32_MAX, .align = 64},
      {.kind = SIZE_COUNTED, .header = 32, .unit = 1, .at = 24, .mask = UINT32_MAX, .align = 64}}},
    {ITYPE_SCOPE_INFO, {FA(16), FA(16), FN(scope_info_9), FN(scope_info_10), FN(scope_info_10),
                        FN(scope_info_12), FN(scope_info_13), FN(scope_info_14)}},
    {ITYPE_HOLE, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, FIX(0x10008)}},
    {ITYPE_WASM_NULL, ALL(FIX(8))},
    {ITYPE_WASM_DISPATCH_TABLE,
     {NONE, NONE, NONE, NONE, NONE, N(16, 24, 12), N(40, 24, 12), N(40, 16, 12)}},
    {ITYPE_WASM_DISPATCH_TABLE_FOR_IMPORTS, ALL(N(24, 16, 8))},
    {ITYPE_WASM_TYPE_INFO, {NONE, NONE, NONE, NONE, N(40, 8, 36), N(40, 8, 36), N(24, 8, 20),
                            N(24, 8, 20)}},
    {ITYPE_TURBOSHAFT_FLOAT64_SET_TYPE, ALL(N(16, 8, 12))},
    {ITYPE_TURBOSHAFT_WORD32_SET_TYPE, ALL(N(12, 4, 8))},
    {ITYPE_TURBOSHAFT_WORD64_SET_TYPE, ALL(N(16, 8, 8))},
    {ITYPE_INTERNAL_CLASS_WITH_STRUCT_ELEMENTS, ALL(N(40, 24, 20))},
    {ITYPE_INTERNAL_CLASS_WITH_SMI_ELEMENTS, ALL(N(32, 8, 12))},
};

void size_rules_init(struct size_rules *table, const struct itype_map *types, size_t line)
{
    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (types->number[rules[i].type] < ITYPE_NUMBER_MAX)
            table->by_type[rules[i].type] = rules[i].rule[line];
}
