// One opened dump with all that is known of its V8 heaps: the public face of the engine.
//
// Opening costs headers only (milliseconds at any core size). What needs a pass over the heap is a
// *stage*, computed on worker threads and published as it goes; each is usable before the next.
#ifndef DUMPDIVE_HEAP_HEAP_H
#define DUMPDIVE_HEAP_HEAP_H

#include "heap/dump/dump.h"
#include "heap/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dominators;
struct function_retained;
struct functions;
struct function_retained;
struct graph;
struct heap;
struct job;
struct leaks;
struct object_index;
struct renamed;
struct type_names;
struct type_table;
struct v8;
struct walk_page;

enum heap_stage {
    STAGE_WALK,     // object starts, types, counts, shallow sizes
    STAGE_GRAPH,    // edges both ways, roots, distances
    STAGE_DOMINATE, // dominator tree, retained sizes
    STAGE_COUNT,
};

struct heap_options {
    struct dump_options dump;
    const char *without_line; // as if there were no tables for this line of V8 (tests); NULL
    bool precise_roots; // what only looks like a reference holds nothing (graph/roots/roots.h)
    int threads;   // workers; 0: every stage runs inline when asked for; -1: one per processor
};

enum stage_state {
    STAGE_IDLE,      // not asked for
    STAGE_RUNNING,
    STAGE_DONE,
    STAGE_CANCELLED, // partial results stay
    STAGE_FAILED,
};

struct stage_progress {
    enum stage_state state;
    uint64_t done, total;  // bytes of heap
    uint64_t items;        // objects (walk), edges (graph), nodes (dominate) so far
    double seconds;        // since it started (until it ended)
    const char *doing;     // "walking", "counting references", ...
};

bool heap_open(const char *path, const struct heap_options *options, struct heap **ret,
               struct error *error);
// Stops and joins all work first. NULL is fine.
void heap_close(struct heap *heap);
// For a program that somebody types at: worker threads let its own thread go first. Before heap_start.
void heap_give_way(struct heap *heap);

const struct dump *heap_dump(const struct heap *heap);
const struct v8 *heap_v8(const struct heap *heap);
// What a segment (by its index in the dump's memory) is: "v8:old-space", "stack", "malloc", "file",
// ... (heap/dump/regions.h names those that are not V8's).
const char *heap_segment_kind(const struct heap *heap, size_t segment);

// The object index; NULL until the walk is done.
const struct object_index *heap_index(const struct heap *heap);
// What became of each page's bytes (graph/walk.h), parallel to v8->pages; final when the walk is.
const struct walk_page *heap_walk_pages(const struct heap *heap);
// Objects found so far, and bytes of V8's pages that hold none anybody knows (damaged, unsaved).
void heap_totals(const struct heap *heap, uint64_t *objects, uint64_t *walked_bytes,
                 uint64_t *unwalked_bytes);
// The newest type table, held for the caller (type_table_release); NULL before the first.
struct type_table *heap_types(struct heap *heap);
struct type_names *heap_type_names(struct heap *heap);
// The objects that are not named as their shape (graph/renamed.h); NULL until the walk is done.
const struct renamed *heap_renamed(const struct heap *heap);

// Edges, roots and distances (graph/graph.h): parts appear as STAGE_GRAPH finds them.
const struct graph *heap_graph(const struct heap *heap);
// Dominators and retained sizes (graph/dominators.h); NULL until STAGE_DOMINATE is done.
const struct dominators *heap_dominators(const struct heap *heap);
// The leak suspects (graph/leaks.h): a job that the first one who asks starts. It lives as long as
// the heap is open. NULL until STAGE_DOMINATE is done.
struct leaks *heap_leaks(struct heap *heap);
// The suspects as though some objects (addresses) were gone: a job of the caller's, to release. NULL
// until STAGE_DOMINATE is done, or when out of memory.
struct leaks *heap_leaks_without(struct heap *heap, const uint64_t *objects, size_t count);

// All functions on the pages of an isolate (-1: of all; graph/search/functions.h), held for the caller
// (job_release): a job that the first one who asks starts, and that is kept for the next one who asks
// about the same isolate. NULL until the walk is done, or when out of memory (then the index is there).
struct functions *heap_functions(struct heap *heap, int64_t isolate);

// What closures of these functions retain together (graph/dominators/function_retained.h), held for the
// caller as those are. NULL until STAGE_DOMINATE is done, or when out of memory.
struct function_retained *heap_function_retained(struct heap *heap, struct functions *functions);

// Give a job to the lane for requests; it runs with at most one stage beside it. The caller keeps
// its own hold. heap_job_wait returns when it ended.
void heap_submit(struct heap *heap, struct job *job);
void heap_job_wait(struct heap *heap, struct job *job);
// Something a view shows has changed: wake whoever waits on heap_wake_fd. From any thread.
void heap_published(struct heap *heap);

// Begin a stage and those before it, if they have not begun (whether they ended or were stopped). With threads 0 it returns when done.
void heap_start(struct heap *heap, enum heap_stage stage);
// Wait until a stage ended (done, cancelled or failed).
void heap_wait(struct heap *heap, enum heap_stage stage);
// Ask all running stages and requests to stop; they keep what they found. Returns at once.
void heap_cancel(struct heap *heap);
// Go on with the stages that were cancelled or failed, from where they stopped (the walk page by
// page, the others part by part). False: some are still stopping; try again.
bool heap_resume(struct heap *heap);
bool heap_busy(struct heap *heap); // a stage or a request runs or waits
void heap_progress(const struct heap *heap, enum heap_stage stage, struct stage_progress *ret);
// A saved index (graph/saved/saved.h) makes opening the same core again skip the stages. What keeps it
// from being used: no index there, or one of another core or version, or a damaged one; the stages
// then run as if it had not been asked for.
struct index_status {
    bool used;
    enum stage_state saving; // STAGE_IDLE: nobody saves one
    char refused[256];       // why the one at hand was not used; "": it was, or there is none
    char failed[256];        // why it could not be saved; "": it could
    char *path;              // of the one that was saved; owned by the caller (free). NULL: none
};

// Before anything is started: use the index at `path`, or else save one there once all stages are
// done. NULL: in $XDG_CACHE_HOME/dumpdive, under a name that tells the core. False: out of memory.
bool heap_use_index(struct heap *heap, const char *path);
bool heap_uses_index(const struct heap *heap); // was that called?
// Save one in any case; `path` as above. False: the stages are not all done, or one is being saved.
bool heap_save_index(struct heap *heap, const char *path, struct error *error);
void heap_index_status(struct heap *heap, struct index_status *ret);
void heap_index_wait(struct heap *heap); // until it is saved

// A file descriptor that becomes readable when something was published; drain with heap_drain.
int heap_wake_fd(const struct heap *heap);
void heap_drain(struct heap *heap);
// Changes whenever something was published: compare to know whether to refresh.
uint64_t heap_generation(const struct heap *heap);

#endif
