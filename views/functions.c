// `functions`: every function definition, and how many closures of it are on the heap.
#include "heap/graph/search/functions.h"
#include "heap/heap.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/line_cache.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/measures.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum functions_column {
    FUNCTIONS_FUNCTION,
    FUNCTIONS_CLOSURES,
    FUNCTIONS_RETAINED,
    FUNCTIONS_SCRIPT,
    FUNCTIONS_LINE,
    FUNCTIONS_COLUMN,
    FUNCTIONS_EXAMPLE,
    FUNCTIONS_KIND,
    FUNCTIONS_STATE,
    FUNCTIONS_DEFINITION,
    FUNCTIONS_COLUMNS,
};

struct functions_view {
    struct view view;
    struct functions *functions; // NULL until the walk is done
    struct function_retained *held;           // NULL until it is asked for
    const struct function_retained *retained; // NULL until it is known
    uint32_t *rows;              // definitions shown, as indexes; NULL until counted
    uint64_t count;
    bool all;                    // --all: also those without a closure
    bool failed;
    int64_t isolate;
    struct line_cache lines;
};

static const struct column columns[] = {
    [FUNCTIONS_FUNCTION] = {.name = "function", .flags = COLUMN_GROW, .min_width = 16},
    [FUNCTIONS_CLOSURES] = {.name = "closures", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [FUNCTIONS_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [FUNCTIONS_SCRIPT] = {.name = "script", .flags = COLUMN_GROW, .min_width = 28},
    [FUNCTIONS_LINE] = {.name = "line", .flags = COLUMN_RIGHT},
    [FUNCTIONS_COLUMN] = {.name = "column", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [FUNCTIONS_EXAMPLE] = {.name = "example", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [FUNCTIONS_KIND] = {.name = "kind", .flags = COLUMN_HIDDEN},
    [FUNCTIONS_STATE] = {.name = "state", .flags = COLUMN_HIDDEN},
    [FUNCTIONS_DEFINITION] = {.name = "definition", .flags = COLUMN_HIDDEN | COLUMN_RIGHT},
};

static struct functions_view *functions_of(struct view *view)
{
    return (struct functions_view *)view;
}

static const struct function_count *count_of(const struct functions_view *functions,
                                             uint64_t index)
{
    return &functions->functions->functions[functions->rows[index]];
}

// --- the pass ------------------------------------------------------------------------------------

static void choose_rows(struct functions_view *view)
{
    const struct functions *functions = view->functions;
    view->rows = calloc(functions->function_count + 1, sizeof *view->rows);
    for (size_t i = 0; view->rows != NULL && i < functions->function_count; i++)
        if (view->all || functions->functions[i].closures > 0)
            view->rows[view->count++] = (uint32_t)i;
    view->failed = view->rows == NULL;
}

static bool take_functions(struct functions_view *functions)
{
    struct heap *heap = functions->view.heap;
    if (functions->rows != NULL || functions->failed)
        return false;
    if (functions->functions == NULL && heap_index(heap) != NULL) {
        functions->functions = heap_functions(heap, functions->isolate);
        functions->failed = functions->functions == NULL;
    }
    // What is found out in a moment is waited for: a column that comes later moves all others.
    if (functions->functions != NULL && job_state(&functions->functions->job) == JOB_DONE &&
        !measure_closures_pending(heap, functions->functions, &functions->held))
        choose_rows(functions);
    return true;
}

static bool take_retained(struct functions_view *functions)
{
    if (functions->rows == NULL || functions->retained != NULL)
        return false;
    functions->retained =
        measure_closures(functions->view.heap, functions->functions, &functions->held);
    return functions->retained != NULL;
}

static bool functions_refresh(struct view *view)
{
    bool changed = take_functions(functions_of(view));
    return take_retained(functions_of(view)) || changed;
}

static struct job *functions_job(struct view *view)
{
    struct functions_view *functions = functions_of(view);
    if (functions->functions == NULL)
        return NULL;
    measure_closures(view->heap, functions->functions, &functions->held);
    struct job *adding = measure_closures_job(functions->held);
    return adding != NULL ? adding : &functions->functions->job;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t functions_count(struct view *view, bool *exact)
{
    struct functions_view *functions = functions_of(view);
    *exact = functions->rows != NULL;
    return functions->count;
}

static bool wants(const struct row *row, enum functions_column column)
{
    return (row->wanted & 1u << column) != 0;
}

// Script, line and column of where the text of the function begins.
static void fill_place(struct functions_view *view, const struct function_count *count,
                       const struct v8_function *function, struct row *row)
{
    const struct v8 *v8 = heap_v8(view->view.heap);
    struct v8_script script;
    char name[SCRIPT_NAME_MAX];
    uint32_t first, end;
    int64_t line, column;
    if (!v8_script_of(v8, function->script, &script))
        return;
    v8_script_name(v8, &script, name, sizeof name);
    row_text(row, FUNCTIONS_SCRIPT, ROLE_TEXT, name);
    if ((!wants(row, FUNCTIONS_LINE) && !wants(row, FUNCTIONS_COLUMN)) ||
        !v8_function_extent(v8, function, count->example, &first, &end))
        return;
    struct source_lines *lines = line_cache_get(&view->lines, &script);
    if (lines == NULL || !source_lines_place(lines, first, &line, &column))
        return;
    row_signed(row, FUNCTIONS_LINE, line);
    row_signed(row, FUNCTIONS_COLUMN, column);
}

static void functions_fill(struct view *view, uint64_t index, struct row *row)
{
    struct functions_view *functions = functions_of(view);
    const struct function_count *count = count_of(functions, index);
    const struct v8 *v8 = heap_v8(view->heap);
    struct v8_function function;
    char name[FUNCTION_NAME_MAX];
    row->id = count->shared;
    row->target = count->example != 0 ? count->example : count->shared;
    row_number(row, FUNCTIONS_CLOSURES, count->closures);
    if (functions->retained != NULL)
        row_size(row, FUNCTIONS_RETAINED, functions->retained->by_function[functions->rows[index]]);
    if (count->example != 0)
        row_address(row, FUNCTIONS_EXAMPLE, count->example);
    row_address(row, FUNCTIONS_DEFINITION, count->shared);
    if (!v8_function_at(v8, count->shared, &function)) {
        row->state = ROW_BAD;
        row_text(row, FUNCTIONS_FUNCTION, ROLE_BAD, "not readable");
        return;
    }
    bool named = v8_function_name(v8, &function, name, sizeof name);
    row_text(row, FUNCTIONS_FUNCTION, named ? ROLE_VALUE_FUNCTION : ROLE_DIM, name);
    row_text(row, FUNCTIONS_KIND, ROLE_TEXT,
             function.top_level ? "top level" : function_kind_name(function.kind));
    row_text(row, FUNCTIONS_STATE, ROLE_TEXT, function_state_name(function.state));
    if (wants(row, FUNCTIONS_SCRIPT) || wants(row, FUNCTIONS_LINE) ||
        wants(row, FUNCTIONS_COLUMN))
        fill_place(functions, count, &function, row);
}

static uint64_t functions_id(struct view *view, uint64_t index)
{
    return count_of(functions_of(view), index)->shared;
}

static bool functions_find(struct view *view, uint64_t id, uint64_t *index)
{
    struct functions_view *functions = functions_of(view);
    uint64_t low = 0, high = functions->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (count_of(functions, middle)->shared < id)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return low < functions->count && count_of(functions, low)->shared == id;
}

static bool functions_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    struct functions_view *functions = functions_of(view);
    const struct function_count *count = count_of(functions, index);
    switch (column) {
    case FUNCTIONS_CLOSURES:
        *ret = count->closures;
        return true;
    case FUNCTIONS_RETAINED:
        if (functions->retained != NULL)
            *ret = functions->retained->by_function[functions->rows[index]];
        return functions->retained != NULL;
    case FUNCTIONS_DEFINITION:
        *ret = count->shared;
        return true;
    default:
        return false;
    }
}

static bool functions_follow(struct view *view, const struct row *row, char *command,
                             size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "source 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void functions_status(struct view *view, struct view_status *status)
{
    struct functions_view *functions = functions_of(view);
    char definitions[FORMAT_MAX], closures[FORMAT_MAX];
    snprintf(status->title, sizeof status->title, "functions");
    status->complete = functions->rows != NULL;
    if (functions->functions != NULL) {
        struct job *job = &functions->functions->job;
        uint64_t total = atomic_load(&job->total);
        status->progress = total > 0 ? (double)atomic_load(&job->done) / (double)total : 0;
    }
    if (functions->failed)
        snprintf(status->missing, sizeof status->missing, "everything: out of memory");
    if (functions->rows != NULL)
        snprintf(status->detail, sizeof status->detail, "%s functions · %s closures",
                 format_count(definitions, functions->count),
                 format_count(closures, functions->functions->closures));
    else
        snprintf(status->detail, sizeof status->detail, "counting");
}

static void functions_destroy(struct view *view)
{
    struct functions_view *functions = functions_of(view);
    if (functions->functions != NULL)
        job_release(&functions->functions->job);
    measure_closures_free(functions->held);
    line_cache_deinit(&functions->lines);
    free(functions->rows);
}

static const struct view_ops functions_ops = {
    .name = "functions",
    .columns = columns,
    .column_count = FUNCTIONS_COLUMNS,
    .whole_heap = true,
    .default_sort = "closures",
    .refresh = functions_refresh,
    .job = functions_job,
    .count = functions_count,
    .fill = functions_fill,
    .id = functions_id,
    .find = functions_find,
    .key = functions_key,
    .follow = functions_follow,
    .status = functions_status,
    .destroy = functions_destroy,
};

// --- command -------------------------------------------------------------------------------------

// mdb's -n and -s are filters of a column.
static bool filter_by(struct view *view, const char *column, const char *pattern,
                      struct error *error)
{
    char filter[1024];
    if (pattern == NULL)
        return true;
    if ((size_t)snprintf(filter, sizeof filter, "%s:%s", column, pattern) >= sizeof filter)
        return error_set(error, ERROR_USAGE, "the pattern is too long");
    return view_filter_add(view, filter, error);
}

static struct view *functions_open(struct heap *heap, const struct command_args *args,
                                   struct error *error)
{
    struct functions_view *functions = calloc(1, sizeof *functions);
    if (functions == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    functions->view = (struct view){.ops = &functions_ops, .heap = heap};
    functions->all = args->option(args, "--all") != NULL;
    functions->isolate = args->common->isolate;
    line_cache_init(&functions->lines, heap_v8(heap));
    if (!filter_by(&functions->view, "function", args->option(args, "--name"), error) ||
        !filter_by(&functions->view, "script", args->option(args, "--script"), error)) {
        view_destroy(&functions->view);
        return NULL;
    }
    functions_refresh(&functions->view);
    return &functions->view;
}

const struct command command_functions = {
    .name = "functions",
    .aliases = (const char *const[]){"jsfunctions", NULL},
    .options =
        (const struct command_option[]){
            {"--all", NULL, NULL, "also those without a closure"},
            {"--name", "-n", "REGEX", "only functions with such a name"},
            {"--script", "-s", "REGEX", "only functions of such scripts"},
            {0},
        },
    .stages = 1u << STAGE_WALK,
    .help = "Function definitions and how many closures of each there are.",
    .rows = &functions_ops,
    .open = functions_open,
};
