// The screen as a grid of cells: text becomes cells here, and nowhere else.
//
// Everything is drawn afresh into curses' copy of the screen; curses sends the difference. Foreign
// text is escaped (views/text.h) and cut by columns, never by bytes.
#ifndef DUMPDIVE_TUI_CANVAS_H
#define DUMPDIVE_TUI_CANVAS_H

#include "tui/style.h"
#include "views/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct rect {
    int row, column, height, width;
};

// Signs of the program's own, in the characters that the terminal has.
struct glyphs {
    const char *horizontal, *vertical, *cut, *closed, *open, *cursor;
    const char *ascending, *descending, *dot, *then;
    const char *bar[9]; // nothing, one eighth, ... eight eighths of a cell
};

struct canvas;

// The terminal (curses) must be open. `color` false: attributes only. NULL: out of memory.
struct canvas *canvas_create(enum text_charset charset, bool color);
void canvas_destroy(struct canvas *canvas);

// Take the looks from a theme, which is copied. Where there are no colours, those of the theme
// "mono" are taken instead.
void canvas_set_theme(struct canvas *canvas, const struct theme *theme);

int canvas_rows(const struct canvas *canvas);
int canvas_columns(const struct canvas *canvas);
const struct glyphs *canvas_glyphs(const struct canvas *canvas);
enum text_charset canvas_charset(const struct canvas *canvas);

// Begin a frame: all blank. End it: send the difference, and put the cursor there (hidden when
// the row is negative).
void canvas_begin(struct canvas *canvas);
void canvas_end(struct canvas *canvas, int cursor_row, int cursor_column);
// Forget what the terminal shows: the next frame is sent whole.
void canvas_redraw(struct canvas *canvas);

// Write the frame as text in two layers, glyphs and one style letter a cell, and what the letters
// mean. The same frame always gives the same text.
void canvas_snapshot(struct canvas *canvas, FILE *out);

// --- drawing in one row --------------------------------------------------------------------------

struct span {
    size_t start, end; // bytes of the text that is drawn
};

// Draws from left to right between two columns. What does not fit is cut.
struct pen {
    struct canvas *canvas;
    int row, column, end;
    size_t skip;  // columns to swallow first: scrolled out to the left
    bool covered; // `cover` lies over every role: the selected row
    enum role cover;
};

struct pen pen_at(struct canvas *canvas, int row, int column, int width);
// Columns left.
int pen_left(const struct pen *pen);
// A pen for the next `width` columns only; this one moves behind them.
struct pen pen_part(struct pen *pen, int width);

// Foreign text, escaped. Cut with a mark where it does not fit.
void pen_text(struct pen *pen, enum role role, const char *text, size_t length);
// The same, with some of its bytes in the role "match".
void pen_text_matched(struct pen *pen, enum role role, const char *text, size_t length,
                      const struct span *spans, size_t count);
// The program's own text: typographic signs become plain ones where the terminal has none.
void pen_label(struct pen *pen, enum role role, const char *text);
void pen_format(struct pen *pen, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// `count` times one of the glyphs, or blanks when it is NULL.
void pen_repeat(struct pen *pen, enum role role, const char *glyph, int count);
// Blanks before a text of that role: in its style, so that styles are switched once, unless that is
// seen on blanks.
void pen_gap(struct pen *pen, enum role role, int count);
// The rest of the columns.
void pen_fill(struct pen *pen, enum role role, const char *glyph);
// A bar of `share` (0 … 1) of `width` columns, in eighths; blanks up to `width`.
void pen_bar(struct pen *pen, enum role role, double share, int width);

#endif
