#include "heap/v8/string/string_starts.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    SLOTS = 4096,
    SLOT_SHIFT = 64 - 12,
    SAMPLE_SHIFT = 64 - 8, // one node in 256
};

struct string_starts {
    pthread_mutex_t lock;
    struct {
        uint64_t node, start; // addresses; node 0: free
    } slots[SLOTS];
};

static uint64_t scatter(uint64_t node)
{
    return (node >> 3) * 0x9e3779b97f4a7c15;
}

struct string_starts *string_starts_create(void)
{
    struct string_starts *starts = calloc(1, sizeof *starts);
    if (starts != NULL)
        pthread_mutex_init(&starts->lock, NULL);
    return starts;
}

void string_starts_destroy(struct string_starts *starts)
{
    if (starts == NULL)
        return;
    pthread_mutex_destroy(&starts->lock);
    free(starts);
}

void string_way_begin(struct string_way *way, uint64_t root)
{
    way->passed = 0;
    way->stride = 1;
    way->kept[0] = root;
    way->count = 1;
}

// The root stays; of the others every other one goes.
static void thin_out(struct string_way *way)
{
    uint32_t count = 1;
    for (uint32_t i = 2; i < way->count; i += 2)
        way->kept[count++] = way->kept[i];
    way->count = count;
    way->stride *= 2;
}

// Which nodes those are depends on their addresses alone, so that every way finds the same.
bool string_way_pass(struct string_way *way, uint64_t node)
{
    if (scatter(node) << 12 >> SAMPLE_SHIFT != 0)
        return false;
    if (way->passed++ % way->stride != 0)
        return true;
    if (way->count == STRING_STARTS_PASSED)
        thin_out(way);
    way->kept[way->count++] = node;
    return true;
}

bool string_starts_know(struct string_starts *starts, uint64_t node, uint64_t *ret)
{
    if (starts == NULL)
        return false;
    size_t slot = scatter(node) >> SLOT_SHIFT;
    pthread_mutex_lock(&starts->lock);
    bool known = node != 0 && starts->slots[slot].node == node;
    *ret = starts->slots[slot].start;
    pthread_mutex_unlock(&starts->lock);
    return known;
}

void string_starts_learn(struct string_starts *starts, const struct string_way *way, uint64_t start)
{
    if (starts == NULL)
        return;
    pthread_mutex_lock(&starts->lock);
    for (uint32_t i = 0; i < way->count; i++) {
        size_t slot = scatter(way->kept[i]) >> SLOT_SHIFT;
        starts->slots[slot].node = way->kept[i];
        starts->slots[slot].start = start;
    }
    pthread_mutex_unlock(&starts->lock);
}
