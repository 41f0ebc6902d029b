// From a place in baseline code to a bytecode.
#ifndef DUMPDIVE_HEAP_V8_STACK_BASELINE_H
#define DUMPDIVE_HEAP_V8_STACK_BASELINE_H

#include "heap/v8/object/object.h"

// Does the baseline code of this definition (SharedFunctionInfo) contain `pc`?
bool v8_baseline_has(const struct v8 *v8, const struct v8_object *shared, uint64_t pc);

// The offset (from the first bytecode) of the bytecode whose machine code ends at or behind `pc`, a
// return address in that code. False: it is not, or the code's table cannot be read.
bool v8_baseline_offset(const struct v8 *v8, const struct v8_object *shared,
                        const struct v8_object *bytecode, uint64_t pc, uint32_t *ret);

#endif
