#include "heap/v8/value/value.h"

enum {
    HEAP_NUMBER_VALUE = 8, // src/objects/heap-number.h
    ODDBALL_KIND = 40,     // src/objects/oddball.h, the same in all supported versions
    ODDBALL_KINDS = 6,
};

// What V8 calls undefined moved when holes got a type of their own (V8 12).
static enum value_kind oddball_kind(const struct v8 *v8, uint64_t kind)
{
    static const enum value_kind old_kinds[] = {KIND_BOOLEAN, KIND_BOOLEAN, KIND_HOLE, KIND_NULL,
                                                KIND_HOLE, KIND_UNDEFINED};
    static const enum value_kind new_kinds[] = {KIND_BOOLEAN, KIND_BOOLEAN, KIND_HOLE, KIND_NULL,
                                                KIND_UNDEFINED, KIND_HOLE};
    _Static_assert(sizeof old_kinds / sizeof *old_kinds == ODDBALL_KINDS, "one each");
    int32_t number = v8_smi(kind);
    if (!v8_is_smi(kind) || number < 0 || number >= ODDBALL_KINDS)
        return KIND_INTERNAL; // uninitialized, optimized out, ...
    return (v8->layout->hole_is_oddball ? old_kinds : new_kinds)[number];
}

static double double_at(const struct v8_object *object, uint64_t offset)
{
    uint64_t bits = v8_word(object, offset);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void classify(const struct v8 *v8, struct v8_what *ret)
{
    const struct v8_object *object = &ret->object;
    uint16_t number = object->shape.number;
    switch (object->shape.type) {
    case ITYPE_HEAP_NUMBER:
        ret->kind = KIND_NUMBER;
        ret->number = double_at(object, HEAP_NUMBER_VALUE);
        return;
    case ITYPE_ODDBALL:
        ret->kind = oddball_kind(v8, v8_word(object, ODDBALL_KIND));
        ret->truth = v8_smi(v8_word(object, ODDBALL_KIND)) == 1;
        return;
    case ITYPE_SYMBOL:
        ret->kind = KIND_SYMBOL;
        return;
    case ITYPE_BIG_INT_BASE:
        ret->kind = KIND_BIGINT;
        return;
    case ITYPE_HOLE:
        ret->kind = KIND_HOLE;
        return;
    case ITYPE_JS_BOUND_FUNCTION:
    case ITYPE_JS_WRAPPED_FUNCTION:
        ret->kind = KIND_FUNCTION;
        return;
    default:
        ret->kind = itype_is_string(&v8->types, number)        ? KIND_STRING
                    : itype_is_js_function(&v8->types, number) ? KIND_FUNCTION
                    : itype_is_js_receiver(&v8->types, number) ? KIND_OBJECT
                                                               : KIND_INTERNAL;
    }
}

// The holes of V8 14 are spans of unreadable memory: their map word is all there is of them, and no
// more of the read-only page behind it than was saved.
static bool read_map(const struct v8 *v8, uint64_t address, struct v8_what *ret)
{
    uint64_t map;
    if ((address & 7) != 0 || v8_page_at(v8, address) == NULL ||
        !memory_u64(v8->memory, address, &map) || !v8_is_strong(map) ||
        !v8_shape_read(v8, v8_untag(map), &ret->object.shape) ||
        ret->object.shape.type != ITYPE_HOLE)
        return false;
    ret->object.address = address;
    ret->object.size = 0;
    ret->object.bytes = NULL;
    return true;
}

bool v8_object_what(const struct v8 *v8, uint64_t address, struct v8_what *ret)
{
    memset(ret, 0, sizeof *ret);
    if (!v8_object_at(v8, address, &ret->object) && !read_map(v8, address, ret)) {
        ret->object.address = 0;
        return false;
    }
    classify(v8, ret);
    return true;
}

void v8_word_what(const struct v8 *v8, uint64_t tagged, struct v8_what *ret)
{
    memset(ret, 0, sizeof *ret);
    if (v8_is_smi(tagged)) {
        // A Smi has nothing in its lower half; what else is even is no tagged word.
        ret->kind = (uint32_t)tagged == 0 ? KIND_NUMBER : KIND_ADDRESS;
        ret->number = v8_smi(tagged);
        return;
    }
    if (v8_is_cleared(tagged)) {
        ret->kind = KIND_CLEARED;
        ret->weak = true;
        return;
    }
    if (v8_object_of(v8, tagged, &ret->object) || read_map(v8, v8_untag(tagged), ret))
        classify(v8, ret);
    else
        ret->object.address = 0;
    ret->weak = v8_is_weak(tagged);
}

void v8_value_what(const struct v8 *v8, const struct v8_value *value, struct v8_what *ret)
{
    if (value->form == VALUE_TAGGED) {
        v8_word_what(v8, value->word, ret);
        return;
    }
    static const enum value_kind kinds[] = {
        [VALUE_ABSENT] = KIND_HOLE,     [VALUE_DOUBLE] = KIND_NUMBER,
        [VALUE_INTEGER] = KIND_NUMBER,  [VALUE_UNSIGNED] = KIND_NUMBER,
        [VALUE_BIGINT] = KIND_BIGINT,   [VALUE_BIGUINT] = KIND_BIGINT,
        [VALUE_ADDRESS] = KIND_ADDRESS, [VALUE_WORDS] = KIND_WORDS,
        [VALUE_UNKNOWN] = KIND_UNKNOWN, [VALUE_STRING] = KIND_STRING,
    };
    memset(ret, 0, sizeof *ret);
    ret->kind = kinds[value->form];
    ret->number = value->form == VALUE_DOUBLE     ? value->number
                  : value->form == VALUE_UNSIGNED ? (double)value->word
                                                  : (double)value->integer;
}

const char *value_kind_name(enum value_kind kind)
{
    static const char *const names[] = {
        [KIND_UNKNOWN] = "unknown", [KIND_UNDEFINED] = "undefined", [KIND_NULL] = "null",
        [KIND_BOOLEAN] = "boolean", [KIND_NUMBER] = "number",       [KIND_STRING] = "string",
        [KIND_SYMBOL] = "symbol",   [KIND_BIGINT] = "bigint",       [KIND_FUNCTION] = "function",
        [KIND_OBJECT] = "",         [KIND_HOLE] = "hole",           [KIND_INTERNAL] = "",
        [KIND_CLEARED] = "cleared", [KIND_ADDRESS] = "address",     [KIND_WORDS] = "",
    };
    return names[kind];
}

static bool oddball_is(const struct v8 *v8, uint64_t word, enum value_kind kind)
{
    struct v8_shape shape;
    uint64_t map, oddball;
    const struct v8_page *page = v8_is_strong(word) ? v8_page_at(v8, v8_untag(word)) : NULL;
    if (page == NULL || page->kind != SPACE_READ_ONLY || // where all oddballs and holes are
        !memory_u64(v8->memory, v8_untag(word), &map) || !v8_is_strong(map) ||
        !v8_shape_read(v8, v8_untag(map), &shape))
        return false;
    if (shape.type == ITYPE_HOLE)
        return kind == KIND_HOLE;
    return shape.type == ITYPE_ODDBALL &&
           memory_u64(v8->memory, v8_untag(word) + ODDBALL_KIND, &oddball) &&
           oddball_kind(v8, oddball) == kind;
}

bool v8_is_hole(const struct v8 *v8, uint64_t word)
{
    return oddball_is(v8, word, KIND_HOLE);
}

bool v8_is_undefined(const struct v8 *v8, uint64_t word)
{
    return oddball_is(v8, word, KIND_UNDEFINED);
}
