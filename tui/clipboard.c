#include "tui/clipboard.h"

#include <stdint.h>

enum {
    // GNU screen passes strings of at most 768 bytes on; base64 of 3 * 160 bytes leaves room.
    PIECE = 480,
};

static void put_base64(FILE *out, const unsigned char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes[i + 2] : 0;
        putc(digits[group >> 18], out);
        putc(digits[group >> 12 & 63], out);
        putc(left > 1 ? digits[group >> 6 & 63] : '=', out);
        putc(left > 2 ? digits[group & 63] : '=', out);
    }
}

void clipboard_write(FILE *out, const char *text, size_t length, bool screen)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t piece = screen ? PIECE : CLIPBOARD_MAX;
    fputs(screen ? "\033P\033]52;c;" : "\033]52;c;", out);
    for (size_t at = 0; at < length; at += piece) {
        if (at > 0)
            fputs("\033\\\033P", out);
        put_base64(out, bytes + at, length - at < piece ? length - at : piece);
    }
    fputs(screen ? "\a\033\\" : "\a", out);
}
