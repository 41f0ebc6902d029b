// Why an object is alive: paths from roots to it.
//
// The first path is a shortest one by the distances of DevTools (reach.h), found step by step
// without a search. Further ones, and those that avoid chosen objects, come from a search backwards
// over strong references; each shares no object with those before but the one asked about.
#ifndef DUMPDIVE_HEAP_GRAPH_PATHS_PATH_FIND_H
#define DUMPDIVE_HEAP_GRAPH_PATHS_PATH_FIND_H

#include "heap/graph/paths/nearer.h"
#include "heap/graph/work/job.h"

enum { PATHS_MAX = 1000 };

struct path_step {
    uint64_t address;
    struct edge_name edge; // by which the step before holds it; of the first step: nothing
};

// From a root to the object, root first. Owned by whoever asked (path_free).
struct path {
    const struct root *root;
    struct path_step *steps;
    size_t count;
};

// A shortest path to the object with this id: as many steps as its distance says. False: it is
// unreachable, or nobody knows who refers to it (reverse_has), or out of memory.
bool path_shortest(const struct path_graph *graph, uint32_t id, struct path *ret);
void path_free(struct path *path); // an empty one is fine

// Several disjoint paths, or ones that avoid objects.
struct path_search {
    struct job job;
    struct path_graph graph;
    uint32_t id;
    size_t wanted;
    uint64_t *avoid;      // addresses
    size_t avoid_count;
    struct path *paths;   // once the job ended
    size_t count;
};

// `avoid` is copied. One holder: the caller; give it to a lane. False: out of memory.
bool path_search_create(const struct path_graph *graph, uint32_t id, size_t wanted,
                        const uint64_t *avoid, size_t avoid_count, struct path_search **ret);

#endif
