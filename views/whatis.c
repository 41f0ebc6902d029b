// `whatis ADDR`: what any address of the process is.
#include "heap/graph/index/index.h"
#include "heap/graph/index/renamed.h"
#include "heap/heap.h"
#include "heap/v8/naming/class_name.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum whatis_column {
    WHATIS_KIND,
    WHATIS_START,
    WHATIS_END,
    WHATIS_OFFSET,
    WHATIS_NAME,
    WHATIS_COLUMNS,
};

enum {
    WHATIS_ROWS = 8,
    STACK_REACH = 8 << 20, // an address this far above a stack pointer is on that thread's stack
};

// One thing that contains the address, the widest first.
struct place {
    const char *kind;
    uint64_t start, end;
    char name[512];
};

struct whatis_view {
    struct view view;
    uint64_t address;
    struct place places[WHATIS_ROWS];
    size_t count;
};

static const struct column columns[] = {
    [WHATIS_KIND] = {.name = "kind"},
    [WHATIS_START] = {.name = "start", .flags = COLUMN_RIGHT},
    [WHATIS_END] = {.name = "end", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [WHATIS_OFFSET] = {.name = "offset", .flags = COLUMN_RIGHT},
    [WHATIS_NAME] = {.name = "name", .flags = COLUMN_GROW},
};

static struct whatis_view *whatis_of(struct view *view)
{
    return (struct whatis_view *)view;
}

// --- finding out ---------------------------------------------------------------------------------

static struct place *add(struct whatis_view *whatis, const char *kind, uint64_t start,
                         uint64_t end)
{
    if (whatis->count == WHATIS_ROWS)
        return NULL;
    struct place *place = &whatis->places[whatis->count++];
    *place = (struct place){.kind = kind, .start = start, .end = end};
    return place;
}

static void find_segment(struct whatis_view *whatis)
{
    const struct memory *memory = dump_memory(heap_dump(whatis->view.heap));
    const struct segment *segment = memory_segment(memory, whatis->address);
    struct place *place =
        segment == NULL ? NULL : add(whatis, "segment", segment->start, segment->end);
    if (place != NULL)
        snprintf(place->name, sizeof place->name, "%s%s%s",
                 heap_segment_kind(whatis->view.heap, (size_t)(segment - memory->segments)),
                 segment->file != NULL ? " " : "", segment->file != NULL ? segment->file : "");
}

static void find_thread(struct whatis_view *whatis)
{
    const struct dump *dump = heap_dump(whatis->view.heap);
    const struct segment *segment = memory_segment(dump_memory(dump), whatis->address);
    size_t count;
    const struct dump_thread *threads = dump_threads(dump, &count), *found = NULL;
    for (size_t i = 0; i < count && segment != NULL; i++) {
        uint64_t sp = threads[i].registers.sp;
        if (sp <= whatis->address && whatis->address - sp < STACK_REACH && sp >= segment->start &&
            (found == NULL || sp > found->registers.sp))
            found = &threads[i];
    }
    struct place *place = found == NULL ? NULL : add(whatis, "stack", found->registers.sp,
                                                     segment->end);
    if (place != NULL)
        snprintf(place->name, sizeof place->name, "thread %" PRId32, found->tid);
}

static const struct v8_page *find_page(struct whatis_view *whatis)
{
    const struct v8 *v8 = heap_v8(whatis->view.heap);
    const struct v8_page *page = v8_page_at(v8, whatis->address);
    struct place *place = page == NULL ? NULL : add(whatis, "page", page->base,
                                                    page->base + page->size);
    if (place == NULL)
        return page;
    if (page->isolate == V8_NO_ISOLATE)
        snprintf(place->name, sizeof place->name, "%s, shared by all isolates",
                 space_kind_name((enum space_kind)page->kind));
    else
        snprintf(place->name, sizeof place->name, "%s of isolate %u%s",
                 space_kind_name((enum space_kind)page->kind), page->isolate,
                 page->state == PAGE_FREE ? ", unused now" : "");
    return page;
}

static void find_object(struct whatis_view *whatis)
{
    const struct v8 *v8 = heap_v8(whatis->view.heap);
    const struct object_index *index = heap_index(whatis->view.heap);
    struct v8_object object;
    uint64_t start = index == NULL ? 0 : index_object_before(index, v8, whatis->address);
    if (start == 0 || !v8_object_at(v8, start, &object) ||
        whatis->address - start >= object.size)
        return;
    struct place *place = add(whatis, "object", start, start + object.size);
    if (place == NULL)
        return;
    struct type_names *names = heap_type_names(whatis->view.heap);
    uint32_t name = type_name_of_object(v8, names, heap_renamed(whatis->view.heap), &object);
    snprintf(place->name, sizeof place->name, "%s", type_names_text(names, name));
}

static void find_symbol(struct whatis_view *whatis)
{
    struct dump_symbol symbol;
    if (!dump_symbol_at(heap_dump(whatis->view.heap), whatis->address, &symbol))
        return;
    struct place *place =
        add(whatis, "symbol", symbol.address, symbol.address + symbol.size);
    if (place != NULL)
        snprintf(place->name, sizeof place->name, "%s", symbol.name);
}

static void find_places(struct whatis_view *whatis)
{
    whatis->count = 0;
    find_segment(whatis);
    if (find_page(whatis) != NULL)
        find_object(whatis);
    else
        find_thread(whatis);
    find_symbol(whatis);
    if (whatis->count == 0) {
        struct place *place = add(whatis, "nothing", 0, 0);
        snprintf(place->name, sizeof place->name, "not mapped in this process");
    }
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t whatis_count(struct view *view, bool *exact)
{
    *exact = true;
    return whatis_of(view)->count;
}

static uint64_t whatis_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static void whatis_fill(struct view *view, uint64_t index, struct row *row)
{
    struct whatis_view *whatis = whatis_of(view);
    const struct place *place = &whatis->places[index];
    row->id = index;
    row_text(row, WHATIS_KIND, ROLE_NAME, place->kind);
    row_text(row, WHATIS_NAME, ROLE_TEXT, place->name);
    if (place->end == 0)
        return;
    row->target = place->start;
    row_address(row, WHATIS_START, place->start);
    row_address(row, WHATIS_END, place->end);
    row_number(row, WHATIS_OFFSET, whatis->address - place->start);
}

static bool whatis_refresh(struct view *view)
{
    struct whatis_view *whatis = whatis_of(view);
    size_t before = whatis->count;
    find_places(whatis);
    return whatis->count != before;
}

static bool whatis_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    const char *kind = whatis_of(view)->places[row->id].kind;
    const char *what = strcmp(kind, "object") == 0 ? "inspect" : "bytes";
    if (row->target == 0)
        return false;
    int length = snprintf(command, capacity, "%s 0x%" PRIx64, what, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void whatis_status(struct view *view, struct view_status *status)
{
    struct stage_progress walk;
    heap_progress(view->heap, STAGE_WALK, &walk);
    status->complete = walk.state == STAGE_DONE;
    status->progress = walk.total > 0 ? (double)walk.done / (double)walk.total : 0;
    snprintf(status->title, sizeof status->title, "whatis 0x%" PRIx64, whatis_of(view)->address);
}

static const struct view_ops whatis_ops = {
    .name = "whatis",
    .columns = columns,
    .column_count = WHATIS_COLUMNS,
    .refresh = whatis_refresh,
    .count = whatis_count,
    .fill = whatis_fill,
    .id = whatis_id,
    .follow = whatis_follow,
    .status = whatis_status,
};

static struct view *whatis_open(struct heap *heap, const struct command_args *args,
                                struct error *error)
{
    uint64_t address;
    if (!command_address(args->values[0], "ADDR", &address, error))
        return NULL;
    struct whatis_view *whatis = calloc(1, sizeof *whatis);
    if (whatis == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    whatis->view = (struct view){.ops = &whatis_ops, .heap = heap};
    whatis->address = address;
    find_places(whatis);
    return &whatis->view;
}

const struct command command_whatis = {
    .name = "whatis",
    .aliases = (const char *const[]){"v8whatis", NULL},
    .arguments = "ADDR",
    .min_arguments = 1,
    .max_arguments = 1,
    .stages = 1u << STAGE_WALK,
    .help = "What an address is: segment, page, object, stack, symbol.",
    .rows = &whatis_ops,
    .open = whatis_open,
};
