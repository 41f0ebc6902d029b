#include "tui/batch.h"

#include "heap/graph/work/job.h"
#include "views/export.h"
#include "views/format.h"
#include "views/view.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    POLL_MS = 200,
};

void batch_complain(const char *text, enum text_charset charset)
{
    fputs("dumpdive: ", stderr);
    text_write(stderr, text, strlen(text), charset);
    putc('\n', stderr);
}

// --- waiting -------------------------------------------------------------------------------------

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

// The first interrupt is ours, the second one ends the program as usual.
static void catch_interrupt(struct sigaction *before)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, before);
}

static void show_stage(const struct stage_progress *stage, struct progress *progress)
{
    char items[FORMAT_MAX], left[FORMAT_MAX + 16] = "", duration[FORMAT_MAX], text[200];
    if (!progress_due(progress))
        return;
    double share = stage->total > 0 ? (double)stage->done / (double)stage->total : 0;
    if (share > 0.01)
        snprintf(left, sizeof left, ", %s left",
                 format_duration(duration, stage->seconds / share - stage->seconds));
    snprintf(text, sizeof text, "%s: %.0f %%, %s found%s (C-c stops)", stage->doing, share * 100,
             format_count(items, stage->items), left);
    progress_show(progress, text);
}

static void wait_for_stage(struct heap *heap, enum heap_stage stage, struct progress *progress)
{
    struct stage_progress now;
    struct pollfd wake = {.fd = heap_wake_fd(heap), .events = POLLIN};
    heap_start(heap, stage);
    heap_progress(heap, stage, &now);
    while (now.state == STAGE_RUNNING) {
        if (interrupted)
            heap_cancel(heap);
        show_stage(&now, progress);
        if (poll(&wake, 1, POLL_MS) > 0)
            heap_drain(heap);
        heap_progress(heap, stage, &now);
    }
    heap_wait(heap, stage);
}

// Each stage builds on those before it, so they are waited for one by one.
static void run_stages(struct heap *heap, unsigned stages, struct progress *progress)
{
    struct sigaction before;
    catch_interrupt(&before);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        if (stages >> stage != 0)
            wait_for_stage(heap, (enum heap_stage)stage, progress);
    sigaction(SIGINT, &before, NULL);
}

static void show_job(const struct job *job, struct progress *progress)
{
    struct stage_progress now = {.done = atomic_load(&job->done),
                                 .total = atomic_load(&job->total),
                                 .items = atomic_load(&job->items),
                                 .seconds = job_seconds(job),
                                 .doing = job->ops->doing};
    show_stage(&now, progress);
}

// Whoever asked for an index hears why there is none.
static void end_index(struct heap *heap, enum text_charset charset)
{
    struct index_status status;
    heap_index_wait(heap);
    heap_index_status(heap, &status);
    if (status.refused[0] != '\0')
        batch_complain(status.refused, charset);
    if (status.saving == STAGE_FAILED)
        batch_complain(status.failed, charset);
    free(status.path);
}

// A pass over the heap that the view waits for; NULL: none.
static struct job *running_job(struct view *view)
{
    struct job *job = view->ops->job != NULL ? view->ops->job(view) : NULL;
    return job != NULL && !job_ended(job) ? job : NULL;
}

// All rows that were asked for are there, though more would come, and stay as they are.
static bool has_enough(struct view *view, const struct command_common *common)
{
    bool exact;
    return running_job(view) != NULL && view->ops->append_only &&
           view->ops->default_sort == NULL && common->sort == NULL && !common->reverse &&
           common->filter_count == 0 && view_count(view, &exact) >= common->limit;
}

// Rows that come from a pass over the heap: let it end.
static void wait_for_job(struct heap *heap, struct view *view, struct progress *progress)
{
    struct sigaction before;
    struct pollfd wake = {.fd = heap_wake_fd(heap), .events = POLLIN};
    struct job *job;
    catch_interrupt(&before);
    while ((job = running_job(view)) != NULL) {
        if (interrupted)
            job_cancel(job);
        show_job(job, progress);
        if (poll(&wake, 1, POLL_MS) > 0)
            heap_drain(heap);
    }
    sigaction(SIGINT, &before, NULL);
}

static void order_rows(struct view *view, struct progress *progress)
{
    struct view_status status;
    while (view_order_step(view, POLL_MS)) {
        if (!progress_due(progress))
            continue;
        view_status(view, &status);
        progress_show(progress, status.order);
    }
    view_settle(view);
}

// --- printing ------------------------------------------------------------------------------------

static enum export_form form_of(const struct command_common *common)
{
    return common->json ? EXPORT_JSON : common->tsv ? EXPORT_TSV : EXPORT_TABLE;
}

// Whoever reads may stop reading whenever they like. Anything else that keeps the output from
// being complete is said.
static enum exit_status write_failed(enum text_charset charset)
{
    struct error error;
    if (errno == EPIPE)
        return EXIT_COMPLETE;
    error_set_errno(&error, errno, "cannot write");
    batch_complain(error.text, charset);
    return EXIT_PARTIAL;
}

static bool is_partial(struct view *view, enum text_charset charset)
{
    struct view_status status;
    view_status(view, &status);
    if (status.missing[0] != '\0') {
        char text[sizeof status.missing + 16];
        snprintf(text, sizeof text, "incomplete: %s", status.missing);
        batch_complain(text, charset);
        return true;
    }
    if (status.complete)
        return false;
    char text[64];
    snprintf(text, sizeof text, "incomplete: stopped at %.0f %%", status.progress * 100);
    batch_complain(text, charset);
    return true;
}

static enum exit_status print(struct view *view, const struct command_common *common, bool enough,
                              enum text_charset charset)
{
    struct export_options options = {
        .form = form_of(common),
        .charset = charset,
        .limit = common->limit,
    };
    struct error error;
    if (common->columns != NULL &&
        !export_columns(view, common->columns, &options.columns, &error)) {
        batch_complain(error.text, charset);
        return EXIT_USAGE;
    }
    if (!view_export(view, stdout, &options) || fflush(stdout) != 0)
        return write_failed(charset);
    if (enough)
        return EXIT_COMPLETE;
    return is_partial(view, charset) ? EXIT_PARTIAL : EXIT_COMPLETE;
}

enum exit_status batch_run(struct heap *heap, const struct command_line *line,
                           enum text_charset charset)
{
    struct progress progress;
    struct error error;
    struct view *view;
    progress_begin(&progress, charset);
    unsigned stages = command_line_command(line)->stages;
    if (command_line_common(line)->retained || heap_uses_index(heap))
        stages |= 1u << STAGE_DOMINATE;
    run_stages(heap, stages, &progress);
    if (!command_open(heap, line, &view, &error)) {
        progress_end(&progress);
        batch_complain(error.text, charset);
        return error.code == ERROR_USAGE ? EXIT_USAGE : EXIT_CANNOT_OPEN;
    }
    bool enough = has_enough(view, command_line_common(line));
    if (!enough) {
        wait_for_job(heap, view, &progress);
        order_rows(view, &progress);
    }
    progress_end(&progress);
    enum exit_status status = print(view, command_line_common(line), enough, charset);
    view_destroy(view);
    end_index(heap, charset);
    return status;
}

static enum exit_status run_line(struct heap *heap, const char *text, enum text_charset charset)
{
    struct command_line *line;
    struct error error;
    if (!command_parse(text, &line, &error)) {
        batch_complain(error.text, charset);
        return EXIT_USAGE;
    }
    enum exit_status status = batch_run(heap, line, charset);
    command_line_destroy(line);
    return status;
}

// What a script wants to know first: a mistake of its own, then something that does not open, then
// something that is missing.
static enum exit_status worse(enum exit_status a, enum exit_status b)
{
    if (a == EXIT_COMPLETE || b == EXIT_COMPLETE)
        return a == EXIT_COMPLETE ? b : a;
    return a < b ? a : b;
}

enum exit_status batch_run_lines(struct heap *heap, FILE *in, enum text_charset charset)
{
    enum exit_status status = EXIT_COMPLETE;
    char *text = NULL;
    size_t size = 0;
    while (getline(&text, &size, in) >= 0) {
        text[strcspn(text, "\n")] = '\0';
        size_t blank = strspn(text, " \t\r");
        if (text[blank] != '\0' && text[blank] != '#')
            status = worse(status, run_line(heap, text, charset));
    }
    free(text);
    return status;
}
