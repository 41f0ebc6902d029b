#include "tui/style.h"

#include "tui/builtin_themes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

enum {
    LINE_MAX_BYTES = 512,
    FILE_MAX_BYTES = 1 << 18,
    SOURCE_DEPTH_MAX = 4,
};

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
    struct theme *theme;
    const char *path; // to find what it sources; NULL: built in
    const char *name;
    unsigned line, depth;
    bool failed;
    theme_report *report;
    void *data;
};

__attribute__((format(printf, 2, 3))) static void mistake(struct reader *reader, const char *format,
                                                          ...)
{
    char text[512];
    int used = snprintf(text, sizeof text, "%s:%u: ", reader->name, reader->line);
    va_list args;
    va_start(args, format);
    if (used >= 0 && (size_t)used < sizeof text)
        vsnprintf(text + used, sizeof text - (size_t)used, format, args);
    va_end(args);
    reader->failed = true;
    if (reader->report != NULL)
        reader->report(reader->data, text);
}

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
                mistake(reader, "one colour too many: '%s'", word);
                return;
            }
            *place = color;
        } else if (!parse_attribute(word, &style.attributes)) {
            mistake(reader, "unknown colour or attribute '%s'", word);
            return;
        }
    }
    if (on && style.background == STYLE_BELOW) {
        mistake(reader, "a colour should follow 'on'");
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

static void trim(char **text)
{
    *text += strspn(*text, " \t");
    size_t length = strlen(*text);
    while (length > 0 && strchr(" \t\r", (*text)[length - 1]) != NULL)
        (*text)[--length] = '\0';
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

static void read_line(struct reader *reader, char *line)
{
    cut_comment(line);
    trim(&line);
    if (*line == '\0')
        return;
    char *words = strchr(line, '=');
    if (words == NULL && strncmp(line, "source ", 7) == 0) {
        char *name = line + 7;
        trim(&name);
        load(reader, name);
        return;
    }
    if (words == NULL) {
        mistake(reader, "expected: role = style");
        return;
    }
    *words++ = '\0';
    trim(&line);
    enum role role;
    if (find_role(line, &role))
        parse_style(reader, role, words);
    else
        mistake(reader, "unknown role '%s'", line);
}

static void read_text(struct reader *reader, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        char line[LINE_MAX_BYTES];
        reader->line++;
        if ((size_t)(stop - text) >= sizeof line) {
            mistake(reader, "line too long");
        } else if (memchr(text, '\0', (size_t)(stop - text)) != NULL) {
            mistake(reader, "not text");
        } else {
            memcpy(line, text, (size_t)(stop - text));
            line[stop - text] = '\0';
            read_line(reader, line);
        }
        text = stop < end ? stop + 1 : end;
    }
}

static void read_file(struct reader *reader, const char *path, struct reader *blame)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        mistake(blame, "cannot open %s: %s", path, strerror(errno));
        return;
    }
    char *text = malloc(FILE_MAX_BYTES);
    size_t length = text != NULL ? fread(text, 1, FILE_MAX_BYTES, file) : 0;
    if (text == NULL || ferror(file) != 0)
        mistake(blame, "cannot read %s", path);
    else if (length == FILE_MAX_BYTES)
        mistake(blame, "%s is too large", path);
    else
        read_text(reader, text, length);
    fclose(file);
    free(text);
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
    if (parent->depth >= SOURCE_DEPTH_MAX) {
        mistake(parent, "files source each other too deeply");
        return;
    }
    char path[4096];
    const struct embedded *builtin = find_builtin(name);
    const char *slash = parent->path != NULL ? strrchr(parent->path, '/') : NULL;
    if (builtin != NULL)
        snprintf(path, sizeof path, "%s.theme", name);
    else if (name[0] == '/' || slash == NULL)
        snprintf(path, sizeof path, "%s", name);
    else
        snprintf(path, sizeof path, "%.*s/%s", (int)(slash - parent->path), parent->path, name);
    struct reader reader = {.theme = parent->theme,
                            .path = builtin != NULL ? NULL : path,
                            .name = path,
                            .depth = parent->depth + 1,
                            .report = parent->report,
                            .data = parent->data};
    if (builtin != NULL)
        read_text(&reader, builtin->begin, (size_t)(builtin->end - builtin->begin));
    else
        read_file(&reader, path, parent);
    parent->failed |= reader.failed;
}

void theme_clear(struct theme *theme)
{
    memset(theme, 0, sizeof *theme);
    for (int i = 0; i < ROLE_COUNT; i++)
        theme->styles[i] = (struct style){STYLE_BELOW, STYLE_BELOW, 0};
}

bool theme_load(struct theme *theme, const char *name, theme_report *report, void *data)
{
    struct reader top = {.theme = theme, .name = "theme", .report = report, .data = data};
    theme_clear(theme);
    snprintf(theme->name, sizeof theme->name, "%s", name);
    load(&top, name);
    return !top.failed;
}

bool theme_load_text(struct theme *theme, const char *name, const char *text, size_t length,
                     theme_report *report, void *data)
{
    struct reader reader = {
        .theme = theme, .path = name, .name = name, .report = report, .data = data};
    read_text(&reader, text, length);
    return !reader.failed;
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
