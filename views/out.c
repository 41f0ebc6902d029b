// `out ADDR`: what an object refers to, and by which edge.
#include "heap/graph/edges/out_list.h"
#include "heap/graph/index/renamed.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/subject.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum out_column {
    OUT_EDGE,
    OUT_TO,
    OUT_TYPE,
    OUT_KIND,
    OUT_PREVIEW,
    OUT_COLUMNS,
};

struct out_view {
    struct view view;
    uint64_t address;
    bool known;           // the list is open
    bool failed;
    struct out_list list;
};

static const struct column columns[] = {
    [OUT_EDGE] = {.name = "edge", .min_width = 12, .max_width = 48},
    [OUT_TO] = {.name = "to", .flags = COLUMN_RIGHT},
    [OUT_TYPE] = {.name = "type", .max_width = 40},
    [OUT_KIND] = {.name = "kind"},
    [OUT_PREVIEW] = {.name = "preview", .flags = COLUMN_GROW, .min_width = 16},
};

static struct out_view *out_of(struct view *view)
{
    return (struct out_view *)view;
}

static bool out_refresh(struct view *view)
{
    struct out_view *out = out_of(view);
    const struct graph *graph = heap_graph(view->heap);
    struct edge_namer namer = {heap_v8(view->heap), graph_edges(graph), graph_reverse(graph)};
    if (namer.edges == NULL || out->known || out->failed)
        return false;
    out->known = out_list_open(&namer, out->address, &out->list);
    out->failed = !out->known;
    return true;
}

static uint64_t out_count(struct view *view, bool *exact)
{
    struct out_view *out = out_of(view);
    *exact = out->known || out->failed;
    return out->known ? out->list.total : 0;
}

static void fill_target(struct view *view, uint64_t address, struct row *row)
{
    struct v8_object object;
    struct heap *heap = view->heap;
    struct type_names *names = heap_type_names(heap);
    row_address(row, OUT_TO, address);
    row->target = address;
    if (!v8_object_at(heap_v8(heap), address, &object))
        return;
    row_text(row, OUT_TYPE, ROLE_NAME,
             type_names_text(names, type_name_of_object(heap_v8(heap), names, heap_renamed(heap),
                                                        &object)));
    if ((row->wanted & 1u << OUT_PREVIEW) == 0)
        return;
    char preview[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, preview, sizeof preview);
    v8_preview_object(heap_v8(heap), address, true, &out);
    row_text_n(row, OUT_PREVIEW, ROLE_VALUE_OBJECT, preview, out.used);
}

static void out_fill(struct view *view, uint64_t index, struct row *row)
{
    struct out_view *out = out_of(view);
    struct out_edge edge;
    out_list_at(&out->list, index, &edge);
    enum role role = edge.name.kind == EDGE_KIND_WEAK ? ROLE_WEAK
                     : edge.name.kind == EDGE_KIND_INTERNAL || edge.name.kind == EDGE_KIND_HIDDEN
                         ? ROLE_INTERNAL
                         : ROLE_EDGE;
    row->id = index;
    row_text(row, OUT_EDGE, role, edge.name.text);
    row_text(row, OUT_KIND, ROLE_DIM, edge_kind_name(edge.name.kind));
    fill_target(view, edge.to, row);
}

static uint64_t out_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static bool out_find(struct view *view, uint64_t id, uint64_t *index)
{
    *index = id;
    return out_of(view)->known && id < out_of(view)->list.total;
}

static bool out_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return row->target != 0 && length > 0 && (size_t)length < capacity;
}

static void out_status(struct view *view, struct view_status *status)
{
    struct out_view *out = out_of(view);
    char subject[160], count[FORMAT_MAX];
    subject_text(view->heap, out->address, subject, sizeof subject);
    snprintf(status->title, sizeof status->title, "references of %s", subject);
    status->complete = out->known || out->failed;
    if (out->known)
        snprintf(status->detail, sizeof status->detail, "%s",
                 format_counted(count, out->list.total, "reference"));
    else
        snprintf(status->detail, sizeof status->detail, "%s",
                 out->failed ? "not readable" : "waiting for the walk");
    if (out->failed)
        snprintf(status->missing, sizeof status->missing, "all of it: the object is not readable");
}

static void out_destroy(struct view *view)
{
    if (out_of(view)->known)
        out_list_close(&out_of(view)->list);
}

static const struct view_ops out_ops = {
    .name = "out",
    .columns = columns,
    .column_count = OUT_COLUMNS,
    .refresh = out_refresh,
    .count = out_count,
    .fill = out_fill,
    .id = out_id,
    .find = out_find,
    .follow = out_follow,
    .status = out_status,
    .destroy = out_destroy,
};

static struct view *out_open(struct heap *heap, const struct command_args *args,
                             struct error *error)
{
    uint64_t address;
    if (!subject_address(heap, args->values[0], &address, error))
        return NULL;
    struct out_view *out = calloc(1, sizeof *out);
    if (out == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    out->view = (struct view){.ops = &out_ops, .heap = heap};
    out->address = address;
    out_refresh(&out->view);
    return &out->view;
}

const struct command command_out = {
    .name = "out",
    .arguments = "ADDR[PATH]",
    .min_arguments = 1,
    .max_arguments = 1,
    .stages = 1u << STAGE_GRAPH,
    .help = "What an object refers to: objects, and by which edge.",
    .rows = &out_ops,
    .open = out_open,
};
