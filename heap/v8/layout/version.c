#include "heap/v8/layout/version.h"

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

static bool read_text(const struct memory *memory, uint64_t address, uint64_t length, char *buffer,
                      size_t capacity)
{
    if (length == 0 || length >= capacity ||
        memory_read(memory, address, buffer, length, NULL) != MEM_OK)
        return false;
    buffer[length] = '\0';
    return memchr(buffer, '\0', length) == NULL;
}

static bool are_versions(struct version_found *found)
{
    return is_version(found->node, 2) &&
           version_parse_v8(found->v8, &found->major, &found->minor);
}

// Node's version is short enough to lie in the string object itself: a cheap first test.
static bool strings_at(const struct memory *memory, const uint8_t *bytes, uint64_t address,
                       struct version_found *ret)
{
    struct std_string strings[2];
    memcpy(strings, bytes, sizeof strings);
    return strings[0].text == address + 16 && strings[0].length >= 5 &&
           strings[0].length <= 15 && strings[1].length >= 7 &&
           read_text(memory, strings[0].text, strings[0].length, ret->node, sizeof ret->node) &&
           read_text(memory, strings[1].text, strings[1].length, ret->v8, sizeof ret->v8) &&
           are_versions(ret);
}

// Official builds up to Node 16 use libstdc++'s old std::string: one pointer to the text, with
// length, capacity and reference count before it.
static bool old_text(const struct memory *memory, uint64_t text, char *buffer, size_t capacity)
{
    uint64_t header[3]; // length, capacity, count
    return memory_read(memory, text - sizeof header, header, sizeof header, NULL) == MEM_OK &&
           header[0] <= header[1] && header[1] < 256 &&
           read_text(memory, text, header[0], buffer, capacity);
}

static bool old_strings_at(const struct memory *memory, const uint8_t *bytes,
                           struct version_found *ret)
{
    uint64_t text[2];
    memcpy(text, bytes, sizeof text);
    if ((text[0] & 7) != 0 || text[0] < 4096 || (text[1] & 7) != 0 || text[1] < 4096)
        return false;
    return old_text(memory, text[0], ret->node, sizeof ret->node) && is_version(ret->node, 2) &&
           old_text(memory, text[1], ret->v8, sizeof ret->v8) && are_versions(ret);
}

static bool find_in(const struct memory *memory, const struct segment *segment,
                    struct version_found *ret)
{
    uint64_t at = segment->start, end = segment->start + segment->readable;
    while (memory_data(memory, segment, &at, &end)) {
        for (; at + 2 * sizeof(struct std_string) <= end; at += 8) {
            const uint8_t *bytes = segment->bytes + (at - segment->start);
            if (strings_at(memory, bytes, at, ret) || old_strings_at(memory, bytes, ret))
                return true;
        }
        at = end;
        end = segment->start + segment->readable;
    }
    return false;
}

// The object is static: it lies in the executable's (or libnode.so's) .data or .bss, the latter an
// anonymous mapping right behind the file's.
static bool is_static(const struct memory *memory, size_t index)
{
    const struct segment *segment = &memory->segments[index];
    if (!(segment->perm & SEGMENT_WRITE) || segment->source != SEGMENT_FROM_CORE)
        return false;
    if (segment->file != NULL)
        return true;
    const struct segment *before = index > 0 ? segment - 1 : NULL;
    return before != NULL && before->end == segment->start && before->file != NULL;
}

bool version_find(const struct memory *memory, struct version_found *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < memory->count; i++)
        if (is_static(memory, i) && find_in(memory, &memory->segments[i], ret))
            return true;
    memset(ret, 0, sizeof *ret);
    return false;
}
