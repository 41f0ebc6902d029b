// Where in its source a frame is.
#ifndef DUMPDIVE_HEAP_V8_STACK_PLACE_H
#define DUMPDIVE_HEAP_V8_STACK_PLACE_H

#include "heap/v8/function/function.h"
#include "heap/v8/stack/stack.h"

enum frame_place {
    PLACE_NONE,      // the function has no source, or the frame no function
    PLACE_EXACT,     // of the call, or of what the frame was at
    PLACE_BEGINNING, // of the function: V8 has not kept where in it, or not in a way that is known
};

// The definition of the frame's function, and the position in its script. With PLACE_NONE neither
// is known, but for `function` of a frame that has one (check frame->function).
enum frame_place v8_frame_place(const struct v8 *v8, const struct v8_frame *frame,
                                struct v8_function *function, uint32_t *position);

#endif
