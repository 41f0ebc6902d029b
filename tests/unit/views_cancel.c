// Stopping at any moment: the stages, and what was asked for beside them. Everything stays usable,
// goes on when asked to, and ends as if nobody had stopped it. Views look on all the while, as the
// explorer's do; ThreadSanitizer looks on in `make check`.
#include "heap/graph/work/job.h"
#include "heap/heap.h"
#include "tests/support/digest.h"
#include "tests/support/views/run.h"
#include "views/command.h"
#include "views/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SAMPLE "tests/sample/sample.core.zst"
#define TYPE "SignedRequest"

enum {
    ROUNDS = 12,       // heaps that are stopped, one to three times each
    REQUEST_ROUNDS = 3, // times that each command is stopped
};

static char core[] = "/tmp/dumpdive-cancel-XXXXXX";
static char subject[32];  // address of an object of TYPE
static uint64_t wanted;   // digest when nobody stops anything
static char *rows;        // what all commands print then
static double duration;   // of all stages

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint64_t random_state = 7;

// Somewhere in [0, 1).
static double chance(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (double)(random_state >> 11) / (double)(1ull << 53);
}

static void pause_for(double seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds,
                            .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

static struct heap *open_core(const char *path, int threads)
{
    struct heap_options options = {.threads = threads, .dump = {.no_executable = true}};
    struct heap *heap;
    struct error error;
    if (!heap_open(path, &options, &heap, &error))
        fail_msg("%s", error.text);
    return heap;
}

static enum stage_state state_of(struct heap *heap, enum heap_stage stage)
{
    struct stage_progress progress;
    heap_progress(heap, stage, &progress);
    return progress.state;
}

static void wait_all(struct heap *heap)
{
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        heap_wait(heap, (enum heap_stage)stage);
}

static char *all_rows(struct heap *heap)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(run_all(heap, subject, TYPE, out), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void unpack(int fd)
{
    struct heap *heap = open_core(SAMPLE, 0);
    const struct memory *memory = dump_memory(heap_dump(heap));
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(memory->file, 1, memory->file_size, file), memory->file_size);
    assert_int_equal(fclose(file), 0);
    heap_close(heap);
}

static void find_subject(struct heap *heap)
{
    char *text, *at;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    run_command(heap, "objects " TYPE " --limit 1", out);
    fclose(out);
    at = strstr(text, "0x");
    assert_non_null(at);
    snprintf(subject, sizeof subject, "%.*s", (int)strcspn(at, "\""), at);
    free(text);
}

static int begin(void **state)
{
    (void)state;
    int fd = mkstemp(core);
    assert_true(fd >= 0);
    unpack(fd);
    struct heap *heap = open_core(core, 2);
    double from = now();
    heap_start(heap, STAGE_DOMINATE);
    wait_all(heap);
    duration = now() - from;
    find_subject(heap);
    wanted = digest_heap(heap);
    rows = all_rows(heap);
    heap_close(heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(rows);
    return unlink(core);
}

// --- stages --------------------------------------------------------------------------------------

// Look at whatever is there, as the panes of the explorer do.
static void look(struct heap *heap, size_t lines)
{
    static size_t next;
    char line[512];
    FILE *out = fopen("/dev/null", "w");
    assert_non_null(out);
    for (size_t i = 0; i < lines; i++) {
        if (!run_line(next++, subject, TYPE, line, sizeof line))
            next = 0;
        else
            run_command(heap, line, out);
    }
    fclose(out);
}

static void resume(struct heap *heap)
{
    double from = now();
    while (!heap_resume(heap)) {
        assert_true(now() - from < 60);
        pause_for(0.001);
    }
}

static void expect_wanted(struct heap *heap)
{
    wait_all(heap);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        assert_int_equal(state_of(heap, (enum heap_stage)stage), STAGE_DONE);
    assert_true(digest_heap(heap) == wanted);
}

static void stop_stages(int threads)
{
    struct heap *heap = open_core(core, threads);
    heap_start(heap, STAGE_DOMINATE);
    for (int times = 1 + (int)(3 * chance()); times > 0; times--) {
        pause_for(1.1 * duration * chance());
        heap_cancel(heap);
        wait_all(heap);
        look(heap, 2);
        resume(heap);
    }
    expect_wanted(heap);
    heap_close(heap);
}

static void test_stages(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++)
        stop_stages(1 + i % 3);
}

// Stopped before anything began, and closed in the middle.
static void test_edges(void **state)
{
    (void)state;
    struct heap *heap = open_core(core, 2);
    heap_cancel(heap);
    assert_true(heap_resume(heap));
    assert_false(heap_busy(heap));
    heap_start(heap, STAGE_DOMINATE);
    heap_cancel(heap);
    wait_all(heap);
    resume(heap);
    expect_wanted(heap);
    assert_true(heap_resume(heap));
    assert_false(heap_busy(heap));
    heap_close(heap);
    heap = open_core(core, 2);
    heap_start(heap, STAGE_DOMINATE);
    pause_for(duration * chance());
    heap_close(heap);
}

// Every command while the stages run, and again when they are through.
static void test_looking_on(void **state)
{
    (void)state;
    struct heap *heap = open_core(core, 2);
    char line[512];
    heap_start(heap, STAGE_DOMINATE);
    while (state_of(heap, STAGE_DOMINATE) == STAGE_RUNNING)
        look(heap, 1);
    for (size_t n = 0; run_line(n, subject, TYPE, line, sizeof line); n++)
        look(heap, 1);
    expect_wanted(heap);
    char *text = all_rows(heap);
    assert_string_equal(text, rows);
    free(text);
    heap_close(heap);
}

// --- requests ------------------------------------------------------------------------------------

static struct view *open_view(struct heap *heap, const char *text)
{
    struct command_line *line;
    struct view *view = NULL;
    struct error error;
    assert_true(command_parse(text, &line, &error));
    if (!command_open(heap, line, &view, &error))
        view = NULL;
    command_line_destroy(line);
    return view;
}

// Open a view, let it work for a moment, stop it, and look at its rows as they are then.
static void stop_request(struct heap *heap, const char *line)
{
    struct view *view = open_view(heap, line);
    struct view_status status;
    struct row row = {.wanted = ROW_WANT_ALL};
    bool exact;
    if (view == NULL)
        return;
    pause_for(0.02 * chance());
    heap_cancel(heap);
    struct job *job = view->ops->job != NULL ? view->ops->job(view) : NULL;
    if (job != NULL)
        heap_job_wait(heap, job);
    view_refresh(view);
    view_order_step(view, 1);
    view_status(view, &status);
    uint64_t count = view_count(view, &exact);
    for (uint64_t i = 0; i < count && i < 5; i++) {
        row_clear(&row);
        view_row(view, i, &row);
    }
    view_destroy(view);
}

static void test_requests(void **state)
{
    (void)state;
    struct heap *heap = open_core(core, 2);
    char line[512];
    heap_start(heap, STAGE_DOMINATE);
    wait_all(heap);
    for (int round = 0; round < REQUEST_ROUNDS; round++)
        for (size_t n = 0; run_line(n, subject, TYPE, line, sizeof line); n++)
            stop_request(heap, line);
    resume(heap);
    char *text = all_rows(heap);
    assert_string_equal(text, rows);
    free(text);
    expect_wanted(heap);
    heap_close(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_looking_on),
        cmocka_unit_test(test_requests),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
