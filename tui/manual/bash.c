// What is filled in in dumpdive.bash.in.
#include "tui/manual/sections.h"
#include "tui/manual/shell.h"

static void bash_command(FILE *out, const struct command *command)
{
    fputs("    ", out);
    shell_names(out, command, " | ");
    fprintf(out, ") command=%s ;;\n", command->name);
}

static void bash_commands(FILE *out)
{
    shell_each_command(out, bash_command);
}

static void bash_option_name(FILE *out, const struct command *command,
                             const struct command_option *option)
{
    (void)command;
    fprintf(out, " %s", option->name);
}

static void bash_program_options(FILE *out)
{
    fputs("    options='", out);
    shell_each_general_option(out, bash_option_name);
    fputs("'\n", out);
}

static void bash_own_options(FILE *out, const struct command *command)
{
    if (command->options == NULL)
        return;
    fprintf(out, "    %s) options+='", command->name);
    shell_each_own_option(out, command, bash_option_name);
    fputs("' ;;\n", out);
}

static void bash_command_options(FILE *out)
{
    shell_each_command(out, bash_own_options);
}

static void bash_value(FILE *out, const struct command *command,
                       const struct command_option *option)
{
    char values[VALUES_MAX];
    const char *of = command != NULL ? command->name : "*";
    if (option->argument == NULL)
        return;
    fprintf(out, "    %s:%s", of, option->name);
    if (option->alias != NULL)
        fprintf(out, " | %s:%s", of, option->alias);
    fprintf(out, ") value='%s' ;;\n", shell_values(option->argument, values));
}

static void bash_own_values(FILE *out, const struct command *command)
{
    shell_each_own_option(out, command, bash_value);
}

static void bash_values(FILE *out)
{
    shell_each_command(out, bash_own_values);
    shell_each_general_option(out, bash_value);
}

static void bash_command_columns(FILE *out, const struct command *command)
{
    fprintf(out, "    %s) columns='", command->name);
    shell_columns(out, command);
    fputs("' ;;\n", out);
}

static void bash_columns(FILE *out)
{
    shell_each_command(out, bash_command_columns);
}

static void bash_name(FILE *out, const struct command *command)
{
    fprintf(out, " %s", command->name);
}

static void bash_all_names(FILE *out, const struct command *command)
{
    fputs(" ", out);
    shell_names(out, command, " ");
}

static void bash_command_names(FILE *out)
{
    fputs("    *::*) _dumpdive_add \"${1%%::*}::\" -W '", out);
    shell_each_command(out, bash_all_names);
    fputs("' -- \"${1##*::}\" ;;\n    +*) _dumpdive_add + -W '", out);
    shell_each_command(out, bash_name);
    fputs("' -- \"${1#+}\" ;;\n    *) _dumpdive_add '' -W '", out);
    shell_each_command(out, bash_name);
    fputs("' -- \"$1\" ;;\n", out);
}

const struct section bash_sections[] = {
    {"commands", bash_commands},
    {"program-options", bash_program_options},
    {"command-options", bash_command_options},
    {"values", bash_values},
    {"columns", bash_columns},
    {"command-names", bash_command_names},
    {0},
};
