// The opening page: which process, and how it ended.
#include "views/summary_page.h"

#include "heap/graph/graph.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "heap/v8/space/thread_isolate.h"
#include "views/process_text.h"
#include "views/source_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const reasons[DEATH_KINDS] = {
    [DEATH_UNKNOWN] = "",
    [DEATH_MEMORY] = "JavaScript heap out of memory",
    [DEATH_UNCAUGHT] = "an exception that nobody caught",
    [DEATH_ABORT] = "process.abort() was called",
    [DEATH_FATAL] = "a fatal error that V8 reported to Node.js",
    [DEATH_ASSERTION] = "an assertion of Node.js failed",
    [DEATH_CHECK] = "a check of V8 failed",
    [DEATH_FAULT] = "bad access to memory",
    [DEATH_SENT] = "the signal was sent by kill",
};

static void say_reason(const struct death *death, const char *name, char *what, size_t capacity)
{
    const struct death *d = death;
    if (d->kind == DEATH_NONE)
        snprintf(what, capacity, "it was alive: the core was taken by gcore");
    else if (d->kind == DEATH_FAULT)
        snprintf(what, capacity, "%s  %s at 0x%" PRIx64, name, reasons[d->kind], d->address);
    else if (d->text[0] != '\0')
        snprintf(what, capacity, "%s  %s: %s", name, d->text, reasons[d->kind]);
    else
        snprintf(what, capacity, "%s%s%s", name, reasons[d->kind][0] != '\0' ? "  " : "",
                 reasons[d->kind]);
}

void summary_begin_death(struct summary_page *page)
{
    if (page->death != NULL)
        return;
    page->death = death_job_create(heap_v8(page->heap));
    if (page->death != NULL)
        heap_submit(page->heap, &page->death->job);
}

void summary_end_death(struct summary_page *page)
{
    job_release(page->death != NULL ? &page->death->job : NULL);
    page->death = NULL;
}

bool summary_knows_death(const struct summary_page *page)
{
    return page->death != NULL && atomic_load(&page->death->job.items) > 0;
}

// What is known of it at least: whether it died.
static struct death death_of(const struct summary_page *page)
{
    const struct dump_info *info = dump_info(heap_dump(page->heap));
    return summary_knows_death(page)
               ? page->death->death
               : (struct death){.kind = info->signal == 0 ? DEATH_NONE : DEATH_UNKNOWN};
}

// Did the thread that died run an isolate? It is the first in a core that a signal made.
static bool ran_javascript(const struct summary_page *page)
{
    size_t count;
    const struct dump_thread *threads = dump_threads(heap_dump(page->heap), &count);
    return count > 0 && dump_info(heap_dump(page->heap))->signal != 0 &&
           v8_thread_isolate(heap_v8(page->heap), &threads[0]) != SIZE_MAX;
}

static void add_death(struct summary_page *page)
{
    const struct dump_info *info = dump_info(heap_dump(page->heap));
    const struct death found = death_of(page), *death = &found;
    struct summary_line *line = summary_add(page, "died");
    char name[32], words[64] = "";
    process_signal(page->heap, name, sizeof name);
    if (death->kind == DEATH_UNKNOWN && sigdescr_np(info->signal) != NULL)
        snprintf(words, sizeof words, "  %s", sigdescr_np(info->signal));
    say_reason(death, name, line->what, sizeof line->what - sizeof words);
    strcat(line->what, words);
    line->role = death->kind == DEATH_NONE ? ROLE_TEXT : ROLE_BAD;
    snprintf(line->command, sizeof line->command, ran_javascript(page) ? "stack" : "threads");
}

// --- the exception -------------------------------------------------------------------------------

// Where it was thrown: file, line, and what that line says.
static void add_place(struct summary_page *page)
{
    const struct v8 *v8 = heap_v8(page->heap);
    struct v8_script script;
    struct source_text at;
    uint64_t tagged;
    uint32_t position;
    if (!death_place(v8, page->message, &tagged, &position) ||
        !v8_script_of(v8, tagged, &script) || !source_text_at(v8, &script, position, &at))
        return;
    struct summary_line *line = summary_add(page, "");
    snprintf(line->what, sizeof line->what, "%s:%" PRId64 "  %s", at.file, at.line, at.text);
    line->role = ROLE_SOURCE;
    line->target = script.object.address;
    snprintf(line->command, sizeof line->command, "source 0x%" PRIx64 " --line %" PRId64,
             script.object.address, at.line);
}

static void find_exception(struct summary_page *page)
{
    const struct roots *roots = graph_roots(heap_graph(page->heap));
    if (page->exception_known || roots == NULL)
        return;
    page->exception_known = true;
    page->exception_found =
        death_exception(heap_v8(page->heap), roots, &page->message, &page->thrown);
}

static void add_exception(struct summary_page *page)
{
    struct print out;
    find_exception(page);
    if (!page->exception_found)
        return;
    struct summary_line *line = summary_add(page, "");
    line->role = ROLE_BAD;
    line->target = page->thrown;
    print_begin(&out, line->what, sizeof line->what);
    if (page->thrown != 0)
        v8_preview_object(heap_v8(page->heap), page->thrown, true, &out);
    else
        print_text(&out, "what was thrown is no object");
    add_place(page);
}

// --- the process ---------------------------------------------------------------------------------

void summary_add_threads(struct summary_page *page)
{
    const struct v8 *v8 = heap_v8(page->heap);
    size_t count;
    dump_threads(heap_dump(page->heap), &count);
    if (count == 0)
        return;
    struct summary_line *line = summary_add(page, "threads");
    char died[64] = "";
    struct death death = death_of(page);
    if (death.tid != 0)
        snprintf(died, sizeof died, "; thread %" PRId32 " died%s", death.tid,
                 death.tid == dump_info(heap_dump(page->heap))->pid ? ", the main one" : "");
    snprintf(line->what, sizeof line->what, "%zu, %zu isolate%s%s", count, v8->isolate_count,
             v8->isolate_count == 1 ? "" : "s", died);
    snprintf(line->command, sizeof line->command, "threads");
}

void summary_add_process(struct summary_page *page)
{
    const struct v8 *v8 = heap_v8(page->heap);
    char version[64];
    struct summary_line *line = summary_add(page, "process");
    process_command(page->heap, line->what, sizeof line->what);
    line->role = ROLE_NAME;
    snprintf(line->command, sizeof line->command, "info");
    line = summary_add(page, "");
    process_version(page->heap, version, sizeof version);
    snprintf(line->what, sizeof line->what, "pid %d · Node.js %s · V8 %s",
             dump_info(heap_dump(page->heap))->pid,
             version[0] != '\0' ? version : "of unknown version",
             v8->version[0] != '\0' ? v8->version : v8->layout->name);
    snprintf(line->command, sizeof line->command, "info");
    add_death(page);
    if (death_of(page).kind == DEATH_UNCAUGHT)
        add_exception(page);
}
