// Themes: which look each role has. Read from text files, one role a line:
//     row.selected = default on blue bold
//     type.string  = green
//     addr         = dim
//     source mono                    # begin with what another theme says
// A colour is `default` (the terminal's own), a name (`red`, `bright-red`, ...), a number of the
// 256-colour palette or #rrggbb; what the terminal cannot show becomes the nearest it can.
// Attributes: bold dim italic underline reverse. A colour left out is that of what lies below: for
// roles that lie over others (row.selected, row.marked, match) the role below shows through. One
// that names both colours hides what lies below, its attributes as well.
//
// Nothing here knows curses.
#ifndef DUMPDIVE_TUI_STYLE_H
#define DUMPDIVE_TUI_STYLE_H

#include "keymap/lines.h"
#include "views/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STYLE_BELOW = -2,   // no colour of its own
    STYLE_DEFAULT = -1, // the terminal's own
    // 0 … 255: palette
    STYLE_RGB = 1 << 24, // flag: the low 24 bits are red, green, blue
};

enum style_attribute {
    STYLE_BOLD = 1,
    STYLE_DIM = 2,
    STYLE_ITALIC = 4,
    STYLE_UNDERLINE = 8,
    STYLE_REVERSE = 16,
};

struct style {
    int32_t foreground, background;
    unsigned attributes;
};

struct theme {
    char name[64];
    struct style styles[ROLE_COUNT];
};

// Read a theme by name ("default", "mono", "dark", "light", "high-contrast") or from a file (a
// name with a '/', or with no theme of that name). Mistakes are reported and their lines left out.
// False: there was a mistake; with `*theme` still usable.
bool theme_load(struct theme *theme, const char *name, lines_report *report, void *data);
// The same from text, as if it were the file `name`, on top of what `theme` says already.
bool theme_load_text(struct theme *theme, const char *name, const char *text, size_t length,
                     lines_report *report, void *data);
// Every role plain.
void theme_clear(struct theme *theme);
// Names of the themes that come with the program; NULL at the end.
const char *theme_name(size_t index);

bool style_equal(struct style a, struct style b);
// `over` laid over `below`: its colours where it has some, the attributes of both; when it has both
// colours, its own attributes only.
struct style style_over(struct style below, struct style over);
// What a terminal of so many colours can show of it (0: attributes only).
struct style style_reduce(struct style style, int colors);
// "bold red on default", as in a theme file. Returns the length.
size_t style_format(struct style style, char *out, size_t capacity);

#endif
