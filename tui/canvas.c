#include "tui/canvas.h"

#include <ncurses.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    LOOKS_MAX = 512, // different styles on the screen at once; more become plain
};

// A style as curses has it.
struct look {
    struct style style;
    attr_t attributes;
    int pair;
    char letter; // in snapshots
};

struct canvas {
    enum text_charset charset;
    bool color;
    int colors;                     // that the terminal has; 0: attributes only
    struct style roles[ROLE_COUNT]; // reduced to what the terminal can show
    struct look looks[LOOKS_MAX];
    size_t look_count;
    int pair_count;
    const struct look *left_look; // of the cell drawn last, which is left of (row, column)
    int left_row, left_column;
};

static const struct glyphs glyphs_utf8 = {
    .horizontal = "─",
    .vertical = "│",
    .cut = "…",
    .closed = "▸",
    .open = "▾",
    .cursor = "▸",
    .ascending = "↑",
    .descending = "↓",
    .dot = "·",
    .then = "›",
    .bar = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
};

static const struct glyphs glyphs_ascii = {
    .horizontal = "-",
    .vertical = "|",
    .cut = "~",
    .closed = "+",
    .open = "-",
    .cursor = ">",
    .ascending = "^",
    .descending = "v",
    .dot = "-",
    .then = ">",
    .bar = {" ", " ", " ", " ", "#", "#", "#", "#", "#"},
};

// --- looks ---------------------------------------------------------------------------------------

static attr_t curses_attributes(unsigned attributes)
{
    return (attributes & STYLE_BOLD ? A_BOLD : 0) | (attributes & STYLE_DIM ? A_DIM : 0) |
           (attributes & STYLE_ITALIC ? A_ITALIC : 0) |
           (attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0) |
           (attributes & STYLE_REVERSE ? A_REVERSE : 0);
}

static int curses_color(int32_t color)
{
    if (color < 0)
        return -1;
    return color & STYLE_RGB ? color & 0xffffff : color;
}

// The number of a pair of colours, made when it is new; 0 when there are none. The terminal's own
// colours get a number as well: coming back to pair 0, curses resets colours and then attributes,
// though the one is done by the other.
static int pair_of(struct canvas *canvas, struct style style)
{
    int foreground = curses_color(style.foreground), background = curses_color(style.background);
    if (canvas->colors == 0)
        return 0;
    for (size_t i = 0; i < canvas->look_count; i++) {
        const struct look *look = &canvas->looks[i];
        if (look->pair != 0 && curses_color(look->style.foreground) == foreground &&
            curses_color(look->style.background) == background)
            return look->pair;
    }
    if (canvas->pair_count + 1 >= COLOR_PAIRS)
        return 0;
    if (init_extended_pair(canvas->pair_count + 1, foreground, background) == ERR)
        return 0;
    return ++canvas->pair_count;
}

static char look_letter(size_t index)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return index == 0 ? '.' : index < sizeof letters ? letters[index - 1] : '?';
}

static const struct look *find_look(struct canvas *canvas, struct style style)
{
    // A colour of "below" at the bottom of everything is the terminal's own.
    if (style.foreground == STYLE_BELOW)
        style.foreground = STYLE_DEFAULT;
    if (style.background == STYLE_BELOW)
        style.background = STYLE_DEFAULT;
    for (size_t i = 0; i < canvas->look_count; i++) {
        if (style_equal(canvas->looks[i].style, style))
            return &canvas->looks[i];
    }
    if (canvas->look_count == LOOKS_MAX)
        return &canvas->looks[0];
    struct look *look = &canvas->looks[canvas->look_count];
    *look = (struct look){.style = style,
                          .attributes = curses_attributes(style.attributes),
                          .pair = pair_of(canvas, style),
                          .letter = look_letter(canvas->look_count)};
    canvas->look_count++;
    return look;
}

static struct style role_style(const struct canvas *canvas, enum role role)
{
    return style_over(canvas->roles[ROLE_TEXT], canvas->roles[role]);
}

// Nothing of the style is seen on a blank but its background.
static bool is_unseen_on_blank(const struct look *look)
{
    return (look->style.attributes & (STYLE_UNDERLINE | STYLE_REVERSE)) == 0;
}

void canvas_set_theme(struct canvas *canvas, const struct theme *theme)
{
    struct theme mono;
    if (canvas->colors == 0) {
        theme_load(&mono, "mono", NULL, NULL);
        theme = &mono;
    }
    for (int i = 0; i < ROLE_COUNT; i++)
        canvas->roles[i] = style_reduce(theme->styles[i], canvas->colors);
    if (canvas->colors > 0) {
        reset_color_pairs();
        // That makes pair 0 black on black to curses, which then resets colours at every change.
        use_default_colors();
    }
    canvas->look_count = 0;
    canvas->pair_count = 0;
    // Letters of snapshots follow the order of the roles, so that they stay when screens change.
    for (int i = 0; i < ROLE_COUNT; i++)
        find_look(canvas, role_style(canvas, i));
}

// --- the canvas ----------------------------------------------------------------------------------

struct canvas *canvas_create(enum text_charset charset, bool color)
{
    struct canvas *canvas = calloc(1, sizeof *canvas);
    if (canvas == NULL)
        return NULL;
    canvas->charset = charset;
    if (color && has_colors() && start_color() == OK && COLORS >= 8) {
        use_default_colors();
        canvas->colors = COLORS;
    }
    struct theme plain;
    theme_clear(&plain);
    canvas_set_theme(canvas, &plain);
    return canvas;
}

void canvas_destroy(struct canvas *canvas)
{
    free(canvas);
}

int canvas_rows(const struct canvas *canvas)
{
    (void)canvas;
    return LINES;
}

int canvas_columns(const struct canvas *canvas)
{
    (void)canvas;
    return COLS;
}

const struct glyphs *canvas_glyphs(const struct canvas *canvas)
{
    return canvas->charset == TEXT_UTF8 ? &glyphs_utf8 : &glyphs_ascii;
}

enum text_charset canvas_charset(const struct canvas *canvas)
{
    return canvas->charset;
}

static void make_cell(cchar_t *cell, const wchar_t *characters, const struct look *look)
{
    int pair = look->pair; // read through the pointer: shorts cannot name all pairs
    setcchar(cell, characters, look->attributes, 0, &pair);
}

void canvas_begin(struct canvas *canvas)
{
    cchar_t blank;
    make_cell(&blank, L" ", find_look(canvas, canvas->roles[ROLE_TEXT]));
    bkgrndset(&blank);
    erase();
    canvas->left_look = NULL;
}

void canvas_end(struct canvas *canvas, int cursor_row, int cursor_column)
{
    (void)canvas;
    bool shown = cursor_row >= 0;
    curs_set(shown);
    leaveok(stdscr, !shown);
    if (shown)
        move(cursor_row, cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
}

void canvas_redraw(struct canvas *canvas)
{
    (void)canvas;
    clearok(curscr, TRUE);
}

// --- snapshots -----------------------------------------------------------------------------------

static const struct look *look_of(const struct canvas *canvas, attr_t attributes, int pair)
{
    const attr_t ours = A_BOLD | A_DIM | A_ITALIC | A_UNDERLINE | A_REVERSE;
    for (size_t i = 0; i < canvas->look_count; i++) {
        const struct look *look = &canvas->looks[i];
        if (look->pair == pair && look->attributes == (attributes & ours))
            return look;
    }
    return &canvas->looks[0];
}

// One row of both layers into two buffers; blanks at their ends are cut.
static void snapshot_row(const struct canvas *canvas, int row, char *glyphs, char *letters,
                         bool seen[256])
{
    size_t used = 0, last = 0;
    int last_letter = 0, columns = canvas_columns(canvas);
    for (int column = 0; column < columns; column++) {
        cchar_t cell;
        wchar_t characters[CCHARW_MAX + 1] = {L' '};
        attr_t attributes = 0;
        int pair = 0;
        short narrow = 0;
        mvin_wch(row, column, &cell);
        getcchar(&cell, characters, &attributes, &narrow, &pair);
        const struct look *look = look_of(canvas, attributes, pair);
        if (characters[0] == L' ' && is_unseen_on_blank(look) &&
            look->style.background == canvas->looks[0].style.background)
            look = &canvas->looks[0];
        letters[column] = look->letter;
        seen[(unsigned char)look->letter] = true;
        if (look->letter != '.')
            last_letter = column + 1;
        for (size_t i = 0; i < CCHARW_MAX && characters[i] != L'\0'; i++)
            used += text_encode((uint32_t)characters[i], glyphs + used);
        if (characters[0] != L' ')
            last = used;
        // The second column of a wide character holds nothing of its own.
        if (wcwidth(characters[0]) == 2 && column + 1 < columns)
            letters[++column] = look->letter;
    }
    glyphs[last] = '\0';
    letters[last_letter] = '\0';
}

void canvas_snapshot(struct canvas *canvas, FILE *out)
{
    int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
    char *glyphs = malloc((size_t)columns * CCHARW_MAX * 4 + 1);
    char *letters = calloc((size_t)rows, (size_t)columns + 1);
    bool seen[256] = {false};
    if (glyphs != NULL && letters != NULL) {
        fprintf(out, "%dx%d\n", columns, rows);
        for (int row = 0; row < rows; row++) {
            char *line = letters + (size_t)row * ((size_t)columns + 1);
            snapshot_row(canvas, row, glyphs, line, seen);
            fprintf(out, "%s\n", glyphs);
        }
        fprintf(out, "--- style\n");
        for (int row = 0; row < rows; row++)
            fprintf(out, "%s\n", letters + (size_t)row * ((size_t)columns + 1));
        fprintf(out, "--- letters\n");
        for (size_t i = 0; i < canvas->look_count; i++) {
            char text[96];
            style_format(canvas->looks[i].style, text, sizeof text);
            // '.' is ordinary text, and said only when a theme gives that colours.
            bool plain = i == 0 && canvas->looks[i].style.foreground == STYLE_DEFAULT &&
                         canvas->looks[i].style.background == STYLE_DEFAULT;
            if (!plain && seen[(unsigned char)canvas->looks[i].letter])
                fprintf(out, "%c %s\n", canvas->looks[i].letter, text);
        }
    }
    free(glyphs);
    free(letters);
}

// --- drawing -------------------------------------------------------------------------------------

struct pen pen_at(struct canvas *canvas, int row, int column, int width)
{
    return (struct pen){.canvas = canvas, .row = row, .column = column, .end = column + width};
}

int pen_left(const struct pen *pen)
{
    return pen->end > pen->column ? pen->end - pen->column : 0;
}

struct pen pen_part(struct pen *pen, int width)
{
    struct pen part = *pen;
    size_t hidden = pen->skip < (size_t)width ? pen->skip : (size_t)width;
    int shown = width - (int)hidden;
    if (shown > pen_left(pen))
        shown = pen_left(pen);
    pen->skip -= hidden;
    part.skip = hidden;
    part.end = part.column + shown;
    pen->column += shown;
    return part;
}

static const struct look *pen_look(const struct pen *pen, enum role role)
{
    struct canvas *canvas = pen->canvas;
    struct style style = role_style(canvas, role);
    if (pen->covered)
        style = style_over(style, canvas->roles[pen->cover]);
    return find_look(canvas, style);
}

static const struct look *pen_match_look(const struct pen *pen, enum role role)
{
    struct canvas *canvas = pen->canvas;
    struct style style = pen_look(pen, role)->style;
    return find_look(canvas, style_over(style, canvas->roles[ROLE_MATCH]));
}

static void note_left(const struct pen *pen, const struct look *look)
{
    pen->canvas->left_look = look;
    pen->canvas->left_row = pen->row;
    pen->canvas->left_column = pen->column;
}

// Blanks may keep the style of what is left of them when that looks the same: switching styles is
// much of what a frame costs on the line. Plain ones stay plain: they are there already where the
// screen was blank.
static const struct look *blank_look(const struct pen *pen, const struct look *wanted)
{
    const struct canvas *canvas = pen->canvas;
    const struct look *left = canvas->left_look;
    if (wanted == &canvas->looks[0] || left == NULL || canvas->left_row != pen->row ||
        canvas->left_column != pen->column)
        return wanted;
    bool same = is_unseen_on_blank(left) && is_unseen_on_blank(wanted) &&
                left->style.background == wanted->style.background;
    return same ? left : wanted;
}

// Put what stands in one place; `columns` wide.
static void put_unit(struct pen *pen, const struct look *look, const char *bytes, size_t length,
                     unsigned columns)
{
    wchar_t characters[CCHARW_MAX + 1] = {L'\0'};
    size_t count = 0;
    struct text_point point;
    while (count < CCHARW_MAX - 1 && text_decode(bytes, length, &point)) {
        characters[count++] = (wchar_t)point.code;
        bytes += point.length;
        length -= point.length;
    }
    cchar_t cell;
    make_cell(&cell, characters, look);
    mvadd_wch(pen->row, pen->column, &cell);
    pen->column += (int)columns;
    note_left(pen, look);
}

static void put_blanks(struct pen *pen, const struct look *look, int count)
{
    cchar_t cell;
    look = blank_look(pen, look);
    make_cell(&cell, L" ", look);
    if (count > pen_left(pen))
        count = pen_left(pen);
    for (int i = 0; i < count; i++)
        mvadd_wch(pen->row, pen->column++, &cell);
    if (count > 0)
        note_left(pen, look);
}

// An escape stands for one character but takes several cells.
static void put_escape(struct pen *pen, const struct look *look, const struct text_unit *unit,
                       size_t hidden)
{
    for (size_t i = hidden; i < unit->length && pen_left(pen) > 0; i++)
        put_unit(pen, look, unit->bytes + i, 1, 1);
}

// Does the text need more than these columns? Looks no further than that.
static bool is_wider(const char *text, size_t length, enum text_charset charset, size_t columns)
{
    size_t used = 0;
    struct text_unit unit;
    while (used <= columns && text_unit(text, length, charset, &unit)) {
        used += unit.columns;
        text += unit.consumed;
        length -= unit.consumed;
    }
    return used > columns;
}

// Draw one unit, or the part of it that is not scrolled out. False when it does not fit.
static bool draw_unit(struct pen *pen, const struct look *look, const struct text_unit *unit,
                      int limit)
{
    size_t hidden = pen->skip < unit->columns ? pen->skip : unit->columns;
    int shown = (int)(unit->columns - hidden);
    if (shown > limit - pen->column)
        return false;
    pen->skip -= hidden;
    if (shown == 0)
        return true;
    if (unit->escaped)
        put_escape(pen, look, unit, hidden);
    else if (hidden > 0)
        put_blanks(pen, look, shown); // half a wide character
    else
        put_unit(pen, look, unit->bytes, unit->length, unit->columns);
    return true;
}

void pen_text_matched(struct pen *pen, enum role role, const char *text, size_t length,
                      const struct span *spans, size_t count)
{
    struct canvas *canvas = pen->canvas;
    const struct look *plain = pen_look(pen, role);
    const struct look *matched = count > 0 ? pen_match_look(pen, role) : plain;
    int left = pen_left(pen);
    if (left == 0)
        return;
    bool cut = is_wider(text, length, canvas->charset, (size_t)left + pen->skip);
    int limit = cut ? pen->end - 1 : pen->end;
    struct text_unit unit;
    for (size_t at = 0; text_unit(text + at, length - at, canvas->charset, &unit);
         at += unit.consumed) {
        while (count > 0 && spans->end <= at) {
            spans++;
            count--;
        }
        bool in_match = count > 0 && at >= spans->start;
        if (!draw_unit(pen, in_match ? matched : plain, &unit, limit))
            break;
    }
    if (!cut)
        return;
    const char *mark = canvas_glyphs(canvas)->cut;
    put_unit(pen, plain, mark, strlen(mark), 1);
}

void pen_text(struct pen *pen, enum role role, const char *text, size_t length)
{
    pen_text_matched(pen, role, text, length, NULL, 0);
}

// What our own texts use beyond ASCII.
static char plain_sign(uint32_t code)
{
    switch (code) {
    case 0x00b7: // ·
    case 0x2013: // –
    case 0x2014: // —
        return '-';
    case 0x2026: // …
        return '~';
    case 0x2192: // →
    case 0x203a: // ›
    case 0x25b8: // ▸
        return '>';
    case 0x2190: // ←
        return '<';
    case 0x2265: // ≥
        return '>';
    case 0x2016: // ‖
        return '|';
    default:
        return 0;
    }
}

void pen_label(struct pen *pen, enum role role, const char *text)
{
    size_t length = strlen(text);
    if (pen->canvas->charset == TEXT_UTF8) {
        pen_text(pen, role, text, length);
        return;
    }
    char plain[1024];
    size_t used = 0;
    struct text_point point;
    while (used + 5 < sizeof plain && text_decode(text, length, &point)) {
        char sign = plain_sign(point.code);
        if (sign != 0 && point.class == TEXT_PLAIN)
            plain[used++] = sign;
        else
            for (size_t i = 0; i < point.length; i++)
                plain[used++] = text[i];
        text += point.length;
        length -= point.length;
    }
    pen_text(pen, role, plain, used);
}

void pen_format(struct pen *pen, enum role role, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    pen_label(pen, role, text);
}

void pen_repeat(struct pen *pen, enum role role, const char *glyph, int count)
{
    const struct look *look = pen_look(pen, role);
    size_t hidden = count > 0 && pen->skip < (size_t)count ? pen->skip
                    : count > 0                            ? (size_t)count
                                                           : 0;
    pen->skip -= hidden;
    count -= (int)hidden;
    if (glyph == NULL) {
        put_blanks(pen, look, count);
        return;
    }
    size_t length = strlen(glyph);
    for (int i = 0; i < count && pen_left(pen) > 0; i++)
        put_unit(pen, look, glyph, length, 1);
}

void pen_gap(struct pen *pen, enum role role, int count)
{
    pen_repeat(pen, is_unseen_on_blank(pen_look(pen, role)) ? role : ROLE_TEXT, NULL, count);
}

void pen_fill(struct pen *pen, enum role role, const char *glyph)
{
    pen->skip = 0;
    pen_repeat(pen, role, glyph, pen_left(pen));
}

void pen_bar(struct pen *pen, enum role role, double share, int width)
{
    const struct glyphs *glyphs = canvas_glyphs(pen->canvas);
    if (!(share > 0))
        share = 0;
    if (share > 1)
        share = 1;
    int eighths = (int)(share * width * 8 + 0.5);
    pen_repeat(pen, role, glyphs->bar[8], eighths / 8);
    if (eighths % 8 != 0)
        pen_repeat(pen, role, glyphs->bar[eighths % 8], 1);
    pen_repeat(pen, ROLE_TEXT, NULL, width - (eighths + 7) / 8);
}
