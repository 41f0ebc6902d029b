// Leak suspects as though some objects were gone: what they held is seen no more, and what they held
// together with others is the others' alone.
#ifndef DUMPDIVE_HEAP_GRAPH_LEAKS_LEAKS_WITHOUT_H
#define DUMPDIVE_HEAP_GRAPH_LEAKS_LEAKS_WITHOUT_H

#include "heap/graph/leaks/leaks.h"

// Dominators are found anew by the job: 8 bytes an object for as long as it is held. `source` is that
// of the whole heap; `nodes` (ids) are copied. One holder: the caller. False: out of memory.
bool leaks_create_without(const struct leak_source *source, const struct graph *graph,
                          const uint32_t *nodes, size_t count, struct leaks **ret);

#endif
