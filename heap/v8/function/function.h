// Functions: the definition in the source (V8's SharedFunctionInfo), and the closures made of it.
//
// src/objects/shared-function-info.h, js-function.h; positions count UTF-16 code units of the
// script's source from 0.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_FUNCTION_H
#define DUMPDIVE_HEAP_V8_FUNCTION_FUNCTION_H

#include "heap/v8/function/scope_info.h"

enum { FUNCTION_NOWHERE = -1, FUNCTION_NAME_MAX = 512 };

// How far the definition is compiled, or what it is instead of JavaScript.
enum function_state {
    FUNCTION_STATE_UNKNOWN,
    FUNCTION_LAZY,      // never called, or its bytecode was flushed
    FUNCTION_COMPILED,  // has bytecode, perhaps machine code too
    FUNCTION_BUILTIN,   // of V8
    FUNCTION_API,       // of Node or an addon, written in C++
    FUNCTION_WASM,
    FUNCTION_STATE_COUNT
};

// src/objects/function-syntax-kind.h
enum function_syntax {
    FUNCTION_ANONYMOUS_EXPRESSION,
    FUNCTION_NAMED_EXPRESSION,
    FUNCTION_DECLARATION,
    FUNCTION_ACCESSOR_OR_METHOD,
    FUNCTION_WRAPPED, // its parameters are not in the source: Node's function around a file
};

struct v8_function {
    struct v8_object object;      // SharedFunctionInfo
    enum function_state state;
    enum function_kind kind;
    enum function_syntax syntax;
    bool strict;
    bool top_level;               // the code of a script, module or eval itself
    int32_t literal_id;           // number of the function in its script
    int32_t builtin;              // number of the builtin, or -1
    uint64_t name, inferred_name; // tagged, 0: none (or empty)
    uint64_t scope_info;          // tagged, 0: not compiled
    uint64_t script;              // tagged Script, 0: none
    int32_t start, end;           // from the parameters' parenthesis to the closing brace ...
    int32_t first;                // ... and from the first token of its text; FUNCTION_NOWHERE
};

// The definition at this address. False when there is none.
bool v8_function_at(const struct v8 *v8, uint64_t address, struct v8_function *ret);

// The definition behind a function value: a closure, or what a bound function binds. `*closure`
// (may be NULL) is the address of the closure. False when the object is no function.
bool v8_function_of(const struct v8 *v8, const struct v8_object *object, uint64_t *closure,
                    struct v8_function *ret);

// What a bound function is bound to: the function that is called in the end; 0: damaged, endless.
uint64_t v8_bound_target(const struct v8 *v8, const struct v8_object *object);

// The name as V8 shows it in stack traces and profiles (SharedFunctionInfo::DebugName): the one in
// the source, else the one inferred from where the function was put ("exports.handler"), else
// "(anonymous)". Cut to fit; returns false when it has neither name.
bool v8_function_name(const struct v8 *v8, const struct v8_function *function, char *buffer,
                      size_t capacity);

// The part of the script's source that Function.prototype.toString() shows; for a class that of the
// whole class, which only the closure knows (address, 0: not at hand). False when it has none. The
// source of FUNCTION_WRAPPED is the whole script.
bool v8_function_extent(const struct v8 *v8, const struct v8_function *function, uint64_t closure,
                        uint32_t *first, uint32_t *end);

const char *function_kind_name(enum function_kind kind);    // "async arrow function"
const char *function_state_name(enum function_state state); // "lazy"

static inline bool function_kind_is_class(enum function_kind kind)
{
    return kind >= FUNCTION_CONSTRUCTOR && kind <= FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR;
}

#endif
