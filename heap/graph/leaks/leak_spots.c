#include "heap/graph/leaks/leak_spots.h"

#include "heap/array.h"

#include <stdlib.h>

enum {
    PART = 64,   // what leaves 1/PART of a suspect's least size behind is a spot
    STORES = 4,  // between an object and what its stores hold
    CHECK_INTERVAL = 1 << 20,
};

// All objects that retain at least what a suspect does, numbered in order of their ids.
struct large {
    uint64_t *bits;
    uint32_t *before; // of each word of bits: large objects before it
    size_t count;
    uint64_t *handed; // of each: bytes that large objects it dominates retain
    uint8_t *below;   // of each: how many of those there are, at most 255
};

uint32_t leak_type_of(const struct leak_source *source, uint32_t id)
{
    struct v8_object object;
    if (!v8_object_at(source->namer.v8, edges_address(source->namer.edges, id), &object))
        return UINT32_MAX;
    return type_name_of_object(source->namer.v8, source->names, source->renamed, &object);
}

// --- large objects -------------------------------------------------------------------------------

static bool is_large(const struct large *large, uint32_t id)
{
    return (large->bits[id / 64] >> (id % 64) & 1) != 0;
}

static size_t number_of(const struct large *large, uint32_t id)
{
    uint64_t below = large->bits[id / 64] & ((1ull << (id % 64)) - 1);
    return large->before[id / 64] + (size_t)__builtin_popcountll(below);
}

static bool find_large(const struct dominators *dominators, uint64_t least, struct job *job,
                       struct large *large)
{
    size_t words = dominators->count / 64 + 1;
    large->bits = calloc(words, sizeof *large->bits);
    large->before = calloc(words, sizeof *large->before);
    if (large->bits == NULL || large->before == NULL)
        return false;
    for (uint32_t id = 0; id < dominators->count; id++) {
        if (id % 64 == 0)
            large->before[id / 64] = (uint32_t)large->count;
        if (id % CHECK_INTERVAL == 0 && job_cancelled(job))
            return false;
        if (dominators_of(dominators, id) == DOMINATOR_NONE ||
            dominators_retained(dominators, id) < least)
            continue;
        large->bits[id / 64] |= 1ull << (id % 64);
        large->count++;
    }
    large->handed = calloc(large->count + 1, sizeof *large->handed);
    large->below = calloc(large->count + 1, sizeof *large->below);
    return large->handed != NULL && large->below != NULL;
}

static void free_large(struct large *large)
{
    free(large->bits);
    free(large->before);
    free(large->handed);
    free(large->below);
}

// Call for each large object.
static void each_large(const struct large *large, uint32_t objects, void *context,
                       void (*call)(void *context, uint32_t id, size_t number))
{
    size_t number = 0;
    for (size_t word = 0; word <= objects / 64; word++)
        for (uint64_t bits = large->bits[word]; bits != 0; bits &= bits - 1, number++)
            call(context, (uint32_t)(64 * word) + (uint32_t)__builtin_ctzll(bits), number);
}

struct finding {
    const struct leak_source *source;
    struct large large;
    struct leak_spots *spots;
    size_t capacity;
    bool failed;
};

static void hand_on(void *context, uint32_t id, size_t number)
{
    struct finding *finding = context;
    const struct dominators *dominators = finding->source->dominators;
    uint32_t dominator = dominators_of(dominators, id);
    (void)number;
    if (dominator >= DOMINATOR_ROOT || !is_large(&finding->large, dominator))
        return;
    size_t above = number_of(&finding->large, dominator);
    finding->large.handed[above] += dominators_retained(dominators, id);
    if (finding->large.below[above] < UINT8_MAX)
        finding->large.below[above]++;
}

// --- spots ---------------------------------------------------------------------------------------

// The object that a store belongs to; the object itself when it is none, or its owner does not
// dominate it.
static uint32_t subject_of(const struct leak_source *source, uint32_t id)
{
    for (int i = 0; i < STORES; i++) {
        struct v8_object object;
        enum store_role role;
        uint32_t dominator = dominators_of(source->dominators, id);
        if (dominator >= DOMINATOR_ROOT ||
            !v8_object_at(source->namer.v8, edges_address(source->namer.edges, id), &object))
            return id;
        uint64_t owner = edge_owner(&source->namer, &object, &role);
        if (owner == 0 || (owner != edges_address(source->namer.edges, dominator) &&
                           role != STORE_CELL))
            return id;
        id = dominator;
    }
    return id;
}

static void add_spot(void *context, uint32_t id, size_t number)
{
    struct finding *finding = context;
    struct leak_spots *spots = finding->spots;
    uint64_t retained = dominators_retained(finding->source->dominators, id);
    uint64_t left = retained - finding->large.handed[number];
    if (finding->large.below[number] == 1 && left < spots->least / PART)
        return;
    if (!array_reserve(&spots->items, spots->count, &finding->capacity, sizeof *spots->items)) {
        finding->failed = true;
        return;
    }
    spots->items[spots->count++] =
        (struct leak_spot){.node = subject_of(finding->source, id), .lowest = id,
                           .retained = retained, .left = left, .parent = NO_SPOT};
}

static int by_node(const void *a, const void *b)
{
    const struct leak_spot *left = a, *right = b;
    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    return left->retained > right->retained ? -1 : left->retained < right->retained;
}

static int by_size(const void *a, const void *b)
{
    const struct leak_spot *left = a, *right = b;
    if (left->retained != right->retained)
        return left->retained > right->retained ? -1 : 1;
    return left->node < right->node ? -1 : left->node > right->node;
}

// An object and its stores are one spot.
static void merge(struct finding *finding)
{
    struct leak_spots *spots = finding->spots;
    size_t count = 0;
    qsort(spots->items, spots->count, sizeof *spots->items, by_node);
    for (size_t i = 0; i < spots->count; i++) {
        struct leak_spot *last = count > 0 ? &spots->items[count - 1] : NULL;
        if (last != NULL && last->node == spots->items[i].node) {
            last->left += spots->items[i].left;
            last->lowest = spots->items[i].lowest;
        } else {
            spots->items[count++] = spots->items[i];
        }
    }
    spots->count = count;
}

static size_t spot_of(const struct leak_spots *spots, uint32_t node)
{
    struct leak_spot key = {.node = node, .retained = UINT64_MAX};
    size_t low = 0, high = spots->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_node(&spots->items[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < spots->count && spots->items[low].node == node ? low : NO_SPOT;
}

// The spot above, and the chain that leads from there.
static void climb(const struct leak_source *source, const struct leak_spots *spots,
                  struct leak_spot *spot)
{
    uint32_t top = spot->node, at = top;
    for (uint32_t above; (above = dominators_of(source->dominators, at)) < DOMINATOR_ROOT;) {
        spot->parent = spot_of(spots, above);
        if (spot->parent == NO_SPOT)
            spot->parent = spot_of(spots, subject_of(source, above));
        if (spot->parent != NO_SPOT)
            break;
        top = at = above;
        spot->chain_length++;
    }
    spot->chain_top = top;
    spot->chain_bytes = dominators_retained(source->dominators, top) - spot->retained;
}

// Sort by size.
static bool order(struct leak_spots *spots)
{
    size_t *places = calloc(spots->count + 1, sizeof *places); // new place of each old one
    struct leak_spot *sorted = calloc(spots->count + 1, sizeof *sorted);
    bool done = places != NULL && sorted != NULL;
    for (size_t i = 0; done && i < spots->count; i++)
        sorted[i] = spots->items[i];
    if (done && spots->count > 0) {
        qsort(sorted, spots->count, sizeof *sorted, by_size);
        for (size_t i = 0; i < spots->count; i++)
            places[spot_of(spots, sorted[i].node)] = i;
        for (size_t i = 0; i < spots->count; i++)
            if (sorted[i].parent != NO_SPOT)
                sorted[i].parent = places[sorted[i].parent];
        free(spots->items);
        spots->items = sorted;
        sorted = NULL;
    }
    free(places);
    free(sorted);
    return done;
}

bool leak_spots_find(const struct leak_source *source, struct job *job, struct leak_spots *ret)
{
    *ret = (struct leak_spots){.least = source->dominators->total / LEAK_SHARE + 1};
    struct finding finding = {.source = source, .spots = ret};
    uint32_t objects = source->dominators->count;
    bool done = find_large(source->dominators, ret->least, job, &finding.large);
    if (done) {
        each_large(&finding.large, objects, &finding, hand_on);
        each_large(&finding.large, objects, &finding, add_spot);
        merge(&finding);
        for (size_t i = 0; i < ret->count; i++) {
            ret->items[i].retained = dominators_retained(source->dominators, ret->items[i].node);
            ret->items[i].type = leak_type_of(source, ret->items[i].node);
            climb(source, ret, &ret->items[i]);
        }
    }
    free_large(&finding.large);
    done = done && !finding.failed && !job_cancelled(job) && order(ret);
    if (!done)
        leak_spots_free(ret);
    return done;
}

void leak_spots_free(struct leak_spots *spots)
{
    free(spots->items);
    *spots = (struct leak_spots){0};
}
