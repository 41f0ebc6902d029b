#include "heap/graph/paths/path_find.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_ASK = 4096 }; // between two looks at whether somebody cancelled

// --- paths ---------------------------------------------------------------------------------------

void path_free(struct path *path)
{
    free(path->steps);
    *path = (struct path){0};
}

void path_edge(const struct path_graph *graph, const struct path *path, size_t index,
               struct edge_name *ret)
{
    *ret = (struct edge_name){0};
    if (index > 0)
        path_name_step(graph, path->steps[index - 1].id, &path->steps[index], ret);
}

// --- the shortest path ---------------------------------------------------------------------------

// The most certain root that holds an object, if it is at least as certain as `worst`.
static const struct root *root_of(const struct path_graph *graph, uint32_t id,
                                  enum root_certainty worst)
{
    size_t count;
    const struct root *list = roots_of(graph->roots, id, &count), *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (!list[i].weak && list[i].certainty <= worst &&
            (best == NULL || list[i].certainty < best->certainty))
            best = &list[i];
    return best;
}

// The root that an object of the first level of its tier was reached from. NULL: it is of a later one.
static const struct root *first_root(const struct path_graph *graph, uint32_t id)
{
    size_t count;
    const struct root *list = roots_of(graph->roots, id, &count);
    uint32_t level = reach_level(graph->reach, id);
    if (level == REACH_TIER + REACH_FIRST_SYSTEM)
        return root_of(graph, id, ROOT_CONSERVATIVE);
    for (size_t i = 0; i < count && level == REACH_FIRST; i++)
        if (list[i].kind == ROOT_GLOBAL)
            return &list[i];
    return NULL;
}

uint32_t path_length(const struct path_graph *graph, uint32_t id)
{
    uint32_t level = reach_level(graph->reach, id);
    uint32_t first = (level & REACH_TIER) == 0 ? REACH_FIRST : REACH_TIER + REACH_FIRST_SYSTEM;
    return level == REACH_NONE || level < first ? 0 : level - first + 1;
}

// From the last step on: its count is known.
static bool walk_back(const struct path_graph *graph, uint32_t id, const struct job *job,
                      struct path *path)
{
    for (size_t i = path->count; i-- > 0;) {
        path->steps[i] = (struct path_step){.id = id, .via = INDEX_NONE};
        if (i > 0 && !path_nearer(graph, &path->steps[i], &id))
            return false;
        if (i % STEPS_ASK == 0 && job != NULL && job_cancelled(job))
            return false;
    }
    path->root = first_root(graph, id);
    return path->root != NULL;
}

bool path_shortest(const struct path_graph *graph, uint32_t id, const struct job *job,
                   struct path *ret)
{
    struct path path = {.count = path_length(graph, id)};
    if (path.count == 0 || path.count > graph->namer.edges->index->count)
        return false;
    path.steps = malloc(path.count * sizeof *path.steps);
    if (path.steps == NULL || !walk_back(graph, id, job, &path)) {
        path_free(&path);
        return false;
    }
    *ret = path;
    return true;
}

// --- paths around objects ------------------------------------------------------------------------

static void set_gone(uint64_t *gone, uint32_t id)
{
    gone[id / 64] |= 1ull << (id % 64);
}

// Of each object a bit: is it to be avoided? The one asked about is not.
static uint64_t *note_avoided(const struct path_search *search)
{
    const struct object_index *index = search->graph.namer.edges->index;
    uint64_t *gone = calloc(index->count / 64 + 1, sizeof *gone);
    for (size_t i = 0; i < search->avoid_count && gone != NULL; i++) {
        uint32_t id = index_id(index, search->avoid[i]);
        if (id != INDEX_NONE && id != search->id)
            set_gone(gone, id);
    }
    return gone;
}

// The shortest path that leads around what is gone: distances are counted anew. False: stopped, out
// of memory; `*found` false: there is no such path.
static bool path_around(struct path_search *search, const uint64_t *gone, struct pool *pool,
                        struct path *ret, bool *found)
{
    struct path_graph graph = search->graph;
    struct reach *reach;
    if (!reach_create_without(graph.shortcuts, graph.namer.reverse, graph.roots, gone, search->id,
                              &search->job, pool, big_array_limit(), &reach))
        return false;
    graph.reach = reach;
    *found = path_shortest(&graph, search->id, &search->job, ret);
    reach_destroy(reach);
    return !job_cancelled(&search->job);
}

// A global object, or what stands for it. Paths may share these: most paths begin at them.
static bool is_global(const struct path_graph *graph, uint32_t id)
{
    struct v8_object object;
    if (!v8_object_at(graph->namer.v8, edges_address(graph->namer.edges, id), &object))
        return false;
    enum itype type = (enum itype)object.shape.type;
    return type == ITYPE_NATIVE_CONTEXT || type == ITYPE_JS_GLOBAL_OBJECT ||
           type == ITYPE_JS_GLOBAL_PROXY;
}

// The next path shares no object of this one but global ones, and these neither when it has no other.
static void set_gone_behind(const struct path_search *search, const struct path *path,
                            uint64_t *gone)
{
    bool any = false;
    for (size_t i = 0; i + 1 < path->count; i++)
        if (!is_global(&search->graph, path->steps[i].id)) {
            set_gone(gone, path->steps[i].id);
            any = true;
        }
    for (size_t i = 0; i + 1 < path->count && !any; i++)
        set_gone(gone, path->steps[i].id);
}

// Each path leads around the objects of those before. One whose object a root holds itself shares
// nothing that could be avoided: it is the last.
static bool find_disjoint(struct path_search *search, uint64_t *gone, struct pool *pool)
{
    bool anew = search->avoid_count > 0, found = true;
    while (search->count < search->wanted) {
        struct path *path = &search->paths[search->count];
        if (!anew)
            found = path_shortest(&search->graph, search->id, &search->job, path);
        else if (!path_around(search, gone, pool, path, &found))
            return false;
        if (!found)
            break;
        anew = true;
        search->count++;
        atomic_store(&search->job.done, search->count);
        if (path->count == 1)
            break;
        set_gone_behind(search, path, gone);
    }
    return !job_cancelled(&search->job);
}

static bool run(struct job *job, struct pool *pool)
{
    struct path_search *search = (struct path_search *)job;
    uint64_t *gone = note_avoided(search);
    atomic_store(&job->total, search->wanted);
    bool done = gone != NULL && find_disjoint(search, gone, pool);
    free(gone);
    return done;
}

static void destroy(struct job *job)
{
    struct path_search *search = (struct path_search *)job;
    for (size_t i = 0; i < search->count; i++)
        path_free(&search->paths[i]);
    free(search->paths);
    free(search->avoid);
    free(search);
}

bool path_search_create(const struct path_graph *graph, uint32_t id, size_t wanted,
                        const uint64_t *avoid, size_t avoid_count, struct path_search **ret)
{
    static const struct job_ops ops = {
        .doing = "looking for paths", .run = run, .destroy = destroy};
    struct path_search *search = calloc(1, sizeof *search);
    if (search == NULL)
        return false;
    job_init(&search->job, &ops);
    search->graph = *graph;
    search->id = id;
    search->wanted = wanted < PATHS_MAX ? wanted : PATHS_MAX;
    search->avoid_count = avoid_count;
    search->avoid = calloc(avoid_count + 1, sizeof *search->avoid);
    search->paths = calloc(search->wanted + 1, sizeof *search->paths);
    if (search->avoid == NULL || search->paths == NULL) {
        destroy(&search->job);
        return false;
    }
    if (avoid_count > 0)
        memcpy(search->avoid, avoid, avoid_count * sizeof *avoid);
    *ret = search;
    return true;
}
