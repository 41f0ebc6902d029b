#include "heap/v8/version.h"

#include <ctype.h>
#include <stdlib.h>

// libstdc++'s std::string: pointer, length, then 16 bytes in place or the capacity.
struct std_string {
    uint64_t text, length, local[2];
};

// Digits separated by exactly `dots` dots, then the end or a suffix that begins with '-'.
static bool is_version(const char *text, unsigned dots)
{
    unsigned seen = 0;
    if (!isdigit((unsigned char)*text))
        return false;
    for (; *text != '\0' && *text != '-'; text++) {
        if (*text == '.' && isdigit((unsigned char)text[1]))
            seen++;
        else if (!isdigit((unsigned char)*text))
            return false;
    }
    return seen == dots;
}

bool version_parse_v8(const char *text, unsigned *major, unsigned *minor)
{
    if (!is_version(text, 3))
        return false;
    char *end;
    *major = (unsigned)strtoul(text, &end, 10);
    *minor = (unsigned)strtoul(end + 1, NULL, 10);
    return *major > 0 && *major < 1000;
}

static bool read_std_string(const struct memory *memory, const struct std_string *string,
                            char *buffer, size_t capacity)
{
    if (string->length == 0 || string->length >= capacity)
        return false;
    if (memory_read(memory, string->text, buffer, string->length, NULL) != MEM_OK)
        return false;
    buffer[string->length] = '\0';
    return memchr(buffer, '\0', string->length) == NULL;
}

// Node's version is short enough to lie in the string object itself: a cheap first test.
static bool versions_at(const struct memory *memory, const uint8_t *bytes, uint64_t address,
                        struct version_found *ret)
{
    struct std_string strings[2];
    memcpy(strings, bytes, sizeof strings);
    if (strings[0].text != address + 16 || strings[0].length < 5 || strings[0].length > 15 ||
        strings[1].length < 7)
        return false;
    return read_std_string(memory, &strings[0], ret->node, sizeof ret->node) &&
           is_version(ret->node, 2) &&
           read_std_string(memory, &strings[1], ret->v8, sizeof ret->v8) &&
           version_parse_v8(ret->v8, &ret->major, &ret->minor);
}

bool version_find(const struct memory *memory, struct version_found *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        if (!(segment->perm & SEGMENT_WRITE) || segment->source != SEGMENT_FROM_CORE)
            continue;
        for (uint64_t at = 0; at + 2 * sizeof(struct std_string) <= segment->readable; at += 8)
            if (versions_at(memory, segment->bytes + at, segment->start + at, ret))
                return true;
    }
    memset(ret, 0, sizeof *ret);
    return false;
}
