// Inside of command lines, shared by command.c and command_parse.c.
#ifndef DUMPDIVE_VIEWS_COMMAND_PARSE_H
#define DUMPDIVE_VIEWS_COMMAND_PARSE_H

#include "views/command.h"

// An option that was given.
struct command_given {
    const struct command_option *option;
    const char *value; // "" for a flag
};

struct command_line {
    struct command_args args;
    struct command_common common;
    char **words; // all words of the line, owned; the rest points into them
    size_t word_count;
    struct command_given *given; // of the command's own options
    size_t given_count;
};

// Split a line into words. `*ret` and each word are malloc'ed.
bool command_split(const char *text, char ***ret, size_t *count, struct error *error);
void command_words_destroy(char **words, size_t count);

// Parse words with a given table of commands; takes over the words, in case of failure too.
bool command_parse_words(const struct command *const *table, size_t table_count, char **words,
                         size_t count, struct command_line **ret, struct error *error);

// The command of this name or alias among those of a table; see command_find.
const struct command *command_find_in(const struct command *const *table, size_t count,
                                      const char *name);

#endif
