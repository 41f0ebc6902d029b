// Writes the file of an index: sections one after the other, then checksums, then the header. It
// appears under its name when all of it is there, and replaces one that was there before; until then
// it is a temporary file beside it, for nobody else to read (mode 0600).
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_INDEX_WRITER_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_INDEX_WRITER_H

#include "heap/error.h"
#include "heap/graph/saved/format.h"
#include "heap/graph/work/job.h"

struct index_writer {
    const char *path;
    char *temporary;     // its name while it is written
    int fd;
    struct job *job;     // asked whether it was cancelled; counts bytes written. NULL: nobody
    struct saved_header header;
    enum saved_section_id section; // under way
    uint64_t offset;     // where the next byte goes
    uint8_t *block;      // the SAVED_BLOCK bytes under way ...
    uint64_t used;       // ... of which there are so many
    uint64_t *sums;      // checksums of the blocks before
    size_t sum_count;
    struct error error;  // the first thing that went wrong
    bool failed;
};

// `path` must outlive the writer. False: no file can be made there.
bool index_writer_open(struct index_writer *ret, const char *path, const struct core_mark *mark,
                       struct job *job, struct error *error);
// Begin a section; what is put follows until the next one begins. Sections come in any order.
void index_writer_section(struct index_writer *writer, enum saved_section_id id);
// Nothing happens after a failure: it is enough to look at the end.
void index_writer_put(struct index_writer *writer, const void *bytes, uint64_t size);
// Ends the file; when something failed before, or `keep` is false, no file appears and the error says
// why. The writer is empty afterwards.
bool index_writer_close(struct index_writer *writer, bool keep, struct error *error);

#endif
