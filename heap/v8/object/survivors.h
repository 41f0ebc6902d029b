// Objects whose map word a scavenge under way has replaced by their own address.
#ifndef DUMPDIVE_HEAP_V8_OBJECT_SURVIVORS_H
#define DUMPDIVE_HEAP_V8_OBJECT_SURVIVORS_H

#include "heap/v8/v8.h"

// Fill v8->survivors. One pass over writable memory outside V8's pages, only when a collection was
// under way and such objects exist. False: out of memory.
bool survivors_find(struct v8 *v8);

// The map word that the object at `address` had, or 0.
uint64_t survivor_map_word(const struct v8 *v8, uint64_t address);

#endif
