// The few places of the dominator tree at which something happens to large amounts of memory: it
// splits, or part of it stays behind. Between them lie chains of objects each of which hands on
// almost everything to the next.
#ifndef DUMPDIVE_HEAP_GRAPH_LEAKS_LEAK_SPOTS_H
#define DUMPDIVE_HEAP_GRAPH_LEAKS_LEAK_SPOTS_H

#include "heap/graph/leaks/leaks.h"

#define NO_SPOT SIZE_MAX

struct leak_spot {
    uint32_t node;       // what it is a spot of; stores have given way to their owners
    uint32_t lowest;     // the node or that one of its stores that most lies below
    size_t parent;       // spot above; NO_SPOT: none
    uint32_t type;       // name id
    uint64_t retained;
    uint64_t left;       // bytes that no large object below accounts for
    uint32_t chain_top;  // first object below the spot above; `node`: nothing lies between
    uint32_t chain_length; // objects between it and the node
    uint64_t chain_bytes;  // that they leave behind
};

struct leak_spots {
    struct leak_spot *items; // the largest first: parents come before their children
    size_t count;
    uint64_t least;          // bytes of a suspect
};

// False: cancelled or out of memory.
bool leak_spots_find(const struct leak_source *source, struct job *job, struct leak_spots *ret);
void leak_spots_free(struct leak_spots *spots);

// Name id of an object's type; UINT32_MAX: unreadable.
uint32_t leak_type_of(const struct leak_source *source, uint32_t id);

#endif
