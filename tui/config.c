#include "tui/config.h"

#include "tui/layout.h"
#include "tui/paths.h"
#include "views/command.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ESCAPE_DELAY_MAX = 10000,
    PANES_FROM_MAX = 10000,
};

struct config {
    struct explorer_options said; // by files; zero: nothing
    char *keymap, *theme;         // what `said` points to
};

struct setting {
    struct setting_info info;
    bool (*set)(struct config *config, const char *value, struct error *error);
    void (*get)(const struct explorer_options *options, char *out, size_t capacity);
    size_t offset, size; // of the field of struct explorer_options
};

#define FIELD(name)                                                                                \
    offsetof(struct explorer_options, name), sizeof(((struct explorer_options *)NULL)->name)

// --- the table -----------------------------------------------------------------------------------

static bool keep(char **place, const char **said, const char *value, struct error *error)
{
    char *copy = strdup(value);
    if (copy == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    free(*place);
    *said = *place = copy;
    return true;
}

static bool set_keymap(struct config *config, const char *value, struct error *error)
{
    return keep(&config->keymap, &config->said.keymap, value, error);
}

static bool set_theme(struct config *config, const char *value, struct error *error)
{
    return keep(&config->theme, &config->said.theme, value, error);
}

static const char *const color_names[] = {
    [COLOR_AUTO] = "auto", [COLOR_NEVER] = "never", [COLOR_ALWAYS] = "always"};

static bool set_color(struct config *config, const char *value, struct error *error)
{
    for (size_t i = 0; i < sizeof color_names / sizeof *color_names; i++) {
        if (strcmp(color_names[i], value) == 0) {
            config->said.color = (enum color_choice)i;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE, "'%s' is not auto, never or always", value);
}

static bool set_switch(bool *place, const char *value, struct error *error)
{
    *place = strcmp(value, "on") == 0;
    return *place || strcmp(value, "off") == 0 ||
           error_set(error, ERROR_USAGE, "'%s' is not on or off", value);
}

static bool set_ascii(struct config *config, const char *value, struct error *error)
{
    return set_switch(&config->said.ascii, value, error);
}

static bool set_mouse(struct config *config, const char *value, struct error *error)
{
    return set_switch(&config->said.mouse, value, error);
}

static bool set_secure(struct config *config, const char *value, struct error *error)
{
    return set_switch(&config->said.secure, value, error);
}

static bool set_history(struct config *config, const char *value, struct error *error)
{
    bool on;
    if (!set_switch(&on, value, error))
        return false;
    config->said.no_history = !on;
    return true;
}

// Columns of the screen from which more panes are seen.
static bool set_from(unsigned *place, const char *value, struct error *error)
{
    uint64_t number;
    if (!command_number(value, "the number of columns", &number, error))
        return false;
    if (number < LAYOUT_COLUMNS_MIN || number > PANES_FROM_MAX)
        return error_set(error, ERROR_USAGE, "columns are %d to %d", LAYOUT_COLUMNS_MIN,
                         PANES_FROM_MAX);
    *place = (unsigned)number;
    return true;
}

static bool set_two_from(struct config *config, const char *value, struct error *error)
{
    return set_from(&config->said.two_from, value, error);
}

static bool set_three_from(struct config *config, const char *value, struct error *error)
{
    return set_from(&config->said.three_from, value, error);
}

static bool set_escape_delay(struct config *config, const char *value, struct error *error)
{
    uint64_t number;
    if (!command_number(value, "escape-delay", &number, error))
        return false;
    if (number == 0 || number > ESCAPE_DELAY_MAX)
        return error_set(error, ERROR_USAGE, "escape-delay is 1 to %d", ESCAPE_DELAY_MAX);
    config->said.escape_delay = (unsigned)number;
    return true;
}

static void get_keymap(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", options->keymap != NULL ? options->keymap : "default");
}

static void get_theme(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", options->theme != NULL ? options->theme : "default");
}

static void get_color(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", color_names[options->color]);
}

static void get_ascii(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", options->ascii ? "on" : "off");
}

static void get_mouse(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", options->mouse ? "on" : "off");
}

static void get_secure(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", options->secure ? "on" : "off");
}

static void get_history(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%s", options->no_history ? "off" : "on");
}

static void get_two_from(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%u", options->two_from > 0 ? options->two_from : LAYOUT_TWO_FROM);
}

static void get_three_from(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%u", options->three_from > 0 ? options->three_from : LAYOUT_THREE_FROM);
}

static void get_escape_delay(const struct explorer_options *options, char *out, size_t capacity)
{
    snprintf(out, capacity, "%u", options->escape_delay > 0 ? options->escape_delay : 50);
}

static const struct setting settings[] = {
    {{"keymap", "PRESET|FILE", "Keys: default, vim, less, or those of NAME.keys.", "default"},
     set_keymap, get_keymap, FIELD(keymap)},
    {{"theme", "THEME|FILE", "Looks: a theme that comes with the program, or NAME.theme.", "default"},
     set_theme, get_theme, FIELD(theme)},
    {{"color", "auto|never|always", "Colours; auto: as the terminal and NO_COLOR say.", "auto"},
     set_color, get_color, FIELD(color)},
    {{"ascii", "on|off", "Draw with ASCII alone.", "off"}, set_ascii, get_ascii, FIELD(ascii)},
    {{"mouse", "on|off", "Clicks and wheel; selecting text then needs Shift.", "off"},
     set_mouse, get_mouse, FIELD(mouse)},
    {{"escape-delay", "MS", "How long Escape waits for the rest of a sequence.", "50"},
     set_escape_delay, get_escape_delay, FIELD(escape_delay)},
    {{"two-panes-from", "COLUMNS", "Width of the screen from which two panes are seen.", "110"},
     set_two_from, get_two_from, FIELD(two_from)},
    {{"three-panes-from", "COLUMNS", "The same for three, or four where it is high enough.", "160"},
     set_three_from, get_three_from, FIELD(three_from)},
    {{"history", "on|off", "Keep what was typed at the prompts for the next run.", "on"},
     set_history, get_history, FIELD(no_history)},
    {{"secure", "on|off", "Write no file, whatever is asked for.", "off"}, set_secure, get_secure, FIELD(secure)},
};

enum {
    SETTINGS = sizeof settings / sizeof *settings,
};

bool config_info(size_t index, struct setting_info *ret)
{
    if (index >= SETTINGS)
        return false;
    *ret = settings[index].info;
    return true;
}

bool config_set(struct config *config, const char *name, const char *value, struct error *error)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].info.name, name) == 0)
            return settings[i].set(config, value, error);
    }
    return error_set(error, ERROR_USAGE, "there is no setting '%s'", name);
}

bool config_change(struct config *config, const char *name, const char *value,
                   struct explorer_options *options, struct error *error)
{
    if (!config_set(config, name, value, error))
        return false;
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].info.name, name) == 0)
            memcpy((char *)options + settings[i].offset,
                   (const char *)&config->said + settings[i].offset, settings[i].size);
    }
    return true;
}

// --- files ---------------------------------------------------------------------------------------

struct reader {
    struct lines lines; // first
    struct config *config;
};

static void read_line(struct lines *lines, char *line)
{
    struct reader *reader = (struct reader *)lines;
    struct error error;
    line = lines_trim(line);
    if (*line == '\0' || *line == '#')
        return;
    char *value = strchr(line, '=');
    if (value == NULL) {
        lines_mistake(lines, "expected: name = value");
        return;
    }
    *value++ = '\0';
    if (!config_set(reader->config, lines_trim(line), lines_trim(value), &error))
        lines_mistake(lines, "%s", error.text);
}

void config_read_text(struct config *config, const char *name, const char *text,
                      lines_report *report, void *data)
{
    struct reader reader = {
        .lines = {.name = name, .report = report, .data = data, .read = read_line},
        .config = config};
    lines_text(&reader.lines, text, strlen(text));
}

// A file that is not there is no mistake, unless somebody named it.
static void read_file(struct config *config, const char *path, bool wanted, lines_report *report,
                      void *data)
{
    struct reader reader = {
        .lines = {.name = path, .report = report, .data = data, .read = read_line},
        .config = config};
    if (wanted || access(path, F_OK) == 0 || errno != ENOENT)
        lines_file(&reader.lines, path, &reader.lines);
}

struct config *config_create(void)
{
    return calloc(1, sizeof(struct config));
}

void config_destroy(struct config *config)
{
    if (config == NULL)
        return;
    free(config->keymap);
    free(config->theme);
    free(config);
}

void config_fill(const struct config *config, struct explorer_options *options)
{
    const struct explorer_options *said = &config->said;
    if (options->keymap == NULL)
        options->keymap = said->keymap;
    if (options->theme == NULL)
        options->theme = said->theme;
    if (options->color == COLOR_AUTO)
        options->color = said->color;
    if (options->escape_delay == 0)
        options->escape_delay = said->escape_delay;
    options->ascii |= said->ascii;
    options->mouse |= said->mouse;
    options->secure |= said->secure;
    options->no_history |= said->no_history;
    if (options->two_from == 0)
        options->two_from = said->two_from;
    if (options->three_from == 0)
        options->three_from = said->three_from;
}

struct config *config_load(struct explorer_options *options, lines_report *report, void *data)
{
    char path[PATHS_MAX];
    struct config *config = config_create();
    if (config == NULL)
        return NULL;
    const char *named = getenv("DUMPDIVERC");
    read_file(config, paths_system_config(), false, report, data);
    if (paths_user_config(path))
        read_file(config, path, named != NULL && *named != '\0', report, data);
    config_fill(config, options);
    return config;
}

void config_write(const struct explorer_options *options, FILE *out)
{
    fputs("# The config file of dumpdive; see dumpdive(1).\n", out);
    for (size_t i = 0; i < SETTINGS; i++) {
        char value[PATHS_MAX];
        settings[i].get(options, value, sizeof value);
        fprintf(out, "\n# %s\n# %s\n%s = %s\n", settings[i].info.help, settings[i].info.argument,
                settings[i].info.name, value);
    }
}
