// Where the code uses the variable that holds a suspect: the functions that see it, and of each the
// line that names it, where it grows if there is such a line.
#ifndef DUMPDIVE_VIEWS_LEAK_USES_H
#define DUMPDIVE_VIEWS_LEAK_USES_H

#include "views/source_text.h"

struct heap;

enum { LEAK_USES = 8 };

struct leak_use {
    uint64_t closure; // one whose scope the variable is in
    char function[128];
    bool grows;       // the line adds to it: `.push(`, `.set(`, `[…] =`, ...
    uint32_t start;   // of the function in its script
    struct source_text at;
};

// Functions whose closures live in the scope (address of a context) and whose text names the
// variable; those that add to it first, then by place. The search is bounded: a scope may have
// millions of closures. Returns how many were found.
size_t leak_uses(struct heap *heap, uint64_t scope, const char *variable,
                 struct leak_use ret[LEAK_USES]);

#endif
