// GC roots: what holds objects from outside the heap.
//
// Precise roots are at places V8 keeps them (the root table, handles, stacks whose layout is
// known). Conservative ones are aligned words of writable memory outside V8's pages that are
// tagged pointers to known object starts, labelled by where they lie.
#ifndef DUMPDIVE_HEAP_GRAPH_ROOTS_ROOTS_H
#define DUMPDIVE_HEAP_GRAPH_ROOTS_ROOTS_H

#include "heap/graph/index/index.h"
#include "heap/graph/index/walk.h"
#include "heap/graph/work/job.h"

enum root_kind {
    ROOT_GLOBAL,         // a native context's global object: where DevTools' distances begin
    ROOT_TABLE,          // the isolate's root table
    ROOT_GLOBAL_HANDLE,  // v8::Global and node::BaseObject's persistent handles
    ROOT_TRACED_HANDLE,
    ROOT_ETERNAL_HANDLE,
    ROOT_HANDLE_SCOPE,   // v8::Local
    ROOT_STACK,          // a word of a thread's stack
    ROOT_REGISTER,
    ROOT_MALLOC,         // conservative, by where the word lies
    ROOT_DATA,           // of an executable or library
    ROOT_ANONYMOUS,      // other writable memory
    ROOT_KIND_COUNT
};

enum root_certainty {
    ROOT_EXACT,        // a place V8 keeps references at
    ROOT_INFERRED,     // the place follows from structure
    ROOT_CONSERVATIVE, // a word that looks like a reference
};

struct root {
    uint64_t slot;     // address of the word; 0: none (registers, ROOT_GLOBAL)
    uint64_t target;   // untagged address of an object's start
    uint32_t id;       // of the target
    uint32_t place;    // what root_place() makes text of: depends on the kind
    uint16_t isolate;  // index; V8_NO_ISOLATE: unknown
    uint8_t kind;      // enum root_kind
    uint8_t certainty; // enum root_certainty
    bool weak;         // does not retain
};

struct root_range;

struct roots {
    struct root *items; // sorted by target, kind and slot
    size_t count;
    struct root_range *known; // private: memory whose words are known for what they are
    size_t known_count;
    bool precise;         // conservative ones were not looked for
    struct roots *before; // of an attempt before, kept for its readers (graph.c)
};

// Find the certain roots and, unless `precise`, the words of stacks and registers. The walk and the
// index are complete. False: cancelled or out of memory (nothing is returned then).
bool roots_find(const struct v8 *v8, const struct object_index *index, struct walk *walk,
                bool precise, struct job *job, struct roots **ret);
// Add the words of all other writable memory that refer to objects that nothing holds yet: `held`
// tells. (Malloc'ed memory is full of stale references, millions after a collection: those to
// objects that certain roots lead to say nothing.) None when the roots are `precise`. False:
// cancelled or out of memory; the roots stay as they were.
bool roots_find_rest(struct roots *roots, const struct v8 *v8, const struct object_index *index,
                     bool (*held)(const void *context, uint32_t id), const void *context,
                     struct job *job);
void roots_destroy(struct roots *roots); // NULL is fine

// The roots that hold the object with this id: a slice of items.
const struct root *roots_of(const struct roots *roots, uint32_t id, size_t *count);

const char *root_kind_name(enum root_kind kind); // "global handle"
// Kind and place for people: "global handle", "stack of thread 4711". Always terminates.
void root_text(const struct v8 *v8, const struct root *root, char *buffer, size_t capacity);

#endif
