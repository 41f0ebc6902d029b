// The type table: what fills the heap, grouped by constructor or by shape.
//
// Built from the walk's counts per shape, so its cost grows with shapes, not with objects; the last
// one is set right by the few objects that are not named as their shape (renamed.h). A table is an
// immutable snapshot; the next one replaces it while a reader still holds the old.
#ifndef DUMPDIVE_HEAP_GRAPH_INDEX_TYPES_H
#define DUMPDIVE_HEAP_GRAPH_INDEX_TYPES_H

#include "heap/graph/index/renamed.h"
#include "heap/graph/index/type_names.h"
#include "heap/graph/index/walk.h"

#include <stdatomic.h>

// One type: all objects that DevTools would list under one constructor name.
struct type_row {
    const char *name; // UTF-8, may be text of the dump; owned by the type_names
    uint32_t id;      // of the name; stable while the heap is open
    uint64_t count, shallow;
    uint64_t retained;    // filled by the dominator stage; UINT64_MAX: not known
    uint64_t outermost;   // by shape: what those retain that no other object of the constructor
                          // dominates; UINT64_MAX: not known
    uint64_t unreachable; // objects no root leads to; UINT64_MAX: not known
    uint64_t example;     // address of one of them; 0: none at hand
    uint64_t map;         // by shape: the map; else 0
    uint32_t shapes;      // how many shapes the row stands for
    uint16_t isolate;     // by shape: whose objects; V8_NO_ISOLATE: shared by all
    bool renamed;         // by shape: only those that are not named as their shape
};

struct type_table {
    struct type_row *by_constructor, *by_shape; // both sorted by name, the latter by map
                                                // and isolate too
    size_t constructors, shapes;
    bool complete; // the walk was
    uint64_t objects, bytes;
    atomic_int holders;
};

struct table_source {
    const struct v8 *v8;
    struct walk *walk;
    struct type_names *names;
    const struct object_index *index; // complete, when `renamed` is not NULL
    const struct renamed *renamed;    // NULL: not known yet; shapes alone decide
    bool any_example;                 // an example may be of another name: the caller has better ones
};

// Make a table from the walk's counts so far. NULL: out of memory. One holder: the caller.
struct type_table *type_table_create(const struct table_source *source, bool complete);
// Fold rows by shape (as sorted in by_shape) into rows by constructor; returns how many. `into`
// has room for `count` rows.
size_t type_rows_fold(const struct type_row *by_shape, size_t count, struct type_row *into);
void type_table_hold(struct type_table *table);
void type_table_release(struct type_table *table); // NULL is fine

#endif
