#include "tui/layout.h"

bool layout_too_small(int columns, int rows)
{
    return columns < LAYOUT_COLUMNS_MIN || rows < LAYOUT_ROWS_MIN;
}

size_t layout_capacity(int columns)
{
    return columns >= LAYOUT_THREE_FROM ? 3 : columns >= LAYOUT_TWO_FROM ? 2 : 1;
}

static void insert_sorted(struct layout *layout, size_t pane)
{
    size_t at = layout->count++;
    for (; at > 0 && layout->panes[at - 1] > pane; at--)
        layout->panes[at] = layout->panes[at - 1];
    layout->panes[at] = pane;
}

void layout_make(struct layout *layout, struct rect area, const size_t *recent, size_t count,
                 bool zoom)
{
    size_t capacity = zoom ? 1 : layout_capacity(area.width);
    layout->count = 0;
    for (size_t i = 0; i < count && i < capacity; i++)
        insert_sorted(layout, recent[i]);
    int column = area.column, left = area.width;
    for (size_t i = 0; i < layout->count; i++) {
        int panes = (int)(layout->count - i);
        int width = (left - (panes - 1)) / panes;
        layout->rects[i] = (struct rect){area.row, column, area.height, width};
        column += width + 1;
        left -= width + 1;
    }
}
