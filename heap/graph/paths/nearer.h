// One step nearer to a root: which object led to another one when distances were counted.
//
// It follows the references that reach.h counts along, and no others: words of objects, ephemerons
// with key and table, and shortcuts over V8's own bookkeeping (shortcuts.h).
#ifndef DUMPDIVE_HEAP_GRAPH_PATHS_NEARER_H
#define DUMPDIVE_HEAP_GRAPH_PATHS_NEARER_H

#include "heap/graph/edges/edge_name.h"

// What paths are looked for in.
struct path_graph {
    struct edge_namer namer; // with `reverse`
    const struct shortcuts *shortcuts;
    const struct roots *roots;
    const struct reach *reach;
};

// An object on a path. What it is held by is named when somebody wants to know (path_name_step).
struct path_step {
    uint32_t id;
    uint32_t via; // what lies between the object before and it, and is no step itself: INDEX_NONE
};

// An object that refers to the one of this step and is one step nearer to a root (`*ret`, its id);
// `via` of the step is set. False: there is none (a root led to it, or it is unreachable), nobody
// knows (reverse_has), or out of memory.
bool path_nearer(const struct path_graph *graph, struct path_step *step, uint32_t *ret);

// Name the reference from an object to the step behind it.
void path_name_step(const struct path_graph *graph, uint32_t from, const struct path_step *step,
                    struct edge_name *ret);

#endif
