// Speed of looking for a pattern in all strings of a heap and of grouping those of one text, as ratios to a
// plain single-thread pass that sums the words of the same pages in the same run: strings CORE [PATTERN...].
// CPU time, of all threads, says how much work it is; the clock also says how well it is shared.
#include "heap/graph/index/walk.h"
#include "heap/graph/search/string_groups.h"
#include "heap/graph/search/string_search.h"
#include "heap/v8/v8.h"
#include "views/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TURNS = 3 };

struct spent {
    double clock, cpu;
};

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct spent now(void)
{
    return (struct spent){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static struct spent since(struct spent from)
{
    struct spent to = now();
    return (struct spent){to.clock - from.clock, to.cpu - from.cpu};
}

static void keep_less(struct spent *best, struct spent spent)
{
    if (best->clock == 0 || spent.clock < best->clock)
        best->clock = spent.clock;
    if (best->cpu == 0 || spent.cpu < best->cpu)
        best->cpu = spent.cpu;
}

static struct spent plain;
static volatile uint64_t sink;

static void measure_plain(const struct v8 *v8)
{
    uint64_t sum = 0, bytes = 0;
    for (int turn = 0; turn <= TURNS; turn++) { // the first reads the file
        struct spent from = now();
        bytes = 0;
        for (size_t i = 0; i < v8->page_count; i++) {
            const uint64_t *words = (const uint64_t *)(const void *)v8->pages[i].bytes;
            for (uint64_t n = 0; n < v8->pages[i].readable / 8; n++)
                sum += words[n];
            bytes += v8->pages[i].readable;
        }
        if (turn > 0)
            keep_less(&plain, since(from));
    }
    sink = sum;
    printf("heap %.1f MB, plain pass %.3f s\n", (double)bytes / 1e6, plain.clock);
}

static void report(const char *what, const char *pattern, struct spent spent, uint64_t strings,
                   uint64_t found)
{
    printf("%-10s %-14s clock %6.3f s %5.2f x plain, CPU %6.3f s %5.2f x plain %6.1f ns/string, %lu found\n",
           what, pattern, spent.clock, spent.clock / plain.clock, spent.cpu, spent.cpu / plain.cpu,
           spent.cpu * 1e9 / (double)strings, found);
}

// --- searching -----------------------------------------------------------------------------------

enum { WORKERS_MAX = 64 };

struct question {
    struct search_question base;
    const char *pattern;
    struct view_match *matches[WORKERS_MAX];
    uint64_t asked[WORKERS_MAX][8];
};

static uint64_t asked; // strings of the last search

static enum search_answer ask(struct search_question *base, size_t worker, const char *text,
                              size_t length)
{
    struct question *question = (struct question *)base;
    question->asked[worker][0]++;
    return match_text(question->matches[worker], text, length, 0, NULL, NULL) == MATCH_YES
               ? SEARCH_YES
               : SEARCH_NO;
}

static bool prepare(struct search_question *base, size_t workers)
{
    struct question *question = (struct question *)base;
    for (size_t i = 0; i < workers && i < WORKERS_MAX; i++)
        if (!view_match_create(question->pattern, &question->matches[i], NULL))
            return false;
    return workers <= WORKERS_MAX;
}

static void destroy(struct search_question *base)
{
    struct question *question = (struct question *)base;
    asked = 0;
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        asked += question->asked[i][0];
        view_match_destroy(question->matches[i]);
    }
    free(question);
}

static void measure_search(const struct v8 *v8, const struct object_index *index, struct lane *lane,
                           const char *pattern)
{
    struct spent best = {0};
    uint64_t found = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        struct string_search *search;
        struct question *question = calloc(1, sizeof *question);
        if (question == NULL)
            abort();
        question->base = (struct search_question){ask, prepare, destroy};
        question->pattern = pattern;
        if (!string_search_create(v8, index, &question->base, -1, &search))
            abort();
        struct spent from = now();
        lane_submit(lane, &search->job);
        job_wait(lane, &search->job);
        keep_less(&best, since(from));
        found = search->total;
        job_release(&search->job);
    }
    report("search", pattern, best, asked, found);
}

static void measure_groups(const struct v8 *v8, const struct object_index *index, struct lane *lane)
{
    struct string_groups *groups;
    if (!string_groups_create(v8, index, -1, &groups))
        abort();
    struct spent from = now();
    lane_submit(lane, &groups->job);
    job_wait(lane, &groups->job);
    report("duplicates", "", since(from), asked, groups->count);
    job_release(&groups->job);
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"needle", "[0-9]{7}", "key.*9$"};
    struct dump *dump;
    struct v8 *v8;
    struct error error;
    struct dump_options options = {0};
    struct object_index *index;
    struct walk *walk;
    struct pool *pool;
    struct lane *lane;
    if (argc < 2 || !dump_open(argv[1], &options, &dump, &error) || !v8_open(dump, NULL, &v8, &error)) {
        fprintf(stderr, "usage: strings CORE [PATTERN...]\n");
        return 1;
    }
    measure_plain(v8);
    if (!pool_create(2, &pool) || !index_create(v8, &index) || !walk_create(v8, index, 2, &walk) ||
        !walk_run(walk, pool) || !lane_create(2, NULL, NULL, &lane))
        abort();
    for (int i = 2; i < argc; i++)
        measure_search(v8, index, lane, argv[i]);
    for (size_t i = 0; argc == 2 && i < sizeof usual / sizeof *usual; i++)
        measure_search(v8, index, lane, usual[i]);
    measure_groups(v8, index, lane);
    lane_destroy(lane);
    walk_destroy(walk);
    index_destroy(index);
    pool_destroy(pool);
    v8_close(v8);
    dump_close(dump);
    return 0;
}
