// The growing list behind roots_find(), shared by the files that look for roots.
#ifndef DUMPDIVE_HEAP_GRAPH_ROOTS_ROOT_LIST_H
#define DUMPDIVE_HEAP_GRAPH_ROOTS_ROOT_LIST_H

#include "heap/graph/roots/roots.h"

// A stretch of memory whose words are known for what they are: not scanned conservatively.
struct root_range {
    uint64_t start, end;
};

struct root_list {
    const struct v8 *v8;
    const struct object_index *index;
    struct job *job;
    struct root *items;
    size_t count, capacity;
    struct root_range *known;
    size_t known_count, known_capacity;
    bool (*held)(const void *context, uint32_t id); // objects that need no more roots; NULL: none
    const void *held_context;
    bool failed; // out of memory: whatever is added is dropped
};

// Add a root for a tagged word when an object starts where it points; false when none does.
bool root_add(struct root_list *list, struct root root, uint64_t tagged);
void root_known(struct root_list *list, uint64_t start, uint64_t end);

// The places V8 keeps its references at: root table, global handles, handle scopes, globals.
void root_tables_find(struct root_list *list, struct walk *walk);
// Registers and stacks; or every other writable word outside of V8's pages.
void root_scan(struct root_list *list, bool stacks);

#endif
