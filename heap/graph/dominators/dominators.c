// The dominator tree, step by step: sizes and single referrers (on all workers), the search, the
// dominators of what stayed numbered, and from them everything else.
#include "heap/graph/dominators/dominators.h"

#include "heap/graph/dominators/dominators_work.h"

#include <stdlib.h>

enum {
    BLOCK = 1 << 16,  // nodes of a task
    CHECK_INTERVAL = 4096,
};

// --- retained sizes ------------------------------------------------------------------------------

static bool grow_large(struct dominators *dominators)
{
    uint32_t capacity = dominators->large_capacity > 0 ? 2 * dominators->large_capacity : 64;
    uint64_t *large = realloc(dominators->large, capacity * sizeof *large);
    if (large == NULL) {
        dominators->failed = true;
        return false;
    }
    dominators->large = large;
    dominators->large_capacity = capacity;
    return true;
}

// A size as a node stores it.
static uint32_t store_size(struct dominators *dominators, uint64_t size)
{
    if (size < RETAINED_LARGE)
        return (uint32_t)size;
    if (dominators->large_count == dominators->large_capacity && !grow_large(dominators))
        return 0;
    dominators->large[dominators->large_count] = size;
    return RETAINED_LARGE | dominators->large_count++;
}

void dominators_add(struct dominators *dominators, uint32_t node, uint64_t bytes)
{
    uint32_t *retained = &((struct dominator_node *)dominators->nodes.bytes)[node].retained;
    if ((*retained & RETAINED_LARGE) != 0)
        dominators->large[*retained & ~RETAINED_LARGE] += bytes;
    else
        *retained = store_size(dominators, *retained + bytes);
}

void dominators_describe(struct dominators *dominators, uint32_t node, uint64_t size,
                         enum flow_kind kind)
{
    static const uint32_t states[] = {[FLOW_NODE] = STATE_SINGLE, [FLOW_LEAF] = STATE_LEAF,
                                      [FLOW_IMMORTAL] = STATE_IMMORTAL};
    struct dominator_node *nodes = dominators->nodes.bytes;
    nodes[node].dominator = states[kind];
    if (size < RETAINED_LARGE) {
        nodes[node].retained = (uint32_t)size;
        return;
    }
    pthread_mutex_lock(&dominators->lock);
    nodes[node].retained = store_size(dominators, size);
    pthread_mutex_unlock(&dominators->lock);
}

// --- nodes ---------------------------------------------------------------------------------------

static bool describe_part(void *context, size_t worker, size_t part)
{
    struct domination *work = context;
    (void)worker;
    return !job_cancelled(work->job) &&
           work->flow->describe(work->flow, part, work->dominators);
}

static size_t shares_end(const struct flow *flow, size_t first)
{
    size_t end = first + 1;
    while (end < flow->share_count && flow->shares[end].store == flow->shares[first].store)
        end++;
    return end;
}

// Memory that only one node holds is as if it were the node's.
static bool describe_shares(struct domination *work)
{
    struct flow *flow = work->flow;
    if (flow->described != NULL && !flow->described(flow))
        return false;
    for (size_t i = 0, end; i < flow->share_count; i = end) {
        end = shares_end(flow, i);
        if (end == i + 1)
            dominators_add(work->dominators, flow->shares[i].owner, flow->shares[i].bytes);
    }
    return !work->dominators->failed;
}

// How many other nodes lead to a node, up to 2; `ret`: one of them.
static unsigned others_of(const struct flow *flow, uint32_t node, uint32_t *ret)
{
    uint64_t count;
    const uint32_t *in = flow->in(flow, node, &count);
    unsigned found = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (in[i] == node || (found == 1 && in[i] == *ret))
            continue;
        *ret = in[i];
        if (++found == 2)
            break;
    }
    return found;
}

static uint32_t block_end(const struct flow *flow, size_t block)
{
    uint64_t end = ((uint64_t)block + 1) * BLOCK;
    return end < flow->count ? (uint32_t)end : flow->count;
}

static size_t block_count(const struct flow *flow)
{
    return ((size_t)flow->count + BLOCK - 1) / BLOCK;
}

static bool find_single(void *context, size_t worker, size_t block)
{
    struct domination *work = context;
    uint32_t end = block_end(work->flow, block), other;
    (void)worker;
    for (uint32_t node = (uint32_t)block * BLOCK; node < end; node++) {
        uint32_t *state = &work->nodes[node].dominator;
        if (*state != STATE_IMMORTAL && others_of(work->flow, node, &other) != 1)
            *state = 0;
    }
    atomic_fetch_add_explicit(&work->job->done, end - block * BLOCK, memory_order_relaxed);
    return !job_cancelled(work->job);
}

// Links are references that the lists do not have.
static bool note_links(struct domination *work)
{
    const struct flow *flow = work->flow;
    size_t words = (size_t)flow->count / 64 + 1;
    work->rooted = calloc(words, sizeof *work->rooted);
    if (work->rooted == NULL || flow->link_count == 0)
        return work->rooted != NULL;
    work->linked = calloc(words, sizeof *work->linked);
    if (work->linked == NULL)
        return false;
    for (size_t i = 0; i < flow->link_count; i++) {
        uint32_t *from = &work->nodes[flow->links[i].from].dominator;
        if (*from == STATE_LEAF)
            *from = STATE_SINGLE;
        bit_set(work->linked, flow->links[i].from);
    }
    for (size_t i = 0; i < flow->link_count; i++)
        work->nodes[flow->links[i].to].dominator = 0;
    return true;
}

// --- results -------------------------------------------------------------------------------------

static bool sum_numbered(struct domination *work)
{
    struct dominators *dominators = work->dominators;
    const struct tree_node *tree = work->tree.bytes;
    const uint32_t *vertices = work->vertices.bytes;
    for (uint32_t i = work->numbers; i > ROOT_NUMBER; i--) {
        uint64_t bytes = dominators_retained(dominators, vertices[i]);
        if (tree[i].dom == ROOT_NUMBER)
            dominators->total += bytes;
        else
            dominators_add(dominators, vertices[tree[i].dom], bytes);
        if (i % CHECK_INTERVAL == 0 && job_cancelled(work->job))
            return false;
    }
    return !dominators->failed;
}

struct result {
    struct domination *work;
    struct {
        uint64_t held, immortal;
        char pad[48]; // workers do not share cache lines
    } *workers;
};

// States become dominators.
static bool settle(void *context, size_t worker, size_t block)
{
    struct result *result = context;
    struct domination *work = result->work;
    const struct tree_node *tree = work->tree.bytes;
    const uint32_t *vertices = work->vertices.bytes;
    uint32_t end = block_end(work->flow, block), other = 0, held = 0;
    for (uint32_t node = (uint32_t)block * BLOCK; node < end; node++) {
        uint32_t state = work->nodes[node].dominator, dominator = DOMINATOR_NONE;
        if (state == STATE_IMMORTAL) {
            dominator = DOMINATOR_ROOT;
            result->workers[worker].immortal += dominators_retained(work->dominators, node);
        } else if ((state & STATE_FOLDED) != 0) {
            dominator = others_of(work->flow, node, &other) == 1 ? other : DOMINATOR_NONE;
        } else if (!state_unvisited(state)) {
            dominator = vertices[tree[state].dom]; // the root's is DOMINATOR_ROOT
        }
        work->nodes[node].dominator = dominator;
        held += dominator != DOMINATOR_NONE;
    }
    result->workers[worker].held += held;
    atomic_fetch_add_explicit(&work->job->done, end - block * BLOCK, memory_order_relaxed);
    return !job_cancelled(work->job);
}

static bool settle_all(struct domination *work, struct pool *pool)
{
    struct result result = {.work = work};
    struct dominators *dominators = work->dominators;
    result.workers = calloc(pool_width(pool), sizeof *result.workers);
    bool done = result.workers != NULL &&
                pool_run(pool, block_count(work->flow), settle, &result);
    for (size_t i = 0; done && i < pool_width(pool); i++) {
        dominators->held += result.workers[i].held;
        dominators->total += result.workers[i].immortal;
    }
    free(result.workers);
    return done;
}

// --- memory that several nodes share -------------------------------------------------------------

enum { SHARE_STEPS = 1 << 24 }; // in all: what is left then counts for the root alone

static uint32_t depth_of(const struct dominator_node *nodes, uint32_t node, uint32_t *steps)
{
    uint32_t depth = 0;
    for (; node < DOMINATOR_ROOT && *steps > 0; depth++, --*steps)
        node = nodes[node].dominator;
    return depth;
}

// The nearest node that dominates both, or DOMINATOR_ROOT.
static uint32_t common(const struct dominator_node *nodes, uint32_t a, uint32_t b,
                       uint32_t *steps)
{
    uint32_t depth_a = depth_of(nodes, a, steps), depth_b = depth_of(nodes, b, steps);
    for (; depth_a > depth_b && *steps > 0; depth_a--, --*steps)
        a = nodes[a].dominator;
    for (; depth_b > depth_a && *steps > 0; depth_b--, --*steps)
        b = nodes[b].dominator;
    for (; a != b && a < DOMINATOR_ROOT && b < DOMINATOR_ROOT && *steps > 0; --*steps) {
        a = nodes[a].dominator;
        b = nodes[b].dominator;
    }
    return a == b && *steps > 0 ? a : DOMINATOR_ROOT;
}

// Memory that several nodes share is held by what dominates all of them.
static void add_shares(struct domination *work)
{
    struct dominators *dominators = work->dominators;
    const struct dominator_node *nodes = work->nodes;
    const struct flow *flow = work->flow;
    uint32_t steps = SHARE_STEPS;
    for (size_t i = 0, end; i < flow->share_count; i = end) {
        uint32_t holder = DOMINATOR_NONE;
        end = shares_end(flow, i);
        for (size_t n = i; n < end; n++) {
            uint32_t owner = flow->shares[n].owner;
            if (nodes[owner].dominator == DOMINATOR_NONE)
                continue;
            holder = holder == DOMINATOR_NONE ? owner : common(nodes, holder, owner, &steps);
        }
        if (holder == DOMINATOR_NONE || end == i + 1)
            continue;
        dominators->total += flow->shares[i].bytes;
        for (; holder < DOMINATOR_ROOT && steps > 0; steps--, holder = nodes[holder].dominator)
            dominators_add(dominators, holder, flow->shares[i].bytes);
    }
}

// --- all -----------------------------------------------------------------------------------------

uint64_t dominators_work(const struct flow *flow)
{
    return 4 * (uint64_t)flow->count;
}

static bool allocate(struct domination *work, uint64_t limit)
{
    struct dominators *dominators = work->dominators;
    uint64_t count = work->flow->count;
    bool done = big_array_create(count * sizeof(struct dominator_node), limit,
                                 &dominators->nodes) &&
                big_array_create((count + 2) * 4, UINT64_MAX, &work->vertices) &&
                big_array_create((count + 2) * 4, UINT64_MAX, &work->parents);
    work->nodes = dominators->nodes.bytes;
    return done;
}

static bool compute(struct domination *work, struct pool *pool, uint64_t limit)
{
    const struct flow *flow = work->flow;
    if (flow->count > DOMINATORS_MAX || !allocate(work, limit) ||
        !pool_run(pool, flow->parts, describe_part, work) || !describe_shares(work) ||
        !pool_run(pool, block_count(flow), find_single, work) || !note_links(work) ||
        !dominators_search(work) || !dominators_link(work, limit) || !sum_numbered(work) ||
        !settle_all(work, pool))
        return false;
    add_shares(work);
    work->dominators->numbered = work->numbers - ROOT_NUMBER;
    return !work->dominators->failed;
}

bool dominators_create(struct flow *flow, struct job *job, struct pool *pool, uint64_t limit,
                       struct dominators **ret)
{
    struct dominators *dominators = calloc(1, sizeof *dominators);
    struct domination work = {.flow = flow, .job = job, .dominators = dominators};
    if (dominators == NULL)
        return false;
    pthread_mutex_init(&dominators->lock, NULL);
    dominators->count = flow->count;
    bool done = compute(&work, pool, limit);
    big_array_destroy(&work.vertices);
    big_array_destroy(&work.parents);
    big_array_destroy(&work.tree);
    free(work.linked);
    free(work.rooted);
    if (done)
        *ret = dominators;
    else
        dominators_destroy(dominators);
    return done;
}

void dominators_destroy(struct dominators *dominators)
{
    if (dominators == NULL)
        return;
    big_array_destroy(&dominators->nodes);
    free(dominators->large);
    pthread_mutex_destroy(&dominators->lock);
    free(dominators);
}
