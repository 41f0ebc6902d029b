// What the steps of the dominator computation share.
//
// While it runs, the `dominator` of a node is its state:
//   0                        not visited
//   STATE_IMMORTAL           never is
//   STATE_SINGLE, STATE_LEAF not visited, and only one other node leads to it (and it nowhere)
//   2 …                      its number, in the order of the depth-first search; 1 is the root
//   STATE_FOLDED | id        one with node `id` for whoever it leads to
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_DOMINATORS_WORK_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_DOMINATORS_WORK_H

#include "heap/graph/dominators/dominators.h"

#define STATE_IMMORTAL 0x7ffffffdu
#define STATE_SINGLE 0x7ffffffeu
#define STATE_LEAF 0x7fffffffu
#define STATE_FOLDED 0x80000000u
#define PARENT_SINGLE 0x80000000u // in domination.parents: only one other node leads to the node

enum { ROOT_NUMBER = 1 };

struct domination {
    struct flow *flow;
    struct job *job;
    struct dominators *dominators;
    struct dominator_node *nodes;
    struct big_array vertices, parents; // uint32_t by number: node, and number of the parent
    uint32_t numbers;                   // given so far, the root's among them
    uint32_t tier_end[FLOW_TIERS];      // last number of each tier
    uint64_t *linked;                   // bit of each node: a link begins there; NULL: no links
    uint64_t *rooted;                   // bit of each node: a root of its own tier leads to it
    struct big_array tree;              // struct tree_node by number
};

// A number in the forest that grows while numbers are worked off from the last to the first.
struct tree_node {
    uint32_t ancestor; // parent, then some number on the way to the root of its tree
    uint32_t label;    // number with the least semidominator between it and the ancestor
    uint32_t semi;     // semidominator; before: list of numbers this one is the semidominator of
    uint32_t dom;      // immediate dominator; before: next in the list
};

static inline uint32_t *domination_vertices(const struct domination *work)
{
    return work->vertices.bytes;
}

static inline bool state_unvisited(uint32_t state)
{
    return state == 0 || (state >= STATE_IMMORTAL && state <= STATE_LEAF);
}

static inline bool bit_get(const uint64_t *bits, uint32_t node)
{
    return (bits[node / 64] >> (node % 64) & 1) != 0;
}

static inline void bit_set(uint64_t *bits, uint32_t node)
{
    bits[node / 64] |= 1ull << (node % 64);
}

// Add to the retained size of a node. From one thread.
void dominators_add(struct dominators *dominators, uint32_t node, uint64_t bytes);

// Number the nodes by depth-first searches from the roots, tier by tier. False: cancelled or out
// of memory.
bool dominators_search(struct domination *work);

// Fill `tree`: the immediate dominator of every number. False: cancelled or out of memory.
bool dominators_link(struct domination *work, uint64_t limit);

#endif
