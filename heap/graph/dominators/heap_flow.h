// The reference graph of a heap as the dominator computation takes it (flow.h).
//
// As DevTools sees it: weak references do not hold; the value of an ephemeron is held by its key,
// if key and table are reached (by the table when only roots of a later tier lead to that); the
// bytes of an ArrayBuffer count for it, or for what holds all ArrayBuffers that share them.
// Unlike DevTools: objects in read-only space are held by nothing but V8 itself.
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_HEAP_FLOW_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_HEAP_FLOW_H

#include "heap/graph/dominators/flow.h"
#include "heap/graph/graph.h"

// `graph` is complete and outlives the flow. Nothing leads to the objects `without` (ids; they outlive
// the flow, too). False: out of memory.
bool heap_flow_create(const struct graph *graph, const uint32_t *without, size_t without_count,
                      struct flow **ret);
void heap_flow_destroy(struct flow *flow); // NULL is fine

// Bytes outside of the heap that an ArrayBuffer has; `store`: where they are. False: it has none,
// or the object is no ArrayBuffer.
bool heap_flow_store(const struct v8 *v8, const struct v8_shape *shape, const uint8_t *object,
                     uint64_t size, uint64_t *store, uint64_t *bytes);

#endif
