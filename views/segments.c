// `segments`: the mappings of the process, as pmap shows those of a living one.
#include "heap/heap.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/missing.h"
#include "views/view.h"

#include <stdio.h>
#include <stdlib.h>

enum segments_column {
    SEGMENTS_START,
    SEGMENTS_END,
    SEGMENTS_SIZE,
    SEGMENTS_SAVED,
    SEGMENTS_PERM,
    SEGMENTS_KIND,
    SEGMENTS_FILE,
    SEGMENTS_COLUMNS,
};

static const struct column columns[] = {
    [SEGMENTS_START] = {.name = "start", .flags = COLUMN_RIGHT},
    [SEGMENTS_END] = {.name = "end", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [SEGMENTS_SIZE] = {.name = "size", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SEGMENTS_SAVED] = {.name = "saved", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SEGMENTS_PERM] = {.name = "perm", .min_width = 4},
    [SEGMENTS_KIND] = {.name = "kind"},
    [SEGMENTS_FILE] = {.name = "file", .flags = COLUMN_GROW},
};

static const struct memory *memory_of(const struct view *view)
{
    return dump_memory(heap_dump(view->heap));
}

static uint64_t segments_count(struct view *view, bool *exact)
{
    *exact = true;
    return memory_of(view)->count;
}

static void segments_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct segment *segment = &memory_of(view)->segments[index];
    row->id = row->target = segment->start;
    row_address(row, SEGMENTS_START, segment->start);
    row_address(row, SEGMENTS_END, segment->end);
    row_size(row, SEGMENTS_SIZE, segment->end - segment->start);
    row_size(row, SEGMENTS_SAVED, segment->saved);
    row_format(row, SEGMENTS_PERM, ROLE_DIM, "%c%c%c", (segment->perm & SEGMENT_READ) ? 'r' : '-',
               (segment->perm & SEGMENT_WRITE) ? 'w' : '-',
               (segment->perm & SEGMENT_EXEC) ? 'x' : '-');
    row_text(row, SEGMENTS_KIND, ROLE_NAME, heap_segment_kind(view->heap, (size_t)index));
    if (segment->file != NULL)
        row_text(row, SEGMENTS_FILE, ROLE_TEXT, segment->file);
}

static uint64_t segments_id(struct view *view, uint64_t index)
{
    return memory_of(view)->segments[index].start;
}

static bool segments_find(struct view *view, uint64_t id, uint64_t *index)
{
    const struct memory *memory = memory_of(view);
    const struct segment *segment = memory_segment(memory, id);
    if (segment == NULL)
        return false;
    *index = (uint64_t)(segment - memory->segments);
    return true;
}

static bool segments_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    const struct segment *segment = &memory_of(view)->segments[index];
    switch (column) {
    case SEGMENTS_START:
        *ret = segment->start;
        return true;
    case SEGMENTS_END:
        *ret = segment->end;
        return true;
    case SEGMENTS_SIZE:
        *ret = segment->end - segment->start;
        return true;
    case SEGMENTS_SAVED:
        *ret = segment->saved;
        return true;
    default:
        return false;
    }
}

static bool segments_follow(struct view *view, const struct row *row, char *command,
                            size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "bytes 0x%llx", (unsigned long long)row->target);
    return length > 0 && (size_t)length < capacity;
}

static void segments_status(struct view *view, struct view_status *status)
{
    char count[FORMAT_MAX], mapped[FORMAT_MAX], saved[FORMAT_MAX];
    const struct dump_info *info = dump_info(heap_dump(view->heap));
    snprintf(status->title, sizeof status->title, "segments");
    snprintf(status->detail, sizeof status->detail, "%s segments · %s saved of %s",
             format_count(count, memory_of(view)->count), format_size(saved, info->saved_bytes),
             format_size(mapped, info->mapped_bytes));
    missing_of_dump(view->heap, status->missing, sizeof status->missing);
}

static const struct view_ops segments_ops = {
    .name = "segments",
    .columns = columns,
    .column_count = SEGMENTS_COLUMNS,
    .count = segments_count,
    .fill = segments_fill,
    .id = segments_id,
    .find = segments_find,
    .key = segments_key,
    .follow = segments_follow,
    .status = segments_status,
};

static struct view *segments_open(struct heap *heap, const struct command_args *args,
                                  struct error *error)
{
    (void)args;
    struct view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    view->ops = &segments_ops;
    view->heap = heap;
    return view;
}

static const char *const aliases[] = {"mappings", "pmap", NULL};

const struct command command_segments = {
    .name = "segments",
    .aliases = aliases,
    .help = "The mappings of the process: where, how much of each is in the core, what it is.",
    .rows = &segments_ops,
    .open = segments_open,
};
