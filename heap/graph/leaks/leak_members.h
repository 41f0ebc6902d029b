// Of what a leak suspect's memory consists.
#ifndef DUMPDIVE_HEAP_GRAPH_LEAKS_LEAK_MEMBERS_H
#define DUMPDIVE_HEAP_GRAPH_LEAKS_LEAK_MEMBERS_H

#include "heap/graph/leaks/leaks.h"

// Fill `own`, `members`, `alike`, `example`, and what is still open of `kind` and `member_type`, in
// one pass over all objects. A global object or native context holds all that nobody else does: its
// `bytes` become those of its most frequent type, 0 when these are less than half. False: cancelled or out of memory.
bool leak_members_count(const struct leak_source *source, struct job *job, struct leak *leaks,
                        size_t count);

#endif
