// Speed and memory of every stage, as ratios to a plain single-thread pass that sums the words of the
// same pages in the same run: graph CORE [THREADS]. Without THREADS on one thread, on two, and then
// all of it as the explorer does it, with and without an index.
//
// Each figure twice: by the clock, and by processor time of all threads (which a busy machine changes
// less). The plain pass is made again before and after every step, so that both saw the same machine.
// Memory is what is private to the process (anonymous), sampled every few milliseconds.
#include "heap/graph/dominators/dominators.h"
#include "heap/graph/dominators/heap_flow.h"
#include "heap/graph/dominators/type_retained.h"
#include "heap/graph/graph.h"
#include "heap/graph/index/types.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    const struct v8 *v8;
    struct pool *pool;
    struct job job;
    struct object_index *index;
    struct walk *walk;
    struct type_names *names;
    struct renamed *renamed;
    struct graph graph;
    struct dominators *dominators;
    struct type_table *types;
};

// --- plain pass ----------------------------------------------------------------------------------

static uint64_t heap_words(const struct v8 *v8, uint64_t *bytes)
{
    uint64_t sum = 0;
    *bytes = 0;
    for (size_t i = 0; i < v8->page_count; i++) {
        const uint64_t *words = (const uint64_t *)(const void *)v8->pages[i].bytes;
        for (uint64_t n = 0; n < v8->pages[i].readable / 8; n++)
            sum += words[n];
        *bytes += v8->pages[i].readable;
    }
    return sum;
}

// Twice, so that the second one finds the file in memory.
static void plain_pass(const struct v8 *v8, struct measure *measure)
{
    uint64_t bytes = 0, sum = 0;
    for (int i = 0; i < 2; i++) {
        struct span span = measure_begin(measure);
        sum += heap_words(v8, &bytes);
        measure_plain(measure, &span);
    }
    printf("heap %.1f MB in %zu pages, plain pass %.3f s (%.2f GB/s) [%lx]\n", (double)bytes / 1e6,
           v8->page_count, measure->plain.wall, (double)bytes / measure->plain.wall / 1e9, sum & 15);
}

static void plain_again(const struct v8 *v8, struct measure *measure)
{
    uint64_t bytes;
    struct span span = measure_begin(measure);
    if (heap_words(v8, &bytes) == 1)
        printf("\n"); // or the compiler leaves it out
    measure_plain(measure, &span);
}

// --- the steps -----------------------------------------------------------------------------------

static bool do_walk(struct bench *bench)
{
    return walk_run(bench->walk, bench->pool);
}

static bool do_names(struct bench *bench)
{
    uint64_t *unusual;
    size_t count;
    if (!walk_unusual(bench->walk, &unusual, &count))
        return false;
    bool done = renamed_create(bench->v8, bench->index, bench->names, unusual, count,
                               &bench->renamed);
    free(unusual);
    return done;
}

static bool do_shapes(struct bench *bench)
{
    return edges_create(bench->v8, bench->index, bench->walk, &bench->graph.edges) &&
           shortcuts_create(bench->graph.edges, &bench->graph.shortcuts);
}

static bool do_reverse(struct bench *bench)
{
    return reverse_create(bench->graph.edges, &bench->job, bench->pool, UINT64_MAX,
                          &bench->graph.reverse);
}

static bool do_roots(struct bench *bench)
{
    return roots_find(bench->v8, bench->index, bench->walk, false, &bench->job,
                      &bench->graph.roots);
}

static bool do_reach(struct bench *bench)
{
    return reach_create(bench->graph.shortcuts, bench->graph.reverse, bench->graph.roots,
                        &bench->job, bench->pool, UINT64_MAX, &bench->graph.reach);
}

static bool do_dominators(struct bench *bench)
{
    struct flow *flow;
    if (!heap_flow_create(&bench->graph, NULL, 0, &flow))
        return false;
    bool done = dominators_create(flow, &bench->job, bench->pool, UINT64_MAX, &bench->dominators);
    heap_flow_destroy(flow);
    return done;
}

static bool do_types(struct bench *bench)
{
    struct table_source source = {.v8 = bench->v8, .walk = bench->walk, .names = bench->names,
                                  .index = bench->index, .renamed = bench->renamed};
    bench->types = type_table_create(&source, true);
    return bench->types != NULL &&
           type_table_retained(bench->types, &source, bench->dominators, &bench->job, bench->pool,
                               UINT64_MAX);
}

static const struct {
    const char *name;
    bool (*run)(struct bench *bench);
} steps[] = {
    {"walk", do_walk},
    {"names of single objects", do_names},
    {"shapes for edges", do_shapes},
    {"reverse index", do_reverse},
    {"roots", do_roots},
    {"reach, distances", do_reach},
    {"dominators, retained", do_dominators},
    {"retained by type", do_types},
};

// --- all on so many threads ----------------------------------------------------------------------

static bool run_nothing(struct job *job, struct pool *pool)
{
    (void)job;
    (void)pool;
    return true;
}

static void begin(struct bench *bench, const struct v8 *v8, size_t threads)
{
    static const struct job_ops ops = {.doing = "measuring", .run = run_nothing};
    *bench = (struct bench){.v8 = v8};
    job_init(&bench->job, &ops);
    if (!pool_create(threads > 1 ? threads : 0, &bench->pool) ||
        !index_create(v8, &bench->index) ||
        !walk_create(v8, bench->index, threads, &bench->walk) ||
        !type_names_create(v8, &bench->names))
        abort();
}

static void end(struct bench *bench)
{
    type_table_release(bench->types);
    dominators_destroy(bench->dominators);
    graph_clear(&bench->graph);
    renamed_destroy(bench->renamed);
    type_names_destroy(bench->names);
    walk_destroy(bench->walk);
    index_destroy(bench->index);
    pool_destroy(bench->pool);
}

static void report_heap(const struct bench *bench)
{
    const struct reverse *reverse = bench->graph.reverse;
    printf("  %u objects; %lu strong edges, %lu others, %zu ephemerons, %lu to read-only space\n",
           bench->index->count, reverse->strong, reverse->others, reverse->ephemeron_count,
           reverse->read_only);
    printf("  %zu roots; %lu objects reached, deepest %u; %lu numbered for dominators\n",
           bench->graph.roots->count, bench->graph.reach->reached, bench->graph.reach->deepest,
           bench->dominators->numbered);
}

static void measure_steps(const struct v8 *v8, size_t threads, struct measure *measure)
{
    struct bench bench;
    struct span all = {0}, graph = {0};
    measure_restart(measure);
    begin(&bench, v8, threads);
    printf("--- %zu thread%s\n", threads, threads == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        plain_again(v8, measure);
        struct span span = measure_begin(measure);
        if (!steps[i].run(&bench))
            abort();
        struct span ran = measure_since(&span);
        measure_add(&all, &ran);
        if (bench.graph.reverse != NULL)
            measure_add(&graph, &ran);
        plain_again(v8, measure);
        uint64_t edges = steps[i].run == do_walk || steps[i].run == do_names ||
                                 bench.graph.reverse == NULL
                             ? 0
                             : bench.graph.reverse->strong;
        measure_print(measure, steps[i].name, &ran, bench.index->count, edges);
    }
    measure_print(measure, "reverse index to retained", &graph, bench.index->count,
                  bench.graph.reverse->strong);
    measure_print(measure, "everything", &all, bench.index->count, bench.graph.reverse->strong);
    report_heap(&bench);
    printf("  private memory at most: %.1f MB, %.1f bytes/object\n",
           (double)(measure->highest - measure->base) / 1e6,
           (double)(measure->highest - measure->base) / bench.index->count);
    end(&bench);
}

// --- as the explorer does it ---------------------------------------------------------------------

static struct heap *open_heap(const char *core, const char *index)
{
    struct heap_options options = {.threads = 2};
    struct heap *heap;
    struct error error;
    if (!heap_open(core, &options, &heap, &error) || !heap_use_index(heap, index))
        abort();
    return heap;
}

static void wait_for_types(struct heap *heap)
{
    struct type_table *table;
    while ((table = heap_types(heap)) == NULL)
        usleep(500);
    type_table_release(table);
}

static void measure_opening(const char *core, const char *index, struct measure *measure)
{
    measure_restart(measure);
    struct span span = measure_begin(measure);
    struct heap *heap = open_heap(core, index);
    measure_report(measure, "open: first screen", &span, 0, 0);
    heap_start(heap, STAGE_DOMINATE);
    wait_for_types(heap);
    measure_report(measure, "  first types", &span, 0, 0);
    heap_wait(heap, STAGE_WALK);
    measure_report(measure, "  all types", &span, heap_index(heap)->count, 0);
    heap_wait(heap, STAGE_GRAPH);
    measure_report(measure, "  referrers, distances", &span, heap_index(heap)->count, 0);
    heap_wait(heap, STAGE_DOMINATE);
    measure_report(measure, "  complete", &span, heap_index(heap)->count, 0);
    heap_index_wait(heap);
    measure_report(measure, "  index saved", &span, heap_index(heap)->count, 0);
    heap_close(heap);
}

static void measure_explorer(const char *core, struct measure *measure)
{
    char index[] = "/var/tmp/dumpdive-bench-XXXXXX";
    int fd = mkstemp(index);
    if (fd < 0 || close(fd) != 0 || unlink(index) != 0)
        abort();
    printf("--- as the explorer opens it, two threads\n");
    measure_opening(core, index, measure);
    printf("--- the same with the index saved then\n");
    measure_opening(core, index, measure);
    unlink(index);
}

int main(int argc, char **argv)
{
    struct dump *dump;
    struct v8 *v8;
    struct error error;
    struct dump_options options = {0};
    struct measure measure;
    if (argc < 2 || !dump_open(argv[1], &options, &dump, &error) ||
        !v8_open(dump, NULL, &v8, &error)) {
        fprintf(stderr, "usage: graph CORE [THREADS]\n");
        return 1;
    }
    measure_open(&measure);
    plain_pass(v8, &measure);
    if (argc > 2) {
        measure_steps(v8, (size_t)atoi(argv[2]), &measure);
    } else {
        measure_steps(v8, 1, &measure);
        measure_steps(v8, 2, &measure);
        measure_explorer(argv[1], &measure);
    }
    measure_close(&measure);
    v8_close(v8);
    dump_close(dump);
    return 0;
}
