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
struct view_ops;

struct command_option {
    const char *name;     // "--by"
    const char *alias;    // mdb's spelling "-p", or NULL
    const char *argument; // "REGEX", or NULL for a flag. Separated by '|': words in small letters
                          // are what may be said, others say of what kind it is (FILE, COLUMN)
    const char *help;
};

struct command_common;

struct command_args {
    size_t count; // positional arguments after the command's name
    const char **values;
    const struct command *command;
    const struct command_common *common; // for `isolate`: the rest is applied for the command
    // Value of an option of the command ("" for a flag), NULL when it was not given.
    const char *(*option)(const struct command_args *args, const char *name);
    void *internal;
};

struct command {
    const char *name;           // "types"
    const char *const *aliases; // mdb spellings without "::", NULL-terminated; or NULL.
                                // "findjsobjects -r" is that spelling with that flag.
    const char *arguments;      // "ADDR[PATH]", for usage and help; NULL: none
    size_t min_arguments, max_arguments;
    const struct command_option *options; // ended by a zero entry; or NULL
    const char *retained;                 // option that waits for the last stage, as the common
                                          // --retained does; or NULL
    unsigned stages;  // set of (1 << enum heap_stage) it needs complete in batch mode
    const char *help; // one sentence
    const struct view_ops *rows; // whose columns its rows have: for help, manual and completion
    struct view *(*open)(struct heap *heap, const struct command_args *args, struct error *error);
};

// All commands, sorted as in the manual.
const struct command *const *command_list(size_t *count);
// By name or alias, with or without "::"; NULL when there is none.
const struct command *command_find(const char *name);

// The options common to all commands, ended by a zero entry: for help and completion.
const struct command_option *command_common_options(void);
// "bytes ADDR [LEN] [--option VALUE]..." into `buffer`; returns it.
char *command_usage(const struct command *command, char *buffer, size_t capacity);

// What the options common to all commands say, taken out of the command line wherever they stand.
struct command_common {
    const char *filters[16];
    size_t filter_count;
    const char *sort;
    bool reverse;
    const char *columns; // "NAME,..."; NULL: all
    uint64_t limit; // UINT64_MAX: none
    bool json, tsv;
    int64_t isolate; // only what belongs to it; -1: all
    bool retained;   // wait for retained sizes and distances
};

// Arguments that name an address ("0x2f3a", "@2f3a" as on the screen, "2f3a": always hexadecimal)
// or a number ("4096", "0x1000"). `what` is named in the error.
bool command_address(const char *text, const char *what, uint64_t *ret, struct error *error);
bool command_number(const char *text, const char *what, uint64_t *ret, struct error *error);

// Write a text, perhaps from the dump, so that command_parse reads it back as one argument: for
// view_ops.follow. Returns false when it does not fit; `buffer` then holds "".
bool command_quote(const char *text, size_t length, char *buffer, size_t capacity);

// A parsed command line. Accepts "types --by shape", "::findjsobjects -p REGEX" and mdb's address
// first "0x1234::jsprint -a". Words are quoted as in a shell: '…' as it stands, "…" with \" and
// \\; outside of quotes a backslash is itself (patterns are full of them; two of them stay two) but
// before a blank or a quote. After "--" nothing is an option.
struct command_line;
bool command_parse(const char *text, struct command_line **ret, struct error *error);
// The same of arguments, each a word; one with blanks in the command's place is a line by itself
// ("0x1234::jsprint -a") that the others follow.
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
