// What one object refers to, by number: its properties, elements and entries, its accessors and its
// prototype, then V8's own fields. Values of global variables, which lie in cells, come with the
// accessors, and so does what a function is the constructor's prototype of.
//
// Words that hold no pointer are left out, and so are V8's own fields that hold undefined, an empty
// array, or the like. Opening counts the words; rows are named when they are asked for.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_OUT_LIST_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_OUT_LIST_H

#include "heap/graph/edges/edge_name.h"

enum {
    OUT_SECTIONS = 5,
    OUT_EXTRAS_MAX = 4096, // accessors that are listed
    OUT_MARK = 256,        // rows between places that are remembered
};

struct out_section {
    struct v8_object object; // whose words they are
    enum store_role role;    // of that object
    uint64_t first, end;     // words
    uint64_t count;          // rows
    uint64_t *marks;         // word of each OUT_MARK-th row
    uint64_t next_row, next_word; // where the row behind the one asked for last is looked for
    bool own;                // V8's own fields
    bool slack;              // may have fields that are not in use
};

struct out_extra {
    uint64_t name;           // tagged; 0: `prefix` is all of it
    uint64_t value;          // tagged
    const char *prefix;      // "get ", "set "; "": the pair of both, or a value
};

struct out_list {
    struct edge_namer namer;
    uint64_t address;
    struct out_section sections[OUT_SECTIONS];
    size_t section_count;
    struct out_extra *extras; // between the last section and those before
    size_t extra_count;
    uint64_t total;
};

struct out_edge {
    uint64_t to;             // address
    struct edge_name name;
};

// False: no object there, or out of memory.
bool out_list_open(const struct edge_namer *namer, uint64_t address, struct out_list *ret);
void out_list_close(struct out_list *list);

// Reference `index` (below total). The one behind that asked for last costs least.
void out_list_at(struct out_list *list, uint64_t index, struct out_edge *ret);

#endif
