// The face of the engine: opens all layers, runs the stages, publishes what they find.
#include "heap/heap.h"

#include "heap/dump/regions.h"
#include "heap/graph/dominators/dominators.h"
#include "heap/graph/dominators/heap_flow.h"
#include "heap/graph/dominators/type_retained.h"
#include "heap/graph/graph.h"
#include "heap/graph/index/types.h"
#include "heap/graph/index/walk.h"
#include "heap/graph/leaks/leaks.h"
#include "heap/graph/work/job.h"
#include "heap/v8/v8.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { PUBLISH_INTERVAL_MS = 100 };

struct stage_job {
    struct job job;
    struct heap *heap;
};

struct heap {
    struct dump *dump;
    struct v8 *v8;
    enum region_kind *kinds; // one per segment
    struct lane *stages, *requests;
    struct stage_job *jobs[STAGE_COUNT]; // NULL: not begun
    struct object_index *index;
    struct walk *walk;
    struct graph graph;
    struct dominators *dominators; // set once, when the stage is done
    struct type_names *names;
    struct renamed *renamed;    // NULL until the walk is done
    struct leaks *leaks;        // NULL: nobody asked
    pthread_mutex_t lock;       // guards `types` and `leaks`
    struct type_table *types;
    atomic_uint_least64_t generation, published_ms;
    int wake_fd;
};

// --- opening -------------------------------------------------------------------------------------

static bool classify_segments(struct heap *heap)
{
    struct region_facts facts;
    region_facts(heap->dump, &facts);
    heap->kinds = calloc(facts.memory->count + 1, sizeof *heap->kinds);
    if (heap->kinds == NULL)
        return false;
    regions_classify(&facts, heap->kinds);
    return true;
}

static size_t thread_count(int asked)
{
    if (asked >= 0)
        return (size_t)asked;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : (size_t)processors;
}

static void wake(void *context)
{
    heap_published(context);
}

static bool build(struct heap *heap, const struct heap_options *options)
{
    size_t threads = thread_count(options->threads);
    return classify_segments(heap) && index_create(heap->v8, &heap->index) &&
           walk_create(heap->v8, heap->index, threads > 0 ? threads : 1, &heap->walk) &&
           type_names_create(heap->v8, &heap->names) &&
           lane_create(threads, wake, heap, &heap->stages) &&
           lane_create(threads > 0 ? 1 : 0, wake, heap, &heap->requests);
}

bool heap_open(const char *path, const struct heap_options *options, struct heap **ret,
               struct error *error)
{
    struct heap *heap = calloc(1, sizeof *heap);
    if (heap == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    pthread_mutex_init(&heap->lock, NULL);
    heap->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!dump_open(path, &options->dump, &heap->dump, error) ||
        !v8_open(heap->dump, options->without_line, &heap->v8, error)) {
        heap_close(heap);
        return false;
    }
    if (!build(heap, options)) {
        heap_close(heap);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    *ret = heap;
    return true;
}

void heap_close(struct heap *heap)
{
    if (heap == NULL)
        return;
    lane_destroy(heap->stages);
    lane_destroy(heap->requests);
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (heap->jobs[i] != NULL)
            job_release(&heap->jobs[i]->job);
    if (heap->leaks != NULL)
        job_release(&heap->leaks->job);
    type_table_release(heap->types);
    renamed_destroy(heap->renamed);
    type_names_destroy(heap->names);
    dominators_destroy(heap->dominators);
    graph_clear(&heap->graph);
    walk_destroy(heap->walk);
    index_destroy(heap->index);
    free(heap->kinds);
    v8_close(heap->v8);
    dump_close(heap->dump);
    if (heap->wake_fd >= 0)
        close(heap->wake_fd);
    pthread_mutex_destroy(&heap->lock);
    free(heap);
}

// --- what is known -------------------------------------------------------------------------------

const struct dump *heap_dump(const struct heap *heap)
{
    return heap->dump;
}

const struct v8 *heap_v8(const struct heap *heap)
{
    return heap->v8;
}

static const char *const v8_segment_kinds[SPACE_KIND_COUNT] = {
    [SPACE_READ_ONLY] = "v8:read-only-space",
    [SPACE_NEW] = "v8:new-space",
    [SPACE_OLD] = "v8:old-space",
    [SPACE_CODE] = "v8:code-space",
    [SPACE_MAP] = "v8:map-space",
    [SPACE_SHARED] = "v8:shared-space",
    [SPACE_TRUSTED] = "v8:trusted-space",
    [SPACE_SHARED_TRUSTED] = "v8:shared-trusted-space",
    [SPACE_NEW_LARGE] = "v8:new-large-object-space",
    [SPACE_LARGE] = "v8:large-object-space",
    [SPACE_CODE_LARGE] = "v8:code-large-object-space",
    [SPACE_SHARED_LARGE] = "v8:shared-large-object-space",
    [SPACE_TRUSTED_LARGE] = "v8:trusted-large-object-space",
    [SPACE_SHARED_TRUSTED_LARGE] = "v8:shared-trusted-large-object-space",
};

// The first page that lies in the segment names it; adjacent mappings may have merged.
static const struct v8_page *page_of_segment(const struct heap *heap, size_t segment)
{
    const struct segment *at = &dump_memory(heap->dump)->segments[segment];
    uint64_t base = (at->start + V8_PAGE_SIZE - 1) & ~(uint64_t)(V8_PAGE_SIZE - 1);
    const struct v8_page *page = v8_page_at(heap->v8, at->start);
    for (; page == NULL && base >= at->start && base < at->end; base += V8_PAGE_SIZE)
        page = v8_page_at(heap->v8, base);
    return page;
}

const char *heap_segment_kind(const struct heap *heap, size_t segment)
{
    const struct v8_page *page = page_of_segment(heap, segment);
    const char *kind = page != NULL ? v8_segment_kinds[page->kind] : NULL;
    return kind != NULL ? kind : region_kind_name(heap->kinds[segment]);
}

static bool stage_done(const struct heap *heap, enum heap_stage stage)
{
    return heap->jobs[stage] != NULL && job_state(&heap->jobs[stage]->job) == JOB_DONE;
}

const struct object_index *heap_index(const struct heap *heap)
{
    return stage_done(heap, STAGE_WALK) ? heap->index : NULL;
}

const struct walk_page *heap_walk_pages(const struct heap *heap)
{
    return walk_pages(heap->walk);
}

void heap_totals(const struct heap *heap, uint64_t *objects, uint64_t *walked_bytes,
                 uint64_t *unwalked_bytes)
{
    uint64_t total;
    *unwalked_bytes = 0;
    walk_progress(heap->walk, walked_bytes, &total, objects);
    if (!stage_done(heap, STAGE_WALK))
        return;
    for (size_t i = 0; i < heap->v8->page_count; i++)
        *unwalked_bytes += walk_pages(heap->walk)[i].unwalked_bytes;
    *walked_bytes -= *unwalked_bytes;
}

const struct renamed *heap_renamed(const struct heap *heap)
{
    return stage_done(heap, STAGE_WALK) ? heap->renamed : NULL;
}

struct type_table *heap_types(struct heap *heap)
{
    pthread_mutex_lock(&heap->lock);
    struct type_table *table = heap->types;
    if (table != NULL)
        type_table_hold(table);
    pthread_mutex_unlock(&heap->lock);
    return table;
}

struct type_names *heap_type_names(struct heap *heap)
{
    return heap->names;
}

const struct graph *heap_graph(const struct heap *heap)
{
    return &heap->graph;
}

const struct dominators *heap_dominators(const struct heap *heap)
{
    return __atomic_load_n(&heap->dominators, __ATOMIC_ACQUIRE);
}

struct leaks *heap_leaks(struct heap *heap)
{
    const struct graph *graph = &heap->graph;
    struct leak_source source = {.dominators = heap_dominators(heap), .names = heap->names,
                                 .renamed = heap->renamed,
                                 .namer = {heap->v8, graph_edges(graph), graph_reverse(graph)}};
    bool begun = false;
    if (source.dominators == NULL)
        return NULL;
    pthread_mutex_lock(&heap->lock);
    if (heap->leaks == NULL)
        begun = leaks_create(&source, &heap->leaks);
    pthread_mutex_unlock(&heap->lock);
    if (begun)
        heap_submit(heap, &heap->leaks->job);
    return heap->leaks;
}

// --- publishing ----------------------------------------------------------------------------------

void heap_published(struct heap *heap)
{
    uint64_t one = 1;
    atomic_fetch_add(&heap->generation, 1);
    if (write(heap->wake_fd, &one, sizeof one) < 0)
        return; // it is readable already
}

static struct table_source table_source(const struct heap *heap)
{
    return (struct table_source){.v8 = heap->v8, .walk = heap->walk, .names = heap->names,
                                 .index = heap->index, .renamed = heap->renamed};
}

static void swap_types(struct heap *heap, struct type_table *table)
{
    pthread_mutex_lock(&heap->lock);
    struct type_table *before = heap->types;
    heap->types = table;
    pthread_mutex_unlock(&heap->lock);
    type_table_release(before);
    heap_published(heap);
}

static bool publish_types(struct heap *heap, bool complete)
{
    struct table_source source = table_source(heap);
    struct type_table *table = type_table_create(&source, complete);
    if (table != NULL)
        swap_types(heap, table);
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
    uint64_t last = atomic_load(&heap->published_ms), now = now_ms();
    if (now - last >= PUBLISH_INTERVAL_MS &&
        atomic_compare_exchange_strong(&heap->published_ms, &last, now))
        publish_types(heap, false);
}

int heap_wake_fd(const struct heap *heap)
{
    return heap->wake_fd;
}

void heap_drain(struct heap *heap)
{
    uint64_t count;
    if (read(heap->wake_fd, &count, sizeof count) < 0)
        return; // nothing was there
}

uint64_t heap_generation(const struct heap *heap)
{
    return atomic_load(&heap->generation);
}

// --- stages --------------------------------------------------------------------------------------

static bool rename_objects(struct heap *heap)
{
    uint64_t *unusual;
    size_t count;
    if (!walk_unusual(heap->walk, &unusual, &count))
        return false;
    bool done = renamed_create(heap->v8, heap->index, heap->names, unusual, count, &heap->renamed);
    free(unusual);
    return done;
}

static bool run_walk(struct job *job, struct pool *pool)
{
    struct heap *heap = ((struct stage_job *)job)->heap;
    atomic_store(&heap->published_ms, now_ms());
    walk_observe(heap->walk, after_page, heap);
    bool done = walk_run(heap->walk, pool) && rename_objects(heap);
    return publish_types(heap, done) && done;
}

static bool run_graph(struct job *job, struct pool *pool)
{
    struct heap *heap = ((struct stage_job *)job)->heap;
    return heap_index(heap) != NULL &&
           graph_run(&heap->graph, heap->v8, heap->index, heap->walk, job, pool);
}

// What the objects of each type retain together.
static bool retain_types(struct heap *heap, struct job *job, struct pool *pool)
{
    struct table_source source = table_source(heap);
    struct type_table *table = type_table_create(&source, true);
    bool done = table != NULL && type_table_retained(table, &source, heap->dominators, job, pool,
                                                     big_array_limit());
    if (done)
        swap_types(heap, table);
    else
        type_table_release(table);
    return done;
}

static bool run_dominate(struct job *job, struct pool *pool)
{
    struct heap *heap = ((struct stage_job *)job)->heap;
    struct dominators *dominators;
    struct flow *flow;
    if (graph_reach(&heap->graph) == NULL || !heap_flow_create(&heap->graph, &flow))
        return false;
    atomic_store(&job->total, dominators_work(flow) + 2 * (uint64_t)flow->count);
    bool done = dominators_create(flow, job, pool, big_array_limit(), &dominators);
    heap_flow_destroy(flow);
    if (!done)
        return false;
    __atomic_store_n(&heap->dominators, dominators, __ATOMIC_RELEASE);
    heap_published(heap);
    return retain_types(heap, job, pool);
}

static const struct job_ops stage_ops[STAGE_COUNT] = {
    [STAGE_WALK] = {.doing = "walking the heap", .run = run_walk},
    [STAGE_GRAPH] = {.doing = "following references", .run = run_graph},
    [STAGE_DOMINATE] = {.doing = "finding dominators", .run = run_dominate},
};

void heap_start(struct heap *heap, enum heap_stage stage)
{
    for (size_t i = 0; i <= (size_t)stage; i++) {
        if (heap->jobs[i] != NULL || stage_ops[i].run == NULL)
            continue;
        struct stage_job *job = calloc(1, sizeof *job);
        if (job == NULL)
            return;
        job_init(&job->job, &stage_ops[i]);
        job->heap = heap;
        heap->jobs[i] = job;
        lane_submit(heap->stages, &job->job);
    }
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
    if (heap->jobs[stage] == NULL)
        return;
    const struct job *job = &heap->jobs[stage]->job;
    ret->state = states[job_state(job)];
    ret->doing = job->ops->doing;
    ret->seconds = job_seconds(job);
    ret->done = atomic_load(&job->done);
    ret->total = atomic_load(&job->total);
    ret->items = atomic_load(&job->items);
    if (stage == STAGE_WALK)
        walk_progress(heap->walk, &ret->done, &ret->total, &ret->items);
}
