#include "heap/v8/space/pages.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADER_MAX = 0x8000,      // objects start at most this far into a page
    CHUNK_SIZE_MIN = 0x1000,
    ISOLATE_MAX = 0x20000,    // the Heap lies at most this far into its Isolate
    HEAP_ISOLATE_MAX = 0x100, // Heap keeps its Isolate* within this many bytes
};

static const uint64_t chunk_size_limit = 1ull << 36;

// Fields of one header, read with one bounds check.
struct header {
    uint64_t flags, size, heap, area_start, area_end, owner, allocated;
};

static uint64_t field(const uint8_t *bytes, int16_t offset)
{
    uint64_t value = 0;
    if (offset >= 0)
        memcpy(&value, bytes + offset, sizeof value);
    return value;
}

static int16_t last_field(const struct layout_chunk *chunk)
{
    const int16_t offsets[] = {chunk->size, chunk->heap, chunk->area_start,
                               chunk->area_end, chunk->owner, chunk->allocated};
    int16_t last = 0;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
        if (offsets[i] > last)
            last = offsets[i];
    return last;
}

static bool read_header(const struct memory *memory, const struct layout_chunk *chunk,
                        uint64_t base, uint64_t *metadata, struct header *header)
{
    uint64_t size;
    const uint8_t *bytes = memory_view(memory, base, &size);
    uint64_t need = (uint64_t)last_field(chunk) + 8;
    if (bytes == NULL || size < 32)
        return false;
    header->flags = field(bytes, chunk->flags);
    *metadata = base;
    if (chunk->metadata >= 0) {
        *metadata = field(bytes, chunk->metadata);
        if (*metadata == 0 || (*metadata & 7) != 0)
            return false;
        if (*metadata != base)
            bytes = memory_view(memory, *metadata, &size);
    }
    if (bytes == NULL || size < need)
        return false;
    header->size = field(bytes, chunk->size);
    header->heap = field(bytes, chunk->heap);
    header->area_start = field(bytes, chunk->area_start);
    header->area_end = field(bytes, chunk->area_end);
    header->owner = field(bytes, chunk->owner);
    header->allocated = field(bytes, chunk->allocated);
    return true;
}

static bool plausible(const struct header *header, uint64_t base)
{
    uint64_t size = header->size > V8_PAGE_SIZE ? header->size : V8_PAGE_SIZE;
    return header->size >= CHUNK_SIZE_MIN && header->size < chunk_size_limit &&
           header->area_start > base && header->area_start <= base + HEADER_MAX &&
           header->area_end >= header->area_start && header->area_end <= base + size &&
           ((header->area_start | header->area_end) & 7) == 0;
}

// Which space the owner says the page belongs to; SPACE_NONE when it is not a Space of this heap.
static enum space_kind owner_kind(const struct memory *memory, const struct layout *layout,
                                  const struct header *header)
{
    uint64_t heap;
    uint32_t id;
    if (header->owner == 0 || (header->owner & 7) != 0 ||
        !memory_u64(memory, header->owner + layout->space.heap, &heap) ||
        !memory_u32(memory, header->owner + layout->space.id, &id))
        return SPACE_NONE;
    if (heap != header->heap || id >= LAYOUT_SPACE_IDS)
        return SPACE_NONE;
    return layout->space.kind_of_id[id];
}

static struct v8_page page_of(const struct header *header, uint64_t base, uint64_t metadata,
                              enum space_kind kind)
{
    return (struct v8_page){
        .base = base, .metadata = metadata, .start = header->area_start, .end = header->area_end,
        .size = header->size, .owner = header->owner, .allocated = header->allocated,
        .flags = (uint32_t)header->flags, .isolate = V8_NO_ISOLATE, .kind = (uint8_t)kind,
        .large = space_is_large(kind),
    };
}

static bool page_read(const struct memory *memory, const struct layout *layout, uint64_t base,
                      struct v8_page *page)
{
    struct header header;
    uint64_t metadata;
    if (!read_header(memory, &layout->chunk, base, &metadata, &header) ||
        !plausible(&header, base))
        return false;
    enum space_kind kind = SPACE_READ_ONLY;
    bool read_only = (header.flags & layout->chunk.flag_read_only) != 0;
    if (!read_only || header.owner != 0)
        kind = owner_kind(memory, layout, &header);
    if (read_only && kind == SPACE_NONE && header.heap == 0)
        kind = SPACE_READ_ONLY;
    if (kind == SPACE_NONE)
        return false;
    *page = page_of(&header, base, metadata, kind);
    return true;
}

bool page_read_orphan(const struct memory *memory, const struct layout *layout, uint64_t base,
                      struct v8_page *page, uint64_t *heap)
{
    struct header header;
    uint64_t metadata;
    const struct layout_chunk *chunk = &layout->chunk;
    if (!read_header(memory, chunk, base, &metadata, &header) || !plausible(&header, base) ||
        header.owner == 0 || owner_kind(memory, layout, &header) != SPACE_NONE)
        return false;
    bool young = (header.flags & (chunk->flag_from | chunk->flag_to)) != 0;
    *page = page_of(&header, base, metadata, young ? SPACE_NEW : SPACE_NONE);
    *heap = header.heap;
    return true;
}

struct page_list {
    struct v8_page *items;
    uint64_t *heaps; // of each page, until isolates are known
    size_t count, capacity;
};

static bool list_add(struct page_list *list, const struct v8_page *page, uint64_t heap)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 256;
        struct v8_page *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL)
            return false;
        list->items = items;
        uint64_t *heaps = realloc(list->heaps, capacity * sizeof *heaps);
        if (heaps == NULL)
            return false;
        list->heaps = heaps;
        list->capacity = capacity;
    }
    list->heaps[list->count] = heap;
    list->items[list->count++] = *page;
    return true;
}

bool pages_for_bases(const struct memory *memory, bool (*look)(void *context, uint64_t base),
                     void *context)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        if (segment->source != SEGMENT_FROM_CORE)
            continue;
        uint64_t at = segment->start, last = segment->start + segment->readable, end = last;
        for (; memory_data(memory, segment, &at, &end); at = end, end = last) {
            uint64_t base = (at + V8_PAGE_SIZE - 1) & ~(uint64_t)(V8_PAGE_SIZE - 1);
            for (; base >= at && base < end; base += V8_PAGE_SIZE)
                if (!look(context, base))
                    return false;
        }
    }
    return true;
}

struct collecting {
    const struct memory *memory;
    const struct layout *layout;
    struct page_list *list;
};

static bool collect_at(void *context, uint64_t base)
{
    const struct collecting *collecting = context;
    const struct memory *memory = collecting->memory;
    struct v8_page page;
    uint64_t heap = 0;
    if (!page_read(memory, collecting->layout, base, &page))
        return true;
    memory_u64(memory, page.metadata + collecting->layout->chunk.heap, &heap);
    return list_add(collecting->list, &page, heap);
}

bool isolate_of_heap(const struct memory *memory, uint64_t heap, int32_t hint,
                            uint64_t *isolate, int32_t *offset)
{
    uint64_t value;
    if (hint >= 0 && memory_u64(memory, heap + (uint64_t)hint, &value) && value < heap &&
        heap - value < ISOLATE_MAX) {
        *isolate = value;
        *offset = hint;
        return true;
    }
    for (int32_t at = 0; at < HEAP_ISOLATE_MAX; at += 8) {
        if (!memory_u64(memory, heap + (uint64_t)at, &value))
            return false;
        if (value < heap && heap - value < ISOLATE_MAX && heap - value >= 0x1000 &&
            (value & 7) == 0) {
            *isolate = value;
            *offset = at;
            return true;
        }
    }
    return false;
}

static size_t isolate_index(struct page_scan *scan, uint64_t heap)
{
    for (size_t i = 0; i < scan->isolate_count; i++)
        if (scan->isolates[i].heap == heap)
            return i;
    return SIZE_MAX;
}

static bool isolate_add(const struct memory *memory, const struct layout *layout,
                        struct page_scan *scan, uint64_t heap)
{
    uint64_t address;
    int32_t offset;
    if (heap == 0 || isolate_index(scan, heap) != SIZE_MAX ||
        !isolate_of_heap(memory, heap, layout->isolate.heap_isolate, &address, &offset))
        return true;
    if (scan->isolate_count == V8_NO_ISOLATE)
        return true;
    struct v8_isolate *isolates =
        realloc(scan->isolates, (scan->isolate_count + 1) * sizeof *isolates);
    if (isolates == NULL)
        return false;
    scan->isolates = isolates;
    isolates[scan->isolate_count++] = (struct v8_isolate){.address = address, .heap = heap};
    scan->heap_offset = (int32_t)(heap - address);
    scan->heap_isolate = offset;
    return true;
}

// Keep the pages that an isolate owns, and the read-only pages that all share.
static void keep_owned(struct page_scan *scan, struct page_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct v8_page page = list->items[i];
        size_t isolate = isolate_index(scan, list->heaps[i]);
        if (isolate != SIZE_MAX)
            page.isolate = (uint16_t)isolate;
        else if (list->heaps[i] != 0 || page.kind != SPACE_READ_ONLY)
            continue;
        list->items[kept++] = page;
    }
    list->count = kept;
}

int page_by_base(const void *a, const void *b)
{
    uint64_t left = ((const struct v8_page *)a)->base, right = ((const struct v8_page *)b)->base;
    return left < right ? -1 : left > right;
}

// Pages overlap only when one of them is not a page: a large page's inside may look like one.
static void drop_overlaps(struct page_list *list)
{
    size_t kept = 0;
    uint64_t covered = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].base < covered)
            continue;
        covered = list->items[i].end;
        list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

// A page whose parts have different protections is several segments (14.6 unmaps the payload of
// its holes): put it together in memory of our own. What is not saved stays zero, and is no object.
static bool compose(const struct memory *memory, struct v8_page *page)
{
    size_t length = page->end - page->start;
    uint8_t *bytes = calloc(1, length);
    if (bytes == NULL)
        return false;
    for (uint64_t at = page->start; at < page->end;) {
        uint64_t available, next = (at | 4095) + 1;
        const uint8_t *from = memory_view(memory, at, &available);
        if (from != NULL) {
            next = at + available < page->end ? at + available : page->end;
            memcpy(bytes + (at - page->start), from, next - at);
        }
        at = next;
    }
    page->bytes = page->composed = bytes;
    page->readable = length;
    return true;
}

bool page_find_bytes(const struct memory *memory, struct v8_page *page)
{
    uint64_t available;
    page->bytes = memory_view(memory, page->start, &available);
    uint64_t length = page->end - page->start;
    page->readable = available < length ? available : length;
    page->state = PAGE_LIVE;
    return page->readable == length || length > V8_PAGE_SIZE || compose(memory, page);
}

// A heap with no old-space page is a chance hit.
static bool add_isolates(const struct memory *memory, const struct layout *layout,
                         struct page_scan *scan, const struct page_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == SPACE_OLD &&
            !isolate_add(memory, layout, scan, list->heaps[i]))
            return false;
    return true;
}

bool pages_scan(const struct memory *memory, const struct layout *layout, struct page_scan *ret)
{
    memset(ret, 0, sizeof *ret);
    struct page_list list = {0};
    struct collecting collecting = {.memory = memory, .layout = layout, .list = &list};
    bool done = pages_for_bases(memory, collect_at, &collecting) &&
                add_isolates(memory, layout, ret, &list);
    if (done) {
        keep_owned(ret, &list);
        if (list.count > 0)
            qsort(list.items, list.count, sizeof *list.items, page_by_base);
        drop_overlaps(&list);
        ret->pages = list.items;
        ret->count = list.count;
        for (size_t i = 0; i < list.count && done; i++)
            done = page_find_bytes(memory, &list.items[i]);
    } else {
        free(list.items);
    }
    free(list.heaps);
    if (!done)
        page_scan_free(ret);
    return done;
}

void page_scan_free(struct page_scan *scan)
{
    for (size_t i = 0; i < scan->count; i++)
        free(scan->pages[i].composed);
    free(scan->pages);
    free(scan->isolates);
    memset(scan, 0, sizeof *scan);
}
