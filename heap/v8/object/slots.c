#include "heap/v8/object/slots.h"

#include "heap/v8/object/object.h"

#include <string.h>

// One letter a word, from word 1 on: t tagged, r raw, w tagged and weak by meaning. The last letter
// stands for all words behind it, too.
struct slot_row {
    enum itype type;
    const char *words[LAYOUT_LINES];
};

#define ALL(words) {words, words, words, words, words, words, words, words}
#define RAW "r"

static const struct slot_row rows[] = {
    // src/objects/oddball.tq, name.tq, cell.tq, feedback-cell.tq
    {ITYPE_HEAP_NUMBER, ALL(RAW)},
    {ITYPE_BIG_INT_BASE, ALL(RAW)},
    {ITYPE_ODDBALL, ALL("rt")},
    {ITYPE_HOLE, ALL(RAW)},
    {ITYPE_SYMBOL, ALL("rt")},
    {ITYPE_FEEDBACK_CELL, ALL("tr")},
    // src/objects/map.h; dependent code, validity cell and transitions behind the descriptors
    {ITYPE_MAP, ALL("rrt")},
    {ITYPE_DESCRIPTOR_ARRAY, {"rt", "rt", "rt", "rt", "rt", "rt", "rt", "rrt"}},
    {ITYPE_STRONG_DESCRIPTOR_ARRAY, {"rt", "rt", "rt", "rt", "rt", "rt", "rt", "rrt"}},
    // Arrays of raw data.
    {ITYPE_BYTE_ARRAY, ALL(RAW)},
    {ITYPE_TRUSTED_BYTE_ARRAY, ALL(RAW)},
    {ITYPE_FIXED_DOUBLE_ARRAY, ALL(RAW)},
    {ITYPE_EXTERNAL_POINTER_ARRAY, ALL(RAW)},
    {ITYPE_FREE_SPACE, ALL(RAW)},
    {ITYPE_FILLER, ALL(RAW)},
    {ITYPE_FOREIGN, ALL(RAW)},
    {ITYPE_TRUSTED_FOREIGN, ALL(RAW)},
    {ITYPE_CPP_HEAP_EXTERNAL_OBJECT, ALL(RAW)},
    {ITYPE_COVERAGE_INFO, ALL(RAW)},
    {ITYPE_FEEDBACK_METADATA, ALL(RAW)},
    {ITYPE_ON_HEAP_BASIC_BLOCK_PROFILER_DATA, ALL("t")},
    // src/objects/feedback-vector.tq
    {ITYPE_FEEDBACK_VECTOR,
     {"tttrrt", "tttrrt", "rrt", "rrt", "rrt", "rrt", "rrt", "rrt"}},
    // src/objects/shared-function-info.tq, bytecode-array.tq, scope-info.tq
    {ITYPE_SHARED_FUNCTION_INFO,
     {"ttttr", "ttttr", "ttttr", "ttttr", "ttttr", "ttttr", "tttttr", "tttttr"}},
    {ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA, ALL("tr")},
    {ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA_WITH_JOB, ALL("tr")},
    {ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA, ALL("trt")},
    {ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA_AND_JOB, ALL("trtr")},
    {ITYPE_BYTECODE_ARRAY,
     {"ttttr", "ttttr", "ttttr", "ttttr", "ttttr", "tttttr", "tttttr", "tttttr"}},
    {ITYPE_SCOPE_INFO, {"t", "t", "t", "t", "t", "t", "rt", "rt"}},
    // src/objects/code.h: the header; instruction streams are SLOTS_CODE
    {ITYPE_CODE_DATA_CONTAINER, ALL("wr")}, // the next one in the list of its context
    {ITYPE_CODE, {NULL, NULL, NULL, NULL, "ttttr", "ttttttr", "ttttttr", "ttttttr"}},
    // src/objects/templates.tq, js-regexp.tq, contexts.tq: flags, bit fields and a double
    {ITYPE_ACCESSOR_INFO, {"t", "t", "t", "t", "t", "ttttr", "ttttr", "ttttr"}},
    {ITYPE_INTERCEPTOR_INFO, {"t", "t", "t", "t", "t", "t", "t", "trt"}},
    {ITYPE_IR_REG_EXP_DATA, {"t", "t", "t", "t", "t", "t", "t", "tttttttttttttr"}},
    {ITYPE_CONTEXT_CELL, ALL("ttr")},
    // src/objects/js-weak-refs.tq, allocation-site.tq
    {ITYPE_WEAK_CELL, {"twt", "twwt", "twwt", "twwt", "twwt", "twwt", "twwt", "ttwwt"}},
    {ITYPE_JS_WEAK_REF, ALL("ttwt")},
    {ITYPE_JS_FINALIZATION_REGISTRY, ALL("tttttttwt")},
    {ITYPE_ALLOCATION_SITE, ALL("tttrw")},
    // src/objects/js-date.tq, js-function.tq, js-array-buffer.tq
    {ITYPE_JS_DATE, {"t", "t", "t", "t", "t", "t", "ttrt", "ttrt"}},
    {ITYPE_JS_ARRAY_BUFFER, {"ttrrrt", "ttrrrrt", "ttrrrrrt", "ttrrrrrt", "tttrrrrrt", "tttrrrrrt",
                             "ttrtrrrrrt", "ttrtrrrrrt"}},
    {ITYPE_JS_TYPED_ARRAY, {"tttrrrrt", "tttrrrrt", "tttrrrrt", "tttrrrrrt", "tttrrrrrt",
                            "tttrrrrrt", "ttrtrrrrrt", "ttrtrrrrrt"}},
    {ITYPE_JS_DETACHED_TYPED_ARRAY, ALL("ttrtrrrrrt")},
    {ITYPE_JS_DATA_VIEW, {"tttrrrt", "tttrrrt", "tttrrrt", "tttrrrrt", "tttrrrrt", "tttrrrrt",
                          "ttrtrrrrrt", "ttrtrrrrrt"}},
    {ITYPE_JS_RAB_GSAB_DATA_VIEW, ALL("ttrtrrrrrt")},
};

// src/objects/code.h, instruction-stream.h: where the instructions begin, and how many tagged words
// (the map among them) come before. Up to 10.2 they are in the Code itself.
static const struct {
    enum itype type;
    uint16_t body;
    uint8_t tagged;
} code_rows[LAYOUT_LINES] = {
    {ITYPE_CODE, 64, 5}, {ITYPE_CODE, 96, 5}, {ITYPE_CODE, 96, 5}, {ITYPE_CODE, 128, 5},
    {ITYPE_INSTRUCTION_STREAM, 16, 2}, {ITYPE_INSTRUCTION_STREAM, 32, 3},
    {ITYPE_INSTRUCTION_STREAM, 32, 3}, {ITYPE_INSTRUCTION_STREAM, 32, 3},
};

// Functions of 13.6 and 14.6: the dispatch handle, an index, is at 24.
static const char *function_words(const struct v8 *v8)
{
    return v8->layout->sfi_untrusted_data != 0 ? "ttrt" : "t";
}

static void take_words(struct slot_plan *plan, const char *words)
{
    size_t length = strlen(words);
    plan->form = SLOTS_MASKED;
    for (size_t word = 1; word < SLOTS_WORDS; word++) {
        char kind = words[word - 1 < length ? word - 1 : length - 1];
        plan->raw |= (uint64_t)(kind == 'r') << word;
        plan->weak |= (uint64_t)(kind == 'w') << word;
    }
    plan->raw_tail = words[length - 1] == 'r';
    if (plan->raw == ~1ull && plan->raw_tail)
        plan->form = SLOTS_NONE;
    else if (plan->raw == 0 && plan->weak == 0 && !plan->raw_tail)
        plan->form = SLOTS_TAGGED;
}

static const char *string_words(uint16_t number)
{
    static const char *const by_kind[8] = {RAW, "rt", RAW, "rt", RAW, "rt", RAW, RAW};
    return by_kind[number & 7];
}

static const char *words_of(const struct v8 *v8, const struct v8_shape *shape)
{
    if (itype_is_string(&v8->types, shape->number))
        return string_words(shape->number);
    if (itype_is_js_function(&v8->types, shape->number))
        return function_words(v8);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].type == shape->type)
            return rows[i].words[v8->line];
    return "t";
}

// The last words of a native context: what the collector unlinks dead ones from, and the microtask
// queue (src/objects/contexts.h, FIRST_WEAK_SLOT). Up to 10.2 two lists of code come before the link
// to the next context.
static const uint8_t context_weak[LAYOUT_LINES] = {3, 3, 3, 3, 1, 1, 1, 1};

static bool take_form(const struct v8 *v8, const struct v8_shape *shape, struct slot_plan *ret)
{
    switch (shape->type) {
    case ITYPE_EPHEMERON_HASH_TABLE:
        ret->form = SLOTS_EPHEMERON;
        return true;
    case ITYPE_NATIVE_CONTEXT:
        ret->form = SLOTS_CONTEXT;
        ret->weak_last = context_weak[v8->line];
        return true;
    case ITYPE_PREPARSE_DATA:
        ret->form = SLOTS_PREPARSE;
        return true;
    case ITYPE_SMALL_ORDERED_HASH_MAP:
    case ITYPE_SMALL_ORDERED_HASH_SET:
    case ITYPE_SMALL_ORDERED_NAME_DICTIONARY:
        ret->form = SLOTS_SMALL_TABLE;
        return true;
    case ITYPE_CODE:
    case ITYPE_INSTRUCTION_STREAM:
        if (shape->type != code_rows[v8->line].type)
            return false;
        ret->form = SLOTS_CODE;
        ret->code_at = code_rows[v8->line].body;
        ret->raw = ~0ull << code_rows[v8->line].tagged;
        return true;
    default:
        return false;
    }
}

// src/objects/layout-descriptor.h of 7.8: one bit for each field in the object, set for doubles.
static void take_doubles(const struct v8 *v8, const struct v8_shape *shape, struct slot_plan *ret)
{
    struct v8_object map, bits;
    if (!v8_object_at(v8, shape->map, &map))
        return;
    uint64_t word = v8_word(&map, 48), mask = 0;
    uint32_t first = v8_u8(&map, 9);
    if (word == 0 || first == 0 || first >= SLOTS_WORDS)
        return;
    if (v8_is_smi(word))
        mask = (uint32_t)v8_smi(word);
    else if (v8_object_of(v8, word, &bits) && bits.shape.type == ITYPE_BYTE_ARRAY)
        mask = v8_u32(&bits, 16) | (uint64_t)v8_u32(&bits, 20) << 32;
    if (mask == 0)
        return;
    ret->form = SLOTS_MASKED;
    ret->raw |= mask << first;
}

void v8_slots(const struct v8 *v8, const struct v8_shape *shape, struct slot_plan *ret)
{
    *ret = (struct slot_plan){.form = SLOTS_TAGGED};
    if (take_form(v8, shape, ret))
        return;
    take_words(ret, words_of(v8, shape));
    if (itype_is_js_function(&v8->types, shape->number) && ret->form == SLOTS_MASKED)
        ret->form = SLOTS_FUNCTION;
    if (v8->layout->unboxed_doubles && itype_is_js_receiver(&v8->types, shape->number))
        take_doubles(v8, shape, ret);
}

void v8_slots_bounds(enum itype type, const uint8_t *object, uint64_t size, uint64_t *first,
                     uint64_t *end)
{
    uint32_t word = 0;
    *first = *end = 1;
    if (size < 24)
        return;
    if (type == ITYPE_PREPARSE_DATA) { // src/objects/shared-function-info.tq
        memcpy(&word, object + 8, sizeof word);
        *first = (16 + (uint64_t)word + 7) / 8;
        *end = size / 8;
    } else { // src/objects/ordered-hash-table.h SmallOrderedHashTable
        bool names = type == ITYPE_SMALL_ORDERED_NAME_DICTIONARY;
        uint64_t words = names ? 3 : type == ITYPE_SMALL_ORDERED_HASH_MAP ? 2 : 1;
        *first = names ? 3 : 2;
        *end = *first + words * object[names ? 18 : 10];
    }
    *end = *end < size / 8 ? *end : size / 8;
    *first = *first < *end ? *first : *end;
}
