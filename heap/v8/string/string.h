// Strings of any kind to UTF-8, by range.
//
// Positions and lengths are UTF-16 code units, as JavaScript counts. Lone surrogates come out as
// three-byte WTF-8, so nothing is lost; who writes to a terminal or JSON escapes them. No recursion
// and no memory that grows with the string: a cons tree a million deep costs what is asked for
// (string_reader.h, for who wants the characters in place).
#ifndef DUMPDIVE_HEAP_V8_STRING_STRING_H
#define DUMPDIVE_HEAP_V8_STRING_STRING_H

#include "heap/v8/object/object.h"

enum v8_string_kind { // the representation bits of the instance type, src/objects/instance-type.h
    STRING_SEQUENTIAL = 0,
    STRING_CONS = 1,
    STRING_EXTERNAL = 2,
    STRING_SLICED = 3,
    STRING_THIN = 5,
};

enum {
    V8_STRING_MAX = (1 << 30) - 25, // String::kMaxLength of 7.8; half of it in later lines
};

struct v8_string {
    struct v8_object object;
    enum v8_string_kind kind;
    uint32_t length; // code units
    bool two_byte;   // encoding of its own characters (of a cons: of its whole)
    bool internalized, shared;
};

// False when the object at the tagged word is not a string, or claims to be longer than one can be.
bool v8_string_of(const struct v8 *v8, uint64_t tagged, struct v8_string *ret);
bool v8_string_at(const struct v8 *v8, uint64_t address, struct v8_string *ret);

// The same for an object at hand: `object` is set, the rest is filled in.
bool v8_string_describe(const struct v8 *v8, struct v8_string *string);

// Decode code units from `first` on into `buffer` as UTF-8 until `capacity - 1` bytes are used or
// the string ends; always terminates. Returns the bytes written; `*next` (may be NULL) is the first
// code unit not decoded. Characters that cannot be read end it early with *next < length and
// `*damaged` (may be NULL) set.
size_t v8_string_utf8(const struct v8 *v8, const struct v8_string *string, uint32_t first,
                      char *buffer, size_t capacity, uint32_t *next, bool *damaged);

// The same for code units [first, end) only.
size_t v8_string_utf8_range(const struct v8 *v8, const struct v8_string *string, uint32_t first,
                            uint32_t end, char *buffer, size_t capacity, uint32_t *next,
                            bool *damaged);

// The whole of a short string, cut to fit: for names. NUL characters in it read \0 (Node's modules have
// keys with one in the middle). False (and "") when it is not a string.
bool v8_string_short(const struct v8 *v8, uint64_t tagged, char *buffer, size_t capacity);

// Is it exactly this ASCII text?
bool v8_string_equals(const struct v8 *v8, uint64_t tagged, const char *text);

// The same of many strings: most are told apart without being decoded. Begin with v8, text and length
// set, the rest 0.
struct v8_string_wanted {
    const struct v8 *v8;
    const char *text;
    size_t length;
    const struct v8_page *page; // looked at last
    uint64_t map;               // word of the last sequential one-byte string
    uint64_t other;             // the last tagged word that was no string: of unused entries
};
bool v8_string_is(struct v8_string_wanted *wanted, uint64_t tagged);

// A hash of the text: the same for every representation of the same text. False: damaged.
bool v8_string_hash(const struct v8 *v8, const struct v8_string *string, uint64_t *ret);
// Do both read the same? Damaged strings equal nothing.
bool v8_string_same(const struct v8 *v8, const struct v8_string *a, const struct v8_string *b);

const char *v8_string_kind_name(const struct v8_string *string); // "sequential", "cons", ...

#endif
