// Writing JSON: escapes what JSON must, keeps commas right, never fails but for the stream's error.
#ifndef DUMPDIVE_VIEWS_JSON_H
#define DUMPDIVE_VIEWS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_writer {
    FILE *out;
    bool comma; // a comma is due before the next value or key
    bool ascii; // escape everything beyond ASCII: for terminals that do not read UTF-8
};

void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);
void json_key(struct json_writer *writer, const char *key);
// Text that should be UTF-8 but may hold anything: invalid bytes become U+FFFD, lone surrogates
// (as in WTF-8) become \uD8xx escapes, so that nothing is lost and the output is valid JSON.
// Controls and format characters (views/text.h) become \u escapes too, so that JSON is as safe on
// a terminal as the other forms.
void json_text(struct json_writer *writer, const char *text, size_t length);
void json_string(struct json_writer *writer, const char *text);
void json_number(struct json_writer *writer, uint64_t number);
void json_signed(struct json_writer *writer, int64_t number);
void json_real(struct json_writer *writer, double number); // NaN and infinities as strings
void json_address(struct json_writer *writer, uint64_t address);
void json_bool(struct json_writer *writer, bool value);
void json_null(struct json_writer *writer);

#endif
