// The page lists of a V8 without a table: where a Space has the ends of its list, where a page has
// the next one, and where a SemiSpace has the page that it allocates on.
#include "heap/v8/calibrate/calibrate.h"

#include <stdlib.h>

enum {
    SPACE_WORDS = 0x200 / 8,  // of a Space that are looked at
    HEADER_WORDS = 0x200 / 8, // of a page header
};

struct entry {
    uint64_t metadata, owner;
};

struct space {
    uint64_t owner;
    size_t pages;
    bool semi;
};

struct search {
    const struct memory *memory;
    struct entry *entries; // by metadata
    size_t entry_count;
    struct space *spaces;
    size_t space_count;
};

static int by_metadata(const void *a, const void *b)
{
    uint64_t left = ((const struct entry *)a)->metadata;
    uint64_t right = ((const struct entry *)b)->metadata;
    return left < right ? -1 : left > right;
}

static bool is_page_of(const struct search *search, uint64_t metadata, uint64_t owner)
{
    struct entry key = {.metadata = metadata};
    const struct entry *found = bsearch(&key, search->entries, search->entry_count,
                                        sizeof *search->entries, by_metadata);
    return found != NULL && found->owner == owner;
}

static void add(struct search *search, const struct v8_page *page)
{
    size_t i = 0;
    search->entries[search->entry_count++] =
        (struct entry){.metadata = page->metadata, .owner = page->owner};
    while (i < search->space_count && search->spaces[i].owner != page->owner)
        i++;
    if (i == search->space_count)
        search->spaces[search->space_count++] =
            (struct space){.owner = page->owner, .semi = page->kind == SPACE_NEW};
    search->spaces[i].pages++;
}

static bool has_page(const struct search *search, const struct space *space, size_t word)
{
    uint64_t page;
    return memory_u64(search->memory, space->owner + 8 * word, &page) &&
           is_page_of(search, page, space->owner);
}

// Front and back are neighbours in all spaces alike.
static int16_t find_front(const struct search *search)
{
    size_t most = 0, best = 0;
    for (size_t word = 0; word + 1 < SPACE_WORDS; word++) {
        size_t found = 0;
        for (size_t i = 0; i < search->space_count; i++)
            found += has_page(search, &search->spaces[i], word) &&
                     has_page(search, &search->spaces[i], word + 1);
        if (found > most) {
            most = found;
            best = word;
        }
    }
    return 2 * most >= search->space_count && most > 0 ? (int16_t)(8 * best) : -1;
}

// Does the list through this word of the headers end at the back of the list?
static bool reaches_back(const struct search *search, const struct space *space, int16_t front,
                         size_t word)
{
    uint64_t at, back, next;
    if (!memory_u64(search->memory, space->owner + (uint64_t)front, &at) ||
        !memory_u64(search->memory, space->owner + (uint64_t)front + 8, &back) || at == back)
        return false;
    for (size_t steps = 0; steps <= space->pages; steps++) {
        if (!is_page_of(search, at, space->owner) ||
            !memory_u64(search->memory, at + 8 * word, &next))
            return false;
        if (next == 0)
            return at == back;
        at = next;
    }
    return false;
}

static int16_t find_next(const struct search *search, int16_t front)
{
    size_t most = 0, best = 0;
    for (size_t word = 1; word < HEADER_WORDS && front >= 0; word++) {
        size_t found = 0;
        for (size_t i = 0; i < search->space_count; i++)
            found += reaches_back(search, &search->spaces[i], front, word);
        if (found > most) {
            most = found;
            best = word;
        }
    }
    return most > 0 ? (int16_t)(8 * best) : -1;
}

static int16_t find_current(const struct search *search, int16_t front)
{
    size_t most = 0, best = 0;
    for (size_t word = 0; word < SPACE_WORDS; word++) {
        size_t found = 0;
        if (8 * (int)word == front || 8 * (int)word == front + 8)
            continue;
        for (size_t i = 0; i < search->space_count; i++)
            found += search->spaces[i].semi && has_page(search, &search->spaces[i], word);
        if (found > most) {
            most = found;
            best = word;
        }
    }
    return most > 0 ? (int16_t)(8 * best) : -1;
}

bool calibrate_lists(const struct memory *memory, const struct page_scan *scan,
                     struct layout *layout)
{
    struct search search = {.memory = memory};
    search.entries = calloc(scan->count + 1, sizeof *search.entries);
    search.spaces = calloc(scan->count + 1, sizeof *search.spaces);
    bool done = search.entries != NULL && search.spaces != NULL;
    if (done) {
        for (size_t i = 0; i < scan->count; i++)
            if (scan->pages[i].owner != 0 && scan->pages[i].kind != SPACE_READ_ONLY)
                add(&search, &scan->pages[i]);
        if (search.entry_count > 0)
            qsort(search.entries, search.entry_count, sizeof *search.entries, by_metadata);
        layout->space.first_page = find_front(&search);
        layout->chunk.next = find_next(&search, layout->space.first_page);
        layout->space.current_page = find_current(&search, layout->space.first_page);
    }
    free(search.entries);
    free(search.spaces);
    return done;
}
