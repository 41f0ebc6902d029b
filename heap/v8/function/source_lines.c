#include "heap/v8/function/source_lines.h"

#include "heap/v8/string/string_reader.h"

#include <stdlib.h>

enum {
    LINE_FEED = '\n',
    CARRIAGE_RETURN = '\r',
    WINDOW = 256,            // code units looked at first for the end of a line
    LINE_SEPARATOR = 0x2028, // and the paragraph separator behind it
    ARRAY_LENGTH = 8,        // src/objects/fixed-array.h
    ARRAY_DATA = 16,
};

struct block {
    uint32_t line;  // at the block's first code unit
    uint32_t start; // where that line begins
};

struct source_lines {
    const struct v8 *v8;
    struct v8_script script;
    uint32_t length;
    struct block *blocks; // NULL before the first is needed
    uint32_t known;       // blocks that are filled
    struct v8_object table; // V8's line ends; size 0: none
    uint32_t table_count;
};

// --- looking for line terminators ----------------------------------------------------------------

// Terminators at positions [from, to), in order. A CR before LF is none.
struct scan {
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    uint32_t at;  // next to look at in the chunk
    uint32_t carriage; // the next CR of a one-byte chunk, at or behind `at`
    uint32_t to, length;
    bool pending; // the code unit before the chunk was a CR
};

static uint32_t unit_at(const struct v8_string_chunk *chunk, uint32_t index)
{
    return chunk->two_byte
               ? (uint32_t)(chunk->bytes[2 * index] | chunk->bytes[2 * index + 1] << 8)
               : chunk->bytes[index];
}

static uint32_t find_byte(const struct v8_string_chunk *chunk, uint32_t from, int byte)
{
    const uint8_t *found = memchr(chunk->bytes + from, byte, chunk->units - from);
    return found == NULL ? chunk->units : (uint32_t)(found - chunk->bytes);
}

static bool next_chunk(struct scan *scan)
{
    if (!v8_string_next(&scan->reader, &scan->chunk))
        return false;
    scan->at = 0;
    scan->carriage = scan->chunk.two_byte ? 0 : find_byte(&scan->chunk, 0, CARRIAGE_RETURN);
    return true;
}

// One more than the range is read, for the LF that may follow a CR at its end.
static void scan_begin(struct scan *scan, const struct source_lines *lines, uint32_t from,
                       uint32_t to)
{
    scan->to = to < lines->length ? to : lines->length;
    scan->length = lines->length;
    scan->pending = false;
    scan->at = 0;
    scan->chunk = (struct v8_string_chunk){0};
    v8_string_read(&scan->reader, lines->v8, &lines->script.source, from,
                   scan->to < lines->length ? scan->to + 1 : scan->to);
}

// The next candidate in the chunk, or its end.
static uint32_t next_candidate(struct scan *scan)
{
    const struct v8_string_chunk *chunk = &scan->chunk;
    if (!chunk->two_byte) {
        if (scan->carriage < scan->at)
            scan->carriage = find_byte(chunk, scan->at, CARRIAGE_RETURN);
        uint32_t feed = find_byte(chunk, scan->at, LINE_FEED);
        return feed < scan->carriage ? feed : scan->carriage;
    }
    uint32_t at = scan->at;
    while (at < chunk->units) {
        uint32_t unit = unit_at(chunk, at);
        if (unit == LINE_FEED || unit == CARRIAGE_RETURN || (unit & ~1u) == LINE_SEPARATOR)
            break;
        at++;
    }
    return at;
}

// A CR was the last of the previous chunk: is it a terminator? Sets its position.
static bool settle_pending(struct scan *scan, bool more, uint32_t *ret)
{
    scan->pending = false;
    if (more && unit_at(&scan->chunk, 0) == LINE_FEED)
        return false;
    *ret = scan->chunk.first - (more ? 1 : 0);
    return true;
}

// False at the end of the range, or where the source cannot be read (scan->reader.damaged).
static bool scan_next(struct scan *scan, uint32_t *ret)
{
    for (;;) {
        if (scan->at >= scan->chunk.units) {
            uint32_t last = scan->chunk.first + scan->chunk.units - 1;
            bool more = next_chunk(scan);
            if (scan->pending) {
                if (!more)
                    scan->chunk.first = last;
                if (settle_pending(scan, more, ret))
                    return *ret < scan->to;
            }
            if (!more)
                return false;
        }
        uint32_t at = next_candidate(scan);
        scan->at = at + 1;
        if (at >= scan->chunk.units)
            continue;
        if (unit_at(&scan->chunk, at) == CARRIAGE_RETURN) {
            scan->pending = at + 1 == scan->chunk.units;
            if (scan->pending || unit_at(&scan->chunk, at + 1) == LINE_FEED)
                continue;
        }
        *ret = scan->chunk.first + at;
        return *ret < scan->to;
    }
}

// --- V8's own table ------------------------------------------------------------------------------

static uint32_t table_end(const struct source_lines *lines, uint32_t line)
{
    return (uint32_t)v8_smi(v8_word(&lines->table, ARRAY_DATA + 8 * (uint64_t)line));
}

static bool is_line_end(const struct source_lines *lines, uint32_t position)
{
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    if (!lines->script.has_source || position == lines->length)
        return true;
    v8_string_read(&reader, lines->v8, &lines->script.source, position, position + 1);
    if (!v8_string_next(&reader, &chunk))
        return false;
    uint32_t unit = unit_at(&chunk, 0);
    return unit == LINE_FEED || unit == CARRIAGE_RETURN || (unit & ~1u) == LINE_SEPARATOR;
}

// Ask the table. False when there is none, or the source contradicts it here.
static bool table_find(const struct source_lines *lines, uint32_t position, uint32_t *line,
                       uint32_t *start)
{
    uint32_t low = 0, high = lines->table_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table_end(lines, middle) < position)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == lines->table_count || !is_line_end(lines, table_end(lines, low)))
        return false;
    *line = low;
    *start = low == 0 ? 0 : table_end(lines, low - 1) + 1;
    return *start <= position && (low == 0 || is_line_end(lines, *start - 1));
}

static void table_open(struct source_lines *lines)
{
    if (lines->script.line_ends == 0 ||
        !v8_object_of(lines->v8, lines->script.line_ends, &lines->table) ||
        lines->table.size < ARRAY_DATA)
        return;
    uint64_t count = (uint32_t)v8_smi(v8_word(&lines->table, ARRAY_LENGTH));
    uint64_t fit = (lines->table.size - ARRAY_DATA) / 8;
    lines->table_count = (uint32_t)(count < fit ? count : fit);
}

// --- the blocks ----------------------------------------------------------------------------------

bool source_lines_create(const struct v8 *v8, const struct v8_script *script,
                         struct source_lines **ret)
{
    if (!script->has_source && script->line_ends == 0)
        return false;
    struct source_lines *lines = calloc(1, sizeof *lines);
    if (lines == NULL)
        return false;
    lines->v8 = v8;
    lines->script = *script;
    table_open(lines);
    if (script->has_source)
        lines->length = script->source.length;
    else if (lines->table_count > 0)
        lines->length = table_end(lines, lines->table_count - 1);
    *ret = lines;
    return true;
}

void source_lines_destroy(struct source_lines *lines)
{
    if (lines == NULL)
        return;
    free(lines->blocks);
    free(lines);
}

size_t source_lines_memory(const struct source_lines *lines)
{
    return sizeof *lines + lines->known * sizeof *lines->blocks;
}

// Fill all blocks up to the one that holds `position`.
static bool extend(struct source_lines *lines, uint32_t position)
{
    uint32_t wanted = position / SOURCE_BLOCK + 1, end;
    struct scan scan;
    if (lines->blocks == NULL) {
        lines->blocks = calloc(lines->length / SOURCE_BLOCK + 1, sizeof *lines->blocks);
        if (lines->blocks == NULL)
            return false;
        lines->known = 1; // line 0 begins at 0
    }
    if (wanted <= lines->known)
        return true;
    struct block now = lines->blocks[lines->known - 1];
    scan_begin(&scan, lines, (lines->known - 1) * SOURCE_BLOCK, (wanted - 1) * SOURCE_BLOCK);
    while (scan_next(&scan, &end)) {
        while ((uint64_t)lines->known * SOURCE_BLOCK <= end)
            lines->blocks[lines->known++] = now;
        now.line++;
        now.start = end + 1;
    }
    if (scan.reader.damaged)
        return false;
    while (lines->known < wanted)
        lines->blocks[lines->known++] = now;
    return true;
}

bool source_lines_find(struct source_lines *lines, uint32_t position, uint32_t *line,
                       uint32_t *start)
{
    struct scan scan;
    uint32_t end;
    if (position > lines->length)
        return false;
    if (lines->table_count > 0 && table_find(lines, position, line, start))
        return true;
    if (!lines->script.has_source || !extend(lines, position))
        return false;
    struct block now = lines->blocks[position / SOURCE_BLOCK];
    scan_begin(&scan, lines, position / SOURCE_BLOCK * SOURCE_BLOCK, position);
    while (scan_next(&scan, &end)) {
        now.line++;
        now.start = end + 1;
    }
    *line = now.line;
    *start = now.start;
    return !scan.reader.damaged;
}

// The CR of a CR LF is no text of the line.
static bool is_carriage(const struct source_lines *lines, uint32_t position)
{
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    v8_string_read(&reader, lines->v8, &lines->script.source, position, position + 1);
    return v8_string_next(&reader, &chunk) && unit_at(&chunk, 0) == CARRIAGE_RETURN;
}

// Look in windows that grow: a line must not cost a search through all that follows it.
bool source_lines_end(struct source_lines *lines, uint32_t start, uint32_t *end, uint32_t *next,
                      bool *last)
{
    struct scan scan;
    uint64_t from = start, window = WINDOW;
    if (!lines->script.has_source || start > lines->length)
        return false;
    *last = true;
    for (; *last && from < lines->length; from += window, window *= 2) {
        uint64_t to = from + window < lines->length ? from + window : lines->length;
        scan_begin(&scan, lines, (uint32_t)from, (uint32_t)to);
        *last = !scan_next(&scan, end);
        if (scan.reader.damaged)
            return false;
    }
    if (*last) {
        *end = *next = lines->length;
        return true;
    }
    *next = *end + 1;
    if (*end > start && is_carriage(lines, *end - 1))
        --*end;
    return true;
}

bool source_lines_start(struct source_lines *lines, uint32_t line, uint32_t *start)
{
    struct scan scan;
    uint32_t end;
    *start = 0;
    if (line == 0)
        return true;
    if (!lines->script.has_source || !extend(lines, 0))
        return false;
    while (lines->blocks[lines->known - 1].line < line &&
           (uint64_t)lines->known * SOURCE_BLOCK <= lines->length)
        if (!extend(lines, lines->known * SOURCE_BLOCK))
            return false;
    uint32_t low = 0, high = lines->known - 1; // the last block that begins in a line before
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        if (lines->blocks[middle].line < line)
            low = middle;
        else
            high = middle - 1;
    }
    uint32_t now = lines->blocks[low].line;
    uint64_t to = ((uint64_t)low + 1) * SOURCE_BLOCK;
    scan_begin(&scan, lines, low * SOURCE_BLOCK, to < lines->length ? (uint32_t)to : lines->length);
    while (now < line && scan_next(&scan, &end)) {
        now++;
        *start = end + 1;
    }
    return now == line && !scan.reader.damaged;
}

uint32_t source_lines_count(struct source_lines *lines)
{
    uint32_t line, start;
    return source_lines_find(lines, lines->length, &line, &start) ? line + 1 : 0;
}

bool source_lines_place(struct source_lines *lines, uint32_t position, int64_t *line,
                        int64_t *column)
{
    uint32_t number, start;
    if (!source_lines_find(lines, position, &number, &start))
        return false;
    *line = (int64_t)number + lines->script.line_offset + 1;
    *column = (int64_t)position - start + 1 + (number == 0 ? lines->script.column_offset : 0);
    return true;
}
