// The members of a type: all objects of some shapes, in order of address, without a list of them.
//
// One pass counts the members on each page; the n-th is then found by looking at one page again.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_MEMBERS_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_MEMBERS_H

#include "heap/graph/index/index.h"
#include "heap/graph/index/renamed.h"
#include "heap/graph/work/job.h"

// A shape whose objects are members: all of them, or those that bear the name.
struct members_shape {
    uint64_t map;
    bool named; // as the type is; else only objects that were renamed to it are members
    bool mixed; // some of its objects were renamed (members_create finds out)
};

// Which objects. All zeros but `isolate` -1: every object.
struct members_filter {
    const struct members_shape *shapes;
    size_t shape_count;
    uint32_t name;                 // id of the type's name
    const struct renamed *renamed; // NULL: no object was
    int64_t isolate;               // only on its pages; -1: everywhere
};

struct members {
    struct job job; // runs the count
    const struct v8 *v8;
    const struct object_index *index; // complete
    struct members_filter filter;
    struct members_shape *shapes; // sorted by map; NULL: every object
    uint32_t *counts;             // members on each page
    uint64_t *before;             // members before each page, once done
    uint64_t total;               // once done
};

// The shapes are copied. One holder: the caller; give it to a lane to be counted. False: out of
// memory.
bool members_create(const struct v8 *v8, const struct object_index *index,
                    const struct members_filter *filter, struct members **ret);

// Remembers the members of the page that was looked at last, so that going through them one by one
// does not look at each page once for each of them. All zeros at first; for one thread.
struct members_cursor {
    uint64_t first, end; // the members it knows: [first, end)
    uint64_t *addresses;
    size_t capacity;
};

void members_cursor_free(struct members_cursor *cursor);

// Address of member n (below total), once the job is done; 0: it is not readable any more.
uint64_t members_address(const struct members *members, struct members_cursor *cursor, uint64_t n);
// Which member an address is; false when it is none.
bool members_find(const struct members *members, uint64_t address, uint64_t *ret);

#endif
