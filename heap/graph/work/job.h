// Jobs: work that takes a pass over the heap, away from the thread that draws.
//
// A lane is one coordinator thread that runs the jobs given to it in order, each on the lane's
// worker pool. A heap has two: one for the stages, one for what a person just asked for (the
// members of a type, a search through all strings), so that a short question does not wait behind
// a long stage. Without threads a job runs to its end when it is submitted.
//
// A job is shared by whoever submitted it and the lane; the last to let go destroys it.
#ifndef DUMPDIVE_HEAP_GRAPH_WORK_JOB_H
#define DUMPDIVE_HEAP_GRAPH_WORK_JOB_H

#include "heap/graph/work/pool.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum job_state {
    JOB_NEW,
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_DONE,
    JOB_CANCELLED, // partial results stay
    JOB_FAILED,    // out of memory
};

struct job;

struct job_ops {
    const char *doing;                            // "counting closures", for progress lines
    bool (*run)(struct job *job, struct pool *pool); // false: failed, unless it was cancelled
    void (*destroy)(struct job *job);             // frees the job; NULL: free()
};

// Embed as the first member. Initialise with job_init.
struct job {
    const struct job_ops *ops;
    atomic_int state;            // enum job_state
    atomic_bool cancelled;       // ask with job_cancelled() every few thousand objects
    atomic_int holders;
    atomic_uint_least64_t done, total, items; // progress: bytes of heap, and what was found
    atomic_uint_least64_t started_ns, ended_ns; // CLOCK_MONOTONIC
    struct job *next;
};

struct lane;

// `threads` workers in the pool and one coordinator; 0: none, jobs run inline. `wake` is called
// (from any thread) when a job ended.
bool lane_create(size_t threads, void (*wake)(void *context), void *context, struct lane **ret);
// Cancels and waits for all jobs. NULL is fine.
void lane_destroy(struct lane *lane);
// Give a job to the lane, which takes its own hold of it.
void lane_submit(struct lane *lane, struct job *job);
// From the next job on the lane's threads let others go first (pool_give_way).
void lane_give_way(struct lane *lane);
// Cancel the job that runs and those that wait.
void lane_cancel(struct lane *lane);
bool lane_busy(struct lane *lane); // a job runs or waits

void job_init(struct job *job, const struct job_ops *ops); // one holder: the caller
void job_hold(struct job *job);
void job_release(struct job *job); // NULL is fine
void job_cancel(struct job *job);
void job_wait(struct lane *lane, struct job *job); // until it ended
double job_seconds(const struct job *job);         // since it started, until it ended

static inline bool job_cancelled(const struct job *job)
{
    return atomic_load_explicit(&job->cancelled, memory_order_relaxed);
}

static inline enum job_state job_state(const struct job *job)
{
    return (enum job_state)atomic_load(&job->state);
}

static inline bool job_ended(const struct job *job)
{
    return job_state(job) >= JOB_DONE;
}

#endif
