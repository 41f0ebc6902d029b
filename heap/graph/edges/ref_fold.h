// The references to one object, folded by the type that refers and the name of the edge:
// `keyring ← 1,000,000 SignedRequest`.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_REF_FOLD_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_REF_FOLD_H

#include "heap/graph/edges/ref_list.h"
#include "heap/graph/index/renamed.h"
#include "heap/graph/work/job.h"
#include "heap/v8/naming/class_name.h"

struct ref_group {
    uint32_t type;       // id of the type's name; UINT32_MAX: roots
    uint32_t label;      // number of the edge's name
    uint8_t kind;        // enum edge_kind
    uint32_t distance;   // of the nearest one; REACH_NONE: not known
    uint64_t count;
    uint64_t example;    // address of one that refers; 0: a root
};

struct ref_fold {
    struct job job;
    struct ref_list list;
    struct type_names *names;
    const struct renamed *renamed;
    const struct reach *reach; // NULL: no distances
    // Private until the job is done, or was cancelled: by count, largest first, weak ones last.
    struct ref_group *groups;
    size_t group_count;
    struct ref_fold_work *work; // private
};

// One holder: the caller; give it to a lane. The list is copied. False: out of memory.
bool ref_fold_create(const struct ref_list *list, struct type_names *names,
                     const struct renamed *renamed, const struct reach *reach,
                     struct ref_fold **ret);

// Groups known so far, in that order: at any time, from any thread. While the job runs they
// are the largest ones of the references seen by then.
size_t ref_fold_count(struct ref_fold *fold);
// One of them, and the name of its edge: "[…]" for elements and entries; it lives as long as the
// fold. False: there are not so many.
bool ref_fold_group(struct ref_fold *fold, size_t index, struct ref_group *ret, const char **label);

#endif
