// A saved index: writing one and using one.
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_SAVED_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_SAVED_H

#include "heap/error.h"
#include "heap/graph/dominators/dominators.h"
#include "heap/graph/graph.h"
#include "heap/graph/index/types.h"
#include "heap/graph/saved/core_mark.h"
#include "heap/graph/work/job.h"

struct index_file;

// Everything the stages found out, to be written.
struct saved_source {
    const struct v8 *v8;
    struct walk *walk;
    const struct object_index *index;
    const struct renamed *renamed;
    struct type_names *names;
    const struct graph *graph;
    const struct dominators *dominators;
    const struct type_table *types; // with retained sizes
};

// Write it to `path` (index_writer.h). Sets the job's total and counts bytes in its done; false as
// well when the job is cancelled.
bool saved_write(const struct saved_source *source, const struct core_mark *mark, const char *path,
                 struct job *job, struct error *error);
uint64_t saved_bytes(const struct saved_source *source); // about how many that will be

// What comes out of a file. The large arrays lie in its mapping: it is closed after everything else
// is destroyed.
struct saved_parts {
    struct index_file *file;
    struct renamed *renamed;
    struct graph graph;
    struct dominators *dominators;
    struct type_table *types;
};

// Fill the index and the walk (as index_create and walk_create left them) and make the other parts
// from the file at `path`. Everything in it is checked against what contains it: the file may be
// damaged or made up, and then say wrong things, but not lead outside of the heap or in circles. On
// false nothing is returned; index and walk are to be forgotten (walk_forget).
bool saved_read(const char *path, const struct core_mark *mark, const struct v8 *v8,
                struct object_index *index, struct walk *walk, struct type_names *names,
                struct pool *pool, struct saved_parts *ret, struct error *error);
void saved_parts_destroy(struct saved_parts *parts);

#endif
