// Batch mode: one command or a file of them, their results, an exit status.
#ifndef DUMPDIVE_TUI_BATCH_H
#define DUMPDIVE_TUI_BATCH_H

#include "heap/heap.h"
#include "tui/progress.h"
#include "views/command.h"

#include <stdio.h>

enum exit_status {
    EXIT_COMPLETE = 0,
    EXIT_USAGE = 1,
    EXIT_CANNOT_OPEN = 2,
    EXIT_PARTIAL = 3,
};

// Run the stages that the command needs, print its rows to standard output, and say on standard
// error what is missing. Interrupting (SIGINT) cuts the stages short; what they found is printed.
enum exit_status batch_run(struct heap *heap, const struct command_line *line,
                           enum text_charset charset);

// Run the commands of `in`, one a line as the prompt takes them, each printed as soon as it is read;
// empty lines and those that begin with # are passed over. A line that is no command is said on
// standard error, the rest is run all the same. Returns the worst status of them all.
enum exit_status batch_run_lines(struct heap *heap, FILE *in, enum text_charset charset);

// "dumpdive: text" on standard error, escaped.
void batch_complain(const char *text, enum text_charset charset);

#endif
