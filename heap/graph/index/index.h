// The object index: one bit per possible object start, and rank counts.
//
// An object's id is the rank of its address among all objects, in order of address, so arrays by
// object are dense and no address is stored. 1.25 bits per 8 bytes of heap. Fillers and free
// memory are not objects and have no id.
#ifndef DUMPDIVE_HEAP_GRAPH_INDEX_INDEX_H
#define DUMPDIVE_HEAP_GRAPH_INDEX_INDEX_H

#include "heap/v8/v8.h"

enum {
    INDEX_WORDS = V8_PAGE_SIZE / 8 / 64, // bitmap words of a page
};
#define INDEX_NONE UINT32_MAX

struct index_bits {
    uint64_t starts[INDEX_WORDS];  // bit n: an object starts at base + 8 n
    uint16_t before[INDEX_WORDS];  // objects of this page before the word
};

struct index_page {
    uint64_t base;           // as v8_page.base
    uint64_t start;          // of a large page's only object
    struct index_bits *bits; // NULL: large page (one object, or none), or nothing walked
    uint32_t first;          // id of the page's first object
    uint32_t count;          // objects on the page
};

struct object_index {
    struct index_page *pages; // parallel to v8->pages
    size_t page_count;
    uint32_t *slots;          // hash of chunk numbers → page number + 1
    size_t slot_mask;
    uint32_t count;           // objects
};

bool index_create(const struct v8 *v8, struct object_index **ret);
void index_destroy(struct object_index *index); // NULL is fine

// For the walk: the bits of a page, made when first asked for. NULL: out of memory.
struct index_bits *index_page_bits(struct object_index *index, size_t page);
// A page was walked: count its objects and the ranks within it. Returns how many there are.
uint32_t index_page_done(struct object_index *index, size_t page);
// All pages were: number the objects. Only then are there ids. False: more than 2^32 - 1 objects.
bool index_finish(struct object_index *index);

// Forget all objects: as index_create left it.
void index_reset(struct object_index *index);

// Address of an object by id (below count).
uint64_t index_address(const struct object_index *index, uint32_t id);

static inline size_t index_hash(uint64_t chunk, size_t mask)
{
    return (size_t)(chunk * 0x9e3779b97f4a7c15ull >> 40) & mask;
}

// Number of the page whose base chunk holds `address`, or SIZE_MAX. (Not the later chunks of a
// large page: no object starts there.)
static inline size_t index_page_of(const struct object_index *index, uint64_t address)
{
    uint64_t base = address & ~(uint64_t)(V8_PAGE_SIZE - 1);
    for (size_t slot = index_hash(address / V8_PAGE_SIZE, index->slot_mask);;
         slot = (slot + 1) & index->slot_mask) {
        uint32_t page = index->slots[slot];
        if (page == 0)
            return SIZE_MAX;
        if (index->pages[page - 1].base == base)
            return page - 1;
    }
}

// Id of the object that starts at `address` (untagged), or INDEX_NONE.
static inline uint32_t index_id(const struct object_index *index, uint64_t address)
{
    size_t number = index_page_of(index, address);
    if (number == SIZE_MAX)
        return INDEX_NONE;
    const struct index_page *page = &index->pages[number];
    if (page->bits == NULL)
        return page->count == 1 && page->start == address ? page->first : INDEX_NONE;
    uint64_t at = (address - page->base) / 8;
    uint64_t word = page->bits->starts[at / 64], bit = 1ull << (at % 64);
    if ((word & bit) == 0 || (address & 7) != 0)
        return INDEX_NONE;
    return page->first + page->bits->before[at / 64] +
           (uint32_t)__builtin_popcountll(word & (bit - 1));
}

// Address of the n-th object of a page (below its count).
uint64_t index_page_object(const struct index_page *page, uint32_t n);

// The last object that starts at or before `address` on its page; 0: none.
uint64_t index_object_before(const struct object_index *index, const struct v8 *v8,
                             uint64_t address);

#endif
