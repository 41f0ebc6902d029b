#include "tui/columns.h"

#include <string.h>

enum {
    LEAST_WIDTH = 8, // that a column shrinks to when it says nothing itself
    LAST_WIDTH = 16, // that the last column shrinks to, whatever it says, rather than go
};

bool column_on_screen(const struct column *column)
{
    return (column->flags & COLUMN_HIDDEN) == 0;
}

const char *column_title(const struct column *column)
{
    return column->title != NULL ? column->title : column->name;
}

static void widen(struct column_widths *widths, size_t column, size_t width)
{
    if (width > widths->seen[column])
        widths->seen[column] = width < VIEW_ROW_TEXT ? (unsigned)width : VIEW_ROW_TEXT;
}

void columns_begin(struct column_widths *widths, const struct view_ops *ops)
{
    memset(widths, 0, sizeof *widths);
    for (size_t i = 0; i < ops->column_count; i++)
        widen(widths, i, strlen(column_title(&ops->columns[i])));
}

void columns_see(struct column_widths *widths, size_t column, size_t width)
{
    if (width == 0)
        return;
    widths->filled[column] = widths->any = true;
    widen(widths, column, width);
}

static unsigned at_least(unsigned value, unsigned least)
{
    return value < least ? least : value;
}

static unsigned wanted_width(const struct column_widths *widths, const struct column *column,
                             size_t index, bool natural)
{
    unsigned width = at_least(widths->seen[index], column->min_width);
    bool limited = column->max_width > 0 && !natural && (column->flags & COLUMN_GROW) == 0;
    return limited && width > column->max_width ? column->max_width : width;
}

static unsigned least_width(const struct column *column, unsigned wanted)
{
    unsigned least = column->min_width > 0 ? column->min_width : LEAST_WIDTH;
    return least < wanted ? least : wanted;
}

static unsigned total_width(const struct column_widths *widths, const struct view_ops *ops)
{
    unsigned total = 0;
    for (size_t i = 0; i < ops->column_count; i++) {
        if (widths->shown[i] > 0)
            total += widths->shown[i] + COLUMN_GAP;
    }
    return total > 0 ? total - COLUMN_GAP : 0;
}

// The width that the table needs when the columns with `flag` are as small as they may be.
static unsigned shrunk_width(const struct column_widths *widths, const struct view_ops *ops,
                             unsigned flag)
{
    unsigned total = total_width(widths, ops);
    for (size_t i = 0; i < ops->column_count; i++) {
        if (widths->shown[i] > 0 && (ops->columns[i].flags & flag))
            total -= widths->shown[i] - least_width(&ops->columns[i], widths->shown[i]);
    }
    return total;
}

static void drop_optional(struct column_widths *widths, const struct view_ops *ops, unsigned width)
{
    for (size_t i = ops->column_count; i-- > 0;) {
        if (shrunk_width(widths, ops, COLUMN_GROW) <= width)
            return;
        if (ops->columns[i].flags & COLUMN_OPTIONAL)
            widths->shown[i] = 0;
    }
}

// Make the widest of the columns with `flag` (0: any) smaller, one column of the screen at a time,
// until the table fits or none can give any more.
static void shrink(struct column_widths *widths, const struct view_ops *ops, unsigned flag,
                   unsigned width)
{
    for (unsigned total = total_width(widths, ops); total > width; total--) {
        size_t widest = SIZE_MAX;
        for (size_t i = 0; i < ops->column_count; i++) {
            const struct column *column = &ops->columns[i];
            bool can = (column->flags & flag) == flag && (column->flags & COLUMN_RIGHT) == 0 &&
                       widths->shown[i] > least_width(column, widths->shown[i]);
            if (can && (widest == SIZE_MAX || widths->shown[i] > widths->shown[widest]))
                widest = i;
        }
        if (widest == SIZE_MAX)
            return;
        widths->shown[widest]--;
    }
}

// A last column that grows is what the view is about: it is made smaller than it says, if that helps.
static void squeeze_last(struct column_widths *widths, const struct view_ops *ops, unsigned width)
{
    size_t last = ops->column_count;
    unsigned total = total_width(widths, ops);
    while (last > 0 && widths->shown[last - 1] == 0)
        last--;
    if (last == 0 || total <= width || (ops->columns[last - 1].flags & COLUMN_GROW) == 0)
        return;
    unsigned excess = total - width, shown = widths->shown[last - 1];
    if (shown >= LAST_WIDTH + excess)
        widths->shown[last - 1] = shown - excess;
}

static void grow(struct column_widths *widths, const struct view_ops *ops, unsigned width)
{
    unsigned total = total_width(widths, ops);
    for (size_t i = 0; i < ops->column_count && total < width; i++) {
        if (widths->shown[i] > 0 && (ops->columns[i].flags & COLUMN_GROW)) {
            widths->shown[i] += width - total;
            return;
        }
    }
}

// Give every column the width it would like; those from `end` on are left out.
static void spread(struct column_widths *widths, const struct view_ops *ops, size_t end,
                   bool natural)
{
    for (size_t i = 0; i < ops->column_count; i++) {
        const struct column *column = &ops->columns[i];
        bool shown = i < end && column_on_screen(column) && (widths->filled[i] || !widths->any);
        widths->shown[i] = shown ? at_least(wanted_width(widths, column, i, natural), 1) : 0;
    }
}

unsigned columns_lay_out(struct column_widths *widths, const struct view_ops *ops, unsigned width,
                         bool natural)
{
    spread(widths, ops, ops->column_count, natural);
    if (natural)
        return total_width(widths, ops);
    // What still does not fit loses its last columns: a stump of one says nothing, and they can be
    // scrolled to.
    for (size_t end = ops->column_count; end > 0; end--) {
        spread(widths, ops, end, false);
        drop_optional(widths, ops, width);
        shrink(widths, ops, COLUMN_GROW, width);
        shrink(widths, ops, 0, width);
        squeeze_last(widths, ops, width);
        if (total_width(widths, ops) <= width)
            break;
    }
    if (total_width(widths, ops) == 0)
        spread(widths, ops, ops->column_count, false);
    grow(widths, ops, width);
    return total_width(widths, ops);
}
