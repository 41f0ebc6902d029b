// What the files that make parts of an index share. Internal to this folder.
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_RESTORE_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_RESTORE_H

#include "heap/graph/saved/index_file.h"
#include "heap/graph/saved/saved.h"

struct restoring {
    const struct v8 *v8;
    struct object_index *index;
    struct walk *walk;
    struct type_names *names;
    struct pool *pool;
    struct index_file *file;
    const struct saved_sums *sums;
    struct saved_parts parts; // as far as they are made; whoever calls destroys them
};

// The index and the walk are restored. False: what the file says does not fit, or memory ran out.
bool restore_graph(struct restoring *restoring);
// The graph is, too.
bool restore_dominators(struct restoring *restoring);

#endif
