#include "views/text.h"

#include <string.h>
#include <wchar.h>

enum {
    MARKS_MAX = 4, // combining marks after one base; more of them only hide what is below
};

// --- code points ---------------------------------------------------------------------------------

// Characters that are not there to be seen: what they do to the text around them, they would do to
// the rest of the line. Sorted. General category Cf, the line separators, fillers and selectors
// that draw nothing, and noncharacters.
static const struct {
    uint32_t first, last;
} hidden_ranges[] = {
    {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x0600, 0x0605},   {0x061c, 0x061c},
    {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},   {0x08e2, 0x08e2},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},
    {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfdd0, 0xfdef},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_hidden(uint32_t code)
{
    if ((code & 0xfffe) == 0xfffe)
        return true;
    size_t low = 0, high = sizeof hidden_ranges / sizeof *hidden_ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > hidden_ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof hidden_ranges / sizeof *hidden_ranges && code >= hidden_ranges[low].first;
}

static enum text_class classify(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
        return TEXT_CONTROL;
    if (code < 0xa0)
        return TEXT_PLAIN;
    if (code >= 0xd800 && code <= 0xdfff)
        return TEXT_SURROGATE;
    return is_hidden(code) ? TEXT_HIDDEN : TEXT_PLAIN;
}

// Bytes of the UTF-8 sequence that begins with `lead`; 0 when none does.
static size_t sequence_length(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

// The code point of a sequence of `length` bytes, or UINT32_MAX when they are not one.
static uint32_t sequence_code(const uint8_t *bytes, size_t length)
{
    static const uint8_t lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = bytes[0] & lead_mask[length];
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return UINT32_MAX;
        code = code << 6 | (bytes[i] & 0x3f);
    }
    return code < least[length] || code > 0x10ffff ? UINT32_MAX : code;
}

bool text_decode(const char *text, size_t length, struct text_point *ret)
{
    if (length == 0)
        return false;
    const uint8_t *bytes = (const uint8_t *)text;
    size_t size = sequence_length(bytes[0]);
    uint32_t code = size == 0 || size > length ? UINT32_MAX : sequence_code(bytes, size);
    if (code == UINT32_MAX)
        *ret = (struct text_point){.code = bytes[0], .class = TEXT_INVALID, .length = 1};
    else
        *ret = (struct text_point){.code = code, .class = classify(code), .length = size};
    return true;
}

size_t text_encode(uint32_t code, char buffer[4])
{
    if (code < 0x80) {
        buffer[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        buffer[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    buffer[0] = (char)(lead[size] | code);
    return size;
}

// --- units ---------------------------------------------------------------------------------------

// Columns of a code point that may be shown as it is; -1 when it may not.
static int point_columns(const struct text_point *point, enum text_charset charset)
{
    if (point->class != TEXT_PLAIN)
        return -1;
    if (point->code < 0x80)
        return 1;
    return charset == TEXT_ASCII ? -1 : wcwidth((wchar_t)point->code);
}

static void escape_point(const struct text_point *point, struct text_unit *unit)
{
    static const char names[] = {['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r'};
    const char *format = "\\x%02x";
    if (point->class == TEXT_CONTROL && point->code < sizeof names && names[point->code] != 0)
        format = NULL;
    else if (point->class != TEXT_INVALID && point->code >= 0x80)
        format = point->code > 0xffff ? "\\u{%x}" : "\\u%04x";

    int length = format == NULL
                     ? snprintf(unit->bytes, sizeof unit->bytes, "\\%c", names[point->code])
                     : snprintf(unit->bytes, sizeof unit->bytes, format, (unsigned)point->code);
    unit->length = (size_t)length;
    unit->columns = (unsigned)length;
    unit->escaped = true;
}

// Append the combining marks that follow a base, as many as are sensible.
static void take_marks(const char *text, size_t length, struct text_unit *unit)
{
    struct text_point mark;
    for (int i = 0; i < MARKS_MAX; i++) {
        if (!text_decode(text + unit->consumed, length - unit->consumed, &mark) ||
            point_columns(&mark, TEXT_UTF8) != 0)
            break;
        unit->length += text_encode(mark.code, unit->bytes + unit->length);
        unit->consumed += mark.length;
    }
    unit->bytes[unit->length] = '\0';
}

bool text_unit(const char *text, size_t length, enum text_charset charset, struct text_unit *ret)
{
    struct text_point point;
    if (!text_decode(text, length, &point))
        return false;
    ret->consumed = point.length;
    ret->escaped = false;
    int columns = point_columns(&point, charset);
    if (columns <= 0) {
        // A mark without a base would sit on whatever is to its left, so it is escaped too.
        escape_point(&point, ret);
        return true;
    }
    ret->columns = (unsigned)columns;
    ret->length = text_encode(point.code, ret->bytes);
    ret->bytes[ret->length] = '\0';
    if (charset == TEXT_UTF8 && ret->consumed < length && (text[ret->consumed] & 0x80) != 0)
        take_marks(text, length, ret);
    return true;
}

// --- whole texts ---------------------------------------------------------------------------------

size_t text_columns(const char *text, size_t length, enum text_charset charset)
{
    size_t columns = 0;
    struct text_unit unit;
    while (text_unit(text, length, charset, &unit)) {
        columns += unit.columns;
        text += unit.consumed;
        length -= unit.consumed;
    }
    return columns;
}

size_t text_fit(const char *text, size_t length, enum text_charset charset, size_t columns,
                char *buffer, size_t capacity)
{
    if (capacity == 0)
        return 0;
    const char *mark = charset == TEXT_UTF8 ? "…" : "~";
    size_t used = 0, width = 0;           // of what was copied
    size_t mark_used = 0, mark_width = 0; // up to where the mark would still fit behind
    bool mark_fits = columns >= 1 && strlen(mark) < capacity;
    struct text_unit unit;
    while (text_unit(text, length, charset, &unit)) {
        if (width + unit.columns > columns || used + unit.length >= capacity) {
            used = mark_used;
            width = mark_width;
            if (mark_fits) {
                memcpy(buffer + used, mark, strlen(mark));
                used += strlen(mark);
                width++;
            }
            break;
        }
        memcpy(buffer + used, unit.bytes, unit.length);
        used += unit.length;
        width += unit.columns;
        if (width + 1 <= columns && used + strlen(mark) < capacity) {
            mark_used = used;
            mark_width = width;
        }
        text += unit.consumed;
        length -= unit.consumed;
    }
    buffer[used] = '\0';
    return width;
}

size_t text_write(FILE *out, const char *text, size_t length, enum text_charset charset)
{
    size_t columns = 0;
    struct text_unit unit;
    while (text_unit(text, length, charset, &unit)) {
        fwrite(unit.bytes, 1, unit.length, out);
        columns += unit.columns;
        text += unit.consumed;
        length -= unit.consumed;
    }
    return columns;
}
