#include "heap/graph/paths/reach.h"

#include <stdlib.h>
#include <string.h>

enum {
    QUEUE_SHARE = 64,       // a level with more than this part of all objects is searched by page
    QUEUE_LEAST = 1024,
    WORDS = 512,
};

// Which roots lead first. What only looks like a reference retains what no certain root leads to,
// and nothing else: stale words would otherwise hold half of a heap.
enum tier {
    TIER_GLOBALS,
    TIER_CERTAIN,
    TIER_CONSERVATIVE,
    TIER_COUNT
};

struct queue {
    uint64_t *items; // addresses
    size_t count;
};

struct counter {
    uint64_t found;         // objects marked at this level
    uint64_t reached;
    char pad[48];           // workers do not share cache lines
};

struct search {
    const struct edges *edges;
    const struct object_index *index;
    const struct shortcuts *shortcuts;
    const struct reverse *reverse;
    struct job *job;
    struct reach *reach;
    uint64_t limit;
    enum tier tier;
    uint32_t level;         // of the objects being expanded, with its tier
    struct queue now, next; // when the level is small
    size_t queue_size;
    bool overflow;          // the next level is too large for the queue
    uint8_t *touched, *touched_next; // of each page: has objects of the level
    uint32_t *pages;        // those that have
    uint8_t *shape_done;    // of each shape: its map was marked
    uint64_t *keys;         // bit of each object: key of an ephemeron; NULL: there are none
    const uint64_t *gone;   // bit of each object: nothing leads to it; NULL: of none
    uint32_t wanted; // the search ends with the level of this object; INDEX_NONE: of the last
    struct counter *counters;
};

// --- levels --------------------------------------------------------------------------------------

static uint32_t largest_of_width(unsigned width)
{
    return (1u << (8 * width - 1)) - 2;
}

// A level as it is stored.
static uint32_t stored(unsigned width, uint32_t level)
{
    return (level & ~REACH_TIER) | (level & REACH_TIER) >> (32 - 8 * width);
}

// Several workers may look at one level at once; whoever stores stores the same.
static inline uint32_t load_level(const struct search *search, uint32_t id)
{
    const void *bytes = search->reach->levels.bytes;
    uint32_t level;
    switch (search->reach->width) {
    case 1:
        level = __atomic_load_n((const uint8_t *)bytes + id, __ATOMIC_RELAXED);
        return level == UINT8_MAX ? REACH_NONE : level + (level >> 7) * (REACH_TIER - (1u << 7));
    case 2:
        level = __atomic_load_n((const uint16_t *)bytes + id, __ATOMIC_RELAXED);
        return level == UINT16_MAX ? REACH_NONE
                                   : level + (level >> 15) * (REACH_TIER - (1u << 15));
    default:
        return __atomic_load_n((const uint32_t *)bytes + id, __ATOMIC_RELAXED);
    }
}

static inline void store_level(const struct search *search, uint32_t id, uint32_t level)
{
    void *bytes = search->reach->levels.bytes;
    unsigned width = search->reach->width;
    if (width == 1)
        __atomic_store_n((uint8_t *)bytes + id, (uint8_t)stored(1, level), __ATOMIC_RELAXED);
    else if (width == 2)
        __atomic_store_n((uint16_t *)bytes + id, (uint16_t)stored(2, level), __ATOMIC_RELAXED);
    else
        __atomic_store_n((uint32_t *)bytes + id, level, __ATOMIC_RELAXED);
}

static bool new_levels(struct search *search, unsigned width, struct big_array *ret)
{
    uint64_t size = (uint64_t)search->index->count * width;
    if (!big_array_create(size, search->limit, ret))
        return false;
    if (size > 0)
        memset(ret->bytes, 0xff, size);
    return true;
}

// Make room for deeper levels.
static bool widen(struct search *search)
{
    struct reach *reach = search->reach;
    struct big_array before = reach->levels, wider;
    unsigned width = 2 * reach->width;
    if (!new_levels(search, width, &wider))
        return false;
    for (uint32_t id = 0; id < search->index->count; id++) {
        uint32_t level = reach_level(reach, id);
        if (level == REACH_NONE)
            continue;
        if (width == 2)
            ((uint16_t *)wider.bytes)[id] = (uint16_t)stored(2, level);
        else
            ((uint32_t *)wider.bytes)[id] = level;
    }
    reach->levels = wider;
    reach->width = width;
    big_array_destroy(&before);
    return true;
}

// --- marking -------------------------------------------------------------------------------------

static void spill_queue(struct search *search)
{
    for (size_t i = 0; i < search->next.count; i++)
        search->touched_next[index_page_of(search->index, search->next.items[i])] = 1;
    search->overflow = true;
}

static inline bool is_gone(const struct search *search, uint32_t id)
{
    return search->gone != NULL && (search->gone[id / 64] >> id % 64 & 1) != 0;
}

// A reference leads to `word`: its object is of the next level if it was not reached before.
// `queue`: remember it there; else its page is noted.
static void mark(struct search *search, struct counter *counter, uint64_t word, bool queue)
{
    uint64_t address = word & ~(uint64_t)EDGE_STRENGTH;
    uint32_t id = edge_target(search->edges, word);
    if (id == INDEX_NONE || load_level(search, id) != REACH_NONE || is_gone(search, id))
        return;
    store_level(search, id, search->level + 1);
    counter->found++;
    size_t page = index_page_of(search->index, address);
    if (page == SIZE_MAX || search->edges->moved[page]) {
        address = edges_address(search->edges, id);
        page = index_page_of(search->index, address);
    }
    if (queue && !search->overflow) {
        search->next.items[search->next.count++] = address;
        if (search->next.count == search->queue_size)
            spill_queue(search);
    } else {
        __atomic_store_n(&search->touched_next[page], 1, __ATOMIC_RELAXED);
    }
}

// Is the other one of an ephemeron's key and table through: reached no later than what is expanded?
// The value is then the next level's; else it is the other one that leads to it, when its turn
// comes. An earlier tier is through, whatever its levels.
static bool is_through(const struct search *search, uint32_t id)
{
    uint32_t level = load_level(search, id);
    return level <= search->level || (level != REACH_NONE && search->tier == TIER_CONSERVATIVE);
}

static void mark_words(struct search *search, struct counter *counter, const uint64_t *words,
                       size_t count, bool queue)
{
    for (size_t i = 0; i < count; i++) {
        unsigned strength = words[i] & 3;
        if (strength == EDGE_STRONG) {
            mark(search, counter, words[i], queue);
        } else if (strength == EDGE_EPHEMERON) {
            uint32_t key = edge_target(search->edges, words[i - 1]);
            if (key != INDEX_NONE && is_through(search, key))
                mark(search, counter, words[i], queue);
        }
    }
}

// The values of ephemerons with this key, in tables that are through.
static void mark_by_key(struct search *search, struct counter *counter, uint32_t id, bool queue)
{
    size_t count;
    const struct ephemeron *list = reverse_ephemerons_of(search->reverse, id, &count);
    for (size_t i = 0; i < count; i++)
        if (is_through(search, list[i].table))
            mark(search, counter, edges_address(search->edges, list[i].value) | EDGE_STRONG,
                 queue);
}

// Maps and what shapes add are marked with the first object of a shape that is expanded: none
// later is nearer.
static void expand_shape(struct search *search, struct counter *counter,
                         const struct edge_shape *shape, bool queue)
{
    const struct shortcut_shape *more = shortcuts_shape(search->shortcuts, shape);
    uint8_t *done = &search->shape_done[shape - search->edges->shapes];
    if (__atomic_load_n(done, __ATOMIC_RELAXED))
        return;
    mark(search, counter, shape->word, queue);
    mark_words(search, counter, search->shortcuts->words + more->first, more->count, queue);
    __atomic_store_n(done, 1, __ATOMIC_RELAXED);
}

static void expand_shortcuts(struct search *search, struct counter *counter,
                             const struct edge_shape *shape, const uint8_t *object,
                             uint64_t available, bool queue)
{
    struct shortcut_cursor cursor = {0};
    uint64_t words[WORDS];
    while (!cursor.done) {
        size_t count = shortcuts_of(search->shortcuts, shape, object, available, &cursor, words,
                                    WORDS);
        mark_words(search, counter, words, count, queue);
    }
}

static void expand(struct search *search, struct counter *counter, uint64_t address, uint32_t id,
                   bool queue)
{
    uint64_t words[WORDS], at = 1, available;
    const uint8_t *object = edges_bytes(search->edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(search->edges, object, address);
    if (shape == NULL)
        return;
    expand_shape(search, counter, shape, queue);
    if (shape->receiver)
        expand_shortcuts(search, counter, shape, object, available, queue);
    while (at != UINT64_MAX) {
        size_t count = edges_of_object(search->edges, shape, object, available, &at, words, WORDS);
        mark_words(search, counter, words, count, queue);
    }
    if (search->keys != NULL && (search->keys[id / 64] >> id % 64 & 1) != 0)
        mark_by_key(search, counter, id, queue);
}

// --- one level -----------------------------------------------------------------------------------

// Call for each object of a page at the search's level.
static void each_of_level(struct search *search, size_t number,
                          void (*call)(struct search *search, struct counter *counter,
                                       uint64_t address, uint32_t id),
                          struct counter *counter)
{
    const struct index_page *page = &search->index->pages[number];
    uint32_t id = page->first;
    if (page->bits == NULL) {
        if (page->count == 1 && load_level(search, id) == search->level)
            call(search, counter, page->start, id);
        return;
    }
    for (size_t word = 0; word < INDEX_WORDS; word++)
        for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1, id++)
            if (load_level(search, id) == search->level)
                call(search, counter,
                     page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits)), id);
}

static void expand_by_page(struct search *search, struct counter *counter, uint64_t address,
                           uint32_t id)
{
    expand(search, counter, address, id, false);
}

static bool expand_page(void *context, size_t worker, size_t number)
{
    struct search *search = context;
    if (job_cancelled(search->job))
        return false;
    each_of_level(search, search->pages[number], expand_by_page, &search->counters[worker]);
    return true;
}

static void enqueue(struct search *search, struct counter *counter, uint64_t address, uint32_t id)
{
    (void)counter;
    (void)id;
    if (search->now.count < search->queue_size)
        search->now.items[search->now.count] = address;
    search->now.count++;
}

// The pages noted for the level that begins. Returns how many.
static size_t take_pages(struct search *search)
{
    size_t count = 0;
    uint8_t *touched = search->touched_next;
    search->touched_next = search->touched;
    search->touched = touched;
    for (size_t i = 0; i < search->index->page_count; i++)
        if (touched[i]) {
            search->pages[count++] = (uint32_t)i;
            touched[i] = 0;
        }
    return count;
}

static uint64_t sum_found(struct search *search, struct pool *pool)
{
    uint64_t found = 0;
    for (size_t i = 0; i < pool_width(pool); i++) {
        found += search->counters[i].found;
        search->counters[i].found = 0;
    }
    search->reach->reached += found;
    atomic_fetch_add_explicit(&search->job->items, found, memory_order_relaxed);
    return found;
}

static bool expand_queue(struct search *search)
{
    for (size_t i = 0; i < search->now.count; i++) {
        uint64_t address = search->now.items[i];
        if (i % 1024 == 1023 && job_cancelled(search->job))
            return false;
        expand(search, &search->counters[0], address, index_id(search->index, address), true);
    }
    return true;
}

// Expand the objects of the level. `large`: they are noted by page, not in the queue. Sets `large`
// for the next level; returns how many objects it has, or UINT64_MAX: stopped.
static uint64_t expand_level(struct search *search, struct pool *pool, bool *large)
{
    search->next.count = 0;
    search->overflow = *large;
    if (*large) {
        size_t pages = take_pages(search);
        if (!pool_run(pool, pages, expand_page, search))
            return UINT64_MAX;
    } else if (!expand_queue(search)) {
        return UINT64_MAX;
    }
    uint64_t found = sum_found(search, pool);
    *large = search->overflow;
    return found;
}

// Objects of the next level from notes by page into the queue.
// Objects that an earlier tier left at the same level come along, so they may be more than were
// found: false when they do not fit, and everything stays as it was.
static bool queue_noted(struct search *search)
{
    search->now.count = 0;
    size_t pages = take_pages(search);
    for (size_t i = 0; i < pages && search->now.count <= search->queue_size; i++)
        each_of_level(search, search->pages[i], enqueue, NULL);
    if (search->now.count <= search->queue_size)
        return true;
    search->now.count = 0;
    for (size_t i = 0; i < pages; i++)
        search->touched_next[search->pages[i]] = 1;
    return false;
}

static bool next_level(struct search *search, bool large, uint64_t found, bool *still_large)
{
    uint32_t level = ++search->level & ~REACH_TIER;
    if (level > search->reach->deepest)
        search->reach->deepest = level;
    *still_large = large && (found >= search->queue_size || !queue_noted(search));
    if (!large) {
        struct queue now = search->now;
        search->now = search->next;
        search->next = now;
    }
    return level + 1 <= largest_of_width(search->reach->width) || search->reach->width == 4 ||
           widen(search);
}

static bool is_found(const struct search *search)
{
    return search->wanted != INDEX_NONE && load_level(search, search->wanted) != REACH_NONE;
}

// From everything that was marked at the search's level on, to the end.
static bool run_tier(struct search *search, struct pool *pool, bool large)
{
    uint64_t found = 1;
    while (found > 0 && !is_found(search)) {
        found = expand_level(search, pool, &large);
        if (found == UINT64_MAX || job_cancelled(search->job))
            return false;
        if (found > 0 && !next_level(search, large, found, &large))
            return false;
    }
    return true;
}

// --- all -----------------------------------------------------------------------------------------

static enum tier tier_of(const struct root *root)
{
    if (root->kind == ROOT_GLOBAL)
        return TIER_GLOBALS;
    return root->certainty == ROOT_CONSERVATIVE ? TIER_CONSERVATIVE : TIER_CERTAIN;
}

static bool search_tier(struct search *search, const struct roots *roots, struct pool *pool,
                        enum tier tier)
{
    search->tier = tier;
    search->level =
        tier == TIER_GLOBALS ? REACH_FIRST - 1 : REACH_TIER | (REACH_FIRST_SYSTEM - 1);
    search->next.count = 0;
    search->overflow = false;
    for (size_t i = 0; i < roots->count; i++)
        if (!roots->items[i].weak && tier_of(&roots->items[i]) == tier)
            mark(search, &search->counters[0], roots->items[i].target | EDGE_STRONG, true);
    uint64_t found = sum_found(search, pool);
    bool large = search->overflow;
    return found == 0 || (next_level(search, large, found, &large) &&
                          run_tier(search, pool, large));
}

static bool note_keys(struct search *search)
{
    const struct reverse *reverse = search->reverse;
    if (reverse->ephemeron_count == 0)
        return true;
    search->keys = calloc((size_t)search->index->count / 64 + 1, sizeof *search->keys);
    if (search->keys == NULL)
        return false;
    for (size_t i = 0; i < reverse->ephemeron_count; i++) {
        uint32_t key = reverse->ephemerons[i].key;
        search->keys[key / 64] |= 1ull << (key % 64);
    }
    return true;
}

static bool make_search(struct search *search, struct pool *pool)
{
    size_t pages = search->index->page_count;
    search->queue_size = search->index->count / QUEUE_SHARE + QUEUE_LEAST;
    search->now.items = calloc(search->queue_size, sizeof *search->now.items);
    search->next.items = calloc(search->queue_size, sizeof *search->next.items);
    search->touched = calloc(pages + 1, 1);
    search->touched_next = calloc(pages + 1, 1);
    search->pages = calloc(pages + 1, sizeof *search->pages);
    search->shape_done = calloc(search->edges->mask + 1, 1);
    search->counters = calloc(pool_width(pool), sizeof *search->counters);
    return search->now.items != NULL && search->next.items != NULL && search->touched != NULL &&
           search->touched_next != NULL && search->pages != NULL &&
           search->shape_done != NULL && search->counters != NULL && note_keys(search) &&
           new_levels(search, 1, &search->reach->levels);
}

static void free_search(struct search *search)
{
    free(search->now.items);
    free(search->next.items);
    free(search->touched);
    free(search->touched_next);
    free(search->pages);
    free(search->shape_done);
    free(search->counters);
    free(search->keys);
}

static bool is_held(const void *context, uint32_t id)
{
    return load_level(context, id) != REACH_NONE;
}

// `rest`: the roots, when those that only look like references are still to be found; NULL: they are.
static bool search_all(struct search *search, const struct roots *roots, struct roots *rest,
                       struct pool *pool)
{
    if (!make_search(search, pool))
        return false;
    for (int tier = 0; tier < TIER_COUNT && !is_found(search); tier++) {
        if (tier == TIER_CONSERVATIVE && rest != NULL &&
            !roots_find_rest(rest, search->edges->v8, search->index, is_held, search, search->job))
            return false;
        if (!search_tier(search, roots, pool, (enum tier)tier))
            return false;
    }
    return true;
}

static bool create(struct search *search, const struct roots *roots, struct roots *rest,
                   struct pool *pool, struct reach **ret)
{
    search->edges = search->reverse->edges;
    search->index = search->edges->index;
    search->reach = calloc(1, sizeof *search->reach);
    if (search->reach == NULL)
        return false;
    search->reach->width = 1;
    bool done = search_all(search, roots, rest, pool);
    free_search(search);
    if (done)
        *ret = search->reach;
    else
        reach_destroy(search->reach);
    return done;
}

bool reach_create(const struct shortcuts *shortcuts, const struct reverse *reverse,
                  struct roots *roots, struct job *job, struct pool *pool, uint64_t limit,
                  struct reach **ret)
{
    struct search search = {.shortcuts = shortcuts,
                            .reverse = reverse,
                            .wanted = INDEX_NONE,
                            .job = job,
                            .limit = limit};
    return create(&search, roots, roots, pool, ret);
}

bool reach_create_without(const struct shortcuts *shortcuts, const struct reverse *reverse,
                          const struct roots *roots, const uint64_t *gone, uint32_t object,
                          struct job *job, struct pool *pool, uint64_t limit, struct reach **ret)
{
    struct search search = {.shortcuts = shortcuts,
                            .reverse = reverse,
                            .gone = gone,
                            .wanted = object,
                            .job = job,
                            .limit = limit};
    return create(&search, roots, NULL, pool, ret);
}

void reach_destroy(struct reach *reach)
{
    if (reach == NULL)
        return;
    big_array_destroy(&reach->levels);
    free(reach);
}
