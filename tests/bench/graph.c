// Speed and memory of the walk and of the graph, as ratios to a plain single-thread pass that sums
// the words of the same pages in the same run: graph CORE [THREADS].
#include "heap/graph/graph.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Private memory in bytes, at most and now.
static void memory(uint64_t *peak, uint64_t *private)
{
    char line[256];
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    uint64_t value;
    *private = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "Private_Dirty: %lu kB", &value) == 1 ||
            sscanf(line, "Swap: %lu kB", &value) == 1)
            *private += 1024 * value;
    if (file != NULL)
        fclose(file);
    *peak = *private > *peak ? *private : *peak;
}

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

static double plain;

static void report(const char *what, double seconds, uint64_t objects, uint64_t edges)
{
    printf("%-24s %8.3f s %7.2f x plain %8.1f ns/object", what, seconds, seconds / plain,
           seconds * 1e9 / (double)objects);
    if (edges > 0)
        printf(" %8.1f ns/edge", seconds * 1e9 / (double)edges);
    printf("\n");
}

struct pass {
    const struct edges *edges;
    uint64_t *words, *targets;
    struct edge_batch *batches;
    bool lookup;
};

static bool pass_page(void *context, size_t worker, size_t page)
{
    struct pass *pass = context;
    struct edge_scan scan;
    uint64_t words = 0, targets = 0;
    struct edge_batch *batch = &pass->batches[worker];
    edge_scan_begin(&scan, pass->edges, page);
    while (edge_scan_next(&scan, batch)) {
        uint32_t count = batch->ends[batch->count - 1];
        words += count;
        if (pass->lookup)
            for (uint32_t i = 0; i < count; i++)
                targets += edge_target(pass->edges, batch->words[i]) != INDEX_NONE;
    }
    pass->words[8 * worker] += words;
    pass->targets[8 * worker] += targets;
    return true;
}

static void edge_pass(const struct edges *edges, struct pool *pool, bool lookup)
{
    struct pass pass = {.edges = edges, .lookup = lookup};
    pass.words = calloc(8 * pool_width(pool), sizeof *pass.words);
    pass.targets = calloc(8 * pool_width(pool), sizeof *pass.targets);
    pass.batches = calloc(pool_width(pool), sizeof *pass.batches);
    double from = now();
    pool_run(pool, edges->v8->page_count, pass_page, &pass);
    double seconds = now() - from;
    uint64_t words = 0, targets = 0;
    for (size_t i = 0; i < pool_width(pool); i++) {
        words += pass.words[8 * i];
        targets += pass.targets[8 * i];
    }
    report(lookup ? "edges with targets" : "edges", seconds, edges->index->count,
           lookup ? targets : words);
    free(pass.words);
    free(pass.targets);
    free(pass.batches);
}

static bool run_nothing(struct job *job, struct pool *pool)
{
    (void)job;
    (void)pool;
    return true;
}

static const struct job_ops bench_ops = {.doing = "measuring", .run = run_nothing};

static void measure(const struct v8 *v8, size_t threads)
{
    struct object_index *index;
    struct walk *walk;
    struct pool *pool;
    struct edges *edges;
    struct reverse *reverse;
    struct roots *roots;
    struct reach *reach;
    struct shortcuts *shortcuts;
    struct job job;
    uint64_t peak = 0, private, before;
    memory(&peak, &before);
    printf("--- %zu thread%s\n", threads, threads == 1 ? "" : "s");
    job_init(&job, &bench_ops);
    if (!pool_create(threads > 1 ? threads : 0, &pool) || !index_create(v8, &index) ||
        !walk_create(v8, index, threads, &walk))
        abort();
    double from = now();
    if (!walk_run(walk, pool))
        abort();
    double seconds = now() - from;
    memory(&peak, &private);
    uint64_t objects = index->count;
    report("walk", seconds, objects, 0);
    printf("  %lu objects, private %.1f MB (%.2f bytes/object)\n", objects,
           (double)(private - before) / 1e6, (double)(private - before) / (double)objects);
    from = now();
    if (!edges_create(v8, index, walk, &edges) || !shortcuts_create(edges, &shortcuts))
        abort();
    report("shapes", now() - from, objects, 0);
    edge_pass(edges, pool, false);
    edge_pass(edges, pool, true);
    from = now();
    if (!reverse_create(edges, &job, pool, UINT64_MAX, &reverse))
        abort();
    report("reverse index", now() - from, objects, reverse->strong);
    memory(&peak, &private);
    printf("  %lu strong, %lu other, %lu ephemerons, %lu to read-only space; %.2f bytes/object, "
           "private %.1f MB\n", reverse->strong, reverse->others, reverse->ephemeron_count,
           reverse->read_only, (double)reverse_bytes(reverse) / (double)objects,
           (double)(private - before) / 1e6);
    from = now();
    if (!roots_find(v8, index, walk, &job, &roots))
        abort();
    report("roots", now() - from, objects, 0);
    from = now();
    if (!reach_create(shortcuts, reverse, roots, &job, pool, UINT64_MAX, &reach))
        abort();
    report("reach", now() - from, objects, reverse->strong);
    memory(&peak, &private);
    printf("  %zu roots; %lu reached, %lu not; deepest %u, %u bytes; private %.1f MB "
           "(%.2f bytes/object)\n", roots->count, reach->reached, objects - reach->reached,
           reach->deepest, reach->width, (double)(private - before) / 1e6,
           (double)(private - before) / (double)objects);
    reach_destroy(reach);
    roots_destroy(roots);
    reverse_destroy(reverse);
    shortcuts_destroy(shortcuts);
    edges_destroy(edges);
    walk_destroy(walk);
    index_destroy(index);
    pool_destroy(pool);
}

int main(int argc, char **argv)
{
    struct dump *dump;
    struct v8 *v8;
    struct error error;
    struct dump_options options = {0};
    if (argc < 2 || !dump_open(argv[1], &options, &dump, &error) || !v8_open(dump, NULL, &v8, &error)) {
        fprintf(stderr, "usage: graph CORE [THREADS]\n");
        return 1;
    }
    uint64_t bytes, sum = heap_words(v8, &bytes);
    double best = 1e9;
    for (int i = 0; i < 3; i++) {
        double from = now();
        sum += heap_words(v8, &bytes);
        best = now() - from < best ? now() - from : best;
    }
    plain = best;
    printf("heap %.1f MB in %zu pages, plain pass %.3f s (%.2f GB/s) [%lx]\n", (double)bytes / 1e6,
           v8->page_count, plain, (double)bytes / plain / 1e9, sum & 15);
    if (argc > 2) {
        measure(v8, (size_t)atoi(argv[2]));
    } else {
        measure(v8, 1);
        measure(v8, 2);
    }
    v8_close(v8);
    dump_close(dump);
    return 0;
}
