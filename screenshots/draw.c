// Draw snapshots (see tui/script.h) as pictures: draw FOLDER PREFIX [PALETTE] <SNAPSHOTS
//
// Each "=== NAME" becomes FOLDER/PREFIX-NAME.svg and .txt (without NAME: PREFIX.svg and .txt). The
// same snapshot always gives the same bytes.
//
// A cell of the frame is a fixed box of the picture: one rectangle for each run of a background,
// one text for each run of a style, forced to the width of its cells whatever font it is shown
// with. Lines and bars, which fonts join badly, are rectangles as well.
#include "tui/style.h"
#include "views/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS_MAX = 500,
    ROWS_MAX = 500,
    CELL_WIDTH = 9, // of a font of this size, most are 0.6 wide
    FONT_SIZE = 15,
    CELL_HEIGHT = 19,
    BASELINE = 14, // from the top of a cell
    PADDING = 14,
    LINE_BYTES = 8192,
};

struct cell {
    char glyph[TEXT_UNIT_MAX]; // "" in the second column of a wide one
    uint32_t code;             // its first character
    struct style style;
};

struct frame {
    char name[128];
    int columns, rows;
    struct cell *cells;
    char **lines; // as text
};

// Colours of a terminal: the sixteen, then background and foreground.
struct palette {
    const char *name;
    uint32_t colors[16], background, foreground, border;
};

static const struct palette palettes[] = {
    {
        .name = "dark",
        .colors = {0x2b303b, 0xf0717a, 0x9ccf72, 0xe8bf6a, 0x6cb2f7, 0xcf8ee8, 0x57c2c9, 0xc8cdd6,
                   0x6b7484, 0xff8f96, 0xb5e38d, 0xf7d58a, 0x8fc7ff, 0xe0acf5, 0x7fdbe0, 0xffffff},
        .background = 0x171b22,
        .foreground = 0xd3d8e0,
        .border = 0x3a414d,
    },
    {
        .name = "light",
        .colors = {0x24292f, 0xc4212f, 0x1d7a37, 0x8a6200, 0x1f63c4, 0x8541ba, 0x0b7580, 0x6e7781,
                   0x57606a, 0xa40e26, 0x116329, 0x633c01, 0x0550ae, 0x6639ba, 0x0b6e78, 0xffffff},
        .background = 0xfdfdfc,
        .foreground = 0x24292f,
        .border = 0xc9ced6,
    },
    {
        .name = "black",
        .colors = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x3b78ff, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
                   0x7f7f7f, 0xff5555, 0x55ff55, 0xffff55, 0x6c9bff, 0xff55ff, 0x55ffff, 0xffffff},
        .background = 0x000000,
        .foreground = 0xe5e5e5,
        .border = 0x4d4d4d,
    },
};

__attribute__((format(printf, 1, 2), noreturn)) static void give_up(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("draw: ", stderr);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

// --- reading -------------------------------------------------------------------------------------

static bool read_line(char line[LINE_BYTES])
{
    if (fgets(line, LINE_BYTES, stdin) == NULL)
        return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static void want_line(char line[LINE_BYTES])
{
    if (!read_line(line))
        give_up("the snapshots end in the middle of one");
}

static struct cell *cell_at(const struct frame *frame, int row, int column)
{
    return &frame->cells[row * frame->columns + column];
}

static void read_glyphs(struct frame *frame, int row, const char *line)
{
    struct text_unit unit;
    size_t length = strlen(line);
    frame->lines[row] = strdup(line);
    for (int column = 0; text_unit(line, length, TEXT_UTF8, &unit); column += (int)unit.columns) {
        struct text_point point;
        if (column + (int)unit.columns > frame->columns)
            give_up("%s: row %d is too wide", frame->name, row + 1);
        struct cell *cell = cell_at(frame, row, column);
        memcpy(cell->glyph, unit.bytes, unit.length + 1);
        cell->code = text_decode(unit.bytes, unit.length, &point) ? point.code : ' ';
        if (unit.columns == 2)
            cell[1].glyph[0] = '\0';
        line += unit.consumed;
        length -= unit.consumed;
    }
}

// What follows the letters: "b default on default dim". Ends at the next snapshot, whose first
// line is then in `line`.
static bool read_letters(struct style styles[256], char line[LINE_BYTES])
{
    struct theme theme;
    while (read_line(line)) {
        char text[LINE_BYTES + 16];
        if (strncmp(line, "=== ", 4) == 0)
            return true;
        snprintf(text, sizeof text, "text = %s", line + 2);
        theme_clear(&theme);
        if (!theme_load_text(&theme, "letters", text, strlen(text), NULL, NULL))
            give_up("no style: %s", line);
        styles[(unsigned char)line[0]] = theme.styles[ROLE_TEXT];
    }
    return false;
}

static void frame_begin(struct frame *frame, const char *line)
{
    if (sscanf(line, "%dx%d", &frame->columns, &frame->rows) != 2 || frame->columns < 1 ||
        frame->rows < 1 || frame->columns > COLUMNS_MAX || frame->rows > ROWS_MAX)
        give_up("%s: no size: %s", frame->name, line);
    size_t count = (size_t)(frame->columns * frame->rows);
    frame->cells = calloc(count, sizeof *frame->cells);
    frame->lines = calloc((size_t)frame->rows, sizeof *frame->lines);
    if (frame->cells == NULL || frame->lines == NULL)
        give_up("out of memory");
    for (size_t i = 0; i < count; i++)
        frame->cells[i] = (struct cell){.glyph = " ", .code = ' '};
}

// Reads the snapshot whose "=== NAME" is in `line`. False: it is the last one.
static bool read_frame(struct frame *frame, char line[LINE_BYTES])
{
    char *letters = NULL;
    struct style styles[256] = {{0}};
    *frame = (struct frame){.columns = 0};
    snprintf(frame->name, sizeof frame->name, "%.100s", line + 4);
    want_line(line);
    frame_begin(frame, line);
    for (int row = 0; row < frame->rows; row++) {
        want_line(line);
        read_glyphs(frame, row, line);
    }
    want_line(line);
    size_t count = (size_t)(frame->columns * frame->rows);
    if (strcmp(line, "--- style") != 0 || (letters = malloc(count)) == NULL)
        give_up("%s: no styles", frame->name);
    memset(letters, '.', count);
    for (int row = 0; row < frame->rows; row++) {
        want_line(line);
        if (strlen(line) > (size_t)frame->columns || strchr(line, '?') != NULL)
            give_up("%s: styles of row %d", frame->name, row + 1);
        memcpy(letters + row * frame->columns, line, strlen(line));
    }
    want_line(line);
    styles['.'] = (struct style){STYLE_DEFAULT, STYLE_DEFAULT, 0};
    bool more = read_letters(styles, line);
    for (size_t i = 0; i < count; i++)
        frame->cells[i].style = styles[(unsigned char)letters[i]];
    free(letters);
    return more;
}

static void frame_end(struct frame *frame)
{
    for (int row = 0; row < frame->rows; row++)
        free(frame->lines[row]);
    free(frame->lines);
    free(frame->cells);
}

// --- colours -------------------------------------------------------------------------------------

// Of the 256 colours that are the same on most terminals.
static uint32_t fixed_color(int32_t number)
{
    static const uint32_t levels[] = {0, 95, 135, 175, 215, 255};
    if (number >= 232) {
        uint32_t gray = (uint32_t)(8 + 10 * (number - 232));
        return gray << 16 | gray << 8 | gray;
    }
    number -= 16;
    return levels[number / 36] << 16 | levels[number / 6 % 6] << 8 | levels[number % 6];
}

static uint32_t color_of(const struct palette *palette, int32_t color, uint32_t otherwise)
{
    if (color < 0)
        return otherwise;
    if (color & STYLE_RGB)
        return (uint32_t)color & 0xffffff;
    return color < 16 ? palette->colors[color] : fixed_color(color);
}

// `share` of 256 parts of `a`, the rest of `b`.
static uint32_t blend(uint32_t a, uint32_t b, uint32_t share)
{
    uint32_t result = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        uint32_t part = (a >> shift & 255) * share + (b >> shift & 255) * (256 - share);
        result |= (part >> 8) << shift;
    }
    return result;
}

struct look {
    uint32_t foreground, background;
    unsigned attributes; // bold, italic, underline
};

static struct look look_of(const struct palette *palette, struct style style)
{
    struct look look = {
        .foreground = color_of(palette, style.foreground, palette->foreground),
        .background = color_of(palette, style.background, palette->background),
        .attributes = style.attributes & (STYLE_BOLD | STYLE_ITALIC | STYLE_UNDERLINE),
    };
    if (style.attributes & STYLE_DIM)
        look.foreground = blend(look.foreground, look.background, 150);
    if (style.attributes & STYLE_REVERSE) {
        uint32_t foreground = look.foreground;
        look.foreground = look.background;
        look.background = foreground;
    }
    return look;
}

static bool same_look(struct look a, struct look b)
{
    return a.foreground == b.foreground && a.background == b.background &&
           a.attributes == b.attributes;
}

// --- drawing -------------------------------------------------------------------------------------

struct painter {
    FILE *out;
    const struct frame *frame;
    const struct palette *palette;
};

static struct look look_at(const struct painter *painter, int row, int column)
{
    return look_of(painter->palette, cell_at(painter->frame, row, column)->style);
}

// In eighths of a cell across and in units of the picture down.
static void rectangle(const struct painter *painter, int eighths, int y, int width, int height,
                      uint32_t color)
{
    fprintf(painter->out, "<rect x=\"%g\" y=\"%d\" width=\"%g\" height=\"%d\" fill=\"#%06x\"/>\n",
            eighths * CELL_WIDTH / 8.0, y, width * CELL_WIDTH / 8.0, height, (unsigned)color);
}

static void paint_backgrounds(const struct painter *painter, int row)
{
    int columns = painter->frame->columns;
    for (int column = 0, end; column < columns; column = end) {
        uint32_t color = look_at(painter, row, column).background;
        end = column + 1;
        while (end < columns && look_at(painter, row, end).background == color)
            end++;
        if (color != painter->palette->background)
            rectangle(painter, column * 8, row * CELL_HEIGHT, (end - column) * 8, CELL_HEIGHT,
                      color);
    }
}

// Characters that are drawn: how many eighths of their cell are filled from the left (bars), or 8
// for lines. 0: a character of the font.
static int drawn_width(uint32_t code)
{
    if (code >= 0x2588 && code <= 0x258f) // full block … one eighth
        return (int)(0x2590 - code);
    return code == 0x2500 || code == 0x2502 ? 8 : 0;
}

// A run of the same drawn characters; bars end in a part of a cell. Returns where it ends.
static int paint_shape(const struct painter *painter, int row, int column)
{
    uint32_t code = cell_at(painter->frame, row, column)->code;
    struct look look = look_at(painter, row, column);
    int y = row * CELL_HEIGHT, width = 0, end = column;
    if (code == 0x2502) {
        rectangle(painter, column * 8 + 4, y, 1, CELL_HEIGHT, look.foreground);
        return column + 1;
    }
    for (bool whole = true; whole && end < painter->frame->columns; end++) {
        uint32_t next = cell_at(painter->frame, row, end)->code;
        bool fits = code == 0x2500 ? next == code : next != 0x2500 && next != 0x2502;
        if (!fits || drawn_width(next) == 0 || !same_look(look, look_at(painter, row, end)))
            break;
        width += drawn_width(next);
        whole = drawn_width(next) == 8;
    }
    if (code == 0x2500)
        rectangle(painter, column * 8, y + CELL_HEIGHT / 2, width, 1, look.foreground);
    else
        rectangle(painter, column * 8, y + 2, width, CELL_HEIGHT - 4, look.foreground);
    return end;
}

static void write_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static bool is_blank(const struct painter *painter, int row, int column)
{
    return column < painter->frame->columns &&
           strcmp(cell_at(painter->frame, row, column)->glyph, " ") == 0;
}

// A text of one style ends at a drawn character and at two blanks: what stands in columns stays
// there, whatever the font.
static int text_end(const struct painter *painter, int row, int column)
{
    struct look look = look_at(painter, row, column);
    int end = column;
    while (end < painter->frame->columns && same_look(look, look_at(painter, row, end)) &&
           drawn_width(cell_at(painter->frame, row, end)->code) == 0 &&
           !(is_blank(painter, row, end) && is_blank(painter, row, end + 1)))
        end++;
    while (is_blank(painter, row, end - 1))
        end--;
    return end;
}

static int paint_text(const struct painter *painter, int row, int column)
{
    struct look look = look_at(painter, row, column);
    int end = text_end(painter, row, column);
    fprintf(painter->out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\"", column * CELL_WIDTH,
            row * CELL_HEIGHT + BASELINE, (end - column) * CELL_WIDTH);
    if (look.foreground != painter->palette->foreground)
        fprintf(painter->out, " fill=\"#%06x\"", (unsigned)look.foreground);
    if (look.attributes & STYLE_BOLD)
        fputs(" font-weight=\"bold\"", painter->out);
    if (look.attributes & STYLE_ITALIC)
        fputs(" font-style=\"italic\"", painter->out);
    fputs(" lengthAdjust=\"spacingAndGlyphs\">", painter->out);
    for (int i = column; i < end; i++)
        write_escaped(painter->out, cell_at(painter->frame, row, i)->glyph);
    fputs("</text>\n", painter->out);
    return end;
}

static void paint_underlines(const struct painter *painter, int row)
{
    int columns = painter->frame->columns;
    for (int column = 0, end; column < columns; column = end) {
        struct look look = look_at(painter, row, column);
        end = column + 1;
        while (end < columns && same_look(look, look_at(painter, row, end)))
            end++;
        if (look.attributes & STYLE_UNDERLINE)
            rectangle(painter, column * 8, row * CELL_HEIGHT + BASELINE + 2, (end - column) * 8, 1,
                      look.foreground);
    }
}

static void paint_row(const struct painter *painter, int row)
{
    paint_backgrounds(painter, row);
    paint_underlines(painter, row);
    for (int column = 0; column < painter->frame->columns;) {
        if (is_blank(painter, row, column))
            column++;
        else if (drawn_width(cell_at(painter->frame, row, column)->code) > 0)
            column = paint_shape(painter, row, column);
        else
            column = paint_text(painter, row, column);
    }
}

static void paint(const struct painter *painter)
{
    const struct frame *frame = painter->frame;
    const struct palette *palette = painter->palette;
    int width = frame->columns * CELL_WIDTH + 2 * PADDING;
    int height = frame->rows * CELL_HEIGHT + 2 * PADDING;
    fprintf(painter->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>dumpdive",
            width, height, width, height);
    fputs(frame->name[0] != '\0' ? ": " : "", painter->out);
    write_escaped(painter->out, frame->name);
    fprintf(painter->out,
            "</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"7\" "
            "fill=\"#%06x\" stroke=\"#%06x\"/>\n",
            width - 1, height - 1, (unsigned)palette->background, (unsigned)palette->border);
    fprintf(painter->out,
            "<g transform=\"translate(%d %d)\" fill=\"#%06x\" font-size=\"%d\" "
            "font-family=\"ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', "
            "'Liberation Mono', monospace\" xml:space=\"preserve\">\n",
            PADDING, PADDING, (unsigned)palette->foreground, FONT_SIZE);
    for (int row = 0; row < frame->rows; row++)
        paint_row(painter, row);
    fputs("</g>\n</svg>\n", painter->out);
}

// --- files ---------------------------------------------------------------------------------------

static FILE *create(const char *folder, const char *prefix, const char *name, const char *suffix)
{
    char path[4096];
    size_t used =
        (size_t)snprintf(path, sizeof path, "%s/%s%s", folder, prefix, name[0] != '\0' ? "-" : "");
    for (; *name != '\0' && used + 8 < sizeof path; name++)
        path[used++] = isalnum((unsigned char)*name) ? *name : '-';
    snprintf(path + used, sizeof path - used, "%s", suffix);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        give_up("%s: %s", path, strerror(errno));
    return file;
}

static void finish(FILE *file)
{
    if (ferror(file) != 0 || fclose(file) != 0)
        give_up("cannot write: %s", strerror(errno));
}

static const struct palette *find_palette(const char *name)
{
    for (size_t i = 0; i < sizeof palettes / sizeof *palettes; i++)
        if (strcmp(palettes[i].name, name) == 0)
            return &palettes[i];
    give_up("there is no palette %s", name);
}

int main(int argc, char **argv)
{
    char line[LINE_BYTES];
    if (argc < 3 || argc > 4)
        give_up("usage: draw FOLDER PREFIX [PALETTE] <SNAPSHOTS");
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        give_up("there is no locale C.UTF-8");
    const struct palette *palette = find_palette(argc == 4 ? argv[3] : "dark");
    bool more = read_line(line);
    if (more && strncmp(line, "=== ", 4) != 0)
        give_up("no snapshot: %s", line);
    while (more) {
        struct frame frame;
        more = read_frame(&frame, line);
        FILE *svg = create(argv[1], argv[2], frame.name, ".svg");
        paint(&(struct painter){svg, &frame, palette});
        finish(svg);
        FILE *text = create(argv[1], argv[2], frame.name, ".txt");
        for (int row = 0; row < frame.rows; row++)
            fprintf(text, "%s\n", frame.lines[row]);
        finish(text);
        frame_end(&frame);
    }
    return 0;
}
