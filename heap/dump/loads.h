// The PT_LOAD headers of a core: sorted, not overlapping, clipped to the file. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_LOADS_H
#define DUMPDIVE_HEAP_DUMP_LOADS_H

#include "heap/dump/elf_image.h"
#include "heap/error.h"

struct load {
    uint64_t start, end; // addresses
    uint64_t offset;     // in the core
    uint64_t promised;   // bytes saved in the core, by the header; at most end - start
    uint64_t held;       // of these, what the file is long enough to hold
    uint32_t perm;       // set of segment_perm
};

struct loads {
    struct load *items;
    size_t count;
    uint64_t missing;  // promised but not held, in all program headers
    uint32_t problems; // set of dump_problem
};

// Collect the loads of `core`. False when out of memory. Freed by loads_free.
bool loads_read(struct loads *ret, const struct elf_image *core, struct error *error);
void loads_free(struct loads *loads);

#endif
