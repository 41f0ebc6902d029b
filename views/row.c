// Filling rows. Texts go into the row's own arena; what does not fit ends in "…".
#include "views/text.h"
#include "views/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char cut_mark[] = "…";

enum {
    CUT_MARK = sizeof cut_mark - 1,
    // Left free for every cell that has no text yet, so that a long first cell does not silence
    // the others.
    CELL_RESERVE = 64,
};

void row_clear(struct row *row)
{
    uint32_t wanted = row->wanted;
    memset(row, 0, offsetof(struct row, text));
    row->text_used = 0;
    row->wanted = wanted;
}

// How much of `text` stays when `limit` bytes are allowed: cut before a character, not within.
static size_t cut_at_character(const char *text, size_t limit)
{
    while (limit > 0 && ((uint8_t)text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

// Bytes that a text of `column` may take.
static size_t room_for(const struct row *row, size_t column)
{
    size_t reserve = (VIEW_COLUMNS_MAX - 1 - column) * CELL_RESERVE;
    size_t left = VIEW_ROW_TEXT - row->text_used;
    if (left > reserve)
        return left - reserve;
    return left < CELL_RESERVE ? left : CELL_RESERVE;
}

// Copy into the arena, cut to fit. The copy is not NUL-terminated.
static const char *keep_text(struct row *row, size_t column, const char *text, size_t *length)
{
    char *copy = row->text + row->text_used;
    size_t room = room_for(row, column);
    bool cut = *length > room;
    if (cut)
        *length = room < CUT_MARK ? 0 : cut_at_character(text, room - CUT_MARK);
    if (*length > 0)
        memcpy(copy, text, *length);
    if (cut && room >= CUT_MARK) {
        memcpy(copy + *length, cut_mark, CUT_MARK);
        *length += CUT_MARK;
    }
    row->text_used += *length;
    return copy;
}

static struct cell *set_cell(struct row *row, size_t column, enum cell_kind kind, enum role role)
{
    struct cell *cell = &row->cells[column];
    *cell = (struct cell){.kind = kind, .role = role};
    return cell;
}

void row_text_n(struct row *row, size_t column, enum role role, const char *text, size_t length)
{
    struct cell *cell = set_cell(row, column, CELL_TEXT, role);
    cell->text = keep_text(row, column, text, &length);
    cell->length = length;
}

void row_text(struct row *row, size_t column, enum role role, const char *text)
{
    row_text_n(row, column, role, text, strlen(text));
}

void row_format(struct row *row, size_t column, enum role role, const char *format, ...)
{
    char text[VIEW_ROW_TEXT];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0)
        length = 0;
    if ((size_t)length >= sizeof text)
        length = (int)cut_at_character(text, sizeof text - 1);
    row_text_n(row, column, role, text, (size_t)length);
}

void row_list(struct row *row, size_t column, enum role role)
{
    struct cell *cell = set_cell(row, column, CELL_LIST, role);
    cell->text = NULL;
    cell->length = 0;
}

void row_list_add(struct row *row, size_t column, enum role role, const char *text)
{
    struct cell *cell = &row->cells[column];
    size_t length = strlen(text);
    if (cell->kind != CELL_LIST || cell->text == NULL) {
        cell = set_cell(row, column, CELL_LIST, role);
        cell->text = keep_text(row, column, text, &length);
        cell->length = length;
        return;
    }
    // Items of a list lie behind each other, so it must be the last text of the row by now.
    if (cell->text + cell->length != row->text + row->text_used || room_for(row, column) < 1)
        return;
    row->text[row->text_used++] = '\0';
    keep_text(row, column, text, &length);
    cell->length += 1 + length;
}

void row_number(struct row *row, size_t column, uint64_t number)
{
    set_cell(row, column, CELL_NUMBER, ROLE_NUMBER)->number = number;
}

void row_signed(struct row *row, size_t column, int64_t number)
{
    set_cell(row, column, CELL_SIGNED, ROLE_NUMBER)->number = (uint64_t)number;
}

void row_size(struct row *row, size_t column, uint64_t bytes)
{
    set_cell(row, column, CELL_SIZE, ROLE_NUMBER)->number = bytes;
}

void row_address(struct row *row, size_t column, uint64_t address)
{
    set_cell(row, column, CELL_ADDRESS, ROLE_ADDRESS)->number = address;
}

void row_share(struct row *row, size_t column, double share)
{
    set_cell(row, column, CELL_SHARE, ROLE_BAR)->real = share;
}

void row_real(struct row *row, size_t column, double value)
{
    set_cell(row, column, CELL_REAL, ROLE_NUMBER)->real = value;
}

void row_bool(struct row *row, size_t column, bool value)
{
    set_cell(row, column, CELL_BOOL, ROLE_TEXT)->number = value;
}
