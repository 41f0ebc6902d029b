// What is filled in in dumpdive.fish.in.
#include "tui/manual/sections.h"
#include "tui/manual/shell.h"

#include <string.h>

static void fish_text(FILE *out, const char *text)
{
    putc('\'', out);
    shell_quoted(out, text, "\\", "\\'");
    putc('\'', out);
}

static void fish_valued_name(FILE *out, const struct command *command,
                             const struct command_option *option)
{
    (void)command;
    if (option->argument == NULL)
        return;
    fprintf(out, " %s", option->name);
    if (option->alias != NULL)
        fprintf(out, " %s", option->alias);
}

static void fish_own_valued(FILE *out, const struct command *command)
{
    shell_each_own_option(out, command, fish_valued_name);
}

static void fish_valued(FILE *out)
{
    fputs("            case", out);
    shell_each_command(out, fish_own_valued);
    shell_each_general_option(out, fish_valued_name);
    putc('\n', out);
}

static void fish_command_columns(FILE *out, const struct command *command)
{
    fputs("        case ", out);
    shell_names(out, command, " ");
    fputs("\n            printf '%s\\n' ", out);
    shell_columns(out, command);
    putc('\n', out);
}

static void fish_columns(FILE *out)
{
    shell_each_command(out, fish_command_columns);
}

static void fish_name(FILE *out, const struct command *command)
{
    fprintf(out, " %s", command->name);
}

static void fish_names(FILE *out)
{
    fputs("            set -l names", out);
    shell_each_command(out, fish_name);
    putc('\n', out);
}

static void fish_spellings(FILE *out, const struct command *command)
{
    putc(' ', out);
    shell_names(out, command, " ");
}

static void fish_all_names(FILE *out)
{
    fputs("            set -l names", out);
    shell_each_command(out, fish_spellings);
    putc('\n', out);
}

static void fish_command(FILE *out, const struct command *command)
{
    fprintf(out, "complete -c dumpdive -n '__dumpdive_at 1' -a %s -d ", command->name);
    fish_text(out, command->help);
    putc('\n', out);
}

static void fish_commands(FILE *out)
{
    shell_each_command(out, fish_command);
}

// What fish is to offer for the value of an option.
static void fish_argument(FILE *out, const char *argument)
{
    char values[VALUES_MAX];
    shell_values(argument, values);
    char *file = strstr(values, "FILE");
    if (strcmp(values, "COLUMN") == 0) {
        fputs(" -x -a '(__dumpdive_columns)'", out);
    } else if (strcmp(values, "COLUMN:") == 0) {
        fputs(" -x -a '(__dumpdive_filter_columns)'", out);
    } else if (file != NULL) {
        *file = '\0';
        fprintf(out, " -r -F -a '%s'", values);
    } else {
        fprintf(out, " -x -a '%s'", values);
    }
}

static void fish_option(FILE *out, const struct command *command,
                        const struct command_option *option)
{
    fputs("complete -c dumpdive", out);
    if (command != NULL) {
        fputs(" -n '__dumpdive_in ", out);
        shell_names(out, command, " ");
        putc('\'', out);
    }
    if (option->alias != NULL)
        fprintf(out, " -s %s", option->alias + 1);
    fprintf(out, " -l %s", option->name + 2);
    if (option->argument != NULL)
        fish_argument(out, option->argument);
    fputs(" -d ", out);
    fish_text(out, option->help);
    putc('\n', out);
}

static void fish_program_options(FILE *out)
{
    shell_each_general_option(out, fish_option);
}

static void fish_own_options(FILE *out, const struct command *command)
{
    shell_each_own_option(out, command, fish_option);
}

static void fish_command_options(FILE *out)
{
    shell_each_command(out, fish_own_options);
}

const struct section fish_sections[] = {
    {"valued", fish_valued},
    {"columns", fish_columns},
    {"names", fish_names},
    {"all-names", fish_all_names},
    {"commands", fish_commands},
    {"program-options", fish_program_options},
    {"command-options", fish_command_options},
    {0},
};
