// Worker threads that share out numbered tasks.
//
// One pool per heap. A stage's coordinator calls pool_run from any one thread at a time; workers
// take task numbers from a shared counter, so uneven tasks balance themselves. With no threads the
// caller does all the work itself: same code, same order, deterministic.
#ifndef DUMPDIVE_HEAP_GRAPH_WORK_POOL_H
#define DUMPDIVE_HEAP_GRAPH_WORK_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct pool;

// `threads` workers; 0: none, the caller works. False: threads could not be started.
bool pool_create(size_t threads, struct pool **ret);
void pool_destroy(struct pool *pool); // joins; NULL is fine

// From its next run on the pool lets others go first: threads that somebody waits for, who types.
void pool_give_way(struct pool *pool);
// The same for the thread that calls it.
void thread_give_way(void);

// How many run a task at once: worker numbers are 0 … pool_width-1.
size_t pool_width(const struct pool *pool);

// Run task(context, worker, n) for n in 0 … tasks-1 and return when all have ended. A task that
// returns false keeps further ones from starting; pool_run then returns false.
bool pool_run(struct pool *pool, size_t tasks,
              bool (*task)(void *context, size_t worker, size_t n), void *context);

// Start a thread that leaves signals to the thread that owns the terminal: it blocks all but those
// a fault of its own raises.
bool pool_thread(pthread_t *thread, void *(*main)(void *context), void *context);

#endif
