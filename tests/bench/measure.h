// Time and memory of a step, and what they are to a plain pass.
#ifndef DUMPDIVE_TESTS_BENCH_MEASURE_H
#define DUMPDIVE_TESTS_BENCH_MEASURE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct span {
    double wall, cpu; // seconds
};

struct measure {
    struct span plain, before;     // of a plain pass: mean of the last two; the last one
    pthread_t sampler;
    atomic_bool quit;
    atomic_uint_least64_t peak;    // private bytes, since the last report
    uint64_t base;                 // private bytes at the begin
    uint64_t highest;              // peak of all reports since measure_restart
};

void measure_open(struct measure *measure); // starts sampling
void measure_close(struct measure *measure);

void measure_restart(struct measure *measure); // memory: count from what there is now
struct span measure_begin(struct measure *measure);
struct span measure_since(const struct span *begun);
void measure_add(struct span *sum, const struct span *span);
// What happened since was a plain pass.
void measure_plain(struct measure *measure, const struct span *begun);
// Print a line about what took that long. 0 objects, 0 edges: nothing is said by them.
void measure_print(struct measure *measure, const char *what, const struct span *span,
                   uint64_t objects, uint64_t edges);
// The same of what happened since `begun`.
void measure_report(struct measure *measure, const char *what, const struct span *begun,
                    uint64_t objects, uint64_t edges);

#endif
