// Scopes at run time: contexts, the chain of them that a closure holds, and their variables.
//
// src/objects/contexts.h: slots {ScopeInfo, outer context, [extension], locals ...} behind a length.
// The extension is the object of a `with`, the variables that a sloppy eval introduced, or the
// module. Variables that no inner function uses live on the stack and are in no context.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_SCOPE_H
#define DUMPDIVE_HEAP_V8_FUNCTION_SCOPE_H

#include "heap/v8/function/scope_info.h"
#include "heap/v8/value/properties.h"
#include "heap/v8/value/value.h"

struct v8_scope {
    struct v8_object context;
    bool global;               // the native context: where every chain ends
    bool has_info;
    struct v8_scope_info info; // when has_info
    enum scope_kind kind;      // SCOPE_UNKNOWN for the global scope
    uint64_t outer;            // tagged context, or 0
    uint64_t extension;        // tagged, or 0
    uint32_t first;            // offset of the slot of local 0
};

// The context that an object holds: a closure's, a generator's, a bound function's target's, or the
// object itself when it is a context. 0: none.
uint64_t v8_context_of(const struct v8 *v8, const struct v8_object *object);

// The scope of a context (untagged). False when the object is no context.
bool v8_scope_at(const struct v8 *v8, uint64_t context, struct v8_scope *ret);

// --- the chain -----------------------------------------------------------------------------------

// Scopes from the innermost one outwards: the chain of contexts, then the top-level scopes of the
// other scripts (their `let`, `const` and `class` are visible everywhere), then the global scope.
struct v8_scope_chain {
    const struct v8 *v8;
    uint64_t next;           // address of the next context; 0: the chain is through
    uint64_t native;         // address of the native context
    uint64_t script;         // address of the script context that the chain went through
    struct v8_object table;  // ScriptContextTable; size 0: not looked for, or none
    uint64_t at;             // offset of the next entry in it
    bool through;
    bool damaged;            // the chain leads to no native context, or into a circle
    uint64_t marker;         // Brent's cycle finding
    uint64_t steps, limit;
};

void v8_scope_chain_begin(struct v8_scope_chain *chain, const struct v8 *v8, uint64_t context);
// False at the end.
bool v8_scope_chain_next(struct v8_scope_chain *chain, struct v8_scope *ret);

// --- variables -----------------------------------------------------------------------------------

struct v8_variable {
    uint64_t name;        // tagged String or Symbol; 0: `text`
    const char *text;     // static: "globalThis"; NULL when `name` says it
    enum variable_mode mode;
    bool synthetic;       // V8's own: `this`, `.home_object`, `#private`
    bool accessor;        // of a `with` object: `value` is the pair
    struct v8_value value;
    uint64_t slot;        // address of the word that holds it; 0: not known
};

struct v8_variables {
    const struct v8 *v8;
    struct v8_scope scope;
    uint32_t count;
    uint32_t locals, own, module, object, properties; // how many of which, in this order
    uint64_t *names;       // of locals, when they are in a hash table; made when first needed
    struct v8_properties extension;
};

// The variables of a scope. Close it afterwards: the names of a large scope are read from its hash
// table once.
void v8_variables_open(const struct v8 *v8, const struct v8_scope *scope,
                       struct v8_variables *ret);
void v8_variables_close(struct v8_variables *variables);
// Variable `index` (below count). False when it cannot be read; `ret` then says so as its value.
bool v8_variables_at(struct v8_variables *variables, uint32_t index, struct v8_variable *ret);

// The name as text, cut to fit.
void v8_variable_name(const struct v8 *v8, const struct v8_variable *variable, char *buffer,
                      size_t capacity);

#endif
