// The source text that an object of any kind leads to.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_SOURCE_H
#define DUMPDIVE_HEAP_V8_FUNCTION_SOURCE_H

#include "heap/v8/function/function.h"
#include "heap/v8/function/script.h"

enum source_result {
    SOURCE_FOUND,
    SOURCE_NO_OBJECT,   // nothing at that address
    SOURCE_NO_FUNCTION, // the object has no constructor that is a function
    SOURCE_NATIVE,      // the function is not JavaScript
    SOURCE_MISSING,     // JavaScript, but its source is not at hand
    SOURCE_BY_SCOPE,    // a context: its function is the one with `scope_info` (search for it)
};

struct v8_source {
    struct v8_script script;
    uint32_t first, end;         // the part of the source that was asked for
    bool whole;                  // all of a script
    bool has_function;
    struct v8_function function; // when has_function
    uint64_t scope_info;         // for SOURCE_BY_SCOPE, address
};

// For a closure, bound function or generator: its function. For a definition or script: itself. For
// a context: the function around it. For any other object: its constructor.
enum source_result v8_source_at(const struct v8 *v8, uint64_t address, struct v8_source *ret);

#endif
