// Semidominators and dominators of what stayed numbered, from the last number to the first.
//
// Names as in Lengauer and Tarjan. Numbers from `linked` on are in the forest, so that the array of
// the list heads of a number that is not yet in it can be that of its semidominator.
#include "heap/graph/dominators/dominators_work.h"

enum { CHECK_INTERVAL = 4096 };

struct linking {
    struct domination *work;
    struct tree_node *tree;
    uint32_t linked;   // numbers from here on are in the forest
    uint32_t tier_end; // last number of the tier of the number under way
};

// The number with the least semidominator on the way from `v`, which is in the forest, up to the
// root of its tree, that one left out. Shortens the way: it is reversed going up, to be found again
// going down.
static uint32_t evaluate(const struct linking *linking, uint32_t v)
{
    struct tree_node *tree = linking->tree;
    uint32_t below = 0, at = v;
    while (tree[at].ancestor >= linking->linked) {
        uint32_t up = tree[at].ancestor;
        tree[at].ancestor = below;
        below = at;
        at = up;
    }
    uint32_t root = tree[at].ancestor, best = tree[at].label;
    while (below != 0) {
        at = below;
        below = tree[at].ancestor;
        tree[at].ancestor = root;
        if (tree[best].semi < tree[tree[at].label].semi)
            tree[at].label = best;
        else
            best = tree[at].label;
    }
    return best;
}

// The number that stands for a node; 0: none of the roots leads to it.
static uint32_t number_of(struct domination *work, uint32_t node)
{
    struct dominator_node *nodes = work->nodes;
    uint32_t state = nodes[node].dominator;
    if (state_unvisited(state))
        return 0;
    if ((state & STATE_FOLDED) == 0)
        return state;
    uint32_t top = state & ~STATE_FOLDED;
    while ((nodes[top].dominator & STATE_FOLDED) != 0)
        top = nodes[top].dominator & ~STATE_FOLDED;
    for (uint32_t at = node; at != top;) {
        uint32_t up = nodes[at].dominator & ~STATE_FOLDED;
        nodes[at].dominator = STATE_FOLDED | top;
        at = up;
    }
    return nodes[top].dominator;
}

// `from` leads to the number under way.
static inline void consider(const struct linking *linking, uint32_t from, uint32_t *semi)
{
    uint32_t number = number_of(linking->work, from);
    if (number == 0 || number > linking->tier_end)
        return;
    if (number >= linking->linked)
        number = linking->tree[evaluate(linking, number)].semi;
    if (number < *semi)
        *semi = number;
}

static void consider_links(const struct linking *linking, uint32_t node, uint32_t *semi)
{
    const struct flow *flow = linking->work->flow;
    size_t low = 0, high = flow->link_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (flow->links_to[middle].to < node)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < flow->link_count && flow->links_to[low].to == node; low++)
        consider(linking, flow->links_to[low].from, semi);
}

static uint32_t semidominator(const struct linking *linking, uint32_t number)
{
    const struct flow *flow = linking->work->flow;
    uint32_t node = domination_vertices(linking->work)[number];
    uint32_t semi = linking->tree[number].ancestor;
    uint64_t count;
    if (semi == ROOT_NUMBER || bit_get(linking->work->rooted, node))
        return ROOT_NUMBER;
    const uint32_t *in = flow->in(flow, node, &count);
    for (uint64_t i = 0; i < count; i++)
        consider(linking, in[i], &semi);
    if (flow->link_count > 0)
        consider_links(linking, node, &semi);
    return semi;
}

// Dominators of the numbers whose semidominator is `parent`, as far as they can be told; of the
// others the number that has the same.
static void empty_list(const struct linking *linking, uint32_t parent)
{
    struct tree_node *tree = linking->tree;
    uint32_t v = tree[parent].semi;
    tree[parent].semi = 0;
    while (v != 0) {
        uint32_t next = tree[v].dom, u = evaluate(linking, v);
        tree[v].dom = tree[u].semi < tree[v].semi ? u : parent;
        v = next;
    }
}

static void work_off(struct linking *linking, uint32_t number)
{
    struct tree_node *tree = linking->tree;
    uint32_t parent = tree[number].ancestor, semi = semidominator(linking, number);
    tree[number].semi = semi;
    tree[number].dom = tree[semi].semi;
    tree[semi].semi = number;
    linking->linked = number;
    empty_list(linking, parent);
}

static bool stop(struct domination *work, uint32_t number)
{
    if (number % CHECK_INTERVAL != 0)
        return false;
    atomic_fetch_add_explicit(&work->job->done, CHECK_INTERVAL, memory_order_relaxed);
    return job_cancelled(work->job);
}

bool dominators_link(struct domination *work, uint64_t limit)
{
    uint64_t size = ((uint64_t)work->numbers + 1) * sizeof(struct tree_node);
    if (!big_array_create(size, limit, &work->tree))
        return false;
    struct linking linking = {.work = work, .tree = work->tree.bytes,
                              .linked = work->numbers + 1};
    struct tree_node *tree = linking.tree;
    const uint32_t *parents = work->parents.bytes;
    size_t tier = FLOW_TIERS - 1;
    for (uint32_t i = 2; i <= work->numbers; i++)
        tree[i] = (struct tree_node){.ancestor = parents[i] & ~PARENT_SINGLE, .label = i};
    big_array_destroy(&work->parents);
    for (uint32_t i = work->numbers; i > ROOT_NUMBER; i--) {
        while (tier > 0 && i <= work->tier_end[tier - 1])
            tier--;
        linking.tier_end = work->tier_end[tier];
        work_off(&linking, i);
        if (stop(work, i))
            return false;
    }
    for (uint32_t i = 2; i <= work->numbers; i++)
        if (tree[i].dom != tree[i].semi)
            tree[i].dom = tree[tree[i].dom].dom;
    return true;
}
