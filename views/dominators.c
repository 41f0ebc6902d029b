// `dominators [ADDR]`: what would go if an object went, as a tree.
#include "heap/graph/index/renamed.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "views/commands.h"
#include "views/dominator_tree.h"
#include "views/format.h"
#include "views/measures.h"
#include "views/subject.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum dominators_column {
    DOMINATORS_TYPE,
    DOMINATORS_PREVIEW,
    DOMINATORS_SHALLOW,
    DOMINATORS_RETAINED,
    DOMINATORS_SHARE,
    DOMINATORS_ADDRESS,
    DOMINATORS_COLUMNS,
};

struct dominators_view {
    struct view view;
    struct dominator_tree tree;
    bool all;         // what roots hold: no address was given
    uint64_t address;
};

static const struct column columns[] = {
    [DOMINATORS_TYPE] = {.name = "type", .min_width = 24, .max_width = 48},
    [DOMINATORS_PREVIEW] = {.name = "preview", .flags = COLUMN_GROW | COLUMN_SCREEN | COLUMN_OPTIONAL,
                            .min_width = 16},
    [DOMINATORS_SHALLOW] = {.name = "shallow", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [DOMINATORS_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [DOMINATORS_SHARE] = {.name = "share", .flags = COLUMN_DESCENDING, .min_width = 10,
                          .max_width = 16},
    [DOMINATORS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
};

static struct dominators_view *dominators_of_view(struct view *view)
{
    return (struct dominators_view *)view;
}

// The tree begins when the dominators are known.
static void begin(struct dominators_view *view)
{
    const struct dominators *dominators = heap_dominators(view->view.heap);
    if (view->tree.root != NULL || dominators == NULL)
        return;
    uint32_t node = view->all ? DOMINATOR_ROOT
                              : index_id(heap_index(view->view.heap), view->address);
    if (node != INDEX_NONE || view->all)
        dominator_tree_begin(&view->tree, node);
}

static bool dominators_refresh(struct view *view)
{
    struct dominators_view *dominators = dominators_of_view(view);
    begin(dominators);
    return dominator_tree_refresh(&dominators->tree);
}

static struct job *dominators_job(struct view *view)
{
    const struct branch *root = dominators_of_view(view)->tree.root;
    return root == NULL ? NULL : &root->list->job;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t dominators_count(struct view *view, bool *exact)
{
    const struct dominator_tree *tree = &dominators_of_view(view)->tree;
    *exact = tree->root != NULL && tree->root->ready;
    return dominator_tree_rows(tree);
}

static uint64_t address_of(struct view *view, uint32_t id)
{
    return index_address(heap_index(view->heap), id);
}

static void fill_object(struct view *view, uint64_t address, struct row *row)
{
    struct heap *heap = view->heap;
    const struct v8 *v8 = heap_v8(heap);
    struct type_names *names = heap_type_names(heap);
    struct v8_object object;
    if (!v8_object_at(v8, address, &object)) {
        row->state = ROW_BAD;
        row_text(row, DOMINATORS_TYPE, ROLE_BAD, "not readable");
        return;
    }
    row_text(row, DOMINATORS_TYPE, ROLE_NAME,
             type_names_text(names, type_name_of_object(v8, names, heap_renamed(heap), &object)));
    row_size(row, DOMINATORS_SHALLOW, object.size);
    if ((row->wanted & 1u << DOMINATORS_PREVIEW) == 0)
        return;
    char preview[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, preview, sizeof preview);
    v8_preview_object(v8, address, true, &out);
    row_text_n(row, DOMINATORS_PREVIEW, ROLE_VALUE_OBJECT, preview, out.used);
}

// Whoever retains more than itself dominates something: other objects, or memory outside.
static bool has_children(const struct row *row, uint64_t retained)
{
    return retained > row->cells[DOMINATORS_SHALLOW].number;
}

static void dominators_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct dominators *dominators = heap_dominators(view->heap);
    struct branch *branch, *child;
    uint32_t place;
    uint32_t id = dominator_tree_row(&dominators_of_view(view)->tree, index, &branch, &place,
                                     &child);
    uint64_t retained = dominators_retained(dominators, id), address = address_of(view, id);
    row->id = row->target = address;
    row->depth = branch->depth;
    fill_object(view, address, row);
    row->expander = child != NULL                 ? EXPAND_OPEN
                    : has_children(row, retained) ? EXPAND_CLOSED
                                                  : EXPAND_NONE;
    row_size(row, DOMINATORS_RETAINED, retained);
    row_share(row, DOMINATORS_SHARE,
              dominators->total > 0 ? (double)retained / (double)dominators->total : 0);
    row_address(row, DOMINATORS_ADDRESS, address);
}

static uint64_t dominators_id(struct view *view, uint64_t index)
{
    struct branch *branch, *child;
    uint32_t place;
    return address_of(view, dominator_tree_row(&dominators_of_view(view)->tree, index, &branch,
                                               &place, &child));
}

static bool dominators_find(struct view *view, uint64_t id, uint64_t *index)
{
    const struct object_index *objects = heap_index(view->heap);
    uint32_t node = objects == NULL ? INDEX_NONE : index_id(objects, id);
    return node != INDEX_NONE &&
           dominator_tree_find(&dominators_of_view(view)->tree, node, index);
}

static bool dominators_expand(struct view *view, uint64_t index, bool open)
{
    struct dominator_tree *tree = &dominators_of_view(view)->tree;
    struct branch *branch, *child;
    uint32_t place;
    dominator_tree_row(tree, index, &branch, &place, &child);
    if (open)
        return dominator_tree_open(tree, branch, place);
    if (child == NULL)
        return false;
    dominator_tree_close(child);
    return true;
}

static bool dominators_follow(struct view *view, const struct row *row, char *command,
                              size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void dominators_status(struct view *view, struct view_status *status)
{
    struct dominators_view *dominators = dominators_of_view(view);
    const struct branch *root = dominators->tree.root;
    struct stage_progress stage;
    char subject[128] = "what roots hold", measures[3 * FORMAT_MAX] = "", count[FORMAT_MAX];
    heap_progress(view->heap, STAGE_DOMINATE, &stage);
    status->complete = root != NULL && root->ready;
    status->progress = stage.total > 0 ? (double)stage.done / (double)stage.total : 0;
    if (!dominators->all) {
        subject_text(view->heap, dominators->address, subject, sizeof subject);
        measures_text(view->heap, dominators->address, measures, sizeof measures);
    }
    snprintf(status->title, sizeof status->title, "dominators %s", subject);
    if (status->complete)
        snprintf(status->detail, sizeof status->detail, "%s objects%s",
                 format_count(count, root->list->count), measures);
}

static void dominators_destroy_view(struct view *view)
{
    dominator_tree_end(&dominators_of_view(view)->tree);
}

static const struct view_ops dominators_ops = {
    .name = "dominators",
    .columns = columns,
    .column_count = DOMINATORS_COLUMNS,
    .whole_heap = true,
    .tree = true,
    .refresh = dominators_refresh,
    .job = dominators_job,
    .count = dominators_count,
    .fill = dominators_fill,
    .id = dominators_id,
    .find = dominators_find,
    .expand = dominators_expand,
    .follow = dominators_follow,
    .status = dominators_status,
    .destroy = dominators_destroy_view,
};

// --- command -------------------------------------------------------------------------------------

static struct view *dominators_open(struct heap *heap, const struct command_args *args,
                                    struct error *error)
{
    uint64_t address = 0;
    if (args->count > 0 && !subject_address(heap, args->values[0], &address, error))
        return NULL;
    struct dominators_view *dominators = calloc(1, sizeof *dominators);
    if (dominators == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    dominators->view = (struct view){.ops = &dominators_ops, .heap = heap};
    dominators->all = args->count == 0;
    dominators->address = address;
    dominators->tree.heap = heap;
    dominators->tree.stores = args->option(args, "--stores") != NULL;
    begin(dominators);
    return &dominators->view;
}

const struct command command_dominators = {
    .name = "dominators",
    .arguments = "[ADDR[PATH]]",
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--stores", NULL, NULL, "arrays that hold elements, properties and entries too"},
            {0},
        },
    .stages = 1u << STAGE_DOMINATE,
    .help = "What would be free without an object, largest first; without ADDR: what roots hold.",
    .rows = &dominators_ops,
    .open = dominators_open,
};
