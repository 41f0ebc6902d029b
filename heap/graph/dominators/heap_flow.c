#include "heap/graph/dominators/heap_flow.h"

#include "heap/array.h"
#include "heap/graph/dominators/dominators.h"
#include "heap/v8/layout/layout_value.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_DETACHED = 4, // src/objects/js-array-buffer.tq
    WORDS = 256,         // looked at to find out whether an object leads nowhere
};

struct heap_flow {
    struct flow flow; // first
    const struct graph *graph;
    const struct edges *edges;
    const struct v8 *v8;
    const uint32_t *without; // nodes that nothing leads to
    size_t without_count;
    uint64_t read_only, read_only_end; // all of read-only space lies between
    pthread_mutex_t lock;              // guards the shares while parts are described
    size_t share_capacity;
    atomic_bool failed;                // out of memory for them
};

static uint64_t load(const uint8_t *object, uint64_t offset)
{
    uint64_t word;
    memcpy(&word, object + offset, sizeof word);
    return word;
}

static inline bool is_read_only(const struct heap_flow *heap, uint64_t address)
{
    if (address < heap->read_only || address >= heap->read_only_end)
        return false;
    size_t page = index_page_of(heap->edges->index, address);
    return page != SIZE_MAX && heap->v8->pages[page].kind == SPACE_READ_ONLY;
}

static inline bool is_without(const struct heap_flow *heap, uint32_t node)
{
    for (size_t i = 0; i < heap->without_count; i++)
        if (heap->without[i] == node)
            return true;
    return false;
}

static void find_read_only(struct heap_flow *heap)
{
    heap->read_only = UINT64_MAX;
    for (size_t i = 0; i < heap->v8->page_count; i++) {
        const struct v8_page *page = &heap->v8->pages[i];
        if (page->kind != SPACE_READ_ONLY)
            continue;
        if (page->base < heap->read_only)
            heap->read_only = page->base;
        if (page->end > heap->read_only_end)
            heap->read_only_end = page->end;
    }
}

// --- lists ---------------------------------------------------------------------------------------

static size_t out(const struct flow *flow, uint32_t node, uint64_t *at, uint32_t *nodes,
                  size_t room)
{
    const struct heap_flow *heap = (const struct heap_flow *)flow;
    uint64_t words[WORDS], address = edges_address(heap->edges, node);
    size_t count = edges_at(heap->edges, address, at, words, room < WORDS ? room : WORDS);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if ((words[i] & 3) != EDGE_STRONG || is_read_only(heap, words[i]))
            continue;
        nodes[found] = edge_target(heap->edges, words[i]);
        found += nodes[found] != INDEX_NONE && !is_without(heap, nodes[found]);
    }
    return found;
}

static const uint32_t *in(const struct flow *flow, uint32_t node, uint64_t *count)
{
    return reverse_of(((const struct heap_flow *)flow)->graph->reverse, node, count);
}

// --- nodes ---------------------------------------------------------------------------------------

bool heap_flow_store(const struct v8 *v8, const struct v8_shape *shape, const uint8_t *object,
                     uint64_t size, uint64_t *store, uint64_t *bytes)
{
    const struct layout_value *layout = &layout_values[v8->line];
    uint32_t flags;
    if (shape->type != ITYPE_JS_ARRAY_BUFFER || size < layout->buffer_store + 8u ||
        size < layout->buffer_length + 8u || size < layout->buffer_flags + 4u)
        return false;
    memcpy(&flags, object + layout->buffer_flags, sizeof flags);
    *store = load(object, layout->buffer_store);
    *bytes = load(object, layout->buffer_length);
    // More than an address space has is damage.
    return *store != 0 && *bytes > 0 && *bytes >> 47 == 0 && (flags & BUFFER_DETACHED) == 0;
}

static void add_share(struct heap_flow *heap, struct flow_share share)
{
    struct flow *flow = &heap->flow;
    pthread_mutex_lock(&heap->lock);
    if (array_reserve(&flow->shares, flow->share_count, &heap->share_capacity,
                      sizeof *flow->shares))
        flow->shares[flow->share_count++] = share;
    else
        atomic_store(&heap->failed, true);
    pthread_mutex_unlock(&heap->lock);
}

static bool is_leaf(const struct heap_flow *heap, const struct edge_shape *shape,
                    const uint8_t *object, uint64_t available)
{
    uint64_t words[WORDS], at = 0;
    if (!is_read_only(heap, shape->shape.map))
        return false;
    if (shape->plan.form == SLOTS_NONE)
        return true;
    size_t count = edges_of_object(heap->edges, shape, object, available, &at, words, WORDS);
    for (size_t i = 0; i < count; i++)
        if ((words[i] & 3) == EDGE_STRONG && !is_read_only(heap, words[i]))
            return false;
    return at == UINT64_MAX;
}

static void describe_object(struct heap_flow *heap, const struct v8_page *page, uint64_t address,
                            uint32_t id, const struct edge_shape **last,
                            struct dominators *dominators)
{
    const uint8_t *object = page->bytes + (address - page->start);
    uint64_t available = page->start + page->readable - address, size, store, bytes;
    enum flow_kind kind = FLOW_NODE;
    if (*last == NULL || (*last)->word != load(object, 0))
        *last = edges_shape_of(heap->edges, object, address);
    const struct edge_shape *shape = *last;
    if (shape == NULL) {
        dominators_describe(dominators, id, 0, kind);
        return;
    }
    size = shape->fixed_size != 0 && shape->fixed_size <= available
               ? shape->fixed_size
               : v8_object_size(heap->v8, &shape->shape, object, available);
    if (page->kind == SPACE_READ_ONLY)
        kind = FLOW_IMMORTAL;
    else if (is_leaf(heap, shape, object, available))
        kind = FLOW_LEAF;
    dominators_describe(dominators, id, size, kind);
    if (heap_flow_store(heap->v8, &shape->shape, object, size, &store, &bytes))
        add_share(heap, (struct flow_share){.store = store, .bytes = bytes, .owner = id});
}

static bool describe(const struct flow *flow, size_t part, struct dominators *dominators)
{
    struct heap_flow *heap = (struct heap_flow *)flow;
    const struct index_page *page = &heap->edges->index->pages[part];
    const struct v8_page *bytes = &heap->v8->pages[part];
    const struct edge_shape *last = NULL;
    uint32_t id = page->first;
    if (page->bits == NULL) {
        if (page->count == 1)
            describe_object(heap, bytes, page->start, id, &last, dominators);
        return !atomic_load(&heap->failed);
    }
    for (size_t word = 0; word < INDEX_WORDS; word++)
        for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1, id++)
            describe_object(heap, bytes,
                            page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits)), id,
                            &last, dominators);
    return !atomic_load(&heap->failed);
}

static int by_store(const void *a, const void *b)
{
    const struct flow_share *left = a, *right = b;
    if (left->store != right->store)
        return left->store < right->store ? -1 : 1;
    return left->owner < right->owner ? -1 : left->owner > right->owner;
}

static bool described(struct flow *flow)
{
    const struct heap_flow *heap = (struct heap_flow *)flow;
    if (flow->share_count > 0)
        qsort(flow->shares, flow->share_count, sizeof *flow->shares, by_store);
    return !atomic_load(&heap->failed);
}

// --- roots and ephemerons ------------------------------------------------------------------------

static enum flow_tier tier_of(const struct root *root)
{
    if (root->kind == ROOT_GLOBAL)
        return FLOW_GLOBAL;
    return root->certainty == ROOT_CONSERVATIVE ? FLOW_CONSERVATIVE : FLOW_PRECISE;
}

static bool collect_roots(struct heap_flow *heap)
{
    const struct roots *roots = heap->graph->roots;
    size_t counts[FLOW_TIERS] = {0};
    for (size_t i = 0; i < roots->count; i++)
        counts[tier_of(&roots->items[i])]++;
    for (size_t tier = 0; tier < FLOW_TIERS; tier++) {
        struct flow_roots *into = &heap->flow.roots[tier];
        into->nodes = calloc(counts[tier] + 1, sizeof *into->nodes);
        if (into->nodes == NULL)
            return false;
    }
    for (size_t i = 0; i < roots->count; i++) {
        const struct root *root = &roots->items[i];
        struct flow_roots *into = &heap->flow.roots[tier_of(root)];
        bool again = into->count > 0 && into->nodes[into->count - 1] == root->id;
        if (!root->weak && !again && !is_read_only(heap, root->target) &&
            !is_without(heap, root->id))
            into->nodes[into->count++] = root->id;
    }
    return true;
}

static int by_from(const void *a, const void *b)
{
    const struct flow_link *left = a, *right = b;
    return left->from < right->from ? -1 : left->from > right->from;
}

static int by_to(const void *a, const void *b)
{
    const struct flow_link *left = a, *right = b;
    return left->to < right->to ? -1 : left->to > right->to;
}

static bool collect_links(struct heap_flow *heap)
{
    const struct reverse *reverse = heap->graph->reverse;
    const struct reach *reach = heap->graph->reach;
    struct flow *flow = &heap->flow;
    size_t count = 0;
    flow->links = calloc(reverse->ephemeron_count + 1, sizeof *flow->links);
    flow->links_to = calloc(reverse->ephemeron_count + 1, sizeof *flow->links_to);
    if (flow->links == NULL || flow->links_to == NULL)
        return false;
    for (size_t i = 0; i < reverse->ephemeron_count; i++) {
        const struct ephemeron *ephemeron = &reverse->ephemerons[i];
        uint32_t key = reach_level(reach, ephemeron->key);
        uint32_t table = reach_level(reach, ephemeron->table);
        if (key == REACH_NONE || table == REACH_NONE ||
            is_read_only(heap, edges_address(heap->edges, ephemeron->value)) ||
            is_without(heap, ephemeron->value))
            continue;
        bool by_table = (table & REACH_TIER) > (key & REACH_TIER);
        flow->links[count++] = (struct flow_link){
            .from = by_table ? ephemeron->table : ephemeron->key, .to = ephemeron->value};
    }
    memcpy(flow->links_to, flow->links, count * sizeof *flow->links);
    qsort(flow->links, count, sizeof *flow->links, by_from);
    qsort(flow->links_to, count, sizeof *flow->links_to, by_to);
    flow->link_count = count;
    return true;
}

// --- all -----------------------------------------------------------------------------------------

bool heap_flow_create(const struct graph *graph, const uint32_t *without, size_t without_count,
                      struct flow **ret)
{
    struct heap_flow *heap = calloc(1, sizeof *heap);
    if (heap == NULL)
        return false;
    const struct edges *edges = graph->edges;
    heap->graph = graph;
    heap->edges = edges;
    heap->v8 = edges->v8;
    heap->without = without;
    heap->without_count = without_count;
    heap->flow = (struct flow){.count = edges->index->count, .parts = edges->index->page_count,
                               .describe = describe, .described = described, .out = out,
                               .in = in};
    pthread_mutex_init(&heap->lock, NULL);
    find_read_only(heap);
    if (!collect_roots(heap) || !collect_links(heap)) {
        heap_flow_destroy(&heap->flow);
        return false;
    }
    *ret = &heap->flow;
    return true;
}

void heap_flow_destroy(struct flow *flow)
{
    struct heap_flow *heap = (struct heap_flow *)flow;
    if (flow == NULL)
        return;
    for (size_t tier = 0; tier < FLOW_TIERS; tier++)
        free(flow->roots[tier].nodes);
    free(flow->links);
    free(flow->links_to);
    free(flow->shares);
    pthread_mutex_destroy(&heap->lock);
    free(heap);
}
