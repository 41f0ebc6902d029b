#include "views/duplicates.h"

#include "heap/graph/search/string_groups.h"
#include "heap/heap.h"
#include "heap/v8/string/string.h"
#include "views/format.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum duplicates_column {
    DUPLICATES_COUNT,
    DUPLICATES_WASTED,
    DUPLICATES_LENGTH,
    DUPLICATES_EXAMPLE,
    DUPLICATES_VALUE,
    DUPLICATES_COLUMNS,
};

struct duplicates_view {
    struct view view;
    struct string_groups *groups; // NULL until the walk is done
    int64_t isolate;
};

static const struct column columns[] = {
    [DUPLICATES_COUNT] = {.name = "count", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [DUPLICATES_WASTED] = {.name = "wasted", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [DUPLICATES_LENGTH] = {.name = "length",
                           .flags = COLUMN_RIGHT | COLUMN_DESCENDING | COLUMN_OPTIONAL},
    [DUPLICATES_EXAMPLE] = {.name = "example", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [DUPLICATES_VALUE] = {.name = "value", .flags = COLUMN_GROW, .min_width = 16},
};

static struct duplicates_view *duplicates_of(struct view *view)
{
    return (struct duplicates_view *)view;
}

static bool is_ready(const struct duplicates_view *duplicates)
{
    return duplicates->groups != NULL && job_state(&duplicates->groups->job) == JOB_DONE;
}

static void start_when_walked(struct duplicates_view *duplicates)
{
    struct heap *heap = duplicates->view.heap;
    if (heap_index(heap) != NULL &&
        string_groups_create(heap_v8(heap), heap_index(heap), duplicates->isolate,
                             &duplicates->groups))
        heap_submit(heap, &duplicates->groups->job);
}

static bool duplicates_refresh(struct view *view)
{
    struct duplicates_view *duplicates = duplicates_of(view);
    bool before = is_ready(duplicates);
    if (duplicates->groups == NULL)
        start_when_walked(duplicates);
    return is_ready(duplicates) != before || !before;
}

static struct job *duplicates_job(struct view *view)
{
    struct duplicates_view *duplicates = duplicates_of(view);
    return duplicates->groups == NULL ? NULL : &duplicates->groups->job;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t duplicates_count(struct view *view, bool *exact)
{
    const struct duplicates_view *duplicates = duplicates_of(view);
    *exact = is_ready(duplicates);
    return *exact ? duplicates->groups->count : 0;
}

static uint64_t example_of(struct view *view, uint64_t index)
{
    const struct string_groups *groups = duplicates_of(view)->groups;
    return index_address(groups->index, groups->groups[index].example);
}

static void duplicates_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct v8 *v8 = heap_v8(view->heap);
    const struct string_group *group = &duplicates_of(view)->groups->groups[index];
    struct v8_string string;
    char text[VIEW_ROW_TEXT];
    row->id = row->target = example_of(view, index);
    row_number(row, DUPLICATES_COUNT, group->count);
    row_size(row, DUPLICATES_WASTED, group->wasted);
    row_address(row, DUPLICATES_EXAMPLE, row->id);
    if (!v8_string_at(v8, row->id, &string)) {
        row->state = ROW_BAD;
        return;
    }
    row_number(row, DUPLICATES_LENGTH, string.length);
    if ((row->wanted & 1u << DUPLICATES_VALUE) == 0)
        return;
    size_t length = v8_string_utf8(v8, &string, 0, text, sizeof text, NULL, NULL);
    row_text_n(row, DUPLICATES_VALUE, ROLE_STRING, text, length);
}

static bool duplicates_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    const struct string_group *group = &duplicates_of(view)->groups->groups[index];
    *ret = column == DUPLICATES_COUNT ? group->count : group->wasted;
    return column == DUPLICATES_COUNT || column == DUPLICATES_WASTED;
}

static bool duplicates_follow(struct view *view, const struct row *row, char *command,
                              size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void duplicates_status(struct view *view, struct view_status *status)
{
    const struct duplicates_view *duplicates = duplicates_of(view);
    const struct string_groups *groups = duplicates->groups;
    struct stage_progress walk;
    char texts[FORMAT_MAX], strings[FORMAT_MAX], wasted[FORMAT_MAX];
    heap_progress(view->heap, STAGE_WALK, &walk);
    status->complete = is_ready(duplicates);
    uint64_t done = groups != NULL ? atomic_load(&groups->job.done) : walk.done;
    uint64_t total = groups != NULL ? atomic_load(&groups->job.total) : walk.total;
    status->progress = total > 0 ? (double)done / (double)total : 0;
    snprintf(status->title, sizeof status->title, "duplicate strings");
    if (!status->complete) {
        snprintf(status->detail, sizeof status->detail, "comparing");
        return;
    }
    snprintf(status->detail, sizeof status->detail, "%s texts · %s strings · %s wasted",
             format_count(texts, groups->count), format_count(strings, groups->strings),
             format_size(wasted, groups->wasted));
    if (atomic_load(&groups->damaged) > 0)
        snprintf(status->missing, sizeof status->missing, "%s strings cannot be read",
                 format_count(strings, atomic_load(&groups->damaged)));
}

static void duplicates_destroy(struct view *view)
{
    struct duplicates_view *duplicates = duplicates_of(view);
    if (duplicates->groups == NULL)
        return;
    job_cancel(&duplicates->groups->job);
    job_release(&duplicates->groups->job);
}

static const struct view_ops duplicates_ops = {
    .name = "duplicates",
    .columns = columns,
    .column_count = DUPLICATES_COLUMNS,
    .whole_heap = true,
    .refresh = duplicates_refresh,
    .job = duplicates_job,
    .count = duplicates_count,
    .fill = duplicates_fill,
    .id = example_of,
    .key = duplicates_key,
    .follow = duplicates_follow,
    .status = duplicates_status,
    .destroy = duplicates_destroy,
};

struct view *duplicates_open(struct heap *heap, int64_t isolate, struct error *error)
{
    struct duplicates_view *duplicates = calloc(1, sizeof *duplicates);
    if (duplicates == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    duplicates->view = (struct view){.ops = &duplicates_ops, .heap = heap};
    duplicates->isolate = isolate;
    start_when_walked(duplicates);
    return &duplicates->view;
}
