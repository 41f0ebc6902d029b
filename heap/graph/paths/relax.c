#include "heap/graph/paths/relax.h"

#include <stdlib.h>

enum { WORDS = 512 };

struct nearer {
    uint32_t level, id;
};

struct list {
    uint32_t *ids;
    size_t count, capacity;
};

struct relaxing {
    struct reach *reach;
    const struct edges *edges;
    const struct shortcuts *shortcuts;
    const struct reverse *reverse;
    struct list now, next; // objects of this level, and of the next
    bool failed;
};

static void set_level(struct reach *reach, uint32_t id, uint32_t level)
{
    void *bytes = reach->levels.bytes;
    unsigned shift = 32 - 8 * reach->width;
    uint32_t value = (level & ~REACH_TIER) | (level & REACH_TIER) >> shift;
    if (reach->width == 1)
        ((uint8_t *)bytes)[id] = (uint8_t)value;
    else if (reach->width == 2)
        ((uint16_t *)bytes)[id] = (uint16_t)value;
    else
        ((uint32_t *)bytes)[id] = value;
}

static bool push(struct list *list, uint32_t id)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 256;
        uint32_t *ids = realloc(list->ids, capacity * sizeof *ids);
        if (ids == NULL)
            return false;
        list->ids = ids;
        list->capacity = capacity;
    }
    list->ids[list->count++] = id;
    return true;
}

static void lower(struct relaxing *relaxing, uint32_t id, uint32_t level, struct list *list)
{
    uint32_t before = reach_level(relaxing->reach, id);
    if (before == REACH_NONE || before <= level)
        return;
    set_level(relaxing->reach, id, level);
    relaxing->failed = relaxing->failed || !push(list, id);
}

static void lower_words(struct relaxing *relaxing, const uint64_t *words, size_t count,
                        uint32_t level)
{
    for (size_t i = 0; i < count; i++) {
        bool strong = (words[i] & 3) == EDGE_STRONG;
        uint32_t id = strong ? edge_target(relaxing->edges, words[i]) : INDEX_NONE;
        if (id != INDEX_NONE)
            lower(relaxing, id, level, &relaxing->next);
    }
}

// Everything that an object of `level` refers to is of the next level, or nearer.
static void lower_targets(struct relaxing *relaxing, uint32_t source, uint32_t level)
{
    uint64_t words[WORDS], at = 0, available, address = edges_address(relaxing->edges, source);
    const uint8_t *object = edges_bytes(relaxing->edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(relaxing->edges, object, address);
    if (shape == NULL)
        return;
    const struct shortcut_shape *more = shortcuts_shape(relaxing->shortcuts, shape);
    lower_words(relaxing, relaxing->shortcuts->words + more->first, more->count, level + 1);
    for (struct shortcut_cursor cursor = {0}; !cursor.done;) {
        size_t count = shortcuts_of(relaxing->shortcuts, shape, object, available, &cursor, words,
                                    WORDS);
        lower_words(relaxing, words, count, level + 1);
    }
    while (at != UINT64_MAX) {
        size_t count =
            edges_of_object(relaxing->edges, shape, object, available, &at, words, WORDS);
        lower_words(relaxing, words, count, level + 1);
    }
    size_t count;
    const struct ephemeron *list = reverse_ephemerons_of(relaxing->reverse, source, &count);
    for (size_t i = 0; i < count; i++)
        if (reach_level(relaxing->reach, list[i].table) != REACH_NONE)
            lower(relaxing, list[i].value, level + 1, &relaxing->next);
}

static int by_level(const void *a, const void *b)
{
    const struct nearer *left = a, *right = b;
    if (left->level != right->level)
        return left->level < right->level ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

// Values that are nearer than the search found. NULL: out of memory.
static struct nearer *first_values(const struct relaxing *relaxing, size_t *count)
{
    const struct reverse *reverse = relaxing->reverse;
    struct nearer *values = calloc(reverse->ephemeron_count + 1, sizeof *values);
    *count = 0;
    for (size_t i = 0; values != NULL && i < reverse->ephemeron_count; i++) {
        const struct ephemeron *ephemeron = &reverse->ephemerons[i];
        uint32_t key = reach_level(relaxing->reach, ephemeron->key);
        uint32_t table = reach_level(relaxing->reach, ephemeron->table);
        uint32_t value = reach_level(relaxing->reach, ephemeron->value);
        if (key != REACH_NONE && table != REACH_NONE && key + 1 < value)
            values[(*count)++] = (struct nearer){key + 1, ephemeron->value};
    }
    if (values != NULL)
        qsort(values, *count, sizeof *values, by_level);
    return values;
}

static bool run(struct relaxing *relaxing, const struct nearer *values, size_t count,
                struct job *job)
{
    uint32_t level = 0;
    for (size_t at = 0; at < count || relaxing->now.count > 0;) {
        if (relaxing->now.count == 0)
            level = values[at].level;
        for (; at < count && values[at].level == level; at++)
            lower(relaxing, values[at].id, level, &relaxing->now);
        for (size_t i = 0; i < relaxing->now.count && !relaxing->failed; i++) {
            if (i % 1024 == 1023 && job_cancelled(job))
                return false;
            if (reach_level(relaxing->reach, relaxing->now.ids[i]) == level)
                lower_targets(relaxing, relaxing->now.ids[i], level);
        }
        if (relaxing->failed || job_cancelled(job))
            return false;
        struct list now = relaxing->now;
        relaxing->now = relaxing->next;
        relaxing->next = now;
        relaxing->next.count = 0;
        level++;
    }
    return true;
}

bool reach_relax(struct reach *reach, const struct shortcuts *shortcuts,
                 const struct reverse *reverse, struct job *job)
{
    struct relaxing relaxing = {.reach = reach, .edges = reverse->edges, .shortcuts = shortcuts,
                                .reverse = reverse};
    size_t count;
    struct nearer *values = first_values(&relaxing, &count);
    bool done = values != NULL && run(&relaxing, values, count, job);
    free(values);
    free(relaxing.now.ids);
    free(relaxing.next.ids);
    return done;
}
