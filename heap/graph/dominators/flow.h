// A graph as the dominator computation sees it: which node leads to which, and from where nodes are
// held in the first place. (The literature's word is flow graph.) The heap is one (heap_flow.h);
// tests make others.
//
// Roots come in tiers. A later tier holds only what no earlier one leads to: references from its
// own nodes to nodes of an earlier tier do not count. DevTools does the same for global objects and
// all other roots ("page objects" in HeapSnapshot.ts).
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_FLOW_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum flow_tier {
    FLOW_GLOBAL,       // global objects
    FLOW_PRECISE,      // other roots at places V8 keeps them
    FLOW_CONSERVATIVE, // words that look like references
    FLOW_TIERS
};

struct flow_roots {
    uint32_t *nodes; // may repeat
    size_t count;
};

// A reference that the lists of `out` and `in` do not have: one that an ephemeron stands for.
struct flow_link {
    uint32_t from, to;
};

// Memory outside of the nodes that several of them hold together.
struct flow_share {
    uint64_t store; // which memory: shares of one store are neighbours
    uint64_t bytes;
    uint32_t owner;
};

enum flow_kind {
    FLOW_NODE,
    FLOW_LEAF,     // leads nowhere
    FLOW_IMMORTAL, // held by V8 itself whatever happens, and leads only to such: not in any list
};

struct dominators;

// All functions but `described` may be called from several threads at once.
struct flow {
    uint32_t count; // nodes are numbered from 0
    // Call dominators_describe() once for each node of a part, part by part. False: stop.
    size_t parts;
    bool (*describe)(const struct flow *flow, size_t part, struct dominators *dominators);
    // Nodes that `node` leads to, from its reference `*at` on, into `out` (room for `room`, at
    // least 8); returns how many. `*at` begins as 0 and is UINT64_MAX at the end.
    size_t (*out)(const struct flow *flow, uint32_t node, uint64_t *at, uint32_t *out, size_t room);
    // Nodes that lead to `node`, at least all those whose `out` has it; the same one may repeat.
    const uint32_t *(*in)(const struct flow *flow, uint32_t node, uint64_t *count);
    struct flow_roots roots[FLOW_TIERS];
    struct flow_link *links;    // sorted by `from`
    struct flow_link *links_to; // the same sorted by `to`
    size_t link_count;
    struct flow_share *shares;
    size_t share_count;
    // All parts are described: set `shares`. NULL: nothing to do. False: out of memory.
    bool (*described)(struct flow *flow);
};

#endif
