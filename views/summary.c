// `summary`: the questions of the first minute. Which process, how it died, how big its memory is
// and what fills it, what looks wrong, and where to look next.
#include "heap/dump/arguments.h"
#include "heap/graph/index/types.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum summary_column {
    SUMMARY_TOPIC,
    SUMMARY_WHAT,
    SUMMARY_COUNT,
    SUMMARY_SIZE,
    SUMMARY_SHARE,
    SUMMARY_COLUMNS,
};

enum {
    LINES_MAX = 40,
    WHAT_MAX = 512,
    TYPES_SHOWN = 8,
    ARGUMENTS_SHOWN = 16,
};

// One line of the page.
struct line {
    const char *topic;  // "" under the first of its kind
    char what[WHAT_MAX];
    enum role role;
    uint64_t count, size; // UINT64_MAX: none
    double share;         // negative: none
    char command[WHAT_MAX]; // where following it leads; "": nowhere
};

// Kinds of memory, by what heap_segment_kind() calls them.
static const struct {
    const char *prefix, *name, *filter;
} memory_kinds[] = {
    {"v8:", "V8 heap", "spaces"},
    {"malloc", "malloc", "segments --filter kind:^malloc"},
    {"stack", "stacks", "segments --filter kind:^stack"},
    {"file", "files", "segments --filter kind:^file"},
    {"", "other", "segments"},
};

enum { MEMORY_KINDS = sizeof memory_kinds / sizeof *memory_kinds };

struct summary_view {
    struct view view;
    struct line lines[LINES_MAX];
    size_t count;
    uint64_t memory[MEMORY_KINDS]; // saved bytes but for holes; computed once
    uint64_t generation;
};

static const struct column columns[] = {
    [SUMMARY_TOPIC] = {.name = "topic", .title = "", .min_width = 8},
    [SUMMARY_WHAT] = {.name = "what", .title = "", .flags = COLUMN_GROW, .min_width = 24},
    [SUMMARY_COUNT] = {.name = "count", .title = "", .flags = COLUMN_RIGHT},
    [SUMMARY_SIZE] = {.name = "size", .title = "", .flags = COLUMN_RIGHT},
    [SUMMARY_SHARE] = {.name = "share", .title = "", .min_width = 10, .max_width = 24,
                       .flags = COLUMN_SCREEN | COLUMN_OPTIONAL},
};

static struct summary_view *summary_of(struct view *view)
{
    return (struct summary_view *)view;
}

// --- gathering -----------------------------------------------------------------------------------

// A line that the caller fills; the last one again when there are too many.
static struct line *add(struct summary_view *summary, const char *topic)
{
    size_t at = summary->count < LINES_MAX ? summary->count++ : LINES_MAX - 1;
    struct line *line = &summary->lines[at];
    *line = (struct line){.topic = topic, .role = ROLE_TEXT, .count = UINT64_MAX,
                          .size = UINT64_MAX, .share = -1};
    return line;
}

static void append(char *text, size_t capacity, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, capacity - used, "%s%s", used > 0 ? " " : "", more);
}

static void add_process(struct summary_view *summary)
{
    const struct dump *dump = heap_dump(summary->view.heap);
    const struct v8 *v8 = heap_v8(summary->view.heap);
    uint64_t arguments[ARGUMENTS_SHOWN];
    char text[WHAT_MAX];
    struct line *line = add(summary, "process");
    size_t count = dump_arguments(dump, arguments, ARGUMENTS_SHOWN);
    for (size_t i = 0; i < count && i < ARGUMENTS_SHOWN; i++)
        if (memory_read_string(dump_memory(dump), arguments[i], text, sizeof text) >= 0)
            append(line->what, sizeof line->what, text);
    if (count == 0 && dump_info(dump)->command != NULL)
        append(line->what, sizeof line->what, dump_info(dump)->command);
    line->role = ROLE_NAME;
    snprintf(line->command, sizeof line->command, "info");
    line = add(summary, "");
    snprintf(line->what, sizeof line->what, "pid %d · Node.js %s · V8 %s", dump_info(dump)->pid,
             v8->node_version[0] != '\0' ? v8->node_version : "of unknown version",
             v8->version[0] != '\0' ? v8->version : v8->layout->name);
}

static void add_death(struct summary_view *summary)
{
    const struct dump_info *info = dump_info(heap_dump(summary->view.heap));
    struct line *line = add(summary, "died");
    if (info->signal == 0) {
        snprintf(line->what, sizeof line->what, "it was alive: the core was taken by gcore");
        return;
    }
    const char *name = sigabbrev_np(info->signal), *text = sigdescr_np(info->signal);
    snprintf(line->what, sizeof line->what, "SIG%s  %s", name != NULL ? name : "?",
             text != NULL ? text : "");
    line->role = ROLE_BAD;
}

// Bytes that were ever written: a thread's stack reserves 8 MB and touches a few kB of them.
static uint64_t data_bytes(const struct memory *memory, const struct segment *segment)
{
    uint64_t at = segment->start, end = at + segment->readable, bytes = 0;
    if (segment->source != SEGMENT_FROM_CORE)
        return 0;
    while (memory_data(memory, segment, &at, &end)) {
        bytes += end - at;
        at = end;
        end = segment->start + segment->readable;
    }
    return bytes;
}

static void measure_memory(struct summary_view *summary)
{
    const struct memory *memory = dump_memory(heap_dump(summary->view.heap));
    for (size_t i = 0; i < memory->count; i++) {
        const char *kind = heap_segment_kind(summary->view.heap, i);
        size_t k = 0;
        while (strncmp(kind, memory_kinds[k].prefix, strlen(memory_kinds[k].prefix)) != 0)
            k++;
        summary->memory[k] += data_bytes(memory, &memory->segments[i]);
    }
}

static void add_memory(struct summary_view *summary)
{
    const struct dump_info *info = dump_info(heap_dump(summary->view.heap));
    char saved[FORMAT_MAX], mapped[FORMAT_MAX];
    struct line *line = add(summary, "memory");
    snprintf(line->what, sizeof line->what, "%s saved of %s",
             format_size(saved, info->saved_bytes), format_size(mapped, info->mapped_bytes));
    snprintf(line->command, sizeof line->command, "segments");
    for (size_t k = 0; k < MEMORY_KINDS; k++) {
        if (summary->memory[k] == 0)
            continue;
        line = add(summary, "");
        line->role = ROLE_NAME;
        snprintf(line->what, sizeof line->what, "%s", memory_kinds[k].name);
        snprintf(line->command, sizeof line->command, "%s", memory_kinds[k].filter);
        line->size = summary->memory[k];
        line->share = info->saved_bytes > 0 ? (double)line->size / (double)info->saved_bytes : 0;
    }
}

static int by_size(const void *a, const void *b)
{
    const struct type_row *left = *(const struct type_row *const *)a;
    const struct type_row *right = *(const struct type_row *const *)b;
    return left->shallow < right->shallow ? 1 : left->shallow > right->shallow ? -1 : 0;
}

static void add_type(struct summary_view *summary, const char *topic, const struct type_row *type,
                     uint64_t bytes)
{
    char quoted[WHAT_MAX - 16];
    struct line *line = add(summary, topic);
    line->role = ROLE_NAME;
    snprintf(line->what, sizeof line->what, "%s", type->name);
    line->count = type->count;
    line->size = type->shallow;
    line->share = bytes > 0 ? (double)type->shallow / (double)bytes : 0;
    if (command_quote(type->name, strlen(type->name), quoted, sizeof quoted))
        snprintf(line->command, sizeof line->command, "objects %s", quoted);
}

static void add_types(struct summary_view *summary)
{
    struct type_table *table = heap_types(summary->view.heap);
    if (table == NULL)
        return;
    const struct type_row **rows = calloc(table->constructors + 1, sizeof *rows);
    if (rows != NULL) {
        for (size_t i = 0; i < table->constructors; i++)
            rows[i] = &table->by_constructor[i];
        qsort(rows, table->constructors, sizeof *rows, by_size);
        for (size_t i = 0; i < table->constructors && i < TYPES_SHOWN; i++)
            add_type(summary, i == 0 ? "types" : "", rows[i], table->bytes);
    }
    free(rows);
    type_table_release(table);
}

static void add_warnings(struct summary_view *summary)
{
    const struct v8 *v8 = heap_v8(summary->view.heap);
    uint64_t objects, walked, unwalked;
    char size[FORMAT_MAX];
    heap_totals(summary->view.heap, &objects, &walked, &unwalked);
    uint64_t missing = dump_info(heap_dump(summary->view.heap))->missing_bytes;
    if (missing > 0) {
        struct line *line = add(summary, "missing");
        line->role = ROLE_WARN;
        snprintf(line->what, sizeof line->what, "the core is truncated: %s are missing",
                 format_size(size, missing));
    }
    if (unwalked > 0) {
        struct line *line = add(summary, "missing");
        line->role = ROLE_WARN;
        snprintf(line->what, sizeof line->what, "%s of the heap could not be walked",
                 format_size(size, unwalked));
        snprintf(line->command, sizeof line->command, "spaces --sort unwalked");
    }
    for (size_t i = 0; i < v8->warning_count; i++) {
        struct line *line = add(summary, "warning");
        line->role = ROLE_WARN;
        snprintf(line->what, sizeof line->what, "%s", v8->warnings[i]);
    }
}

static void gather(struct summary_view *summary)
{
    summary->count = 0;
    add_process(summary);
    add_death(summary);
    add_memory(summary);
    add_types(summary);
    add_warnings(summary);
}

static bool summary_refresh(struct view *view)
{
    struct summary_view *summary = summary_of(view);
    uint64_t generation = heap_generation(view->heap);
    if (summary->count > 0 && generation == summary->generation)
        return false;
    summary->generation = generation;
    gather(summary);
    return true;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t summary_count(struct view *view, bool *exact)
{
    *exact = true;
    return summary_of(view)->count;
}

static uint64_t summary_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static void summary_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct line *line = &summary_of(view)->lines[index];
    row->id = index;
    if (line->topic[0] != '\0')
        row_text(row, SUMMARY_TOPIC, ROLE_HEADING, line->topic);
    row_text(row, SUMMARY_WHAT, line->role, line->what);
    if (line->count != UINT64_MAX)
        row_number(row, SUMMARY_COUNT, line->count);
    if (line->size != UINT64_MAX)
        row_size(row, SUMMARY_SIZE, line->size);
    if (line->share >= 0)
        row_share(row, SUMMARY_SHARE, line->share);
}

static bool summary_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    const struct line *line = &summary_of(view)->lines[row->id];
    int length = snprintf(command, capacity, "%s", line->command);
    return length > 0 && (size_t)length < capacity;
}

static void summary_status(struct view *view, struct view_status *status)
{
    struct stage_progress walk;
    heap_progress(view->heap, STAGE_WALK, &walk);
    status->complete = walk.state == STAGE_DONE;
    status->progress = walk.total > 0 ? (double)walk.done / (double)walk.total : 0;
    snprintf(status->title, sizeof status->title, "summary");
}

static const struct view_ops summary_ops = {
    .name = "summary",
    .columns = columns,
    .column_count = SUMMARY_COLUMNS,
    .refresh = summary_refresh,
    .count = summary_count,
    .fill = summary_fill,
    .id = summary_id,
    .follow = summary_follow,
    .status = summary_status,
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
    measure_memory(summary);
    gather(summary);
    return &summary->view;
}

const struct command command_summary = {
    .name = "summary",
    .stages = 1u << STAGE_WALK,
    .help = "The questions of the first minute: which process, how it died, what fills it.",
    .rows = &summary_ops,
    .open = summary_open,
};
