// Paths as JavaScript writes member access: .a.b[3]["x y"], from an object on.
//
//     .name  .#private       properties, own ones first, then those of the prototypes
//     [3]                    an element
//     ["x y"]  ['x']         a property by any name; of a Map without such a property, the entry
//     [Symbol(x)]            a property by the description of its symbol
//     [[PromiseResult]]      what V8 keeps in a slot
//     [map]                  a hidden field
//
// No getter is called: one on the way ends the path.
#ifndef DUMPDIVE_HEAP_V8_DECODE_PATH_H
#define DUMPDIVE_HEAP_V8_DECODE_PATH_H

#include "heap/error.h"
#include "heap/v8/decode/inspect.h"

// The value at the end of `path` ("" is the object itself). `*slot` (may be NULL) is the address of
// the word that holds it, 0: none.
bool v8_path_resolve(const struct v8 *v8, uint64_t address, const char *path,
                     struct v8_value *ret, uint64_t *slot, struct error *error);

// Call `visit` with what may follow: for ".a.ke" every property name of .a that begins with "ke",
// own ones first, written as it would stand in a path (".keys", "[\"key 2\"]"). `from` is where in
// `path` the part to be replaced begins. A false return stops. At most 1,000 names an object.
bool v8_path_complete(const struct v8 *v8, uint64_t address, const char *path, size_t *from,
                      bool (*visit)(void *context, const char *text), void *context);

#endif
