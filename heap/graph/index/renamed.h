// Objects that are not named as their shape is.
//
// A type's name is worked out per shape, which is right for nearly all objects. The walk notes the
// addresses of the few that may differ (walk_unusual); here each of them is named by itself, and
// those that do differ are kept: own string tags (Symbol.toStringTag), private symbols, maps in
// read-only space, and what V8 files under the code or shape that refers to it
// (heap/v8/naming/class_name.h, retype.h).
#ifndef DUMPDIVE_HEAP_GRAPH_INDEX_RENAMED_H
#define DUMPDIVE_HEAP_GRAPH_INDEX_RENAMED_H

#include "heap/graph/index/index.h"
#include "heap/graph/index/type_names.h"
#include "heap/v8/object/object.h"

struct renamed_object {
    uint64_t address; // 0: empty slot
    uint32_t name;    // id in the type_names
};

// Immutable once made.
struct renamed {
    struct renamed_object *slots; // hash by address
    size_t mask, count;
};

// What renaming takes from one row of types by shape and gives to another.
struct renamed_group {
    uint64_t map;
    uint32_t name;    // of these objects, not of the shape
    uint16_t isolate; // of the pages they lie on, or V8_NO_ISOLATE
    uint64_t count, bytes;
    uint64_t example; // the first of them
};

// Name the objects at `unusual` (as the walk noted them). `index` is complete. False: out of memory.
bool renamed_create(const struct v8 *v8, const struct object_index *index, struct type_names *names,
                    const uint64_t *unusual, size_t count, struct renamed **ret);
void renamed_destroy(struct renamed *renamed); // NULL is fine

// One to be filled with up to `capacity` objects. NULL: out of memory.
struct renamed *renamed_new(size_t capacity);
// False: the object is there already.
bool renamed_add(struct renamed *renamed, uint64_t address, uint32_t name);

// Name of the object at `address`; UINT32_MAX: its shape's. `renamed` may be NULL.
uint32_t renamed_name(const struct renamed *renamed, uint64_t address);

// All of them summed up by map, isolate and name, sorted by these; owned by the caller (free).
bool renamed_groups(const struct renamed *renamed, const struct v8 *v8, struct renamed_group **ret,
                    size_t *count);

// Name of an object, renamed or not. With `renamed` NULL (the walk is not done) it is worked out,
// but for what refers to the object. UINT32_MAX: out of memory.
uint32_t type_name_of_object(const struct v8 *v8, struct type_names *names,
                             const struct renamed *renamed, const struct v8_object *object);

#endif
