// `threads`: the threads of the process, and which of them ran JavaScript.
#include "heap/heap.h"
#include "heap/v8/space/thread_isolate.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/symbol_text.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYMBOL_TEXT = 256 };

enum threads_column {
    THREADS_TID,
    THREADS_NAME,
    THREADS_STATE,
    THREADS_CPU_USER,
    THREADS_CPU_SYSTEM,
    THREADS_ISOLATE,
    THREADS_FRAME,
    THREADS_COLUMNS,
};

static const struct column columns[] = {
    [THREADS_TID] = {.name = "tid", .flags = COLUMN_RIGHT},
    [THREADS_NAME] = {.name = "name"},
    [THREADS_STATE] = {.name = "state"},
    [THREADS_CPU_USER] = {.name = "cpu_user", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [THREADS_CPU_SYSTEM] = {.name = "cpu_system",
                            .flags = COLUMN_RIGHT | COLUMN_DESCENDING | COLUMN_OPTIONAL},
    [THREADS_ISOLATE] = {.name = "isolate", .flags = COLUMN_RIGHT},
    [THREADS_FRAME] = {.name = "frame", .flags = COLUMN_GROW, .min_width = 20},
};

static const struct dump_thread *thread_at(const struct view *view, uint64_t index)
{
    size_t count;
    return &dump_threads(heap_dump(view->heap), &count)[index];
}

static uint64_t threads_count(struct view *view, bool *exact)
{
    size_t count;
    *exact = true;
    dump_threads(heap_dump(view->heap), &count);
    return count;
}

static uint64_t threads_id(struct view *view, uint64_t index)
{
    return (uint64_t)thread_at(view, index)->tid;
}

// Where it was: the symbol, or the file, or the kind of memory that its program counter is in.
static void fill_frame(struct view *view, uint64_t pc, struct row *row)
{
    const struct memory *memory = dump_memory(heap_dump(view->heap));
    const struct segment *segment = memory_segment(memory, pc);
    struct dump_symbol symbol;
    if (dump_symbol_at(heap_dump(view->heap), pc, &symbol)) {
        char name[SYMBOL_TEXT];
        row_format(row, THREADS_FRAME, ROLE_TEXT, "%s+%" PRIu64,
                   symbol_text(symbol.name, name, sizeof name), pc - symbol.address);
    } else if (v8_page_at(heap_v8(view->heap), pc) != NULL) {
        row_text(row, THREADS_FRAME, ROLE_TEXT, "JavaScript, compiled");
    } else if (segment != NULL && segment->file != NULL) {
        const char *name = strrchr(segment->file, '/');
        row_format(row, THREADS_FRAME, ROLE_DIM, "%s+0x%" PRIx64,
                   name != NULL ? name + 1 : segment->file,
                   pc - segment->start + segment->file_offset);
    } else if (segment != NULL) {
        row_text(row, THREADS_FRAME, ROLE_DIM,
                 heap_segment_kind(view->heap, (size_t)(segment - memory->segments)));
    }
}

// A core has one name, of the thread that wrote it: the kernel's that of the one which died, gdb's that
// of the first.
static bool has_name(const struct view *view, uint64_t index)
{
    const struct dump_info *info = dump_info(heap_dump(view->heap));
    return info->signal != 0 ? index == 0 : thread_at(view, index)->tid == info->pid;
}

// The kernel writes the signal that killed the process for every thread; it was the first's.
static int32_t signal_of(const struct view *view, uint64_t index)
{
    const struct dump_info *info = dump_info(heap_dump(view->heap));
    const struct dump_thread *thread = thread_at(view, index);
    return info->signal == 0 || (index > 0 && thread->signal == info->signal) ? 0 : thread->signal;
}

static void threads_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct dump_thread *thread = thread_at(view, index);
    size_t isolate = v8_thread_isolate(heap_v8(view->heap), thread);
    row->id = (uint64_t)thread->tid;
    row->target = thread->registers.sp;
    row_signed(row, THREADS_TID, thread->tid);
    if (thread->name[0] != '\0' && has_name(view, index))
        row_text(row, THREADS_NAME, ROLE_NAME, thread->name);
    int32_t number = signal_of(view, index);
    if (number > 0 && sigabbrev_np(number) != NULL)
        row_format(row, THREADS_STATE, ROLE_BAD, "SIG%s", sigabbrev_np(number));
    else if (number > 0)
        row_format(row, THREADS_STATE, ROLE_BAD, "signal %d", (int)number);
    else if (thread->state != 0)
        row_format(row, THREADS_STATE, ROLE_TEXT, "%c", thread->state);
    row_real(row, THREADS_CPU_USER, (double)thread->cpu_user_us / 1e6);
    row_real(row, THREADS_CPU_SYSTEM, (double)thread->cpu_system_us / 1e6);
    if (isolate != SIZE_MAX)
        row_number(row, THREADS_ISOLATE, isolate);
    fill_frame(view, thread->registers.pc, row);
}

// To its JavaScript stack; of a thread that has none, to what its stack pointer leads to.
static bool threads_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    (void)view;
    int length = row->cells[THREADS_ISOLATE].kind != CELL_EMPTY
                     ? snprintf(command, capacity, "stack %" PRIu64, row->id)
                     : snprintf(command, capacity, "bytes 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void threads_status(struct view *view, struct view_status *status)
{
    bool exact;
    status->complete = true;
    snprintf(status->title, sizeof status->title, "threads");
    snprintf(status->detail, sizeof status->detail, "%" PRIu64 " threads",
             threads_count(view, &exact));
}

static const struct view_ops threads_ops = {
    .name = "threads",
    .columns = columns,
    .column_count = THREADS_COLUMNS,
    .count = threads_count,
    .fill = threads_fill,
    .id = threads_id,
    .follow = threads_follow,
    .status = threads_status,
};

static struct view *threads_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    (void)args;
    struct view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    *view = (struct view){.ops = &threads_ops, .heap = heap};
    return view;
}

const struct command command_threads = {
    .name = "threads",
    .help = "The threads of the process, and which of them ran JavaScript.",
    .rows = &threads_ops,
    .open = threads_open,
};
