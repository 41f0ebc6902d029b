// Where V8 keeps what of functions, scripts, scopes and modules, per line of V8, as data.
//
// Rows are indexed by v8->line. Offsets are bytes from the untagged start of the object; 0 says that
// the line has no such field. Verified on cores of the official builds of Node 12.22.12 to 26.10.0
// (every ScopeInfo of a core parses to exactly its size, functions are compared with the dumped
// program's own truth). V8 files named are those of that line's source tree.
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_FUNCTION_H
#define DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_FUNCTION_H

#include "heap/v8/layout/layout.h"

// src/objects/function-kind.h FunctionKind, under one numbering for all lines. Static members are
// kinds of their own from 9.4 on; here they are the same as their non-static counterparts.
enum function_kind {
    FUNCTION_KIND_UNKNOWN,
    FUNCTION_NORMAL,
    FUNCTION_MODULE,
    FUNCTION_ASYNC_MODULE, // with top-level await
    FUNCTION_CONSTRUCTOR,
    FUNCTION_DEFAULT_CONSTRUCTOR, // of a class that wrote none
    FUNCTION_DERIVED_CONSTRUCTOR,
    FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR,
    FUNCTION_GETTER,
    FUNCTION_SETTER,
    FUNCTION_ARROW,
    FUNCTION_ASYNC_ARROW,
    FUNCTION_ASYNC,
    FUNCTION_ASYNC_METHOD,
    FUNCTION_ASYNC_GENERATOR_METHOD,
    FUNCTION_ASYNC_GENERATOR,
    FUNCTION_GENERATOR,
    FUNCTION_GENERATOR_METHOD,
    FUNCTION_METHOD,
    FUNCTION_MEMBERS_INITIALIZER, // sets the fields of a class
    FUNCTION_STATIC_INITIALIZER,
    FUNCTION_KIND_COUNT
};

enum { LAYOUT_FUNCTION_KINDS = 32 }; // five bits of SharedFunctionInfo::flags

// src/objects/shared-function-info.h, js-function.h
struct layout_function {
    uint8_t token_offset;   // u16: start position - position of the first token; 0xffff: too far
    uint8_t flags;          // u32; bits 0-4 kind, 6 strict, 7-9 syntax kind in all lines
    uint8_t literal_id;     // i32: number of the function in its script, 0: the script itself
    const uint8_t *kinds;   // enum function_kind by V8's number
};

// src/objects/script.h
struct layout_script {
    uint8_t flags;          // Smi; bit 0: compiled by eval
    uint8_t source_url;     // from a //# sourceURL= comment
};

// src/common/globals.h ScopeType under one numbering.
enum scope_kind {
    SCOPE_UNKNOWN,
    SCOPE_CLASS,
    SCOPE_EVAL,
    SCOPE_FUNCTION,
    SCOPE_MODULE,
    SCOPE_SCRIPT,
    SCOPE_CATCH,
    SCOPE_BLOCK,
    SCOPE_WITH,
    SCOPE_SHADOW_REALM,
    SCOPE_KIND_COUNT
};

// src/common/globals.h VariableMode under one numbering.
enum variable_mode {
    VARIABLE_UNKNOWN,
    VARIABLE_LET,
    VARIABLE_CONST,
    VARIABLE_USING,
    VARIABLE_AWAIT_USING,
    VARIABLE_VAR,
    VARIABLE_DYNAMIC,
    VARIABLE_PRIVATE_METHOD,
    VARIABLE_PRIVATE_ACCESSOR,
    VARIABLE_MODE_COUNT
};

enum { LAYOUT_NO_BIT = 32 };

// src/objects/scope-info.h, scope-info.tq
struct layout_scope {
    uint8_t flags;            // u32
    uint8_t parameters;       // u32, the value half of a Smi
    uint8_t locals;           // u32, likewise
    uint8_t parts;            // first of the parts whose presence depends on the flags
    uint8_t positions;        // start and end as Smis, when at a fixed place; 0: among the parts
    uint16_t positioned;      // set of V8's scope type numbers that have positions among the parts
    uint16_t positioned_unless_empty;
    uint32_t inline_names;    // that many locals and more have their names in a hash table
    uint16_t module_number;   // of the scope type
    bool module_count_first;  // number of module variables before the names; else behind the info
    bool receiver_slot;       // an own word when the receiver is on the stack or in the context
    bool parameter_bits;      // functions end with a word on unused parameters
    uint8_t saved_class, function_variable, inferred_name, outer, extension, block_list, empty,
        dependent_code;       // bits of the flags; LAYOUT_NO_BIT: never
    const uint8_t *kinds;     // enum scope_kind by V8's number, 16 of them
    const uint8_t *modes;     // enum variable_mode by V8's number, 16 of them
    bool extension_always;    // contexts have an extension slot whatever the flags say
};

// src/objects/source-text-module.h
struct layout_module {
    uint8_t exports, imports; // FixedArrays of Cells
};

extern const struct layout_function layout_functions[LAYOUT_LINES];
extern const struct layout_script layout_scripts[LAYOUT_LINES];
extern const struct layout_scope layout_scopes[LAYOUT_LINES];
extern const struct layout_module layout_modules[LAYOUT_LINES];

#endif
