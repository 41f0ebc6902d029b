// A stretch of source text as rows: one for each line, or several where a line is very long.
//
// Only every 64th row's place is kept. A stretch may be a whole bundle of 50 MB: it is cut into rows
// in slices, and a job goes on with what the first slice left.
#ifndef DUMPDIVE_VIEWS_SOURCE_ROWS_H
#define DUMPDIVE_VIEWS_SOURCE_ROWS_H

#include "heap/graph/work/job.h"
#include "heap/v8/function/source.h"
#include "heap/v8/function/source_lines.h"

#include <pthread.h>

enum {
    SOURCE_PIECE = 1000, // code units of one row: at most 3,000 bytes
    SOURCE_STEP = 64,
};

struct source_piece {
    uint32_t first, end;  // code units of the source
    uint32_t line;        // from 0
    uint32_t line_first;  // where the line begins ...
    uint32_t line_end;    // ... and ends, without its terminator
    uint32_t line_next;   // where the next line begins
    bool line_last;
};

struct source_rows {
    struct job job;
    const struct v8 *v8;
    struct v8_script script;
    struct source_lines *lines;
    uint32_t from, to;       // what is shown
    pthread_mutex_t lock;    // of what follows
    struct source_piece *steps; // rows 0, 64, 128, ...
    size_t capacity;
    uint64_t rows;
    struct source_piece last; // row `rows` - 1
    bool through, failed;
    // The reader's own, without the lock:
    struct source_piece cached;
    uint64_t cached_row;     // UINT64_MAX: none
};

enum { SOURCE_EXACT = -1 }; // context: the very text, not whole lines

// The text of `source` with `context` more lines before and behind, or SOURCE_EXACT. Up to `slice`
// rows are cut at once. One holder: the caller. False: out of memory, or the source is not readable.
bool source_rows_create(const struct v8 *v8, const struct v8_source *source, int64_t context,
                        size_t slice, struct source_rows **ret);

void source_rows_known(struct source_rows *rows, uint64_t *count, bool *through);
// Row `n`; false when it is not known yet, or not readable. By one thread only.
bool source_rows_at(struct source_rows *rows, uint64_t n, struct source_piece *ret);
// The row that holds this position, of those known.
bool source_rows_find(struct source_rows *rows, uint32_t position, uint64_t *ret);

#endif
