// The file of an index, mapped for reading: header and checksums are checked, what the sections say
// is not yet (restore.h).
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_INDEX_FILE_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_INDEX_FILE_H

#include "heap/dump/mapping.h"
#include "heap/graph/saved/format.h"
#include "heap/graph/work/job.h"

struct index_file {
    struct mapping mapping;
    struct sigbus_watch watch;
    const struct saved_header *header;
};

// False: there is none (ERROR_IO), it is no index, or of another format, machine or core, or somebody
// else could have made it (another owner, writable by others), or it is damaged; the error says what.
// Checksums are computed on the workers of `pool`.
bool index_file_open(const char *path, const struct core_mark *mark, struct pool *pool,
                     struct index_file **ret, struct error *error);
void index_file_close(struct index_file *file); // NULL is fine

// The records of a section, aligned as they need, and how many there are.
const void *index_file_section(const struct index_file *file, enum saved_section_id id,
                               uint64_t *count);

// Bytes of the file that were lost while it was open, because it became shorter.
uint64_t index_file_lost(const struct index_file *file);

#endif
