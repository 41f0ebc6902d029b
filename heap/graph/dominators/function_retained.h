// What all closures of a function, and all of the functions of a script, retain together.
//
// As with types (type_retained.h): a closure that another one of the same function (of the same
// script) dominates is part of what that one retains.
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_FUNCTION_RETAINED_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_FUNCTION_RETAINED_H

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/edges/edges.h"
#include "heap/graph/search/functions.h"

struct function_retained {
    struct job job;
    struct functions *functions; // whose rows these are: held until the job is destroyed
    const struct edges *edges;
    const struct dominators *dominators;
    // Bytes, by place in the lists of `functions`; once the job is done.
    uint64_t *by_function, *by_script;
};

// To be given to a lane behind the job of `functions`: that has to be done, else this one fails.
// `edges` and `dominators` have to outlive it. Needs 4 bytes an object, of which only those on the
// way from closures to the roots are touched, and 40 a closure. One holder: the caller. False: out
// of memory.
bool function_retained_create(struct functions *functions, const struct edges *edges,
                              const struct dominators *dominators, struct function_retained **ret);

#endif
