#include "heap/graph/work/job.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct lane {
    struct pool *pool;
    void (*wake)(void *context);
    void *wake_context;
    pthread_t thread;
    bool threaded, quit;
    bool gives_way;
    pthread_mutex_t lock;
    pthread_cond_t changed; // a job was queued, ended, or the lane quits
    struct job *first, **last, *running;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void job_init(struct job *job, const struct job_ops *ops)
{
    *job = (struct job){.ops = ops};
    atomic_init(&job->holders, 1);
}

void job_hold(struct job *job)
{
    atomic_fetch_add(&job->holders, 1);
}

void job_release(struct job *job)
{
    if (job == NULL || atomic_fetch_sub(&job->holders, 1) > 1)
        return;
    if (job->ops->destroy != NULL)
        job->ops->destroy(job);
    else
        free(job);
}

void job_cancel(struct job *job)
{
    atomic_store(&job->cancelled, true);
}

double job_seconds(const struct job *job)
{
    uint64_t from = atomic_load(&job->started_ns), to = atomic_load(&job->ended_ns);
    if (from == 0)
        return 0;
    return (double)((to != 0 ? to : now_ns()) - from) / 1e9;
}

static void run(struct lane *lane, struct job *job)
{
    bool done = false;
    atomic_store(&job->started_ns, now_ns());
    atomic_store(&job->state, JOB_RUNNING);
    if (!job_cancelled(job))
        done = job->ops->run(job, lane->pool);
    atomic_store(&job->ended_ns, now_ns());
    atomic_store(&job->state, done ? JOB_DONE : job_cancelled(job) ? JOB_CANCELLED : JOB_FAILED);
}

static void *lane_main(void *context)
{
    struct lane *lane = context;
    pthread_mutex_lock(&lane->lock);
    for (;;) {
        while (!lane->quit && lane->first == NULL)
            pthread_cond_wait(&lane->changed, &lane->lock);
        if (lane->first == NULL)
            break;
        struct job *job = lane->running = lane->first;
        bool behind = lane->gives_way;
        lane->first = job->next;
        if (lane->first == NULL)
            lane->last = &lane->first;
        pthread_mutex_unlock(&lane->lock);
        if (behind)
            thread_give_way();
        run(lane, job);
        pthread_mutex_lock(&lane->lock);
        lane->running = NULL;
        pthread_cond_broadcast(&lane->changed);
        pthread_mutex_unlock(&lane->lock);
        if (lane->wake != NULL)
            lane->wake(lane->wake_context);
        job_release(job);
        pthread_mutex_lock(&lane->lock);
    }
    pthread_mutex_unlock(&lane->lock);
    return NULL;
}

static bool start_thread(struct lane *lane)
{
    lane->threaded = pool_thread(&lane->thread, lane_main, lane);
    return lane->threaded;
}

bool lane_create(size_t threads, void (*wake)(void *context), void *context, struct lane **ret)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (lane == NULL)
        return false;
    lane->wake = wake;
    lane->wake_context = context;
    lane->last = &lane->first;
    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->changed, NULL);
    // The coordinator of a one-worker lane does the work itself.
    if (!pool_create(threads > 1 ? threads : 0, &lane->pool) ||
        (threads > 0 && !start_thread(lane))) {
        lane_destroy(lane);
        return false;
    }
    *ret = lane;
    return true;
}

void lane_give_way(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    lane->gives_way = true;
    pthread_mutex_unlock(&lane->lock);
    pool_give_way(lane->pool);
}

void lane_cancel(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    if (lane->running != NULL)
        job_cancel(lane->running);
    for (struct job *job = lane->first; job != NULL; job = job->next)
        job_cancel(job);
    pthread_mutex_unlock(&lane->lock);
}

bool lane_busy(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    bool busy = lane->running != NULL || lane->first != NULL;
    pthread_mutex_unlock(&lane->lock);
    return busy;
}

void lane_destroy(struct lane *lane)
{
    if (lane == NULL)
        return;
    lane_cancel(lane);
    pthread_mutex_lock(&lane->lock);
    lane->quit = true;
    pthread_cond_broadcast(&lane->changed);
    pthread_mutex_unlock(&lane->lock);
    if (lane->threaded)
        pthread_join(lane->thread, NULL);
    pool_destroy(lane->pool);
    pthread_mutex_destroy(&lane->lock);
    pthread_cond_destroy(&lane->changed);
    free(lane);
}

void lane_submit(struct lane *lane, struct job *job)
{
    if (!lane->threaded) {
        run(lane, job);
        if (lane->wake != NULL)
            lane->wake(lane->wake_context);
        return;
    }
    job_hold(job);
    atomic_store(&job->state, JOB_QUEUED);
    pthread_mutex_lock(&lane->lock);
    job->next = NULL;
    *lane->last = job;
    lane->last = &job->next;
    pthread_cond_broadcast(&lane->changed);
    pthread_mutex_unlock(&lane->lock);
}

void job_wait(struct lane *lane, struct job *job)
{
    pthread_mutex_lock(&lane->lock);
    while (!job_ended(job) && lane->threaded)
        pthread_cond_wait(&lane->changed, &lane->lock);
    pthread_mutex_unlock(&lane->lock);
}
