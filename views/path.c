// `path ADDR`: why an object is alive: what holds it, from a root on.
#include "heap/graph/index/renamed.h"
#include "heap/graph/paths/path_find.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/subject.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum path_column {
    PATH_ADDRESS,
    PATH_TYPE,
    PATH_EDGE,
    PATH_KIND,
    PATH_ROOT,
    PATH_PREVIEW,
    PATH_NUMBER,
    PATH_COLUMNS,
};

enum {
    AVOID_MAX = 64,
    STEPS_AT_ONCE = 1 << 14, // of a path that is found while one waits; longer ones are a job
};

struct path_view {
    struct view view;
    uint64_t address;
    uint64_t wanted;           // paths
    uint64_t avoid[AVOID_MAX];
    size_t avoid_count;
    struct path shortest;
    struct path_search *search; // when the shortest path alone will not do, or is long
    bool known;
};

static const struct column columns[] = {
    [PATH_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [PATH_TYPE] = {.name = "type", .max_width = 40},
    [PATH_EDGE] = {.name = "edge", .min_width = 12, .max_width = 60},
    [PATH_KIND] = {.name = "kind", .flags = COLUMN_OPTIONAL},
    [PATH_ROOT] = {.name = "root"},
    [PATH_PREVIEW] = {.name = "preview", .flags = COLUMN_GROW, .min_width = 22},
    [PATH_NUMBER] = {.name = "path", .flags = COLUMN_RIGHT | COLUMN_HIDDEN},
};

static struct path_view *path_of(struct view *view)
{
    return (struct path_view *)view;
}

// --- finding -------------------------------------------------------------------------------------

static bool graph_of(struct heap *heap, struct path_graph *ret)
{
    const struct graph *graph = heap_graph(heap);
    *ret = (struct path_graph){
        .namer = {heap_v8(heap), graph_edges(graph), graph_reverse(graph)},
        .roots = graph_roots(graph), .reach = graph_reach(graph)};
    if (ret->reach != NULL)
        ret->shortcuts = graph->shortcuts;
    return ret->reach != NULL;
}

static void start(struct path_view *path, const struct path_graph *graph, uint32_t id)
{
    if (path->wanted == 1 && path->avoid_count == 0 && path_length(graph, id) <= STEPS_AT_ONCE) {
        path_shortest(graph, id, NULL, &path->shortest);
        path->known = true;
    } else if (path_search_create(graph, id, (size_t)path->wanted, path->avoid, path->avoid_count,
                                  &path->search)) {
        heap_submit(path->view.heap, &path->search->job);
    }
}

static bool path_refresh(struct view *view)
{
    struct path_view *path = path_of(view);
    struct path_graph graph;
    bool known = path->known;
    if (!known && path->search == NULL && graph_of(view->heap, &graph)) {
        uint32_t id = index_id(heap_index(view->heap), path->address);
        if (id == INDEX_NONE)
            path->known = true;
        else
            start(path, &graph, id);
    }
    if (path->search != NULL)
        path->known = job_ended(&path->search->job);
    return path->known != known;
}

static struct job *path_job(struct view *view)
{
    struct path_view *path = path_of(view);
    return path->search == NULL ? NULL : &path->search->job;
}

static const struct path *paths_of(const struct path_view *path, size_t *count)
{
    *count = 0;
    if (!path->known)
        return NULL;
    if (path->search != NULL) {
        *count = path->search->count;
        return path->search->paths;
    }
    *count = path->shortest.count > 0;
    return &path->shortest;
}

// Nobody knows who refers to objects of the read-only space.
static bool is_shared(const struct path_view *path)
{
    struct path_graph graph;
    uint32_t id = index_id(heap_index(path->view.heap), path->address);
    return graph_of(path->view.heap, &graph) && id != INDEX_NONE &&
           !reverse_has(graph.namer.reverse, id);
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t path_count(struct view *view, bool *exact)
{
    struct path_view *path = path_of(view);
    size_t count;
    uint64_t rows = 0;
    const struct path *paths = paths_of(path, &count);
    *exact = path->known;
    for (size_t i = 0; i < count; i++)
        rows += paths[i].count;
    return rows;
}

static void fill_object(struct view *view, uint64_t address, struct row *row)
{
    struct heap *heap = view->heap;
    struct type_names *names = heap_type_names(heap);
    struct v8_object object;
    row->target = address;
    row_address(row, PATH_ADDRESS, address);
    if (!v8_object_at(heap_v8(heap), address, &object))
        return;
    row_text(row, PATH_TYPE, ROLE_TEXT,
             type_names_text(names, type_name_of_object(heap_v8(heap), names, heap_renamed(heap),
                                                        &object)));
    if ((row->wanted & 1u << PATH_PREVIEW) == 0)
        return;
    char preview[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, preview, sizeof preview);
    v8_preview_object(heap_v8(heap), address, true, &out);
    row_text_n(row, PATH_PREVIEW, ROLE_VALUE_OBJECT, preview, out.used);
}

static void fill_edge(const struct path_graph *graph, const struct path *path, size_t step,
                      struct row *row)
{
    struct edge_name edge;
    path_edge(graph, path, step, &edge);
    row_text(row, PATH_EDGE, ROLE_EDGE, edge.text);
    row_text(row, PATH_KIND, ROLE_DIM, edge_kind_name(edge.kind));
}

static void path_fill(struct view *view, uint64_t index, struct row *row)
{
    struct path_view *path = path_of(view);
    struct path_graph graph;
    size_t count, number = 0;
    const struct path *paths = paths_of(path, &count);
    uint64_t step = index;
    if (!graph_of(view->heap, &graph))
        return;
    while (step >= paths[number].count)
        step -= paths[number++].count;
    uint64_t address = path_address(&graph, &paths[number], step);
    row->id = index;
    row->marked = address == path->address;
    row_number(row, PATH_NUMBER, number + 1);
    fill_object(view, address, row);
    if (step > 0) {
        fill_edge(&graph, &paths[number], step, row);
        return;
    }
    char root[256];
    root_text(heap_v8(view->heap), paths[number].root, root, sizeof root);
    row_text(row, PATH_ROOT, ROLE_TEXT, root);
}

static uint64_t path_id(struct view *view, uint64_t index)
{
    (void)view;
    return index;
}

static bool path_find(struct view *view, uint64_t id, uint64_t *index)
{
    bool exact;
    *index = id;
    return id < path_count(view, &exact);
}

static bool path_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return row->target != 0 && length > 0 && (size_t)length < capacity;
}

static void path_status(struct view *view, struct view_status *status)
{
    struct path_view *path = path_of(view);
    struct stage_progress graph;
    size_t count;
    char subject[160], steps[FORMAT_MAX];
    const struct path *paths = paths_of(path, &count);
    heap_progress(view->heap, STAGE_GRAPH, &graph);
    subject_text(view->heap, path->address, subject, sizeof subject);
    snprintf(status->title, sizeof status->title, "path%s to %s", path->wanted > 1 ? "s" : "",
             subject);
    status->complete = path->known;
    status->progress = graph.total > 0 ? (double)graph.done / (double)graph.total : 0;
    if (!path->known)
        snprintf(status->detail, sizeof status->detail, "%s",
                 path->search != NULL ? "looking for paths" : "waiting for the references");
    else if (count == 0 && is_shared(path))
        snprintf(status->missing, sizeof status->missing,
                 "references to read-only space are not indexed");
    else if (count == 0)
        snprintf(status->detail, sizeof status->detail, "%s",
                 path->avoid_count > 0 ? "no path that avoids these"
                                       : "unreachable: garbage that was not collected yet");
    else if (count == 1 && path->wanted > 1)
        snprintf(status->detail, sizeof status->detail,
                 "one: all other ways go through an object of it");
    else if (count == 1)
        snprintf(status->detail, sizeof status->detail, "%s from a root",
                 format_counted(steps, paths[0].count - 1, "step"));
    else
        snprintf(status->detail, sizeof status->detail, "%zu paths", count);
}

static void path_destroy(struct view *view)
{
    struct path_view *path = path_of(view);
    if (path->search != NULL) {
        job_cancel(&path->search->job);
        job_release(&path->search->job);
    }
    path_free(&path->shortest);
}

static const struct view_ops path_ops = {
    .name = "path",
    .columns = columns,
    .column_count = PATH_COLUMNS,
    .whole_heap = true,
    .refresh = path_refresh,
    .job = path_job,
    .count = path_count,
    .fill = path_fill,
    .id = path_id,
    .find = path_find,
    .follow = path_follow,
    .status = path_status,
    .destroy = path_destroy,
};

// --- command -------------------------------------------------------------------------------------

// "ADDR,ADDR,…"
static bool parse_avoid(struct path_view *path, const char *text, struct error *error)
{
    char part[64];
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        if (length >= sizeof part || path->avoid_count == AVOID_MAX)
            return error_set(error, ERROR_USAGE, "--avoid: at most %d addresses", AVOID_MAX);
        memcpy(part, text, length);
        part[length] = '\0';
        if (!subject_address(path->view.heap, part, &path->avoid[path->avoid_count++], error))
            return false;
        text += length + (text[length] == ',');
    }
    return true;
}

static bool parse(struct path_view *path, const struct command_args *args, struct error *error)
{
    const char *all = args->option(args, "--all"), *avoid = args->option(args, "--avoid");
    path->wanted = 1;
    if (!subject_address(path->view.heap, args->values[0], &path->address, error) ||
        (all != NULL && !command_number(all, "--all", &path->wanted, error)))
        return false;
    if (path->wanted < 1 || path->wanted > PATHS_MAX)
        return error_set(error, ERROR_USAGE, "--all: 1 to %d paths", PATHS_MAX);
    return avoid == NULL || parse_avoid(path, avoid, error);
}

static struct view *path_open(struct heap *heap, const struct command_args *args,
                              struct error *error)
{
    struct path_view *path = calloc(1, sizeof *path);
    if (path == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    path->view = (struct view){.ops = &path_ops, .heap = heap};
    if (!parse(path, args, error)) {
        view_destroy(&path->view);
        return NULL;
    }
    path_refresh(&path->view);
    return &path->view;
}

const struct command command_path = {
    .name = "path",
    .arguments = "ADDR[PATH]",
    .min_arguments = 1,
    .max_arguments = 1,
    .options =
        (const struct command_option[]){
            {"--all", NULL, "N", "up to N paths that share no object but global ones"},
            {"--avoid", NULL, "ADDR,...", "only paths that lead around these objects"},
            {0},
        },
    .stages = 1u << STAGE_GRAPH,
    .help = "Why an object is alive: the shortest path from a root to it.",
    .rows = &path_ops,
    .open = path_open,
};
