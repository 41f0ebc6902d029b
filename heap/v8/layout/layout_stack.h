// Frames of V8 on a thread's stack, per line of V8, as data.
//
// Rows are indexed by v8->line. Offsets are bytes from the frame pointer. Verified on cores of the
// official builds of Node 12.22.12 to 26.10.0 against what V8 itself said of the same stack
// (tests/real/stack.test.mjs). src/execution/frames.h, frame-constants.h and
// x64/frame-constants-x64.h of that line's source tree.
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_STACK_H
#define DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_STACK_H

#include "heap/v8/layout/layout.h"

enum frame_kind {
    FRAME_UNKNOWN,
    // What runs a function.
    FRAME_INTERPRETED,
    FRAME_BASELINE,     // machine code of one bytecode after the other (Sparkplug)
    FRAME_OPTIMIZED,    // of an optimizing compiler
    FRAME_BUILTIN,      // a function of V8's own, in machine code or in C++
    FRAME_NATIVE,       // one that Node.js or an addon wrote in C++
    FRAME_WASM,
    // What is between them.
    FRAME_CONTINUATION, // of a builtin whose beginning ran in code that had to be given up
    FRAME_ENTRY,        // C++ called JavaScript
    FRAME_EXIT,         // JavaScript called C++
    FRAME_ADAPTOR,      // made the number of arguments fit (up to V8 8)
    FRAME_CONSTRUCT,
    FRAME_INTERNAL,
    FRAME_STUB,
    FRAME_REGEXP,
    FRAME_KIND_COUNT
};

enum {
    FRAME_MARKERS = 40,     // more than any line has numbers of frame types
    BYTECODE_SCALES = 3,    // operands as they are, after Wide, after ExtraWide

    // The same in all lines.
    FRAME_RETURN = 8,       // address that the caller goes on at
    FRAME_MARKER = -8,      // twice the frame's type, or a function's context
    FRAME_FUNCTION = -16,   // of frames of JavaScript and of some typed ones
    FRAME_ARGUMENTS = 16,   // what lies nearest of receiver and arguments
    FRAME_SAVED_EXIT = -64, // of an entry: the exit frame before it, 0: none
    ADAPTOR_COUNT = -24,    // Smi
    BUILTIN_EXIT_TARGET = 24,
    BUILTIN_EXIT_COUNT = 32, // Smi
};

// What a marker says: a kind, and how its function is found.
enum frame_form {
    FORM_PLAIN,
    FORM_BUILTIN_EXIT, // a builtin in C++, or a function of an embedder called by one
    FORM_API_EXIT,     // a function of an embedder
    FORM_FUNCTION,     // at FRAME_FUNCTION
};

struct layout_marker {
    uint8_t kind, form; // enum frame_kind, enum frame_form
};

struct layout_stack {
    const struct layout_marker *markers; // FRAME_MARKERS of them, by V8's number
    bool reversed;          // the last argument lies nearest, the receiver farthest
    bool counted;           // frames of all functions know how many arguments there are; else those
                            // of builtins alone
    bool counts_receiver;   // that number includes the receiver
    int8_t count;           // where it is
    int8_t bytecode, offset; // of interpreted frames
    uint8_t exit_extra;     // words of a builtin's exit that are counted and no arguments
    uint8_t exit_receiver;
    // Of FORM_API_EXIT; target 0: the line has none.
    uint8_t api_target, api_receiver;
    int8_t api_count;
    bool api_count_is_smi;
    // Baseline code: the table in its Code, its InstructionStream if it has one, where instructions
    // begin in that (or in the Code), and the length of every bytecode with its operands, one digit
    // (of base 36) each; NULL: the line has no such code.
    uint8_t code_table, code_stream, code_header;
    const char *const *bytecode_sizes; // BYTECODE_SCALES of them
};

extern const struct layout_stack layout_stacks[LAYOUT_LINES];

#endif
