// Graphs made by tests, as the dominator computation takes them.
#ifndef DUMPDIVE_TESTS_MKFLOW_H
#define DUMPDIVE_TESTS_MKFLOW_H

#include "heap/graph/dominators/dominators.h"

struct mkflow {
    struct flow flow;        // first: a flow is a mkflow
    uint32_t *from, *to;     // edges, as added
    size_t edges, capacity;
    uint64_t *out_first, *in_first;
    uint32_t *out, *in;
    uint64_t *sizes;         // 8 unless set
    uint8_t *immortal;
};

struct mkflow *mkflow_new(uint32_t count);
void mkflow_edge(struct mkflow *graph, uint32_t from, uint32_t to);
void mkflow_link(struct mkflow *graph, uint32_t from, uint32_t to);
void mkflow_root(struct mkflow *graph, enum flow_tier tier, uint32_t node);
void mkflow_share(struct mkflow *graph, uint64_t store, uint64_t bytes, uint32_t owner);
// All edges are there: index them. Then the dominators on `threads` threads.
struct dominators *mkflow_dominators(struct mkflow *graph, size_t threads);
void mkflow_free(struct mkflow *graph);

#endif
