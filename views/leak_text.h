// What is said of a leak suspect: who holds it, and why it is suspicious.
#ifndef DUMPDIVE_VIEWS_LEAK_TEXT_H
#define DUMPDIVE_VIEWS_LEAK_TEXT_H

#include "heap/graph/leaks/leaks.h"
#include "views/leak_uses.h"

#include <stddef.h>

struct heap;

enum { LEAK_TEXT = 512 };

// By what an object is held: the last variable or property with a name on the shortest path from a
// root, or the variable a few steps before it ("`config` → _events → change"). Of a scope: whose it
// is.
struct leak_holding {
    char text[LEAK_TEXT];
    size_t use_count; // where it is used, see leak_uses()
    struct leak_use uses[LEAK_USES];
};

void leak_holding(struct heap *heap, uint32_t node, struct leak_holding *ret);

// "variable `sigs` of signHandler (server.js:16)", "property `sockets` of Agent": the variable or
// property by which the suspect is held, the text of leak_holding(). Returns `buffer`.
char *leak_holder(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

// "Array(1,000,000), all SignedRequest": what makes it a suspect.
char *leak_what(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

// Both in one sentence.
char *leak_reason(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

// "global object → process → mainModule → exports → handler → context → sigs": the shortest path.
char *leak_path(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity);

#endif
