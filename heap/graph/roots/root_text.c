// What roots are called.
#include "heap/graph/roots/roots.h"

#include "heap/v8/value/value.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    CACHE_ELEMENTS = 16, // src/objects/fixed-array.tq: where elements begin
    CACHE_LEAST = 256,   // elements; V8 lets it grow
    CACHE_LOOK = 256,    // pairs of them
};

const char *root_kind_name(enum root_kind kind)
{
    static const char *const names[ROOT_KIND_COUNT] = {
        [ROOT_GLOBAL] = "global object",
        [ROOT_TABLE] = "root table",
        [ROOT_GLOBAL_HANDLE] = "global handle",
        [ROOT_TRACED_HANDLE] = "traced handle",
        [ROOT_ETERNAL_HANDLE] = "eternal handle",
        [ROOT_HANDLE_SCOPE] = "handle scope",
        [ROOT_STACK] = "stack",
        [ROOT_REGISTER] = "register",
        [ROOT_MALLOC] = "malloc heap",
        [ROOT_DATA] = "data",
        [ROOT_ANONYMOUS] = "memory",
    };
    return kind < ROOT_KIND_COUNT && names[kind] != NULL ? names[kind] : "?";
}

static enum value_kind kind_of(const struct v8 *v8, uint64_t word)
{
    struct v8_value value = {.form = VALUE_TAGGED, .word = word};
    struct v8_what what;
    v8_value_what(v8, &value, &what);
    return what.kind;
}

// Is it the array in which V8 keeps which string a number was turned into (a number, its string, and
// so on: src/heap/factory.cc, NumberToStringCacheSet in 11.3), or one that a collection emptied? They
// are large in all programs, and would be taken for theirs. "": it is neither.
static const char *cache_text(const struct v8 *v8, uint64_t target)
{
    struct v8_object array;
    size_t pairs = 0, empty = 0, looked = 0;
    if (!v8_object_at(v8, target, &array) || array.shape.type != ITYPE_FIXED_ARRAY ||
        array.size < CACHE_ELEMENTS + 8 * CACHE_LEAST)
        return "";
    for (; looked < CACHE_LOOK && CACHE_ELEMENTS + 16 * (looked + 1) <= array.size; looked++) {
        uint64_t at = CACHE_ELEMENTS + 16 * looked;
        enum value_kind key = kind_of(v8, v8_word(&array, at));
        enum value_kind value = kind_of(v8, v8_word(&array, at + 8));
        pairs += key == KIND_NUMBER && value == KIND_STRING;
        empty += key == KIND_UNDEFINED && value == KIND_UNDEFINED;
    }
    if (pairs + empty < looked)
        return "";
    return pairs > 0 ? ", V8's cache of numbers as text" : ", a cache of V8's, empty";
}

void root_text(const struct v8 *v8, const struct root *root, char *buffer, size_t capacity)
{
    const char *kind = root_kind_name((enum root_kind)root->kind);
    const struct segment *segment = memory_segment(v8->memory, root->slot);
    switch (root->kind) {
    case ROOT_STACK:
    case ROOT_REGISTER:
        snprintf(buffer, capacity, "%s of thread %" PRIu32, kind, root->place);
        break;
    case ROOT_TABLE:
        snprintf(buffer, capacity, "%s entry %" PRIu32 "%s", kind, root->place,
                 cache_text(v8, root->target));
        break;
    case ROOT_DATA:
        snprintf(buffer, capacity, "%s of %s", kind,
                 segment != NULL && segment->file != NULL ? segment->file : "the executable");
        break;
    default:
        snprintf(buffer, capacity, "%s%s", root->weak ? "weak " : "", kind);
    }
}
