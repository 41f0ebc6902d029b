// The references to one object, by number: roots first, then strong ones, then the others.
//
// Nothing is listed: row n is found in the reverse index and named when it is asked for.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_REF_LIST_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_REF_LIST_H

#include "heap/graph/edges/edge_name.h"

struct ref_list {
    struct edge_namer namer;
    const struct roots *roots; // NULL until they are known
    uint32_t id;               // of the object
    const struct root *root_list;
    size_t root_count;
    const uint32_t *strong;
    uint64_t strong_count;
    const struct reverse_other *others;
    size_t other_count;
    uint64_t total;
    // The strong reference found last: its word, and which one of its source it is.
    uint32_t source;
    uint64_t nth, word;
};

struct reference {
    const struct root *root; // or NULL
    uint32_t source;         // id of the object that has the word; INDEX_NONE: a root
    uint64_t from;           // address of the object it is shown as a reference of; 0: a root
    struct edge_name name;
};

// Of the object with this id. `roots` may be NULL.
void ref_list_open(const struct edge_namer *namer, const struct roots *roots, uint32_t id,
                   struct ref_list *ret);

// Reference `index` (below total). Near the last one asked for it costs least.
void ref_list_at(struct ref_list *list, uint64_t index, struct reference *ret);

// Id of the object that has the word of a reference, without naming it; INDEX_NONE: a root.
uint32_t ref_list_source(const struct ref_list *list, uint64_t index);

#endif
