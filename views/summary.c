// `summary`: the questions of the first minute. Which process, how it died, how big its memory is
// and what fills it, what looks wrong, and where to look next.
#include "heap/graph/leaks/leaks.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/summary_page.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum summary_column {
    SUMMARY_TOPIC,
    SUMMARY_WHAT,
    SUMMARY_COUNT,
    SUMMARY_SIZE,
    SUMMARY_RETAINED,
    SUMMARY_SHARE,
    SUMMARY_COLUMNS,
};

struct summary_view {
    struct view view;
    struct summary_page page;
    uint64_t generation;
};

static const struct column columns[] = {
    [SUMMARY_TOPIC] = {.name = "topic", .title = "", .min_width = 8},
    [SUMMARY_WHAT] = {.name = "what", .title = "", .flags = COLUMN_GROW, .min_width = 20},
    [SUMMARY_COUNT] = {.name = "count", .flags = COLUMN_RIGHT, .min_width = 9},
    [SUMMARY_SIZE] = {.name = "size", .flags = COLUMN_RIGHT, .min_width = 8},
    [SUMMARY_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT, .min_width = 8},
    [SUMMARY_SHARE] = {.name = "share", .title = "", .min_width = 8, .max_width = 24,
                       .flags = COLUMN_SCREEN | COLUMN_OPTIONAL},
};

static struct summary_view *summary_of(struct view *view)
{
    return (struct summary_view *)view;
}

// --- gathering -----------------------------------------------------------------------------------

struct summary_line *summary_add(struct summary_page *page, const char *topic)
{
    size_t at = page->count < SUMMARY_LINES ? page->count++ : SUMMARY_LINES - 1;
    struct summary_line *line = &page->lines[at];
    *line = (struct summary_line){.id = page->section * SUMMARY_SECTION + page->in_section++,
                                  .topic = topic, .role = ROLE_TEXT, .count = SUMMARY_NONE,
                                  .size = SUMMARY_NONE, .retained = SUMMARY_NONE, .share = -1};
    return line;
}

static void begin_section(struct summary_page *page)
{
    page->section++;
    page->in_section = 0;
}

static struct summary_line *warn(struct summary_page *page, const char *topic)
{
    struct summary_line *line = summary_add(page, topic);
    line->role = ROLE_WARN;
    return line;
}

static void add_warnings(struct summary_page *page)
{
    const struct v8 *v8 = heap_v8(page->heap);
    uint64_t objects, walked, unwalked;
    char size[FORMAT_MAX];
    heap_totals(page->heap, &objects, &walked, &unwalked);
    uint64_t missing = dump_info(heap_dump(page->heap))->missing_bytes;
    if (missing > 0)
        snprintf(warn(page, "missing")->what, SUMMARY_TEXT,
                 "the core is truncated: %s are missing", format_size(size, missing));
    if (unwalked > 0) {
        struct summary_line *line = warn(page, "missing");
        snprintf(line->what, sizeof line->what, "%s of the heap could not be walked",
                 format_size(size, unwalked));
        snprintf(line->command, sizeof line->command, "spaces --sort unwalked");
    }
    for (size_t i = 0; i < v8->warning_count; i++)
        snprintf(warn(page, "warning")->what, SUMMARY_TEXT, "%s", v8->warnings[i]);
}

static void gather(struct summary_page *page)
{
    struct stage_progress walk;
    heap_progress(page->heap, STAGE_WALK, &walk);
    page->count = page->section = 0;
    // The executable's symbols take their time: the first screen does without them.
    if (walk.state != STAGE_IDLE)
        summary_begin_death(page);
    summary_add_process(page);
    add_warnings(page);
    begin_section(page);
    summary_add_memory(page);
    begin_section(page);
    summary_add_types(page);
    begin_section(page);
    summary_add_suspects(page);
    begin_section(page);
    summary_add_open(page);
    summary_add_threads(page);
}

static bool summary_refresh(struct view *view)
{
    struct summary_view *summary = summary_of(view);
    uint64_t generation = heap_generation(view->heap);
    if (generation == summary->generation && summary->page.death != NULL)
        return false;
    summary->generation = generation;
    gather(&summary->page);
    return true;
}

static struct job *summary_job(struct view *view)
{
    // The leaks are the heap's and may be known when this page's own job has only begun.
    struct leaks *leaks = heap_leaks(view->heap);
    struct death_job *death = summary_of(view)->page.death;
    if (death != NULL && (leaks == NULL || !job_ended(&death->job)))
        return &death->job;
    return leaks != NULL ? &leaks->job : NULL;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t summary_count(struct view *view, bool *exact)
{
    *exact = true;
    return summary_of(view)->page.count;
}

static uint64_t summary_id(struct view *view, uint64_t index)
{
    return summary_of(view)->page.lines[index].id;
}

static void fill_figure(struct row *row, size_t column, uint64_t number,
                        void (*fill)(struct row *row, size_t column, uint64_t number))
{
    if (number != SUMMARY_NONE)
        fill(row, column, number);
}

static void summary_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct summary_line *line = &summary_of(view)->page.lines[index];
    row->id = line->id;
    row->target = line->target;
    if (line->topic[0] != '\0')
        row_text(row, SUMMARY_TOPIC, ROLE_HEADING, line->topic);
    row_text(row, SUMMARY_WHAT, line->role, line->what);
    fill_figure(row, SUMMARY_COUNT, line->count, row_number);
    fill_figure(row, SUMMARY_SIZE, line->size, row_size);
    fill_figure(row, SUMMARY_RETAINED, line->retained, row_size);
    if (line->share >= 0)
        row_share(row, SUMMARY_SHARE, line->share);
}

static bool summary_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    const struct summary_page *page = &summary_of(view)->page;
    for (size_t i = 0; i < page->count; i++) {
        const struct summary_line *line = &page->lines[i];
        if (line->id != row->id)
            continue;
        int length = line->command[0] != '\0' || line->target == 0
                         ? snprintf(command, capacity, "%s", line->command)
                         : snprintf(command, capacity, "inspect 0x%" PRIx64, line->target);
        return length > 0 && (size_t)length < capacity;
    }
    return false;
}

static void summary_status(struct view *view, struct view_status *status)
{
    struct stage_progress stage;
    heap_progress(view->heap, STAGE_DOMINATE, &stage);
    status->complete = summary_is_complete(&summary_of(view)->page);
    status->progress = stage.total > 0 ? (double)stage.done / (double)stage.total : 0;
    snprintf(status->title, sizeof status->title, "summary");
}

static void summary_destroy(struct view *view)
{
    summary_end_death(&summary_of(view)->page);
}

static const struct view_ops summary_ops = {
    .name = "summary",
    .columns = columns,
    .column_count = SUMMARY_COLUMNS,
    .refresh = summary_refresh,
    .job = summary_job,
    .count = summary_count,
    .fill = summary_fill,
    .id = summary_id,
    .follow = summary_follow,
    .status = summary_status,
    .destroy = summary_destroy,
};

static struct view *summary_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    (void)args;
    struct summary_view *summary = calloc(1, sizeof *summary);
    if (summary == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    summary->view = (struct view){.ops = &summary_ops, .heap = heap};
    summary->page.heap = heap;
    summary->generation = UINT64_MAX;
    summary_measure_memory(&summary->page);
    gather(&summary->page);
    return &summary->view;
}

const struct command command_summary = {
    .name = "summary",
    .stages = 1u << STAGE_WALK | 1u << STAGE_DOMINATE,
    .help = "The questions of the first minute: which process, how it died, what fills it.",
    .rows = &summary_ops,
    .open = summary_open,
};
