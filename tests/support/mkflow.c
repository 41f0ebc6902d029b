#include "tests/support/mkflow.h"

#include <stdlib.h>
#include <string.h>

enum { PART = 1000 };

static void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static bool describe(const struct flow *flow, size_t part, struct dominators *dominators)
{
    const struct mkflow *graph = (const struct mkflow *)flow;
    uint32_t first = (uint32_t)part * PART;
    uint32_t end = flow->count - first < PART ? flow->count : first + PART;
    for (uint32_t n = first; n < end; n++)
        dominators_describe(dominators, n, graph->sizes[n],
                            graph->immortal[n] ? FLOW_IMMORTAL
                            : graph->out_first[n] == graph->out_first[n + 1] ? FLOW_LEAF
                                                                             : FLOW_NODE);
    return true;
}

static size_t out(const struct flow *flow, uint32_t node, uint64_t *at, uint32_t *nodes,
                  size_t room)
{
    const struct mkflow *graph = (const struct mkflow *)flow;
    uint64_t from = graph->out_first[node] + *at, end = graph->out_first[node + 1];
    size_t count = end - from < room ? (size_t)(end - from) : room;
    memcpy(nodes, graph->out + from, count * sizeof *nodes);
    *at = from + count == end ? UINT64_MAX : *at + count;
    return count;
}

static const uint32_t *in(const struct flow *flow, uint32_t node, uint64_t *count)
{
    const struct mkflow *graph = (const struct mkflow *)flow;
    *count = graph->in_first[node + 1] - graph->in_first[node];
    return graph->in + graph->in_first[node];
}

struct mkflow *mkflow_new(uint32_t count)
{
    struct mkflow *graph = need(calloc(1, sizeof *graph));
    graph->flow = (struct flow){.count = count, .parts = (count + PART - 1) / PART,
                                .describe = describe, .out = out, .in = in};
    graph->sizes = need(calloc(count + 1, sizeof *graph->sizes));
    graph->immortal = need(calloc(count + 1, 1));
    for (uint32_t n = 0; n < count; n++)
        graph->sizes[n] = 8;
    return graph;
}

void mkflow_edge(struct mkflow *graph, uint32_t from, uint32_t to)
{
    if (graph->edges == graph->capacity) {
        graph->capacity = graph->capacity > 0 ? 2 * graph->capacity : 64;
        graph->from = need(realloc(graph->from, graph->capacity * sizeof *graph->from));
        graph->to = need(realloc(graph->to, graph->capacity * sizeof *graph->to));
    }
    graph->from[graph->edges] = from;
    graph->to[graph->edges++] = to;
}

void mkflow_link(struct mkflow *graph, uint32_t from, uint32_t to)
{
    struct flow *flow = &graph->flow;
    size_t bytes = (flow->link_count + 1) * sizeof *flow->links;
    flow->links = need(realloc(flow->links, bytes));
    flow->links_to = need(realloc(flow->links_to, bytes));
    flow->links[flow->link_count] = flow->links_to[flow->link_count] =
        (struct flow_link){from, to};
    flow->link_count++;
}

void mkflow_root(struct mkflow *graph, enum flow_tier tier, uint32_t node)
{
    struct flow_roots *roots = &graph->flow.roots[tier];
    roots->nodes = need(realloc(roots->nodes, (roots->count + 1) * sizeof *roots->nodes));
    roots->nodes[roots->count++] = node;
}

void mkflow_share(struct mkflow *graph, uint64_t store, uint64_t bytes, uint32_t owner)
{
    struct flow *flow = &graph->flow;
    flow->shares = need(realloc(flow->shares, (flow->share_count + 1) * sizeof *flow->shares));
    flow->shares[flow->share_count++] = (struct flow_share){store, bytes, owner};
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

static void index_lists(const struct mkflow *graph, const uint32_t *key, const uint32_t *value,
                        uint64_t **first, uint32_t **list)
{
    uint32_t count = graph->flow.count;
    *first = need(calloc((size_t)count + 2, sizeof **first));
    *list = need(calloc(graph->edges + 1, sizeof **list));
    for (size_t i = 0; i < graph->edges; i++)
        ++(*first)[key[i] + 2];
    for (uint32_t n = 2; n <= count; n++)
        (*first)[n] += (*first)[n - 1];
    for (size_t i = 0; i < graph->edges; i++)
        (*list)[(*first)[key[i] + 1]++] = value[i];
}

struct dominators *mkflow_dominators(struct mkflow *graph, size_t threads)
{
    static const struct job_ops ops = {.doing = "testing"};
    struct flow *flow = &graph->flow;
    struct dominators *dominators = NULL;
    struct pool *pool;
    struct job job;
    index_lists(graph, graph->from, graph->to, &graph->out_first, &graph->out);
    index_lists(graph, graph->to, graph->from, &graph->in_first, &graph->in);
    if (flow->link_count > 0) {
        qsort(flow->links, flow->link_count, sizeof *flow->links, by_from);
        qsort(flow->links_to, flow->link_count, sizeof *flow->links_to, by_to);
    }
    job_init(&job, &ops);
    if (!pool_create(threads, &pool) ||
        !dominators_create(flow, &job, pool, UINT64_MAX, &dominators))
        abort();
    pool_destroy(pool);
    return dominators;
}

void mkflow_free(struct mkflow *graph)
{
    struct flow *flow = &graph->flow;
    for (size_t tier = 0; tier < FLOW_TIERS; tier++)
        free(flow->roots[tier].nodes);
    free(flow->links);
    free(flow->links_to);
    free(flow->shares);
    free(graph->from);
    free(graph->to);
    free(graph->out_first);
    free(graph->in_first);
    free(graph->out);
    free(graph->in);
    free(graph->sizes);
    free(graph->immortal);
    free(graph);
}
