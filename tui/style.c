#include "tui/style.h"

#include "tui/builtin_themes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const char *const role_names[ROLE_COUNT] = {
#define X(id, name, meaning) [id] = name,
    ROLES(X)
#undef X
};

static const char *const color_names[16] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright-black",   "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
};

static const struct {
    const char *name;
    unsigned attribute;
} attribute_names[] = {
    {"bold", STYLE_BOLD},           {"dim", STYLE_DIM},         {"italic", STYLE_ITALIC},
    {"underline", STYLE_UNDERLINE}, {"reverse", STYLE_REVERSE},
};

struct reader {
    struct lines lines; // first
    struct theme *theme;
};

// --- parsing -------------------------------------------------------------------------------------

static bool parse_color(const char *word, int32_t *ret)
{
    if (strcmp(word, "default") == 0) {
        *ret = STYLE_DEFAULT;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(color_names); i++) {
        if (strcmp(word, color_names[i]) == 0) {
            *ret = (int32_t)i;
            return true;
        }
    }
    char *end;
    if (word[0] == '#' && strlen(word) == 7 && strspn(word + 1, "0123456789abcdefABCDEF") == 6) {
        *ret = STYLE_RGB | (int32_t)strtol(word + 1, NULL, 16);
        return true;
    }
    if (word[0] < '0' || word[0] > '9')
        return false;
    long number = strtol(word, &end, 10);
    *ret = (int32_t)number;
    return *end == '\0' && number <= 255;
}

static bool parse_attribute(const char *word, unsigned *attributes)
{
    for (size_t i = 0; i < COUNT_OF(attribute_names); i++) {
        if (strcmp(word, attribute_names[i].name) == 0) {
            *attributes |= attribute_names[i].attribute;
            return true;
        }
    }
    return false;
}

static void parse_style(struct reader *reader, enum role role, char *words)
{
    struct style style = {STYLE_BELOW, STYLE_BELOW, 0};
    bool on = false;
    char *rest;
    for (char *word = strtok_r(words, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
        int32_t color;
        if (strcmp(word, "on") == 0 && !on) {
            on = true;
        } else if (parse_color(word, &color)) {
            int32_t *place = on ? &style.background : &style.foreground;
            if (*place != STYLE_BELOW) {
                lines_mistake(&reader->lines, "one colour too many: '%s'", word);
                return;
            }
            *place = color;
        } else if (!parse_attribute(word, &style.attributes)) {
            lines_mistake(&reader->lines, "unknown colour or attribute '%s'", word);
            return;
        }
    }
    if (on && style.background == STYLE_BELOW) {
        lines_mistake(&reader->lines, "a colour should follow 'on'");
        return;
    }
    reader->theme->styles[role] = style;
}

static bool find_role(const char *name, enum role *ret)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(role_names[i], name) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

// A '#' begins a comment, unless it is that of a colour.
static void cut_comment(char *line)
{
    for (char *at = line; (at = strchr(at, '#')) != NULL; at++) {
        if (at == line || strspn(at + 1, "0123456789abcdefABCDEF") != 6) {
            *at = '\0';
            return;
        }
    }
}

static void load(struct reader *parent, const char *name);

static void read_line(struct lines *lines, char *line)
{
    struct reader *reader = (struct reader *)lines;
    cut_comment(line);
    line = lines_trim(line);
    if (*line == '\0')
        return;
    char *words = strchr(line, '=');
    if (words == NULL && strncmp(line, "source ", 7) == 0) {
        load(reader, lines_trim(line + 7));
        return;
    }
    if (words == NULL) {
        lines_mistake(&reader->lines, "expected: role = style");
        return;
    }
    *words++ = '\0';
    enum role role;
    line = lines_trim(line);
    if (find_role(line, &role))
        parse_style(reader, role, words);
    else
        lines_mistake(&reader->lines, "unknown role '%s'", line);
}

static const struct embedded *find_builtin(const char *name)
{
    size_t count;
    const struct embedded *themes = builtin_themes(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    }
    return NULL;
}

static void load(struct reader *parent, const char *name)
{
    char path[4096];
    const struct embedded *builtin = find_builtin(name);
    struct reader reader = {.lines = {.name = path}, .theme = parent->theme};
    if (!lines_source(&reader.lines, &parent->lines))
        return;
    if (builtin != NULL) {
        snprintf(path, sizeof path, "%s.theme", name);
        lines_text(&reader.lines, builtin->begin, (size_t)(builtin->end - builtin->begin));
    } else {
        lines_path(&parent->lines, name, path, sizeof path);
        reader.lines.path = path;
        lines_file(&reader.lines, path, &parent->lines);
    }
    parent->lines.failed |= reader.lines.failed;
}

void theme_clear(struct theme *theme)
{
    memset(theme, 0, sizeof *theme);
    for (int i = 0; i < ROLE_COUNT; i++)
        theme->styles[i] = (struct style){STYLE_BELOW, STYLE_BELOW, 0};
}

bool theme_load(struct theme *theme, const char *name, lines_report *report, void *data)
{
    struct reader top = {
        .lines = {.name = "theme", .report = report, .data = data, .read = read_line},
        .theme = theme};
    theme_clear(theme);
    snprintf(theme->name, sizeof theme->name, "%s", name);
    load(&top, name);
    return !top.lines.failed;
}

bool theme_load_text(struct theme *theme, const char *name, const char *text, size_t length,
                     lines_report *report, void *data)
{
    struct reader reader = {
        .lines = {.path = name, .name = name, .report = report, .data = data, .read = read_line},
        .theme = theme};
    lines_text(&reader.lines, text, length);
    return !reader.lines.failed;
}

const char *theme_name(size_t index)
{
    size_t count;
    const struct embedded *themes = builtin_themes(&count);
    return index < count ? themes[index].name : NULL;
}

// --- combining and reducing ----------------------------------------------------------------------

bool style_equal(struct style a, struct style b)
{
    return a.foreground == b.foreground && a.background == b.background &&
           a.attributes == b.attributes;
}

struct style style_over(struct style below, struct style over)
{
    if (over.foreground != STYLE_BELOW)
        below.foreground = over.foreground;
    if (over.background != STYLE_BELOW)
        below.background = over.background;
    bool covers = over.foreground != STYLE_BELOW && over.background != STYLE_BELOW;
    below.attributes = over.attributes | (covers ? 0 : below.attributes);
    return below;
}

// The colours that terminals commonly give to the first 16; the others follow a rule.
static uint32_t palette_rgb(int index)
{
    static const uint32_t basic[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
                                       0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
                                       0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
    if (index < 16)
        return basic[index];
    if (index >= 232)
        return (uint32_t)(8 + (index - 232) * 10) * 0x010101;
    static const uint32_t steps[6] = {0, 95, 135, 175, 215, 255};
    index -= 16;
    return steps[index / 36] << 16 | steps[index / 6 % 6] << 8 | steps[index % 6];
}

static int distance(uint32_t a, uint32_t b)
{
    int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
    int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
    int blue = (int)(a & 255) - (int)(b & 255);
    return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

static int nearest(uint32_t rgb, int first, int last)
{
    int best = first;
    for (int i = first; i <= last; i++) {
        if (distance(palette_rgb(i), rgb) < distance(palette_rgb(best), rgb))
            best = i;
    }
    return best;
}

static int32_t reduce_color(int32_t color, int colors)
{
    if (color < 0)
        return color;
    if (colors > 256)
        return color; // direct colour; the palette's first colours stay themselves
    if (color & STYLE_RGB)
        color = nearest((uint32_t)color & 0xffffff, colors >= 256 ? 16 : 0,
                        colors >= 256 ? 255 : colors - 1);
    if (color >= colors && color >= 16)
        color = nearest(palette_rgb(color), 0, colors >= 16 ? 15 : 7);
    return color >= colors ? color % 8 : color;
}

struct style style_reduce(struct style style, int colors)
{
    if (colors < 8) {
        if (style.foreground != STYLE_BELOW)
            style.foreground = STYLE_DEFAULT;
        if (style.background != STYLE_BELOW)
            style.background = STYLE_DEFAULT;
        return style;
    }
    // Eight colours: the bright ones are the plain ones in bold.
    int32_t wanted = style.foreground;
    style.foreground = reduce_color(wanted, colors);
    style.background = reduce_color(style.background, colors);
    if (colors < 16 && wanted >= 8 && wanted < 16)
        style.attributes |= STYLE_BOLD;
    return style;
}

static size_t add(char *out, size_t used, size_t capacity, const char *text)
{
    int length = snprintf(out + used, capacity - used, "%s%s", used > 0 ? " " : "", text);
    return used + (size_t)length < capacity ? used + (size_t)length : capacity - 1;
}

static const char *color_text(int32_t color, char buffer[16])
{
    if (color == STYLE_DEFAULT)
        return "default";
    if (color >= 0 && color < 16)
        return color_names[color];
    snprintf(buffer, 16, color & STYLE_RGB ? "#%06x" : "%d", (unsigned)color & 0xffffff);
    return buffer;
}

size_t style_format(struct style style, char *out, size_t capacity)
{
    char number[16];
    size_t used = 0;
    out[0] = '\0';
    if (style.foreground != STYLE_BELOW)
        used = add(out, used, capacity, color_text(style.foreground, number));
    if (style.background != STYLE_BELOW) {
        used = add(out, used, capacity, "on");
        used = add(out, used, capacity, color_text(style.background, number));
    }
    for (size_t i = 0; i < COUNT_OF(attribute_names); i++) {
        if (style.attributes & attribute_names[i].attribute)
            used = add(out, used, capacity, attribute_names[i].name);
    }
    return used;
}
