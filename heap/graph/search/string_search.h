// Searching all strings of the heap, on all workers: the addresses of those that match.
#ifndef DUMPDIVE_HEAP_GRAPH_SEARCH_STRING_SEARCH_H
#define DUMPDIVE_HEAP_GRAPH_SEARCH_STRING_SEARCH_H

#include "heap/graph/index/index.h"
#include "heap/graph/work/job.h"

enum {
    SEARCH_TEXT = 4 << 20, // bytes of UTF-8 that are looked at, of strings not ASCII in one piece
};

enum search_answer {
    SEARCH_NO,
    SEARCH_YES,
    SEARCH_UNDECIDED, // counted, and kept
};

// What strings are asked. It belongs to the search, which destroys it.
struct search_question {
    // Called with a worker's number; those of one worker come one after the other.
    enum search_answer (*ask)(struct search_question *question, size_t worker, const char *text,
                              size_t length);
    bool (*prepare)(struct search_question *question, size_t workers); // NULL: nothing to do
    void (*destroy)(struct search_question *question);
};

struct search_page {
    uint32_t *found; // offsets from the page's base in units of 8 bytes
    uint32_t count;
    uint64_t before; // on the pages before it, once done
};

struct string_search {
    struct job job;
    const struct v8 *v8;
    const struct object_index *index; // complete
    struct search_question *question;
    int64_t isolate;                  // only on its pages; -1: everywhere
    struct search_page *pages;        // one per page of the heap
    struct search_worker *workers;
    size_t worker_count;
    uint64_t total;                   // found, once done
    atomic_uint_least64_t undecided, cut; // strings; `cut` ones were not looked at to their end
};

// One holder: the caller; give it to a lane. Takes the question over, in case of failure too.
// False: out of memory.
bool string_search_create(const struct v8 *v8, const struct object_index *index,
                          struct search_question *question, int64_t isolate,
                          struct string_search **ret);

// The address of find n (below total), in order of address, once the job is done.
uint64_t string_search_address(const struct string_search *search, uint64_t n);
// Which find an address is; false when it is none.
bool string_search_find(const struct string_search *search, uint64_t address, uint64_t *ret);

#endif
