// The scopes of a chain with the number of variables in each, so that a variable is found by its
// number in all. A chain may be as long as the heap is large: it is listed in slices, and a job goes
// on with what the first slice left.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_SCOPE_LIST_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_SCOPE_LIST_H

#include "heap/graph/work/job.h"
#include "heap/v8/function/scope.h"

#include <pthread.h>

struct scope_entry {
    uint64_t context; // address
    uint64_t first;   // number of its first variable among all
    uint32_t count;   // variables
    uint32_t scope;   // number of the scope: 0 is the innermost
};

struct scope_list {
    struct job job;   // lists the rest; submit it when the first slice was not enough
    const struct v8 *v8;
    pthread_mutex_t lock; // of what follows
    struct v8_scope_chain chain;
    struct scope_entry *entries;
    size_t count, capacity;
    uint64_t variables;
    bool through;     // no more will come
    bool failed;      // out of memory
};

// The chain from a context on (address), of which up to `slice` scopes are listed at once. One
// holder: the caller. False: out of memory.
bool scope_list_create(const struct v8 *v8, uint64_t context, size_t slice,
                       struct scope_list **ret);

// What is listed by now: `*through` when it is everything, `*damaged` when the chain breaks off.
void scope_list_known(struct scope_list *list, size_t *scopes, uint64_t *variables, bool *through,
                      bool *damaged);
// The scope that variable `n` is in; false when it is not listed.
bool scope_list_find(struct scope_list *list, uint64_t n, struct scope_entry *ret);

#endif
