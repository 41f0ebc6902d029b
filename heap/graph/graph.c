#include "heap/graph/graph.h"

// Each takes its part from an attempt before, if there is one.
static bool add_edges(struct graph *graph, const struct v8 *v8, const struct object_index *index,
                      struct walk *walk)
{
    struct edges *edges;
    if (graph->edges != NULL)
        return true;
    if (!edges_create(v8, index, walk, &edges))
        return false;
    if (!shortcuts_create(edges, &graph->shortcuts)) {
        edges_destroy(edges);
        return false;
    }
    __atomic_store_n(&graph->edges, edges, __ATOMIC_RELEASE);
    return true;
}

static bool add_reverse(struct graph *graph, struct job *job, struct pool *pool)
{
    struct reverse *reverse;
    if (graph->reverse != NULL)
        return true;
    if (!reverse_create(graph->edges, job, pool, big_array_limit(), &reverse))
        return false;
    __atomic_store_n(&graph->reverse, reverse, __ATOMIC_RELEASE);
    return true;
}

// Roots without the distances are of an attempt that was stopped: some may be missing. They stay
// for those who look at them.
static bool add_reach(struct graph *graph, const struct v8 *v8, const struct object_index *index,
                      struct walk *walk, bool precise, struct job *job, struct pool *pool)
{
    struct roots *roots;
    struct reach *reach;
    if (graph->reach != NULL)
        return true;
    if (!roots_find(v8, index, walk, precise, job, &roots))
        return false;
    bool reached = reach_create(graph->shortcuts, graph->reverse, roots, job, pool,
                                big_array_limit(), &reach);
    roots->before = graph->roots;
    __atomic_store_n(&graph->roots, roots, __ATOMIC_RELEASE); // as far as they were found
    if (reached)
        __atomic_store_n(&graph->reach, reach, __ATOMIC_RELEASE);
    return reached;
}

bool graph_run(struct graph *graph, const struct v8 *v8, const struct object_index *index,
               struct walk *walk, bool precise, struct job *job, struct pool *pool)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < v8->page_count; i++)
        bytes += v8->pages[i].end - v8->pages[i].start;
    atomic_store(&job->total, 2 * bytes);
    return add_edges(graph, v8, index, walk) && add_reverse(graph, job, pool) &&
           add_reach(graph, v8, index, walk, precise, job, pool);
}

void graph_clear(struct graph *graph)
{
    reach_destroy(graph->reach);
    for (struct roots *roots = graph->roots, *before; roots != NULL; roots = before) {
        before = roots->before;
        roots_destroy(roots);
    }
    reverse_destroy(graph->reverse);
    shortcuts_destroy(graph->shortcuts);
    edges_destroy(graph->edges);
    *graph = (struct graph){0};
}
