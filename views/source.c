// `source ADDR`: the text of a function, a script, or the constructor of an object.
#include "heap/v8/function/source.h"

#include "heap/graph/edges/scope_owner.h"
#include "heap/heap.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/source_rows.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum source_column {
    SOURCE_SCRIPT,
    SOURCE_LINE,
    SOURCE_COLUMN,
    SOURCE_TEXT,
    SOURCE_MARKED,
    SOURCE_COLUMNS,
};

enum {
    FIRST_SLICE = 20000, // rows cut before the first one shows: some 10 ms
    CONTEXT_MAX = 1000000,
};

struct source_view {
    struct view view;
    uint64_t subject;          // as asked for
    int64_t context;           // lines, or SOURCE_EXACT
    uint64_t wanted;           // line that is pointed at, from 1; 0: the subject is
    struct v8_source source;   // once found
    struct scope_owner *owner; // the search for a context's function; NULL: none
    struct source_rows *rows;  // NULL: not found yet
    bool submitted;            // the rows are cut on in the background
    bool missing;              // found, but there is nothing to show
    uint64_t count;
    bool through;
    char script[SCRIPT_NAME_MAX];
};

static const struct column columns[] = {
    [SOURCE_SCRIPT] = {.name = "script", .flags = COLUMN_HIDDEN}, // the title says it
    [SOURCE_LINE] = {.name = "line", .flags = COLUMN_RIGHT},
    [SOURCE_COLUMN] = {.name = "column", .flags = COLUMN_HIDDEN | COLUMN_RIGHT},
    [SOURCE_TEXT] = {.name = "text", .flags = COLUMN_GROW | COLUMN_UNSORTED, .min_width = 40},
    [SOURCE_MARKED] = {.name = "marked", .flags = COLUMN_HIDDEN},
};

static struct source_view *source_of(struct view *view)
{
    return (struct source_view *)view;
}

// --- finding it ----------------------------------------------------------------------------------

static void show_source(struct source_view *view)
{
    const struct v8 *v8 = heap_v8(view->view.heap);
    v8_script_name(v8, &view->source.script, view->script, sizeof view->script);
    if (!source_rows_create(v8, &view->source, view->source.whole ? SOURCE_EXACT : view->context,
                            FIRST_SLICE, &view->rows)) {
        view->missing = true;
        return;
    }
    source_rows_known(view->rows, &view->count, &view->through);
    if (!view->through && !view->rows->failed) {
        view->submitted = true;
        heap_submit(view->view.heap, &view->rows->job);
    }
}

// The function of a context was found, or there is none.
static void take_owner(struct source_view *view)
{
    uint64_t shared = atomic_load(&view->owner->shared);
    if (shared != 0 &&
        v8_source_at(heap_v8(view->view.heap), shared, &view->source) == SOURCE_FOUND)
        show_source(view);
    else
        view->missing = true;
}

static bool source_refresh(struct view *view)
{
    struct source_view *source = source_of(view);
    uint64_t count = source->count;
    bool through = source->through;
    if (source->rows == NULL && !source->missing && source->owner != NULL &&
        job_ended(&source->owner->job)) {
        take_owner(source);
        return true;
    }
    if (source->rows == NULL)
        return false;
    source_rows_known(source->rows, &source->count, &source->through);
    return source->count != count || source->through != through;
}

static struct job *source_job(struct view *view)
{
    struct source_view *source = source_of(view);
    return source->submitted       ? &source->rows->job
           : source->owner != NULL ? &source->owner->job
                                   : NULL;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t source_count(struct view *view, bool *exact)
{
    struct source_view *source = source_of(view);
    *exact = source->through || source->missing ||
             (source->rows != NULL && source->rows->failed);
    return source->count;
}

static bool is_own(const struct source_view *view, const struct source_piece *piece)
{
    return piece->first < view->source.end && piece->end > view->source.first;
}

static int64_t line_of(const struct source_view *view, const struct source_piece *piece)
{
    return (int64_t)piece->line + view->source.script.line_offset + 1;
}

static bool is_pointed_at(const struct source_view *view, const struct source_piece *piece)
{
    if (view->wanted != 0)
        return line_of(view, piece) == (int64_t)view->wanted;
    return !view->source.whole && is_own(view, piece);
}

static void source_fill(struct view *view, uint64_t index, struct row *row)
{
    struct source_view *source = source_of(view);
    struct source_piece piece;
    char text[VIEW_ROW_TEXT];
    bool damaged = false;
    row_text(row, SOURCE_SCRIPT, ROLE_DIM, source->script);
    if (!source_rows_at(source->rows, index, &piece)) {
        row->state = ROW_BAD;
        row_text(row, SOURCE_TEXT, ROLE_BAD, "not readable");
        return;
    }
    const struct v8_script *script = &source->source.script;
    row->id = piece.first;
    row->marked = is_pointed_at(source, &piece);
    row_signed(row, SOURCE_LINE, line_of(source, &piece));
    row_signed(row, SOURCE_COLUMN, (int64_t)piece.first - piece.line_first + 1 +
                                       (piece.line == 0 ? script->column_offset : 0));
    row_bool(row, SOURCE_MARKED, row->marked);
    size_t length = v8_string_utf8_range(heap_v8(view->heap), &script->source, piece.first,
                                         piece.end, text, sizeof text, NULL, &damaged);
    row_text_n(row, SOURCE_TEXT, row->marked ? ROLE_SOURCE_MARK : ROLE_SOURCE, text, length);
    if (damaged)
        row->state = ROW_BAD;
}

static uint64_t source_id(struct view *view, uint64_t index)
{
    struct source_piece piece;
    return source_rows_at(source_of(view)->rows, index, &piece) ? piece.first : UINT64_MAX;
}

static bool source_find(struct view *view, uint64_t id, uint64_t *index)
{
    struct source_view *source = source_of(view);
    return source->rows != NULL && id <= UINT32_MAX &&
           source_rows_find(source->rows, (uint32_t)id, index);
}

// The line asked for.
static bool source_begin(struct view *view, uint64_t *id)
{
    struct source_view *source = source_of(view);
    struct source_piece piece;
    if (source->wanted == 0 || source->rows == NULL)
        return false;
    for (uint64_t i = 0; i < source->count && source_rows_at(source->rows, i, &piece); i++) {
        if (line_of(source, &piece) != (int64_t)source->wanted)
            continue;
        *id = piece.first;
        return true;
    }
    return false;
}

static void describe(const struct source_view *view, char *buffer, size_t capacity)
{
    char name[128], count[FORMAT_MAX];
    const struct v8_function *function = &view->source.function;
    if (!view->source.has_function) {
        snprintf(buffer, capacity, "%s code units",
                 format_count(count, view->source.script.source.length));
        return;
    }
    v8_function_name(heap_v8(view->view.heap), function, name, sizeof name);
    snprintf(buffer, capacity, "%s, %s, %s", name, function_kind_name(function->kind),
             function_state_name(function->state));
}

static void source_status(struct view *view, struct view_status *status)
{
    struct source_view *source = source_of(view);
    char address[FORMAT_MAX];
    status->complete = source->through || source->missing;
    if (source->rows == NULL) {
        snprintf(status->title, sizeof status->title, "source %s",
                 format_address(address, source->subject));
        if (source->missing)
            snprintf(status->missing, sizeof status->missing,
                     "no function with this scope was found");
        else
            snprintf(status->detail, sizeof status->detail, "looking for the function");
        return;
    }
    snprintf(status->title, sizeof status->title, "source %.200s", source->script);
    describe(source, status->detail, sizeof status->detail);
    if (source->rows->failed)
        snprintf(status->missing, sizeof status->missing,
                 "the source cannot be read from line %" PRIu32 " on", source->rows->last.line + 1);
}

static void source_destroy(struct view *view)
{
    struct source_view *source = source_of(view);
    if (source->owner != NULL) {
        job_cancel(&source->owner->job);
        job_release(&source->owner->job);
    }
    if (source->rows != NULL) {
        job_cancel(&source->rows->job);
        job_release(&source->rows->job);
    }
}

static const struct view_ops source_ops = {
    .name = "source",
    .columns = columns,
    .column_count = SOURCE_COLUMNS,
    .append_only = true,
    .refresh = source_refresh,
    .job = source_job,
    .count = source_count,
    .fill = source_fill,
    .id = source_id,
    .find = source_find,
    .begin = source_begin,
    .status = source_status,
    .destroy = source_destroy,
};

// --- command -------------------------------------------------------------------------------------

static bool complain(const struct v8 *v8, enum source_result result, uint64_t address,
                     const struct v8_source *source, struct error *error)
{
    char name[128] = "";
    if (source->has_function)
        v8_function_name(v8, &source->function, name, sizeof name);
    switch (result) {
    case SOURCE_NO_OBJECT:
        return error_set(error, ERROR_USAGE, "there is no object at 0x%" PRIx64, address);
    case SOURCE_NATIVE:
        return error_set(error, ERROR_USAGE, "%s is not written in JavaScript (%s)", name,
                         function_state_name(source->function.state));
    case SOURCE_MISSING:
        return error_set(error, ERROR_USAGE, "the source of 0x%" PRIx64 " is not in the dump",
                         address);
    default:
        return error_set(error, ERROR_USAGE,
                         "0x%" PRIx64 " is no function and its constructor is not known", address);
    }
}

static bool context_of(const struct command_args *args, int64_t *ret, struct error *error)
{
    const char *lines = args->option(args, "--lines");
    uint64_t number;
    *ret = SOURCE_EXACT;
    if (lines == NULL)
        return true;
    if (!command_number(lines, "--lines", &number, error))
        return false;
    *ret = number < CONTEXT_MAX ? (int64_t)number : CONTEXT_MAX;
    return true;
}

static bool wanted_line(const struct command_args *args, uint64_t *ret, struct error *error)
{
    const char *line = args->option(args, "--line");
    *ret = 0;
    return line == NULL || command_number(line, "--line", ret, error);
}

static bool begin(struct source_view *view, struct error *error)
{
    const struct v8 *v8 = heap_v8(view->view.heap);
    enum source_result result = v8_source_at(v8, view->subject, &view->source);
    if (result == SOURCE_FOUND) {
        show_source(view);
        return !view->missing || complain(v8, SOURCE_MISSING, view->subject, &view->source, error);
    }
    if (result != SOURCE_BY_SCOPE)
        return complain(v8, result, view->subject, &view->source, error);
    if (!scope_owner_create(v8, view->source.scope_info, &view->owner))
        return error_set(error, ERROR_MEMORY, "out of memory");
    heap_submit(view->view.heap, &view->owner->job);
    source_refresh(&view->view);
    return true;
}

static struct view *source_open(struct heap *heap, const struct command_args *args,
                                struct error *error)
{
    uint64_t address, wanted;
    int64_t context;
    if (!command_address(args->values[0], "ADDR", &address, error) ||
        !context_of(args, &context, error) || !wanted_line(args, &wanted, error))
        return NULL;
    struct source_view *source = calloc(1, sizeof *source);
    if (source == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    source->view = (struct view){.ops = &source_ops, .heap = heap};
    source->subject = address;
    source->context = context;
    source->wanted = wanted;
    if (!begin(source, error)) {
        view_destroy(&source->view);
        return NULL;
    }
    return &source->view;
}

const struct command command_source = {
    .name = "source",
    .aliases = (const char *const[]){"jssource", NULL},
    .arguments = "ADDR",
    .min_arguments = 1,
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--lines", "-n", "LINES", "whole lines, and so many more before and behind"},
            {"--line", NULL, "LINE", "point at this line"},
            {0},
        },
    .help = "The source text of a function, a script, or an object's constructor.",
    .rows = &source_ops,
    .open = source_open,
};
