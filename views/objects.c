// `objects [TYPE]`: the objects of one type, or all of them, in the order of their addresses.
#include "heap/graph/edges/members.h"
#include "heap/graph/index/types.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/measures.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum objects_column {
    OBJECTS_ADDRESS,
    OBJECTS_TYPE,
    OBJECTS_SHALLOW,
    OBJECTS_RETAINED,
    OBJECTS_DISTANCE,
    OBJECTS_PREVIEW,
    OBJECTS_COLUMNS,
};

struct objects_view {
    struct view view;
    char *type;              // NULL: of all types
    struct members *members; // NULL until the walk is done
    struct members_cursor cursor;
    uint64_t only_shape;     // --shape: map; 0: all shapes of the type
    int64_t isolate;         // -1: all
    bool unknown;            // the walk is done and there is no such type
    unsigned measured;       // measures_known() of the rows
};

// Where all are of one type, its name is in the title and in every preview.
#define OBJECTS_COLUMNS_WITH(type_)                                                                \
    {                                                                                              \
        [OBJECTS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},                            \
        [OBJECTS_TYPE] = {.name = "type", .flags = (type_), .max_width = 32},                      \
        [OBJECTS_SHALLOW] = {.name = "shallow", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},        \
        [OBJECTS_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},      \
        [OBJECTS_DISTANCE] = {.name = "distance", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},        \
        [OBJECTS_PREVIEW] = {.name = "preview", .flags = COLUMN_GROW, .min_width = 16},            \
    }

static const struct column columns[] = OBJECTS_COLUMNS_WITH(0);
static const struct column columns_of_type[] = OBJECTS_COLUMNS_WITH(COLUMN_HIDDEN);

static struct objects_view *objects_of(struct view *view)
{
    return (struct objects_view *)view;
}

// --- finding the members -------------------------------------------------------------------------

// The shapes of the type, from the finished table. `*ret` is owned by the caller.
static size_t shapes_of_type(const struct objects_view *objects, const struct type_table *table,
                             uint32_t id, struct members_shape **ret)
{
    size_t count = 0;
    *ret = calloc(table->shapes + 1, sizeof **ret);
    for (size_t i = 0; *ret != NULL && i < table->shapes; i++) {
        const struct type_row *row = &table->by_shape[i];
        if (row->id == id && (objects->only_shape == 0 || row->map == objects->only_shape))
            (*ret)[count++] = (struct members_shape){.map = row->map, .named = !row->renamed};
    }
    return count;
}

static struct members_shape *fill_filter(const struct objects_view *objects,
                                         const struct type_table *table,
                                         struct members_filter *filter)
{
    struct members_shape *shapes = NULL;
    filter->isolate = objects->isolate;
    if (objects->type != NULL) {
        filter->name = type_names_find(heap_type_names(objects->view.heap), objects->type);
        filter->renamed = heap_renamed(objects->view.heap);
        filter->shape_count = shapes_of_type(objects, table, filter->name, &shapes);
    } else if (objects->only_shape != 0 && (shapes = calloc(1, sizeof *shapes)) != NULL) {
        *shapes = (struct members_shape){.map = objects->only_shape, .named = true};
        filter->shape_count = 1;
    }
    filter->shapes = shapes;
    return shapes;
}

static void start(struct objects_view *objects, const struct type_table *table)
{
    struct heap *heap = objects->view.heap;
    struct members_filter filter = {0};
    struct members_shape *shapes = fill_filter(objects, table, &filter);
    objects->unknown = objects->type != NULL && filter.shape_count == 0;
    if (!objects->unknown &&
        members_create(heap_v8(heap), heap_index(heap), &filter, &objects->members))
        heap_submit(heap, &objects->members->job);
    free(shapes);
}

static void start_when_walked(struct objects_view *objects)
{
    struct type_table *table = heap_types(objects->view.heap);
    if (table != NULL && table->complete && heap_index(objects->view.heap) != NULL &&
        !objects->unknown)
        start(objects, table);
    type_table_release(table);
}

static bool is_ready(const struct objects_view *objects)
{
    return objects->members != NULL && job_state(&objects->members->job) == JOB_DONE;
}

static bool objects_refresh(struct view *view)
{
    struct objects_view *objects = objects_of(view);
    bool before = is_ready(objects);
    unsigned measured = objects->measured;
    objects->measured = measures_known(view->heap);
    if (objects->members == NULL)
        start_when_walked(objects);
    return is_ready(objects) != before || !before || objects->measured != measured;
}

static struct job *objects_job(struct view *view)
{
    struct objects_view *objects = objects_of(view);
    return objects->members == NULL ? NULL : &objects->members->job;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t objects_count(struct view *view, bool *exact)
{
    struct objects_view *objects = objects_of(view);
    *exact = is_ready(objects) || objects->unknown;
    return is_ready(objects) ? objects->members->total : 0;
}

static uint64_t address_of(struct view *view, uint64_t index)
{
    struct objects_view *objects = objects_of(view);
    return members_address(objects->members, &objects->cursor, index);
}

static const char *type_of_object(struct heap *heap, const struct v8_object *object)
{
    struct type_names *names = heap_type_names(heap);
    return type_names_text(
        names, type_name_of_object(heap_v8(heap), names, heap_renamed(heap), object));
}

static void objects_fill(struct view *view, uint64_t index, struct row *row)
{
    struct objects_view *objects = objects_of(view);
    uint64_t address = address_of(view, index);
    struct v8_object object;
    row->id = row->target = address;
    row_address(row, OBJECTS_ADDRESS, address);
    bool readable = v8_object_at(heap_v8(view->heap), address, &object);
    if (objects->type != NULL)
        row_text(row, OBJECTS_TYPE, ROLE_NAME, objects->type);
    else if (readable)
        row_text(row, OBJECTS_TYPE, ROLE_NAME, type_of_object(view->heap, &object));
    if (!readable) {
        row->state = ROW_BAD;
        row_text(row, OBJECTS_PREVIEW, ROLE_BAD, "not readable");
        return;
    }
    row_size(row, OBJECTS_SHALLOW, object.size);
    row_retained(row, OBJECTS_RETAINED, view->heap, address);
    row_distance(row, OBJECTS_DISTANCE, view->heap, address);
    if ((row->wanted & 1u << OBJECTS_PREVIEW) == 0)
        return;
    char preview[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, preview, sizeof preview);
    v8_preview_object(heap_v8(view->heap), address, true, &out);
    row_text_n(row, OBJECTS_PREVIEW, ROLE_VALUE_OBJECT, preview, out.used);
}

static uint64_t objects_id(struct view *view, uint64_t index)
{
    return address_of(view, index);
}

static bool objects_find(struct view *view, uint64_t id, uint64_t *index)
{
    struct objects_view *objects = objects_of(view);
    return is_ready(objects) && members_find(objects->members, id, index);
}

static bool objects_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    uint64_t address = address_of(view, index);
    struct v8_object object;
    switch (column) {
    case OBJECTS_ADDRESS:
        *ret = address;
        return true;
    case OBJECTS_SHALLOW:
        *ret = v8_object_at(heap_v8(view->heap), address, &object) ? object.size : 0;
        return true;
    case OBJECTS_RETAINED:
        return measure_retained_key(view->heap, address, ret);
    case OBJECTS_DISTANCE:
        return measure_distance_key(view->heap, address, ret);
    default:
        return false;
    }
}

static bool objects_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void objects_status(struct view *view, struct view_status *status)
{
    struct objects_view *objects = objects_of(view);
    struct stage_progress walk;
    char count[FORMAT_MAX];
    heap_progress(view->heap, STAGE_WALK, &walk);
    status->complete = is_ready(objects) || (objects->unknown && walk.state == STAGE_DONE);
    status->progress = walk.total > 0 ? (double)walk.done / (double)walk.total : 0;
    snprintf(status->title, sizeof status->title, "objects%s%s", objects->type != NULL ? " " : "",
             objects->type != NULL ? objects->type : "");
    if (is_ready(objects))
        snprintf(status->detail, sizeof status->detail, "%s",
                 format_counted(count, objects->members->total, "object"));
    else
        snprintf(status->detail, sizeof status->detail, "%s",
                 objects->unknown ? "there is no such type" : "counting");
}

static void objects_destroy(struct view *view)
{
    struct objects_view *objects = objects_of(view);
    if (objects->members != NULL) {
        job_cancel(&objects->members->job);
        job_release(&objects->members->job);
    }
    members_cursor_free(&objects->cursor);
    free(objects->type);
}

#define OBJECTS_OPS_WITH(columns_)                                                                 \
    {                                                                                              \
        .name = "objects",                                                                         \
        .columns = (columns_),                                                                     \
        .column_count = OBJECTS_COLUMNS,                                                           \
        .whole_heap = true,                                                                        \
        .refresh = objects_refresh,                                                                \
        .job = objects_job,                                                                        \
        .count = objects_count,                                                                    \
        .fill = objects_fill,                                                                      \
        .id = objects_id,                                                                          \
        .find = objects_find,                                                                      \
        .key = objects_key,                                                                        \
        .follow = objects_follow,                                                                  \
        .status = objects_status,                                                                  \
        .destroy = objects_destroy,                                                                \
    }

static const struct view_ops objects_ops = OBJECTS_OPS_WITH(columns);
static const struct view_ops objects_of_type_ops = OBJECTS_OPS_WITH(columns_of_type);

// --- command -------------------------------------------------------------------------------------

static struct view *objects_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    const char *shape = args->option(args, "--shape");
    uint64_t map = 0;
    if (shape != NULL && !command_address(shape, "--shape", &map, error))
        return NULL;
    struct objects_view *objects = calloc(1, sizeof *objects);
    if (objects == NULL ||
        (args->count > 0 && (objects->type = strdup(args->values[0])) == NULL)) {
        free(objects);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    objects->view = (struct view){
        .ops = objects->type != NULL ? &objects_of_type_ops : &objects_ops, .heap = heap};
    objects->only_shape = map;
    objects->isolate = args->common->isolate;
    start_when_walked(objects);
    if (objects->unknown) {
        error_set(error, ERROR_USAGE, "there are no objects of that type");
        view_destroy(&objects->view);
        return NULL;
    }
    return &objects->view;
}

const struct command command_objects = {
    .name = "objects",
    .arguments = "[TYPE]",
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--shape", NULL, "ADDR", "only those with this shape (see types --by shape)"},
            {0},
        },
    .stages = 1u << STAGE_WALK,
    .help = "All objects, or those of a type.",
    .rows = &objects_ops,
    .open = objects_open,
};
