#include "heap/graph/dominators/dominated.h"

#include "heap/array.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 1 << 20, // nodes of a task
    DIGIT_BITS = 11,
    DIGITS = 1 << DIGIT_BITS,
    LAYERS = 4, // object, dictionary, cells
};

struct list {
    uint32_t *ids;
    size_t count, capacity;
};

struct collecting {
    struct dominated *dominated;
    const uint64_t *parents; // bit of each object whose children are looked for; NULL: the node's
    struct list *lists;      // one a block
};

static bool add(struct list *list, uint32_t id)
{
    if (!array_reserve(&list->ids, list->count, &list->capacity, sizeof *list->ids))
        return false;
    list->ids[list->count++] = id;
    return true;
}

static inline bool is_parent(const struct collecting *collecting, uint32_t dominator)
{
    if (collecting->parents == NULL)
        return dominator == collecting->dominated->node;
    return dominator < DOMINATOR_ROOT &&
           (collecting->parents[dominator / 64] >> (dominator % 64) & 1) != 0;
}

static bool collect(void *context, size_t worker, size_t block)
{
    struct collecting *collecting = context;
    struct dominated *dominated = collecting->dominated;
    const struct dominators *dominators = dominated->dominators;
    const struct dominator_node *nodes = dominators_nodes(dominators);
    uint64_t first = (uint64_t)block * BLOCK, end = first + BLOCK;
    (void)worker;
    if (end > dominators->count)
        end = dominators->count;
    for (uint64_t id = first; id < end; id++)
        if (is_parent(collecting, nodes[id].dominator) &&
            !add(&collecting->lists[block], (uint32_t)id))
            return false;
    atomic_fetch_add_explicit(&dominated->job.done, end - first, memory_order_relaxed);
    return !job_cancelled(&dominated->job);
}

// --- sorting -------------------------------------------------------------------------------------

struct entry {
    uint64_t key; // ascending: what is retained, complemented
    uint32_t id;
};

static void sort_digit(const struct entry *from, struct entry *to, size_t count, unsigned shift)
{
    size_t starts[DIGITS] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].key >> shift & (DIGITS - 1)]++;
    for (size_t i = 0; i < DIGITS; i++) {
        size_t digit = starts[i];
        starts[i] = sum;
        sum += digit;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

bool dominated_sort(const struct dominators *dominators, uint32_t *ids, size_t count)
{
    struct entry *from = calloc(count + 1, sizeof *from), *to = calloc(count + 1, sizeof *to);
    uint64_t largest = 0;
    for (size_t i = 0; from != NULL && i < count; i++) {
        uint64_t retained = dominators_retained(dominators, ids[i]);
        largest = retained > largest ? retained : largest;
    }
    bool done = from != NULL && to != NULL;
    for (size_t i = 0; done && i < count; i++)
        from[i] = (struct entry){largest - dominators_retained(dominators, ids[i]), ids[i]};
    for (unsigned shift = 0; done && shift < 64 && largest >> shift != 0; shift += DIGIT_BITS) {
        sort_digit(from, to, count, shift);
        struct entry *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; done && i < count; i++)
        ids[i] = from[i].id;
    free(from);
    free(to);
    return done;
}

// --- stores --------------------------------------------------------------------------------------

static bool is_own_store(const struct dominated *dominated, uint32_t id, uint64_t owner)
{
    struct v8_object object;
    enum store_role role;
    uint64_t address = edges_address(dominated->namer.edges, id);
    return v8_object_at(dominated->namer.v8, address, &object) &&
           edge_owner(&dominated->namer, &object, &role) == owner;
}

// Take the stores of the node out of a list and mark them in `stores`. Returns how many.
static size_t take_stores(const struct dominated *dominated, struct list *list, uint64_t *stores)
{
    size_t kept = 0, count = list->count;
    if (dominated->stores || dominated->node >= DOMINATOR_ROOT)
        return 0;
    uint64_t owner = edges_address(dominated->namer.edges, dominated->node);
    for (size_t i = 0; i < count; i++) {
        uint32_t id = list->ids[i];
        if (is_own_store(dominated, id, owner))
            stores[id / 64] |= 1ull << (id % 64);
        else
            list->ids[kept++] = id;
    }
    list->count = kept;
    return count - kept;
}

// --- the job -------------------------------------------------------------------------------------

static bool append(struct list *list, const struct list *lists, size_t blocks)
{
    size_t count = list->count;
    for (size_t i = 0; i < blocks; i++)
        count += lists[i].count;
    uint32_t *ids = realloc(list->ids, (count + 1) * sizeof *ids);
    if (ids == NULL)
        return false;
    list->ids = ids;
    for (size_t i = 0; i < blocks; i++) {
        if (lists[i].count > 0)
            memcpy(ids + list->count, lists[i].ids, lists[i].count * sizeof *ids);
        list->count += lists[i].count;
    }
    return true;
}

// Append the children of what `parents` says to `list`.
static bool collect_all(struct dominated *dominated, const uint64_t *parents, struct list *list,
                        struct pool *pool)
{
    size_t blocks = dominated->dominators->count / BLOCK + 1;
    struct collecting collecting = {.dominated = dominated, .parents = parents};
    collecting.lists = calloc(blocks, sizeof *collecting.lists);
    if (collecting.lists == NULL)
        return false;
    bool done = pool_run(pool, blocks, collect, &collecting) &&
                append(list, collecting.lists, blocks);
    for (size_t i = 0; i < blocks; i++)
        free(collecting.lists[i].ids);
    free(collecting.lists);
    return done;
}

// All children, those of stores among them.
static bool collect_layers(struct dominated *dominated, struct list *list, struct pool *pool)
{
    size_t words = dominated->dominators->count / 64 + 1;
    uint64_t *stores = NULL;
    bool done = collect_all(dominated, NULL, list, pool);
    for (int layer = 0; done && layer < LAYERS && !dominated->stores; layer++) {
        struct list found = {0};
        free(stores);
        stores = calloc(words, sizeof *stores);
        done = stores != NULL;
        if (!done || take_stores(dominated, list, stores) == 0)
            break;
        done = collect_all(dominated, stores, &found, pool) && append(list, &found, 1);
        free(found.ids);
    }
    free(stores);
    return done;
}

static int by_id(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

static bool run(struct job *job, struct pool *pool)
{
    struct dominated *dominated = (struct dominated *)job;
    struct list list = {0};
    bool done = collect_layers(dominated, &list, pool);
    if (done && !dominated->stores && list.count > 0)
        qsort(list.ids, list.count, sizeof *list.ids, by_id);
    dominated->ids = list.ids;
    if (!done || !dominated_sort(dominated->dominators, list.ids, list.count))
        return false;
    dominated->count = (uint32_t)list.count;
    return true;
}

static void destroy(struct job *job)
{
    struct dominated *dominated = (struct dominated *)job;
    free(dominated->ids);
    free(dominated);
}

static const struct job_ops ops = {.doing = "collecting what it dominates", .run = run,
                                   .destroy = destroy};

bool dominated_create(const struct dominators *dominators, const struct edge_namer *namer,
                      uint32_t node, struct dominated **ret)
{
    struct dominated *dominated = calloc(1, sizeof *dominated);
    if (dominated == NULL)
        return false;
    job_init(&dominated->job, &ops);
    dominated->dominators = dominators;
    dominated->node = node;
    dominated->stores = namer == NULL;
    if (namer != NULL)
        dominated->namer = *namer;
    atomic_store(&dominated->job.total, dominators->count);
    *ret = dominated;
    return true;
}
