// Commands run as batch mode runs them, for tests that compare what they print.
#ifndef DUMPDIVE_TESTS_SUPPORT_VIEWS_RUN_H
#define DUMPDIVE_TESTS_SUPPORT_VIEWS_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct heap;

// Print the rows of one command line as JSON, or why there are none. True: nothing is missing.
bool run_command(struct heap *heap, const char *line, FILE *out);

// Command line number `n` of those that use every command there is (about `address`, "0x…", and
// `type`), with the more telling options; false behind the last.
bool run_line(size_t n, const char *address, const char *type, char *buffer, size_t capacity);
// All of them, each after its name. How many were not complete.
size_t run_all(struct heap *heap, const char *address, const char *type, FILE *out);

#endif
