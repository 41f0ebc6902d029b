// Which function definition a ScopeInfo belongs to. V8 keeps no pointer that way: all pages are
// searched for the definition that refers to it, those near the ScopeInfo first. Needs no index.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_SCOPE_OWNER_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_SCOPE_OWNER_H

#include "heap/graph/work/job.h"
#include "heap/v8/v8.h"

struct scope_owner {
    struct job job;
    const struct v8 *v8;
    uint64_t scope_info;          // address
    size_t start;                 // page to begin with
    atomic_uint_least64_t shared; // address of the definition; 0: none was found (yet)
};

// One holder: the caller; give it to a lane. False: out of memory.
bool scope_owner_create(const struct v8 *v8, uint64_t scope_info, struct scope_owner **ret);

#endif
