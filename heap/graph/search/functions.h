// All functions of a heap: every definition (SharedFunctionInfo), how many closures of it are on
// the heap, and the scripts. One pass over the object index, on the pool.
#ifndef DUMPDIVE_HEAP_GRAPH_SEARCH_FUNCTIONS_H
#define DUMPDIVE_HEAP_GRAPH_SEARCH_FUNCTIONS_H

#include "heap/graph/index/index.h"
#include "heap/graph/work/job.h"

struct function_count {
    uint64_t shared;   // address of the SharedFunctionInfo
    uint64_t closures;
    uint64_t example;  // the closure with the lowest address; 0: none
};

struct script_count {
    uint64_t script;    // address
    uint64_t functions; // definitions in it
};

struct functions {
    struct job job;
    const struct v8 *v8;
    const struct object_index *index; // complete
    int64_t isolate;                  // only what lies on its pages; -1: everywhere
    // Once the job is done, each sorted by address:
    struct function_count *functions;
    size_t function_count;
    struct script_count *scripts;
    size_t script_count;
    uint64_t closures;
    // While it runs: private.
    struct functions_worker *workers;
    size_t worker_count;
};

// One holder: the caller; give it to a lane. False: out of memory.
bool functions_create(const struct v8 *v8, const struct object_index *index, int64_t isolate,
                      struct functions **ret);

#endif
