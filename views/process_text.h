// What is said of the process as a whole.
#ifndef DUMPDIVE_VIEWS_PROCESS_TEXT_H
#define DUMPDIVE_VIEWS_PROCESS_TEXT_H

#include <stddef.h>

struct heap;

// The command line as a person would type it: the program without its folder, then the arguments.
// May hold text of the dump. Returns `buffer`.
char *process_command(const struct heap *heap, char *buffer, size_t capacity);

// "v22.23.3" of Node.js; "" when it is not known. Returns `buffer`.
char *process_version(const struct heap *heap, char *buffer, size_t capacity);

// "SIGABRT"; "" when no signal killed it. Returns `buffer`.
char *process_signal(const struct heap *heap, char *buffer, size_t capacity);

#endif
