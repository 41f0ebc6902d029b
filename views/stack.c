// `stack [TID]`: the JavaScript stack of a thread.
#include "heap/v8/stack/stack.h"

#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "heap/v8/function/line_cache.h"
#include "heap/v8/space/thread_isolate.h"
#include "heap/v8/stack/place.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/symbol_text.h"
#include "views/value_cell.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARGUMENTS_SHOWN = 32,
    ARGUMENT_TEXT = 96, // bytes that the preview of one takes at most
};

enum stack_column {
    STACK_FRAME,
    STACK_KIND,
    STACK_FUNCTION,
    STACK_SCRIPT,
    STACK_LINE,
    STACK_COLUMN,
    STACK_THIS,
    STACK_ARGUMENTS,
    STACK_ADDRESS,
    STACK_COLUMNS,
};

struct stack_view {
    struct view view;
    int32_t tid;
    struct v8_stack stack; // frames that are not shown are taken out
    struct line_cache lines;
};

static const struct column columns[] = {
    [STACK_FRAME] = {.name = "frame", .flags = COLUMN_RIGHT},
    [STACK_KIND] = {.name = "kind", .flags = COLUMN_OPTIONAL, .min_width = 11},
    [STACK_FUNCTION] = {.name = "function", .flags = COLUMN_GROW, .min_width = 16},
    [STACK_SCRIPT] = {.name = "script", .flags = COLUMN_GROW, .min_width = 12},
    [STACK_LINE] = {.name = "line", .flags = COLUMN_RIGHT | COLUMN_UNSORTED},
    [STACK_COLUMN] = {.name = "column", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL | COLUMN_UNSORTED},
    [STACK_THIS] = {.name = "this", .flags = COLUMN_UNSORTED, .max_width = 24},
    [STACK_ARGUMENTS] = {.name = "arguments",
                         .flags = COLUMN_GROW | COLUMN_UNSORTED,
                         .min_width = 12},
    [STACK_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
};

static struct stack_view *stack_of(struct view *view)
{
    return (struct stack_view *)view;
}

static bool wants(const struct row *row, enum stack_column column)
{
    return (row->wanted & 1u << column) != 0;
}

static uint64_t stack_count(struct view *view, bool *exact)
{
    *exact = true;
    return stack_of(view)->stack.count;
}

static uint64_t stack_id(struct view *view, uint64_t index)
{
    return stack_of(view)->stack.frames[index].fp;
}

// --- rows ----------------------------------------------------------------------------------------

// A builtin without a name, by that of the code which runs it: "AsyncFunctionAwaitResolveClosure".
static bool builtin_name(const struct v8 *v8, const struct v8_frame *frame, char *buffer,
                         size_t capacity)
{
    static const char prefix[] = "Builtins_";
    struct dump_symbol symbol;
    if (frame->kind != FRAME_BUILTIN || frame->pc == 0 ||
        !dump_symbol_at(v8->dump, frame->pc, &symbol) ||
        strncmp(symbol.name, prefix, sizeof prefix - 1) != 0)
        return false;
    snprintf(buffer, capacity, "%s", symbol.name + sizeof prefix - 1);
    return true;
}

static void fill_name(const struct v8 *v8, const struct v8_frame *frame,
                      const struct v8_function *function, struct row *row)
{
    char name[FUNCTION_NAME_MAX];
    bool named = v8_function_name(v8, function, name, sizeof name);
    if (named || !builtin_name(v8, frame, name, sizeof name))
        row_text(row, STACK_FUNCTION, named ? ROLE_VALUE_FUNCTION : ROLE_DIM, name);
    else
        row_format(row, STACK_FUNCTION, ROLE_DIM, "(%s)", name);
}

// What is inferred says so: "~12" is the line that the function begins in.
static void fill_place(struct stack_view *view, const struct v8_function *function,
                       enum frame_place place, uint32_t position, struct row *row)
{
    const struct v8 *v8 = heap_v8(view->view.heap);
    struct v8_script script;
    char name[SCRIPT_NAME_MAX];
    int64_t line, column;
    if (!v8_script_of(v8, function->script, &script))
        return;
    v8_script_name(v8, &script, name, sizeof name);
    row_text(row, STACK_SCRIPT, ROLE_TEXT, name);
    if (place == PLACE_NONE || (!wants(row, STACK_LINE) && !wants(row, STACK_COLUMN)))
        return;
    struct source_lines *lines = line_cache_get(&view->lines, &script);
    if (lines == NULL || !source_lines_place(lines, position, &line, &column))
        return;
    if (place == PLACE_EXACT) {
        row_signed(row, STACK_LINE, line);
        row_signed(row, STACK_COLUMN, column);
    } else {
        row_format(row, STACK_LINE, ROLE_DIM, "~%" PRId64, line);
    }
}

static void fill_this(const struct v8 *v8, const struct v8_frame *frame, struct row *row)
{
    char text[PREVIEW_TEXT];
    struct print out;
    struct v8_what what;
    uint64_t word;
    if (frame->receiver == 0 || !memory_u64(v8->memory, frame->receiver, &word))
        return;
    struct v8_value value = v8_tagged(word);
    v8_value_what(v8, &value, &what);
    if (what.kind == KIND_HOLE) // the constructor of a derived class, before super()
        return;
    print_begin(&out, text, sizeof text);
    v8_preview(v8, &value, false, &out);
    row_text_n(row, STACK_THIS, value_role(what.kind), text, out.used);
}

static void fill_arguments(const struct v8 *v8, const struct v8_frame *frame, struct row *row)
{
    char text[ARGUMENT_TEXT];
    struct print out;
    uint64_t word, at = frame->arguments;
    if (!frame->counted)
        return;
    row_list(row, STACK_ARGUMENTS, ROLE_TEXT);
    for (uint64_t i = 0; i < frame->argument_count && i < ARGUMENTS_SHOWN; i++) {
        struct v8_value value = v8_unknown("not readable");
        if (memory_u64(v8->memory, at, &word))
            value = v8_tagged(word);
        print_begin(&out, text, sizeof text);
        v8_preview(v8, &value, false, &out);
        row_list_add(row, STACK_ARGUMENTS, ROLE_TEXT, text);
        at += (uint64_t)frame->argument_step;
    }
    if (frame->argument_count > ARGUMENTS_SHOWN) {
        snprintf(text, sizeof text, "… %" PRIu64 " more", frame->argument_count - ARGUMENTS_SHOWN);
        row_list_add(row, STACK_ARGUMENTS, ROLE_DIM, text);
    }
}

static void stack_fill(struct view *view, uint64_t index, struct row *row)
{
    struct stack_view *stack = stack_of(view);
    const struct v8_frame *frame = &stack->stack.frames[index];
    const struct v8 *v8 = heap_v8(view->heap);
    struct v8_function function;
    uint32_t position = 0;
    row->id = frame->fp;
    row->target = frame->function;
    row_number(row, STACK_FRAME, index);
    row_text(row, STACK_KIND, ROLE_DIM, frame_kind_name(frame->kind));
    if (frame->function == 0)
        return;
    enum frame_place place = v8_frame_place(v8, frame, &function, &position);
    fill_name(v8, frame, &function, row);
    fill_place(stack, &function, place, position, row);
    if (wants(row, STACK_THIS))
        fill_this(v8, frame, row);
    if (wants(row, STACK_ARGUMENTS))
        fill_arguments(v8, frame, row);
    row_address(row, STACK_ADDRESS, frame->function);
}

// To where it is in the source; what has none is inspected.
static bool stack_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    const struct cell *line = &row->cells[STACK_LINE];
    int length;
    (void)view;
    if (row->target == 0)
        return false;
    if (line->kind == CELL_SIGNED)
        length = snprintf(command, capacity, "source 0x%" PRIx64 " --line %" PRIu64, row->target,
                          line->number);
    else
        length = snprintf(command, capacity, "%s 0x%" PRIx64,
                          line->kind == CELL_TEXT ? "source" : "inspect", row->target);
    return length > 0 && (size_t)length < capacity;
}

static void stack_status(struct view *view, struct view_status *status)
{
    struct stack_view *stack = stack_of(view);
    char count[FORMAT_MAX];
    status->complete = true;
    snprintf(status->title, sizeof status->title, "stack of thread %" PRId32, stack->tid);
    if (stack->stack.count > 0)
        snprintf(status->detail, sizeof status->detail, "%s frame%s, innermost first",
                 format_count(count, stack->stack.count), stack->stack.count == 1 ? "" : "s");
    else if (stack->stack.state == STACK_NO_ISOLATE)
        snprintf(status->detail, sizeof status->detail, "it ran no isolate");
    else if (stack->stack.state == STACK_NO_FRAMES)
        snprintf(status->detail, sizeof status->detail, "it was not in JavaScript");
    if (stack->stack.state == STACK_UNKNOWN)
        snprintf(status->missing, sizeof status->missing,
                 "all frames: where this V8 keeps the innermost one is not known");
    else if (stack->stack.state == STACK_CUT)
        snprintf(status->missing, sizeof status->missing, "frames: what follows %s is not readable",
                 stack->stack.count > 0 ? "the last one" : "the stack pointer");
}

static void stack_destroy(struct view *view)
{
    v8_stack_deinit(&stack_of(view)->stack);
    line_cache_deinit(&stack_of(view)->lines);
}

static const struct view_ops stack_ops = {
    .name = "stack",
    .columns = columns,
    .column_count = STACK_COLUMNS,
    .count = stack_count,
    .fill = stack_fill,
    .id = stack_id,
    .follow = stack_follow,
    .status = stack_status,
    .destroy = stack_destroy,
};

// --- command -------------------------------------------------------------------------------------

static const struct dump_thread *thread_by_tid(const struct heap *heap, uint64_t tid)
{
    size_t count;
    const struct dump_thread *threads = dump_threads(heap_dump(heap), &count);
    for (size_t i = 0; i < count; i++)
        if ((uint64_t)threads[i].tid == tid)
            return &threads[i];
    return NULL;
}

// The thread that ran an isolate; the first of them, if that is one of a core that a signal made,
// died.
static const struct dump_thread *thread_of_isolate(const struct heap *heap, int64_t isolate)
{
    const struct v8 *v8 = heap_v8(heap);
    size_t count;
    const struct dump_thread *threads = dump_threads(heap_dump(heap), &count);
    bool died = dump_info(heap_dump(heap))->signal != 0;
    for (size_t i = 0; i < count; i++) {
        size_t ran = v8_thread_isolate(v8, &threads[i]);
        if (isolate >= 0 ? ran == (size_t)isolate : ran == 0 || (died && i == 0 && ran != SIZE_MAX))
            return &threads[i];
    }
    return NULL;
}

static const struct dump_thread *find_thread(const struct heap *heap,
                                             const struct command_args *args, struct error *error)
{
    const struct dump_thread *thread;
    uint64_t tid;
    if (args->count == 0) {
        thread = thread_of_isolate(heap, args->common->isolate);
        if (thread == NULL)
            error_set(error, ERROR_USAGE, "no thread of the dump ran JavaScript");
        return thread;
    }
    if (!command_number(args->values[0], "TID", &tid, error))
        return NULL;
    thread = thread_by_tid(heap, tid);
    if (thread == NULL)
        error_set(error, ERROR_USAGE, "there is no thread %" PRIu64, tid);
    return thread;
}

// Leave what runs functions.
static void drop_others(struct v8_stack *stack)
{
    size_t kept = 0;
    for (size_t i = 0; i < stack->count; i++)
        if (frame_runs_function(stack->frames[i].kind))
            stack->frames[kept++] = stack->frames[i];
    stack->count = kept;
}

static struct view *stack_open(struct heap *heap, const struct command_args *args,
                               struct error *error)
{
    const struct v8 *v8 = heap_v8(heap);
    const struct dump_thread *thread = find_thread(heap, args, error);
    if (thread == NULL)
        return NULL;
    struct stack_view *stack = calloc(1, sizeof *stack);
    if (stack == NULL || !v8_stack_read(v8, thread, v8_thread_isolate(v8, thread), &stack->stack)) {
        free(stack);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    stack->view = (struct view){.ops = &stack_ops, .heap = heap};
    stack->tid = thread->tid;
    line_cache_init(&stack->lines, v8);
    if (args->option(args, "--all") == NULL)
        drop_others(&stack->stack);
    return &stack->view;
}

const struct command command_stack = {
    .name = "stack",
    .aliases = (const char *const[]){"jsstack", NULL},
    .arguments = "[TID]",
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--all", "-v", NULL, "also what V8 has between functions"},
            {0},
        },
    .help = "The JavaScript stack of a thread; a line with \"~\" is where the function begins.",
    .rows = &stack_ops,
    .open = stack_open,
};
