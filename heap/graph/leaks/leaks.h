// Leak suspects: where in the dominator tree much memory comes together, and of what it consists.
//
// After Eclipse MAT (FindLeaksQuery, "big drops in the dominator tree"): a suspect is an object that
// retains much, though nothing that it dominates does. Every byte is thus one suspect's, that of the
// lowest object which is large enough. What a single object cannot explain is put together: many
// large objects of one type below one holder, trees of objects of one type, and long chains.
#ifndef DUMPDIVE_HEAP_GRAPH_LEAKS_LEAKS_H
#define DUMPDIVE_HEAP_GRAPH_LEAKS_LEAKS_H

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/edges/edge_name.h"
#include "heap/graph/index/renamed.h"
#include "heap/graph/paths/path_find.h"

enum leak_kind {
    LEAK_MANY,  // holds many smaller objects
    LEAK_LARGE, // is large itself
    LEAK_GROUP, // holds several large objects of one type
    LEAK_TREE,  // the top one of objects of one type that hold each other
    LEAK_CHAIN, // the first one of a long chain
    LEAK_KINDS
};

enum { LEAK_KEEPERS = 2 };

struct leak {
    uint32_t node;
    enum leak_kind kind;
    uint64_t retained;    // by the node
    uint64_t bytes;       // that make it a suspect
    uint64_t own;         // of these, of the node and its stores themselves
    uint32_t length;      // LEAK_CHAIN: objects; LEAK_GROUP and LEAK_TREE: large ones
    uint32_t member_type; // name id of most of the bytes that it holds; UINT32_MAX: it holds nothing
    uint64_t members;     // objects that it dominates immediately
    uint64_t alike;       // of these, of that type
    uint32_t example;     // one of them
    uint32_t keepers[LEAK_KEEPERS]; // collections that hold them, where the node is none of them
    uint32_t keeper_count;
    bool doubtful;        // only words of other memory that look like references lead to it
};

// What suspects are looked for in.
struct leak_source {
    const struct dominators *dominators;
    struct edge_namer namer; // with `reverse`
    const struct shortcuts *shortcuts;
    const struct roots *roots;
    const struct reach *reach;
    struct type_names *names;
    const struct renamed *renamed;
};

enum { LEAK_SHARE = 100 }; // a suspect has at least 1/100 of all that roots hold

struct leaks {
    struct job job;
    struct leak_source source;
    // Once the job is done: the largest first, doubtful ones after all others.
    struct leak *items;
    size_t count;
    struct leaks *before; // for the owner: a search that was stopped
};

// One holder: the caller; give it to a lane. False: out of memory.
bool leaks_create(const struct leak_source *source, struct leaks **ret);

// What the job does: fill `items` from `source`. False: cancelled or out of memory.
bool leaks_run(struct leaks *leaks);

#endif
