// The file of an index in memory, to be damaged on purpose.
#ifndef DUMPDIVE_TESTS_SUPPORT_MKINDEX_H
#define DUMPDIVE_TESTS_SUPPORT_MKINDEX_H

#include "heap/graph/saved/format.h"

struct mkindex {
    uint8_t *bytes; // owned
    uint64_t size;
};

void mkindex_read(struct mkindex *ret, const char *path);
void mkindex_free(struct mkindex *index);
struct saved_header *mkindex_header(struct mkindex *index);
// Make all checksums fit again, so that what the sections say is looked at.
void mkindex_sums(struct mkindex *index);
void mkindex_write(const struct mkindex *index, const char *path); // mode 0600

#endif
