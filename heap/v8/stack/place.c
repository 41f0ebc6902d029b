#include "heap/v8/stack/place.h"

#include "heap/v8/function/source_positions.h"
#include "heap/v8/stack/baseline.h"

// The offset of the bytecode that the frame is in; false: not known.
static bool offset_of(const struct v8 *v8, const struct v8_frame *frame,
                      const struct v8_function *function, const struct v8_object *bytecode,
                      uint32_t *ret)
{
    if (frame->kind == FRAME_BASELINE)
        return v8_baseline_offset(v8, &function->object, bytecode,
                                  frame->live ? frame->pc + 1 : frame->pc, ret);
    *ret = (uint32_t)frame->offset;
    return frame->offset >= 0;
}

enum frame_place v8_frame_place(const struct v8 *v8, const struct v8_frame *frame,
                                struct v8_function *function, uint32_t *position)
{
    struct v8_object closure, bytecode;
    uint32_t offset, end;
    if (frame->function == 0 || !v8_object_at(v8, frame->function, &closure) ||
        !v8_function_of(v8, &closure, NULL, function))
        return PLACE_NONE;
    if (frame->bytecode != 0 && v8_object_at(v8, frame->bytecode, &bytecode) &&
        offset_of(v8, frame, function, &bytecode, &offset) &&
        v8_source_position(v8, &bytecode, offset, position))
        return PLACE_EXACT;
    return v8_function_extent(v8, function, frame->function, position, &end) ? PLACE_BEGINNING
                                                                             : PLACE_NONE;
}
