#include "heap/v8/stack/frame.h"

#include "heap/v8/function/function.h"
#include "heap/v8/function/source_positions.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/stack/baseline.h"

enum {
    WORD = 8,
    FORMAL_SENTINEL = 0xffff, // the function takes arguments as they come
};

static uint64_t word_at(const struct v8 *v8, const struct v8_frame *frame, int64_t offset)
{
    uint64_t word;
    memory_u64(v8->memory, frame->fp + (uint64_t)offset, &word);
    return word;
}

static bool closure_of(const struct v8 *v8, uint64_t word, struct v8_object *ret)
{
    return v8_is_strong(word) && v8_object_of(v8, word, ret) &&
           itype_is_js_function(&v8->types, ret->shape.number);
}

// --- arguments -----------------------------------------------------------------------------------

// Receiver and arguments lie from `lowest` on. They were pushed by the caller, whose frame is
// above: a number that does not fit between is none.
static void take_arguments(const struct v8 *v8, struct v8_frame *frame, uint64_t lowest,
                           int64_t count)
{
    bool reversed = layout_stacks[v8->line].reversed;
    uint64_t caller = word_at(v8, frame, 0), number = (uint64_t)count;
    if (count < 0 || caller <= lowest || number >= (caller - lowest) / WORD)
        return;
    frame->counted = true;
    frame->argument_count = number;
    frame->argument_step = reversed ? -WORD : WORD;
    frame->receiver = reversed ? lowest + WORD * number : lowest;
    frame->arguments = frame->receiver + (uint64_t)frame->argument_step;
}

// Up to V8 8: those that were given are in a frame of their own when their number is not the one
// that the function was declared with.
static bool take_adapted(const struct v8 *v8, struct v8_frame *frame)
{
    const struct layout_stack *layout = &layout_stacks[v8->line];
    struct v8_frame adaptor = {.fp = word_at(v8, frame, 0)};
    uint64_t marker = word_at(v8, &adaptor, FRAME_MARKER);
    if (!layout->reversed || !v8_is_smi(marker) || marker / 2 >= FRAME_MARKERS ||
        layout->markers[marker / 2].kind != FRAME_ADAPTOR || adaptor.fp <= frame->fp)
        return false;
    take_arguments(v8, &adaptor, adaptor.fp + FRAME_ARGUMENTS,
                   v8_smi(word_at(v8, &adaptor, ADAPTOR_COUNT)));
    frame->counted = adaptor.counted;
    frame->argument_count = adaptor.argument_count;
    frame->argument_step = adaptor.argument_step;
    frame->arguments = adaptor.arguments;
    frame->receiver = adaptor.receiver;
    return true;
}

static int64_t count_of(const struct v8 *v8, const struct v8_frame *frame,
                        const struct v8_function *function)
{
    const struct layout_stack *layout = &layout_stacks[v8->line];
    uint64_t count = word_at(v8, frame, layout->count);
    if (!layout->counted && function->state != FUNCTION_BUILTIN) {
        uint16_t formal = v8_u16(&function->object, layout_values[v8->line].shared_length + 2u);
        return formal == FORMAL_SENTINEL ? -1 : formal;
    }
    if (count > INT32_MAX)
        return -1;
    return (int64_t)count - (layout->counts_receiver ? 1 : 0);
}

// --- frames of functions -------------------------------------------------------------------------

// The frame of a function that has bytecode: what runs it? Code of an optimizing compiler that took
// over in a loop still has the bytecode, and sometimes the offset, in its frame: what is on the
// heap tells.
static void read_bytecode(const struct v8 *v8, struct v8_frame *frame,
                          const struct v8_object *shared)
{
    const struct layout_stack *layout = &layout_stacks[v8->line];
    struct v8_object bytecode;
    uint64_t offset = word_at(v8, frame, layout->offset);
    int64_t header = (int64_t)v8_bytecode_header(v8) - V8_TAG;
    bool builtin = v8_page_at(v8, frame->pc) == NULL;
    frame->kind = FRAME_OPTIMIZED;
    if ((!builtin && !v8_baseline_has(v8, shared, frame->pc)) ||
        !v8_object_of(v8, word_at(v8, frame, layout->bytecode), &bytecode) ||
        bytecode.shape.type != ITYPE_BYTECODE_ARRAY)
        return;
    frame->bytecode = bytecode.address;
    frame->kind = FRAME_BASELINE;
    if (!builtin || !v8_is_smi(offset) || (uint32_t)offset != 0)
        return;
    frame->kind = FRAME_INTERPRETED;
    if (v8_smi(offset) >= header && (uint64_t)v8_smi(offset) < bytecode.size)
        frame->offset = v8_smi(offset) - header;
}

// An arrow function has the `this` of where it was made; the code of a script or module itself has
// no arguments, though V8 may pass it some.
static void forget_what_is_none(struct v8_frame *frame, const struct v8_function *function)
{
    if (function->kind == FUNCTION_ARROW || function->kind == FUNCTION_ASYNC_ARROW)
        frame->receiver = 0;
    if (function->top_level && function->syntax != FUNCTION_WRAPPED)
        frame->argument_count = 0;
}

static bool read_function(const struct v8 *v8, struct v8_frame *frame)
{
    struct v8_object closure;
    struct v8_function function;
    if (!closure_of(v8, word_at(v8, frame, FRAME_FUNCTION), &closure) ||
        !v8_function_of(v8, &closure, NULL, &function))
        return false;
    frame->function = closure.address;
    if (function.state == FUNCTION_BUILTIN)
        frame->kind = FRAME_BUILTIN;
    else if (function.state == FUNCTION_API)
        frame->kind = FRAME_NATIVE;
    else if (function.state == FUNCTION_WASM)
        frame->kind = FRAME_WASM;
    else
        read_bytecode(v8, frame, &function.object);
    if (!take_adapted(v8, frame))
        take_arguments(v8, frame, frame->fp + FRAME_ARGUMENTS, count_of(v8, frame, &function));
    forget_what_is_none(frame, &function);
    return true;
}

// --- frames with a marker ------------------------------------------------------------------------

// A function in C++. One that an embedder wrote is called by a builtin, too, up to V8 11.
static void take_target(const struct v8 *v8, struct v8_frame *frame, uint64_t word)
{
    struct v8_object closure;
    struct v8_function function;
    if (!closure_of(v8, word, &closure) || !v8_function_of(v8, &closure, NULL, &function))
        return;
    frame->function = closure.address;
    if (function.state == FUNCTION_API)
        frame->kind = FRAME_NATIVE;
}

static void read_builtin_exit(const struct v8 *v8, struct v8_frame *frame)
{
    const struct layout_stack *layout = &layout_stacks[v8->line];
    take_target(v8, frame, word_at(v8, frame, BUILTIN_EXIT_TARGET));
    if (frame->function != 0 && !take_adapted(v8, frame))
        take_arguments(v8, frame, frame->fp + layout->exit_receiver,
                       (int64_t)v8_smi(word_at(v8, frame, BUILTIN_EXIT_COUNT)) -
                           layout->exit_extra);
}

static void read_api_exit(const struct v8 *v8, struct v8_frame *frame)
{
    const struct layout_stack *layout = &layout_stacks[v8->line];
    uint64_t count = word_at(v8, frame, layout->api_count);
    take_target(v8, frame, word_at(v8, frame, layout->api_target));
    if (layout->api_count_is_smi)
        count = (uint64_t)(int64_t)v8_smi(count);
    if (frame->function != 0 && count <= INT32_MAX)
        take_arguments(v8, frame, frame->fp + layout->api_receiver, (int64_t)count);
}

static bool read_typed(const struct v8 *v8, struct v8_frame *frame, uint64_t marker)
{
    const struct layout_marker *said;
    if (marker / 2 >= FRAME_MARKERS)
        return false;
    said = &layout_stacks[v8->line].markers[marker / 2];
    frame->kind = (enum frame_kind)said->kind;
    if (said->form == FORM_FUNCTION)
        take_target(v8, frame, word_at(v8, frame, FRAME_FUNCTION));
    else if (said->form == FORM_BUILTIN_EXIT)
        read_builtin_exit(v8, frame);
    else if (said->form == FORM_API_EXIT)
        read_api_exit(v8, frame);
    return frame->kind != FRAME_UNKNOWN;
}

// Where the caller's frame would be may be no place on the stack.
static void forget_beyond(const struct stack_extent *extent, struct v8_frame *frame)
{
    uint64_t end = frame->arguments + WORD; // behind the receiver when that lies last
    if (frame->argument_step > 0)
        end = frame->arguments + WORD * frame->argument_count;
    if (frame->counted && end > extent->high) {
        frame->counted = false;
        frame->receiver = 0;
    }
}

bool v8_frame_at(const struct v8 *v8, const struct stack_extent *extent, uint64_t fp, uint64_t pc,
                 struct v8_frame *ret)
{
    struct v8_object context;
    uint64_t marker;
    *ret = (struct v8_frame){.fp = fp, .pc = pc, .offset = -1};
    if (fp % WORD != 0 || fp < extent->low + 2 * WORD || fp >= extent->high ||
        extent->high - fp < 2 * WORD ||
        !memory_u64(v8->memory, fp + (uint64_t)(int64_t)FRAME_MARKER, &marker))
        return false;
    if (v8_is_smi(marker)) {
        bool good = read_typed(v8, ret, marker);
        forget_beyond(extent, ret);
        return good;
    }
    if (!v8_is_strong(marker) || !v8_object_of(v8, marker, &context) ||
        !itype_is_context(&v8->types, context.shape.number))
        return false;
    if (!read_function(v8, ret))
        ret->kind = FRAME_STUB;
    forget_beyond(extent, ret);
    return true;
}
