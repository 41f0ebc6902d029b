// Text put together in a buffer of fixed size; what does not fit is cut where a character begins.
#ifndef DUMPDIVE_HEAP_V8_STRING_PRINT_H
#define DUMPDIVE_HEAP_V8_STRING_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct print {
    char *buffer;    // always terminated
    size_t capacity; // at least 1
    size_t used;
    bool full;       // something was cut
};

void print_begin(struct print *out, char *buffer, size_t capacity);
void print_text(struct print *out, const char *text);
void print_bytes(struct print *out, const char *text, size_t length);
void print_format(struct print *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void print_count(struct print *out, uint64_t count); // "1,234,567"

static inline size_t print_room(const struct print *out)
{
    return out->capacity - 1 - out->used;
}

// Go back to an earlier length: for what turned out not to fit.
void print_back(struct print *out, size_t used);

#endif
