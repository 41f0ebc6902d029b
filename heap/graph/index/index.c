#include "heap/graph/index/index.h"

#include <stdlib.h>

bool index_create(const struct v8 *v8, struct object_index **ret)
{
    struct object_index *index = calloc(1, sizeof *index);
    if (index == NULL)
        return false;
    size_t slots = 64;
    while (slots < 4 * v8->page_count)
        slots *= 2;
    index->slot_mask = slots - 1;
    index->slots = calloc(slots, sizeof *index->slots);
    index->pages = calloc(v8->page_count + 1, sizeof *index->pages);
    if (index->slots == NULL || index->pages == NULL) {
        index_destroy(index);
        return false;
    }
    index->page_count = v8->page_count;
    for (size_t i = 0; i < v8->page_count; i++) {
        index->pages[i] =
            (struct index_page){.base = v8->pages[i].base, .start = v8->pages[i].start};
        size_t slot = index_hash(v8->pages[i].base / V8_PAGE_SIZE, index->slot_mask);
        while (index->slots[slot] != 0)
            slot = (slot + 1) & index->slot_mask;
        index->slots[slot] = (uint32_t)i + 1;
    }
    *ret = index;
    return true;
}

void index_destroy(struct object_index *index)
{
    if (index == NULL)
        return;
    for (size_t i = 0; i < index->page_count; i++)
        free(index->pages[i].bits);
    free(index->pages);
    free(index->slots);
    free(index);
}

void index_reset(struct object_index *index)
{
    for (size_t i = 0; i < index->page_count; i++) {
        free(index->pages[i].bits);
        index->pages[i].bits = NULL;
        index->pages[i].first = index->pages[i].count = 0;
    }
    index->count = 0;
}

struct index_bits *index_page_bits(struct object_index *index, size_t page)
{
    if (index->pages[page].bits == NULL)
        index->pages[page].bits = calloc(1, sizeof *index->pages[page].bits);
    return index->pages[page].bits;
}

uint32_t index_page_done(struct object_index *index, size_t page)
{
    struct index_bits *bits = index->pages[page].bits;
    uint32_t count = 0;
    if (bits == NULL)
        return 0;
    for (size_t i = 0; i < INDEX_WORDS; i++) {
        bits->before[i] = (uint16_t)count;
        count += (uint32_t)__builtin_popcountll(bits->starts[i]);
    }
    index->pages[page].count = count;
    return count;
}

bool index_finish(struct object_index *index)
{
    uint64_t first = 0;
    for (size_t i = 0; i < index->page_count; i++) {
        index->pages[i].first = (uint32_t)first;
        first += index->pages[i].count;
        if (first >= INDEX_NONE)
            return false;
    }
    index->count = (uint32_t)first;
    return true;
}

// Offset of the n-th start on its page.
static uint64_t nth_start(const struct index_bits *bits, uint32_t n)
{
    size_t low = 0, high = INDEX_WORDS - 1;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (bits->before[middle] <= n)
            low = middle;
        else
            high = middle - 1;
    }
    uint64_t word = bits->starts[low];
    for (n -= bits->before[low]; n > 0; n--)
        word &= word - 1;
    return 8 * (64 * low + (uint64_t)__builtin_ctzll(word));
}

uint64_t index_page_object(const struct index_page *page, uint32_t n)
{
    return page->bits == NULL ? page->start : page->base + nth_start(page->bits, n);
}

uint64_t index_address(const struct object_index *index, uint32_t id)
{
    size_t low = 0, high = index->page_count - 1;
    while (low < high) { // the last page whose first id is at most `id`, and has objects
        size_t middle = low + (high - low + 1) / 2;
        if (index->pages[middle].first <= id)
            low = middle;
        else
            high = middle - 1;
    }
    while (low > 0 && index->pages[low].count == 0)
        low--;
    const struct index_page *page = &index->pages[low];
    return index_page_object(page, id - page->first);
}

uint64_t index_object_before(const struct object_index *index, const struct v8 *v8,
                             uint64_t address)
{
    const struct v8_page *found = v8_page_at(v8, address);
    if (found == NULL)
        return 0;
    const struct index_page *page = &index->pages[found - v8->pages];
    if (page->bits == NULL)
        return page->count == 1 && address >= page->start ? page->start : 0;
    uint64_t at = (address - page->base) / 8;
    if (at >= 64 * (uint64_t)INDEX_WORDS)
        return 0;
    size_t word = at / 64;
    uint64_t bits = page->bits->starts[word] & (~0ull >> (63 - at % 64));
    while (bits == 0 && word > 0)
        bits = page->bits->starts[--word];
    return bits == 0 ? 0 : page->base + 8 * (64 * word + 63 - (uint64_t)__builtin_clzll(bits));
}
