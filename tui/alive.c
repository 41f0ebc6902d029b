#include "tui/alive.h"

#include "heap/graph/work/job.h"
#include "heap/heap.h"
#include "views/command.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEP_MAX = 80, // bytes shown of one step
};

struct alive_job {
    struct job job;
    struct heap *heap;
    uint64_t address;
    char text[ALIVE_TEXT];
};

bool alive_ready(struct heap *heap)
{
    struct stage_progress progress = {.state = STAGE_IDLE};
    if (heap != NULL && command_find("path") != NULL)
        heap_progress(heap, STAGE_GRAPH, &progress);
    return progress.state == STAGE_DONE;
}

// --- on the worker thread ------------------------------------------------------------------------

static size_t column_named(const struct view_ops *views_ops, const char *name)
{
    for (size_t i = 0; i < views_ops->column_count; i++) {
        if (strcmp(views_ops->columns[i].name, name) == 0)
            return i;
    }
    return VIEW_COLUMNS_MAX;
}

// True when there was something to add.
static bool add(struct alive_job *job, const struct row *row, size_t column)
{
    size_t used = strlen(job->text);
    const struct cell *cell = column < VIEW_COLUMNS_MAX ? &row->cells[column] : NULL;
    if (cell == NULL || cell->kind != CELL_TEXT || cell->length == 0)
        return false;
    snprintf(job->text + used, sizeof job->text - used, "%s%.*s", used > 0 ? "\n" : "",
             cell->length < STEP_MAX ? (int)cell->length : STEP_MAX, cell->text);
    return true;
}

// A step is the edge that leads to it; the first one is the root and the type of what it holds.
static void add_step(struct alive_job *job, const struct view_ops *views_ops, const struct row *row)
{
    bool root = add(job, row, column_named(views_ops, "root"));
    if (root || !add(job, row, column_named(views_ops, "edge")))
        add(job, row, column_named(views_ops, "type"));
}

static void add_steps(struct alive_job *job, struct view *view)
{
    bool exact;
    uint64_t count = view_count(view, &exact);
    struct row *row = malloc(sizeof *row);
    for (uint64_t i = 0; i < count && row != NULL; i++) {
        if (i >= ALIVE_STEPS / 2 && count - i > ALIVE_STEPS / 2)
            continue;
        view_row(view, i, row);
        add_step(job, view->ops, row);
    }
    free(row);
    if (count == 0)
        snprintf(job->text, sizeof job->text, "nothing: no root leads to it");
}

// The whole life of the view is on this thread.
static bool run(struct job *base, struct pool *pool)
{
    struct alive_job *job = (struct alive_job *)base;
    struct command_line *line;
    struct view *view;
    struct error error;
    char command[64];
    (void)pool;
    snprintf(command, sizeof command, "path 0x%" PRIx64, job->address);
    if (!command_parse(command, &line, &error))
        return true;
    if (command_open(job->heap, line, &view, &error)) {
        view_settle(view);
        add_steps(job, view);
        view_destroy(view);
    }
    command_line_destroy(line);
    return true;
}

static const struct job_ops ops = {.doing = "looking for the path from a root", .run = run};

// --- on the thread of the screen -----------------------------------------------------------------

static void take(struct alive *alive)
{
    struct alive_job *job = alive->job;
    if (job == NULL || !job_ended(&job->job))
        return;
    memcpy(alive->text, job->text, sizeof alive->text);
    alive->known = alive->asked;
    job_release(&job->job);
    alive->job = NULL;
}

void alive_ask(struct alive *alive, struct heap *heap, uint64_t address)
{
    alive->wanted = address;
    take(alive);
    if (alive->job != NULL || address == 0 || alive->known == address || !alive_ready(heap))
        return;
    struct alive_job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return;
    job_init(&job->job, &ops);
    job->heap = heap;
    job->address = address;
    alive->job = job;
    alive->asked = address;
    heap_submit(heap, &job->job);
    take(alive);
}

const char *alive_text(const struct alive *alive, uint64_t address)
{
    return address != 0 && alive->known == address && alive->text[0] != '\0' ? alive->text : NULL;
}

void alive_clear(struct alive *alive)
{
    if (alive->job != NULL) {
        job_cancel(&alive->job->job);
        job_release(&alive->job->job);
    }
    *alive = (struct alive){.wanted = 0};
}
