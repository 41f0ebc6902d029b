// Where V8 keeps what of the objects that JavaScript sees, per line of V8, as data.
//
// Rows are indexed by v8->line. Offsets are bytes from the untagged start of the object; 0 says that
// the line has no such field. Verified on cores of the official builds of Node 12.22.12 to 26.10.0
// against the dumped program's own truth (tests/real/values.test.mjs). V8 files named are those of
// that line's source tree.
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_VALUE_H
#define DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_VALUE_H

#include "heap/v8/layout/layout.h"

enum { // the same in all lines
    // src/objects/js-objects.h, js-proxy.h, js-function.h, js-promise.h, js-weak-refs.h, ...
    OBJECT_PROPERTIES = 8,
    OBJECT_ELEMENTS = 16,
    PROXY_TARGET = 16,
    PROXY_HANDLER = 24,
    BOUND_TARGET = 24,
    BOUND_THIS = 32,
    BOUND_ARGUMENTS = 40,
    COLLECTION_TABLE = 24,
    ITERATOR_INDEX = 32,
    PROMISE_RESULT = 24, // or the list of reactions
    PROMISE_FLAGS = 32,  // Smi; bits 0 and 1: pending, fulfilled, rejected
    WEAK_REF_TARGET = 24,
    WRAPPER_VALUE = 24,
    DATE_VALUE = 24,
    REGEXP_SOURCE = 32,
    REGEXP_FLAGS = 40,
    MODULE_EXPORTS = 8,
    GENERATOR_FUNCTION = 24,
    GENERATOR_CONTEXT = 32,
    GENERATOR_RECEIVER = 40,
    GENERATOR_POSITION = 48,     // bytecode offset while suspended
    GENERATOR_CONTINUATION = 64, // Smi; -1 closed, -2 running, else suspended
    GENERATOR_REGISTERS = 72,
    GENERATOR_PROMISE = 80,      // of async functions
    GENERATOR_QUEUE = 80,        // of async generators
    REGISTRY_CLEANUP = 32,
    REGISTRY_ACTIVE_CELLS = 40,
};

enum typed_element {
    TYPED_NONE,
    TYPED_UINT8,
    TYPED_INT8,
    TYPED_UINT16,
    TYPED_INT16,
    TYPED_UINT32,
    TYPED_INT32,
    TYPED_FLOAT32,
    TYPED_FLOAT64,
    TYPED_UINT8_CLAMPED,
    TYPED_BIGUINT64,
    TYPED_BIGINT64,
    TYPED_FLOAT16,
};

enum { LAYOUT_TYPED_KINDS = 32 };

struct layout_value {
    // src/objects/js-array-buffer.h
    uint8_t buffer_length, buffer_max_length, buffer_store, buffer_extension, buffer_flags;
    uint8_t view_buffer, view_offset, view_length, view_flags; // length in bytes; flags bit 0:
                                                               // follows the buffer's length
    uint8_t typed_length;          // in elements; 0: only in bytes
    uint8_t typed_external, typed_base;
    uint8_t typed_first;           // elements kind number of the first typed array
    const uint8_t *typed_kinds;    // enum typed_element from there on, ended by TYPED_NONE
    uint8_t namespace_module;      // src/objects/module.h JSModuleNamespace
    uint8_t api_header;            // bytes of an object with internal fields before the first
    bool date_is_raw;              // JSDate::value is a double, not a tagged number
    bool temporal_is_native;       // objects of Temporal hold what the library temporal_rs keeps
    // src/wasm/wasm-objects.tq WasmGlobalObject: buffers, offset into them, type of the value
    uint8_t global_buffer, global_tagged, global_offset, global_type;
    uint16_t global_type_mask;     // what of that word says the type,
    uint16_t global_types[4];      // and what it says of i32, i64, f32, f64
    // src/objects/promise.h PromiseReaction
    uint8_t reaction_next, reaction_reject, reaction_fulfill, reaction_promise;
    // src/objects/js-weak-refs.h WeakCell
    uint8_t weak_cell_target, weak_cell_holdings, weak_cell_token, weak_cell_next;
    uint8_t bytecode_positions;    // of BytecodeArray: its table of source positions
    bool positions_have_flags;     // how steps in that table are coded
    int8_t positions_start;        // the offset that its first step begins at
    uint8_t shared_length;         // u16 of SharedFunctionInfo: Function.length
    uint8_t shared_anonymous_bit;  // of its flags: named "anonymous" (new Function)
    uint8_t sloppy_kind;           // elements kind number of mapped arguments
    bool sloppy_is_fixed_array;    // mapped arguments have no type of their own
};

// The frames captured for an error, src/objects/call-site-info.tq and its predecessors.
enum frames_kind {
    FRAMES_INDIRECT, // an array of StackTraceFrames, which refer to a FrameArray
    FRAMES_OBJECTS,  // an array of StackFrameInfos or CallSiteInfos
    FRAMES_FLAT,     // an array of groups of words
};

struct layout_frames {
    uint8_t kind;     // enum frames_kind
    uint8_t unit;     // bytes of the array for each frame
    uint8_t function, code, offset; // in the object, or the group
    bool stack_is_accessor; // the property `stack` has a getter of its own
};

extern const struct layout_frames layout_frames[LAYOUT_LINES];
extern const struct layout_value layout_values[LAYOUT_LINES];

#endif
