#include "heap/v8/string/string.h"

#include "heap/v8/string/string_reader.h"

enum { // src/objects/string.h and instance-type.h, the same in all supported versions
    STRING_LENGTH = 12,
    STRING_DATA = 16,
    REPRESENTATION = 7,
    ONE_BYTE = 8,
    NOT_INTERNALIZED = 0x20,
    SHARED = 0x40, // from V8 10 on
    UTF8_MAX = 4,
};

bool v8_string_describe(const struct v8 *v8, struct v8_string *ret)
{
    uint16_t number = ret->object.shape.number;
    if (!itype_is_string(&v8->types, number))
        return false;
    ret->kind = (enum v8_string_kind)(number & REPRESENTATION);
    ret->two_byte = (number & ONE_BYTE) == 0;
    ret->internalized = (number & NOT_INTERNALIZED) == 0;
    ret->shared = (number & SHARED) != 0;
    ret->length = v8_u32(&ret->object, STRING_LENGTH);
    return ret->length <= V8_STRING_MAX;
}

bool v8_string_at(const struct v8 *v8, uint64_t address, struct v8_string *ret)
{
    return v8_object_at(v8, address, &ret->object) && v8_string_describe(v8, ret);
}

bool v8_string_of(const struct v8 *v8, uint64_t tagged, struct v8_string *ret)
{
    return v8_is_strong(tagged) && v8_object_of(v8, tagged, &ret->object) && v8_string_describe(v8, ret);
}

const char *v8_string_kind_name(const struct v8_string *string)
{
    switch (string->kind) {
    case STRING_SEQUENTIAL:
        return "sequential";
    case STRING_CONS:
        return "cons";
    case STRING_EXTERNAL:
        return "external";
    case STRING_SLICED:
        return "sliced";
    case STRING_THIN:
        return "thin";
    }
    return "unknown";
}

// --- UTF-8 ---------------------------------------------------------------------------------------

struct utf8 {
    char *buffer;
    size_t used, limit; // limit: bytes for text, without the NUL
    uint32_t high;      // a high surrogate that waits for its other half, or 0
};

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

// False when the character does not fit any more.
static bool put(struct utf8 *out, uint32_t code)
{
    char bytes[UTF8_MAX];
    size_t length = encode(code, bytes);
    if (length > out->limit - out->used)
        return false;
    memcpy(out->buffer + out->used, bytes, length);
    out->used += length;
    return true;
}

static bool put_unit(struct utf8 *out, uint32_t unit)
{
    uint32_t high = out->high;
    if (high != 0 && (unit & 0xfc00) == 0xdc00) {
        if (!put(out, 0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff)))
            return false;
        out->high = 0;
        return true;
    }
    if (high != 0 && !put(out, high))
        return false;
    out->high = (unit & 0xfc00) == 0xd800 ? unit : 0;
    return out->high != 0 || put(out, unit);
}

// Plain ASCII is copied eight at a time. Returns how many units were.
static uint32_t put_ascii(struct utf8 *out, const struct v8_string_chunk *chunk, uint32_t from)
{
    uint32_t at = from;
    uint64_t eight;
    if (chunk->two_byte || out->high != 0)
        return 0;
    for (; chunk->units - at >= 8 && out->limit - out->used >= 8; at += 8, out->used += 8) {
        memcpy(&eight, chunk->bytes + at, sizeof eight);
        if ((eight & 0x8080808080808080) != 0)
            break;
        memcpy(out->buffer + out->used, &eight, sizeof eight);
    }
    return at - from;
}

static uint32_t unit_at(const struct v8_string_chunk *chunk, uint32_t index)
{
    const uint8_t *bytes = chunk->bytes;
    return chunk->two_byte ? (uint32_t)(bytes[2 * (size_t)index] | bytes[2 * (size_t)index + 1] << 8)
                           : bytes[index];
}

// Returns how many units of the chunk were taken.
static uint32_t put_chunk(struct utf8 *out, const struct v8_string_chunk *chunk)
{
    uint32_t at = 0;
    while (at < chunk->units) {
        at += put_ascii(out, chunk, at);
        uint32_t end = chunk->units - at > 8 ? at + 8 : chunk->units;
        for (; at < end; at++)
            if (!put_unit(out, unit_at(chunk, at)))
                return at;
    }
    return at;
}

size_t v8_string_utf8(const struct v8 *v8, const struct v8_string *string, uint32_t first,
                      char *buffer, size_t capacity, uint32_t *next, bool *damaged)
{
    return v8_string_utf8_range(v8, string, first, string->length, buffer, capacity, next,
                                damaged);
}

size_t v8_string_utf8_range(const struct v8 *v8, const struct v8_string *string, uint32_t first,
                            uint32_t end, char *buffer, size_t capacity, uint32_t *next,
                            bool *damaged)
{
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    struct utf8 out = {.buffer = buffer, .limit = capacity > 0 ? capacity - 1 : 0};
    uint32_t at = first;
    bool fits = true;
    if (end > first && end - first > capacity) // a unit more than there is room for: each takes a byte
        end = first + (uint32_t)capacity;
    v8_string_read(&reader, v8, string, first, end);
    while (fits && out.used < out.limit && v8_string_next(&reader, &chunk)) {
        uint32_t taken = put_chunk(&out, &chunk);
        fits = taken == chunk.units;
        at = chunk.first + taken;
    }
    if (out.high != 0 && !(fits && put(&out, out.high)))
        at--; // the half that waited was not written
    if (capacity > 0)
        buffer[out.used] = '\0';
    if (next != NULL)
        *next = at;
    if (damaged != NULL)
        *damaged = reader.damaged;
    return out.used;
}

// What has no room any more goes from the end.
static void show_nul(char *buffer, size_t length, size_t capacity)
{
    char *at = buffer;
    while ((at = memchr(at, '\0', length - (size_t)(at - buffer))) != NULL &&
           (size_t)(at - buffer) + 3 <= capacity) {
        while (length + 2 > capacity || (buffer[length] & 0xc0) == 0x80) // within a character
            length--;
        buffer[length] = '\0';
        memmove(at + 2, at + 1, length - (size_t)(at - buffer));
        *at++ = '\\';
        *at++ = '0';
        length++;
    }
}

bool v8_string_short(const struct v8 *v8, uint64_t tagged, char *buffer, size_t capacity)
{
    struct v8_string string;
    buffer[0] = '\0';
    if (!v8_string_of(v8, tagged, &string))
        return false;
    show_nul(buffer, v8_string_utf8(v8, &string, 0, buffer, capacity, NULL, NULL), capacity);
    return true;
}

bool v8_string_equals(const struct v8 *v8, uint64_t tagged, const char *text)
{
    struct v8_string string;
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    size_t length = strlen(text);
    if (!v8_string_of(v8, tagged, &string) || string.length != length)
        return false;
    v8_string_read(&reader, v8, &string, 0, string.length);
    while (v8_string_next(&reader, &chunk))
        for (uint32_t i = 0; i < chunk.units; i++)
            if (unit_at(&chunk, i) != (uint8_t)text[chunk.first + i])
                return false;
    return !reader.damaged;
}

// The characters of a sequential one-byte string are at hand: compared in place. False: not known to
// be one.
static bool in_place(struct v8_string_wanted *wanted, uint64_t address, bool *same)
{
    const struct v8_page *page = wanted->page;
    uint64_t map, offset;
    uint32_t length;
    if (page == NULL || address - page->start >= page->readable)
        wanted->page = page = v8_page_at(wanted->v8, address);
    offset = page != NULL ? address - page->start : 0;
    if (page == NULL || offset >= page->readable || page->readable - offset < STRING_DATA)
        return false;
    memcpy(&map, page->bytes + offset, sizeof map);
    memcpy(&length, page->bytes + offset + STRING_LENGTH, sizeof length);
    if (map != wanted->map || page->readable - offset - STRING_DATA < length)
        return false;
    *same = length == wanted->length &&
            memcmp(page->bytes + offset + STRING_DATA, wanted->text, length) == 0;
    return true;
}

bool v8_string_is(struct v8_string_wanted *wanted, uint64_t tagged)
{
    struct v8_string string;
    bool same;
    if (tagged == wanted->other || !v8_is_strong(tagged) || (v8_untag(tagged) & 7) != 0)
        return false;
    if (in_place(wanted, v8_untag(tagged), &same))
        return same;
    if (!v8_string_of(wanted->v8, tagged, &string)) {
        wanted->other = tagged;
        return false;
    }
    if (string.kind == STRING_SEQUENTIAL && !string.two_byte)
        memcpy(&wanted->map, string.object.bytes, sizeof wanted->map);
    return v8_string_equals(wanted->v8, tagged, wanted->text);
}

// --- comparing -----------------------------------------------------------------------------------

// Units are taken four at a time as UTF-16, wherever pieces begin and end and however they are
// encoded.
struct hash {
    uint64_t state, word;
    unsigned filled; // bits of `word`
};

static void mix(struct hash *hash, uint64_t word)
{
    hash->state ^= word * 0x9e3779b97f4a7c15;
    hash->state = (hash->state << 29 | hash->state >> 35) * 0xbf58476d1ce4e5b9;
}

static void hash_unit(struct hash *hash, uint32_t unit)
{
    hash->word |= (uint64_t)unit << hash->filled;
    hash->filled += 16;
    if (hash->filled == 64) {
        mix(hash, hash->word);
        hash->word = hash->filled = 0;
    }
}

static uint64_t four_units(const struct v8_string_chunk *chunk, uint32_t at)
{
    uint32_t four;
    uint64_t word;
    if (chunk->two_byte) {
        memcpy(&word, chunk->bytes + 2 * (size_t)at, sizeof word);
        return word;
    }
    memcpy(&four, chunk->bytes + at, sizeof four);
    word = (four | (uint64_t)four << 16) & 0x0000ffff0000ffff;
    return (word | word << 8) & 0x00ff00ff00ff00ff;
}

static void hash_chunk(struct hash *hash, const struct v8_string_chunk *chunk)
{
    uint32_t at = 0;
    for (; at < chunk->units && hash->filled != 0; at++)
        hash_unit(hash, unit_at(chunk, at));
    for (; chunk->units - at >= 4; at += 4)
        mix(hash, four_units(chunk, at));
    for (; at < chunk->units; at++)
        hash_unit(hash, unit_at(chunk, at));
}

bool v8_string_hash(const struct v8 *v8, const struct v8_string *string, uint64_t *ret)
{
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    struct hash hash = {.state = string->length};
    reader.damaged = false;
    if (v8_string_in_place(string, &chunk)) {
        hash_chunk(&hash, &chunk);
    } else {
        v8_string_read(&reader, v8, string, 0, string->length);
        while (v8_string_next(&reader, &chunk))
            hash_chunk(&hash, &chunk);
    }
    mix(&hash, hash.word);
    *ret = hash.state ^ hash.state >> 32;
    return !reader.damaged;
}

static bool same_units(const struct v8_string_chunk *a, uint32_t a_from,
                       const struct v8_string_chunk *b, uint32_t b_from, uint32_t units)
{
    if (a->two_byte == b->two_byte) {
        unsigned shift = a->two_byte;
        return memcmp(a->bytes + ((size_t)a_from << shift), b->bytes + ((size_t)b_from << shift),
                      (size_t)units << shift) == 0;
    }
    for (uint32_t i = 0; i < units; i++)
        if (unit_at(a, a_from + i) != unit_at(b, b_from + i))
            return false;
    return true;
}

bool v8_string_same(const struct v8 *v8, const struct v8_string *a, const struct v8_string *b)
{
    struct v8_string_reader readers[2];
    struct v8_string_chunk chunks[2];
    uint32_t used[2] = {0, 0}, at = 0;
    if (a->length != b->length)
        return false;
    chunks[0].units = chunks[1].units = 0;
    v8_string_read(&readers[0], v8, a, 0, a->length);
    v8_string_read(&readers[1], v8, b, 0, b->length);
    while (at < a->length) {
        for (int i = 0; i < 2; i++) {
            if (used[i] < chunks[i].units)
                continue;
            if (!v8_string_next(&readers[i], &chunks[i]))
                return false;
            used[i] = 0;
        }
        uint32_t left = chunks[0].units - used[0], other = chunks[1].units - used[1];
        uint32_t units = left < other ? left : other;
        if (!same_units(&chunks[0], used[0], &chunks[1], used[1], units))
            return false;
        used[0] += units;
        used[1] += units;
        at += units;
    }
    return true;
}
