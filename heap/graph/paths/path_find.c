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

// --- disjoint paths ------------------------------------------------------------------------------

// A search backwards: which object each was reached from, on the way to the one asked about.
struct backwards {
    struct path_search *search;
    uint64_t *blocked;  // bit of each object
    enum root_certainty worst; // roots that count
    struct big_array next; // uint32_t of each object: the object it holds, plus 1; 0: not reached
    uint32_t *queue;
    size_t head, tail, capacity;
};

static bool is_blocked(const struct backwards *backwards, uint32_t id)
{
    return (backwards->blocked[id / 64] >> id % 64 & 1) != 0;
}

static bool visit(struct backwards *backwards, uint32_t id, uint32_t holds)
{
    uint32_t *next = (uint32_t *)backwards->next.bytes + id;
    if (*next != 0 || is_blocked(backwards, id))
        return true;
    *next = holds + 1;
    if (backwards->tail == backwards->capacity) {
        size_t capacity = backwards->capacity > 0 ? 2 * backwards->capacity : 4096;
        uint32_t *queue = realloc(backwards->queue, capacity * sizeof *queue);
        if (queue == NULL)
            return false;
        backwards->queue = queue;
        backwards->capacity = capacity;
    }
    backwards->queue[backwards->tail++] = id;
    return true;
}

static bool visit_holders(struct backwards *backwards, uint32_t id)
{
    const struct reverse *reverse = backwards->search->graph.namer.reverse;
    uint64_t count;
    size_t others;
    const uint32_t *list = reverse_of(reverse, id, &count);
    for (uint64_t i = 0; i < count; i++)
        if (!visit(backwards, list[i], id))
            return false;
    const struct reverse_other *other = reverse_others_of(reverse, id, &others);
    for (size_t i = 0; i < others; i++)
        if (other[i].kind == REVERSE_BY_KEY && !visit(backwards, other[i].source, id))
            return false;
    return true;
}

// The nearest object that a root holds. INDEX_NONE: there is none, or the search was stopped.
static uint32_t search_root(struct backwards *backwards)
{
    struct path_search *search = backwards->search;
    backwards->head = backwards->tail = 0;
    if (!visit(backwards, search->id, search->id))
        return INDEX_NONE;
    while (backwards->head < backwards->tail) {
        uint32_t id = backwards->queue[backwards->head++];
        if (root_of(&search->graph, id, backwards->worst) != NULL)
            return id;
        if (!visit_holders(backwards, id) ||
            (backwards->head % 4096 == 0 && job_cancelled(&search->job)))
            return INDEX_NONE;
        atomic_store_explicit(&search->job.items, backwards->tail, memory_order_relaxed);
    }
    return INDEX_NONE;
}

// The owner of the store that this object is, or 0.
static uint64_t owner_of(const struct path_graph *graph, uint32_t id)
{
    struct v8_object object;
    enum store_role role;
    return v8_object_at(graph->namer.v8, edges_address(graph->namer.edges, id), &object)
               ? edge_owner(&graph->namer, &object, &role)
               : 0;
}

// Write the path from `first`, which a root holds, to `steps`. Stores give way to the owners before
// them: one step for both.
static size_t write_steps(const struct backwards *backwards, uint32_t first,
                          struct path_step *steps)
{
    const struct path_graph *graph = &backwards->search->graph;
    const uint32_t *next = backwards->next.bytes;
    size_t count = 0;
    steps[count++] = (struct path_step){.id = first, .via = INDEX_NONE};
    for (uint32_t at = first; at != backwards->search->id;) {
        uint32_t via = INDEX_NONE;
        if (count > 1 &&
            edges_address(graph->namer.edges, steps[count - 2].id) == owner_of(graph, at)) {
            via = at;
            count--;
        }
        at = next[at] - 1;
        steps[count++] = (struct path_step){.id = at, .via = via};
    }
    return count;
}

static bool take_path(struct backwards *backwards, uint32_t first, struct path *path)
{
    const struct path_search *search = backwards->search;
    const uint32_t *next = backwards->next.bytes;
    size_t count = 1;
    for (uint32_t at = first; at != search->id; at = next[at] - 1, count++)
        backwards->blocked[at / 64] |= 1ull << (at % 64);
    *path = (struct path){.root = root_of(&search->graph, first, backwards->worst),
                          .steps = malloc(count * sizeof *path->steps)};
    if (path->steps != NULL)
        path->count = write_steps(backwards, first, path->steps);
    return path->steps != NULL;
}

static bool prepare(struct backwards *backwards)
{
    const struct path_search *search = backwards->search;
    const struct object_index *index = search->graph.namer.edges->index;
    backwards->blocked = calloc(index->count / 64 + 1, sizeof *backwards->blocked);
    if (backwards->blocked == NULL)
        return false;
    for (size_t i = 0; i < search->avoid_count; i++) {
        uint32_t id = index_id(index, search->avoid[i]);
        if (id != INDEX_NONE && id != search->id)
            backwards->blocked[id / 64] |= 1ull << (id % 64);
    }
    return true;
}

static bool find_disjoint(struct backwards *backwards)
{
    struct path_search *search = backwards->search;
    uint64_t size = sizeof(uint32_t) * (uint64_t)search->graph.namer.edges->index->count;
    while (search->count < search->wanted && !job_cancelled(&search->job)) {
        if (!big_array_create(size, big_array_limit(), &backwards->next))
            return false;
        uint32_t first = search_root(backwards);
        bool found_one = first != INDEX_NONE &&
                         take_path(backwards, first, &search->paths[search->count]);
        big_array_destroy(&backwards->next);
        if (!found_one && backwards->worst < ROOT_CONSERVATIVE) {
            backwards->worst = ROOT_CONSERVATIVE; // better a doubtful root than none
            continue;
        }
        if (!found_one)
            break;
        search->count++;
        atomic_store(&search->job.done, search->count);
        if (search->paths[search->count - 1].count == 1)
            break; // a root holds the object itself
    }
    return !job_cancelled(&search->job);
}

static bool run(struct job *job, struct pool *pool)
{
    struct path_search *search = (struct path_search *)job;
    struct backwards backwards = {.search = search, .worst = ROOT_INFERRED};
    (void)pool;
    atomic_store(&job->total, search->wanted);
    if (search->wanted == 1 && search->avoid_count == 0) {
        search->count = path_shortest(&search->graph, search->id, job, search->paths);
        return true;
    }
    bool done = prepare(&backwards) && find_disjoint(&backwards);
    free(backwards.blocked);
    free(backwards.queue);
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
