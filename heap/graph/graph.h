// The reference graph of a heap: edges both ways, roots, distances.
#ifndef DUMPDIVE_HEAP_GRAPH_GRAPH_H
#define DUMPDIVE_HEAP_GRAPH_GRAPH_H

#include "heap/graph/edges/edges.h"
#include "heap/graph/edges/reverse.h"
#include "heap/graph/paths/reach.h"
#include "heap/graph/roots/roots.h"

// Parts appear in this order and stay until the heap is closed; NULL: not known yet (the stage is
// under way, was cancelled, or ran out of memory). Each is immutable. From any thread.
struct graph {
    struct edges *edges;
    struct shortcuts *shortcuts; // published with the edges
    struct reverse *reverse;
    struct roots *roots;
    struct reach *reach;
};

// Compute all parts that are not there yet, publishing each in `graph` as it is there. `precise`: no
// conservative roots (roots.h). False: cancelled or out of memory; it may be called again.
bool graph_run(struct graph *graph, const struct v8 *v8, const struct object_index *index,
               struct walk *walk, bool precise, struct job *job, struct pool *pool);
void graph_clear(struct graph *graph);

static inline const struct edges *graph_edges(const struct graph *graph)
{
    return __atomic_load_n(&graph->edges, __ATOMIC_ACQUIRE);
}

static inline const struct reverse *graph_reverse(const struct graph *graph)
{
    return __atomic_load_n(&graph->reverse, __ATOMIC_ACQUIRE);
}

static inline const struct roots *graph_roots(const struct graph *graph)
{
    return __atomic_load_n(&graph->roots, __ATOMIC_ACQUIRE);
}

static inline const struct reach *graph_reach(const struct graph *graph)
{
    return __atomic_load_n(&graph->reach, __ATOMIC_ACQUIRE);
}

#endif
