// Where the code uses the variable or property that holds a suspect: the functions that see it, and
// of each the line that names it, where it grows if there is such a line.
#ifndef DUMPDIVE_VIEWS_LEAK_USES_H
#define DUMPDIVE_VIEWS_LEAK_USES_H

#include "heap/v8/function/source.h"
#include "views/source_text.h"

struct heap;

enum { LEAK_USES = 8 };

struct leak_use {
    uint64_t closure; // one whose scope the variable is in; of a property: its owner
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

// A function that lives in the scope (address of a context). False: none was found.
bool leak_closure_in(struct heap *heap, uint64_t scope, struct v8_object *ret);

// The source of the class that an object (an address) is an instance of. False: it is no instance
// of one that is written in JavaScript, or its source is not at hand.
bool leak_class_of(struct heap *heap, uint64_t address, struct v8_source *ret);

// Places that use a property, in the text of its owner's class; the owner (an address) stands for
// the closure. None where leak_class_of() finds none.
size_t leak_uses_of_property(struct heap *heap, uint64_t owner, const char *property,
                             struct leak_use ret[LEAK_USES]);

#endif
