// How wide the columns of a table are: from what the view says of them, from what was seen in
// them, and from the width there is.
#ifndef DUMPDIVE_TUI_COLUMNS_H
#define DUMPDIVE_TUI_COLUMNS_H

#include "views/view.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    COLUMN_GAP = 2,   // blanks between columns
    SHARE_WIDTH = 10, // of a bar, when its column says nothing
};

struct column_widths {
    unsigned seen[VIEW_COLUMNS_MAX];  // widest content so far, title included: only ever grows,
                                      // so that columns do not jump about while one scrolls
    unsigned shown[VIEW_COLUMNS_MAX]; // of the layout; 0: not shown
    bool filled[VIEW_COLUMNS_MAX];    // something was seen in it: a column that is always empty (not
    bool any;                         // known yet, not applicable) takes no room
};

// Nothing seen but the titles.
void columns_begin(struct column_widths *widths, const struct view_ops *ops);
void columns_see(struct column_widths *widths, size_t column, size_t width);

// Lay the columns out in `width` columns of the screen: optional columns go first when it is too
// narrow, then those that grow are made smaller, then the last ones go. With `natural` nothing is
// made smaller, for scrolling sideways. Returns the width of all of them, which may be more than
// `width`.
unsigned columns_lay_out(struct column_widths *widths, const struct view_ops *ops, unsigned width,
                         bool natural);

// Is the column one of the screen at all?
bool column_on_screen(const struct column *column);
const char *column_title(const struct column *column);

#endif
