// Linear allocation areas: the part of a page that an allocator has claimed and not filled yet.
//
// [top, limit) holds zeros or dead objects, so a walk has to jump over it. The areas of an
// isolate's main allocators are at known places (trusted). Those of background threads and GC
// tasks lie in malloc'ed objects and on stacks: all consecutive words {start, top, limit} ({top,
// limit} up to V8 8) inside one page. Some of them are stale copies, so they are only consulted
// where no object begins. src/heap/linear-allocation-area.h
#ifndef DUMPDIVE_HEAP_V8_SPACE_AREAS_H
#define DUMPDIVE_HEAP_V8_SPACE_AREAS_H

#include "heap/v8/v8.h"

struct area_list {
    struct v8_area *items; // sorted by top
    size_t count, capacity;
};

// The trusted areas, from the isolates and spaces. False: out of memory.
bool areas_of_spaces(const struct v8 *v8, struct area_list *ret);

// Every candidate in writable memory outside V8's pages: one pass over that memory.
bool areas_scan(const struct v8 *v8, struct area_list *ret);

// The area with exactly this top, or NULL. With several, the one that skips least.
const struct v8_area *area_at(const struct v8_area *items, size_t count, uint64_t top);

// The page of the area whose words are at `address`; NULL: these words are none.
const struct v8_page *area_page_at(const struct v8 *v8, uint64_t address);

void areas_free(struct area_list *list);

#endif
