// What is filled in in dumpdive.zsh.in.
#include "tui/manual/sections.h"
#include "tui/manual/shell.h"

#include <string.h>

#define ZSH_QUOTE "'\\''"

static void zsh_name(FILE *out, const struct command *command)
{
    fprintf(out, "    '%s:", command->name);
    shell_quoted(out, command->help, ":\\", ZSH_QUOTE);
    fputs("'\n", out);
}

static void zsh_command_names(FILE *out)
{
    shell_each_command(out, zsh_name);
}

static void zsh_alias(FILE *out, const struct command *command)
{
    zsh_name(out, command);
    for (const char *const *alias = command->aliases; alias != NULL && *alias != NULL; alias++)
        if (strchr(*alias, ' ') == NULL)
            fprintf(out, "    '%s:mdb%ss name of %s'\n", *alias, ZSH_QUOTE, command->name);
}

static void zsh_aliases(FILE *out)
{
    shell_each_command(out, zsh_alias);
}

static void zsh_valued_name(FILE *out, const struct command *command,
                            const struct command_option *option)
{
    (void)command;
    if (option->argument == NULL)
        return;
    fprintf(out, "      (%s%s%s) ((i++)) ;;\n", option->alias != NULL ? option->alias : "",
            option->alias != NULL ? "|" : "", option->name);
}

static void zsh_own_valued(FILE *out, const struct command *command)
{
    shell_each_own_option(out, command, zsh_valued_name);
}

static void zsh_valued(FILE *out)
{
    shell_each_command(out, zsh_own_valued);
    shell_each_general_option(out, zsh_valued_name);
}

// What zsh is to do for the value of an option.
static void zsh_action(FILE *out, const char *argument)
{
    char values[VALUES_MAX];
    shell_values(argument, values);
    char *file = strstr(values, "FILE");
    if (strcmp(values, "COLUMN") == 0)
        fputs("_dumpdive_columns", out);
    else if (strcmp(values, "COLUMN:") == 0)
        fputs("_dumpdive_filter", out);
    else if (file == values)
        fputs("_files", out);
    else if (file != NULL)
        fprintf(out, "{compadd %.*s; _files}", (int)(file - values - 1), values);
    else if (values[0] != '\0')
        fprintf(out, "(%s)", values);
    else
        putc(' ', out);
}

static void zsh_option(FILE *out, const struct command *command,
                       const struct command_option *option)
{
    (void)command;
    fputs("    ", out);
    if (option->alias != NULL)
        fprintf(out, "'(%s %s)'{%s,%s%s}", option->alias, option->name, option->alias, option->name,
                option->argument != NULL ? "=" : "");
    else
        fprintf(out, "'*%s%s'", option->name, option->argument != NULL ? "=" : "");
    fputs("'[", out);
    shell_quoted(out, option->help, "[]\\", ZSH_QUOTE);
    putc(']', out);
    if (option->argument != NULL) {
        putc(':', out);
        shell_quoted(out, option->argument, ":\\", ZSH_QUOTE);
        putc(':', out);
        zsh_action(out, option->argument);
    }
    fputs("'\n", out);
}

static void zsh_program_options(FILE *out)
{
    shell_each_general_option(out, zsh_option);
}

static void zsh_command(FILE *out, const struct command *command)
{
    fputs("  (", out);
    shell_names(out, command, "|");
    fputs(")\n    columns=(", out);
    shell_columns(out, command);
    fputs(")\n", out);
    if (command->options != NULL) {
        fputs("    options+=(\n", out);
        shell_each_own_option(out, command, zsh_option);
        fputs("    )\n", out);
    }
    fputs("    ;;\n", out);
}

static void zsh_commands(FILE *out)
{
    shell_each_command(out, zsh_command);
}

const struct section zsh_sections[] = {
    {"command-names", zsh_command_names},     {"aliases", zsh_aliases},   {"valued", zsh_valued},
    {"program-options", zsh_program_options}, {"commands", zsh_commands}, {0},
};
