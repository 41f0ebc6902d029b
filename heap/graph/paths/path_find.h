// Why an object is alive: paths from roots to it.
//
// The first path is a shortest one by the distances of DevTools (reach.h), found step by step
// without a search. Further ones, and those that avoid chosen objects, are the shortest by distances
// that are counted anew as though the objects were gone that they lead around: a pass over the heap
// each. They share no object with those before but the one asked about and global objects.
#ifndef DUMPDIVE_HEAP_GRAPH_PATHS_PATH_FIND_H
#define DUMPDIVE_HEAP_GRAPH_PATHS_PATH_FIND_H

#include "heap/graph/paths/nearer.h"
#include "heap/graph/work/job.h"

enum { PATHS_MAX = 1000 };

// From a root to the object, root first: one word a step, for a list can be millions long. Owned by
// whoever asked (path_free).
struct path {
    const struct root *root;
    struct path_step *steps;
    size_t count;
};

// Steps of the shortest path to the object with this id, as its distance says. 0: it is unreachable.
uint32_t path_length(const struct path_graph *graph, uint32_t id);

// A shortest path. False: it is unreachable, or nobody knows who refers to it (reverse_has), or out
// of memory, or `job` (NULL: none) was cancelled.
bool path_shortest(const struct path_graph *graph, uint32_t id, const struct job *job,
                   struct path *ret);
void path_free(struct path *path); // an empty one is fine

// Name what the step at `index` is held by (of the first one: a root, and nothing is named).
void path_edge(const struct path_graph *graph, const struct path *path, size_t index,
               struct edge_name *ret);

static inline uint64_t path_address(const struct path_graph *graph, const struct path *path,
                                    size_t index)
{
    return edges_address(graph->namer.edges, path->steps[index].id);
}

// Several disjoint paths, or ones that avoid objects. One that avoids nothing: the shortest.
struct path_search {
    struct job job;
    struct path_graph graph;
    uint32_t id;
    size_t wanted;
    uint64_t *avoid; // addresses
    size_t avoid_count;
    struct path *paths; // once the job ended
    size_t count;
};

// `avoid` is copied. One holder: the caller; give it to a lane. False: out of memory.
bool path_search_create(const struct path_graph *graph, uint32_t id, size_t wanted,
                        const uint64_t *avoid, size_t avoid_count, struct path_search **ret);

#endif
