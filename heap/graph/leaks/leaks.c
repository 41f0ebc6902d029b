#include "heap/graph/leaks/leaks.h"

#include "heap/array.h"
#include "heap/graph/leaks/leak_keepers.h"
#include "heap/graph/leaks/leak_members.h"
#include "heap/graph/leaks/leak_spots.h"

#include <stdlib.h>

enum {
    GROUP_LEAST = 3,     // large objects of a group
    TREE_LEAST = 6,      // spots of a tree
    CHAIN_LEAST = 16,    // objects of a chain
    ANCESTORS = 4,       // spots between two objects of a tree
    SAMPLES = 32,        // objects of a chain that are looked at for its type
};

// What becomes of a spot.
struct verdict {
    bool absorbed;   // part of a suspect that is found
    size_t tree;     // top spot of objects of its type
    uint32_t size;   // of a tree's top: spots
    uint64_t left, most; // of a tree's top: bytes left behind in all, and by one spot
};

struct finding {
    const struct leak_source *source;
    struct leak_spots spots;
    struct verdict *verdicts;
    struct leaks *leaks;
    size_t capacity;
};

static struct leak *suspect(struct finding *finding, uint32_t node, enum leak_kind kind,
                            uint64_t bytes)
{
    struct leaks *leaks = finding->leaks;
    if (!array_reserve(&leaks->items, leaks->count, &finding->capacity, sizeof *leaks->items))
        return NULL;
    struct leak *leak = &leaks->items[leaks->count++];
    *leak = (struct leak){.node = node, .kind = kind, .bytes = bytes,
                          .retained = dominators_retained(finding->source->dominators, node),
                          .member_type = UINT32_MAX};
    return leak;
}

// --- several large objects of one type below one -------------------------------------------------

struct child {
    size_t parent, spot;
    uint32_t type;
};

static int by_parent_and_type(const void *a, const void *b)
{
    const struct child *left = a, *right = b;
    if (left->parent != right->parent)
        return left->parent < right->parent ? -1 : 1;
    if (left->type != right->type)
        return left->type < right->type ? -1 : 1;
    return left->spot < right->spot ? -1 : left->spot > right->spot;
}

// Children of one spot and type: do they make a suspect of it?
static bool judge_group(struct finding *finding, const struct child *children, size_t count)
{
    const struct leak_spot *spots = finding->spots.items;
    const struct leak_spot *parent = &spots[children->parent];
    uint64_t sum = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t retained = spots[children[i].spot].retained;
        sum += retained;
        most = retained > most ? retained : most;
    }
    if (count < GROUP_LEAST || finding->verdicts[children->parent].absorbed || most >= sum / 2)
        return true;
    struct leak *leak = suspect(finding, parent->node, LEAK_GROUP, sum + parent->left);
    if (leak == NULL)
        return false;
    leak->length = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        finding->verdicts[children[i].spot].absorbed = true;
    finding->verdicts[children->parent].absorbed = true; // what it leaves behind is counted here
    return true;
}

static bool find_groups(struct finding *finding)
{
    size_t spots = finding->spots.count, count = 0;
    struct child *children = calloc(spots + 1, sizeof *children);
    bool done = children != NULL;
    for (size_t i = 0; done && i < spots; i++)
        if (finding->spots.items[i].parent != NO_SPOT)
            children[count++] = (struct child){finding->spots.items[i].parent, i,
                                               finding->spots.items[i].type};
    if (done && count > 0)
        qsort(children, count, sizeof *children, by_parent_and_type);
    for (size_t i = 0, end; done && i < count; i = end) {
        for (end = i + 1; end < count && children[end].parent == children[i].parent &&
                          children[end].type == children[i].type;)
            end++;
        done = judge_group(finding, children + i, end - i);
    }
    free(children);
    return done;
}

// What lies below something absorbed by a group is part of it.
static void spread_absorbed(struct finding *finding)
{
    for (size_t i = 0; i < finding->spots.count; i++) {
        size_t parent = finding->spots.items[i].parent;
        bool holder = parent != NO_SPOT && finding->verdicts[parent].tree == NO_SPOT;
        if (holder && finding->verdicts[parent].absorbed)
            finding->verdicts[i].absorbed = true;
    }
}

// --- trees ---------------------------------------------------------------------------------------

static size_t tree_above(const struct finding *finding, size_t spot)
{
    size_t at = spot;
    for (int i = 0; i < ANCESTORS; i++) {
        at = finding->spots.items[at].parent;
        if (at == NO_SPOT)
            return spot;
        if (finding->spots.items[at].type == finding->spots.items[spot].type)
            return finding->verdicts[at].tree;
    }
    return spot;
}

static bool find_trees(struct finding *finding)
{
    struct verdict *verdicts = finding->verdicts;
    size_t count = finding->spots.count;
    for (size_t i = 0; i < count; i++) {
        verdicts[i].tree = tree_above(finding, i);
        struct verdict *top = &verdicts[verdicts[i].tree];
        uint64_t left = finding->spots.items[i].left;
        top->size++;
        top->left += left;
        top->most = left > top->most ? left : top->most;
    }
    for (size_t i = 0; i < count; i++) {
        struct verdict *top = &verdicts[verdicts[i].tree];
        if (top->size < TREE_LEAST || top->most >= top->left / 2 ||
            top->left < finding->spots.least)
            continue;
        if (verdicts[i].tree == i && !verdicts[i].absorbed) {
            struct leak *leak =
                suspect(finding, finding->spots.items[i].node, LEAK_TREE, top->left);
            if (leak == NULL)
                return false;
            leak->length = top->size;
        }
        verdicts[i].absorbed = true;
    }
    return true;
}

// --- chains --------------------------------------------------------------------------------------

// The object `steps` above another.
static uint32_t above(const struct leak_source *source, uint32_t node, uint32_t steps)
{
    for (; steps > 0; steps--)
        node = dominators_of(source->dominators, node);
    return node;
}

// The type that many objects of a chain have, going by some of them; UINT32_MAX: there is none.
// `first`: how far above `node` the topmost of these is.
static uint32_t type_of_chain(const struct leak_source *source, const struct leak_spot *spot,
                              uint32_t *first)
{
    uint32_t types[SAMPLES], places[SAMPLES], at = spot->node, place = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) { // two neighbours each, for what alternates
        uint64_t wanted = 1 + (uint64_t)(spot->chain_length - 1) * (i / 2) / (SAMPLES / 2);
        wanted = wanted + i % 2 < place ? place : wanted + i % 2;
        at = above(source, at, (uint32_t)wanted - place);
        places[i] = place = (uint32_t)wanted;
        types[i] = leak_type_of(source, at);
    }
    uint32_t best = UINT32_MAX, most = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        uint32_t same = 0;
        for (uint32_t j = 0; j < SAMPLES; j++)
            same += types[j] == types[i];
        if (same > most) {
            most = same;
            best = types[i];
        }
    }
    for (uint32_t i = 0; i < SAMPLES; i++)
        if (types[i] == best)
            *first = places[i];
    return most >= SAMPLES / 4 ? best : UINT32_MAX;
}

// The topmost object of a type in a chain, at least `first` above its end.
static uint32_t top_of_chain(const struct leak_source *source, const struct leak_spot *spot,
                             uint32_t type, uint32_t first, uint32_t *length)
{
    uint32_t at = above(source, spot->node, first), top = at;
    *length = first;
    for (uint32_t place = first; at != spot->chain_top; place++) {
        at = dominators_of(source->dominators, at);
        if (leak_type_of(source, at) == type) {
            top = at;
            *length = place + 1;
        } else if (place > *length + ANCESTORS) {
            break;
        }
    }
    return top;
}

static bool find_chains(struct finding *finding)
{
    const struct leak_source *source = finding->source;
    for (size_t i = 0; i < finding->spots.count; i++) {
        const struct leak_spot *spot = &finding->spots.items[i];
        struct verdict *verdict = &finding->verdicts[i];
        uint32_t first = 0, length;
        if (spot->chain_bytes < finding->spots.least || spot->chain_length < CHAIN_LEAST ||
            verdict->absorbed)
            continue;
        uint32_t type = type_of_chain(source, spot, &first);
        if (type == UINT32_MAX)
            continue;
        uint32_t top = top_of_chain(source, spot, type, first, &length);
        uint64_t bytes = dominators_retained(source->dominators, top) - spot->retained;
        bool ends = spot->type == type; // the spot is the chain's last large object
        if (bytes < finding->spots.least)
            continue;
        struct leak *leak =
            suspect(finding, top, LEAK_CHAIN, bytes + (ends ? spot->left : 0));
        if (leak == NULL)
            return false;
        leak->length = length;
        leak->member_type = type;
        verdict->absorbed |= ends;
    }
    return true;
}

// --- single ones ---------------------------------------------------------------------------------

static bool find_single(struct finding *finding)
{
    for (size_t i = 0; i < finding->spots.count; i++) {
        const struct leak_spot *spot = &finding->spots.items[i];
        if (finding->verdicts[i].absorbed || spot->left < finding->spots.least)
            continue;
        if (suspect(finding, spot->node, LEAK_MANY, spot->left) == NULL)
            return false;
    }
    return true;
}

// --- doubtful ones -------------------------------------------------------------------------------

// Stale words are common in malloc'ed memory, data and the like: an array that a growing one was
// copied from is still "held" by what V8 or Node forgot there. Stacks are not: what runs uses them.
static bool is_stale_place(const struct root *root)
{
    return root->kind == ROOT_MALLOC || root->kind == ROOT_DATA || root->kind == ROOT_ANONYMOUS;
}

static bool is_doubtful(const struct leak_source *source, uint32_t node)
{
    struct path_graph graph = {source->namer, source->shortcuts, source->roots, source->reach};
    struct path path = {0};
    uint32_t top = node;
    while (dominators_of(source->dominators, top) < DOMINATOR_ROOT)
        top = dominators_of(source->dominators, top);
    bool doubtful = path_shortest(&graph, top, NULL, &path) && path.root != NULL &&
                    is_stale_place(path.root);
    path_free(&path);
    return doubtful;
}

static int by_bytes(const void *a, const void *b)
{
    const struct leak *left = a, *right = b;
    if (left->doubtful != right->doubtful)
        return left->doubtful ? 1 : -1;
    if (left->bytes != right->bytes)
        return left->bytes > right->bytes ? -1 : 1;
    return left->node < right->node ? -1 : left->node > right->node;
}

static bool judge(struct finding *finding)
{
    size_t count = finding->spots.count;
    finding->verdicts = calloc(count + 1, sizeof *finding->verdicts);
    if (finding->verdicts == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        finding->verdicts[i].tree = NO_SPOT;
    if (!find_groups(finding))
        return false;
    spread_absorbed(finding);
    return find_trees(finding) && find_chains(finding) && find_single(finding);
}

bool leaks_run(struct leaks *leaks)
{
    struct finding finding = {.source = &leaks->source, .leaks = leaks};
    struct job *job = &leaks->job;
    bool done = leak_spots_find(&leaks->source, job, &finding.spots) && judge(&finding);
    leak_spots_free(&finding.spots);
    free(finding.verdicts);
    if (!done || !leak_members_count(&leaks->source, job, leaks->items, leaks->count))
        return false;
    size_t count = 0;
    for (size_t i = 0; i < leaks->count; i++)
        if (leaks->items[i].bytes > 0)
            leaks->items[count++] = leaks->items[i];
    leaks->count = count;
    for (size_t i = 0; i < count; i++) {
        leaks->items[i].doubtful = is_doubtful(&leaks->source, leaks->items[i].node);
        leak_keepers_find(&leaks->source, &leaks->items[i]);
    }
    if (count > 0)
        qsort(leaks->items, count, sizeof *leaks->items, by_bytes);
    return true;
}

static bool run(struct job *job, struct pool *pool)
{
    (void)pool;
    return leaks_run((struct leaks *)job);
}

static void destroy(struct job *job)
{
    struct leaks *leaks = (struct leaks *)job;
    free(leaks->items);
    free(leaks);
}

static const struct job_ops ops = {.doing = "looking for leaks", .run = run, .destroy = destroy};

bool leaks_create(const struct leak_source *source, struct leaks **ret)
{
    struct leaks *leaks = calloc(1, sizeof *leaks);
    if (leaks == NULL)
        return false;
    job_init(&leaks->job, &ops);
    leaks->source = *source;
    atomic_store(&leaks->job.total, 2 * (uint64_t)source->dominators->count);
    *ret = leaks;
    return true;
}
