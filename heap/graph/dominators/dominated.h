// What an object dominates immediately: its children in the dominator tree, largest first.
//
// The tree stores dominators only. A pass over them collects the children of one object; that is
// bounded by the number of objects, and afterwards any row is there at once.
//
// What an object's own stores hold (of its elements, properties or entries) is what it holds, as
// DevTools has it; the stores themselves are no children then. That takes another pass for each
// layer of stores.
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_DOMINATED_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_DOMINATED_H

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/edges/edge_name.h"

struct dominated {
    struct job job;
    const struct dominators *dominators;
    struct edge_namer namer;
    bool stores;    // stores are children like all others
    uint32_t node;  // id, or DOMINATOR_ROOT
    // Once the job is done: ids by retained size, largest first, then by id.
    uint32_t *ids;
    uint32_t count;
};

// One holder: the caller; give it to a lane. `namer` NULL: stores are children like all others.
// False: out of memory.
bool dominated_create(const struct dominators *dominators, const struct edge_namer *namer,
                      uint32_t node, struct dominated **ret);

// Sort ids by what they retain, largest first; ids that retain the same keep their order. In time
// proportional to their number. False: out of memory.
bool dominated_sort(const struct dominators *dominators, uint32_t *ids, size_t count);

#endif
