#include "heap/graph/paths/path_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_MAX = 1 << 20,  // referrers that are looked at for a nearer one
    STEPS_MAX = 1 << 26, // of a path: a linked list can be long
    PAIR_WORD = 1,
    MAP_PROTOTYPE_WORD = 3,
    FUNCTION_PROTOTYPE_WORD = 7,
};

// --- paths ---------------------------------------------------------------------------------------

void path_free(struct path *path)
{
    free(path->steps);
    *path = (struct path){0};
}

static struct path_step *add_step(struct path *path, size_t *capacity, uint64_t address)
{
    if (path->count == *capacity) {
        size_t bigger = *capacity > 0 ? 2 * *capacity : 16;
        struct path_step *steps = realloc(path->steps, bigger * sizeof *steps);
        if (steps == NULL)
            return NULL;
        path->steps = steps;
        *capacity = bigger;
    }
    path->steps[path->count] = (struct path_step){.address = address};
    return &path->steps[path->count++];
}

// Steps were added from the object on: the root comes first.
static void turn_around(struct path *path)
{
    for (size_t i = 0, j = path->count; i + 1 < j; i++) {
        struct path_step step = path->steps[i];
        path->steps[i] = path->steps[--j];
        path->steps[j] = step;
    }
}

// --- one step nearer to a root -------------------------------------------------------------------

// A step from `id`, of level `level`, to an object of the level before.
struct nearer {
    const struct path_graph *graph;
    uint32_t id, level;
    uint32_t found;        // id of the nearer object; INDEX_NONE: none
    struct edge_name edge; // by which it holds the object
};

static bool is_nearer(const struct nearer *nearer, uint32_t id)
{
    uint32_t level = reach_level(nearer->graph->reach, id);
    return level != REACH_NONE && level + 1 == nearer->level;
}

static uint32_t id_at(const struct path_graph *graph, uint64_t address)
{
    return index_id(graph->namer.edges->index, address);
}

static bool object_of(const struct path_graph *graph, uint32_t id, struct v8_object *ret)
{
    return v8_object_at(graph->namer.v8, edges_address(graph->namer.edges, id), ret);
}

static bool found(struct nearer *nearer, uint32_t id, enum edge_kind kind, const char *text)
{
    nearer->found = id;
    nearer->edge = (struct edge_name){.from = edges_address(nearer->graph->namer.edges, id),
                                      .kind = kind};
    snprintf(nearer->edge.text, sizeof nearer->edge.text, "%s", text);
    return true;
}

// By a word of the nearer object, or of a store that it owns.
static bool found_word(struct nearer *nearer, uint32_t holder, const struct v8_object *source,
                       enum store_role role, uint64_t owner)
{
    const struct edge_namer *namer = &nearer->graph->namer;
    uint64_t target = edges_address(namer->edges, nearer->id);
    uint64_t word = edges_find(namer->edges, source->address, 0, nearer->id, EDGE_STRONG);
    nearer->found = holder;
    if (word == UINT64_MAX)
        return found(nearer, holder, EDGE_KIND_HIDDEN, "");
    edge_name_in(namer, source, word, target | V8_TAG, role, owner, &nearer->edge);
    return true;
}

// Any object with this map that is nearer.
static uint32_t nearer_instance(const struct nearer *nearer, uint32_t map)
{
    const struct path_graph *graph = nearer->graph;
    uint64_t count, address = edges_address(graph->namer.edges, map), word;
    const uint32_t *list = reverse_of(graph->namer.reverse, map, &count);
    for (uint64_t i = 0; i < count && i < LOOK_MAX; i++) {
        struct v8_object object;
        if (!is_nearer(nearer, list[i]) || !object_of(graph, list[i], &object))
            continue;
        word = v8_word(&object, 0);
        if (v8_untag(word) == address)
            return list[i];
    }
    return INDEX_NONE;
}

static bool by_map(struct nearer *nearer, uint32_t map, const struct v8_object *object)
{
    const struct path_graph *graph = nearer->graph;
    uint64_t address = edges_address(graph->namer.edges, nearer->id), count;
    if (v8_untag(v8_word(object, 8 * MAP_PROTOTYPE_WORD)) != address)
        return false;
    uint32_t instance = nearer_instance(nearer, map);
    if (instance != INDEX_NONE)
        return found(nearer, instance, EDGE_KIND_PROPERTY, "__proto__");
    const uint32_t *list = reverse_of(graph->namer.reverse, map, &count);
    for (uint64_t i = 0; i < count && i < LOOK_MAX; i++) {
        struct v8_object function;
        if (is_nearer(nearer, list[i]) && object_of(graph, list[i], &function) &&
            itype_is_js_function(&graph->namer.v8->types, function.shape.number) &&
            v8_untag(v8_word(&function, 8 * FUNCTION_PROTOTYPE_WORD)) == object->address)
            return found(nearer, list[i], EDGE_KIND_PROPERTY, "prototype");
    }
    return false;
}

// An instance of a map that has these descriptors.
static bool by_descriptors(struct nearer *nearer, uint32_t descriptors, const char *text)
{
    const struct path_graph *graph = nearer->graph;
    uint64_t count;
    const uint32_t *list = reverse_of(graph->namer.reverse, descriptors, &count);
    for (uint64_t i = 0; i < count && i < LOOK_MAX; i++) {
        struct v8_object map;
        if (!object_of(graph, list[i], &map) || map.shape.type != ITYPE_MAP)
            continue;
        uint32_t instance = nearer_instance(nearer, list[i]);
        if (instance != INDEX_NONE)
            return found(nearer, instance, EDGE_KIND_ACCESSOR, text);
    }
    return false;
}

static bool by_store(struct nearer *nearer, const struct v8_object *store)
{
    enum store_role role;
    uint64_t owner = edge_owner(&nearer->graph->namer, store, &role);
    uint32_t id = owner == 0 ? INDEX_NONE : id_at(nearer->graph, owner);
    return id != INDEX_NONE && is_nearer(nearer, id) &&
           found_word(nearer, id, store, role, owner);
}

// Getter or setter of a property.
static bool by_pair(struct nearer *nearer, uint32_t pair, const struct v8_object *object)
{
    const struct path_graph *graph = nearer->graph;
    uint64_t address = edges_address(graph->namer.edges, nearer->id), count;
    const char *text = v8_untag(v8_word(object, 8 * PAIR_WORD)) == address ? "getter" : "setter";
    const uint32_t *list = reverse_of(graph->namer.reverse, pair, &count);
    for (uint64_t i = 0; i < count && i < LOOK_MAX; i++) {
        struct v8_object holder;
        enum store_role role;
        if (!object_of(graph, list[i], &holder))
            continue;
        uint64_t owner = edge_owner(&graph->namer, &holder, &role);
        uint32_t id = owner == 0 ? INDEX_NONE : id_at(graph, owner);
        if (id != INDEX_NONE && is_nearer(nearer, id))
            return found(nearer, id, EDGE_KIND_ACCESSOR, text);
        if (holder.shape.type == ITYPE_DESCRIPTOR_ARRAY && by_descriptors(nearer, list[i], text))
            return true;
    }
    return false;
}

// Over one object that refers to it, though not itself nearer.
static bool by_step_between(struct nearer *nearer, uint32_t between)
{
    struct v8_object object;
    if (!object_of(nearer->graph, between, &object))
        return false;
    switch ((enum itype)object.shape.type) {
    case ITYPE_MAP:
        return by_map(nearer, between, &object);
    case ITYPE_DESCRIPTOR_ARRAY:
        return by_descriptors(nearer, between, "");
    case ITYPE_ACCESSOR_PAIR:
        return by_pair(nearer, between, &object);
    default:
        return by_store(nearer, &object);
    }
}

// The value of an ephemeron, by its key or by the table.
static bool by_ephemeron(struct nearer *nearer)
{
    size_t count;
    const struct reverse_other *others =
        reverse_others_of(nearer->graph->namer.reverse, nearer->id, &count);
    for (size_t i = 0; i < count; i++)
        if (others[i].kind != REVERSE_WEAK && is_nearer(nearer, others[i].source))
            return found(nearer, others[i].source, EDGE_KIND_ENTRY, "value in WeakMap");
    return false;
}

static bool find_nearer(struct nearer *nearer)
{
    const struct path_graph *graph = nearer->graph;
    uint64_t count;
    const uint32_t *list = reverse_of(graph->namer.reverse, nearer->id, &count);
    struct v8_object source;
    if (count > LOOK_MAX)
        count = LOOK_MAX;
    for (uint64_t i = 0; i < count; i++)
        if (is_nearer(nearer, list[i]) && object_of(graph, list[i], &source))
            return found_word(nearer, list[i], &source, STORE_NONE, 0);
    if (by_ephemeron(nearer))
        return true;
    for (uint64_t i = 0; i < count; i++)
        if (by_step_between(nearer, list[i]))
            return true;
    return false;
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

static bool begins_path(const struct path_graph *graph, uint32_t id, const struct root **root)
{
    uint32_t level = reach_level(graph->reach, id);
    *root = root_of(graph, id, ROOT_CONSERVATIVE);
    return *root != NULL && ((level & REACH_TIER) != 0 || (*root)->kind == ROOT_GLOBAL);
}

bool path_shortest(const struct path_graph *graph, uint32_t id, struct path *ret)
{
    struct path path = {0};
    size_t capacity = 0;
    uint32_t level = reach_level(graph->reach, id);
    bool done = false;
    while (level != REACH_NONE && path.count < STEPS_MAX) {
        struct path_step *step = add_step(&path, &capacity, edges_address(graph->namer.edges, id));
        struct nearer nearer = {.graph = graph, .id = id, .level = level, .found = INDEX_NONE};
        done = begins_path(graph, id, &path.root);
        if (step == NULL || done || !find_nearer(&nearer))
            break;
        step->edge = nearer.edge;
        id = nearer.found;
        level = reach_level(graph->reach, id);
    }
    if (!done) {
        path_free(&path);
        return false;
    }
    turn_around(&path);
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

// Name the step from one object to the next on a path.
static void name_step(const struct path_graph *graph, uint32_t from, uint32_t to,
                      struct edge_name *ret)
{
    struct nearer nearer = {.graph = graph, .id = to};
    struct v8_object source;
    enum store_role role = STORE_NONE;
    if (!object_of(graph, from, &source)) {
        *ret = (struct edge_name){.from = edges_address(graph->namer.edges, from)};
        return;
    }
    uint64_t owner = edge_owner(&graph->namer, &source, &role);
    found_word(&nearer, from, &source, owner != 0 ? role : STORE_NONE, owner);
    *ret = nearer.edge;
}

// The path from `first`, which a root holds. Stores give way to the owners before them.
static bool take_path(struct backwards *backwards, uint32_t first, struct path *path)
{
    const struct path_graph *graph = &backwards->search->graph;
    const uint32_t *next = backwards->next.bytes;
    size_t capacity = 0;
    *path = (struct path){.root = root_of(graph, first, backwards->worst)};
    struct path_step *step = add_step(path, &capacity, edges_address(graph->namer.edges, first));
    for (uint32_t at = first; step != NULL && at != backwards->search->id;) {
        uint32_t to = next[at] - 1;
        struct edge_name name;
        name_step(graph, at, to, &name);
        // The step before is the owner of the store that this one begins at: one edge for both.
        if (path->count > 1 && path->steps[path->count - 2].address == name.from &&
            path->steps[path->count - 1].address != name.from)
            path->count--;
        step = add_step(path, &capacity, edges_address(graph->namer.edges, to));
        if (step != NULL)
            step->edge = name;
        if (at != backwards->search->id)
            backwards->blocked[at / 64] |= 1ull << (at % 64);
        at = to;
    }
    if (step == NULL)
        path_free(path);
    return step != NULL;
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

static bool find_paths(struct backwards *backwards)
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
    bool done = prepare(&backwards) && find_paths(&backwards);
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
