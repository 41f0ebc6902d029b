// References, roots and distances of an index. The long arrays stay in the file's mapping; what is
// in them is looked at once, on all workers.
#include "heap/graph/saved/restore.h"

#include <stdlib.h>
#include <string.h>

enum { SOURCES_BLOCK = 1 << 20 }; // of a task

static struct big_array borrow(const void *bytes, uint64_t size)
{
    return (struct big_array){.bytes = (void *)(uintptr_t)bytes, .size = size, .borrowed = true};
}

// --- reverse index: checks -----------------------------------------------------------------------

struct checking {
    const uint32_t *starts, *sources;
    const uint64_t *bases;
    uint64_t objects, source_count;
};

// The lists of a block of objects follow each other up to where the next block's begin.
static bool check_starts(void *context, size_t worker, size_t block)
{
    const struct checking *checking = context;
    uint64_t base = checking->bases[block], before = base, id = (uint64_t)block * REVERSE_BLOCK;
    bool last = checking->objects - id < REVERSE_BLOCK;
    uint64_t end = last ? checking->objects + 1 : id + REVERSE_BLOCK;
    (void)worker;
    if (base > checking->source_count || (block == 0 && base != 0) ||
        checking->starts[id] != (uint32_t)base)
        return false;
    for (; id < end; id++) {
        uint64_t start = base + (uint32_t)(checking->starts[id] - (uint32_t)base);
        if (start < before)
            return false;
        before = start;
    }
    return last ? before == checking->source_count : before <= checking->bases[block + 1];
}

// Each is an object or marks a gap (INDEX_NONE).
static bool check_sources(void *context, size_t worker, size_t block)
{
    const struct checking *checking = context;
    uint64_t from = (uint64_t)block * SOURCES_BLOCK, end = from + SOURCES_BLOCK;
    uint32_t limit = (uint32_t)checking->objects, wrong = 0;
    (void)worker;
    if (end > checking->source_count)
        end = checking->source_count;
    for (uint64_t i = from; i < end; i++)
        wrong |= checking->sources[i] + 1 > limit; // a gap becomes 0
    return wrong == 0;
}

static bool check_lists(struct restoring *restoring, struct reverse *reverse)
{
    uint64_t starts, bases, objects = restoring->index->count;
    struct checking checking = {.objects = objects};
    checking.starts = index_file_section(restoring->file, SAVED_STARTS, &starts);
    checking.bases = index_file_section(restoring->file, SAVED_BASES, &bases);
    checking.sources =
        index_file_section(restoring->file, SAVED_SOURCES, &checking.source_count);
    if (starts != objects + 1 || bases != objects / REVERSE_BLOCK + 1 ||
        !pool_run(restoring->pool, bases, check_starts, &checking) ||
        !pool_run(restoring->pool, checking.source_count / SOURCES_BLOCK + 1, check_sources,
                  &checking))
        return false;
    reverse->starts = borrow(checking.starts, starts * sizeof *checking.starts);
    reverse->sources = borrow(checking.sources, checking.source_count * sizeof *checking.sources);
    reverse->bases = calloc(bases + 1, sizeof *reverse->bases);
    if (reverse->bases == NULL)
        return false;
    memcpy(reverse->bases, checking.bases, bases * sizeof *reverse->bases);
    return true;
}

// --- reverse index: the rest ---------------------------------------------------------------------

static bool other_fits(const struct restoring *restoring, const struct reverse_other *other)
{
    return other->target < restoring->index->count && other->source < restoring->index->count &&
           other->kind < REVERSE_KINDS;
}

static bool copy_others(struct restoring *restoring, struct reverse_stretch *stretch,
                        const struct reverse_other *others, uint64_t count)
{
    stretch->others = calloc(count + 1, sizeof *stretch->others);
    if (stretch->others == NULL)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!other_fits(restoring, &others[i]))
            return false;
        stretch->others[i] = others[i];
    }
    stretch->other_count = count;
    return true;
}

static bool restore_stretches(struct restoring *restoring, struct reverse *reverse)
{
    uint64_t total, count;
    const struct reverse_other *others =
        index_file_section(restoring->file, SAVED_OTHERS, &total);
    const uint64_t *counts = index_file_section(restoring->file, SAVED_OTHER_COUNTS, &count);
    if (!reverse_stretches_create(reverse) || count != reverse->stretch_count)
        return false;
    reverse->others = total;
    for (size_t i = 0; i < count; i++) {
        if (counts[i] > total || !copy_others(restoring, &reverse->stretches[i], others, counts[i]))
            return false;
        others += counts[i];
        total -= counts[i];
    }
    return total == 0;
}

static bool restore_ephemerons(struct restoring *restoring, struct reverse *reverse)
{
    uint64_t count, objects = restoring->index->count;
    const struct ephemeron *records =
        index_file_section(restoring->file, SAVED_EPHEMERONS, &count);
    reverse->ephemerons = calloc(count + 1, sizeof *records);
    if (reverse->ephemerons == NULL)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (records[i].key >= objects || records[i].value >= objects ||
            records[i].table >= objects || (i > 0 && records[i].key < records[i - 1].key))
            return false;
        reverse->ephemerons[i] = records[i];
    }
    reverse->ephemeron_count = count;
    return true;
}

static bool restore_reverse(struct restoring *restoring)
{
    struct reverse *reverse = calloc(1, sizeof *reverse);
    restoring->parts.graph.reverse = reverse;
    if (reverse == NULL)
        return false;
    reverse->edges = restoring->parts.graph.edges;
    reverse->strong = restoring->sums->strong;
    reverse->read_only = restoring->sums->read_only;
    return restore_stretches(restoring, reverse) && check_lists(restoring, reverse) &&
           restore_ephemerons(restoring, reverse);
}

// --- roots and distances -------------------------------------------------------------------------

static bool root_fits(const struct restoring *restoring, const struct saved_root *root)
{
    return root->id < restoring->index->count &&
           index_id(restoring->index, root->target) == root->id && root->kind < ROOT_KIND_COUNT &&
           root->certainty <= ROOT_CONSERVATIVE && root->weak <= 1 &&
           (root->isolate < restoring->v8->isolate_count || root->isolate == V8_NO_ISOLATE);
}

static bool restore_roots(struct restoring *restoring)
{
    uint64_t count;
    const struct saved_root *records = index_file_section(restoring->file, SAVED_ROOTS, &count);
    struct roots *roots = calloc(1, sizeof *roots);
    restoring->parts.graph.roots = roots;
    if (roots == NULL || (roots->items = calloc(count + 1, sizeof *roots->items)) == NULL)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        const struct saved_root *record = &records[i];
        if (!root_fits(restoring, record) || (i > 0 && record->id < records[i - 1].id))
            return false;
        roots->items[i] = (struct root){.slot = record->slot, .target = record->target,
                                        .id = record->id, .place = record->place,
                                        .isolate = record->isolate, .kind = record->kind,
                                        .certainty = record->certainty,
                                        .weak = record->weak == 1};
    }
    roots->count = count;
    return true;
}

static bool restore_reach(struct restoring *restoring)
{
    const struct saved_sums *sums = restoring->sums;
    uint64_t size;
    const void *levels = index_file_section(restoring->file, SAVED_LEVELS, &size);
    struct reach *reach = calloc(1, sizeof *reach);
    restoring->parts.graph.reach = reach;
    bool known = sums->width == 1 || sums->width == 2 || sums->width == 4;
    if (reach == NULL || !known || size != restoring->index->count * sums->width)
        return false;
    *reach = (struct reach){.levels = borrow(levels, size), .width = (unsigned)sums->width,
                            .deepest = (uint32_t)sums->deepest, .reached = sums->reached};
    return sums->deepest < REACH_TIER && sums->reached <= restoring->index->count;
}

bool restore_graph(struct restoring *restoring)
{
    struct graph *graph = &restoring->parts.graph;
    return edges_create(restoring->v8, restoring->index, restoring->walk, &graph->edges) &&
           shortcuts_create(graph->edges, &graph->shortcuts) && restore_reverse(restoring) &&
           restore_roots(restoring) && restore_reach(restoring);
}
