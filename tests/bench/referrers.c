// Time to the first page of who refers to an object, once the index is there: referrers CORE.
//
// The objects with most references, of all and of those that are no shape, each listed one row a
// reference, from the beginning and from the middle, and folded by type and edge: the first groups,
// while references are still counted, and all of them. Times are by the clock, the best and the worst
// of some turns, of opening the view until its page is filled.
#include "heap/graph/graph.h"
#include "heap/graph/index/index.h"
#include "heap/heap.h"
#include "heap/v8/object/object.h"
#include "views/command.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TURNS = 5, PAGE = 50 };

struct shown {
    double milliseconds;
    uint64_t rows;
    bool exact;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static struct view *open_view(struct heap *heap, const char *text)
{
    struct command_line *line;
    struct view *view;
    struct error error;
    if (!command_parse(text, &line, &error) || !command_open(heap, line, &view, &error))
        abort();
    command_line_destroy(line);
    return view;
}

// Open a view and fill the page in the middle (`share` 0.5) or at the beginning.
static struct shown show(struct heap *heap, const char *text, double share, bool all,
                         struct row *row)
{
    struct shown shown = {0};
    double from = now();
    struct view *view = open_view(heap, text);
    while (shown.rows = view_count(view, &shown.exact), !shown.exact && (all || shown.rows == 0)) {
        usleep(100);
        view_refresh(view);
    }
    uint64_t first = (uint64_t)((double)shown.rows * share);
    for (uint64_t i = first; i < first + PAGE && i < shown.rows; i++) {
        row->wanted = ROW_WANT_ALL;
        row_clear(row);
        view_row(view, i, row);
    }
    shown.milliseconds = now() - from;
    view_destroy(view);
    return shown;
}

static void measure(struct heap *heap, const char *what, const char *text, double share, bool all)
{
    struct row *row = malloc(sizeof *row);
    struct shown best = {.milliseconds = 1e9};
    double worst = 0;
    if (row == NULL)
        abort();
    for (int turn = 0; turn < TURNS; turn++) {
        struct shown shown = show(heap, text, share, all, row);
        if (shown.milliseconds > worst)
            worst = shown.milliseconds;
        if (shown.milliseconds < best.milliseconds)
            best = shown;
    }
    printf("  %-22s %9.2f ms, at worst %9.2f ms, %lu rows\n", what, best.milliseconds, worst,
           best.rows);
    free(row);
}

// The object that most references lead to; `all`: even if it is a shape. INDEX_NONE: none.
static uint32_t most_referred(struct heap *heap, bool all, uint64_t *ret)
{
    const struct reverse *reverse = graph_reverse(heap_graph(heap));
    const struct object_index *index = heap_index(heap);
    uint32_t best = INDEX_NONE;
    *ret = 0;
    for (uint32_t id = 0; id < index->count; id++) {
        uint64_t count;
        struct v8_object object;
        reverse_of(reverse, id, &count);
        if (count <= *ret || !reverse_has(reverse, id) ||
            !v8_object_at(heap_v8(heap), index_address(index, id), &object) ||
            (!all && object.shape.type == ITYPE_MAP))
            continue;
        *ret = count;
        best = id;
    }
    return best;
}

static void measure_object(struct heap *heap, bool all)
{
    uint64_t count;
    uint32_t id = most_referred(heap, all, &count);
    char text[64];
    if (id == INDEX_NONE)
        return;
    uint64_t address = index_address(heap_index(heap), id);
    printf("--- 0x%" PRIx64 "%s: %lu references\n", address, all ? "" : " (no shape)", count);
    snprintf(text, sizeof text, "refs 0x%" PRIx64, address);
    measure(heap, "first page", text, 0, true);
    measure(heap, "page in the middle", text, 0.5, true);
    snprintf(text, sizeof text, "refs 0x%" PRIx64 " --by type", address);
    measure(heap, "folded, first groups", text, 0, false);
    measure(heap, "folded, all counted", text, 0, true);
}

int main(int argc, char **argv)
{
    struct heap_options options = {.threads = 2};
    struct heap *heap;
    struct error error;
    if (argc != 2 || !heap_open(argv[1], &options, &heap, &error)) {
        fprintf(stderr, "usage: referrers CORE\n");
        return 1;
    }
    heap_start(heap, STAGE_GRAPH);
    heap_wait(heap, STAGE_GRAPH);
    measure_object(heap, true);
    measure_object(heap, false);
    heap_close(heap);
    return 0;
}
