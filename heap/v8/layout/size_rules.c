#include "heap/v8/layout/size_rules.h"

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
// header + the u32s at `at` and at `at` + 4, rounded up to `align`.
#define SUM(header_, at_, align_)                                                                  \
    {.kind = SIZE_SUM, .header = (header_), .at = (at_), .align = (align_)}
#define SCOPE(parts_) {.kind = SIZE_SCOPE, .mask = (parts_)}
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

// src/objects/scope-info.tq: parts whose presence the flags tell. Bits of the flags word:
enum scope_bits {
    SCOPE_TYPE = 15,
    BIT_DEPENDENT_CODE = 1 << 4, // from 13.6 (sloppy eval can extend vars)
    RECEIVER_SHIFT = 7,
    BIT_CLASS_VARIABLE = 1 << 10,
    BITS_FUNCTION_VARIABLE = 3 << 12,
    BIT_INFERRED_NAME = 1 << 14,
    BIT_OUTER = 1 << 22,
    BIT_BLOCK_LIST = 1 << 28,
    BIT_EMPTY = 1 << 29,
    POSITIONED = 0x11e,     // set of scope types: eval, function, module, script, shadow realm
    INLINE_NAMES = 75,      // kScopeInfoMaxInlinedLocalNamesSize
    MODULE_WORDS = 3,       // of each module variable
    FUNCTION_SCOPE_NEW = 4, // scope type of functions where positions have a fixed place
};

static bool has_positions(uint32_t flags, uint32_t parts)
{
    uint32_t type = flags & SCOPE_TYPE;
    return (1u << type & POSITIONED) != 0 ||
           ((parts & SCOPE_CLASS_POSITIONS) != 0 && type == 0 && (flags & BIT_EMPTY) == 0);
}

// Words of the parts that lie between the locals and those of a module.
static uint64_t optional_words(uint32_t flags, uint32_t parts)
{
    uint32_t receiver = flags >> RECEIVER_SHIFT & 3;
    uint64_t words = (flags & BIT_CLASS_VARIABLE ? 1 : 0) +
                     (flags & BITS_FUNCTION_VARIABLE ? 2 : 0) +
                     (flags & BIT_INFERRED_NAME ? 1 : 0) + (flags & BIT_OUTER ? 1 : 0);
    if ((parts & SCOPE_RECEIVER) != 0 && (receiver == 1 || receiver == 2))
        words++;
    if ((parts & SCOPE_FIXED_POSITIONS) == 0 && has_positions(flags, parts))
        words += 2;
    if ((parts & SCOPE_BLOCK_LIST) != 0 && (flags & BIT_BLOCK_LIST) != 0)
        words++;
    if ((parts & SCOPE_DEPENDENT_CODE) != 0 && (flags & BIT_DEPENDENT_CODE) != 0)
        words++;
    return words;
}

uint64_t size_of_scope(const uint8_t *object, uint64_t available, uint32_t parts)
{
    bool fixed = (parts & SCOPE_FIXED_POSITIONS) != 0;
    uint32_t flags = u32_at(object, fixed ? 8 : 12), type = flags & SCOPE_TYPE;
    uint64_t locals = u32_at(object, 28), before = fixed ? 6 : 4, words = before + locals;
    words += (parts & SCOPE_NAME_TABLE) == 0 || locals < INLINE_NAMES ? locals : 1;
    words += optional_words(flags, parts);
    if ((parts & SCOPE_PARAMETER_BITS) != 0 && type == FUNCTION_SCOPE_NEW)
        words++;
    if (type == ((parts & SCOPE_MODULE_IS_5) != 0 ? 5 : 3)) {
        uint64_t count = (parts & SCOPE_MODULE_FIRST) != 0 ? 8 * before : 8 * (words + 1);
        if (count + 8 > available)
            return 0;
        words += 2 + MODULE_WORDS * (uint64_t)u32_at(object, count + 4);
    }
    return 8 * words;
}

enum {
    SCOPE_9 = SCOPE_RECEIVER | SCOPE_BLOCK_LIST,
    SCOPE_10 = SCOPE_CLASS_POSITIONS | SCOPE_NAME_TABLE | SCOPE_BLOCK_LIST,
    SCOPE_12 = SCOPE_10 | SCOPE_MODULE_FIRST,
    SCOPE_13 = SCOPE_NAME_TABLE | SCOPE_MODULE_FIRST | SCOPE_FIXED_POSITIONS |
               SCOPE_DEPENDENT_CODE | SCOPE_MODULE_IS_5,
    SCOPE_14 = SCOPE_13 | SCOPE_PARAMETER_BITS,
};

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
    {ITYPE_CODE, {FN(code_7), FN(code_8), SUM(96, 40, 32), SUM(128, 40, 64), NONE, NONE, NONE,
                  NONE}},
    {ITYPE_INSTRUCTION_STREAM,
     {NONE, NONE, NONE, NONE, {.kind = SIZE_BY_CODE},
      {.kind = SIZE_COUNTED, .header = 32, .unit = 1, .at = 24, .mask = UINT32_MAX, .align = 64},
      {.kind = SIZE_COUNTED, .header = 32, .unit = 1, .at = 24, .mask = UINT32_MAX, .align = 64},
      {.kind = SIZE_COUNTED, .header = 32, .unit = 1, .at = 24, .mask = UINT32_MAX, .align = 64}}},
    {ITYPE_SCOPE_INFO, {FA(16), FA(16), SCOPE(SCOPE_9), SCOPE(SCOPE_10), SCOPE(SCOPE_10),
                        SCOPE(SCOPE_12), SCOPE(SCOPE_13), SCOPE(SCOPE_14)}},
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

// Rules of versions between the lines, that no line has.
static const struct {
    enum itype type;
    struct size_rule rule;
} other_rules[] = {
    {ITYPE_NATIVE_CONTEXT, BITS(24, 8, 12, 0, 0x3fffffff)},   // 7.9, 8.0: length_and_extension_flag
    {ITYPE_FUNCTION_CONTEXT, BITS(16, 8, 12, 0, 0x3fffffff)},
    {ITYPE_BYTECODE_ARRAY, N(52, 1, 12)},                     // 11.8
};

const struct size_rule *size_rule_other(size_t index, enum itype *type)
{
    if (index >= sizeof other_rules / sizeof *other_rules)
        return NULL;
    *type = other_rules[index].type;
    return &other_rules[index].rule;
}

const struct size_rule *size_rule_of(enum itype type, size_t line)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].type == type && rules[i].rule[line].kind != SIZE_UNKNOWN)
            return &rules[i].rule[line];
    return NULL;
}

bool size_rule_equals(const struct size_rule *a, const struct size_rule *b)
{
    return a->kind == b->kind && a->at == b->at && a->shift == b->shift && a->unit == b->unit &&
           a->align == b->align && a->header == b->header && a->mask == b->mask &&
           a->compute == b->compute;
}

void size_rules_init(struct size_rules *table, const struct itype_map *types, size_t line)
{
    memset(table->by_type, 0, sizeof table->by_type);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (types->number[rules[i].type] < ITYPE_NUMBER_MAX)
            table->by_type[rules[i].type] = rules[i].rule[line];
}
