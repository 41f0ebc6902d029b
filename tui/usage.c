// What --help prints.
#include "tui/options.h"
#include "views/command.h"
#include "views/view.h"

#include <string.h>

enum {
    HELP_INDENT = 27, // where explanations begin
    HELP_WIDTH = 79,
};

// Text broken at blanks, from a column on; its further lines are indented.
static void print_text(FILE *out, const char *text, size_t column, size_t indent)
{
    for (bool first = true; *text != '\0'; first = false) {
        size_t length = strcspn(text, " ");
        if (!first && column + 1 + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            putc(' ', out);
            column++;
        }
        fwrite(text, 1, length, out);
        column += length;
        text += length + strspn(text + length, " ");
    }
    putc('\n', out);
}

static void print_entry(FILE *out, const char *name, const char *help)
{
    int used = fprintf(out, "  %s", name);
    if (used >= HELP_INDENT - 1)
        fprintf(out, "\n%*s", HELP_INDENT, "");
    else
        fprintf(out, "%*s", HELP_INDENT - used, "");
    print_text(out, help, HELP_INDENT, HELP_INDENT);
}

static void print_option(FILE *out, const struct command_option *option)
{
    char text[128];
    snprintf(text, sizeof text, "%s%s%s%s%s", option->alias != NULL ? option->alias : "",
             option->alias != NULL ? ", " : "", option->name, option->argument != NULL ? " " : "",
             option->argument != NULL ? option->argument : "");
    print_entry(out, text, option->help);
}

static void print_options(FILE *out, const struct command_option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        print_option(out, options);
}

static void print_commands(FILE *out)
{
    size_t count;
    const struct command *const *commands = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        char text[128];
        snprintf(text, sizeof text, "%s %s", commands[i]->name,
                 commands[i]->arguments != NULL ? commands[i]->arguments : "");
        print_entry(out, text, commands[i]->help);
    }
}

static void add_word(char *text, size_t capacity, const char *word)
{
    strncat(text, " ", capacity - strlen(text) - 1);
    strncat(text, word, capacity - strlen(text) - 1);
}

static void print_columns(FILE *out, const struct view_ops *rows)
{
    char text[1024] = "columns:";
    for (size_t i = 0; i < rows->column_count; i++)
        add_word(text, sizeof text, rows->columns[i].name);
    print_text(out, text, 0, 9);
}

static void print_common_names(FILE *out)
{
    char text[1024] = "every command takes as well:";
    for (const struct command_option *o = command_common_options(); o->name != NULL; o++)
        add_word(text, sizeof text, o->name);
    print_text(out, text, 0, 0);
}

static bool print_command_help(FILE *out, const char *name)
{
    char usage[512] = "usage: dumpdive CORE ";
    const struct command *command = command_find(name);
    if (command == NULL)
        return false;
    size_t used = strlen(usage);
    command_usage(command, usage + used, sizeof usage - used);
    print_text(out, usage, 0, 7);
    putc('\n', out);
    print_text(out, command->help, 0, 0);
    putc('\n', out);
    print_options(out, command->options);
    fprintf(out, command->options != NULL ? "\n" : "");
    if (command->rows != NULL)
        print_columns(out, command->rows);
    print_common_names(out);
    for (const char *const *alias = command->aliases; alias != NULL && *alias != NULL; alias++)
        fprintf(out, "%s::%s", alias == command->aliases ? "also written " : ", ", *alias);
    fprintf(out, command->aliases != NULL ? "\n" : "");
    return true;
}

void options_help(const struct options *options, FILE *out)
{
    // "--help types" has the command where a core would be.
    const char *topic = options->word_count > 0 ? options->words[0] : options->explorer.core;
    if (topic != NULL && print_command_help(out, topic))
        return;
    struct command_option option;
    fprintf(out, "usage: dumpdive [OPTION...] CORE                    explore the core\n"
                 "       dumpdive [OPTION...] CORE COMMAND [ARG...]   print one result\n"
                 "       dumpdive [OPTION...] CORE -                  commands of standard input\n"
                 "       dumpdive [OPTION...] CORE +COMMAND           explore, beginning there\n"
                 "\ncommands (mdb's spellings, such as ::status, work too):\n");
    print_commands(out);
    fprintf(out, "\noptions of every command (those of its own: dumpdive COMMAND --help):\n");
    print_options(out, command_common_options());
    fprintf(out, "\noptions of the program:\n");
    for (size_t i = 0; options_info(i, &option); i++)
        print_option(out, &option);
    fprintf(out, "\nexit status: 0 complete, 1 usage, 2 the core cannot be opened or holds no\n"
                 "Node.js process, 3 printed but incomplete (standard error says what is missing)\n"
                 "manual: man dumpdive, or dumpdive --generate man | man -l -\n");
}
