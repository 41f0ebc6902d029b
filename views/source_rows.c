#include "views/source_rows.h"

#include "heap/array.h"
#include "heap/v8/string/string_reader.h"

#include <stdlib.h>

enum { SLICE = 8192 }; // rows between looks at whether the job was cancelled

// --- from piece to piece -------------------------------------------------------------------------

static uint32_t unit_at(const struct source_rows *rows, uint32_t position)
{
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    v8_string_read(&reader, rows->v8, &rows->script.source, position, position + 1);
    if (!v8_string_next(&reader, &chunk))
        return 0;
    return chunk.two_byte ? (uint32_t)(chunk.bytes[0] | chunk.bytes[1] << 8) : chunk.bytes[0];
}

// Where a piece ends that begins at `first`: a pair of surrogates is not torn.
static uint32_t piece_end(const struct source_rows *rows, uint32_t first, uint32_t line_end)
{
    uint32_t limit = line_end < rows->to ? line_end : rows->to;
    if (limit <= first || limit - first <= SOURCE_PIECE)
        return limit > first ? limit : first;
    uint32_t end = first + SOURCE_PIECE;
    if (rows->script.source.two_byte && (unit_at(rows, end) & 0xfc00) == 0xdc00 &&
        (unit_at(rows, end - 1) & 0xfc00) == 0xd800)
        end++;
    return end;
}

static bool open_line(const struct source_rows *rows, struct source_piece *piece)
{
    if (!source_lines_end(rows->lines, piece->first, &piece->line_end, &piece->line_next,
                          &piece->line_last))
        return false;
    piece->end = piece_end(rows, piece->first, piece->line_end);
    return true;
}

static bool first_piece(struct source_rows *rows, struct source_piece *ret)
{
    *ret = (struct source_piece){.first = rows->from};
    return source_lines_find(rows->lines, rows->from, &ret->line, &ret->line_first) &&
           open_line(rows, ret);
}

// False at the end; `*failed` when the source cannot be read on.
static bool next_piece(const struct source_rows *rows, struct source_piece *piece, bool *failed)
{
    if (piece->end < piece->line_end && piece->end < rows->to) {
        piece->first = piece->end;
        piece->end = piece_end(rows, piece->first, piece->line_end);
        return true;
    }
    if (piece->line_last || piece->line_next > rows->to)
        return false;
    piece->first = piece->line_first = piece->line_next;
    piece->line++;
    *failed = !open_line(rows, piece);
    return !*failed;
}

// --- the list ------------------------------------------------------------------------------------

static bool keep_step(struct source_rows *rows)
{
    size_t step = rows->rows / SOURCE_STEP;
    if (rows->rows % SOURCE_STEP != 0)
        return true;
    if (!array_reserve(&rows->steps, step, &rows->capacity, sizeof *rows->steps))
        return false;
    rows->steps[step] = rows->last;
    return true;
}

// Cut up to `slice` more rows. The lock is held.
static void extend(struct source_rows *rows, size_t slice)
{
    for (size_t i = 0; i < slice && !rows->through; i++) {
        bool failed = false;
        bool more = rows->rows == 0 ? first_piece(rows, &rows->last)
                                    : next_piece(rows, &rows->last, &failed);
        rows->failed = failed || (!more && rows->rows == 0) || (more && !keep_step(rows));
        rows->through = !more || rows->failed;
        rows->rows += more && !rows->failed;
    }
}

static bool run(struct job *job, struct pool *pool)
{
    struct source_rows *rows = (struct source_rows *)job;
    bool through = false;
    (void)pool;
    while (!through) {
        if (job_cancelled(job))
            return false;
        pthread_mutex_lock(&rows->lock);
        extend(rows, SLICE);
        through = rows->through;
        atomic_store(&job->items, rows->rows);
        pthread_mutex_unlock(&rows->lock);
    }
    return !rows->failed;
}

static void destroy(struct job *job)
{
    struct source_rows *rows = (struct source_rows *)job;
    source_lines_destroy(rows->lines);
    pthread_mutex_destroy(&rows->lock);
    free(rows->steps);
    free(rows);
}

static const struct job_ops ops = {
    .doing = "reading source text",
    .run = run,
    .destroy = destroy,
};

// Widen the stretch to whole lines and some more on both sides.
static bool widen(struct source_rows *rows, int64_t context)
{
    uint32_t line, start, end, next;
    bool last = false;
    if (!source_lines_find(rows->lines, rows->from, &line, &start))
        return false;
    if (context > 0 &&
        !source_lines_start(rows->lines, context < line ? line - (uint32_t)context : 0, &start))
        return false;
    rows->from = start;
    next = rows->to;
    for (int64_t i = 0; i <= context && !last; i++) {
        if (!source_lines_end(rows->lines, next, &end, &next, &last))
            return false;
        rows->to = end;
    }
    return true;
}

bool source_rows_create(const struct v8 *v8, const struct v8_source *source, int64_t context,
                        size_t slice, struct source_rows **ret)
{
    struct source_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return false;
    job_init(&rows->job, &ops);
    pthread_mutex_init(&rows->lock, NULL);
    rows->v8 = v8;
    rows->script = source->script;
    rows->from = source->first;
    rows->to = source->end;
    rows->cached_row = UINT64_MAX;
    if (!source_lines_create(v8, &source->script, &rows->lines) ||
        (context != SOURCE_EXACT && !widen(rows, context))) {
        job_release(&rows->job);
        return false;
    }
    extend(rows, slice);
    *ret = rows;
    return true;
}

void source_rows_known(struct source_rows *rows, uint64_t *count, bool *through)
{
    pthread_mutex_lock(&rows->lock);
    *count = rows->rows;
    *through = rows->through && !rows->failed;
    pthread_mutex_unlock(&rows->lock);
}

bool source_rows_at(struct source_rows *rows, uint64_t n, struct source_piece *ret)
{
    bool failed = false;
    if (rows->cached_row == UINT64_MAX || n < rows->cached_row ||
        n - rows->cached_row > SOURCE_STEP) {
        pthread_mutex_lock(&rows->lock);
        bool known = n < rows->rows;
        if (known)
            rows->cached = rows->steps[n / SOURCE_STEP];
        pthread_mutex_unlock(&rows->lock);
        if (!known)
            return false;
        rows->cached_row = n / SOURCE_STEP * SOURCE_STEP;
    }
    while (rows->cached_row < n) {
        if (!next_piece(rows, &rows->cached, &failed)) {
            rows->cached_row = UINT64_MAX;
            return false;
        }
        rows->cached_row++;
    }
    *ret = rows->cached;
    return true;
}

bool source_rows_find(struct source_rows *rows, uint32_t position, uint64_t *ret)
{
    struct source_piece piece;
    pthread_mutex_lock(&rows->lock);
    size_t low = 0, high = (rows->rows + SOURCE_STEP - 1) / SOURCE_STEP;
    while (low < high) { // the first step behind the position
        size_t middle = low + (high - low) / 2;
        if (rows->steps[middle].first <= position)
            low = middle + 1;
        else
            high = middle;
    }
    uint64_t count = rows->rows;
    pthread_mutex_unlock(&rows->lock);
    if (low == 0)
        return false;
    uint64_t row = (uint64_t)(low - 1) * SOURCE_STEP, end = row + SOURCE_STEP;
    for (*ret = row; row < count && row < end; row++) {
        if (!source_rows_at(rows, row, &piece) || piece.first > position)
            break;
        *ret = row;
    }
    return true;
}
