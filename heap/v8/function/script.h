// Scripts: where source text came from, and the text (src/objects/script.h, script.tq).
//
// Positions count UTF-16 code units of the source from 0, as V8 does. Lines and columns for people
// count from 1, as in the stack of an Error, with the offsets that the embedder gave the script.
// Source text is a string of any representation: read it by range (string.h, string_reader.h).
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_SCRIPT_H
#define DUMPDIVE_HEAP_V8_FUNCTION_SCRIPT_H

#include "heap/v8/layout/layout_function.h"
#include "heap/v8/string/string.h"

enum { SCRIPT_NAME_MAX = 1024 };

enum script_type { // src/objects/script.h Script::Type
    SCRIPT_NATIVE,
    SCRIPT_EXTENSION,
    SCRIPT_NORMAL,
    SCRIPT_WASM,
    SCRIPT_INSPECTOR,
    SCRIPT_TYPE_COUNT
};

struct v8_script {
    struct v8_object object;
    enum script_type type;       // SCRIPT_TYPE_COUNT: not known
    bool by_eval;                // compiled by eval or new Function
    int32_t id;                  // as DevTools numbers scripts
    uint64_t name, source_url;   // tagged strings, 0: none
    bool has_source;
    struct v8_string source;     // when has_source
    int32_t line_offset, column_offset;
    uint64_t line_ends;          // tagged FixedArray when V8 computed them, else 0
    uint64_t eval_from;          // tagged SharedFunctionInfo that called eval, 0: none or not known
    uint64_t wrapped_parameters; // tagged FixedArray of names, of Node's function around a file; 0
};

bool v8_script_at(const struct v8 *v8, uint64_t address, struct v8_script *ret);
bool v8_script_of(const struct v8 *v8, uint64_t tagged, struct v8_script *ret);

// The name as stack traces show it: that of a sourceURL comment, else the one it was compiled under,
// else "VM" and its number, as in DevTools. Cut to fit. False when it has no name of its own.
bool v8_script_name(const struct v8 *v8, const struct v8_script *script, char *buffer,
                    size_t capacity);

const char *script_type_name(enum script_type type); // "normal"

#endif
