// What completion files for different shells have in common: going through the tables.
#ifndef DUMPDIVE_TUI_MANUAL_SHELL_H
#define DUMPDIVE_TUI_MANUAL_SHELL_H

#include "views/command.h"

#include <stdio.h>

enum {
    VALUES_MAX = 512,
};

// What the argument of an option may be, as words between blanks. "auto|never|always" in the table
// are these words; of the words in capitals FILE and COLUMN stay ("COLUMN:" where one may begin
// the argument), THEME and PRESET become names, nothing is known of others. Returns `values`.
const char *shell_values(const char *argument, char values[VALUES_MAX]);

typedef void shell_command(FILE *out, const struct command *command);
// `command` NULL: an option of the program or of every command.
typedef void shell_option(FILE *out, const struct command *command,
                          const struct command_option *option);

void shell_each_command(FILE *out, shell_command *write);
void shell_each_general_option(FILE *out, shell_option *write);
void shell_each_own_option(FILE *out, const struct command *command, shell_option *write);

// "types", "findjsobjects": the names of a command, but for those of mdb's that need a flag.
void shell_names(FILE *out, const struct command *command, const char *between);
// The names of its columns, between blanks.
void shell_columns(FILE *out, const struct command *command);
// Text for inside of '…': `quote` for each quote in it, a backslash before each of `special`.
void shell_quoted(FILE *out, const char *text, const char *special, const char *quote);

#endif
