// What an opened heap is made of. Internal to the files of this folder that begin with heap.
#ifndef DUMPDIVE_HEAP_HEAP_STATE_H
#define DUMPDIVE_HEAP_HEAP_STATE_H

#include "heap/dump/regions.h"
#include "heap/graph/graph.h"
#include "heap/graph/index/types.h"
#include "heap/graph/saved/saved.h"
#include "heap/graph/work/job.h"
#include "heap/heap.h"

#include <pthread.h>

struct stage_job {
    struct job job;
    struct heap *heap;
    struct stage_job *before; // an attempt that was stopped or failed; kept for who looks at it
};

// Writing an index.
struct index_save {
    struct job job;
    struct heap *heap;
    char *path;         // NULL: the place of its own (graph/saved/place.h)
    struct error error; // when it has failed
};

struct heap {
    struct dump *dump;
    struct v8 *v8;
    enum region_kind *kinds; // one per segment
    bool precise_roots; // heap_options
    struct lane *stages, *requests;
    struct stage_job *jobs[STAGE_COUNT]; // NULL: not begun
    struct object_index *index;
    struct walk *walk;
    struct graph graph;
    struct dominators *dominators; // set once, when they are known
    struct type_names *names;
    struct renamed *renamed;    // NULL until the walk is done
    struct leaks *leaks;        // NULL: nobody asked
    struct leaks *stopped;      // searches that did not end, for those who still look at them
    struct functions *functions; // the last ones asked for; NULL: none
    struct function_retained *function_retained; // the same
    struct saved_parts loaded;  // of the index in use: what was not handed out yet, and its file
    bool use_index;             // ... or make one
    char *index_path;           // as asked for; NULL: the place of its own
    struct index_save *saving;  // the last one; NULL: none
    bool used_index;
    struct error index_error;   // why the index was not used; ERROR_NONE: it was, or there is none
    pthread_mutex_t
        lock; // guards `types`, `leaks`, `functions`, `function_retained`, `saving` and what is known of the index
    struct type_table *types;
    atomic_uint_least64_t generation, publish_due_ms;
    int wake_fd;
};

// The stage's last attempt; NULL: not begun. From any thread.
static inline const struct job *heap_stage_job(const struct heap *heap, enum heap_stage stage)
{
    const struct stage_job *job = __atomic_load_n(&heap->jobs[stage], __ATOMIC_ACQUIRE);
    return job == NULL ? NULL : &job->job;
}

struct table_source heap_table_source(const struct heap *heap);
// The newest table from now on; takes the caller's hold.
void heap_swap_types(struct heap *heap, struct type_table *table);

// In place of the walk: false when there is no index, or not one of this core; nothing is left of it
// then.
bool heap_load_index(struct heap *heap, struct pool *pool);
// All stages are done: write an index, if one was asked for and none was used.
void heap_keep_index(struct heap *heap);

#endif
