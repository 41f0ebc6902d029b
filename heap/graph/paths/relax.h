// Levels of what ephemerons hold.
//
// The search reaches a value when both key and table are reached; its level is then one more than
// that of the farther of the two. DevTools counts from the nearer one. Everything that gets nearer
// by that is visited again.
#ifndef DUMPDIVE_HEAP_GRAPH_PATHS_RELAX_H
#define DUMPDIVE_HEAP_GRAPH_PATHS_RELAX_H

#include "heap/graph/paths/reach.h"

// Lower levels until no reference leads to an object more than one level further. False: out of
// memory or cancelled.
bool reach_relax(struct reach *reach, const struct shortcuts *shortcuts,
                 const struct reverse *reverse, struct job *job);

#endif
