// Worker threads: every task runs once, and those that give way have a priority of their own.
#include "heap/graph/work/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    WORKERS = 2,
    TASKS = 1000,
};

struct count {
    atomic_uint runs[TASKS];
    atomic_int least, most; // priority of the threads
};

static bool count_task(void *context, size_t worker, size_t n)
{
    struct count *count = context;
    int priority = getpriority(PRIO_PROCESS, (id_t)gettid());
    (void)worker;
    atomic_fetch_add(&count->runs[n], 1);
    if (priority < atomic_load(&count->least))
        atomic_store(&count->least, priority);
    if (priority > atomic_load(&count->most))
        atomic_store(&count->most, priority);
    return true;
}

static void run(struct pool *pool, struct count *count)
{
    *count = (struct count){.least = 1000, .most = -1000};
    assert_true(pool_run(pool, TASKS, count_task, count));
    for (size_t i = 0; i < TASKS; i++)
        assert_int_equal(atomic_load(&count->runs[i]), 1);
}

static void workers_give_way(void **state)
{
    static struct count count;
    struct pool *pool;
    int own = getpriority(PRIO_PROCESS, (id_t)gettid());
    (void)state;
    assert_true(pool_create(WORKERS, &pool));
    run(pool, &count);
    assert_int_equal(count.least, own);
    assert_int_equal(count.most, own);
    pool_give_way(pool);
    run(pool, &count);
    assert_true(count.least > own || own >= 10);
    assert_int_equal(getpriority(PRIO_PROCESS, (id_t)gettid()), own); // not the caller's
    pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_give_way),
    };
    return cmocka_run_group_tests_name("heap_pool", tests, NULL, NULL);
}
