#include "heap/v8/stack/stack.h"

#include "heap/array.h"
#include "heap/v8/stack/frame.h"

#include <stdlib.h>

enum {
    FRAMES_MAX = 1 << 20, // more than fit the largest stack that Node.js can be given
    FRAME_MADE = 16,      // bytes below the frame pointer once a frame says what it is
};

// The thread's stack, from its stack pointer to the end of the mapping.
static bool find_extent(const struct v8 *v8, const struct dump_thread *thread,
                        struct stack_extent *ret)
{
    const struct memory *memory = v8->memory;
    const struct segment *segment = memory_segment(memory, thread->registers.sp);
    if (segment == NULL)
        return false;
    ret->low = (thread->registers.sp + 7) & ~7ull;
    ret->high = segment->end;
    for (segment++; segment < memory->segments + memory->count && segment->continues; segment++)
        ret->high = segment->end;
    return true;
}

// --- where it begins -----------------------------------------------------------------------------

enum code_owner {
    CODE_OF_V8, // of a JavaScript function, or a builtin
    CODE_OF_CPP,
    CODE_OF_SOMEBODY, // no symbol says it
};

static enum code_owner owner_of(const struct v8 *v8, uint64_t pc)
{
    static const char prefix[] = "Builtins_";
    struct dump_symbol symbol;
    if (v8_page_at(v8, pc) != NULL)
        return CODE_OF_V8;
    if (v8->dump == NULL || !dump_symbol_at(v8->dump, pc, &symbol))
        return CODE_OF_SOMEBODY;
    return strncmp(symbol.name, prefix, sizeof prefix - 1) == 0 ? CODE_OF_V8 : CODE_OF_CPP;
}

// The frame of the code that was running, as its registers say. Code that has only begun to make
// its frame is left out: its caller is the first then.
static bool find_live(const struct v8 *v8, const struct dump_registers *registers,
                      const struct stack_extent *extent, struct v8_frame *ret)
{
    uint64_t fp = registers->fp, pc = registers->pc;
    bool begun = fp >= extent->low && fp < extent->low + FRAME_MADE;
    if (begun &&
        (!memory_u64(v8->memory, fp + FRAME_RETURN, &pc) || !memory_u64(v8->memory, fp, &fp)))
        return false;
    if (!v8_frame_at(v8, extent, fp, pc, ret))
        return false;
    ret->live = !begun;
    return true;
}

// The exit frame that the isolate knows: JavaScript called C++ there. 0: none.
static bool exit_of(const struct v8 *v8, size_t isolate, uint64_t *ret)
{
    int32_t at = v8->layout->isolate.c_entry_fp;
    *ret = 0;
    return at >= 0 && memory_u64(v8->memory, v8->isolates[isolate].address + (uint64_t)at, ret);
}

// --- from frame to frame -------------------------------------------------------------------------

static bool push(struct v8_stack *stack, const struct v8_frame *frame, size_t *capacity)
{
    if (!array_reserve(&stack->frames, stack->count, capacity, sizeof *frame))
        return false;
    stack->frames[stack->count++] = *frame;
    return true;
}

// Frame pointers only rise: what is hostile cannot go in circles.
static enum v8_stack_state next_frame(const struct v8 *v8, const struct stack_extent *extent,
                                      struct v8_frame *frame, bool *more)
{
    struct v8_frame next;
    uint64_t fp = 0, pc = 0;
    *more = false;
    if (frame->kind == FRAME_ENTRY) {
        if (!memory_u64(v8->memory, frame->fp + (uint64_t)(int64_t)FRAME_SAVED_EXIT, &fp))
            return STACK_CUT;
        if (fp == 0)
            return STACK_COMPLETE;
    } else if (!memory_u64(v8->memory, frame->fp, &fp) ||
               !memory_u64(v8->memory, frame->fp + FRAME_RETURN, &pc)) {
        return STACK_CUT;
    }
    if (fp <= frame->fp || !v8_frame_at(v8, extent, fp, pc, &next))
        return STACK_CUT;
    *frame = next;
    *more = true;
    return STACK_COMPLETE;
}

// Put down all frames from this one on. False: out of memory.
static bool walk(const struct v8 *v8, const struct stack_extent *extent, struct v8_frame *frame,
                 struct v8_stack *ret)
{
    size_t capacity = 0;
    bool more = true;
    ret->state = STACK_COMPLETE;
    while (more && ret->state == STACK_COMPLETE && ret->count < FRAMES_MAX) {
        if (!push(ret, frame, &capacity)) {
            v8_stack_deinit(ret);
            return false;
        }
        ret->state = next_frame(v8, extent, frame, &more);
    }
    if (more && ret->state == STACK_COMPLETE)
        ret->state = STACK_CUT;
    return true;
}

// The interpreter writes down how far it is when it calls something: not for what was running.
static void forget_offset(struct v8_stack *stack)
{
    size_t first = 0;
    while (first < stack->count && stack->frames[first].function == 0)
        first++;
    if (first < stack->count)
        stack->frames[first].offset = -1;
}

// Nobody says that the registers are those of V8's code: do they lead to frames of functions,
// nearer than the exit frame, and on to the end?
static bool is_stack(const struct v8_stack *stack, uint64_t exit)
{
    bool function = false;
    for (size_t i = 0; i < stack->count && stack->frames[i].kind != FRAME_ENTRY; i++)
        function = function || stack->frames[i].function != 0;
    return function && stack->state == STACK_COMPLETE && (exit == 0 || stack->frames[0].fp < exit);
}

// V8 up to 8 leaves the exit frame in the isolate while C++ has called JavaScript again, so
// registers come first.
static bool read_frames(const struct v8 *v8, const struct dump_thread *thread,
                        const struct stack_extent *extent, size_t isolate, struct v8_stack *ret)
{
    enum code_owner owner = owner_of(v8, thread->registers.pc);
    struct v8_frame frame;
    uint64_t exit;
    bool known = exit_of(v8, isolate, &exit);
    if (owner != CODE_OF_CPP && find_live(v8, &thread->registers, extent, &frame)) {
        if (!walk(v8, extent, &frame, ret))
            return false;
        forget_offset(ret);
        if (owner == CODE_OF_V8 || is_stack(ret, exit))
            return true;
        v8_stack_deinit(ret);
    }
    ret->state = !known ? STACK_UNKNOWN : STACK_CUT;
    if (known && exit == 0 && owner != CODE_OF_V8)
        ret->state = STACK_NO_FRAMES;
    return !known || !v8_frame_at(v8, extent, exit, 0, &frame) || walk(v8, extent, &frame, ret);
}

bool v8_stack_read(const struct v8 *v8, const struct dump_thread *thread, size_t isolate,
                   struct v8_stack *ret)
{
    struct stack_extent extent;
    *ret = (struct v8_stack){.state = STACK_NO_ISOLATE};
    if (isolate >= v8->isolate_count)
        return true;
    ret->state = STACK_CUT;
    return !find_extent(v8, thread, &extent) || read_frames(v8, thread, &extent, isolate, ret);
}

void v8_stack_deinit(struct v8_stack *stack)
{
    free(stack->frames);
    stack->frames = NULL;
    stack->count = 0;
}

const char *frame_kind_name(enum frame_kind kind)
{
    static const char *const names[FRAME_KIND_COUNT] = {
        [FRAME_UNKNOWN] = "?",         [FRAME_INTERPRETED] = "interpreted",
        [FRAME_BASELINE] = "baseline", [FRAME_OPTIMIZED] = "optimized",
        [FRAME_BUILTIN] = "builtin",   [FRAME_NATIVE] = "native",
        [FRAME_WASM] = "wasm",         [FRAME_CONTINUATION] = "continuation",
        [FRAME_ENTRY] = "entry",       [FRAME_EXIT] = "exit",
        [FRAME_ADAPTOR] = "adaptor",   [FRAME_CONSTRUCT] = "construct",
        [FRAME_INTERNAL] = "internal", [FRAME_STUB] = "stub",
        [FRAME_REGEXP] = "regexp",
    };
    return names[(size_t)kind < FRAME_KIND_COUNT ? kind : FRAME_UNKNOWN];
}
