#include "heap/v8/string/print.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT_MAX = 512 };

void print_begin(struct print *out, char *buffer, size_t capacity)
{
    *out = (struct print){.buffer = buffer, .capacity = capacity};
    buffer[0] = '\0';
}

void print_bytes(struct print *out, const char *text, size_t length)
{
    size_t room = print_room(out);
    if (length > room) {
        length = room;
        while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
            length--;
        out->full = true;
    }
    memcpy(out->buffer + out->used, text, length);
    out->used += length;
    out->buffer[out->used] = '\0';
}

void print_text(struct print *out, const char *text)
{
    print_bytes(out, text, strlen(text));
}

void print_format(struct print *out, const char *format, ...)
{
    char text[FORMAT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_text(out, text);
}

void print_count(struct print *out, uint64_t count)
{
    char digits[24], text[32];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count), used = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    print_bytes(out, text, used);
}

void print_back(struct print *out, size_t used)
{
    out->used = used;
    out->full = false;
    out->buffer[used] = '\0';
}
