// The table through which functions find their code, from V8 13 on.
//
// A JSFunction has an index into the JSDispatchTable instead of a pointer to its Code
// (src/sandbox/js-dispatch-table.h). The table is an area of its own, outside V8's pages; an entry
// is {entry point, address of the Code << 16 | mark bit << 16 | parameters}.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_DISPATCH_H
#define DUMPDIVE_HEAP_V8_FUNCTION_DISPATCH_H

#include "heap/v8/object/object.h"

// What a function knows of its entry.
struct dispatch_probe {
    uint32_t handle;
    uint16_t parameters;
};

// False: its definition cannot be read, or functions of this line hold their code themselves.
bool v8_dispatch_probe(const struct v8 *v8, const struct v8_object *function,
                       struct dispatch_probe *ret);

// Where the table begins: the place at which most of these functions' handles lead to code that
// fits them. 0: there is no such place.
uint64_t v8_dispatch_find(const struct v8 *v8, const struct dispatch_probe *probes, size_t count);

// The tagged Code that a handle leads to; 0: none. It is not checked for being one.
uint64_t v8_dispatch_code(const struct v8 *v8, uint64_t table, uint32_t handle);

// The handle of a JSFunction.
static inline uint32_t v8_dispatch_handle(const struct v8_object *function)
{
    return v8_u32(function, 24);
}

#endif
