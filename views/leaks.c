// `leaks`: suspects, the largest first, each with a reason.
#include "heap/graph/leaks/leaks.h"

#include "heap/heap.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/leak_text.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum leaks_column {
    LEAKS_RANK,
    LEAKS_SHARE,
    LEAKS_RETAINED,
    LEAKS_REASON,
    LEAKS_ADDRESS,
    LEAKS_TYPE,
    LEAKS_HOLDER,
    LEAKS_PATH,
    LEAKS_COLUMNS,
};

struct leaks_view {
    struct view view;
    struct leaks *leaks; // the heap's; NULL before the dominators are known
    bool done;
};

static const struct column columns[] = {
    [LEAKS_RANK] = {.name = "rank", .title = "", .flags = COLUMN_RIGHT},
    [LEAKS_SHARE] = {.name = "share", .flags = COLUMN_DESCENDING, .min_width = 8,
                     .max_width = 12},
    [LEAKS_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [LEAKS_REASON] = {.name = "reason", .flags = COLUMN_GROW, .min_width = 40},
    [LEAKS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [LEAKS_TYPE] = {.name = "type", .flags = COLUMN_HIDDEN},
    [LEAKS_HOLDER] = {.name = "holder", .flags = COLUMN_HIDDEN},
    [LEAKS_PATH] = {.name = "path", .flags = COLUMN_HIDDEN},
};

static struct leaks_view *leaks_of(struct view *view)
{
    return (struct leaks_view *)view;
}

static const struct leak *leak_at(struct view *view, uint64_t index)
{
    return &leaks_of(view)->leaks->items[index];
}

static uint64_t address_of(struct view *view, const struct leak *leak)
{
    return index_address(heap_index(view->heap), leak->node);
}

static bool leaks_refresh(struct view *view)
{
    struct leaks_view *leaks = leaks_of(view);
    bool done = leaks->done;
    if (leaks->leaks == NULL)
        leaks->leaks = heap_leaks(view->heap);
    leaks->done = leaks->leaks != NULL && job_state(&leaks->leaks->job) == JOB_DONE;
    return leaks->done != done;
}

static struct job *leaks_job(struct view *view)
{
    struct leaks_view *leaks = leaks_of(view);
    return leaks->leaks == NULL ? NULL : &leaks->leaks->job;
}

static uint64_t leaks_count(struct view *view, bool *exact)
{
    struct leaks_view *leaks = leaks_of(view);
    *exact = leaks->done;
    return leaks->done ? leaks->leaks->count : 0;
}

static void leaks_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct leak *leak = leak_at(view, index);
    const struct dominators *dominators = heap_dominators(view->heap);
    struct type_names *names = heap_type_names(view->heap);
    struct v8_object object;
    char text[2 * LEAK_TEXT];
    row->id = row->target = address_of(view, leak);
    row_number(row, LEAKS_RANK, index + 1);
    row_share(row, LEAKS_SHARE, (double)leak->bytes / (double)dominators->total);
    row_size(row, LEAKS_RETAINED, leak->retained);
    row_address(row, LEAKS_ADDRESS, row->target);
    if (v8_object_at(heap_v8(view->heap), row->target, &object))
        row_text(row, LEAKS_TYPE, ROLE_NAME,
                 type_names_text(names, type_name_of_object(heap_v8(view->heap), names,
                                                            heap_renamed(view->heap), &object)));
    if (row->wanted & 1u << LEAKS_REASON)
        row_text(row, LEAKS_REASON, ROLE_NAME,
                 leak_reason(view->heap, leak, text, sizeof text));
    if (row->wanted & 1u << LEAKS_HOLDER)
        row_text(row, LEAKS_HOLDER, ROLE_EDGE,
                 leak_holder(view->heap, leak, text, sizeof text));
    if (row->wanted & 1u << LEAKS_PATH)
        row_text(row, LEAKS_PATH, ROLE_EDGE, leak_path(view->heap, leak, text, sizeof text));
}

static uint64_t leaks_id(struct view *view, uint64_t index)
{
    return address_of(view, leak_at(view, index));
}

static bool leaks_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    switch (column) {
    case LEAKS_RANK:
        *ret = index + 1;
        return true;
    case LEAKS_RETAINED:
        *ret = leak_at(view, index)->retained;
        return true;
    default:
        return false;
    }
}

static bool leaks_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void leaks_status(struct view *view, struct view_status *status)
{
    struct leaks_view *leaks = leaks_of(view);
    struct stage_progress stage;
    char size[FORMAT_MAX];
    heap_progress(view->heap, STAGE_DOMINATE, &stage);
    status->complete = leaks->done;
    status->progress = stage.total > 0 ? (double)stage.done / (double)stage.total : 0;
    snprintf(status->title, sizeof status->title, "leak suspects");
    if (leaks->done)
        snprintf(status->detail, sizeof status->detail, "%zu of at least 1 %% of %s",
                 leaks->leaks->count, format_size(size, heap_dominators(view->heap)->total));
}

static const struct view_ops leaks_ops = {
    .name = "leaks",
    .columns = columns,
    .column_count = LEAKS_COLUMNS,
    .refresh = leaks_refresh,
    .job = leaks_job,
    .count = leaks_count,
    .fill = leaks_fill,
    .id = leaks_id,
    .key = leaks_key,
    .follow = leaks_follow,
    .status = leaks_status,
};

static struct view *leaks_open(struct heap *heap, const struct command_args *args,
                               struct error *error)
{
    (void)args;
    struct leaks_view *leaks = calloc(1, sizeof *leaks);
    if (leaks == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    leaks->view = (struct view){.ops = &leaks_ops, .heap = heap};
    leaks_refresh(&leaks->view);
    return &leaks->view;
}

const struct command command_leaks = {
    .name = "leaks",
    .stages = 1u << STAGE_DOMINATE,
    .help = "Where much memory comes together: suspects, the largest first, and who holds them.",
    .rows = &leaks_ops,
    .open = leaks_open,
};
