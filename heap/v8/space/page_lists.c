#include "heap/v8/space/page_lists.h"

#include <stdlib.h>

struct entry {
    uint64_t metadata;
    size_t page;
};

struct lists {
    struct v8 *v8;
    struct entry *entries; // sorted by metadata
    bool *listed;          // by page
};

static int by_metadata(const void *a, const void *b)
{
    uint64_t left = ((const struct entry *)a)->metadata;
    uint64_t right = ((const struct entry *)b)->metadata;
    return left < right ? -1 : left > right;
}

// Number of the page with this header; SIZE_MAX: none that we know.
static size_t page_of(const struct lists *lists, uint64_t metadata)
{
    struct entry key = {.metadata = metadata};
    const struct entry *found = bsearch(&key, lists->entries, lists->v8->page_count,
                                        sizeof *lists->entries, by_metadata);
    return found == NULL ? SIZE_MAX : found->page;
}

// Mark the pages from the front of the list to `last` (0: to the end). True when the list is whole.
static bool follow(struct lists *lists, uint64_t owner, uint64_t last)
{
    const struct v8 *v8 = lists->v8;
    uint64_t at, back, before = 0;
    if (v8->layout->space.first_page < 0 || v8->layout->chunk.next < 0 ||
        !memory_u64(v8->memory, owner + (uint64_t)v8->layout->space.first_page, &at) ||
        !memory_u64(v8->memory, owner + (uint64_t)v8->layout->space.first_page + 8, &back))
        return false;
    for (size_t steps = 0; at != 0 && steps <= v8->page_count; steps++) {
        size_t page = page_of(lists, at);
        if (page == SIZE_MAX)
            return false;
        lists->listed[page] = true;
        if (at == last)
            return true;
        before = at;
        if (!memory_u64(v8->memory, at + (uint64_t)v8->layout->chunk.next, &at))
            return false;
    }
    return at == 0 && before == back;
}

static void free_unlisted(const struct lists *lists, const struct v8_space *space)
{
    for (size_t i = 0; i < lists->v8->page_count; i++)
        if (lists->v8->pages[i].owner == space->owner && !lists->listed[i])
            lists->v8->pages[i].state = PAGE_FREE;
}

// While a scavenge moves objects, those not moved yet are in from-space still.
static bool is_collecting(const struct v8 *v8, const struct v8_space *space)
{
    return space->isolate < v8->isolate_count && v8->isolates[space->isolate].gc;
}

// Of the two semi-spaces only the one that is allocated on holds objects.
static void mark_semi_space(struct lists *lists, const struct v8_space *space)
{
    const struct v8 *v8 = lists->v8;
    uint64_t current;
    uint32_t wanted = v8->layout->chunk.flag_to;
    if (is_collecting(v8, space))
        wanted |= v8->layout->chunk.flag_from;
    bool whole = v8->layout->space.current_page >= 0 &&
                 memory_u64(v8->memory, space->owner + (uint64_t)v8->layout->space.current_page,
                            &current) &&
                 follow(lists, space->owner, current);
    for (size_t i = 0; i < v8->page_count && !whole; i++)
        lists->listed[i] |= v8->pages[i].owner == space->owner; // rather stale objects than none
    for (size_t i = 0; i < v8->page_count; i++)
        if (v8->pages[i].owner == space->owner && !(v8->pages[i].flags & wanted))
            lists->listed[i] = false;
    free_unlisted(lists, space);
}

static void mark_space(struct lists *lists, const struct v8_space *space)
{
    if (space->owner == 0 || space->kind == SPACE_READ_ONLY)
        return; // read-only pages are kept in a vector
    if (space->kind == SPACE_NEW)
        mark_semi_space(lists, space);
    else if (follow(lists, space->owner, 0))
        free_unlisted(lists, space);
    else
        v8_warn(lists->v8, "the page list of %s breaks off: pages are missing from the dump",
                space_kind_name(space->kind));
}

// A scavenge and a full collection that moves objects copy into spaces of their own, which say that
// they are old space too (CompactionSpace, src/heap/paged-spaces.h).
static void find_collections(struct v8 *v8)
{
    for (size_t i = 0; i < v8->space_count; i++) {
        const struct v8_space *space = &v8->spaces[i];
        if (space->kind != SPACE_OLD || space->isolate >= v8->isolate_count)
            continue;
        struct v8_isolate *isolate = &v8->isolates[space->isolate];
        isolate->gc = isolate->old_spaces++ > 0;
    }
}

bool page_lists_mark(struct v8 *v8)
{
    struct lists lists = {.v8 = v8};
    lists.entries = calloc(v8->page_count + 1, sizeof *lists.entries);
    lists.listed = calloc(v8->page_count + 1, sizeof *lists.listed);
    bool done = lists.entries != NULL && lists.listed != NULL;
    for (size_t i = 0; i < v8->page_count && done; i++)
        lists.entries[i] = (struct entry){.metadata = v8->pages[i].metadata, .page = i};
    if (done) {
        find_collections(v8);
        qsort(lists.entries, v8->page_count, sizeof *lists.entries, by_metadata);
        for (size_t i = 0; i < v8->space_count; i++)
            mark_space(&lists, &v8->spaces[i]);
    }
    free(lists.entries);
    free(lists.listed);
    return done;
}
