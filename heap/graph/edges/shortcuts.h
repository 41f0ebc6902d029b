// References that a heap snapshot draws straight from an object, though they take several steps
// through V8's own bookkeeping: properties and elements that lie in arrays of their own, accessors'
// functions, the prototype, the prototype property of a function.
//
// They make distances what DevTools shows (V8HeapExplorer::Extract*References in
// src/profiler/heap-snapshot-generator.cc); what retains what is the same without them.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_SHORTCUTS_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_SHORTCUTS_H

#include "heap/graph/edges/edges.h"

struct shortcuts {
    const struct edges *edges;
    struct shortcut_shape { // parallel to edges->shapes
        uint32_t first, count; // of `words`: what every object of the shape refers to
        bool receiver;         // has more of its own
        bool elements;         // of the kinds that count
        bool prototype;        // a function with a prototype slot
        bool bound;            // a bound function
    } *shapes;
    uint64_t *words;           // tagged
    size_t word_count;
};

// False: out of memory.
bool shortcuts_create(const struct edges *edges, struct shortcuts **ret);
void shortcuts_destroy(struct shortcuts *shortcuts); // NULL is fine

static inline const struct shortcut_shape *shortcuts_shape(const struct shortcuts *shortcuts,
                                                           const struct edge_shape *shape)
{
    return &shortcuts->shapes[shape - shortcuts->edges->shapes];
}

// What one object adds to what its shape does. Begin with a zero cursor; `done` is set when
// nothing is left.
struct shortcut_cursor {
    unsigned part;
    uint64_t word;
    bool done;
};

// Tagged words into `out` (room for at least 16); returns how many.
size_t shortcuts_of(const struct shortcuts *shortcuts, const struct edge_shape *shape,
                    const uint8_t *object, uint64_t available, struct shortcut_cursor *cursor,
                    uint64_t *out, size_t room);

#endif
