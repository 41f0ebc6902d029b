// The walk: every V8 page, object by object, on all workers.
//
// It fills the object index, counts objects and bytes per shape, and accounts for every byte of
// every page: objects, free memory, allocation areas, and what could not be walked. Counts are
// published as it goes (walk_shapes); the index is complete when walk_run has returned true.
#ifndef DUMPDIVE_HEAP_GRAPH_INDEX_WALK_H
#define DUMPDIVE_HEAP_GRAPH_INDEX_WALK_H

#include "heap/graph/index/index.h"
#include "heap/graph/work/pool.h"
#include "heap/v8/object/shape.h"
#include "heap/v8/v8.h"

struct walk;

// What the objects of one shape in one isolate add up to. (Shapes in read-only space serve all.)
struct walk_count {
    struct v8_shape shape;
    uint16_t isolate;   // of the pages they lie on; V8_NO_ISOLATE: shared
    uint64_t count, bytes;
    uint64_t example;   // address of one of them
};

// What became of a page's bytes. They add up to the page's object area.
struct walk_page {
    uint64_t objects;   // number of objects, fillers and free memory not counted
    uint64_t object_bytes, free_bytes, filler_bytes, area_bytes, forwarded_bytes;
    uint64_t unwalked_bytes;  // damaged or not saved
    uint64_t first_unwalked;  // address, when there are any
    uint32_t gaps;            // how many stretches were not walked
};

bool walk_create(const struct v8 *v8, struct object_index *index, size_t workers,
                 struct walk **ret);
void walk_destroy(struct walk *walk); // NULL is fine
// Called by workers after each page, before walk_run. NULL: nobody.
void walk_observe(struct walk *walk, void (*observe)(void *context), void *context);

// Walk everything, on the workers of `pool`. False when it was cancelled or ran out of memory:
// what was walked until then stays published.
bool walk_run(struct walk *walk, struct pool *pool);
void walk_cancel(struct walk *walk); // from any thread
// Before walk_run is called once more: go on with the pages that are left; after running out of
// memory, begin anew. Nobody else may be reading what it found.
void walk_again(struct walk *walk);
void walk_forget(struct walk *walk); // all of it, the index too

// What the objects of one shape in one isolate add up to, as it can be kept in a file.
struct walk_total {
    uint64_t map, isolate; // as in walk_count
    uint64_t count, bytes, example;
};

// As if walk_run had found this, instead of calling it; the index is the caller's to fill. `pages`
// is parallel to v8->pages. False: a total is of no shape, or there twice, or memory ran out: forget
// what was begun.
bool walk_restore(struct walk *walk, const struct walk_total *totals, size_t count,
                  const struct walk_page *pages);

// Bytes of pages walked so far and in all, and objects found so far. From any thread.
void walk_progress(const struct walk *walk, uint64_t *done, uint64_t *total, uint64_t *objects);

// A copy of the counts per shape so far, in no order; owned by the caller (free). From any thread.
bool walk_shapes(struct walk *walk, struct walk_count **ret, size_t *count);

// Addresses of all objects that may not be named as their shape says, or that change how others are
// named (renamed.h), in no order; owned by the caller. When walk_run has returned.
bool walk_unusual(const struct walk *walk, uint64_t **ret, size_t *count);

// Per page, parallel to v8->pages. Final when walk_run has returned.
const struct walk_page *walk_pages(const struct walk *walk);

#endif
