// `inspect ADDR[PATH]`: one object, its fields as a tree that expands in place.
#include "heap/heap.h"
#include "heap/v8/decode/path.h"
#include "heap/v8/decode/preview.h"
#include "heap/v8/naming/class_name.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/inspect_json.h"
#include "views/inspect_tree.h"
#include "views/measures.h"
#include "views/value_cell.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum inspect_column {
    INSPECT_NAME,
    INSPECT_VALUE,
    INSPECT_TYPE,
    INSPECT_KIND,
    INSPECT_ADDRESS,
    INSPECT_COLUMNS,
};

enum {
    NESTED_FIELDS = 100, // shown by --depth of each object within
    ADDRESS_TEXT = 48,
};

struct inspect_view {
    struct view view;
    struct inspect_tree tree;
    struct v8_value value; // the subject
    unsigned depth, flags;
    uint64_t fields;       // --fields
    char *subject;         // as it was asked for
    unsigned measured;     // measures_known() of the title
};

static const struct column columns[] = {
    [INSPECT_NAME] = {.name = "name"},
    [INSPECT_VALUE] = {.name = "value", .flags = COLUMN_GROW, .min_width = 20},
    [INSPECT_TYPE] = {.name = "type", .flags = COLUMN_HIDDEN},
    [INSPECT_KIND] = {.name = "kind", .flags = COLUMN_HIDDEN},
    [INSPECT_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
};

static struct inspect_view *inspect_of(struct view *view)
{
    return (struct inspect_view *)view;
}

// --- rows ----------------------------------------------------------------------------------------

// Row 0 is the subject; the rows of the tree follow.
static uint64_t inspect_count(struct view *view, bool *exact)
{
    const struct inspect_tree *tree = &inspect_of(view)->tree;
    *exact = true;
    return 1 + (tree->root != NULL ? tree->root->rows : 0);
}

static enum role role_of_name(enum field_kind kind)
{
    return kind == FIELD_HIDDEN || kind == FIELD_INTERNAL ? ROLE_INTERNAL
           : kind == FIELD_ELEMENT                        ? ROLE_NUMBER
                                                          : ROLE_NAME;
}

static const struct value_columns value_columns = {
    .value = INSPECT_VALUE, .type = INSPECT_TYPE, .address = INSPECT_ADDRESS};

static void fill_subject(struct view *view, struct row *row)
{
    struct inspect_view *inspect = inspect_of(view);
    char type[CLASS_NAME_MAX];
    row->id = 0;
    v8_type_text(heap_v8(view->heap), &inspect->value, type);
    row_text(row, INSPECT_NAME, ROLE_NAME, type);
    row_text(row, INSPECT_KIND, ROLE_TEXT,
             inspect->tree.root != NULL ? inspect->tree.root->in.kind : "value");
    row_value(row, &value_columns, heap_v8(view->heap), &inspect->value, true);
}

static uint64_t id_of(const struct inspect_node *node, uint64_t field)
{
    return (uint64_t)node->number << 36 | field;
}

// "… 8,092 more"
static void fill_rest(const struct inspect_node *node, struct row *row)
{
    char count[FORMAT_MAX], text[FORMAT_MAX + 16];
    snprintf(text, sizeof text, "… %s more",
             format_count(count, node->in.count - node->shown));
    row->expander = EXPAND_CLOSED;
    row_text(row, INSPECT_NAME, ROLE_INTERNAL, text);
    row_text(row, INSPECT_KIND, ROLE_TEXT, "more");
}

static void inspect_fill(struct view *view, uint64_t index, struct row *row)
{
    struct inspect_view *inspect = inspect_of(view);
    struct inspect_node *child;
    struct v8_field field;
    uint64_t number;
    if (index == 0) {
        fill_subject(view, row);
        return;
    }
    struct inspect_node *node = inspect_tree_row(&inspect->tree, index - 1, &number, &child);
    row->id = id_of(node, number);
    row->depth = node->depth;
    if (inspect_is_rest(node, number)) {
        fill_rest(node, row);
        return;
    }
    if (!v8_inspect_field(&node->in, number, &field))
        row->state = ROW_BAD;
    row->target = inspect_target(heap_v8(view->heap), &field);
    row->expander = child != NULL        ? EXPAND_OPEN
                    : row->target != 0 ? EXPAND_CLOSED
                                         : EXPAND_NONE;
    row_text(row, INSPECT_NAME, role_of_name(field.kind), field.name);
    row_text(row, INSPECT_KIND, ROLE_TEXT, field_kind_name(field.kind));
    if (field.kind == FIELD_ACCESSOR)
        row_accessor(row, &value_columns, heap_v8(view->heap), &field.value);
    else
        row_value(row, &value_columns, heap_v8(view->heap), &field.value, true);
}

static uint64_t inspect_id(struct view *view, uint64_t index)
{
    struct inspect_node *child, *node;
    uint64_t field;
    if (index == 0)
        return 0;
    node = inspect_tree_row(&inspect_of(view)->tree, index - 1, &field, &child);
    return id_of(node, field);
}

static bool inspect_find(struct view *view, uint64_t id, uint64_t *index)
{
    const struct inspect_tree *tree = &inspect_of(view)->tree;
    uint64_t field = id & ((1ull << 36) - 1);
    *index = 0;
    if (id == 0)
        return true;
    struct inspect_node *node = inspect_tree_find(tree, (uint32_t)(id >> 36));
    if (node == NULL || field > node->shown || field >= node->in.count)
        return false;
    *index = 1 + inspect_tree_position(node, field);
    return true;
}

static bool inspect_expand(struct view *view, uint64_t index, bool open)
{
    struct inspect_view *inspect = inspect_of(view);
    struct inspect_node *child;
    uint64_t field;
    if (index == 0 || inspect->tree.root == NULL)
        return false;
    struct inspect_node *node = inspect_tree_row(&inspect->tree, index - 1, &field, &child);
    if (open)
        return inspect_tree_open(&inspect->tree, node, field);
    if (child == NULL)
        return false;
    inspect_tree_close(child);
    return true;
}

static bool inspect_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    (void)view;
    if (row->target == 0)
        return false;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void inspect_status(struct view *view, struct view_status *status)
{
    struct inspect_view *inspect = inspect_of(view);
    const struct inspect_node *root = inspect->tree.root;
    char type[CLASS_NAME_MAX], size[FORMAT_MAX], count[FORMAT_MAX], measures[3 * FORMAT_MAX] = "";
    char address[FORMAT_MAX];
    v8_type_text(heap_v8(view->heap), &inspect->value, type);
    status->complete = true;
    snprintf(status->title, sizeof status->title, "%.120s %.120s", type,
             root != NULL ? format_address(address, root->in.object.address) : inspect->subject);
    if (root == NULL)
        return;
    measures_text(view->heap, root->in.object.address, measures, sizeof measures);
    snprintf(status->detail, sizeof status->detail, "%s%s · %s",
             format_size(size, root->in.object.size), measures,
             format_counted(count, root->in.count, "field"));
}

static bool inspect_refresh(struct view *view)
{
    struct inspect_view *inspect = inspect_of(view);
    unsigned measured = inspect->measured;
    inspect->measured = measures_known(view->heap);
    return inspect->measured != measured;
}

static bool inspect_json(struct view *view, struct json_writer *writer)
{
    struct inspect_view *inspect = inspect_of(view);
    struct inspect_json json = {.v8 = heap_v8(view->heap), .heap = view->heap,
                                .flags = inspect->flags, .depth = inspect->depth,
                                .fields = inspect->fields, .writer = writer};
    inspect_json_write(&json, &inspect->value);
    return true;
}

static void inspect_destroy(struct view *view)
{
    struct inspect_view *inspect = inspect_of(view);
    inspect_tree_destroy(&inspect->tree);
    free(inspect->subject);
}

static const struct view_ops inspect_ops = {
    .name = "inspect",
    .columns = columns,
    .column_count = INSPECT_COLUMNS,
    .tree = true,
    .count = inspect_count,
    .fill = inspect_fill,
    .id = inspect_id,
    .find = inspect_find,
    .expand = inspect_expand,
    .follow = inspect_follow,
    .refresh = inspect_refresh,
    .status = inspect_status,
    .json = inspect_json,
    .destroy = inspect_destroy,
};

// --- command -------------------------------------------------------------------------------------

// "0x2f3a81c4d1.a.b[3]" → address and path. A tagged pointer is taken for the object's address.
static bool parse_subject(const char *text, uint64_t *address, const char **path,
                          struct error *error)
{
    char number[ADDRESS_TEXT];
    size_t length = strcspn(text, ".[");
    if (length >= sizeof number)
        length = sizeof number - 1;
    memcpy(number, text, length);
    number[length] = '\0';
    *path = text + length;
    if (!command_address(number, "ADDR", address, error))
        return false;
    if ((*address & V8_TAG_MASK) == V8_TAG)
        *address -= V8_TAG;
    return true;
}

static bool parse_options(struct inspect_view *inspect, const struct command_args *args,
                          struct error *error)
{
    const char *depth = args->option(args, "--depth"), *fields = args->option(args, "--fields");
    uint64_t levels = 1;
    inspect->fields = UINT64_MAX;
    if ((depth != NULL && !command_number(depth, "--depth", &levels, error)) ||
        (fields != NULL && !command_number(fields, "--fields", &inspect->fields, error)))
        return false;
    if (levels > INSPECT_DEPTH_MAX)
        return error_set(error, ERROR_USAGE, "--depth: at most %d", INSPECT_DEPTH_MAX);
    inspect->depth = (unsigned)levels;
    if (args->option(args, "--all-fields") != NULL)
        inspect->flags |= INSPECT_HIDDEN;
    return true;
}

static bool open_subject(struct inspect_view *inspect, const struct command_args *args,
                         struct error *error)
{
    const struct v8 *v8 = heap_v8(inspect->view.heap);
    const char *path;
    uint64_t address;
    struct v8_what what;
    if (!parse_options(inspect, args, error) ||
        !parse_subject(args->values[0], &address, &path, error))
        return false;
    if (!v8_object_what(v8, address, &what))
        return error_set(error, ERROR_USAGE, "no object begins at 0x%" PRIx64, address);
    inspect->subject = strdup(args->values[0]);
    if (inspect->subject == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (!v8_path_resolve(v8, address, path, &inspect->value, NULL, error))
        return false;
    v8_value_what(v8, &inspect->value, &what);
    if (what.object.address != 0 &&
        inspect_tree_create(&inspect->tree, v8, what.object.address, inspect->flags))
        inspect_tree_open_all(&inspect->tree, inspect->depth, NESTED_FIELDS);
    return true;
}

static struct view *inspect_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    struct inspect_view *inspect = calloc(1, sizeof *inspect);
    if (inspect == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    inspect->view = (struct view){.ops = &inspect_ops, .heap = heap};
    if (!open_subject(inspect, args, error)) {
        view_destroy(&inspect->view);
        return NULL;
    }
    return &inspect->view;
}

const struct command command_inspect = {
    .name = "inspect",
    .aliases = (const char *const[]){"jsprint", "v8print", NULL},
    .arguments = "ADDR[PATH]",
    .min_arguments = 1,
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--depth", "-d", "N", "levels of fields to show (1)"},
            {"--all-fields", "-a", NULL, "what JavaScript does not see too"},
            {"--fields", NULL, "N", "at most N fields of each object, in JSON"},
            {0},
        },
    .help = "One object and its fields; PATH is member access: .a.b[3][\"x y\"].",
    .rows = &inspect_ops,
    .open = inspect_open,
};
