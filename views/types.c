// `types`: what fills the heap, by constructor or by shape.
#include "heap/graph/index/types.h"
#include "heap/heap.h"
#include "heap/v8/naming/class_name.h"
#include "heap/v8/value/properties.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/match.h"
#include "views/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum types_column {
    TYPES_TYPE,
    TYPES_COUNT,
    TYPES_SHALLOW,
    TYPES_SHARE,
    TYPES_RETAINED,
    TYPES_UNREACHABLE,
    TYPES_EXAMPLE,
    TYPES_SHAPE,
    TYPES_PROPERTIES,
    TYPES_COLUMNS,
};

enum {
    PROPERTY_TEXT = 256,
    PROPERTIES_SHOWN = 256, // more do not fit a row's text
};

struct types_view {
    struct view view;
    bool by_shape;
    int64_t isolate;                // -1: all
    struct view_match *property;    // -p: shapes that have such a property; NULL: all
    struct view_match *constructor; // -c
    bool unreachable;               // only types with objects that no root leads to
    struct type_table *table;       // held; NULL before the first
    struct type_row *rows;          // what is shown, when it is not the whole table
    size_t count;
    uint64_t bytes;                 // of all rows, for shares
};

// Garbage is a matter of --unreachable: elsewhere its column is for JSON and TSV.
#define TYPES_COLUMNS_WITH(shown_)                                                                 \
    {                                                                                              \
        [TYPES_TYPE] = {.name = "type", .flags = COLUMN_GROW, .min_width = 16},                    \
        [TYPES_COUNT] = {.name = "count", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},              \
        [TYPES_SHALLOW] = {.name = "shallow", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},          \
        [TYPES_SHARE] = {.name = "share", .min_width = 12, .max_width = 20,                        \
                         .flags = COLUMN_SCREEN | COLUMN_DESCENDING | COLUMN_OPTIONAL},            \
        [TYPES_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},        \
        [TYPES_UNREACHABLE] = {.name = "unreachable",                                              \
                               .flags = COLUMN_RIGHT | COLUMN_DESCENDING | (shown_)},              \
        [TYPES_EXAMPLE] = {.name = "example", .flags = COLUMN_RIGHT | COLUMN_HIDDEN},            \
        [TYPES_SHAPE] = {.name = "shape", .flags = COLUMN_RIGHT},                                  \
        [TYPES_PROPERTIES] = {.name = "properties", .flags = COLUMN_GROW, .min_width = 16},        \
    }

static const struct column columns[] = TYPES_COLUMNS_WITH(COLUMN_HIDDEN);
static const struct column garbage_columns[] = TYPES_COLUMNS_WITH(0);

static struct types_view *types_of(struct view *view)
{
    return (struct types_view *)view;
}

static const struct type_row *rows_of(const struct types_view *types)
{
    if (types->rows != NULL)
        return types->rows;
    if (types->table == NULL)
        return NULL;
    return types->by_shape ? types->table->by_shape : types->table->by_constructor;
}

// --- choosing rows -------------------------------------------------------------------------------

// The properties that the objects of a shape have. A shape in dictionary mode describes none: what
// its example has stands for them.
static bool open_properties(const struct types_view *types, const struct type_row *row,
                            struct v8_properties *ret)
{
    const struct v8 *v8 = heap_v8(types->view.heap);
    struct v8_object object;
    if (!v8_properties_open_shape(v8, row->map, ret))
        return false;
    if (ret->store == PROPERTIES_DESCRIPTORS)
        return true;
    return v8_object_at(v8, row->example, &object) && v8_properties_open(v8, &object, ret);
}

static bool has_property(const struct types_view *types, const struct type_row *row)
{
    struct v8_properties properties;
    struct v8_property property;
    char name[PROPERTY_TEXT];
    uint32_t cursor = 0;
    if (!open_properties(types, row, &properties))
        return false;
    while (v8_properties_next(&properties, &cursor, &property)) {
        v8_property_name(properties.v8, property.name, name, sizeof name);
        if (match_text(types->property, name, strlen(name), 0, NULL, NULL) == MATCH_YES)
            return true;
    }
    return false;
}

static bool is_wanted(const struct types_view *types, const struct type_row *row)
{
    if (types->isolate >= 0 && row->isolate != types->isolate)
        return false;
    if (types->constructor != NULL && match_text(types->constructor, row->name, strlen(row->name),
                                                 0, NULL, NULL) != MATCH_YES)
        return false;
    return types->property == NULL || has_property(types, row);
}

// Only the rows with garbage; returns how many.
static size_t keep_garbage(struct type_row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].unreachable != UINT64_MAX && rows[i].unreachable > 0)
            rows[kept++] = rows[i];
    return kept;
}

static void choose_rows(struct types_view *types)
{
    const struct type_table *table = types->table;
    free(types->rows);
    types->rows = NULL;
    types->count = types->by_shape ? table->shapes : table->constructors;
    types->bytes = table->bytes;
    if (types->isolate < 0 && types->property == NULL && types->constructor == NULL &&
        !types->unreachable)
        return;
    struct type_row *chosen = calloc(table->shapes + 1, sizeof *chosen);
    size_t count = 0;
    types->count = 0;
    if (chosen == NULL)
        return;
    for (size_t i = 0; i < table->shapes; i++)
        if (is_wanted(types, &table->by_shape[i]))
            chosen[count++] = table->by_shape[i];
    types->count = types->by_shape ? count : type_rows_fold(chosen, count, chosen);
    if (types->unreachable)
        types->count = keep_garbage(chosen, types->count);
    types->rows = chosen;
    types->bytes = 0;
    for (size_t i = 0; i < types->count; i++)
        types->bytes += chosen[i].shallow;
}

static bool types_refresh(struct view *view)
{
    struct types_view *types = types_of(view);
    struct type_table *table = heap_types(view->heap);
    if (table == types->table) {
        type_table_release(table);
        return false;
    }
    type_table_release(types->table);
    types->table = table;
    choose_rows(types);
    return true;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t types_count(struct view *view, bool *exact)
{
    struct types_view *types = types_of(view);
    *exact = types->table != NULL && types->table->complete;
    return types->count;
}

static void fill_properties(const struct types_view *types, const struct type_row *type,
                            struct row *row)
{
    struct v8_properties properties;
    struct v8_property property;
    char name[PROPERTY_TEXT];
    row_list(row, TYPES_PROPERTIES, ROLE_EDGE);
    if (!open_properties(types, type, &properties))
        return;
    for (uint32_t i = 0; i < properties.count && i < PROPERTIES_SHOWN; i++) {
        if (!v8_properties_at(&properties, i, &property))
            break;
        v8_property_name(properties.v8, property.name, name, sizeof name);
        row_list_add(row, TYPES_PROPERTIES, ROLE_EDGE, name);
    }
}

static uint64_t id_of(const struct types_view *types, const struct type_row *type)
{
    return types->by_shape
               ? (type->map ^ (uint64_t)type->isolate << 48) * 0x9e3779b97f4a7c15ull + type->id
               : type->id;
}

static void types_fill(struct view *view, uint64_t index, struct row *row)
{
    struct types_view *types = types_of(view);
    const struct type_row *type = &rows_of(types)[index];
    row->id = id_of(types, type);
    row->target = type->example;
    row_text(row, TYPES_TYPE, ROLE_NAME, type->name);
    row_number(row, TYPES_COUNT, type->count);
    row_size(row, TYPES_SHALLOW, type->shallow);
    row_share(row, TYPES_SHARE,
              types->bytes > 0 ? (double)type->shallow / (double)types->bytes : 0);
    if (type->retained != UINT64_MAX)
        row_size(row, TYPES_RETAINED, type->retained);
    if (type->unreachable != UINT64_MAX)
        row_number(row, TYPES_UNREACHABLE, type->unreachable);
    if (type->example != 0)
        row_address(row, TYPES_EXAMPLE, type->example);
    if (!types->by_shape)
        return;
    row_address(row, TYPES_SHAPE, type->map);
    if (row->wanted & 1u << TYPES_PROPERTIES)
        fill_properties(types, type, row);
}

static uint64_t types_id(struct view *view, uint64_t index)
{
    return id_of(types_of(view), &rows_of(types_of(view))[index]);
}

static bool types_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    const struct type_row *type = &rows_of(types_of(view))[index];
    switch (column) {
    case TYPES_COUNT:
        *ret = type->count;
        return true;
    case TYPES_SHALLOW:
    case TYPES_SHARE:
        *ret = type->shallow;
        return true;
    case TYPES_UNREACHABLE:
        *ret = type->unreachable;
        return type->unreachable != UINT64_MAX;
    case TYPES_RETAINED:
        *ret = type->retained;
        return type->retained != UINT64_MAX;
    case TYPES_EXAMPLE:
        *ret = type->example;
        return true;
    case TYPES_SHAPE:
        *ret = type->map;
        return true;
    default:
        return false;
    }
}

static bool types_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    const struct cell *name = &row->cells[TYPES_TYPE];
    char quoted[2 * CLASS_NAME_MAX];
    int length;
    if (!command_quote(name->text, name->length, quoted, sizeof quoted))
        return false;
    if (types_of(view)->by_shape)
        length = snprintf(command, capacity, "objects %s --shape 0x%llx", quoted,
                          (unsigned long long)row->cells[TYPES_SHAPE].number);
    else
        length = snprintf(command, capacity, "objects %s", quoted);
    return length > 0 && (size_t)length < capacity;
}

static void types_status(struct view *view, struct view_status *status)
{
    struct types_view *types = types_of(view);
    struct stage_progress progress;
    char rows[FORMAT_MAX], objects[FORMAT_MAX];
    uint64_t walked, unwalked, count;
    heap_progress(view->heap, STAGE_WALK, &progress);
    heap_totals(view->heap, &count, &walked, &unwalked);
    status->complete = types->table != NULL && types->table->complete;
    status->progress =
        progress.total > 0 ? (double)progress.done / (double)progress.total : 0;
    snprintf(status->title, sizeof status->title, "types%s", types->by_shape ? " by shape" : "");
    format_count(objects, count);
    if (types->count == 0 && !status->complete) // counted, but not told apart yet
        snprintf(status->detail, sizeof status->detail, "%s objects so far", objects);
    else
        snprintf(status->detail, sizeof status->detail, "%s %s · %s objects",
                 format_count(rows, types->count), types->by_shape ? "shapes" : "types", objects);
}

static void types_destroy(struct view *view)
{
    struct types_view *types = types_of(view);
    type_table_release(types->table);
    view_match_destroy(types->property);
    view_match_destroy(types->constructor);
    free(types->rows);
}

#define TYPES_OPS(columns_, count_, sort_)                                                         \
    {                                                                                              \
        .name = "types", .whole_heap = true, .columns = (columns_), .column_count = (count_),                          \
        .default_sort = (sort_), .refresh = types_refresh, .count = types_count,                 \
        .fill = types_fill, .id = types_id, .key = types_key, .follow = types_follow,              \
        .status = types_status, .destroy = types_destroy,                                          \
    }

static const struct view_ops constructor_ops = TYPES_OPS(columns, TYPES_SHAPE, "shallow");
static const struct view_ops shape_ops = TYPES_OPS(columns, TYPES_COLUMNS, "shallow");
static const struct view_ops garbage_ops = TYPES_OPS(garbage_columns, TYPES_SHAPE, "unreachable");
static const struct view_ops garbage_shape_ops =
    TYPES_OPS(garbage_columns, TYPES_COLUMNS, "unreachable");

// --- command -------------------------------------------------------------------------------------

static bool read_options(struct types_view *types, const struct command_args *args,
                         struct error *error)
{
    const char *by = args->option(args, "--by");
    const char *property = args->option(args, "--property");
    const char *constructor = args->option(args, "--constructor");
    if (by != NULL && strcmp(by, "shape") != 0 && strcmp(by, "constructor") != 0)
        return error_set(error, ERROR_USAGE, "--by is constructor or shape");
    types->by_shape = by != NULL && strcmp(by, "shape") == 0;
    types->unreachable = args->option(args, "--unreachable") != NULL;
    types->view.ops = types->unreachable ? (types->by_shape ? &garbage_shape_ops : &garbage_ops)
                                         : (types->by_shape ? &shape_ops : &constructor_ops);
    types->isolate = args->common->isolate;
    return (property == NULL || view_match_create(property, &types->property, error)) &&
           (constructor == NULL || view_match_create(constructor, &types->constructor, error));
}

static struct view *types_open(struct heap *heap, const struct command_args *args,
                               struct error *error)
{
    struct types_view *types = calloc(1, sizeof *types);
    if (types == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    types->view = (struct view){.ops = &constructor_ops, .heap = heap};
    if (!read_options(types, args, error)) {
        view_destroy(&types->view);
        return NULL;
    }
    return &types->view;
}

const struct command command_types = {
    .name = "types",
    .aliases = (const char *const[]){"findjsobjects", NULL},
    .options =
        (const struct command_option[]){
            {"--by", NULL, "constructor|shape", "what to group by (constructor)"},
            {"--property", "-p", "REGEX", "only objects that have such a property"},
            {"--constructor", "-c", "REGEX", "only types with such a name"},
            {"--unreachable", NULL, NULL, "only types with garbage: objects no root leads to"},
            {0},
        },
    .retained = "--unreachable",
    .stages = 1u << STAGE_WALK,
    .help = "What fills the heap: objects and bytes by constructor or by shape.",
    .rows = &shape_ops,
    .open = types_open,
};
