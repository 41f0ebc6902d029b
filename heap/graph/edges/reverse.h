// The reverse index: who refers to an object, for every object.
//
// Strong references in CSR form: for each object a list of the ids of the objects that refer to it,
// ascending, one for each reference (an object that refers twice is listed twice). 4 bytes an
// object and 4 bytes a reference. References that do not retain by themselves (weak ones, values of
// ephemerons) are few and kept apart.
//
// References to objects in read-only space are left out: every object has some (maps, undefined,
// empty arrays), these objects are never collected, and nobody is kept alive by them.
//
// Built in one pass over the heap that sorts references by the stretch of heap they lead to, and one
// over the stretches, each worked on by one thread within its caches: no atomics, no random access
// to memory. What is needed on the way (4 bytes a reference) is given back stretch by stretch.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_REVERSE_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_REVERSE_H

#include "heap/graph/edges/edges.h"
#include "heap/graph/work/big_array.h"
#include "heap/graph/work/job.h"

enum {
    REVERSE_BLOCK = 4096,      // objects that share a base
    REVERSE_STRETCH_PAGES = 16, // pages of a stretch
};

enum reverse_kind {
    REVERSE_WEAK,      // does not retain
    REVERSE_BY_KEY,    // source is the key of an ephemeron that the target is the value of
    REVERSE_BY_TABLE,  // source is the table that has the ephemeron
    REVERSE_KINDS
};

// A reference that is not strong.
struct reverse_other {
    uint32_t target, source;
    uint8_t kind; // enum reverse_kind
};

struct ephemeron {
    uint32_t key, value, table;
};

// Objects that some neighbouring pages hold.
struct reverse_stretch {
    uint32_t first_id;
    uint32_t count;
    struct reverse_other *others; // by target, source and kind
    size_t other_count;
};

struct reverse {
    const struct edges *edges;
    struct big_array starts;  // uint32_t for each object and one more: low half of its list's begin
    struct big_array sources; // uint32_t: the lists; UINT32_MAX in gaps at the end of a list
    uint64_t *bases;          // of each REVERSE_BLOCK of objects: where their lists begin
    struct reverse_stretch *stretches; // by id
    size_t stretch_count;
    struct ephemeron *ephemerons; // by key
    size_t ephemeron_count;
    uint64_t strong, others;  // references in the index
    uint64_t read_only;       // references left out
};

// Build it on the workers of `pool`. Counts bytes of heap (twice) and references in `job`. Arrays
// of more than `limit` bytes go to a file (big_array.h). False: cancelled or out of memory.
bool reverse_create(const struct edges *edges, struct job *job, struct pool *pool, uint64_t limit,
                    struct reverse **ret);
void reverse_destroy(struct reverse *reverse); // NULL is fine
// For reverse_create and saved ones: the stretches of `edges`, without references. False: out of
// memory.
bool reverse_stretches_create(struct reverse *reverse);

// Is the object one whose referrers the index has? False in read-only space.
bool reverse_has(const struct reverse *reverse, uint32_t id);

// Ids of the objects that refer strongly to an object (an id of the index).
const uint32_t *reverse_of(const struct reverse *reverse, uint32_t id, uint64_t *count);

// The other references to it.
const struct reverse_other *reverse_others_of(const struct reverse *reverse, uint32_t id,
                                              size_t *count);

// Ephemerons with this key.
const struct ephemeron *reverse_ephemerons_of(const struct reverse *reverse, uint32_t key,
                                              size_t *count);

// Bytes of memory it takes.
uint64_t reverse_bytes(const struct reverse *reverse);

#endif
