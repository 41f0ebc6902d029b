// `scripts`: where source text came from.
#include "heap/graph/search/functions.h"
#include "heap/heap.h"
#include "heap/v8/function/line_cache.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/measures.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum scripts_column {
    SCRIPTS_ADDRESS,
    SCRIPTS_ID,
    SCRIPTS_NAME,
    SCRIPTS_TYPE,
    SCRIPTS_LINES,
    SCRIPTS_LENGTH,
    SCRIPTS_FUNCTIONS,
    SCRIPTS_RETAINED,
    SCRIPTS_COLUMNS,
};

struct scripts_view {
    struct view view;
    struct functions *functions; // NULL until the walk is done
    struct function_retained *held;           // NULL until it is asked for
    const struct function_retained *retained; // NULL until it is known
    bool counted, failed;
    int64_t isolate;
    struct line_cache lines;
};

static const struct column columns[] = {
    [SCRIPTS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [SCRIPTS_ID] = {.name = "id", .flags = COLUMN_RIGHT},
    [SCRIPTS_NAME] = {.name = "name", .flags = COLUMN_GROW, .min_width = 16},
    [SCRIPTS_TYPE] = {.name = "type", .flags = COLUMN_OPTIONAL},
    [SCRIPTS_LINES] = {.name = "lines", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SCRIPTS_LENGTH] = {.name = "length", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SCRIPTS_FUNCTIONS] = {.name = "functions", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [SCRIPTS_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
};

static struct scripts_view *scripts_of(struct view *view)
{
    return (struct scripts_view *)view;
}

static bool take_scripts(struct scripts_view *scripts)
{
    struct heap *heap = scripts->view.heap;
    if (scripts->counted || scripts->failed)
        return false;
    if (scripts->functions == NULL && heap_index(heap) != NULL) {
        scripts->functions = heap_functions(heap, scripts->isolate);
        scripts->failed = scripts->functions == NULL;
    }
    // As in functions.c: what is found out in a moment is waited for.
    scripts->counted = scripts->functions != NULL &&
                       job_state(&scripts->functions->job) == JOB_DONE &&
                       !measure_closures_pending(heap, scripts->functions, &scripts->held);
    return true;
}

static bool take_retained(struct scripts_view *scripts)
{
    if (!scripts->counted || scripts->retained != NULL)
        return false;
    scripts->retained = measure_closures(scripts->view.heap, scripts->functions, &scripts->held);
    return scripts->retained != NULL;
}

static bool scripts_refresh(struct view *view)
{
    bool changed = take_scripts(scripts_of(view));
    return take_retained(scripts_of(view)) || changed;
}

static struct job *scripts_job(struct view *view)
{
    struct scripts_view *scripts = scripts_of(view);
    if (scripts->functions == NULL)
        return NULL;
    measure_closures(view->heap, scripts->functions, &scripts->held);
    struct job *adding = measure_closures_job(scripts->held);
    return adding != NULL ? adding : &scripts->functions->job;
}

static uint64_t scripts_count(struct view *view, bool *exact)
{
    struct scripts_view *scripts = scripts_of(view);
    *exact = scripts->counted;
    return scripts->counted ? scripts->functions->script_count : 0;
}

static void scripts_fill(struct view *view, uint64_t index, struct row *row)
{
    struct scripts_view *scripts = scripts_of(view);
    const struct script_count *count = &scripts->functions->scripts[index];
    const struct v8 *v8 = heap_v8(view->heap);
    struct v8_script script;
    char name[SCRIPT_NAME_MAX];
    row->id = row->target = count->script;
    row_address(row, SCRIPTS_ADDRESS, count->script);
    row_number(row, SCRIPTS_FUNCTIONS, count->functions);
    if (scripts->retained != NULL)
        row_size(row, SCRIPTS_RETAINED, scripts->retained->by_script[index]);
    if (!v8_script_at(v8, count->script, &script)) {
        row->state = ROW_BAD;
        row_text(row, SCRIPTS_NAME, ROLE_BAD, "not readable");
        return;
    }
    row_signed(row, SCRIPTS_ID, script.id);
    bool named = v8_script_name(v8, &script, name, sizeof name);
    row_text(row, SCRIPTS_NAME, named ? ROLE_NAME : ROLE_DIM, name);
    row_text(row, SCRIPTS_TYPE, ROLE_TEXT, script.by_eval ? "eval" : script_type_name(script.type));
    if (!script.has_source)
        return;
    row_number(row, SCRIPTS_LENGTH, script.source.length);
    if ((row->wanted & 1u << SCRIPTS_LINES) == 0)
        return;
    struct source_lines *lines = line_cache_get(&scripts->lines, &script);
    uint32_t number = lines == NULL ? 0 : source_lines_count(lines);
    if (number > 0)
        row_number(row, SCRIPTS_LINES, number);
}

static uint64_t scripts_id(struct view *view, uint64_t index)
{
    return scripts_of(view)->functions->scripts[index].script;
}

static bool scripts_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "source 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void scripts_status(struct view *view, struct view_status *status)
{
    struct scripts_view *scripts = scripts_of(view);
    char count[FORMAT_MAX];
    snprintf(status->title, sizeof status->title, "scripts");
    status->complete = scripts->counted;
    if (scripts->functions != NULL) {
        struct job *job = &scripts->functions->job;
        uint64_t total = atomic_load(&job->total);
        status->progress = total > 0 ? (double)atomic_load(&job->done) / (double)total : 0;
    }
    if (scripts->failed)
        snprintf(status->missing, sizeof status->missing, "everything: out of memory");
    if (scripts->counted)
        snprintf(status->detail, sizeof status->detail, "%s scripts",
                 format_count(count, scripts->functions->script_count));
    else
        snprintf(status->detail, sizeof status->detail, "looking for scripts");
}

static void scripts_destroy(struct view *view)
{
    struct scripts_view *scripts = scripts_of(view);
    if (scripts->functions != NULL)
        job_release(&scripts->functions->job);
    measure_closures_free(scripts->held);
    line_cache_deinit(&scripts->lines);
}

static bool scripts_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    struct scripts_view *scripts = scripts_of(view);
    switch (column) {
    case SCRIPTS_FUNCTIONS:
        *ret = scripts->functions->scripts[index].functions;
        return true;
    case SCRIPTS_RETAINED:
        if (scripts->retained != NULL)
            *ret = scripts->retained->by_script[index];
        return scripts->retained != NULL;
    default:
        return false;
    }
}

static const struct view_ops scripts_ops = {
    .name = "scripts",
    .columns = columns,
    .column_count = SCRIPTS_COLUMNS,
    .whole_heap = true,
    .default_sort = "id",
    .refresh = scripts_refresh,
    .job = scripts_job,
    .count = scripts_count,
    .fill = scripts_fill,
    .id = scripts_id,
    .key = scripts_key,
    .follow = scripts_follow,
    .status = scripts_status,
    .destroy = scripts_destroy,
};

static struct view *scripts_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    struct scripts_view *scripts = calloc(1, sizeof *scripts);
    if (scripts == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    scripts->view = (struct view){.ops = &scripts_ops, .heap = heap};
    scripts->isolate = args->common->isolate;
    line_cache_init(&scripts->lines, heap_v8(heap));
    scripts_refresh(&scripts->view);
    return &scripts->view;
}

const struct command command_scripts = {
    .name = "scripts",
    .stages = 1u << STAGE_WALK,
    .help = "Scripts: files, evals and modules, with their size and functions.",
    .rows = &scripts_ops,
    .open = scripts_open,
};
