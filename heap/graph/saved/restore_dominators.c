// The dominator tree of an index.
#include "heap/graph/saved/restore.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_BLOCK = 1 << 20 }; // of a task

// --- is it a tree? -------------------------------------------------------------------------------

// Everything that climbs from object to dominator relies on coming to an end. Each object is climbed
// from up to one that was seen to end; `way` holds those on the way.
static bool climb(const struct dominator_node *nodes, uint32_t id, uint64_t *ends, uint64_t *way)
{
    uint32_t at = id;
    while (at < DOMINATOR_ROOT && (ends[at / 64] >> at % 64 & 1) == 0) {
        if ((way[at / 64] >> at % 64 & 1) != 0)
            return false; // in a circle
        way[at / 64] |= 1ull << at % 64;
        at = nodes[at].dominator;
    }
    for (at = id; at < DOMINATOR_ROOT && (ends[at / 64] >> at % 64 & 1) == 0;
         at = nodes[at].dominator)
        ends[at / 64] |= 1ull << at % 64;
    return true;
}

static bool is_tree(const struct dominator_node *nodes, uint32_t count)
{
    size_t words = (size_t)count / 64 + 1;
    uint64_t *ends = calloc(words, sizeof *ends), *way = calloc(words, sizeof *way);
    bool done = ends != NULL && way != NULL;
    for (uint32_t id = 0; id < count && done; id++)
        done = climb(nodes, id, ends, way);
    free(ends);
    free(way);
    return done;
}

struct checking {
    const struct dominator_node *nodes;
    uint64_t count, large_count;
};

// Dominators that are objects or none at all, and large sizes that are there.
static bool check_nodes(void *context, size_t worker, size_t block)
{
    const struct checking *checking = context;
    uint64_t id = (uint64_t)block * NODES_BLOCK, end = id + NODES_BLOCK;
    bool fits = true;
    (void)worker;
    if (end > checking->count)
        end = checking->count;
    for (; id < end; id++) {
        uint32_t dominator = checking->nodes[id].dominator, retained = checking->nodes[id].retained;
        fits &= dominator < checking->count || dominator >= DOMINATOR_ROOT;
        fits &= (retained & RETAINED_LARGE) == 0 ||
                (retained & ~RETAINED_LARGE) < checking->large_count;
    }
    return fits;
}

// --- all -----------------------------------------------------------------------------------------

bool restore_dominators(struct restoring *restoring)
{
    uint64_t count, large_count;
    const struct dominator_node *nodes =
        index_file_section(restoring->file, SAVED_NODES, &count);
    const uint64_t *large = index_file_section(restoring->file, SAVED_LARGE, &large_count);
    struct checking checking = {.nodes = nodes, .count = count, .large_count = large_count};
    if (count != restoring->index->count || count > DOMINATORS_MAX || large_count > count ||
        !pool_run(restoring->pool, count / NODES_BLOCK + 1, check_nodes, &checking) ||
        !is_tree(nodes, (uint32_t)count))
        return false;
    struct dominators *dominators = calloc(1, sizeof *dominators);
    if (dominators == NULL)
        return false;
    restoring->parts.dominators = dominators;
    pthread_mutex_init(&dominators->lock, NULL);
    dominators->count = (uint32_t)count;
    dominators->nodes = (struct big_array){.bytes = (void *)(uintptr_t)nodes,
                                           .size = count * sizeof *nodes, .borrowed = true};
    dominators->large = calloc(large_count + 1, sizeof *large);
    if (dominators->large == NULL)
        return false;
    memcpy(dominators->large, large, large_count * sizeof *large);
    dominators->large_count = dominators->large_capacity = (uint32_t)large_count;
    dominators->total = restoring->sums->held_bytes;
    dominators->held = restoring->sums->held;
    dominators->numbered = restoring->sums->numbered;
    return true;
}
