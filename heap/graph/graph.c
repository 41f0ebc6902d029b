#include "heap/graph/graph.h"

bool graph_run(struct graph *graph, const struct v8 *v8, const struct object_index *index,
               struct walk *walk, struct job *job, struct pool *pool)
{
    struct edges *edges;
    struct shortcuts *shortcuts;
    struct reverse *reverse;
    struct roots *roots;
    struct reach *reach;
    uint64_t limit = big_array_limit(), bytes = 0;
    for (size_t i = 0; i < v8->page_count; i++)
        bytes += v8->pages[i].end - v8->pages[i].start;
    atomic_store(&job->total, 2 * bytes);
    if (!edges_create(v8, index, walk, &edges))
        return false;
    if (!shortcuts_create(edges, &shortcuts)) {
        edges_destroy(edges);
        return false;
    }
    graph->shortcuts = shortcuts;
    __atomic_store_n(&graph->edges, edges, __ATOMIC_RELEASE);
    if (!reverse_create(edges, job, pool, limit, &reverse))
        return false;
    __atomic_store_n(&graph->reverse, reverse, __ATOMIC_RELEASE);
    if (!roots_find(v8, index, walk, job, &roots))
        return false;
    bool reached = reach_create(shortcuts, reverse, roots, job, pool, limit, &reach);
    __atomic_store_n(&graph->roots, roots, __ATOMIC_RELEASE); // as far as they were found
    if (!reached)
        return false;
    __atomic_store_n(&graph->reach, reach, __ATOMIC_RELEASE);
    return true;
}

void graph_clear(struct graph *graph)
{
    reach_destroy(graph->reach);
    roots_destroy(graph->roots);
    reverse_destroy(graph->reverse);
    shortcuts_destroy(graph->shortcuts);
    edges_destroy(graph->edges);
    *graph = (struct graph){0};
}
