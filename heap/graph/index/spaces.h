// How much of each of V8's spaces is in use, from the walk's account of every page.
#ifndef DUMPDIVE_HEAP_GRAPH_INDEX_SPACES_H
#define DUMPDIVE_HEAP_GRAPH_INDEX_SPACES_H

#include "heap/graph/index/walk.h"

struct space_usage {
    enum space_kind kind;
    uint16_t isolate;  // V8_NO_ISOLATE: shared by all
    uint64_t pages, size;
    uint64_t used;     // bytes as v8.getHeapSpaceStatistics() counts them in this process
    uint64_t objects;
    uint64_t free;     // free lists, fillers and linear allocation areas
    uint64_t unwalked;
};

// One row for each space that has pages, by isolate and kind; owned by the caller (free). NULL: out
// of memory. `pages` is NULL before the walk is done: used, objects, free and unwalked are then 0.
struct space_usage *space_usage(const struct v8 *v8, const struct walk_page *pages, size_t *count);

#endif
