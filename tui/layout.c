#include "tui/layout.h"

bool layout_too_small(int columns, int rows)
{
    return columns < LAYOUT_COLUMNS_MIN || rows < LAYOUT_ROWS_MIN;
}

size_t layout_capacity(const struct layout *layout, int columns)
{
    int two = layout->two_from > 0 ? (int)layout->two_from : LAYOUT_TWO_FROM;
    int three = layout->three_from > 0 ? (int)layout->three_from : LAYOUT_THREE_FROM;
    return columns >= three ? 3 : columns >= two ? 2 : 1;
}

static void insert_sorted(struct layout *layout, size_t pane)
{
    size_t at = layout->count++;
    for (; at > 0 && layout->panes[at - 1] > pane; at--)
        layout->panes[at] = layout->panes[at - 1];
    layout->panes[at] = pane;
}

void layout_make(struct layout *layout, struct rect area, const size_t *recent, size_t count,
                 bool zoom, int shift)
{
    size_t capacity = zoom ? 1 : layout_capacity(layout, area.width);
    layout->count = 0;
    for (size_t i = 0; i < count && i < capacity; i++)
        insert_sorted(layout, recent[i]);
    int column = area.column, left = area.width;
    for (size_t i = 0; i < layout->count; i++) {
        int panes = (int)(layout->count - i);
        int width = (left - (panes - 1)) / panes;
        if (i == 0 && panes > 1)
            width += area.width * shift / 100;
        layout->rects[i] = (struct rect){area.row, column, area.height, width};
        column += width + 1;
        left -= width + 1;
    }
}

bool layout_has_four(const struct layout *layout, struct rect area)
{
    return layout_capacity(layout, area.width) == 3 && area.height >= LAYOUT_FOUR_ROWS;
}

// Two panes above each other, or the one there is.
static void stack(struct layout *layout, struct rect area, size_t first)
{
    size_t count = layout->count - first;
    for (size_t i = 0; i < count; i++) {
        int upper = area.height / 2;
        bool below = i == 1;
        layout->rects[first + i] = area;
        if (count == 2) {
            layout->rects[first + i].height = below ? area.height - upper : upper;
            layout->rects[first + i].row = area.row + (below ? upper : 0);
        }
    }
}

void layout_make_four(struct layout *layout, struct rect area, const size_t *recent, size_t count,
                      const size_t fixed[2], int shift)
{
    int left = area.width * (LAYOUT_LEFT + shift) / 100;
    struct rect side = {area.row, area.column, area.height, left};
    layout->count = 0;
    for (size_t i = 0; i < count && layout->count < 2; i++) {
        if (recent[i] != fixed[0] && recent[i] != fixed[1])
            insert_sorted(layout, recent[i]);
    }
    stack(layout, side, 0);
    size_t first = layout->count;
    layout->panes[layout->count++] = fixed[0];
    layout->panes[layout->count++] = fixed[1];
    side.column += left + 1;
    side.width = area.width - left - 1;
    stack(layout, side, first);
}
