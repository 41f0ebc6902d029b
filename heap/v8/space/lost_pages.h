// Pages that a damaged dump hides: their header is destroyed, or the Space that owns them.
//
// A page whose own header is whole and that belongs to a known Heap is one, whatever its owner looks
// like. A page whose header is lost is found by its neighbours in the list of pages that its space keeps
// (src/heap/list.h), which point at it.
#ifndef DUMPDIVE_HEAP_V8_SPACE_LOST_PAGES_H
#define DUMPDIVE_HEAP_V8_SPACE_LOST_PAGES_H

#include "heap/v8/v8.h"

// Add what is found to v8->pages; each is walked like any other. What must have been there and is not
// found is counted in v8->lost_pages. Finds nothing in a dump that is whole. Needs isolates, pages and
// layout. False: out of memory.
bool lost_pages_find(struct v8 *v8);

#endif
