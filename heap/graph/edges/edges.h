// References between objects, as the words of the objects have them: the form for whole passes.
//
// No names, no owners: every tagged word that points to another object is one edge, the map word
// among them (named_edges.h has the form for people). What the words of an object mean is worked
// out once per shape, so that the loop over words has next to nothing to decide.
//
// A word in a batch is an untagged address with the strength of the edge in its low bits. Nobody
// looked yet whether an object starts there: index_id() does.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_EDGES_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_EDGES_H

#include "heap/graph/index/index.h"
#include "heap/graph/index/walk.h"
#include "heap/v8/object/slots.h"

enum edge_strength {
    EDGE_STRONG = 1, // as V8 tags it
    EDGE_EPHEMERON = 2, // value of the key in the word before, which is EDGE_WEAK: it is held by
                        // key and table together
    EDGE_WEAK = 3,   // as V8 tags it, or weak by what the word means
    EDGE_STRENGTH = 7, // mask
};

enum { EDGE_BLOCK = 1024 };

// What a shape means for a pass.
struct edge_shape {
    uint64_t word;       // the tagged map word; 0: empty place in the table
    uint32_t map_id;     // id of the map; INDEX_NONE: not in the index
    uint32_t fixed_size; // bytes; 0: by the size rule of `shape`
    bool receiver;       // a JSObject: properties at 8, elements at 16
    struct slot_plan plan;
    uint64_t dispatch;   // of functions: the JSDispatchTable of their isolate; 0: none
    struct v8_shape shape;
};

// All shapes of a heap. Immutable: read from any thread.
struct edges {
    const struct v8 *v8;
    const struct object_index *index;
    struct edge_shape *shapes; // open addressed by word
    size_t mask;
    uint32_t *page_of_block;   // page of object EDGE_BLOCK n: to find a page by id
    bool *moved;               // of each page: objects may have been moved away from it
    unsigned lost_dispatch;    // isolates whose functions have handles but whose table was not
                               // found: these functions' references to their code are missing
};

// From the shapes the walk met; the walk and the index are complete. False: out of memory.
bool edges_create(const struct v8 *v8, const struct object_index *index, struct walk *walk,
                  struct edges **ret);
void edges_destroy(struct edges *edges); // NULL is fine

static inline const struct edge_shape *edges_shape(const struct edges *edges, uint64_t word)
{
    for (size_t at = (size_t)(word * 0x9e3779b97f4a7c15ull >> 32) & edges->mask;;
         at = (at + 1) & edges->mask) {
        if (edges->shapes[at].word == word)
            return word != 0 ? &edges->shapes[at] : NULL;
        if (edges->shapes[at].word == 0)
            return NULL;
    }
}

// The bytes of the object at an untagged address (at least 8), and its shape; NULL: not known.
const uint8_t *edges_bytes(const struct edges *edges, uint64_t address, uint64_t *available);
const struct edge_shape *edges_shape_of(const struct edges *edges, const uint8_t *object,
                                        uint64_t address);

// Words of one object from word `*word` on into `out` until the object ends or `room` (at least 8)
// is used up; returns how many. `*word` is where to go on; UINT64_MAX: that was all.
// `available` bytes can be read at `object`.
size_t edges_of_object(const struct edges *edges, const struct edge_shape *shape,
                       const uint8_t *object, uint64_t available, uint64_t *word, uint64_t *out,
                       size_t room);

// The same by address, for who follows references one by one: the shape is looked up each time.
size_t edges_at(const struct edges *edges, uint64_t address, uint64_t *word, uint64_t *out,
                size_t room);

// The next word from `from` on through which an object refers to `target` (an id) with this strength
// (EDGE_STRONG, EDGE_WEAK or EDGE_EPHEMERON). UINT64_MAX: there is none. Of code, the word in which
// the pointer begins; of a function, SLOTS_DISPATCH for its code.
uint64_t edges_find(const struct edges *edges, uint64_t address, uint64_t from, uint32_t target,
                    enum edge_strength strength);

// How many words an object has, as far as they can be read; 0: its shape is not known.
uint64_t edges_words(const struct edges *edges, uint64_t address);
// The pointer in one word, with its strength, as in a batch; 0: there is none. Of code, the first one
// that begins in the word.
uint64_t edges_word(const struct edges *edges, uint64_t address, uint64_t word);

// --- whole pages ---------------------------------------------------------------------------------

enum {
    EDGE_BATCH_WORDS = 1024,
    EDGE_BATCH_OBJECTS = 256,
};

// Edges of objects with consecutive ids. Object `first + n` has words [ends[n - 1], ends[n]); a big
// object is continued in the next batch.
struct edge_batch {
    uint32_t first;
    uint32_t count; // objects
    uint32_t ends[EDGE_BATCH_OBJECTS];
    uint64_t words[EDGE_BATCH_WORDS];
};

// A pass over one page.
struct edge_scan {
    const struct edges *edges;
    const struct v8_page *page;
    const struct index_page *index;
    const struct edge_shape *last; // shape of the object before
    uint64_t bits;                 // starts left in the bitmap word
    size_t at;                     // number of the bitmap word
    uint32_t next;                 // id of the next object
    uint64_t address, word;        // object under way and where in it; address 0: none
};

void edge_scan_begin(struct edge_scan *scan, const struct edges *edges, size_t page);
// The next batch; false: the page is through.
bool edge_scan_next(struct edge_scan *scan, struct edge_batch *batch);

// The object a word of a batch points to: its id, or INDEX_NONE. An object that a collection was
// moving when the dump was taken is found where it went.
uint32_t edge_target(const struct edges *edges, uint64_t word);

// --- by id ---------------------------------------------------------------------------------------

// As index_address, faster.
uint64_t edges_address(const struct edges *edges, uint32_t id);

#endif
