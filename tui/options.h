// What was said on the program's command line.
#ifndef DUMPDIVE_TUI_OPTIONS_H
#define DUMPDIVE_TUI_OPTIONS_H

#include "heap/heap.h"
#include "tui/explorer.h"
#include "views/command.h"
#include "views/text.h"

#include <stdio.h>

#define DUMPDIVE_VERSION "0.1.0"

struct options {
    bool help, version;
    const char *generate; // what to print of manual/generate.h; NULL: nothing
    struct heap_options heap;
    bool use_index;
    const char *index_file; // NULL: where indexes are kept
    struct explorer_options explorer;
    // The command with its arguments and options, the name first; none: the explorer. `words`
    // itself is owned, the strings are those of main().
    char **words;
    size_t word_count;
    bool has_common; // an option for commands was given, with or without a command
};

// Parse main()'s arguments: options may stand before and behind the core and the command. Core and
// command are not looked at, but for options that no command could have.
bool options_parse(int argc, char **argv, struct options *ret, struct error *error);
void options_destroy(struct options *options);

// The program's own options one by one, for manual and completion; false behind the last one.
bool options_info(size_t index, struct command_option *ret);

// What --help prints: about the command when one was given, else everything.
void options_help(const struct options *options, FILE *out);

#endif
