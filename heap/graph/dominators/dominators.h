// The dominator tree: for every object the one object that all ways from the roots to it lead
// through, and the bytes that would be free without it (its retained size).
//
// Algorithm: T. Lengauer, R. E. Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph"
// (1979), the simple version, O(references * log objects) at worst. It is spared most of the work:
// an object that only one other refers to is dominated by that one, and when the depth-first search
// leaves it without having numbered anything below it, whatever it refers to can count it as one
// with that other (semidominators stay the same). It then is *folded*: gives its number back. Of
// what heaps consist of, a tenth stays numbered. Nothing recurses.
//
// 8 bytes an object. While it is computed: 20 more for each object that stays numbered.
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_DOMINATORS_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_DOMINATORS_H

#include "heap/graph/dominators/flow.h"
#include "heap/graph/work/big_array.h"
#include "heap/graph/work/job.h"

#include <pthread.h>

#define DOMINATOR_NONE UINT32_MAX       // no root leads to the object
#define DOMINATOR_ROOT (UINT32_MAX - 1) // no single object holds it
#define DOMINATORS_MAX 0x7ffffff0u      // objects

struct dominator_node {
    uint32_t dominator; // id, DOMINATOR_ROOT or DOMINATOR_NONE; while computing: see dominators.c
    uint32_t retained;  // bytes, or RETAINED_LARGE | place in `large`
};

#define RETAINED_LARGE 0x80000000u

struct dominators {
    uint32_t count;
    struct big_array nodes; // struct dominator_node by id
    uint64_t *large;        // retained sizes from 2 GiB on
    uint32_t large_count, large_capacity;
    uint64_t total;         // bytes that roots hold
    uint64_t held;          // objects that they do
    uint64_t numbered;      // objects that were not folded
    pthread_mutex_t lock;   // guards `large` while nodes are described
    bool failed;            // out of memory for `large`
};

// Compute all of it. Counts nodes in `job`'s items, and adds to done what adds up to
// dominators_work(). Arrays of more than `limit` bytes go to a file (big_array.h). False:
// cancelled, out of memory, or more than DOMINATORS_MAX nodes.
bool dominators_create(struct flow *flow, struct job *job, struct pool *pool, uint64_t limit,
                       struct dominators **ret);
void dominators_destroy(struct dominators *dominators); // NULL is fine
uint64_t dominators_work(const struct flow *flow);

// For flow.describe: the size of a node, what it alone holds outside of the nodes included.
void dominators_describe(struct dominators *dominators, uint32_t node, uint64_t size,
                         enum flow_kind kind);

static inline const struct dominator_node *dominators_nodes(const struct dominators *dominators)
{
    return dominators->nodes.bytes;
}

// The immediate dominator: an id, DOMINATOR_ROOT or DOMINATOR_NONE.
static inline uint32_t dominators_of(const struct dominators *dominators, uint32_t id)
{
    return dominators_nodes(dominators)[id].dominator;
}

// Bytes; of an object that no root leads to, those of itself and what leads nowhere else.
static inline uint64_t dominators_retained(const struct dominators *dominators, uint32_t id)
{
    uint32_t retained = dominators_nodes(dominators)[id].retained;
    return (retained & RETAINED_LARGE) != 0 ? dominators->large[retained & ~RETAINED_LARGE]
                                            : retained;
}

#endif
