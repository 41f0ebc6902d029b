#include "heap/v8/space/lost_pages.h"

#include "heap/array.h"
#include "heap/v8/space/pages.h"

#include <stdlib.h>

enum {
    LOST_MAX = 4096,      // more broken links than that are no list any more
    HEAP_BYTES = 0x2000,  // of a Heap, in which it keeps its spaces
    NEW_BYTES = 0x400,    // of NewSpace, which contains its SemiSpaces up to V8 9
};

// What the lists say of a page that we know.
struct entry {
    uint64_t metadata;
    size_t page;
    bool has_next, has_previous; // another page says to be it
};

struct search {
    struct v8 *v8;
    struct entry *entries; // of pages with a list, by metadata
    size_t entry_count;
    struct v8_page *found; // pages to add
    size_t found_count, found_capacity;
};

static int by_metadata(const void *a, const void *b)
{
    uint64_t left = ((const struct entry *)a)->metadata;
    uint64_t right = ((const struct entry *)b)->metadata;
    return left < right ? -1 : left > right;
}

static struct entry *entry_of(const struct search *search, uint64_t metadata)
{
    struct entry key = {.metadata = metadata};
    return bsearch(&key, search->entries, search->entry_count, sizeof key, by_metadata);
}

static bool is_found(const struct search *search, uint64_t base)
{
    for (size_t i = 0; i < search->found_count; i++)
        if (search->found[i].base == base)
            return true;
    return v8_page_at(search->v8, base) != NULL;
}

static bool add(struct search *search, struct v8_page page)
{
    if (!array_reserve(&search->found, search->found_count, &search->found_capacity,
                       sizeof *search->found))
        return false;
    if (!page_find_bytes(search->v8->memory, &page))
        return false;
    search->found[search->found_count++] = page;
    return true;
}

// Sort what was found into the pages.
static bool merge(struct search *search)
{
    struct v8 *v8 = search->v8;
    size_t count = v8->page_count + search->found_count;
    if (search->found_count == 0)
        return true;
    struct v8_page *pages = realloc(v8->pages, count * sizeof *pages);
    if (pages == NULL)
        return false;
    v8->pages = pages;
    memcpy(pages + v8->page_count, search->found, search->found_count * sizeof *pages);
    v8->page_count = count;
    search->found_count = 0;
    qsort(pages, count, sizeof *pages, page_by_base);
    return true;
}

// --- pages without an owner ----------------------------------------------------------------------

static uint16_t isolate_of(const struct v8 *v8, uint64_t heap)
{
    for (size_t i = 0; i < v8->isolate_count; i++)
        if (v8->isolates[i].heap == heap)
            return (uint16_t)i;
    return V8_NO_ISOLATE;
}

static bool add_orphan(void *context, uint64_t base)
{
    struct search *search = context;
    const struct v8 *v8 = search->v8;
    struct v8_page page;
    uint64_t heap;
    if (v8_page_at(v8, base) != NULL ||
        !page_read_orphan(v8->memory, v8->layout, base, &page, &heap))
        return true;
    page.isolate = isolate_of(v8, heap);
    return page.isolate == V8_NO_ISOLATE || page.end - page.start > V8_PAGE_SIZE ||
           add(search, page);
}

// --- pages that lists lead to --------------------------------------------------------------------

static bool has_list(const struct v8_page *page)
{
    return page->owner != 0 && page->kind != SPACE_READ_ONLY && page->kind != SPACE_NONE;
}

// A page's neighbours in its list; 0: none.
static void links_of(const struct v8 *v8, const struct v8_page *page, uint64_t links[2])
{
    uint64_t at = page->metadata + (uint64_t)v8->layout->chunk.next;
    memory_u64(v8->memory, at, &links[0]);
    memory_u64(v8->memory, at + 8, &links[1]);
}

static void note_neighbours(struct search *search)
{
    for (size_t i = 0; i < search->entry_count; i++) {
        const struct v8_page *page = &search->v8->pages[search->entries[i].page];
        uint64_t links[2];
        links_of(search->v8, page, links);
        struct entry *next = entry_of(search, links[0]), *previous = entry_of(search, links[1]);
        if (next != NULL)
            next->has_previous = true;
        if (previous != NULL)
            previous->has_next = true;
    }
}

// Where the page with this metadata begins; 0: not known.
static uint64_t base_of(const struct v8 *v8, uint64_t metadata)
{
    uint64_t start;
    const struct layout_chunk *chunk = &v8->layout->chunk;
    if ((metadata & (V8_PAGE_SIZE - 1)) == 0)
        return memory_segment(v8->memory, metadata) != NULL ? metadata : 0;
    if (chunk->metadata < 0 || (metadata & 7) != 0 ||
        !memory_u64(v8->memory, metadata + (uint64_t)chunk->area_start, &start) || start == 0)
        return 0;
    uint64_t base = start & ~(uint64_t)(V8_PAGE_SIZE - 1);
    return memory_segment(v8->memory, base) != NULL ? base : 0;
}

// One past the last address from `start` up to `end` that is mapped without a gap.
static uint64_t mapped_end(const struct memory *memory, uint64_t start, uint64_t end)
{
    const struct segment *segment;
    uint64_t at = start;
    while (at < end && (segment = memory_segment(memory, at)) != NULL)
        at = segment->end;
    return at < end ? at : end;
}

// Nothing of its header is known to be right: it is laid out like its neighbour, but for pages that
// were cut to what they hold.
static bool add_neighbour(struct search *search, const struct v8_page *page, uint64_t metadata)
{
    uint64_t base = base_of(search->v8, metadata);
    if (base == 0 || page->large || page->end - page->base > V8_PAGE_SIZE) {
        search->v8->lost_pages++;
        return true;
    }
    if (is_found(search, base))
        return true;
    struct v8_page lost = *page;
    lost.base = base;
    lost.metadata = metadata;
    lost.start = base + (page->start - page->base);
    lost.end = base + (page->size == V8_PAGE_SIZE ? page->end - page->base : V8_PAGE_SIZE);
    lost.end = mapped_end(search->v8->memory, lost.start, lost.end);
    lost.size = V8_PAGE_SIZE;
    lost.allocated = 0;
    lost.composed = NULL;
    return lost.end <= lost.start || add(search, lost);
}

static bool follow_links(struct search *search)
{
    for (size_t i = 0; i < search->entry_count && search->found_count < LOST_MAX; i++) {
        const struct entry *entry = &search->entries[i];
        const struct v8_page *page = &search->v8->pages[entry->page];
        uint64_t links[2];
        links_of(search->v8, page, links);
        if (links[0] != 0 && !entry->has_next && entry_of(search, links[0]) == NULL &&
            !add_neighbour(search, page, links[0]))
            return false;
        if (links[1] != 0 && !entry->has_previous && entry_of(search, links[1]) == NULL &&
            !add_neighbour(search, page, links[1]))
            return false;
    }
    return true;
}

// --- spaces none of whose pages is known ---------------------------------------------------------

// Spaces have virtual methods: their first words point into one mapping of the program.
static const struct segment *methods_of(const struct memory *memory, uint64_t space)
{
    uint64_t methods;
    return memory_u64(memory, space, &methods) ? memory_segment(memory, methods) : NULL;
}

static bool is_space(const struct v8 *v8, uint64_t address, uint64_t heap, enum space_kind *kind)
{
    const struct layout_space *layout = &v8->layout->space;
    uint64_t owner;
    uint32_t id;
    if ((address & 7) != 0 || !memory_u64(v8->memory, address + (uint64_t)layout->heap, &owner) ||
        owner != heap || !memory_u32(v8->memory, address + (uint64_t)layout->id, &id) ||
        id >= LAYOUT_SPACE_IDS)
        return false;
    *kind = (enum space_kind)layout->kind_of_id[id];
    return *kind != SPACE_NONE && *kind != SPACE_READ_ONLY;
}

static bool has_page(const struct v8 *v8, uint64_t owner)
{
    for (size_t i = 0; i < v8->page_count; i++)
        if (v8->pages[i].owner == owner)
            return true;
    return false;
}

static const struct v8_page *regular_page(const struct v8 *v8, size_t isolate)
{
    for (size_t i = 0; i < v8->page_count; i++)
        if (v8->pages[i].isolate == isolate && has_list(&v8->pages[i]) && !v8->pages[i].large &&
            v8->pages[i].size == V8_PAGE_SIZE)
            return &v8->pages[i];
    return NULL;
}

// The first and the last page of a space's list.
static bool add_ends(struct search *search, size_t isolate, uint64_t owner, enum space_kind kind)
{
    const struct v8 *v8 = search->v8;
    const struct v8_page *other = regular_page(v8, isolate);
    if (other == NULL || has_page(v8, owner))
        return true;
    struct v8_page like = *other;
    like.owner = owner;
    like.kind = (uint8_t)kind;
    like.large = space_is_large(kind);
    like.flags = kind == SPACE_NEW ? v8->layout->chunk.flag_to : 0;
    for (uint64_t end = 0; end < 2; end++) {
        uint64_t page;
        memory_u64(v8->memory, owner + (uint64_t)v8->layout->space.first_page + 8 * end, &page);
        if (base_of(v8, page) != 0 && entry_of(search, page) == NULL &&
            !add_neighbour(search, &like, page))
            return false;
    }
    return true;
}

static bool search_heap(struct search *search, size_t isolate)
{
    const struct v8 *v8 = search->v8;
    uint64_t heap = v8->isolates[isolate].heap, space;
    const struct v8_page *known = regular_page(v8, isolate);
    const struct segment *methods = known != NULL ? methods_of(v8->memory, known->owner) : NULL;
    enum space_kind kind;
    for (uint64_t at = heap; at < heap + HEAP_BYTES; at += 8) {
        if (!memory_u64(v8->memory, at, &space))
            return true;
        if (!is_space(v8, space, heap, &kind))
            continue;
        uint64_t bytes = kind == SPACE_NEW ? NEW_BYTES : 8;
        for (uint64_t part = 0; part < bytes; part += 8)
            if (is_space(v8, space + part, heap, &kind) && methods != NULL &&
                methods_of(v8->memory, space + part) == methods && !add_ends(search, isolate, space + part, kind))
                return false;
    }
    return true;
}

static bool search_spaces(struct search *search)
{
    bool done = true;
    for (size_t i = 0; i < search->v8->isolate_count && done; i++)
        done = search->v8->layout->space.first_page < 0 || search_heap(search, i);
    return done;
}

static bool search_lists(struct search *search)
{
    struct v8 *v8 = search->v8;
    if (v8->layout->chunk.next < 0)
        return true;
    search->entries = calloc(v8->page_count + 1, sizeof *search->entries);
    if (search->entries == NULL)
        return false;
    for (size_t i = 0; i < v8->page_count; i++)
        if (has_list(&v8->pages[i]))
            search->entries[search->entry_count++] =
                (struct entry){.metadata = v8->pages[i].metadata, .page = i};
    if (search->entry_count > 0)
        qsort(search->entries, search->entry_count, sizeof *search->entries, by_metadata);
    note_neighbours(search);
    return follow_links(search) && search_spaces(search) && merge(search);
}

bool lost_pages_find(struct v8 *v8)
{
    struct search search = {.v8 = v8};
    bool done = pages_for_bases(v8->memory, add_orphan, &search) && merge(&search) && search_lists(&search);
    if (done && v8->lost_pages > 0)
        v8_warn(v8, "lists of pages are broken: at least %zu pages were not found", v8->lost_pages);
    for (size_t i = 0; i < search.found_count; i++)
        free(search.found[i].composed);
    free(search.found);
    free(search.entries);
    return done;
}
