// Where the panes are: one up to 109 columns, two side by side from 110, three from 160; on a screen
// that is high as well, four: two that are about the whole, two that are about one object.
#ifndef DUMPDIVE_TUI_LAYOUT_H
#define DUMPDIVE_TUI_LAYOUT_H

#include "tui/canvas.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    LAYOUT_PANES_MAX = 4,
    LAYOUT_COLUMNS_MIN = 60, // smaller than this says so and does nothing else
    LAYOUT_ROWS_MIN = 12,
    LAYOUT_TWO_FROM = 110,
    LAYOUT_THREE_FROM = 160,
    LAYOUT_FOUR_ROWS = 28, // of the area for panes
    LAYOUT_LEFT = 42,      // per cent of the columns that the left ones of four take
};

struct layout {
    unsigned two_from, three_from; // set by the caller: columns of the area; 0: as above
    size_t count;
    size_t panes[LAYOUT_PANES_MAX]; // which are seen, in ascending order
    struct rect rects[LAYOUT_PANES_MAX];
};

bool layout_too_small(int columns, int rows);
// How many panes stand side by side.
size_t layout_capacity(const struct layout *layout, int columns);
// Place panes in `area`, one column between them. `recent` lists panes, the one in use last first;
// as many as fit are seen, only the first with `zoom`. `shift`: per cent of the area that the left one
// is wider than the others.
void layout_make(struct layout *layout, struct rect area, const size_t *recent, size_t count,
                 bool zoom, int shift);
// Is there room for four: width for three, and height?
bool layout_has_four(const struct layout *layout, struct rect area);
// Two above each other on the left, the last used ones of which `right` is false, and the two in
// `fixed` on the right. `shift`: per cent that the left ones are wider than they would be.
void layout_make_four(struct layout *layout, struct rect area, const size_t *recent, size_t count,
                      const size_t fixed[2], int shift);

#endif
