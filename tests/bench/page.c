// CPU time of one screenful of rows: page CORE <COMMANDS. Of each line in milliseconds: from the command
// to its first screenful when it is asked for the first time; then the least of a few turns, opened anew
// each: the same, the screenful in the middle, and the last one, which G jumps to. As TSV: once, first,
// middle, last, rows, command. Nothing is drawn; the dump is opened once, and what other threads do
// meanwhile does not count: the explorer shows rows as they come.
#include "heap/graph/work/job.h"
#include "heap/heap.h"
#include "views/command.h"
#include "views/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TURNS = 5, SCREEN_ROWS = 60, PAGES = 3 };

static double milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void fill(struct view *view, uint64_t from, uint64_t count)
{
    static struct row row;
    row.wanted = ROW_WANT_ALL;
    for (uint64_t i = from; i < count && i < from + SCREEN_ROWS; i++)
        view_row(view, i, &row);
}

// Time of each page, kept in `best` where it is less than before.
static bool turn(struct heap *heap, const struct command_line *line, double best[PAGES],
                 uint64_t *count, struct error *error)
{
    struct view *view;
    bool exact;
    double begun = milliseconds();
    if (!command_open(heap, line, &view, error))
        return false;
    if (view->ops->job != NULL && view->ops->job(view) != NULL)
        heap_job_wait(heap, view->ops->job(view));
    view_refresh(view);
    *count = view_count(view, &exact);
    const uint64_t from[PAGES] = {0, *count / 2, *count > SCREEN_ROWS ? *count - SCREEN_ROWS : 0};
    for (int page = 0; page < PAGES; page++) {
        fill(view, from[page], *count);
        double spent = milliseconds() - begun;
        if (best[page] == 0 || spent < best[page])
            best[page] = spent;
        begun = milliseconds();
    }
    view_destroy(view);
    return true;
}

static bool measure(struct heap *heap, const char *text, struct error *error)
{
    struct command_line *line;
    double best[PAGES] = {0}, once = 0;
    uint64_t count = 0;
    bool opened = true;
    if (!command_parse(text, &line, error))
        return false;
    for (int i = 0; i < TURNS && opened; i++) {
        opened = turn(heap, line, best, &count, error);
        once = i == 0 ? best[0] : once;
    }
    command_line_destroy(line);
    if (opened)
        printf("%.2f\t%.2f\t%.2f\t%.2f\t%lu\t%s\n", once, best[0], best[1], best[2], count, text);
    return opened;
}

int main(int argc, char **argv)
{
    struct heap *heap = NULL;
    struct error error;
    char text[4096];
    if (argc != 2) {
        fputs("usage: page CORE <COMMANDS\n", stderr);
        return EXIT_FAILURE;
    }
    bool good = heap_open(argv[1], &(struct heap_options){.threads = 1}, &heap, &error);
    if (good) {
        heap_start(heap, STAGE_WALK); // for the commands that need the list of objects
        heap_wait(heap, STAGE_WALK);
    }
    if (!good)
        fprintf(stderr, "page: %s\n", error.text);
    while (heap != NULL && fgets(text, sizeof text, stdin) != NULL) {
        text[strcspn(text, "\n")] = '\0';
        if (!measure(heap, text, &error)) {
            fprintf(stderr, "page: %s: %s\n", text, error.text);
            good = false;
        }
    }
    heap_close(heap);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
