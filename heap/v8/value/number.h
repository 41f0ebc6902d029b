// Numbers as JavaScript writes them.
#ifndef DUMPDIVE_HEAP_V8_VALUE_NUMBER_H
#define DUMPDIVE_HEAP_V8_VALUE_NUMBER_H

#include "heap/v8/object/object.h"

enum {
    NUMBER_TEXT = 48,       // bytes that hold any number or date with its NUL
    BIGINT_WORDS_MAX = 512, // of 64 bits: longer ones are shown in hexadecimal
};

// Number.prototype.toString(): the shortest digits that read back the same; "-0" is kept.
void v8_number_text(double number, char buffer[NUMBER_TEXT]);

// A BigInt as its literal without the "n": decimal, or "0x…" when it has more than
// BIGINT_WORDS_MAX words (decimal costs the square of the length). What does not fit is cut at the
// end: `*length` (may be NULL) is what the whole takes. Returns the bytes written, without the NUL.
size_t v8_bigint_text(const struct v8_object *object, char *buffer, size_t capacity,
                      size_t *length);

// ISO 8601 of a time in milliseconds since 1970, as Date.prototype.toISOString() gives it. False:
// an invalid date.
bool v8_date_text(double milliseconds, char buffer[NUMBER_TEXT]);

#endif
