// The name of a function as V8 itself reports it.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_FUNCTION_NAME_H
#define DUMPDIVE_HEAP_V8_FUNCTION_FUNCTION_NAME_H

#include "heap/v8/object/object.h"

// SharedFunctionInfo::Name (src/objects/shared-function-info-inl.h): the tagged string of the name in
// the source, or the one a literal got from what it is assigned to. 0: anonymous (or damaged).
uint64_t v8_function_own_name(const struct v8 *v8, const struct v8_object *shared);

// SharedFunctionInfo::DebugName: the name, else what the parser inferred ("exports.parse"), for error
// messages, heap snapshots and constructor names. 0: none.
uint64_t v8_function_debug_name(const struct v8 *v8, const struct v8_object *shared);

#endif
