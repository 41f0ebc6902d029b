// The depth-first search, with a stack of its own.
#include "heap/graph/dominators/dominators_work.h"

#include "heap/array.h"

#include <stdlib.h>

enum {
    BATCH = 512,
    CHECK_INTERVAL = 4096, // nodes between two looks at whether to stop
};

#define LEAVE UINT32_MAX // on the stack: the node under way has nothing more above it

// Nodes to visit; some were visited otherwise by the time they come up.
struct stack {
    uint32_t *items;
    size_t count, capacity;
};

struct search {
    struct domination *work;
    struct stack stack;
    uint32_t *vertices, *parents;
    uint32_t current; // number of the node under way
    uint64_t visited;
    bool failed;
};

static inline void push(struct search *search, uint32_t item)
{
    struct stack *stack = &search->stack;
    if (stack->count == stack->capacity &&
        !array_reserve(&stack->items, stack->count, &stack->capacity, sizeof *stack->items)) {
        search->failed = true;
        return;
    }
    stack->items[stack->count++] = item;
}

static inline void fold(struct search *search, uint32_t node, uint32_t into)
{
    struct domination *work = search->work;
    uint32_t retained = work->nodes[node].retained;
    uint64_t sum = (uint64_t)work->nodes[into].retained + retained;
    work->nodes[node].dominator = STATE_FOLDED | into;
    if (sum < RETAINED_LARGE)
        work->nodes[into].retained = (uint32_t)sum;
    else
        dominators_add(work->dominators, into, dominators_retained(work->dominators, node));
}

static inline bool is_open(uint32_t state)
{
    return state == 0 || state == STATE_SINGLE;
}

static inline void discover(struct search *search, uint32_t from, uint32_t node)
{
    uint32_t state = search->work->nodes[node].dominator;
    if (state == STATE_LEAF)
        fold(search, node, from);
    else if (is_open(state))
        push(search, node);
}

static void discover_links(struct search *search, uint32_t from)
{
    const struct flow *flow = search->work->flow;
    size_t low = 0, high = flow->link_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (flow->links[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < flow->link_count && flow->links[low].from == from; low++)
        discover(search, from, flow->links[low].to);
}

static void enter(struct search *search, uint32_t node)
{
    struct domination *work = search->work;
    uint32_t state = work->nodes[node].dominator, number = ++work->numbers, out[BATCH];
    search->vertices[number] = node;
    search->parents[number] = search->current | (state == STATE_SINGLE ? PARENT_SINGLE : 0);
    work->nodes[node].dominator = search->current = number;
    push(search, LEAVE);
    for (uint64_t at = 0; at != UINT64_MAX && !search->failed;) {
        size_t count = work->flow->out(work->flow, node, &at, out, BATCH);
        for (size_t i = 0; i < count; i++)
            __builtin_prefetch(&work->nodes[out[i]], 1);
        for (size_t i = 0; i < count; i++)
            discover(search, node, out[i]);
    }
    if (work->linked != NULL && bit_get(work->linked, node))
        discover_links(search, node);
}

static void leave(struct search *search)
{
    struct domination *work = search->work;
    uint32_t number = search->current, parent = search->parents[number] & ~PARENT_SINGLE;
    if ((search->parents[number] & PARENT_SINGLE) != 0 && number == work->numbers &&
        parent != ROOT_NUMBER) {
        work->numbers--;
        fold(search, search->vertices[number], search->vertices[parent]);
    }
    search->current = parent;
}

static bool stop(struct search *search)
{
    if (++search->visited % CHECK_INTERVAL != 0)
        return false;
    atomic_fetch_add_explicit(&search->work->job->items, CHECK_INTERVAL, memory_order_relaxed);
    atomic_fetch_add_explicit(&search->work->job->done, CHECK_INTERVAL, memory_order_relaxed);
    return job_cancelled(search->work->job);
}

static bool visit_all(struct search *search)
{
    const struct dominator_node *nodes = search->work->nodes;
    while (search->stack.count > 0 && !search->failed) {
        uint32_t item = search->stack.items[--search->stack.count];
        if (item == LEAVE) {
            leave(search);
        } else if (is_open(nodes[item].dominator)) {
            enter(search, item);
            if (stop(search))
                return false;
        }
    }
    return !search->failed;
}

// What a root leads to is not a single other's.
static void prepare_roots(struct domination *work, const struct flow_roots *roots)
{
    for (size_t i = 0; i < roots->count; i++) {
        uint32_t node = roots->nodes[i];
        uint32_t *state = &work->nodes[node].dominator;
        if (!state_unvisited(*state) || *state == STATE_IMMORTAL)
            continue;
        *state = 0;
        bit_set(work->rooted, node);
    }
}

static bool search_tiers(struct search *search)
{
    struct domination *work = search->work;
    for (size_t tier = 0; tier < FLOW_TIERS; tier++) {
        const struct flow_roots *roots = &work->flow->roots[tier];
        prepare_roots(work, roots);
        for (size_t i = 0; i < roots->count; i++) {
            search->current = ROOT_NUMBER;
            push(search, roots->nodes[i]);
            if (!visit_all(search))
                return false;
        }
        work->tier_end[tier] = work->numbers;
    }
    return true;
}

bool dominators_search(struct domination *work)
{
    struct search search = {.work = work, .vertices = work->vertices.bytes,
                            .parents = work->parents.bytes};
    work->numbers = ROOT_NUMBER;
    search.vertices[ROOT_NUMBER] = DOMINATOR_ROOT;
    bool done = search_tiers(&search);
    big_array_drop(&work->vertices, 4 * ((uint64_t)work->numbers + 1), work->vertices.size);
    big_array_drop(&work->parents, 4 * ((uint64_t)work->numbers + 1), work->parents.size);
    free(search.stack.items);
    return done;
}
