// The JavaScript stack of a thread: frames of V8, innermost first.
//
// Frames of C++ are left out: V8 notes where JavaScript called C++ (Isolate::c_entry_fp, and in the
// entry frame of every call back the one before), and that leads past them.
#ifndef DUMPDIVE_HEAP_V8_STACK_STACK_H
#define DUMPDIVE_HEAP_V8_STACK_STACK_H

#include "heap/v8/layout/layout_stack.h"
#include "heap/v8/object/object.h"

struct v8_frame {
    enum frame_kind kind;
    bool live; // innermost, and its code was running: only its registers know how far it is
    uint64_t fp;
    uint64_t pc;           // where it goes on; 0: not known
    uint64_t function;     // address of the closure, 0: none
    uint64_t bytecode;     // address of the BytecodeArray (interpreted and baseline), 0: none
    int64_t offset;        // of the bytecode it is in (interpreted), -1: not known
    uint64_t receiver;     // address of the word that holds it, 0: not known
    uint64_t arguments;    // of the first one; meaningless when `counted` is false
    int64_t argument_step; // to the next one
    uint64_t argument_count;
    bool counted; // arguments are known
};

enum v8_stack_state {
    STACK_COMPLETE,   // down to where C++ first called JavaScript
    STACK_CUT,        // the frame behind the last one cannot be read, or is none
    STACK_NO_ISOLATE, // the thread ran no isolate
    STACK_NO_FRAMES,  // it did, but JavaScript was not running
    STACK_UNKNOWN,    // where this V8 keeps the innermost frame is not known
};

struct v8_stack {
    enum v8_stack_state state;
    struct v8_frame *frames; // innermost first; owned
    size_t count;
};

// The stack of a thread that ran this isolate (space/thread_isolate.h; SIZE_MAX: it ran none).
// False: out of memory; else v8_stack_deinit has to be called.
bool v8_stack_read(const struct v8 *v8, const struct dump_thread *thread, size_t isolate,
                   struct v8_stack *ret);
void v8_stack_deinit(struct v8_stack *stack);

// Does it run a function, as opposed to what V8 has between functions?
static inline bool frame_runs_function(enum frame_kind kind)
{
    return kind >= FRAME_INTERPRETED && kind <= FRAME_WASM;
}

const char *frame_kind_name(enum frame_kind kind); // "interpreted"

#endif
