// Running out of memory in the middle of the stages: every allocation that can fail does so once, or
// from there on. A stage then has failed, nothing crashes, what was found before stays, and when
// there is memory again the stages go on and end as if nothing had been.
//
// The Makefile links this program with --wrap: the engine's allocations end up here.
#include "heap/heap.h"
#include "tests/support/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define SAMPLE "tests/sample/sample.core.zst"

enum { POINTS = 40 };

static char core[] = "/tmp/dumpdive-exhausted-XXXXXX";
static uint64_t wanted;   // digest when there is enough memory
static long allocations;  // that it takes

// --- allocations ---------------------------------------------------------------------------------

static atomic_bool counting;
static atomic_long left;   // until one fails
static atomic_bool once;   // only that one

static bool fails(void)
{
    if (!atomic_load(&counting))
        return false;
    long before = atomic_fetch_sub(&left, 1);
    return atomic_load(&once) ? before == 1 : before <= 1;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    return fails() ? NULL : __real_reallocarray(old, count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    return fails() ? MAP_FAILED : __real_mmap(address, size, protection, flags, fd, offset);
}

static void fail_at(long number, bool only_once)
{
    atomic_store(&left, number);
    atomic_store(&once, only_once);
    atomic_store(&counting, true);
}

// How many there were.
static long stop_counting(long number)
{
    atomic_store(&counting, false);
    return number - atomic_load(&left);
}

// --- heaps ---------------------------------------------------------------------------------------

static struct heap *open_core(const char *path, int threads)
{
    struct heap_options options = {.threads = threads, .dump = {.no_executable = true}};
    struct heap *heap;
    struct error error;
    if (!heap_open(path, &options, &heap, &error))
        fail_msg("%s", error.text);
    return heap;
}

static void run_stages(struct heap *heap)
{
    heap_start(heap, STAGE_DOMINATE);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        heap_wait(heap, (enum heap_stage)stage);
}

static bool all_done(struct heap *heap)
{
    struct stage_progress progress;
    bool done = true;
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        heap_progress(heap, (enum heap_stage)stage, &progress);
        assert_true(progress.state != STAGE_RUNNING && progress.state != STAGE_CANCELLED);
        done = done && progress.state == STAGE_DONE;
    }
    return done;
}

static int begin(void **state)
{
    (void)state;
    int fd = mkstemp(core);
    struct heap *heap = open_core(SAMPLE, 0);
    const struct memory *memory = dump_memory(heap_dump(heap));
    assert_true(fd >= 0);
    assert_int_equal(write(fd, memory->file, memory->file_size), memory->file_size);
    close(fd);
    heap_close(heap);
    heap = open_core(core, 0);
    fail_at(1000000000, true);
    run_stages(heap);
    allocations = stop_counting(1000000000);
    assert_true(all_done(heap));
    wanted = digest_heap(heap);
    heap_close(heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    return unlink(core);
}

static void exhaust(long number, bool only_once, int threads)
{
    struct heap *heap = open_core(core, threads);
    fail_at(number, only_once);
    run_stages(heap);
    stop_counting(number);
    bool done = all_done(heap);
    for (int tries = 0; !done && tries < STAGE_COUNT + 1; tries++) {
        assert_true(heap_resume(heap));
        run_stages(heap); // a stage that could not even be begun is not one that failed
        done = all_done(heap);
    }
    if (!done || digest_heap(heap) != wanted)
        fail_msg("allocation %ld of %ld, %s, %d threads: %s", number, allocations,
                 only_once ? "once" : "from there on", threads, done ? "other results" : "not done");
    heap_close(heap);
}

static void test_once(void **state)
{
    (void)state;
    for (long i = 0; i < POINTS; i++)
        exhaust(1 + i * allocations / POINTS, true, 0);
}

static void test_from_there_on(void **state)
{
    (void)state;
    for (long i = 0; i < POINTS; i++)
        exhaust(1 + i * allocations / POINTS, false, i % 4 == 0 ? 2 : 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_from_there_on),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
