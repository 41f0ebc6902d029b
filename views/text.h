// Text from the dump on its way out: the one place where foreign bytes become something that may
// be written to a terminal, in the explorer and in batch mode alike.
//
// Input is UTF-8 that may hold anything: controls, escape sequences, invalid bytes, surrogates that
// lost their partner (as in WTF-8). What could steer a terminal or mislead a reader is turned into
// visible forms:
//     \n \t \r \x1b \x7f   C0 controls and DEL
//     \u0085               C1 controls
//     \u202e \u200b        bidi controls, zero-width and other format characters
//     \ud83d               surrogates
//     \xff                 bytes that are not UTF-8
//     \u{1f9ff}            whatever this machine's C library does not know as printable
// Nothing here allocates or keeps state, but widths come from wcwidth(), so LC_CTYPE counts: a
// program calls setlocale(LC_CTYPE, "") first and passes TEXT_ASCII when its locale is not UTF-8.
#ifndef DUMPDIVE_VIEWS_TEXT_H
#define DUMPDIVE_VIEWS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum text_charset {
    TEXT_UTF8,
    TEXT_ASCII, // everything beyond ASCII is escaped as well
};

enum text_class {
    TEXT_PLAIN,
    TEXT_CONTROL,   // C0, DEL, C1
    TEXT_HIDDEN,    // bidi, zero-width, format and tag characters, line separators, noncharacters
    TEXT_SURROGATE, // half a pair
    TEXT_INVALID,   // a byte that is not UTF-8; `code` is the byte
};

struct text_point {
    uint32_t code;
    enum text_class class;
    size_t length; // bytes of the input
};

// Decode one code point. False at the end of the text.
bool text_decode(const char *text, size_t length, struct text_point *ret);

// Encode a code point (up to 0x10ffff, surrogates too) as UTF-8; returns 1 to 4.
size_t text_encode(uint32_t code, char buffer[4]);

enum {
    TEXT_UNIT_MAX = 24, // a base character and four marks, or the longest escape, and a NUL
};

// What stands together on the screen: a character with its combining marks, or one escape.
struct text_unit {
    char bytes[TEXT_UNIT_MAX]; // safe UTF-8, NUL-terminated
    size_t length;             // of `bytes`
    unsigned columns;          // of the screen: at least 1
    size_t consumed;           // bytes of the input: at least 1
    bool escaped;              // `bytes` is an escape, not the text itself
};

// Take the next unit. False at the end of the text.
bool text_unit(const char *text, size_t length, enum text_charset charset, struct text_unit *ret);

// Columns that a text takes on the screen.
size_t text_columns(const char *text, size_t length, enum text_charset charset);

// Copy a text, escaped, as far as it fits into `capacity` bytes with its NUL and into `columns`
// columns. What is cut ends in "…" ("~" with TEXT_ASCII), which counts. Returns the columns used.
size_t text_fit(const char *text, size_t length, enum text_charset charset, size_t columns,
                char *buffer, size_t capacity);

// Write a text, escaped. Returns the columns it takes; a write error shows in ferror(out).
size_t text_write(FILE *out, const char *text, size_t length, enum text_charset charset);

#endif
