// One frame, read from its frame pointer.
#ifndef DUMPDIVE_HEAP_V8_STACK_FRAME_H
#define DUMPDIVE_HEAP_V8_STACK_FRAME_H

#include "heap/v8/stack/stack.h"

struct stack_extent {
    uint64_t low, high; // frames lie in [low, high)
};

// What its marker, or the function in it, says; `pc` is where it goes on, 0: not known. `live` is
// for the caller to set. False: there is no frame of V8 at this address.
bool v8_frame_at(const struct v8 *v8, const struct stack_extent *extent, uint64_t fp, uint64_t pc,
                 struct v8_frame *ret);

#endif
