#include "views/json.h"

#include "views/format.h"
#include "views/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void begin_value(struct json_writer *writer)
{
    if (writer->comma)
        putc(',', writer->out);
    writer->comma = true;
}

static void open_bracket(struct json_writer *writer, char bracket)
{
    begin_value(writer);
    putc(bracket, writer->out);
    writer->comma = false;
}

static void close_bracket(struct json_writer *writer, char bracket)
{
    putc(bracket, writer->out);
    writer->comma = true;
}

void json_begin_object(struct json_writer *writer)
{
    open_bracket(writer, '{');
}

void json_end_object(struct json_writer *writer)
{
    close_bracket(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
    open_bracket(writer, '[');
}

void json_end_array(struct json_writer *writer)
{
    close_bracket(writer, ']');
}

void json_key(struct json_writer *writer, const char *key)
{
    json_string(writer, key);
    putc(':', writer->out);
    writer->comma = false;
}

// --- text ----------------------------------------------------------------------------------------

static void put_escape(FILE *out, uint32_t code)
{
    if (code > 0xffff) {
        code -= 0x10000;
        fprintf(out, "\\u%04x\\u%04x", 0xd800u + (unsigned)(code >> 10),
                0xdc00u + (unsigned)(code & 0x3ff));
    } else {
        fprintf(out, "\\u%04x", (unsigned)code);
    }
}

static bool put_short_escape(FILE *out, uint32_t code)
{
    static const char names[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                 ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    if (code >= sizeof names || names[code] == 0)
        return false;
    putc('\\', out);
    putc(names[code], out);
    return true;
}

static void put_point(const struct json_writer *writer, const char *text,
                      const struct text_point *point)
{
    uint32_t code = point->class == TEXT_INVALID ? 0xfffd : point->code;
    if (put_short_escape(writer->out, code))
        return;
    if ((point->class != TEXT_PLAIN && point->class != TEXT_INVALID) ||
        (writer->ascii && code >= 0x80))
        put_escape(writer->out, code);
    else if (point->class == TEXT_INVALID)
        fputs("\xef\xbf\xbd", writer->out);
    else
        fwrite(text, 1, point->length, writer->out);
}

void json_text(struct json_writer *writer, const char *text, size_t length)
{
    begin_value(writer);
    putc('"', writer->out);
    struct text_point point;
    while (text_decode(text, length, &point)) {
        put_point(writer, text, &point);
        text += point.length;
        length -= point.length;
    }
    putc('"', writer->out);
}

void json_string(struct json_writer *writer, const char *text)
{
    json_text(writer, text, strlen(text));
}

// --- other values --------------------------------------------------------------------------------

void json_number(struct json_writer *writer, uint64_t number)
{
    begin_value(writer);
    fprintf(writer->out, "%" PRIu64, number);
}

void json_signed(struct json_writer *writer, int64_t number)
{
    begin_value(writer);
    fprintf(writer->out, "%" PRId64, number);
}

void json_real(struct json_writer *writer, double number)
{
    char buffer[FORMAT_MAX];
    if (isnan(number)) {
        json_string(writer, "NaN");
    } else if (isinf(number)) {
        json_string(writer, number > 0 ? "Infinity" : "-Infinity");
    } else {
        begin_value(writer);
        fputs(format_real(buffer, number), writer->out);
    }
}

void json_address(struct json_writer *writer, uint64_t address)
{
    begin_value(writer);
    fprintf(writer->out, "\"0x%" PRIx64 "\"", address);
}

void json_bool(struct json_writer *writer, bool value)
{
    begin_value(writer);
    fputs(value ? "true" : "false", writer->out);
}

void json_null(struct json_writer *writer)
{
    begin_value(writer);
    fputs("null", writer->out);
}
