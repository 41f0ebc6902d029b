#include "tui/manual/shell.h"

#include "keymap/builtin.h"
#include "tui/options.h"
#include "tui/style.h"
#include "views/view.h"

#include <ctype.h>
#include <string.h>

static void add_value(char values[VALUES_MAX], const char *word, size_t length)
{
    size_t used = strlen(values);
    snprintf(values + used, VALUES_MAX - used, "%s%.*s", used > 0 ? " " : "", (int)length, word);
}

static bool is_word(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)text[i]) && text[i] != '-')
            return false;
    return length > 0;
}

static bool is(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && memcmp(name, text, length) == 0;
}

const char *shell_values(const char *argument, char values[VALUES_MAX])
{
    values[0] = '\0';
    if (strstr(argument, "COLUMN:") != NULL)
        add_value(values, "COLUMN:", 7);
    while (*argument != '\0') {
        size_t length = strcspn(argument, "|");
        if (is("THEME", argument, length)) {
            for (size_t i = 0; theme_name(i) != NULL; i++)
                add_value(values, theme_name(i), strlen(theme_name(i)));
        } else if (is("PRESET", argument, length)) {
            for (size_t i = 0; keymap_builtin_name(i) != NULL; i++)
                add_value(values, keymap_builtin_name(i), strlen(keymap_builtin_name(i)));
        } else if (is("FILE", argument, length) || is("COLUMN", argument, length) ||
                   is_word(argument, length)) {
            add_value(values, argument, length);
        }
        argument += length + (argument[length] == '|');
    }
    return values;
}

// --- walking the tables --------------------------------------------------------------------------

void shell_each_command(FILE *out, shell_command *write)
{
    size_t count;
    const struct command *const *commands = command_list(&count);
    for (size_t i = 0; i < count; i++)
        write(out, commands[i]);
}

void shell_each_general_option(FILE *out, shell_option *write)
{
    struct command_option option;
    for (const struct command_option *o = command_common_options(); o->name != NULL; o++)
        write(out, NULL, o);
    for (size_t i = 0; options_info(i, &option); i++)
        write(out, NULL, &option);
}

void shell_each_own_option(FILE *out, const struct command *command, shell_option *write)
{
    for (const struct command_option *o = command->options; o != NULL && o->name != NULL; o++)
        write(out, command, o);
}

void shell_names(FILE *out, const struct command *command, const char *between)
{
    fputs(command->name, out);
    for (const char *const *alias = command->aliases; alias != NULL && *alias != NULL; alias++)
        if (strchr(*alias, ' ') == NULL)
            fprintf(out, "%s%s", between, *alias);
}

void shell_columns(FILE *out, const struct command *command)
{
    for (size_t i = 0; command->rows != NULL && i < command->rows->column_count; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", command->rows->columns[i].name);
}

void shell_quoted(FILE *out, const char *text, const char *special, const char *quote)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs(quote, out);
            continue;
        }
        if (strchr(special, *text) != NULL)
            putc('\\', out);
        putc(*text, out);
    }
}
