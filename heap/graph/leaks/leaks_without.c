#include "heap/graph/leaks/leaks_without.h"

#include "heap/graph/dominators/heap_flow.h"

#include <stdlib.h>
#include <string.h>

struct leaks_without {
    struct leaks leaks; // first
    const struct graph *graph;
    struct dominators *dominators;
    uint32_t *nodes;
    size_t count;
};

static bool find_dominators(struct leaks_without *without, struct pool *pool)
{
    struct job *job = &without->leaks.job;
    struct flow *flow;
    if (!heap_flow_create(without->graph, without->nodes, without->count, &flow))
        return false;
    atomic_store(&job->total, dominators_work(flow) + 2 * (uint64_t)flow->count);
    bool done = dominators_create(flow, job, pool, big_array_limit(), &without->dominators);
    heap_flow_destroy(flow);
    return done;
}

static bool run(struct job *job, struct pool *pool)
{
    struct leaks_without *without = (struct leaks_without *)job;
    if (!find_dominators(without, pool))
        return false;
    without->leaks.source.dominators = without->dominators;
    return leaks_run(&without->leaks);
}

static void destroy(struct job *job)
{
    struct leaks_without *without = (struct leaks_without *)job;
    dominators_destroy(without->dominators);
    free(without->nodes);
    free(without->leaks.items);
    free(without);
}

static const struct job_ops ops = {
    .doing = "looking for other leaks", .run = run, .destroy = destroy};

bool leaks_create_without(const struct leak_source *source, const struct graph *graph,
                          const uint32_t *nodes, size_t count, struct leaks **ret)
{
    struct leaks_without *without = calloc(1, sizeof *without);
    if (without == NULL)
        return false;
    without->nodes = calloc(count + 1, sizeof *without->nodes);
    if (without->nodes == NULL) {
        free(without);
        return false;
    }
    job_init(&without->leaks.job, &ops);
    memcpy(without->nodes, nodes, count * sizeof *nodes);
    without->count = count;
    without->graph = graph;
    without->leaks.source = *source;
    *ret = &without->leaks;
    return true;
}
