#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLE_US = 3000 };

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint64_t private_bytes(void)
{
    char line[256];
    uint64_t kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "RssAnon: %lu kB", &kilobytes) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return 1024 * kilobytes;
}

static void sample(struct measure *measure)
{
    uint64_t now = private_bytes(), peak = atomic_load(&measure->peak);
    while (now > peak && !atomic_compare_exchange_weak(&measure->peak, &peak, now))
        ;
}

static void *sampler(void *context)
{
    struct measure *measure = context;
    while (!atomic_load(&measure->quit)) {
        sample(measure);
        usleep(SAMPLE_US);
    }
    return NULL;
}

void measure_open(struct measure *measure)
{
    *measure = (struct measure){.base = private_bytes()};
    if (pthread_create(&measure->sampler, NULL, sampler, measure) != 0)
        abort();
}

void measure_close(struct measure *measure)
{
    atomic_store(&measure->quit, true);
    pthread_join(measure->sampler, NULL);
}

void measure_restart(struct measure *measure)
{
    measure->base = private_bytes();
    measure->highest = 0;
    atomic_store(&measure->peak, measure->base);
}

struct span measure_begin(struct measure *measure)
{
    (void)measure;
    return (struct span){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

struct span measure_since(const struct span *begun)
{
    return (struct span){seconds(CLOCK_MONOTONIC) - begun->wall,
                         seconds(CLOCK_PROCESS_CPUTIME_ID) - begun->cpu};
}

void measure_add(struct span *sum, const struct span *span)
{
    sum->wall += span->wall;
    sum->cpu += span->cpu;
}

void measure_plain(struct measure *measure, const struct span *begun)
{
    struct span span = measure_since(begun), before = measure->before;
    if (before.wall == 0)
        before = span;
    measure->plain = (struct span){(span.wall + before.wall) / 2, (span.cpu + before.cpu) / 2};
    measure->before = span;
}

void measure_report(struct measure *measure, const char *what, const struct span *begun,
                    uint64_t objects, uint64_t edges)
{
    struct span span = measure_since(begun);
    measure_print(measure, what, &span, objects, edges);
}

void measure_print(struct measure *measure, const char *what, const struct span *span,
                   uint64_t objects, uint64_t edges)
{
    sample(measure);
    uint64_t now = private_bytes(), peak = atomic_exchange(&measure->peak, now);
    uint64_t least = now < measure->base ? now : measure->base;
    if (peak > measure->highest)
        measure->highest = peak;
    printf("%-26s %8.3f s (%6.2f x)  cpu %8.3f s (%6.2f x)", what, span->wall,
           span->wall / measure->plain.wall, span->cpu, span->cpu / measure->plain.cpu);
    if (objects > 0)
        printf("  %6.1f ns/object", span->cpu * 1e9 / (double)objects);
    if (edges > 0)
        printf(" %6.1f ns/edge", span->cpu * 1e9 / (double)edges);
    printf("  %.0f MB, peak %.0f", (double)(now - least) / 1e6, (double)(peak - least) / 1e6);
    if (objects > 0)
        printf(" (%.1f, %.1f bytes/object)", (double)(now - least) / (double)objects,
               (double)(peak - least) / (double)objects);
    printf("\n");
    fflush(stdout);
}
