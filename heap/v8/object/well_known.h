// Names that V8 knows by address: found among the read-only roots, once, by what they say.
#ifndef DUMPDIVE_HEAP_V8_OBJECT_WELL_KNOWN_H
#define DUMPDIVE_HEAP_V8_OBJECT_WELL_KNOWN_H

#include "heap/v8/v8.h"

// Fill v8->well_known for every isolate. Reads the read-only pages (some 100 KB) once.
void v8_well_known_find(struct v8 *v8);

// Those that an object's properties are keyed by: isolates have their own before V8 10.
const struct v8_well_known *v8_well_known_of(const struct v8 *v8, uint64_t object);

#endif
