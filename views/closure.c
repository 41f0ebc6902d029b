// `closure ADDR`: the variables that a function, context or generator holds, scope by scope.
#include "heap/graph/edges/scope_list.h"
#include "heap/heap.h"
#include "heap/v8/function/function.h"
#include "heap/v8/string/string.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/value_cell.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum closure_column {
    CLOSURE_SCOPE,
    CLOSURE_KIND,
    CLOSURE_FUNCTION,
    CLOSURE_NAME,
    CLOSURE_VALUE,
    CLOSURE_TYPE,
    CLOSURE_ADDRESS,
    CLOSURE_MODE,
    CLOSURE_SLOT,
    CLOSURE_COLUMNS,
};

enum {
    FIRST_SLICE = 10000, // scopes listed before the first row shows: some 10 ms
    NAME_MAX_BYTES = 512,
};

struct closure_view {
    struct view view;
    uint64_t subject;           // as asked for
    struct scope_list *list;
    bool submitted;             // the list goes on in the background
    size_t scopes;              // listed when last refreshed, ...
    uint64_t variables;
    bool through, damaged;
    struct v8_variables open;   // the scope of the row filled last
    uint64_t open_context;      // 0: none
};

static const struct column columns[] = {
    [CLOSURE_SCOPE] = {.name = "scope", .flags = COLUMN_RIGHT},
    [CLOSURE_KIND] = {.name = "kind", .flags = COLUMN_OPTIONAL},
    [CLOSURE_FUNCTION] = {.name = "function", .flags = COLUMN_OPTIONAL, .max_width = 32},
    [CLOSURE_NAME] = {.name = "name"},
    [CLOSURE_VALUE] = {.name = "value", .flags = COLUMN_GROW, .min_width = 20},
    [CLOSURE_TYPE] = {.name = "type", .flags = COLUMN_OPTIONAL, .max_width = 32},
    [CLOSURE_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [CLOSURE_MODE] = {.name = "mode", .flags = COLUMN_HIDDEN},
    [CLOSURE_SLOT] = {.name = "slot", .flags = COLUMN_HIDDEN | COLUMN_RIGHT},
};

static const struct value_columns value_columns = {
    .value = CLOSURE_VALUE, .type = CLOSURE_TYPE, .address = CLOSURE_ADDRESS};

static struct closure_view *closure_of(struct view *view)
{
    return (struct closure_view *)view;
}

static bool closure_refresh(struct view *view)
{
    struct closure_view *closure = closure_of(view);
    size_t scopes = closure->scopes;
    bool through = closure->through;
    scope_list_known(closure->list, &closure->scopes, &closure->variables, &closure->through,
                     &closure->damaged);
    return closure->scopes != scopes || closure->through != through;
}

static struct job *closure_job(struct view *view)
{
    struct closure_view *closure = closure_of(view);
    return closure->submitted ? &closure->list->job : NULL;
}

static uint64_t closure_count(struct view *view, bool *exact)
{
    struct closure_view *closure = closure_of(view);
    *exact = closure->through;
    return closure->variables;
}

static bool open_scope(struct closure_view *closure, uint64_t context)
{
    const struct v8 *v8 = heap_v8(closure->view.heap);
    struct v8_scope scope;
    if (closure->open_context == context)
        return true;
    if (closure->open_context != 0)
        v8_variables_close(&closure->open);
    closure->open_context = 0;
    if (!v8_scope_at(v8, context, &scope))
        return false;
    v8_variables_open(v8, &scope, &closure->open);
    closure->open_context = context;
    return true;
}

static void fill_scope(const struct v8 *v8, const struct v8_scope *scope, struct row *row)
{
    char name[NAME_MAX_BYTES];
    row_text(row, CLOSURE_KIND, ROLE_DIM, scope->global ? "global" : scope_kind_name(scope->kind));
    if (scope->kind != SCOPE_FUNCTION || !scope->has_info)
        return;
    uint64_t word = v8_scope_info_function_name(&scope->info);
    if (!v8_string_short(v8, word, name, sizeof name) || name[0] == '\0')
        v8_string_short(v8, scope->info.inferred_name, name, sizeof name);
    if (name[0] != '\0')
        row_text(row, CLOSURE_FUNCTION, ROLE_DIM, name);
}

static void closure_fill(struct view *view, uint64_t index, struct row *row)
{
    struct closure_view *closure = closure_of(view);
    const struct v8 *v8 = heap_v8(view->heap);
    struct scope_entry entry;
    struct v8_variable variable;
    char name[NAME_MAX_BYTES];
    row->id = index;
    if (!scope_list_find(closure->list, index, &entry) || !open_scope(closure, entry.context)) {
        row->state = ROW_BAD;
        row_text(row, CLOSURE_VALUE, ROLE_BAD, "not readable");
        return;
    }
    row_number(row, CLOSURE_SCOPE, entry.scope);
    fill_scope(v8, &closure->open.scope, row);
    if (!v8_variables_at(&closure->open, (uint32_t)(index - entry.first), &variable))
        row->state = ROW_BAD;
    v8_variable_name(v8, &variable, name, sizeof name);
    row_text(row, CLOSURE_NAME, variable.synthetic ? ROLE_INTERNAL : ROLE_NAME, name);
    if (variable.mode != VARIABLE_UNKNOWN)
        row_text(row, CLOSURE_MODE, ROLE_TEXT, variable_mode_name(variable.mode));
    if (variable.slot != 0)
        row_address(row, CLOSURE_SLOT, variable.slot);
    if (variable.accessor)
        row_accessor(row, &value_columns, v8, &variable.value);
    else
        row_value(row, &value_columns, v8, &variable.value, true);
    if (row->cells[CLOSURE_ADDRESS].kind == CELL_ADDRESS)
        row->target = row->cells[CLOSURE_ADDRESS].number;
}

static uint64_t closure_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static bool closure_find(struct view *view, uint64_t id, uint64_t *index)
{
    *index = id;
    return id < closure_of(view)->variables;
}

static bool closure_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    (void)view;
    int length = row->target == 0
                     ? 0
                     : snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void closure_status(struct view *view, struct view_status *status)
{
    struct closure_view *closure = closure_of(view);
    char scopes[FORMAT_MAX], variables[FORMAT_MAX], address[FORMAT_MAX];
    status->complete = closure->through;
    snprintf(status->title, sizeof status->title, "closure %s",
             format_address(address, closure->subject));
    snprintf(status->detail, sizeof status->detail, "%s in %s",
             format_counted(variables, closure->variables, "variable"),
             format_counted(scopes, closure->scopes, "scope"));
    if (closure->damaged)
        snprintf(status->missing, sizeof status->missing,
                 "the chain of scopes breaks off after %s", format_count(scopes, closure->scopes));
}

static void closure_destroy(struct view *view)
{
    struct closure_view *closure = closure_of(view);
    if (closure->open_context != 0)
        v8_variables_close(&closure->open);
    if (closure->list != NULL) {
        job_cancel(&closure->list->job);
        job_release(&closure->list->job);
    }
}

static const struct view_ops closure_ops = {
    .name = "closure",
    .columns = columns,
    .column_count = CLOSURE_COLUMNS,
    .append_only = true,
    .refresh = closure_refresh,
    .job = closure_job,
    .count = closure_count,
    .fill = closure_fill,
    .id = closure_id,
    .find = closure_find,
    .follow = closure_follow,
    .status = closure_status,
    .destroy = closure_destroy,
};

// --- command -------------------------------------------------------------------------------------

static bool find_context(struct heap *heap, uint64_t address, uint64_t *context,
                         struct error *error)
{
    const struct v8 *v8 = heap_v8(heap);
    struct v8_object object;
    if (!v8_object_of(v8, v8_untag(address) + V8_TAG, &object))
        return error_set(error, ERROR_USAGE, "there is no object at 0x%" PRIx64, address);
    *context = v8_context_of(v8, &object);
    if (*context == 0)
        return error_set(error, ERROR_USAGE,
                         "0x%" PRIx64 " is no function, context or generator", address);
    return true;
}

static struct view *closure_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    uint64_t address, context;
    if (!command_address(args->values[0], "ADDR", &address, error) ||
        !find_context(heap, address, &context, error))
        return NULL;
    struct closure_view *closure = calloc(1, sizeof *closure);
    if (closure == NULL ||
        !scope_list_create(heap_v8(heap), context, FIRST_SLICE, &closure->list)) {
        free(closure);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    closure->view = (struct view){.ops = &closure_ops, .heap = heap};
    closure->subject = v8_untag(address);
    closure_refresh(&closure->view);
    if (!closure->through) {
        closure->submitted = true;
        heap_submit(heap, &closure->list->job);
    }
    return &closure->view;
}

const struct command command_closure = {
    .name = "closure",
    .aliases = (const char *const[]){"jsclosure", "jsscope", NULL},
    .arguments = "ADDR",
    .min_arguments = 1,
    .max_arguments = 1,
    .help = "Variables that a function, context or generator holds, innermost scope first.",
    .rows = &closure_ops,
    .open = closure_open,
};
