// `roots`: what holds objects from outside the heap, and how certain that is.
#include "heap/graph/graph.h"
#include "heap/graph/index/renamed.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum roots_column {
    ROOTS_ROOT,
    ROOTS_ADDRESS,
    ROOTS_TYPE,
    ROOTS_CERTAINTY,
    ROOTS_SLOT,
    ROOTS_WEAK,
    ROOTS_PREVIEW,
    ROOTS_COLUMNS,
};

enum { ROOT_TEXT = 512 };

struct roots_view {
    struct view view;
    const struct roots *roots; // NULL until the graph stage has found them
    bool precise;              // --precise: no conservative ones
    int64_t isolate;           // -1: all
    uint32_t *chosen;          // indexes into roots->items; NULL: all of them
    size_t count;
};

static const struct column columns[] = {
    [ROOTS_ROOT] = {.name = "root", .min_width = 16},
    [ROOTS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [ROOTS_TYPE] = {.name = "type", .max_width = 32},
    [ROOTS_CERTAINTY] = {.name = "certainty"},
    [ROOTS_SLOT] = {.name = "slot", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [ROOTS_WEAK] = {.name = "weak", .flags = COLUMN_HIDDEN},
    [ROOTS_PREVIEW] = {.name = "preview", .flags = COLUMN_GROW | COLUMN_SCREEN, .min_width = 16},
};

static struct roots_view *roots_of_view(struct view *view)
{
    return (struct roots_view *)view;
}

static const struct root *root_at(struct view *view, uint64_t index)
{
    struct roots_view *roots = roots_of_view(view);
    return &roots->roots->items[roots->chosen != NULL ? roots->chosen[index] : index];
}

static bool is_wanted(const struct roots_view *view, const struct root *root)
{
    return (!view->precise || root->certainty != ROOT_CONSERVATIVE) &&
           (view->isolate < 0 || root->isolate == view->isolate);
}

static void choose(struct roots_view *view)
{
    view->count = view->roots->count;
    if (!view->precise && view->isolate < 0)
        return;
    view->chosen = calloc(view->count + 1, sizeof *view->chosen);
    view->count = 0;
    for (size_t i = 0; view->chosen != NULL && i < view->roots->count; i++)
        if (is_wanted(view, &view->roots->items[i]))
            view->chosen[view->count++] = (uint32_t)i;
}

static bool roots_refresh(struct view *view)
{
    struct roots_view *roots = roots_of_view(view);
    if (roots->roots != NULL || heap_graph(view->heap) == NULL)
        return false;
    roots->roots = graph_roots(heap_graph(view->heap));
    if (roots->roots == NULL)
        return false;
    choose(roots);
    return true;
}

static uint64_t roots_count(struct view *view, bool *exact)
{
    *exact = roots_of_view(view)->roots != NULL;
    return roots_of_view(view)->count;
}

static uint64_t roots_id(struct view *view, uint64_t index)
{
    const struct root *root = root_at(view, index);
    return root->slot != 0 ? root->slot : root->target ^ (uint64_t)root->kind << 56;
}

static void fill_object(struct view *view, const struct root *root, struct row *row)
{
    const struct v8 *v8 = heap_v8(view->heap);
    struct v8_object object;
    char preview[PREVIEW_TEXT];
    struct print out;
    if (!v8_object_at(v8, root->target, &object))
        return;
    uint32_t name = type_name_of_object(v8, heap_type_names(view->heap),
                                        heap_renamed(view->heap), &object);
    row_text(row, ROOTS_TYPE, ROLE_TEXT, type_names_text(heap_type_names(view->heap), name));
    if ((row->wanted & 1u << ROOTS_PREVIEW) == 0)
        return;
    print_begin(&out, preview, sizeof preview);
    v8_preview_object(v8, root->target, true, &out);
    row_text_n(row, ROOTS_PREVIEW, ROLE_VALUE_OBJECT, preview, out.used);
}

static void roots_fill(struct view *view, uint64_t index, struct row *row)
{
    static const char *const certainties[] = {
        [ROOT_EXACT] = "exact",
        [ROOT_INFERRED] = "inferred",
        [ROOT_CONSERVATIVE] = "conservative",
    };
    const struct root *root = root_at(view, index);
    char text[ROOT_TEXT];
    root_text(heap_v8(view->heap), root, text, sizeof text);
    row->id = roots_id(view, index);
    row->target = root->target;
    row_text(row, ROOTS_ROOT, root->weak ? ROLE_WEAK : ROLE_TEXT, text);
    row_address(row, ROOTS_ADDRESS, root->target);
    row_text(row, ROOTS_CERTAINTY, ROLE_TEXT, certainties[root->certainty]);
    if (root->slot != 0)
        row_address(row, ROOTS_SLOT, root->slot);
    row_bool(row, ROOTS_WEAK, root->weak);
    fill_object(view, root, row);
}

static bool roots_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    const struct root *root = root_at(view, index);
    switch (column) {
    case ROOTS_ADDRESS:
        *ret = root->target;
        return true;
    case ROOTS_SLOT:
        *ret = root->slot;
        return true;
    default:
        return false;
    }
}

static bool roots_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

static void roots_status(struct view *view, struct view_status *status)
{
    struct roots_view *roots = roots_of_view(view);
    struct stage_progress graph;
    char count[FORMAT_MAX];
    heap_progress(view->heap, STAGE_GRAPH, &graph);
    status->complete = roots->roots != NULL;
    status->progress = graph.total > 0 ? (double)graph.done / (double)graph.total : 0;
    snprintf(status->title, sizeof status->title, "roots");
    snprintf(status->detail, sizeof status->detail, "%s%s",
             format_counted(count, roots->count, "root"),
             roots->roots != NULL && roots->roots->precise ? " · no conservative ones" : "");
}

static void roots_destroy_view(struct view *view)
{
    free(roots_of_view(view)->chosen);
}

static const struct view_ops roots_ops = {
    .name = "roots",
    .columns = columns,
    .column_count = ROOTS_COLUMNS,
    .whole_heap = true,
    .refresh = roots_refresh,
    .count = roots_count,
    .fill = roots_fill,
    .id = roots_id,
    .key = roots_key,
    .follow = roots_follow,
    .status = roots_status,
    .destroy = roots_destroy_view,
};

static struct view *roots_open(struct heap *heap, const struct command_args *args,
                               struct error *error)
{
    struct roots_view *roots = calloc(1, sizeof *roots);
    if (roots == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    roots->view = (struct view){.ops = &roots_ops, .heap = heap};
    roots->precise = args->option(args, "--precise") != NULL;
    roots->isolate = args->common->isolate;
    return &roots->view;
}

const struct command command_roots = {
    .name = "roots",
    .options =
        (const struct command_option[]){
            {"--precise", NULL, NULL, "only those at places V8 keeps its references at"},
            {0},
        },
    .stages = 1u << STAGE_WALK | 1u << STAGE_GRAPH,
    .help = "What holds objects from outside the heap: globals, handles, stacks, other memory.",
    .rows = &roots_ops,
    .open = roots_open,
};
