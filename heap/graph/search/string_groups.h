// Strings that say the same: each text that is in the heap more than once, and what that wastes.
//
// Only strings that hold their characters themselves count, in the heap or outside of it: a cons,
// sliced or thin string shares those of others. Costs 12 bytes a string while it runs.
#ifndef DUMPDIVE_HEAP_GRAPH_SEARCH_STRING_GROUPS_H
#define DUMPDIVE_HEAP_GRAPH_SEARCH_STRING_GROUPS_H

#include "heap/graph/index/index.h"
#include "heap/graph/work/job.h"

enum { STRING_PARTS = 64 }; // of the hashes, worked on one by one

struct string_group {
    uint32_t example;  // id of one of the strings
    uint32_t count;    // at least 2
    uint64_t bytes;    // of all of them
    uint64_t wasted;   // bytes of all but one
};

struct string_groups {
    struct job job;
    const struct v8 *v8;
    const struct object_index *index; // complete
    int64_t isolate;                  // only on its pages; -1: everywhere
    struct string_groups_worker *workers;
    size_t worker_count;
    struct {
        struct string_group *items;
        size_t count;
    } parts[STRING_PARTS];
    struct string_group *groups;      // those with most waste first, once done
    uint64_t count, wasted, strings;
    atomic_uint_least64_t damaged;    // strings that could not be read
};

// One holder: the caller; give it to a lane. False: out of memory.
bool string_groups_create(const struct v8 *v8, const struct object_index *index, int64_t isolate,
                          struct string_groups **ret);

#endif
