// The opening page: what looks wrong.
#include "views/summary_page.h"

#include "heap/graph/leaks/leaks.h"
#include "heap/heap.h"
#include "views/format.h"
#include "views/leak_text.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    SUSPECTS_SHOWN = 3,
    SUSPECT_PART = 20, // of all that is held: what is smaller is for the view of all of them
};

// The line of the program that adds to it.
static void add_use(struct summary_page *page, const struct leak_use *use)
{
    struct summary_line *line = summary_add(page, "");
    snprintf(line->what, sizeof line->what, "%s:%" PRId64 "  %s", use->at.file, use->at.line,
             use->at.text);
    line->role = ROLE_SOURCE;
    line->target = use->closure;
    snprintf(line->command, sizeof line->command, "source 0x%" PRIx64 " --line %" PRId64,
             use->closure, use->at.line);
}

// Where it grows, or else the first of the collections that hold what it is made of.
static void add_growth(struct summary_page *page, const struct leak *leak,
                       struct leak_holding *holding)
{
    for (size_t i = 0; i < leak->keeper_count; i++) {
        if (holding->use_count > 0 && holding->uses[0].grows)
            break;
        leak_holding(page->heap, leak->keepers[i], holding);
    }
    if (holding->use_count > 0 && holding->uses[0].grows)
        add_use(page, &holding->uses[0]);
}

static void add_suspect(struct summary_page *page, const char *topic, const struct leak *leak)
{
    struct leak_holding holding;
    uint64_t address = index_address(heap_index(page->heap), leak->node);
    struct summary_line *line = summary_add(page, topic);
    leak_holding(page->heap, leak->node, &holding);
    snprintf(line->what, sizeof line->what, "%s", holding.text);
    line->role = ROLE_NAME;
    line->target = address;
    line = summary_add(page, "");
    leak_what(page->heap, leak, line->what, sizeof line->what);
    line->retained = leak->retained;
    line->share = (double)leak->bytes / (double)heap_dominators(page->heap)->total;
    line->target = address;
    add_growth(page, leak, &holding);
}

// How far the work is that tells what holds what.
static void add_work(struct summary_page *page)
{
    struct summary_line *line = summary_add(page, "suspects");
    line->role = ROLE_DIM;
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        struct stage_progress progress;
        char items[FORMAT_MAX];
        heap_progress(page->heap, stage, &progress);
        if (progress.state == STAGE_DONE)
            continue;
        double share = progress.total > 0 ? (double)progress.done / (double)progress.total : 0;
        if (progress.state == STAGE_RUNNING)
            snprintf(line->what, sizeof line->what, "not known yet: %s, %.0f %%, %s of them",
                     progress.doing, share * 100, format_count(items, progress.items));
        else if (progress.state == STAGE_IDLE)
            snprintf(line->what, sizeof line->what, "not known yet");
        else
            snprintf(line->what, sizeof line->what, "not known: the work was %s",
                     progress.state == STAGE_CANCELLED ? "stopped" : "given up, out of memory");
        return;
    }
    snprintf(line->what, sizeof line->what, "not known yet: looking for them");
}

static void add_rest(struct summary_page *page, size_t shown, size_t left)
{
    if (shown > 0 && left == 0)
        return;
    struct summary_line *line = summary_add(page, shown == 0 ? "suspects" : "");
    line->role = ROLE_DIM;
    snprintf(line->command, sizeof line->command, "leaks");
    if (left == 0)
        snprintf(line->what, sizeof line->what, "none: nothing holds 1 %% of the heap by itself");
    else if (shown == 0)
        snprintf(line->what, sizeof line->what, "%zu small ones: each less than 5 %% of the heap",
                 left);
    else
        snprintf(line->what, sizeof line->what, "%zu more", left);
}

void summary_add_suspects(struct summary_page *page)
{
    struct leaks *leaks = heap_leaks(page->heap);
    if (leaks == NULL || job_state(&leaks->job) != JOB_DONE) {
        add_work(page);
        return;
    }
    size_t shown = 0;
    uint64_t least = heap_dominators(page->heap)->total / SUSPECT_PART;
    while (shown < leaks->count && shown < SUSPECTS_SHOWN && leaks->items[shown].bytes >= least) {
        add_suspect(page, shown == 0 ? "suspects" : "", &leaks->items[shown]);
        shown++;
    }
    add_rest(page, shown, leaks->count - shown);
}

bool summary_is_complete(const struct summary_page *page)
{
    struct leaks *leaks = heap_leaks(page->heap);
    if (page->death != NULL && !job_ended(&page->death->job))
        return false;
    if (leaks != NULL)
        return job_ended(&leaks->job);
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        struct stage_progress progress;
        heap_progress(page->heap, stage, &progress);
        if (progress.state == STAGE_CANCELLED || progress.state == STAGE_FAILED)
            return true;
    }
    return false;
}
