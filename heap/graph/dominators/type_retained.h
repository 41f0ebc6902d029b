// What all objects of a type retain together, and how many of them no root leads to.
//
// As DevTools adds it up: an object that another one of the same type dominates is part of what
// that one retains.
#ifndef DUMPDIVE_HEAP_GRAPH_DOMINATORS_TYPE_RETAINED_H
#define DUMPDIVE_HEAP_GRAPH_DOMINATORS_TYPE_RETAINED_H

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/index/types.h"

// Fill retained, outermost and unreachable of all rows. Adds twice the number of objects to the job's
// done; 12 bytes an object on the way. False:
// cancelled or out of memory; the rows then say nothing.
bool type_table_retained(struct type_table *table, const struct table_source *source,
                         const struct dominators *dominators, struct job *job, struct pool *pool,
                         uint64_t limit);

#endif
