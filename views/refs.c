// `refs ADDR`: who refers to an object, one row a reference; `--by type` folds them by the type
// that refers and the name of the edge.
#include "heap/graph/edges/ref_fold.h"
#include "heap/heap.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/measures.h"
#include "views/subject.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum refs_column {
    REFS_FROM,
    REFS_TYPE,
    REFS_EDGE,
    REFS_KIND,
    REFS_DISTANCE,
    REFS_COLUMNS,
};

enum folded_column {
    FOLDED_COUNT,
    FOLDED_TYPE,
    FOLDED_EDGE,
    FOLDED_KIND,
    FOLDED_DISTANCE,
    FOLDED_EXAMPLE,
    FOLDED_COLUMNS,
};

struct refs_view {
    struct view view;
    uint64_t address;
    bool folded;
    bool known;         // the list is open
    bool read_only;     // in read-only space: referrers are not indexed
    struct ref_list list;
    struct ref_fold *fold;
    bool fold_done;
    uint64_t fold_at;   // references folded when it was last looked at
    const struct reach *reach;
};

static const struct column refs_columns[] = {
    [REFS_FROM] = {.name = "from", .flags = COLUMN_RIGHT},
    [REFS_TYPE] = {.name = "type", .max_width = 40},
    [REFS_EDGE] = {.name = "edge", .flags = COLUMN_GROW, .min_width = 16},
    [REFS_KIND] = {.name = "kind"},
    [REFS_DISTANCE] = {.name = "distance", .flags = COLUMN_RIGHT},
};

static const struct column folded_columns[] = {
    [FOLDED_COUNT] = {.name = "count", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [FOLDED_TYPE] = {.name = "type", .max_width = 40},
    [FOLDED_EDGE] = {.name = "edge", .flags = COLUMN_GROW, .min_width = 16},
    [FOLDED_KIND] = {.name = "kind"},
    [FOLDED_DISTANCE] = {.name = "distance", .flags = COLUMN_RIGHT},
    [FOLDED_EXAMPLE] = {.name = "example", .flags = COLUMN_RIGHT},
};

static struct refs_view *refs_of(struct view *view)
{
    return (struct refs_view *)view;
}

// --- what is known -------------------------------------------------------------------------------

static void open_list(struct refs_view *refs)
{
    const struct graph *graph = heap_graph(refs->view.heap);
    struct edge_namer namer = {heap_v8(refs->view.heap), graph_edges(graph), graph_reverse(graph)};
    if (namer.reverse == NULL || graph_roots(graph) == NULL)
        return;
    uint32_t id = index_id(heap_index(refs->view.heap), refs->address);
    if (id == INDEX_NONE)
        return;
    ref_list_open(&namer, graph_roots(graph), id, &refs->list);
    refs->read_only = !reverse_has(namer.reverse, id);
    refs->known = true;
}

static void start_fold(struct refs_view *refs)
{
    struct heap *heap = refs->view.heap;
    if (ref_fold_create(&refs->list, heap_type_names(heap), heap_renamed(heap), refs->reach,
                        &refs->fold))
        heap_submit(heap, &refs->fold->job);
}

static bool refs_refresh(struct view *view)
{
    struct refs_view *refs = refs_of(view);
    bool known = refs->known, fold_done = refs->fold_done;
    uint64_t fold_at = refs->fold_at;
    const struct reach *reach = refs->reach;
    if (!known)
        open_list(refs);
    refs->reach = graph_reach(heap_graph(view->heap));
    if (refs->folded && refs->known && refs->fold == NULL)
        start_fold(refs);
    refs->fold_done = refs->fold != NULL && job_ended(&refs->fold->job);
    refs->fold_at = refs->fold == NULL ? 0 : atomic_load(&refs->fold->job.done);
    return known != refs->known || fold_done != refs->fold_done || reach != refs->reach ||
           fold_at != refs->fold_at;
}

static struct job *refs_job(struct view *view)
{
    struct refs_view *refs = refs_of(view);
    return refs->fold == NULL ? NULL : &refs->fold->job;
}

// Will the list never be known? The stage ended without it.
static bool is_given_up(const struct refs_view *refs)
{
    struct stage_progress progress;
    heap_progress(refs->view.heap, STAGE_GRAPH, &progress);
    return progress.state == STAGE_CANCELLED || progress.state == STAGE_FAILED;
}

// --- one row a reference -------------------------------------------------------------------------

static uint64_t refs_count(struct view *view, bool *exact)
{
    struct refs_view *refs = refs_of(view);
    *exact = refs->known;
    return refs->known ? refs->list.total : 0;
}

static const char *type_at(struct heap *heap, uint64_t address)
{
    struct v8_object object;
    struct type_names *names = heap_type_names(heap);
    if (!v8_object_at(heap_v8(heap), address, &object))
        return "?";
    return type_names_text(
        names, type_name_of_object(heap_v8(heap), names, heap_renamed(heap), &object));
}

static enum role edge_role(enum edge_kind kind)
{
    return kind == EDGE_KIND_WEAK                                    ? ROLE_WEAK
           : kind == EDGE_KIND_INTERNAL || kind == EDGE_KIND_HIDDEN ? ROLE_INTERNAL
                                                                     : ROLE_EDGE;
}

static void fill_root(struct refs_view *refs, const struct root *root, struct row *row)
{
    char text[256];
    root_text(heap_v8(refs->view.heap), root, text, sizeof text);
    row_text(row, REFS_TYPE, ROLE_NAME, "(root)");
    row_text(row, REFS_EDGE, root->weak ? ROLE_WEAK : ROLE_EDGE, text);
    row_text(row, REFS_KIND, ROLE_DIM, root->weak ? "weak" : "root");
}

static void refs_fill(struct view *view, uint64_t index, struct row *row)
{
    struct refs_view *refs = refs_of(view);
    struct reference reference;
    ref_list_at(&refs->list, index, &reference);
    row->id = index;
    if (reference.root != NULL) {
        fill_root(refs, reference.root, row);
        return;
    }
    row->target = reference.from;
    row_address(row, REFS_FROM, reference.from);
    row_text(row, REFS_TYPE, ROLE_NAME, type_at(view->heap, reference.from));
    row_text(row, REFS_EDGE, edge_role(reference.name.kind), reference.name.text);
    row_text(row, REFS_KIND, ROLE_DIM, edge_kind_name(reference.name.kind));
    row_distance(row, REFS_DISTANCE, view->heap, reference.from);
}

static uint64_t refs_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static bool refs_find(struct view *view, uint64_t id, uint64_t *index)
{
    *index = id;
    return refs_of(view)->known && id < refs_of(view)->list.total;
}

static bool follow(const struct row *row, char *command, size_t capacity)
{
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return row->target != 0 && length > 0 && (size_t)length < capacity;
}

static bool refs_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    return follow(row, command, capacity);
}

static void refs_status(struct view *view, struct view_status *status)
{
    struct refs_view *refs = refs_of(view);
    struct stage_progress graph;
    char subject[160], count[FORMAT_MAX], roots[FORMAT_MAX];
    heap_progress(view->heap, STAGE_GRAPH, &graph);
    subject_text(view->heap, refs->address, subject, sizeof subject);
    snprintf(status->title, sizeof status->title, "references to %s", subject);
    status->complete = refs->known && (!refs->folded || refs->fold_done);
    status->progress = graph.total > 0 ? (double)graph.done / (double)graph.total : 0;
    if (!refs->known) {
        snprintf(status->detail, sizeof status->detail, "%s",
                 is_given_up(refs) ? "not known" : "waiting for the references");
        if (is_given_up(refs))
            snprintf(status->missing, sizeof status->missing,
                     "all references: following them was stopped");
        return;
    }
    snprintf(status->detail, sizeof status->detail, "%s · %s",
             format_counted(count, refs->list.total - refs->list.root_count, "reference"),
             format_counted(roots, refs->list.root_count, "root"));
    if (refs->read_only)
        snprintf(status->missing, sizeof status->missing,
                 "references to read-only space are not indexed");
}

static void refs_destroy(struct view *view)
{
    struct refs_view *refs = refs_of(view);
    if (refs->fold != NULL) {
        job_cancel(&refs->fold->job);
        job_release(&refs->fold->job);
    }
}

static const struct view_ops refs_ops = {
    .name = "refs",
    .columns = refs_columns,
    .column_count = REFS_COLUMNS,
    .whole_heap = true,
    .refresh = refs_refresh,
    .count = refs_count,
    .fill = refs_fill,
    .id = refs_id,
    .find = refs_find,
    .follow = refs_follow,
    .status = refs_status,
    .destroy = refs_destroy,
};

// --- folded --------------------------------------------------------------------------------------

static uint64_t folded_count(struct view *view, bool *exact)
{
    struct refs_view *refs = refs_of(view);
    *exact = refs->fold_done;
    return refs->fold == NULL ? 0 : ref_fold_count(refs->fold);
}

static void folded_fill(struct view *view, uint64_t index, struct row *row)
{
    struct refs_view *refs = refs_of(view);
    struct ref_group group;
    const char *label;
    row->id = index;
    if (!ref_fold_group(refs->fold, index, &group, &label))
        return;
    enum edge_kind kind = (enum edge_kind)group.kind;
    bool root = group.type == UINT32_MAX;
    row->target = group.example;
    row_number(row, FOLDED_COUNT, group.count);
    row_text(row, FOLDED_TYPE, ROLE_NAME,
             root ? "(root)" : type_names_text(heap_type_names(view->heap), group.type));
    row_text(row, FOLDED_EDGE, edge_role(kind), label);
    row_text(row, FOLDED_KIND, ROLE_DIM,
             root && kind != EDGE_KIND_WEAK ? "root" : edge_kind_name(kind));
    if (refs->fold->reach != NULL && !root && group.distance < REACH_NONE)
        row_number(row, FOLDED_DISTANCE, group.distance);
    if (group.example != 0)
        row_address(row, FOLDED_EXAMPLE, group.example);
}

static bool folded_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    struct ref_group group;
    const char *label;
    if (column != FOLDED_COUNT || !ref_fold_group(refs_of(view)->fold, index, &group, &label))
        return false;
    *ret = group.count;
    return true;
}

static bool folded_find(struct view *view, uint64_t id, uint64_t *index)
{
    struct refs_view *refs = refs_of(view);
    *index = id;
    return refs->fold != NULL && id < ref_fold_count(refs->fold);
}

static const struct view_ops folded_ops = {
    .name = "refs",
    .columns = folded_columns,
    .column_count = FOLDED_COLUMNS,
    .whole_heap = true,
    .refresh = refs_refresh,
    .job = refs_job,
    .count = folded_count,
    .fill = folded_fill,
    .id = refs_id,
    .find = folded_find,
    .key = folded_key,
    .follow = refs_follow,
    .status = refs_status,
    .destroy = refs_destroy,
};

// --- command -------------------------------------------------------------------------------------

static struct view *refs_open(struct heap *heap, const struct command_args *args,
                              struct error *error)
{
    const char *by = args->option(args, "--by");
    uint64_t address;
    if (by != NULL && strcmp(by, "type") != 0) {
        error_set(error, ERROR_USAGE, "--by is type");
        return NULL;
    }
    if (!subject_address(heap, args->values[0], &address, error))
        return NULL;
    struct refs_view *refs = calloc(1, sizeof *refs);
    if (refs == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    refs->view = (struct view){.ops = by != NULL ? &folded_ops : &refs_ops, .heap = heap};
    refs->address = address;
    refs->folded = by != NULL;
    refs_refresh(&refs->view);
    return &refs->view;
}

const struct command command_refs = {
    .name = "refs",
    .aliases = (const char *const[]){"findjsobjects -r", "jsfindrefs", NULL},
    .arguments = "ADDR[PATH]",
    .min_arguments = 1,
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--by", NULL, "GROUPING", "fold by type: the type that refers and the edge's name"},
            {0},
        },
    .stages = 1u << STAGE_GRAPH,
    .help = "Who refers to an object: objects, roots, and by which edge.",
    .rows = &refs_ops,
    .open = refs_open,
};
