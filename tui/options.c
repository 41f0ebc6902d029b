#include "tui/options.h"

#include "tui/manual/generate.h"
#include "views/command.h"
#include "views/spelling.h"

#include <stdlib.h>
#include <string.h>

enum {
    THREADS_MAX = 1024,
    SCREEN_MAX = 1000,
};

// --- the table -----------------------------------------------------------------------------------

static bool set_help(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->help = true;
}

static bool set_version(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->version = true;
}

static bool set_exe(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->heap.dump.executable = value;
    return true;
}

static bool set_no_exe(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->heap.dump.no_executable = true;
}

static bool set_roots(struct options *options, const char *value, struct error *error)
{
    options->heap.precise_roots = strcmp(value, "precise") == 0;
    return options->heap.precise_roots || strcmp(value, "all") == 0 ||
           error_set(error, ERROR_USAGE, "--roots is all or precise");
}

static bool small_number(const char *value, const char *what, unsigned most, unsigned *ret,
                         struct error *error)
{
    uint64_t number;
    if (!command_number(value, what, &number, error))
        return false;
    if (number > most)
        return error_set(error, ERROR_USAGE, "%s is more than %u", what, most);
    *ret = (unsigned)number;
    return true;
}

static bool set_threads(struct options *options, const char *value, struct error *error)
{
    unsigned number = 0;
    if (!small_number(value, "--threads", THREADS_MAX, &number, error))
        return false;
    options->heap.threads = (int)number;
    return true;
}

static bool set_index(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->use_index = true;
    options->index_file = *value != '\0' ? value : NULL;
    return true;
}

static bool set_keys(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->explorer.keymap = value;
    return true;
}

static bool set_session(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->explorer.session = value;
    return true;
}

static bool set_theme(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->explorer.theme = value;
    return true;
}

static bool set_color(struct options *options, const char *value, struct error *error)
{
    static const char *const names[] = {
        [COLOR_AUTO] = "auto", [COLOR_NEVER] = "never", [COLOR_ALWAYS] = "always"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], value) == 0) {
            options->explorer.color = (enum color_choice)i;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE, "--color is auto, never or always");
}

static bool set_no_color(struct options *options, const char *value, struct error *error)
{
    (void)value;
    return set_color(options, "never", error);
}

static bool set_ascii(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->explorer.ascii = true;
}

static bool set_mouse(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->explorer.mouse = true;
}

static bool set_secure(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->explorer.secure = true;
}

static bool set_no_history(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return options->explorer.no_history = true;
}

static bool set_escape_delay(struct options *options, const char *value, struct error *error)
{
    return small_number(value, "--escape-delay", 10000, &options->explorer.escape_delay, error);
}

static bool set_script(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->explorer.script = value;
    return true;
}

static bool set_without_line(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->heap.without_line = value;
    return true;
}

static bool set_size(struct options *options, const char *value, struct error *error)
{
    char columns[16] = "";
    const char *by = strchr(value, 'x');
    if (by != NULL && (size_t)(by - value) < sizeof columns)
        memcpy(columns, value, (size_t)(by - value));
    if (*columns == '\0')
        return error_set(error, ERROR_USAGE, "--size is COLUMNSxROWS, such as 80x24");
    return small_number(columns, "--size", SCREEN_MAX, &options->explorer.columns, error) &&
           small_number(by + 1, "--size", SCREEN_MAX, &options->explorer.rows, error);
}

static bool set_generate(struct options *options, const char *value, struct error *error)
{
    char names[128] = "";
    for (size_t i = 0; generate_name(i) != NULL; i++) {
        if (strcmp(generate_name(i), value) == 0) {
            options->generate = value;
            return true;
        }
        strncat(names, i > 0 ? ", " : "", sizeof names - strlen(names) - 1);
        strncat(names, generate_name(i), sizeof names - strlen(names) - 1);
    }
    return error_set(error, ERROR_USAGE, "--generate is one of %s", names);
}

struct program_option {
    struct command_option info; // the alias is for before the command only; help NULL: for tests
    bool (*set)(struct options *options, const char *value, struct error *error);
};

static const struct program_option program_options[] = {
    {{"--exe", NULL, "FILE", "the executable that ran, if it is not where the core says"}, set_exe},
    {{"--no-exe", NULL, NULL, "use the core alone: no executable, no libraries"}, set_no_exe},
    {{"--roots", NULL, "all|precise",
      "precise: words that only look like references, on stacks and elsewhere, hold nothing (all)"},
     set_roots},
    {{"--threads", NULL, "N", "worker threads (one per processor); 0: none"}, set_threads},
    {{"--index", NULL, NULL,
      "use what an earlier run saved about this core, or save it; --index=FILE: there"},
     set_index},
    {{"--keys", NULL, "PRESET|FILE", "keys of the explorer: default, vim, less, or a file"},
     set_keys},
    {{"--session", NULL, "FILE", "bring back marks, notes and the place of :save-session FILE"},
     set_session},
    {{"--theme", NULL, "THEME|FILE",
      "looks of the explorer: a theme that comes with it, or a file"},
     set_theme},
    {{"--color", NULL, "auto|never|always", "colours in the explorer"}, set_color},
    {{"--no-color", NULL, NULL, "the same as --color never"}, set_no_color},
    {{"--ascii", NULL, NULL, "print and draw with ASCII alone"}, set_ascii},
    {{"--mouse", NULL, NULL, "clicks and wheel (selecting text then needs Shift)"}, set_mouse},
    {{"--secure", NULL, NULL, "the explorer writes no file, whatever is asked for"}, set_secure},
    {{"--no-history", NULL, NULL, "keep nothing of what was typed for the next run"}, set_no_history},
    {{"--escape-delay", NULL, "MS", "how long Escape waits for the rest of a sequence (50)"},
     set_escape_delay},
    {{"--script", NULL, "FILE", NULL}, set_script},
    {{"--without-line", NULL, "LINE", NULL}, set_without_line},
    {{"--size", NULL, "COLSxROWS", NULL}, set_size},
    {{"--generate", NULL, "man|man-keys|bash|zsh|fish",
      "print the manual, that of key and theme files, or completion for a shell"},
     set_generate},
    {{"--help", "-h", NULL, "print this text; behind a command, all about that command"}, set_help},
    {{"--version", "-V", NULL, "print the version"}, set_version},
};

enum {
    PROGRAM_OPTIONS = sizeof program_options / sizeof *program_options,
};

bool options_info(size_t index, struct command_option *ret)
{
    // Those for tests stand among the others.
    for (size_t i = 0; i < PROGRAM_OPTIONS; i++) {
        if (program_options[i].info.help == NULL || index-- > 0)
            continue;
        *ret = program_options[i].info;
        return true;
    }
    return false;
}

// --- parsing -------------------------------------------------------------------------------------

struct parser {
    int argc, next;
    char **argv;
    struct options *options;
    char **common; // options for commands that stand anywhere, with their values
    size_t common_count;
    bool options_ended; // "--" was seen
};

static bool is_named(const char *word, const char *name)
{
    size_t length = strcspn(word, "=");
    return strlen(name) == length && strncmp(word, name, length) == 0;
}

static const struct program_option *find_program_option(const struct parser *parser,
                                                        const char *word)
{
    bool letters = parser->options->word_count == 0;
    for (size_t i = 0; i < PROGRAM_OPTIONS; i++) {
        const struct program_option *option = &program_options[i];
        const char *alias = option->info.alias;
        if (is_named(word, option->info.name) ||
            (letters && alias != NULL && strcmp(word, alias) == 0))
            return option;
    }
    return NULL;
}

static const struct command_option *find_common_option(const char *word)
{
    const struct command_option *option = command_common_options();
    while (option->name != NULL && !is_named(word, option->name))
        option++;
    return option->name != NULL ? option : NULL;
}

static bool take_program_option(struct parser *parser, const struct program_option *option,
                                const char *word, struct error *error)
{
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    const char *value = equals != NULL ? equals + 1 : "";
    if (option->info.argument == NULL && equals != NULL && option->set != set_index)
        return error_set(error, ERROR_USAGE, "%s takes no value", option->info.name);
    if (option->info.argument != NULL && equals == NULL) {
        if (parser->next == parser->argc)
            return error_set(error, ERROR_USAGE, "%s needs a value: %s", option->info.name,
                             option->info.argument);
        value = parser->argv[parser->next++];
    }
    return option->set(parser->options, value, error);
}

static void take_common_option(struct parser *parser, const struct command_option *option,
                               char *word)
{
    parser->common[parser->common_count++] = word;
    bool needs_value = option->argument != NULL && strchr(word, '=') == NULL;
    if (needs_value && parser->next < parser->argc)
        parser->common[parser->common_count++] = parser->argv[parser->next++];
}

static bool unknown_option(const char *word, struct error *error)
{
    char name[48];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    struct spelling spelling;
    spelling_begin(&spelling, name);
    struct command_option info;
    for (size_t i = 0; options_info(i, &info); i++)
        spelling_offer(&spelling, info.name);
    for (const struct command_option *o = command_common_options(); o->name != NULL; o++)
        spelling_offer(&spelling, o->name);
    if (spelling.nearest != NULL)
        return error_set(error, ERROR_USAGE, "there is no option %s; did you mean %s?", name,
                         spelling.nearest);
    return error_set(error, ERROR_USAGE, "there is no option %s", name);
}

static void take_word(struct parser *parser, char *word)
{
    struct options *options = parser->options;
    if (options->explorer.core == NULL)
        options->explorer.core = word;
    else if (options->word_count == 0 && word[0] == '+')
        options->explorer.command = word + 1;
    else
        options->words[options->word_count++] = word;
}

static bool take(struct parser *parser, char *word, struct error *error)
{
    struct options *options = parser->options;
    if (parser->options_ended || word[0] != '-' || word[1] == '\0') {
        take_word(parser, word);
        return true;
    }
    if (strcmp(word, "--") == 0) {
        parser->options_ended = true;
        if (options->word_count > 0)
            options->words[options->word_count++] = word;
        return true;
    }
    const struct program_option *option = find_program_option(parser, word);
    if (option != NULL)
        return take_program_option(parser, option, word, error);
    const struct command_option *common = find_common_option(word);
    if (common != NULL)
        take_common_option(parser, common, word);
    else if (options->word_count > 0)
        options->words[options->word_count++] = word; // the command's own, or its business
    else
        return unknown_option(word, error);
    return true;
}

// Options for commands go right behind the command's name, where no "--" stands before them.
static void join_words(struct parser *parser)
{
    struct options *options = parser->options;
    options->has_common = parser->common_count > 0;
    if (options->word_count == 0)
        return;
    memmove(options->words + 1 + parser->common_count, options->words + 1,
            (options->word_count - 1) * sizeof *options->words);
    memcpy(options->words + 1, parser->common, parser->common_count * sizeof *options->words);
    options->word_count += parser->common_count;
}

bool options_parse(int argc, char **argv, struct options *ret, struct error *error)
{
    *ret = (struct options){.heap = {.threads = -1}};
    struct parser parser = {.argc = argc, .next = 1, .argv = argv, .options = ret};
    ret->words = calloc((size_t)argc + 1, sizeof *ret->words);
    parser.common = calloc((size_t)argc + 1, sizeof *parser.common);
    bool done = ret->words != NULL && parser.common != NULL;
    if (!done)
        error_set(error, ERROR_MEMORY, "out of memory");
    while (done && parser.next < argc) {
        char *word = argv[parser.next++];
        done = take(&parser, word, error);
    }
    if (done)
        join_words(&parser);
    else
        options_destroy(ret);
    free(parser.common);
    return done;
}

void options_destroy(struct options *options)
{
    free(options->words);
    options->words = NULL;
    options->word_count = 0;
}
