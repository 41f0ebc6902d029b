// Who else keeps what a suspect is made of.
//
// Objects that two collections hold, a Map and the listeners of an emitter say, are dominated by
// neither of them but by what both hang from: the scope of a module, or a root. That is the suspect
// then, and says little; the collections are what one wants to see.
#ifndef DUMPDIVE_HEAP_GRAPH_LEAKS_LEAK_KEEPERS_H
#define DUMPDIVE_HEAP_GRAPH_LEAKS_LEAK_KEEPERS_H

#include "heap/graph/leaks/leaks.h"

// Fill `keepers` from `members`, `alike` and `example`: collections from which the example is
// reached in a few steps, and which are long enough to hold half of those alike. None where the
// suspect is itself such a collection. The search is bounded, whatever the heap looks like.
void leak_keepers_find(const struct leak_source *source, struct leak *leak);

#endif
