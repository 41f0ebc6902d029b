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

// An object that refers to the one with this id and is one step nearer to a root (`*ret`, its id), and
// by what it does. False: there is none (a root led to it, or it is unreachable), nobody knows
// (reverse_has), or out of memory.
bool path_nearer(const struct path_graph *graph, uint32_t id, uint32_t *ret,
                 struct edge_name *name);

// Name the reference from one object to another one, which it has itself, as store of `owner`
// (STORE_NONE, 0: of nobody), or as key of an ephemeron.
void path_name_step(const struct path_graph *graph, uint32_t from, uint32_t to,
                    enum store_role role, uint64_t owner, struct edge_name *ret);

#endif
