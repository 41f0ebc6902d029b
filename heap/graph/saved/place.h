// Where indexes are kept when nobody says where: $XDG_CACHE_HOME/dumpdive (~/.cache/dumpdive), a
// folder for nobody else (mode 0700). Never beside the core.
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_PLACE_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_PLACE_H

#include "heap/error.h"
#include "heap/graph/saved/core_mark.h"

// The path of a core's index; owned by the caller (free). NULL: there is no such place, or memory ran
// out.
char *index_place(const struct core_mark *mark, struct error *error);

// Make the folders that lead to `path`, as far as they are missing. False: one cannot be made, or the
// last one is somebody else's or writable by others.
bool index_place_make(const char *path, struct error *error);

#endif
