#include "heap/graph/work/pool.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    NICE = 10, // of threads that give way: a tenth of the time of one that does not
};

struct run {
    bool (*task)(void *context, size_t worker, size_t n);
    void *context;
    size_t tasks;
    atomic_size_t next;
    atomic_bool stopped;
};

struct worker {
    struct pool *pool;
    pthread_t thread;
    size_t number;
};

struct pool {
    struct worker *workers;
    size_t count;
    pthread_mutex_t lock;
    pthread_cond_t begun, ended;
    struct run *run;    // the run under way, or NULL
    size_t generation;  // counts runs
    size_t busy;        // workers still in it
    bool gives_way;
    bool quit;
};

static void work(struct run *run, size_t worker)
{
    while (!atomic_load(&run->stopped)) {
        size_t n = atomic_fetch_add(&run->next, 1);
        if (n >= run->tasks)
            return;
        if (!run->task(run->context, worker, n))
            atomic_store(&run->stopped, true);
    }
}

static void *worker_main(void *context)
{
    struct worker *worker = context;
    struct pool *pool = worker->pool;
    size_t seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->quit && (pool->run == NULL || pool->generation == seen))
            pthread_cond_wait(&pool->begun, &pool->lock);
        if (pool->quit)
            break;
        seen = pool->generation;
        struct run *run = pool->run;
        bool behind = pool->gives_way;
        pthread_mutex_unlock(&pool->lock);
        if (behind)
            thread_give_way();
        work(run, worker->number);
        pthread_mutex_lock(&pool->lock);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->ended);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

bool pool_thread(pthread_t *thread, void *(*main)(void *context), void *context)
{
    static const int own[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGABRT};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool done = pthread_create(thread, NULL, main, context) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return done;
}

static bool start(struct pool *pool, size_t threads)
{
    for (; pool->count < threads; pool->count++) {
        struct worker *worker = &pool->workers[pool->count];
        *worker = (struct worker){.pool = pool, .number = pool->count};
        if (!pool_thread(&worker->thread, worker_main, worker))
            return false;
    }
    return true;
}

bool pool_create(size_t threads, struct pool **ret)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return false;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->begun, NULL);
    pthread_cond_init(&pool->ended, NULL);
    pool->workers = calloc(threads > 0 ? threads : 1, sizeof *pool->workers);
    if (pool->workers == NULL || !start(pool, threads)) {
        pool_destroy(pool);
        return false;
    }
    *ret = pool;
    return true;
}

void pool_destroy(struct pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    pthread_cond_broadcast(&pool->begun);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->begun);
    pthread_cond_destroy(&pool->ended);
    free(pool->workers);
    free(pool);
}

void thread_give_way(void)
{
    // On Linux a thread has a priority of its own. Where it cannot be had, all goes on as before.
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}

void pool_give_way(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->gives_way = true;
    pthread_mutex_unlock(&pool->lock);
}

size_t pool_width(const struct pool *pool)
{
    return pool->count > 0 ? pool->count : 1;
}

bool pool_run(struct pool *pool, size_t tasks,
              bool (*task)(void *context, size_t worker, size_t n), void *context)
{
    struct run run = {.task = task, .context = context, .tasks = tasks};
    if (pool->count == 0) {
        work(&run, 0);
        return !atomic_load(&run.stopped);
    }
    pthread_mutex_lock(&pool->lock);
    pool->run = &run;
    pool->generation++;
    pool->busy = pool->count;
    pthread_cond_broadcast(&pool->begun);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->ended, &pool->lock);
    pool->run = NULL;
    pthread_mutex_unlock(&pool->lock);
    return !atomic_load(&run.stopped);
}
