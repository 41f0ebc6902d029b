// Memory that may grow with the heap: private pages, or an unlinked temporary file when there is
// not enough of them.
#ifndef DUMPDIVE_HEAP_GRAPH_WORK_BIG_ARRAY_H
#define DUMPDIVE_HEAP_GRAPH_WORK_BIG_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct big_array {
    void *bytes;   // zeros at first; NULL: none
    uint64_t size;
    bool spilled;  // lies in a file
    bool borrowed; // somebody else's: to be read only, and not given back here
};

// Zeroed memory of `size` bytes (0 is fine). More than `limit` bytes go to a file in $TMPDIR or
// /var/tmp that nobody else sees; UINT64_MAX: never, 0: always. False: neither can be had.
bool big_array_create(uint64_t size, uint64_t limit, struct big_array *ret);
void big_array_destroy(struct big_array *array); // an empty one is fine
// Give back what lies wholly in [from, to); it reads as zeros afterwards.
void big_array_drop(struct big_array *array, uint64_t from, uint64_t to);

// Bytes of arrays that may be private memory on this machine: half of what is available now.
uint64_t big_array_limit(void);

#endif
