// Commands: what is typed after `:` in the explorer and after the core on the command line.
//
// A place in the explorer (jump list, bookmark, session file, `+GOTO`) is a command line plus
// filter, sort and row: nothing else has to be remembered to come back to it.
#ifndef DUMPDIVE_VIEWS_COMMAND_H
#define DUMPDIVE_VIEWS_COMMAND_H

#include "heap/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;
struct view;

struct command_option {
    const char *name;     // "--by"
    const char *alias;    // mdb's spelling "-p", or NULL
    const char *argument; // "REGEX", or NULL for a flag
    const char *help;
};

struct command_args {
    size_t count;          // positional arguments after the command's name
    const char **values;
    const struct command *command;
    // Value of an option of the command ("" for a flag), NULL when it was not given.
    const char *(*option)(const struct command_args *args, const char *name);
    void *internal;
};

struct command {
    const char *name;                     // "types"
    const char *const *aliases;           // mdb spellings without "::", NULL-terminated; or NULL
    const char *arguments;                // "ADDR[PATH]", for usage and help
    size_t min_arguments, max_arguments;
    const struct command_option *options; // ended by a zero entry; or NULL
    unsigned stages;                      // set of (1 << enum heap_stage) it needs complete in batch mode
    const char *help;                     // one sentence
    struct view *(*open)(struct heap *heap, const struct command_args *args, struct error *error);
};

// All commands, sorted as in the manual.
const struct command *const *command_list(size_t *count);
// By name or alias, with or without "::"; NULL when there is none.
const struct command *command_find(const char *name);

// Options common to all commands, taken out of the command line wherever they stand.
struct command_common {
    const char *filters[16];
    size_t filter_count;
    const char *sort;
    bool reverse;
    uint64_t limit; // UINT64_MAX: none
    bool json, tsv;
};

// A parsed command line. Accepts "types --by shape", "::findjsobjects -p REGEX" and mdb's address
// first "0x1234::jsprint -a".
struct command_line;
bool command_parse(const char *text, struct command_line **ret, struct error *error);
bool command_parse_argv(size_t argc, char *const *argv, struct command_line **ret,
                        struct error *error);
void command_line_destroy(struct command_line *line);
const struct command *command_line_command(const struct command_line *line);
const struct command_common *command_line_common(const struct command_line *line);

// Open the view that a command line asks for, filters and sort applied. The view keeps no pointer
// into `line`.
bool command_open(struct heap *heap, const struct command_line *line, struct view **ret,
                  struct error *error);

#endif
