// What is said of a leak suspect: who holds it, and why it is suspicious.
#ifndef DUMPDIVE_VIEWS_LEAK_TEXT_H
#define DUMPDIVE_VIEWS_LEAK_TEXT_H

#include "heap/graph/leaks/leaks.h"

#include <stddef.h>

struct heap;

enum { LEAK_TEXT = 512 };

// "variable `sigs` of signHandler (server.js:16)", "property `sockets` of Agent": the variable or
// property by which the shortest path from a root gets to the suspect. Returns `buffer`.
char *leak_holder(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

// "Array(1,000,000), all SignedRequest": what makes it a suspect.
char *leak_what(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

// Both in one sentence.
char *leak_reason(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

// "global object → process → mainModule → exports → handler → context → sigs": the shortest path.
char *leak_path(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

#endif
