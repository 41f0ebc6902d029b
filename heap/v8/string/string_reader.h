// The characters of a string in place, piece by piece, from any position on.
//
// A string is what its representation says: characters of its own (sequential), of the process
// (external), a part of another (sliced), the same as another (thin), or two others behind each
// other (cons), to any depth: 50 million appends make a tree 50 million levels deep. The reader
// walks that tree without recursion and with the memory of this struct. It remembers the latest
// nodes where it went left, and of all of them a sample that gets coarser as the tree gets deeper,
// so that going on after a piece costs few steps at any depth.
//
// What a hostile image can do is bounded: a cons must be longer than each half that is a cons, so
// no path comes back to where it was, and no piece is empty, so reading n characters takes O(n)
// pieces.
#ifndef DUMPDIVE_HEAP_V8_STRING_STRING_READER_H
#define DUMPDIVE_HEAP_V8_STRING_STRING_READER_H

#include "heap/v8/string/string.h"

enum {
    STRING_RECENT = 512, // power of two
    STRING_MARKS = 512,
    STRING_MAPS = 8, // power of two
};

struct v8_string_chunk {
    const uint8_t *bytes; // valid as long as the heap is open
    uint32_t first;       // position of its first code unit in the string
    uint32_t units;       // at least 1
    bool two_byte;        // little-endian UTF-16, else Latin-1
};

// A cons string whose first half is being read: its second half begins at `middle`.
struct v8_string_turn {
    uint64_t address;
    uint32_t start, middle, depth;
};

// What was looked up last: the nodes of a tree share a few pages and maps.
struct v8_string_cache {
    const struct v8_page *page;
    struct {
        uint64_t map;
        uint16_t number;
    } maps[STRING_MAPS];
};

struct v8_string_node {
    uint64_t address;
    const uint8_t *bytes;
    uint64_t readable; // bytes of its page from it on, at least 32
    uint32_t length;
    uint16_t number;   // instance type
};

struct v8_string_reader {
    const struct v8 *v8;
    struct v8_string_node root;
    uint32_t position, end;
    bool damaged; // something could not be read or contradicts itself: `position` says where
    struct v8_string_cache cache;
    uint32_t stride;       // depth between marks, a power of two
    uint32_t mark_count;
    uint32_t recent_count; // entries of `recent` that are valid, ending before `recent_next`
    uint32_t recent_next;
    struct v8_string_turn marks[STRING_MARKS]; // outermost first
    struct v8_string_turn recent[STRING_RECENT];
};

// Read code units [first, end) of `string`; both are cut to its length.
void v8_string_read(struct v8_string_reader *reader, const struct v8 *v8,
                    const struct v8_string *string, uint32_t first, uint32_t end);

// The next piece. False at the end, and where the string is damaged (reader->damaged).
bool v8_string_next(struct v8_string_reader *reader, struct v8_string_chunk *ret);

// The characters of a sequential string, without a reader: the whole string. False for all others.
static inline bool v8_string_in_place(const struct v8_string *string, struct v8_string_chunk *ret)
{
    ret->bytes = string->object.bytes + 16; // src/objects/string.h SeqString
    ret->first = 0;
    ret->units = string->length;
    ret->two_byte = string->two_byte;
    return string->kind == STRING_SEQUENTIAL && string->length > 0 &&
           string->object.size >= 16 + ((uint64_t)string->length << string->two_byte);
}

#endif
