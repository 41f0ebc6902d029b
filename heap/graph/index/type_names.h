// The names of types, interned: one id for each, and the id of each shape seen so far.
#ifndef DUMPDIVE_HEAP_GRAPH_INDEX_TYPE_NAMES_H
#define DUMPDIVE_HEAP_GRAPH_INDEX_TYPE_NAMES_H

#include "heap/v8/object/shape.h"

struct type_names;

// All functions may be called from any thread. Ids are stable while the heap is open.
bool type_names_create(const struct v8 *v8, struct type_names **ret);
void type_names_destroy(struct type_names *names); // NULL is fine

// The id of a text, new or not. UINT32_MAX: out of memory.
uint32_t type_names_add(struct type_names *names, const char *text);
// The id of a shape's name, resolved at first sight. UINT32_MAX: out of memory.
uint32_t type_names_of(struct type_names *names, const struct v8_shape *shape);
// The text lives as long as the names. "?": no such id.
const char *type_names_text(struct type_names *names, uint32_t id);
// Id of a name that was seen; UINT32_MAX: none.
uint32_t type_names_find(struct type_names *names, const char *text);

#endif
