// `info`: which process this was, how it died, and how complete the picture is.
#include "heap/dump/arguments.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/view.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum info_column {
    INFO_NODE,
    INFO_V8,
    INFO_ARCH,
    INFO_PID,
    INFO_ARGV,
    INFO_SIGNAL,
    INFO_EXECUTABLE,
    INFO_METADATA,
    INFO_THREADS,
    INFO_ISOLATES,
    INFO_HEAP_BYTES,
    INFO_OBJECTS,
    INFO_WALKED_BYTES,
    INFO_UNWALKED_BYTES,
    INFO_WARNINGS,
    INFO_COLUMNS,
};

enum {
    ARGUMENTS_SHOWN = 64,
    ARGUMENT_BYTES = 512,
};

static const struct column columns[] = {
    [INFO_NODE] = {.name = "node"},
    [INFO_V8] = {.name = "v8"},
    [INFO_ARCH] = {.name = "arch"},
    [INFO_PID] = {.name = "pid"},
    [INFO_ARGV] = {.name = "argv"},
    [INFO_SIGNAL] = {.name = "signal"},
    [INFO_EXECUTABLE] = {.name = "executable"},
    [INFO_METADATA] = {.name = "metadata"},
    [INFO_THREADS] = {.name = "threads"},
    [INFO_ISOLATES] = {.name = "isolates"},
    [INFO_HEAP_BYTES] = {.name = "heap_bytes"},
    [INFO_OBJECTS] = {.name = "objects"},
    [INFO_WALKED_BYTES] = {.name = "walked_bytes"},
    [INFO_UNWALKED_BYTES] = {.name = "unwalked_bytes"},
    [INFO_WARNINGS] = {.name = "warnings"},
};

static uint64_t info_count(struct view *view, bool *exact)
{
    (void)view;
    return *exact = true;
}

static uint64_t info_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static void text_or_empty(struct row *row, size_t column, const char *text)
{
    if (text != NULL && text[0] != '\0')
        row_text(row, column, ROLE_TEXT, text);
}

// The kernel saved the first 80 bytes of the command line; the process' own memory has it whole.
static void fill_arguments(const struct dump *dump, struct row *row)
{
    uint64_t addresses[ARGUMENTS_SHOWN];
    char text[ARGUMENT_BYTES];
    size_t count = dump_arguments(dump, addresses, ARGUMENTS_SHOWN);
    row_list(row, INFO_ARGV, ROLE_TEXT);
    for (size_t i = 0; i < count && i < ARGUMENTS_SHOWN; i++)
        if (memory_read_string(dump_memory(dump), addresses[i], text, sizeof text) >= 0)
            row_list_add(row, INFO_ARGV, ROLE_TEXT, text);
    if (count == 0 && dump_info(dump)->command != NULL)
        row_list_add(row, INFO_ARGV, ROLE_TEXT, dump_info(dump)->command);
}

static void fill_process(const struct dump *dump, struct row *row)
{
    const struct dump_info *info = dump_info(dump);
    size_t threads;
    char name[64];
    dump_threads(dump, &threads);
    row_text(row, INFO_ARCH, ROLE_TEXT, info->arch_name);
    row_signed(row, INFO_PID, info->pid);
    fill_arguments(dump, row);
    if (info->signal != 0) {
        const char *abbreviation = sigabbrev_np(info->signal);
        snprintf(name, sizeof name, "SIG%s", abbreviation != NULL ? abbreviation : "?");
        row_text(row, INFO_SIGNAL, ROLE_TEXT, name);
    }
    text_or_empty(row, INFO_EXECUTABLE, info->executable);
    row_number(row, INFO_THREADS, threads);
}

static const char *metadata_name(unsigned sources)
{
    static const char *const names[] = {
        [METADATA_SYMBOLS] = "symbols",
        [METADATA_TABLES] = "tables",
        [METADATA_SYMBOLS | METADATA_TABLES] = "both",
    };
    return sources < sizeof names / sizeof *names ? names[sources] : NULL;
}

static void fill_warnings(struct heap *heap, struct row *row)
{
    static const struct {
        uint32_t problem;
        const char *text;
    } problems[] = {
        {DUMP_TRUNCATED, "the core is truncated"},
        {DUMP_SHRANK, "the core became shorter while it was open"},
        {DUMP_NO_NOTES, "the core has no notes: threads and mapped files are unknown"},
        {DUMP_BAD_NOTES, "some notes of the core are malformed and were ignored"},
        {DUMP_DAMAGED, "the compressed core is damaged: what came before the damage is here"},
        {DUMP_BAD_SEGMENTS, "some program headers of the core are malformed and were ignored"},
    };
    const struct v8 *v8 = heap_v8(heap);
    uint32_t found = dump_info(heap_dump(heap))->problems;
    row_list(row, INFO_WARNINGS, ROLE_WARN);
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        if ((found & problems[i].problem) != 0)
            row_list_add(row, INFO_WARNINGS, ROLE_WARN, problems[i].text);
    for (size_t i = 0; i < v8->warning_count; i++)
        row_list_add(row, INFO_WARNINGS, ROLE_WARN, v8->warnings[i]);
}

static void info_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct v8 *v8 = heap_v8(view->heap);
    uint64_t bytes = 0, objects, walked, unwalked;
    (void)index;
    for (size_t i = 0; i < v8->page_count; i++)
        bytes += v8->pages[i].size;
    heap_totals(view->heap, &objects, &walked, &unwalked);
    text_or_empty(row, INFO_NODE, v8->node_version);
    text_or_empty(row, INFO_V8, v8->version);
    fill_process(heap_dump(view->heap), row);
    text_or_empty(row, INFO_METADATA, metadata_name(v8->metadata));
    row_number(row, INFO_ISOLATES, v8->isolate_count);
    row_size(row, INFO_HEAP_BYTES, bytes);
    row_number(row, INFO_OBJECTS, objects);
    row_size(row, INFO_WALKED_BYTES, walked);
    row_size(row, INFO_UNWALKED_BYTES, unwalked);
    fill_warnings(view->heap, row);
}

static void info_status(struct view *view, struct view_status *status)
{
    struct stage_progress walk;
    heap_progress(view->heap, STAGE_WALK, &walk);
    status->complete = walk.state == STAGE_DONE;
    status->progress = walk.total > 0 ? (double)walk.done / (double)walk.total : 0;
    snprintf(status->title, sizeof status->title, "info");
}

static const struct view_ops info_ops = {
    .name = "info",
    .columns = columns,
    .column_count = INFO_COLUMNS,
    .whole_heap = true,
    .single = true,
    .count = info_count,
    .fill = info_fill,
    .id = info_id,
    .status = info_status,
};

static struct view *info_open(struct heap *heap, const struct command_args *args,
                              struct error *error)
{
    (void)args;
    struct view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    *view = (struct view){.ops = &info_ops, .heap = heap};
    return view;
}

const struct command command_info = {
    .name = "info",
    .aliases = (const char *const[]){"status", NULL},
    .stages = 1u << STAGE_WALK,
    .help = "The process, how it died, and how complete the picture is.",
    .rows = &info_ops,
    .open = info_open,
};
