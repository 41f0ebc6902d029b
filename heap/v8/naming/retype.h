// Objects that a heap snapshot files under what refers to them.
//
// From V8 10.2 on, an array that holds a function's constants counts as code, one that caches a
// shape's keys as shape, and so on: V8HeapExplorer::TagObject with a type
// (src/profiler/heap-snapshot-generator.cc). Only V8's own bookkeeping is concerned, and only what
// refers to it knows. No array of a program is.
#ifndef DUMPDIVE_HEAP_V8_NAMING_RETYPE_H
#define DUMPDIVE_HEAP_V8_NAMING_RETYPE_H

#include "heap/v8/naming/node_type.h"

struct v8_retype {
    void *context;
    // An object (untagged) counts as `type`. `depth`: how many further levels of it may be asked
    // for; return false when they were before.
    bool (*visit)(void *context, uint64_t address, enum node_type type, int depth);
};

// May objects of this shape retype what they refer to?
bool v8_retypes(const struct v8 *v8, const struct v8_shape *shape);

// Visit what this object retypes.
void v8_retype(const struct v8 *v8, const struct v8_object *object,
               const struct v8_retype *visitor);

#endif
