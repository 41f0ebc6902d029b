// The stages: what each computes, in order, on the worker threads.
#include "heap/heap_state.h"

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/dominators/heap_flow.h"
#include "heap/graph/dominators/type_retained.h"
#include "heap/graph/leaks/leaks.h"

#include <stdlib.h>
#include <time.h>

enum {
    PUBLISH_INTERVAL_MS = 100, // at least
    PUBLISH_SHARE = 10,        // and no more than one part in ten of the time
};

// --- publishing ----------------------------------------------------------------------------------

static bool publish_types(struct heap *heap, bool complete)
{
    struct table_source source = heap_table_source(heap);
    struct type_table *table = type_table_create(&source, complete);
    if (table != NULL)
        heap_swap_types(heap, table);
    return table != NULL;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

// A worker finished a page: whoever comes first after the interval publishes a table.
static void after_page(void *context)
{
    struct heap *heap = context;
    uint64_t due = atomic_load(&heap->publish_due_ms), now = now_ms();
    if (now < due || !atomic_compare_exchange_strong(&heap->publish_due_ms, &due, UINT64_MAX))
        return;
    publish_types(heap, false);
    uint64_t then = now_ms(), rest = (PUBLISH_SHARE - 1) * (then - now);
    rest = rest > PUBLISH_INTERVAL_MS ? rest : PUBLISH_INTERVAL_MS;
    atomic_store(&heap->publish_due_ms, then + rest);
}

// --- what they do --------------------------------------------------------------------------------
// --- stages --------------------------------------------------------------------------------------

static bool rename_objects(struct heap *heap)
{
    uint64_t *unusual;
    size_t count;
    if (!walk_unusual(heap->walk, &unusual, &count))
        return false;
    renamed_destroy(heap->renamed); // of an attempt that failed behind it
    heap->renamed = NULL;
    bool done = renamed_create(heap->v8, heap->index, heap->names, unusual, count, &heap->renamed);
    free(unusual);
    return done;
}

// The table of an index has what later stages find, too.
static void publish_loaded_types(struct heap *heap)
{
    if (heap->loaded.types == NULL)
        return; // an attempt before did
    heap_swap_types(heap, heap->loaded.types);
    heap->loaded.types = NULL;
}

static bool run_walk(struct job *job, struct pool *pool)
{
    struct heap *heap = ((struct stage_job *)job)->heap;
    atomic_store(&heap->publish_due_ms, now_ms() + PUBLISH_INTERVAL_MS);
    if (heap->use_index && heap_load_index(heap, pool)) {
        publish_loaded_types(heap);
        return true;
    }
    if (job_cancelled(job))
        return false;
    walk_observe(heap->walk, after_page, heap);
    bool done = walk_run(heap->walk, pool) && rename_objects(heap);
    return publish_types(heap, done) && done;
}

// What an index had goes to where the stage would have put it.
static void take_graph(struct graph *to, struct graph *from)
{
    to->shortcuts = from->shortcuts;
    __atomic_store_n(&to->edges, from->edges, __ATOMIC_RELEASE);
    __atomic_store_n(&to->reverse, from->reverse, __ATOMIC_RELEASE);
    __atomic_store_n(&to->roots, from->roots, __ATOMIC_RELEASE);
    __atomic_store_n(&to->reach, from->reach, __ATOMIC_RELEASE);
    *from = (struct graph){0};
}

static bool run_graph(struct job *job, struct pool *pool)
{
    struct heap *heap = ((struct stage_job *)job)->heap;
    if (heap_index(heap) == NULL)
        return false;
    if (heap->loaded.graph.roots != NULL) // the mark of the index says so
        heap->loaded.graph.roots->precise = heap->precise_roots;
    if (heap->loaded.graph.reach != NULL)
        take_graph(&heap->graph, &heap->loaded.graph);
    return graph_run(&heap->graph, heap->v8, heap->index, heap->walk, heap->precise_roots, job,
                     pool);
}

// What the objects of each type retain together.
static bool retain_types(struct heap *heap, struct job *job, struct pool *pool)
{
    struct table_source source = heap_table_source(heap);
    struct type_table *table = type_table_create(&source, true);
    bool done = table != NULL && type_table_retained(table, &source, heap->dominators, job, pool,
                                                     big_array_limit());
    if (done) {
        heap_swap_types(heap, table);
        heap_keep_index(heap);
    } else {
        type_table_release(table);
    }
    return done;
}

static void publish_dominators(struct heap *heap, struct dominators *dominators)
{
    __atomic_store_n(&heap->dominators, dominators, __ATOMIC_RELEASE);
    heap_published(heap);
}

static bool find_dominators(struct heap *heap, struct job *job, struct pool *pool)
{
    struct dominators *dominators;
    struct flow *flow;
    if (!heap_flow_create(&heap->graph, NULL, 0, &flow))
        return false;
    atomic_store(&job->total, dominators_work(flow) + 2 * (uint64_t)flow->count);
    bool done = dominators_create(flow, job, pool, big_array_limit(), &dominators);
    heap_flow_destroy(flow);
    if (done)
        publish_dominators(heap, dominators);
    return done;
}

static bool run_dominate(struct job *job, struct pool *pool)
{
    struct heap *heap = ((struct stage_job *)job)->heap;
    struct saved_parts *loaded = &heap->loaded;
    if (graph_reach(&heap->graph) == NULL)
        return false;
    if (loaded->dominators != NULL) {
        publish_dominators(heap, loaded->dominators);
        loaded->dominators = NULL;
        return true;
    }
    if (loaded->file != NULL)
        return true; // by an attempt before
    // They are there already when an attempt was stopped behind them.
    return (heap->dominators != NULL || find_dominators(heap, job, pool)) &&
           retain_types(heap, job, pool);
}

// --- starting and stopping -----------------------------------------------------------------------

static const struct job_ops stage_ops[STAGE_COUNT] = {
    [STAGE_WALK] = {.doing = "walking the heap", .run = run_walk},
    [STAGE_GRAPH] = {.doing = "following references", .run = run_graph},
    [STAGE_DOMINATE] = {.doing = "finding dominators", .run = run_dominate},
};

static void begin(struct heap *heap, size_t stage)
{
    struct stage_job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return;
    job_init(&job->job, &stage_ops[stage]);
    job->heap = heap;
    job->before = heap->jobs[stage];
    __atomic_store_n(&heap->jobs[stage], job, __ATOMIC_RELEASE);
    lane_submit(heap->stages, &job->job);
}

void heap_start(struct heap *heap, enum heap_stage stage)
{
    for (size_t i = 0; i <= (size_t)stage; i++)
        if (heap->jobs[i] == NULL)
            begin(heap, i);
}

// The next one who asks for leak suspects has them looked for again.
static void drop_stopped_leaks(struct heap *heap)
{
    pthread_mutex_lock(&heap->lock);
    struct leaks *leaks = heap->leaks;
    if (leaks != NULL && job_ended(&leaks->job) && job_state(&leaks->job) != JOB_DONE) {
        leaks->before = heap->stopped;
        heap->stopped = leaks;
        heap->leaks = NULL;
    }
    pthread_mutex_unlock(&heap->lock);
}

bool heap_resume(struct heap *heap)
{
    bool again[STAGE_COUNT];
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        const struct job *job = heap_stage_job(heap, (enum heap_stage)i);
        if (job != NULL && job_cancelled(job) && !job_ended(job))
            return false; // it is still on its way out
        again[i] = job != NULL && job_ended(job) && job_state(job) != JOB_DONE;
    }
    drop_stopped_leaks(heap);
    if (again[STAGE_WALK])
        walk_again(heap->walk);
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (again[i])
            begin(heap, i);
    return true;
}

void heap_wait(struct heap *heap, enum heap_stage stage)
{
    if (heap->jobs[stage] != NULL)
        job_wait(heap->stages, &heap->jobs[stage]->job);
}

void heap_cancel(struct heap *heap)
{
    walk_cancel(heap->walk);
    lane_cancel(heap->stages);
    lane_cancel(heap->requests);
}

bool heap_busy(struct heap *heap)
{
    return lane_busy(heap->stages) || lane_busy(heap->requests);
}

void heap_submit(struct heap *heap, struct job *job)
{
    lane_submit(heap->requests, job);
}

void heap_job_wait(struct heap *heap, struct job *job)
{
    job_wait(heap->requests, job);
}

void heap_progress(const struct heap *heap, enum heap_stage stage, struct stage_progress *ret)
{
    static const enum stage_state states[] = {
        [JOB_NEW] = STAGE_IDLE,       [JOB_QUEUED] = STAGE_RUNNING,
        [JOB_RUNNING] = STAGE_RUNNING, [JOB_DONE] = STAGE_DONE,
        [JOB_CANCELLED] = STAGE_CANCELLED, [JOB_FAILED] = STAGE_FAILED,
    };
    *ret = (struct stage_progress){.doing = ""};
    const struct job *job = heap_stage_job(heap, stage);
    if (job == NULL)
        return;
    ret->state = states[job_state(job)];
    ret->doing = job->ops->doing;
    ret->seconds = job_seconds(job);
    ret->done = atomic_load(&job->done);
    ret->total = atomic_load(&job->total);
    ret->items = atomic_load(&job->items);
    if (stage == STAGE_WALK)
        walk_progress(heap->walk, &ret->done, &ret->total, &ret->items);
}
