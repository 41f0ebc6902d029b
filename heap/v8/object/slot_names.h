// What V8 calls the words of its own structures, as heap snapshots name references.
//
// The names are those of V8HeapExplorer::Extract*References (src/profiler/heap-snapshot-generator.cc)
// where it has one, else those of the fields (src/objects/*.tq). Named properties, elements,
// entries and variables are no matter of this table.
#ifndef DUMPDIVE_HEAP_V8_OBJECT_SLOT_NAMES_H
#define DUMPDIVE_HEAP_V8_OBJECT_SLOT_NAMES_H

#include "heap/v8/object/shape.h"

// The name of word `word` (byte 8 * word) of objects of this shape; NULL: it has none. `target` is
// the type of what the word points to: it tells a map's constructor from its back pointer.
const char *v8_slot_name(const struct v8 *v8, const struct v8_shape *shape, uint64_t word,
                         enum itype target);

#endif
