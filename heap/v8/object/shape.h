// Shapes: what V8 calls maps. One per layout of objects, shared by all objects that have it.
#ifndef DUMPDIVE_HEAP_V8_OBJECT_SHAPE_H
#define DUMPDIVE_HEAP_V8_OBJECT_SHAPE_H

#include "heap/v8/layout/size_rules.h"
#include "heap/v8/v8.h"

// What the walk has to know of a map, in one cache line.
struct v8_shape {
    uint64_t map;          // address of the map; 0: none
    uint64_t fixed_size;   // of every object with this map; 0: by `rule`
    struct size_rule rule;
    uint16_t number;       // instance type as V8 numbers it
    uint16_t type;         // enum itype
};

// Read the map at `map` (untagged). False when there is no map there: a map's map is a map whose
// type is MAP, and all lie on V8's pages.
bool v8_shape_read(const struct v8 *v8, uint64_t map, struct v8_shape *ret);

// Bytes of the object at host pointer `object`, of which `available` can be read (at least 8).
// 0 when it does not fit into them, or cannot be known.
uint64_t v8_object_size(const struct v8 *v8, const struct v8_shape *shape, const uint8_t *object,
                        uint64_t available);

#endif
