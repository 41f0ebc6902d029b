// The face of the engine: opens all layers, and says what is known and what was published.
#include "heap/heap_state.h"

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/dominators/function_retained.h"
#include "heap/graph/index/walk.h"
#include "heap/graph/leaks/leaks.h"
#include "heap/graph/leaks/leaks_without.h"
#include "heap/v8/v8.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

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

void heap_give_way(struct heap *heap)
{
    lane_give_way(heap->stages);
    lane_give_way(heap->requests);
}

bool heap_open(const char *path, const struct heap_options *options, struct heap **ret,
               struct error *error)
{
    struct heap *heap = calloc(1, sizeof *heap);
    if (heap == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    pthread_mutex_init(&heap->lock, NULL);
    heap->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    heap->precise_roots = options->precise_roots;
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

static void release_attempts(struct stage_job *job)
{
    while (job != NULL) {
        struct stage_job *before = job->before;
        job_release(&job->job);
        job = before;
    }
}

static void release_leaks(struct heap *heap)
{
    while (heap->stopped != NULL) {
        struct leaks *before = heap->stopped->before;
        job_release(&heap->stopped->job);
        heap->stopped = before;
    }
    if (heap->leaks != NULL)
        job_release(&heap->leaks->job);
}

void heap_close(struct heap *heap)
{
    if (heap == NULL)
        return;
    lane_destroy(heap->stages);
    lane_destroy(heap->requests);
    for (size_t i = 0; i < STAGE_COUNT; i++)
        release_attempts(heap->jobs[i]);
    if (heap->saving != NULL)
        job_release(&heap->saving->job);
    release_leaks(heap);
    if (heap->function_retained != NULL)
        job_release(&heap->function_retained->job);
    if (heap->functions != NULL)
        job_release(&heap->functions->job);
    type_table_release(heap->types);
    renamed_destroy(heap->renamed);
    type_names_destroy(heap->names);
    dominators_destroy(heap->dominators);
    graph_clear(&heap->graph);
    walk_destroy(heap->walk);
    index_destroy(heap->index);
    saved_parts_destroy(&heap->loaded);
    free(heap->index_path);
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
    const struct job *job = heap_stage_job(heap, stage);
    return job != NULL && job_state(job) == JOB_DONE;
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

static struct leak_source leak_source(const struct heap *heap)
{
    const struct graph *graph = &heap->graph;
    return (struct leak_source){.dominators = heap_dominators(heap), .names = heap->names,
                                .renamed = heap->renamed,
                                .namer = {heap->v8, graph_edges(graph), graph_reverse(graph)},
                                .shortcuts = graph->shortcuts, .roots = graph_roots(graph),
                                .reach = graph_reach(graph)};
}

struct leaks *heap_leaks_without(struct heap *heap, const uint64_t *objects, size_t count)
{
    if (heap_dominators(heap) == NULL) // nothing before is looked at while it may be under way
        return NULL;
    struct leak_source source = leak_source(heap);
    struct leaks *leaks;
    uint32_t *nodes = calloc(count + 1, sizeof *nodes);
    if (nodes == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        nodes[i] = index_id(heap->index, objects[i]);
    bool made = leaks_create_without(&source, &heap->graph, nodes, count, &leaks);
    free(nodes);
    if (!made)
        return NULL;
    heap_submit(heap, &leaks->job);
    return leaks;
}

struct leaks *heap_leaks(struct heap *heap)
{
    if (heap_dominators(heap) == NULL)
        return NULL;
    struct leak_source source = leak_source(heap);
    bool begun = false;
    pthread_mutex_lock(&heap->lock);
    if (heap->leaks == NULL)
        begun = leaks_create(&source, &heap->leaks);
    pthread_mutex_unlock(&heap->lock);
    if (begun)
        heap_submit(heap, &heap->leaks->job);
    return heap->leaks;
}

// What was asked for before is known, or being found.
static bool is_kept(const struct job *job)
{
    return !job_cancelled(job) && job_state(job) != JOB_FAILED;
}

struct functions *heap_functions(struct heap *heap, int64_t isolate)
{
    struct functions *found, *dropped = NULL;
    bool begun = false;
    if (heap_index(heap) == NULL)
        return NULL;
    pthread_mutex_lock(&heap->lock);
    if (heap->functions == NULL || heap->functions->isolate != isolate ||
        !is_kept(&heap->functions->job)) {
        dropped = heap->functions;
        heap->functions = NULL;
        begun = functions_create(heap->v8, heap->index, isolate, &heap->functions);
    }
    found = heap->functions;
    if (found != NULL)
        job_hold(&found->job);
    pthread_mutex_unlock(&heap->lock);
    if (dropped != NULL)
        job_release(&dropped->job);
    if (begun)
        heap_submit(heap, &found->job);
    return found;
}

struct function_retained *heap_function_retained(struct heap *heap, struct functions *functions)
{
    struct function_retained *found, *dropped = NULL;
    bool begun = false;
    const struct dominators *dominators = heap_dominators(heap);
    if (dominators == NULL)
        return NULL;
    pthread_mutex_lock(&heap->lock);
    found = heap->function_retained;
    if (found == NULL || found->functions != functions || !is_kept(&found->job)) {
        dropped = found;
        heap->function_retained = NULL;
        begun = function_retained_create(functions, graph_edges(&heap->graph), dominators,
                                         &heap->function_retained);
    }
    found = heap->function_retained;
    if (found != NULL)
        job_hold(&found->job);
    pthread_mutex_unlock(&heap->lock);
    if (dropped != NULL)
        job_release(&dropped->job);
    if (begun)
        heap_submit(heap, &found->job);
    return found;
}

// --- publishing ----------------------------------------------------------------------------------

void heap_published(struct heap *heap)
{
    uint64_t one = 1;
    atomic_fetch_add(&heap->generation, 1);
    if (write(heap->wake_fd, &one, sizeof one) < 0)
        return; // it is readable already
}

struct table_source heap_table_source(const struct heap *heap)
{
    return (struct table_source){.v8 = heap->v8, .walk = heap->walk, .names = heap->names,
                                 .index = heap->index, .renamed = heap->renamed};
}

void heap_swap_types(struct heap *heap, struct type_table *table)
{
    pthread_mutex_lock(&heap->lock);
    struct type_table *before = heap->types;
    heap->types = table;
    pthread_mutex_unlock(&heap->lock);
    type_table_release(before);
    heap_published(heap);
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
