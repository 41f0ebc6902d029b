// `spaces`: V8's spaces, their pages, and how much of them is in use.
#include "heap/graph/index/spaces.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/view.h"

#include <stdio.h>
#include <stdlib.h>

enum spaces_column {
    SPACES_ISOLATE,
    SPACES_SPACE,
    SPACES_PAGES,
    SPACES_SIZE,
    SPACES_USED,
    SPACES_SHARE,
    SPACES_OBJECTS,
    SPACES_FREE,
    SPACES_UNWALKED,
    SPACES_COLUMNS,
};

struct spaces_view {
    struct view view;
    struct space_usage *rows;
    size_t count;
    uint64_t generation;
    int64_t isolate; // -1: all
    bool complete;
};

static const struct column columns[] = {
    [SPACES_ISOLATE] = {.name = "isolate", .flags = COLUMN_RIGHT},
    [SPACES_SPACE] = {.name = "space", .min_width = 16},
    [SPACES_PAGES] = {.name = "pages", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SPACES_SIZE] = {.name = "size", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SPACES_USED] = {.name = "used", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SPACES_SHARE] = {.name = "share", .flags = COLUMN_SCREEN | COLUMN_DESCENDING,
                      .min_width = 12, .max_width = 24},
    [SPACES_OBJECTS] = {.name = "objects", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SPACES_FREE] = {.name = "free", .flags = COLUMN_RIGHT | COLUMN_DESCENDING | COLUMN_OPTIONAL},
    [SPACES_UNWALKED] = {.name = "unwalked",
                         .flags = COLUMN_RIGHT | COLUMN_DESCENDING | COLUMN_OPTIONAL},
};

static struct spaces_view *spaces_of(struct view *view)
{
    return (struct spaces_view *)view;
}

static bool load(struct spaces_view *spaces)
{
    struct heap *heap = spaces->view.heap;
    struct stage_progress progress;
    heap_progress(heap, STAGE_WALK, &progress);
    size_t kept = 0;
    free(spaces->rows);
    spaces->complete = progress.state == STAGE_DONE;
    spaces->rows = space_usage(heap_v8(heap), spaces->complete ? heap_walk_pages(heap) : NULL,
                               &spaces->count);
    for (size_t i = 0; i < spaces->count; i++)
        if (spaces->isolate < 0 || spaces->rows[i].isolate == spaces->isolate)
            spaces->rows[kept++] = spaces->rows[i];
    spaces->count = kept;
    return true;
}

static bool spaces_refresh(struct view *view)
{
    struct spaces_view *spaces = spaces_of(view);
    uint64_t generation = heap_generation(view->heap);
    if (spaces->rows != NULL && (generation == spaces->generation || spaces->complete))
        return false;
    spaces->generation = generation;
    return load(spaces);
}

static uint64_t spaces_count(struct view *view, bool *exact)
{
    *exact = true;
    return spaces_of(view)->count;
}

static uint64_t spaces_id(struct view *view, uint64_t index)
{
    const struct space_usage *space = &spaces_of(view)->rows[index];
    return (uint64_t)space->isolate << 8 | space->kind;
}

static void spaces_fill(struct view *view, uint64_t index, struct row *row)
{
    struct spaces_view *spaces = spaces_of(view);
    const struct space_usage *space = &spaces->rows[index];
    row->id = spaces_id(view, index);
    if (space->isolate != V8_NO_ISOLATE)
        row_number(row, SPACES_ISOLATE, space->isolate);
    row_text(row, SPACES_SPACE, ROLE_NAME, space_kind_name(space->kind));
    row_number(row, SPACES_PAGES, space->pages);
    row_size(row, SPACES_SIZE, space->size);
    if (!spaces->complete)
        return;
    row_size(row, SPACES_USED, space->used);
    row_share(row, SPACES_SHARE, space->size > 0 ? (double)space->used / (double)space->size : 0);
    row_number(row, SPACES_OBJECTS, space->objects);
    row_size(row, SPACES_FREE, space->free);
    row_size(row, SPACES_UNWALKED, space->unwalked);
}

static bool spaces_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    const struct cell *name = &row->cells[SPACES_SPACE];
    int length = snprintf(command, capacity, "segments --filter kind:v8:%.*s", (int)name->length,
                          name->text);
    return length > 0 && (size_t)length < capacity;
}

static void spaces_status(struct view *view, struct view_status *status)
{
    struct spaces_view *spaces = spaces_of(view);
    const struct v8 *v8 = heap_v8(view->heap);
    char used[FORMAT_MAX], size[FORMAT_MAX];
    uint64_t sums[2] = {0};
    for (size_t i = 0; i < spaces->count; i++) {
        sums[0] += spaces->rows[i].used;
        sums[1] += spaces->rows[i].size;
    }
    status->complete = spaces->complete;
    snprintf(status->title, sizeof status->title, "spaces");
    snprintf(status->detail, sizeof status->detail, "%zu isolate%s · %s used of %s",
             v8->isolate_count, v8->isolate_count == 1 ? "" : "s", format_size(used, sums[0]),
             format_size(size, sums[1]));
}

static void spaces_destroy(struct view *view)
{
    free(spaces_of(view)->rows);
}

static const struct view_ops spaces_ops = {
    .name = "spaces",
    .columns = columns,
    .column_count = SPACES_COLUMNS,
    .whole_heap = true,
    .refresh = spaces_refresh,
    .count = spaces_count,
    .fill = spaces_fill,
    .id = spaces_id,
    .follow = spaces_follow,
    .status = spaces_status,
    .destroy = spaces_destroy,
};

static struct view *spaces_open(struct heap *heap, const struct command_args *args,
                                struct error *error)
{
    struct spaces_view *spaces = calloc(1, sizeof *spaces);
    if (spaces == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    spaces->view = (struct view){.ops = &spaces_ops, .heap = heap};
    spaces->isolate = args->common->isolate;
    return &spaces->view;
}

const struct command command_spaces = {
    .name = "spaces",
    .stages = 1u << STAGE_WALK,
    .help = "V8's spaces: pages, size, bytes in use, objects.",
    .rows = &spaces_ops,
    .open = spaces_open,
};
