// Command lines as words: which command, which options, which arguments.
#include "views/command_parse.h"

#include "views/spelling.h"
#include "views/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- numbers -------------------------------------------------------------------------------------

static bool parse_digits(const char *text, int base, uint64_t *ret)
{
    // strtoull would take blanks and signs as well.
    static const char digits[] = "0123456789abcdefABCDEF";
    if (*text == '\0' || strspn(text, digits) != strlen(text))
        return false;
    char *end;
    errno = 0;
    *ret = strtoull(text, &end, base);
    return errno == 0 && *end == '\0';
}

bool command_address(const char *text, const char *what, uint64_t *ret, struct error *error)
{
    const char *digits = text;
    if (*digits == '@')
        digits++;
    else if (strncmp(digits, "0x", 2) == 0 || strncmp(digits, "0X", 2) == 0)
        digits += 2;
    if (parse_digits(digits, 16, ret))
        return true;
    return error_set(error, ERROR_USAGE, "%s is not an address: \"%.60s\" (say 0x2f3a81c4d1)", what,
                     text);
}

bool command_number(const char *text, const char *what, uint64_t *ret, struct error *error)
{
    bool hex = strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0;
    if (hex ? parse_digits(text + 2, 16, ret) : parse_digits(text, 10, ret))
        return true;
    return error_set(error, ERROR_USAGE, "%s is not a number: \"%.60s\"", what, text);
}

// --- options common to all commands --------------------------------------------------------------

static bool set_filter(struct command_common *common, const char *value, struct error *error)
{
    size_t room = sizeof common->filters / sizeof *common->filters;
    if (common->filter_count == room)
        return error_set(error, ERROR_USAGE, "more than %zu filters", room);
    // A pattern that does not compile is better refused now than when the rows are there.
    struct view_match *match;
    if (!view_match_create(*value == '!' ? value + 1 : value, &match, error))
        return false;
    view_match_destroy(match);
    common->filters[common->filter_count++] = value;
    return true;
}

static bool set_sort(struct command_common *common, const char *value, struct error *error)
{
    (void)error;
    common->sort = value;
    common->retained |= strcmp(value, "retained") == 0 || strcmp(value, "distance") == 0 ||
                        strcmp(value, "unreachable") == 0;
    return true;
}

static bool set_reverse(struct command_common *common, const char *value, struct error *error)
{
    (void)value, (void)error;
    common->reverse = true;
    return true;
}

static bool set_columns(struct command_common *common, const char *value, struct error *error)
{
    (void)error;
    common->columns = value;
    return true;
}

static bool set_limit(struct command_common *common, const char *value, struct error *error)
{
    return command_number(value, "--limit", &common->limit, error);
}

static bool set_json(struct command_common *common, const char *value, struct error *error)
{
    (void)value;
    common->json = true;
    return !common->tsv || error_set(error, ERROR_USAGE, "--json and --tsv exclude each other");
}

static bool set_tsv(struct command_common *common, const char *value, struct error *error)
{
    (void)value;
    common->tsv = true;
    return !common->json || error_set(error, ERROR_USAGE, "--json and --tsv exclude each other");
}

static bool set_isolate(struct command_common *common, const char *value, struct error *error)
{
    uint64_t number;
    if (!command_number(value, "--isolate", &number, error))
        return false;
    if (number > INT32_MAX)
        return error_set(error, ERROR_USAGE, "there is no isolate %.20s", value);
    common->isolate = (int64_t)number;
    return true;
}

static bool set_retained(struct command_common *common, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    common->retained = true;
    return true;
}

static const struct command_option common_options[] = {
    {"--filter", NULL, "[!][COLUMN:]REGEX", "keep the rows that match; may be repeated"},
    {"--sort", NULL, "COLUMN", "sort by this column"},
    {"--reverse", NULL, NULL, "turn the order around"},
    {"--columns", NULL, "COLUMN,...", "print only these columns"},
    {"--limit", NULL, "N", "print no more than N rows"},
    {"--json", NULL, NULL, "print one JSON object a row"},
    {"--tsv", NULL, NULL, "print columns separated by tabs"},
    {"--isolate", NULL, "N", "only what belongs to isolate N"},
    {"--retained", NULL, NULL, "wait for retained sizes and distances (sorting by them does too)"},
    {0},
};

// In the order of the table above.
static bool (*const common_setters[])(struct command_common *common, const char *value,
                                      struct error *error) = {
    set_filter, set_sort, set_reverse, set_columns, set_limit, set_json, set_tsv, set_isolate,
    set_retained,
};

const struct command_option *command_common_options(void)
{
    return common_options;
}

// --- options -------------------------------------------------------------------------------------

// Option of this name or alias, or NULL.
static const struct command_option *find_option(const struct command_option *options,
                                                const char *name, size_t length)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (strlen(options->name) == length && strncmp(options->name, name, length) == 0)
            return options;
        if (options->alias != NULL && strlen(options->alias) == length &&
            strncmp(options->alias, name, length) == 0)
            return options;
    }
    return NULL;
}

static void offer_options(struct spelling *spelling, const struct command_option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        spelling_offer(spelling, options->name);
}

static bool unknown_option(const struct command *command, const char *word, struct error *error)
{
    char name[48];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    struct spelling spelling;
    spelling_begin(&spelling, name);
    offer_options(&spelling, command->options);
    offer_options(&spelling, common_options);
    if (spelling.nearest != NULL)
        return error_set(error, ERROR_USAGE, "%s has no option %s; did you mean %s?", command->name,
                         name, spelling.nearest);
    return error_set(error, ERROR_USAGE, "%s has no option %s", command->name, name);
}

struct parser {
    struct command_line *line;
    size_t next;        // word to look at
    bool options_ended; // "--" was seen
};

// The value of an option: behind "=", or the next word.
static bool take_value(struct parser *parser, const struct command_option *option,
                       const char *equals, const char **ret, struct error *error)
{
    if (option->argument == NULL) {
        *ret = "";
        return equals == NULL || error_set(error, ERROR_USAGE, "%s takes no value", option->name);
    }
    if (equals != NULL) {
        *ret = equals + 1;
        return true;
    }
    if (parser->next == parser->line->word_count)
        return error_set(error, ERROR_USAGE, "%s needs a value: %s", option->name,
                         option->argument);
    *ret = parser->line->words[parser->next++];
    return true;
}

static bool parse_option(struct parser *parser, const char *word, struct error *error)
{
    struct command_line *line = parser->line;
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const char *value;

    const struct command_option *option = find_option(line->args.command->options, word, length);
    if (option != NULL) {
        if (!take_value(parser, option, equals, &value, error))
            return false;
        line->given[line->given_count++] = (struct command_given){option, value};
        const char *retained = line->args.command->retained;
        line->common.retained |= retained != NULL && strcmp(retained, option->name) == 0;
        return true;
    }
    option = find_option(common_options, word, length);
    if (option == NULL)
        return unknown_option(line->args.command, word, error);
    return take_value(parser, option, equals, &value, error) &&
           common_setters[option - common_options](&line->common, value, error);
}

static const char *option_value(const struct command_args *args, const char *name)
{
    const struct command_line *line = args->internal;
    for (size_t i = line->given_count; i-- > 0;)
        if (strcmp(line->given[i].option->name, name) == 0)
            return line->given[i].value;
    return NULL;
}

// --- the command ---------------------------------------------------------------------------------

static bool has_alias(const struct command *command, const char *name)
{
    for (const char *const *alias = command->aliases; alias != NULL && *alias != NULL; alias++)
        if (strcmp(*alias, name) == 0)
            return true;
    return false;
}

const struct command *command_find_in(const struct command *const *table, size_t count,
                                      const char *name)
{
    if (strncmp(name, "::", 2) == 0)
        name += 2;
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i]->name, name) == 0 || has_alias(table[i], name))
            return table[i];
    return NULL;
}

// A flag that makes another command of an mdb spelling ("findjsobjects -r"): the word is then
// taken out of the line.
static const struct command *find_with_flag(const struct command *const *table, size_t count,
                                            const char *name, struct command_line *line)
{
    char spelling[64];
    for (size_t i = 1; i < line->word_count; i++) {
        if (line->words[i][0] != '-')
            continue;
        int length = snprintf(spelling, sizeof spelling, "%s %s", name, line->words[i]);
        if (length < 0 || (size_t)length >= sizeof spelling)
            continue;
        for (size_t k = 0; k < count; k++) {
            if (!has_alias(table[k], spelling))
                continue;
            free(line->words[i]);
            line->word_count--;
            memmove(&line->words[i], &line->words[i + 1],
                    (line->word_count - i) * sizeof *line->words);
            return table[k];
        }
    }
    return NULL;
}

static bool unknown_command(const struct command *const *table, size_t count, const char *name,
                            struct error *error)
{
    struct spelling spelling;
    spelling_begin(&spelling, name);
    for (size_t i = 0; i < count; i++) {
        spelling_offer(&spelling, table[i]->name);
        for (const char *const *a = table[i]->aliases; a != NULL && *a != NULL; a++)
            spelling_offer(&spelling, *a);
    }
    if (spelling.nearest != NULL)
        return error_set(error, ERROR_USAGE, "there is no command \"%.40s\"; did you mean \"%s\"?",
                         name, spelling.nearest);
    return error_set(error, ERROR_USAGE, "there is no command \"%.40s\"", name);
}

// The first word: COMMAND, ::COMMAND or ADDRESS::COMMAND. Cuts the address off and makes it the
// first argument.
static bool parse_name(const struct command *const *table, size_t count, struct command_line *line,
                       struct error *error)
{
    if (line->word_count == 0)
        return error_set(error, ERROR_USAGE, "no command given");
    char *name = line->words[0];
    char *colons = strstr(name, "::");
    bool address_first = colons != NULL && colons != name;
    if (colons != NULL) {
        *colons = '\0';
        name = colons + 2;
    }
    const struct command *command = find_with_flag(table, count, name, line);
    if (command == NULL)
        command = command_find_in(table, count, name);
    if (command == NULL)
        return unknown_command(table, count, name, error);
    line->args.command = command;
    if (address_first)
        line->args.values[line->args.count++] = line->words[0];
    return true;
}

static bool check_count(const struct command_line *line, struct error *error)
{
    const struct command *command = line->args.command;
    const char *arguments = command->arguments != NULL ? command->arguments : "";
    if (line->args.count < command->min_arguments)
        return error_set(error, ERROR_USAGE, "usage: %s %s", command->name, arguments);
    if (line->args.count <= command->max_arguments)
        return true;
    if (command->max_arguments == 0)
        return error_set(error, ERROR_USAGE, "%s takes no argument: \"%.60s\"", command->name,
                         line->args.values[0]);
    return error_set(error, ERROR_USAGE, "too many arguments; usage: %s %s", command->name,
                     arguments);
}

static bool parse_rest(struct command_line *line, struct error *error)
{
    struct parser parser = {.line = line, .next = 1};
    while (parser.next < line->word_count) {
        const char *word = line->words[parser.next++];
        if (parser.options_ended || word[0] != '-' || word[1] == '\0')
            line->args.values[line->args.count++] = word;
        else if (strcmp(word, "--") == 0)
            parser.options_ended = true;
        else if (!parse_option(&parser, word, error))
            return false;
    }
    return check_count(line, error);
}

// --- lines ---------------------------------------------------------------------------------------

void command_line_destroy(struct command_line *line)
{
    if (line == NULL)
        return;
    command_words_destroy(line->words, line->word_count);
    free(line->args.values);
    free(line->given);
    free(line);
}

static struct command_line *line_create(char **words, size_t count)
{
    struct command_line *line = calloc(1, sizeof *line);
    if (line == NULL) {
        command_words_destroy(words, count);
        return NULL;
    }
    line->words = words;
    line->word_count = count;
    line->args.values = calloc(count + 1, sizeof *line->args.values);
    line->given = calloc(count + 1, sizeof *line->given);
    if (line->args.values == NULL || line->given == NULL) {
        command_line_destroy(line);
        return NULL;
    }
    line->args.option = option_value;
    line->args.internal = line;
    line->args.common = &line->common;
    line->common.limit = UINT64_MAX;
    line->common.isolate = -1;
    return line;
}

bool command_parse_words(const struct command *const *table, size_t table_count, char **words,
                         size_t count, struct command_line **ret, struct error *error)
{
    struct command_line *line = line_create(words, count);
    if (line == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (!parse_name(table, table_count, line, error) || !parse_rest(line, error)) {
        command_line_destroy(line);
        return false;
    }
    *ret = line;
    return true;
}
