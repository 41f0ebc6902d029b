// Build the address space from what the core saved and what files can stand in.
// Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_SEGMENTS_H
#define DUMPDIVE_HEAP_DUMP_SEGMENTS_H

#include "heap/dump/loads.h"
#include "heap/dump/objects.h"

// `core` is the mapped core, `objects` may be NULL (no file stands in). The segments point into the
// core, the notes and the objects. False when out of memory. Free with segments_free.
bool segments_build(struct memory *ret, const uint8_t *core, const struct loads *loads,
                    const struct core_notes *notes, const struct objects *objects,
                    struct error *error);
void segments_free(struct memory *memory);

#endif
