// ScopeInfo: what V8 keeps of a scope at run time: its kind, the names of the variables that live in
// its context, and its place in the source (src/objects/scope-info.h, scope-info.tq).
//
// Its parts follow each other and most are there only when the flags say so; the order is that of
// layout_scope. Variables on the stack are not in it: V8 forgets their names after compiling.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_SCOPE_INFO_H
#define DUMPDIVE_HEAP_V8_FUNCTION_SCOPE_INFO_H

#include "heap/v8/layout/layout_function.h"
#include "heap/v8/object/object.h"

enum { SCOPE_NOWHERE = -1 };

struct v8_scope_info {
    struct v8_object object;
    enum scope_kind kind;
    uint32_t flags;
    bool empty;               // the one that builtins and native contexts have
    bool context_extension;   // its contexts have an extension slot
    enum function_kind function_kind; // of a function's scope
    uint32_t parameters;
    uint32_t locals;          // variables in the context
    uint32_t names, infos;    // offsets of `locals` words; names 0: they are in `table`
    uint64_t table;           // tagged NameToIndexHashTable, or 0
    uint32_t own_name;        // offset of {name, Smi slot} of a named function expression; 0: none
    bool own_name_in_context; // the slot is one of the context, not of the stack
    uint64_t inferred_name;   // tagged String, or 0
    int32_t start, end;       // positions in the source, or SCOPE_NOWHERE
    uint64_t outer;           // tagged ScopeInfo, or 0
    uint32_t module_variables; // offset of {name, Smi cell index, Smi properties} each
    uint32_t module_count;
    uint32_t size;            // where its parts end: the object's size when nothing is damaged
};

struct v8_scope_local {
    uint64_t name;            // tagged String; 0: damaged
    enum variable_mode mode;
    uint32_t slot;            // of the context, counted from its first local
    int32_t cell;             // of a module variable: cell index, positive exports; else 0
};

// False when the object is no ScopeInfo, or its parts do not fit into it.
bool v8_scope_info_at(const struct v8 *v8, uint64_t address, struct v8_scope_info *ret);
bool v8_scope_info_of(const struct v8 *v8, uint64_t tagged, struct v8_scope_info *ret);

// Variable `index` (below info->locals), in the order of slots. A name in a hash table is looked
// for in `names` (v8_scope_info_names), when that is not NULL; else in the whole table.
bool v8_scope_info_local(const struct v8 *v8, const struct v8_scope_info *info, uint32_t index,
                         const uint64_t *names, struct v8_scope_local *ret);
// Variable `index` (below info->module_count) that lives in a cell of the module.
bool v8_scope_info_module(const struct v8 *v8, const struct v8_scope_info *info, uint32_t index,
                          struct v8_scope_local *ret);
// The names of all locals by slot, read out of the hash table in one pass; `info->locals` words
// owned by the caller (free). NULL: the names are not in a table, or out of memory.
uint64_t *v8_scope_info_names(const struct v8 *v8, const struct v8_scope_info *info);
// Name and context slot (-1: on the stack) of a named function expression's own name.
bool v8_scope_info_own_name(const struct v8_scope_info *info, uint64_t *name, int32_t *slot);
// Name of the function a scope belongs to, or 0: src/objects/scope-info.cc FunctionName.
uint64_t v8_scope_info_function_name(const struct v8_scope_info *info);

const char *scope_kind_name(enum scope_kind kind);       // "function"
const char *variable_mode_name(enum variable_mode mode); // "let"; "" when unknown

#endif
