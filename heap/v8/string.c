#include "heap/v8/string.h"

enum {
    STRING_DATA = 16, // src/objects/string.h
    STRING_LENGTH = 12,
    CONS_FIRST = 16,
    CONS_SECOND = 24,
    SLICED_PARENT = 16,
    SLICED_OFFSET = 24,
    THIN_ACTUAL = 16,
    EXTERNAL_DATA = 24,
    UNWRAP_MAX = 64,
};

bool v8_string_at(const struct v8 *v8, uint64_t address, struct v8_string *ret)
{
    if (!v8_object_at(v8, address, &ret->object) ||
        !itype_is_string(&v8->types, ret->object.shape.number))
        return false;
    uint16_t number = ret->object.shape.number;
    ret->kind = (enum v8_string_kind)(number & 7);
    ret->two_byte = (number & 8) == 0;
    ret->internalized = (number & 0x20) == 0;
    ret->shared = (number & 0x40) != 0;
    ret->length = v8_u32(&ret->object, STRING_LENGTH);
    return true;
}

bool v8_string_of(const struct v8 *v8, uint64_t tagged, struct v8_string *ret)
{
    return v8_is_strong(tagged) && v8_string_at(v8, v8_untag(tagged), ret);
}

// The characters in place, for strings that have some: sequential ones, and what thin, sliced and
// flat cons strings refer to.
static bool flat(const struct v8 *v8, const struct v8_string *string, const uint8_t **bytes,
                 bool *two_byte, uint64_t *units)
{
    struct v8_string at = *string;
    uint64_t offset = 0;
    for (int steps = 0; steps < UNWRAP_MAX; steps++) {
        uint64_t size, next = v8_word(&at.object, CONS_FIRST);
        switch (at.kind) {
        case STRING_SEQUENTIAL:
            *bytes = at.object.bytes + STRING_DATA;
            size = at.object.size - STRING_DATA;
            break;
        case STRING_EXTERNAL:
            *bytes = memory_view(v8->memory, v8_word(&at.object, EXTERNAL_DATA), &size);
            if (*bytes == NULL)
                return false;
            break;
        case STRING_SLICED:
            offset += (uint32_t)v8_smi(v8_word(&at.object, SLICED_OFFSET));
            if (!v8_string_of(v8, next, &at))
                return false;
            continue;
        default:
            if (!v8_string_of(v8, next, &at))
                return false;
            continue;
        }
        *two_byte = at.two_byte;
        *units = size >> at.two_byte;
        if (*units > at.length)
            *units = at.length;
        if (offset > *units)
            return false;
        *bytes += offset << at.two_byte;
        *units -= offset;
        return true;
    }
    return false;
}

static size_t encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

static uint32_t unit_at(const uint8_t *bytes, bool two_byte, uint64_t index)
{
    return two_byte ? (uint32_t)(bytes[2 * index] | bytes[2 * index + 1] << 8) : bytes[index];
}

size_t v8_string_utf8(const struct v8 *v8, const struct v8_string *string, uint32_t first,
                      char *buffer, size_t capacity, uint32_t *next, bool *damaged)
{
    const uint8_t *bytes = NULL;
    bool two_byte = false;
    uint64_t units = 0, at = first;
    size_t used = 0;
    bool whole = flat(v8, string, &bytes, &two_byte, &units);
    if (units > string->length)
        units = string->length;
    for (; whole && at < units && used + 5 <= capacity; at++) {
        uint32_t code = unit_at(bytes, two_byte, at);
        if ((code & 0xfc00) == 0xd800 && at + 1 < units) {
            uint32_t low = unit_at(bytes, two_byte, at + 1);
            if ((low & 0xfc00) == 0xdc00) {
                code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
                at++;
            }
        }
        used += encode(code, buffer + used);
    }
    if (capacity > 0)
        buffer[used] = '\0';
    if (next != NULL)
        *next = (uint32_t)at;
    if (damaged != NULL)
        *damaged = !whole || (at == units && units < string->length);
    return used;
}

bool v8_string_short(const struct v8 *v8, uint64_t tagged, char *buffer, size_t capacity)
{
    struct v8_string string;
    buffer[0] = '\0';
    if (!v8_string_of(v8, tagged, &string))
        return false;
    v8_string_utf8(v8, &string, 0, buffer, capacity, NULL, NULL);
    return true;
}

bool v8_string_equals(const struct v8 *v8, uint64_t tagged, const char *text)
{
    struct v8_string string;
    char buffer[128];
    return v8_string_of(v8, tagged, &string) && string.length == strlen(text) &&
           string.length < sizeof buffer - 5 &&
           v8_string_utf8(v8, &string, 0, buffer, sizeof buffer, NULL, NULL) == strlen(text) &&
           strcmp(buffer, text) == 0;
}
