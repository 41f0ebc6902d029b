#include "heap/v8/calibrate/calibrate_names.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAP_CONSTRUCTOR = 32,     // src/objects/map.h: a function, or the map that this one grew from
    MAP_STEPS_MAX = 1024,
    FUNCTION_WORDS = 8,       // of a JSFunction: one is its SharedFunctionInfo
    SHARED_WORDS = 5,         // of a SharedFunctionInfo: one is its name
    STRING_LENGTH = 12,       // src/objects/string.h
    STRING_DATA = 16,
    NAME_MAX = 24,
    VOTES_MIN_SHARE = 2,      // one of two votes
};

// src/init/bootstrapper.cc
static const struct {
    const char *name;
    enum itype type;
} constructors[] = {
    {"Arguments", ITYPE_JS_ARGUMENTS_OBJECT},
    {"Array", ITYPE_JS_ARRAY},
    {"ArrayBuffer", ITYPE_JS_ARRAY_BUFFER},
    {"ArrayIterator", ITYPE_JS_ARRAY_ITERATOR},
    {"BigInt", ITYPE_JS_PRIMITIVE_WRAPPER},
    {"BigInt64Array", ITYPE_JS_TYPED_ARRAY},
    {"BigUint64Array", ITYPE_JS_TYPED_ARRAY},
    {"Boolean", ITYPE_JS_PRIMITIVE_WRAPPER},
    {"Collator", ITYPE_JS_COLLATOR},
    {"DataView", ITYPE_JS_DATA_VIEW},
    {"Date", ITYPE_JS_DATE},
    {"DateTimeFormat", ITYPE_JS_DATE_TIME_FORMAT},
    {"DisplayNames", ITYPE_JS_DISPLAY_NAMES},
    {"Error", ITYPE_JS_ERROR},
    {"EvalError", ITYPE_JS_ERROR},
    {"FinalizationRegistry", ITYPE_JS_FINALIZATION_REGISTRY},
    {"Float32Array", ITYPE_JS_TYPED_ARRAY},
    {"Float64Array", ITYPE_JS_TYPED_ARRAY},
    {"Int16Array", ITYPE_JS_TYPED_ARRAY},
    {"Int32Array", ITYPE_JS_TYPED_ARRAY},
    {"Int8Array", ITYPE_JS_TYPED_ARRAY},
    {"ListFormat", ITYPE_JS_LIST_FORMAT},
    {"Locale", ITYPE_JS_LOCALE},
    {"Map", ITYPE_JS_MAP},
    {"Number", ITYPE_JS_PRIMITIVE_WRAPPER},
    {"NumberFormat", ITYPE_JS_NUMBER_FORMAT},
    {"Object", ITYPE_JS_OBJECT},
    {"PluralRules", ITYPE_JS_PLURAL_RULES},
    {"Promise", ITYPE_JS_PROMISE},
    {"RangeError", ITYPE_JS_ERROR},
    {"ReferenceError", ITYPE_JS_ERROR},
    {"RegExp", ITYPE_JS_REG_EXP},
    {"RegExpStringIterator", ITYPE_JS_REG_EXP_STRING_ITERATOR},
    {"RelativeTimeFormat", ITYPE_JS_RELATIVE_TIME_FORMAT},
    {"Segmenter", ITYPE_JS_SEGMENTER},
    {"Set", ITYPE_JS_SET},
    {"String", ITYPE_JS_PRIMITIVE_WRAPPER},
    {"StringIterator", ITYPE_JS_STRING_ITERATOR},
    {"Symbol", ITYPE_JS_PRIMITIVE_WRAPPER},
    {"SyntaxError", ITYPE_JS_ERROR},
    {"TypeError", ITYPE_JS_ERROR},
    {"URIError", ITYPE_JS_ERROR},
    {"Uint16Array", ITYPE_JS_TYPED_ARRAY},
    {"Uint32Array", ITYPE_JS_TYPED_ARRAY},
    {"Uint8Array", ITYPE_JS_TYPED_ARRAY},
    {"Uint8ClampedArray", ITYPE_JS_TYPED_ARRAY},
    {"WeakMap", ITYPE_JS_WEAK_MAP},
    {"WeakRef", ITYPE_JS_WEAK_REF},
    {"WeakSet", ITYPE_JS_WEAK_SET},
};

// --- from a map to its constructor's name --------------------------------------------------------

static bool read_word(const struct map_facts *facts, uint64_t address, uint64_t *ret)
{
    return memory_u64(facts->v8->memory, address, ret);
}

// The function that made objects of this map; 0: not known.
static uint64_t constructor_of(const struct map_facts *facts, uint64_t map_word)
{
    uint16_t number = facts->map_number;
    for (int i = 0; i < MAP_STEPS_MAX && number == facts->map_number; i++)
        if (!read_word(facts, map_word - V8_TAG + MAP_CONSTRUCTOR, &map_word) ||
            !map_facts_number(facts, map_word, &number))
            return 0;
    return map_word;
}

// The first of the words behind the map word that points at an object this test accepts.
static uint64_t find_word(const struct map_facts *facts, uint64_t object, size_t words,
                          uint16_t below, uint16_t exactly)
{
    for (size_t i = 1; i <= words; i++) {
        uint64_t word;
        uint16_t number;
        if (read_word(facts, object - V8_TAG + 8 * i, &word) && (word & V8_TAG_MASK) == V8_TAG &&
            map_facts_number(facts, word, &number) && (number < below || number == exactly))
            return word;
    }
    return 0;
}

static bool read_name(const struct map_facts *facts, uint64_t string, char name[NAME_MAX])
{
    uint32_t length;
    if (string == 0 ||
        !memory_u32(facts->v8->memory, string - V8_TAG + STRING_LENGTH, &length) ||
        length == 0 || length >= NAME_MAX ||
        memory_read(facts->v8->memory, string - V8_TAG + STRING_DATA, name, length, NULL) != MEM_OK)
        return false;
    name[length] = '\0';
    return true;
}

// ITYPE_UNKNOWN: none of the built-in ones.
static enum itype type_by_constructor(const struct map_facts *facts, const struct itype_map *types,
                                      uint64_t map_word)
{
    char name[NAME_MAX];
    uint64_t function = constructor_of(facts, map_word);
    uint64_t shared = function == 0 ? 0
                                    : find_word(facts, function, FUNCTION_WORDS, 0,
                                                types->number[ITYPE_SHARED_FUNCTION_INFO]);
    if (shared == 0 || !read_name(facts,
                                  find_word(facts, shared, SHARED_WORDS, types->first_nonstring,
                                            types->number[ITYPE_INTERNALIZED_ONE_BYTE_STRING]),
                                  name))
        return ITYPE_UNKNOWN;
    for (size_t i = 0; i < sizeof constructors / sizeof *constructors; i++)
        if (strcmp(constructors[i].name, name) == 0)
            return constructors[i].type;
    return ITYPE_UNKNOWN;
}

// --- votes ---------------------------------------------------------------------------------------

static uint16_t elect(const uint16_t votes[ITYPE_NUMBER_MAX], uint16_t excluded)
{
    uint16_t best = ITYPE_NO_NUMBER;
    unsigned all = 0;
    for (uint16_t number = 0; number < ITYPE_NUMBER_MAX; number++) {
        if (number == excluded || votes[number] == 0)
            continue;
        all += votes[number];
        if (best == ITYPE_NO_NUMBER || votes[number] > votes[best])
            best = number;
    }
    return best != ITYPE_NO_NUMBER && VOTES_MIN_SHARE * votes[best] > all ? best : ITYPE_NO_NUMBER;
}

static void count_votes(const struct map_facts *facts, const struct itype_map *types,
                        uint16_t (*votes)[ITYPE_NUMBER_MAX])
{
    for (size_t i = 0; i <= facts->mask && facts->map_count > 0; i++) {
        if (facts->words[i] == 0 || facts->numbers[i] >= ITYPE_NUMBER_MAX)
            continue;
        enum itype type = type_by_constructor(facts, types, facts->words[i]);
        uint16_t *vote = &votes[type][facts->numbers[i]];
        if (type != ITYPE_UNKNOWN && *vote < UINT16_MAX)
            ++*vote;
    }
}

// A program's own class that is called like a built-in one makes plain objects.
void type_numbers_by_name(const struct map_facts *facts, const struct itype_map *types,
                          uint16_t ret[ITYPE_COUNT])
{
    uint16_t(*votes)[ITYPE_NUMBER_MAX] = calloc(ITYPE_COUNT, sizeof *votes);
    for (unsigned type = 0; type < ITYPE_COUNT; type++)
        ret[type] = ITYPE_NO_NUMBER;
    if (votes == NULL || types->number[ITYPE_SHARED_FUNCTION_INFO] == ITYPE_NO_NUMBER)
        goto out;
    count_votes(facts, types, votes);
    ret[ITYPE_JS_OBJECT] = elect(votes[ITYPE_JS_OBJECT], ITYPE_NO_NUMBER);
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        if (type != ITYPE_JS_OBJECT)
            ret[type] = elect(votes[type], ret[ITYPE_JS_OBJECT]);
out:
    free(votes);
}
