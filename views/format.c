#include "views/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- figures -------------------------------------------------------------------------------------

// Digits of a number and a NUL; returns how many digits. A filter over all columns formats each
// figure of millions of rows: printf would be most of that.
static size_t put_digits(char *buffer, uint64_t number, unsigned base)
{
    char digits[24];
    size_t length = 0;
    do {
        digits[length++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    for (size_t i = 0; i < length; i++)
        buffer[i] = digits[length - 1 - i];
    buffer[length] = '\0';
    return length;
}

char *format_count(char *buffer, uint64_t count)
{
    char digits[24];
    size_t length = put_digits(digits, count, 10);
    char *out = buffer;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return buffer;
}

char *format_counted(char *buffer, uint64_t count, const char *one)
{
    format_count(buffer, count);
    size_t used = strlen(buffer);
    snprintf(buffer + used, FORMAT_MAX - used, " %.16s%s", one, count == 1 ? "" : "s");
    return buffer;
}

char *format_size(char *buffer, uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(buffer, FORMAT_MAX, "%" PRIu64 " B", bytes);
        return buffer;
    }
    // In tenths of the unit, rounded, so that 999,950 becomes "1.0 MB" and not "1000.0 kB".
    uint64_t unit = 1000;
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && bytes >= unit * 1000 - unit / 20) {
        unit *= 1000;
        i++;
    }
    uint64_t whole = bytes / unit, rest = bytes % unit;
    uint64_t tenths = whole * 10 + (rest + unit / 20) / (unit / 10);
    size_t length = put_digits(buffer, tenths / 10, 10);
    buffer[length++] = '.';
    buffer[length++] = (char)('0' + tenths % 10);
    buffer[length++] = ' ';
    strcpy(buffer + length, units[i]);
    return buffer;
}

char *format_duration(char *buffer, double seconds)
{
    if (!(seconds >= 0))
        seconds = 0;
    if (seconds > 1e9)
        seconds = 1e9;
    if (seconds < 0.9995) {
        snprintf(buffer, FORMAT_MAX, "%.0f ms", seconds * 1000);
    } else if (seconds < 59.95) {
        snprintf(buffer, FORMAT_MAX, "%.1f s", seconds);
    } else {
        uint64_t whole = (uint64_t)(seconds + 0.5);
        if (whole < 3600)
            snprintf(buffer, FORMAT_MAX, "%" PRIu64 " min %u s", whole / 60,
                     (unsigned)(whole % 60));
        else
            snprintf(buffer, FORMAT_MAX, "%" PRIu64 " h %u min", whole / 3600,
                     (unsigned)(whole / 60 % 60));
    }
    return buffer;
}

char *format_address(char *buffer, uint64_t address)
{
    buffer[0] = '@';
    put_digits(buffer + 1, address, 16);
    return buffer;
}

char *format_share(char *buffer, double share)
{
    if (!isfinite(share) || fabs(share) > 1e9)
        return format_real(buffer, share);
    snprintf(buffer, FORMAT_MAX, "%.1f %%", share * 100);
    return buffer;
}

char *format_real(char *buffer, double number)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, FORMAT_MAX, "%.*g", digits, number);
        if (!isfinite(number) || strtod(buffer, NULL) == number)
            break;
    }
    return buffer;
}

// --- cells ---------------------------------------------------------------------------------------

static const char *list_text(const struct cell *cell, char *buffer, size_t *length)
{
    size_t used = 0;
    for (size_t i = 0; i < cell->length && used + 2 < CELL_TEXT_MAX; i++) {
        if (cell->text[i] != '\0') {
            buffer[used++] = cell->text[i];
        } else {
            buffer[used++] = ',';
            buffer[used++] = ' ';
        }
    }
    *length = used;
    return buffer;
}

static void figure_text(const struct cell *cell, enum cell_form form, char *buffer)
{
    bool screen = form == CELL_SCREEN;
    switch (cell->kind) {
    case CELL_SIZE:
        if (screen) {
            format_size(buffer, cell->number);
            return;
        }
        break;
    case CELL_NUMBER:
        if (screen) {
            format_count(buffer, cell->number);
            return;
        }
        break;
    case CELL_SIGNED:
        snprintf(buffer, FORMAT_MAX, "%" PRId64, (int64_t)cell->number);
        return;
    case CELL_ADDRESS:
        if (screen)
            format_address(buffer, cell->number);
        else
            put_digits(strcpy(buffer, "0x") + 2, cell->number, 16);
        return;
    case CELL_SHARE:
        if (screen) {
            format_share(buffer, cell->real);
            return;
        }
        format_real(buffer, cell->real);
        return;
    case CELL_REAL:
        format_real(buffer, cell->real);
        return;
    default:
        break;
    }
    put_digits(buffer, cell->number, 10);
}

const char *cell_text(const struct cell *cell, enum cell_form form, char *buffer, size_t *length)
{
    switch (cell->kind) {
    case CELL_EMPTY:
        *length = 0;
        return "";
    case CELL_TEXT:
        *length = cell->length;
        return cell->length > 0 ? cell->text : "";
    case CELL_LIST:
        return list_text(cell, buffer, length);
    case CELL_BOOL:
        *length = cell->number != 0 ? 4 : 5;
        return cell->number != 0 ? "true" : "false";
    default:
        figure_text(cell, form, buffer);
        *length = strlen(buffer);
        return buffer;
    }
}

bool cell_has_forms(enum cell_kind kind)
{
    return kind == CELL_NUMBER || kind == CELL_SIZE || kind == CELL_ADDRESS || kind == CELL_SHARE;
}

bool cell_is_figure(enum cell_kind kind)
{
    return kind == CELL_NUMBER || kind == CELL_SIGNED || kind == CELL_SIZE || kind == CELL_SHARE ||
           kind == CELL_REAL;
}
