#include "heap/v8/space/areas.h"

#include "heap/array.h"

#include <stdlib.h>

enum {
    NEW_SPACE_BEFORE = 0x300, // NewSpace's own area lies this close around its SemiSpaces
    NEW_SPACE_AFTER = 0x400,
};

static bool add(struct area_list *list, struct v8_area area)
{
    if (!array_reserve(&list->items, list->count, &list->capacity, sizeof *list->items))
        return false;
    list->items[list->count++] = area;
    return true;
}

static int by_top(const void *a, const void *b)
{
    const struct v8_area *left = a, *right = b;
    if (left->top != right->top)
        return left->top < right->top ? -1 : 1;
    return left->limit < right->limit ? -1 : left->limit > right->limit;
}

static void sort(struct area_list *list)
{
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, by_top);
}

void areas_free(struct area_list *list)
{
    free(list->items);
    *list = (struct area_list){0};
}

// Do these words describe an area: in order, aligned, inside one page's object area?
static const struct v8_page *area_page(const struct v8 *v8, uint64_t start, uint64_t top,
                                       uint64_t limit)
{
    if (((start | top | limit) & 7) != 0 || start > top || top >= limit)
        return NULL;
    const struct v8_page *page = v8_page_at(v8, top);
    return page != NULL && !page->large && start >= page->start && limit <= page->end ? page : NULL;
}

// The area whose words are at `address`: {start, top, limit}, or {top, limit} in the older lines.
static bool read_area(const struct v8 *v8, uint64_t address, struct v8_area *ret,
                      const struct v8_page **page)
{
    uint64_t words[3];
    size_t count = v8->layout->areas.pair ? 2 : 3;
    if (memory_read(v8->memory, address, words, 8 * count, NULL) != MEM_OK)
        return false;
    uint64_t start = words[0], top = words[count - 2], limit = words[count - 1];
    const struct v8_page *found = area_page(v8, start, top, limit);
    if (found == NULL)
        return false;
    *ret = (struct v8_area){.top = top, .limit = limit, .found_at = address};
    if (page != NULL)
        *page = found;
    return true;
}

const struct v8_page *area_page_at(const struct v8 *v8, uint64_t address)
{
    struct v8_area area;
    const struct v8_page *page;
    return read_area(v8, address, &area, &page) ? page : NULL;
}

// Allocation observers lower the limit of new space's area below the end of its page; nothing is
// allocated behind it all the same.
static void reach_page_end(struct v8_area *area, const struct v8_page *page)
{
    if (page->kind == SPACE_NEW)
        area->limit = page->end;
}

static bool add_at(const struct v8 *v8, struct area_list *list, uint64_t address)
{
    struct v8_area area;
    const struct v8_page *page;
    if (!read_area(v8, address, &area, &page))
        return true;
    reach_page_end(&area, page);
    area.trusted = true;
    return add(list, area);
}

// Up to V8 9 new space keeps its area in the NewSpace object, around the SemiSpaces that own the
// pages. Its copies there (original_top) lag behind, so the largest top is the current one.
static bool add_new_space(const struct v8 *v8, struct area_list *list, const struct v8_space *space)
{
    uint64_t current;
    struct v8_area best = {0};
    if (v8->layout->space.current_page < 0 ||
        !memory_u64(v8->memory, space->owner + v8->layout->space.current_page, &current))
        return true;
    for (uint64_t at = space->owner - NEW_SPACE_BEFORE; at < space->owner + NEW_SPACE_AFTER;
         at += 8) {
        struct v8_area area;
        const struct v8_page *page;
        if (read_area(v8, at, &area, &page) && page->metadata == current &&
            page->state != PAGE_FREE && area.top > best.top) {
            reach_page_end(&area, page);
            best = area;
        }
    }
    best.trusted = true;
    return best.top == 0 || add(list, best);
}

static bool add_space(const struct v8 *v8, struct area_list *list, const struct v8_space *space)
{
    const struct layout_areas *areas = &v8->layout->areas;
    bool late = space->kind == SPACE_CODE || space->kind == SPACE_MAP;
    int16_t offset = late && areas->space_late >= 0 ? areas->space_late : areas->space;
    if (space->owner == 0 || space_is_large(space->kind))
        return true;
    if (space->kind == SPACE_NEW)
        return v8->layout->isolate.new_area >= 0 || add_new_space(v8, list, space);
    if (!late && space->kind != SPACE_OLD)
        return true;
    return offset < 0 || add_at(v8, list, space->owner + (uint64_t)offset);
}

bool areas_of_spaces(const struct v8 *v8, struct area_list *ret)
{
    *ret = (struct area_list){0};
    const struct layout_isolate *isolate = &v8->layout->isolate;
    bool done = true;
    for (size_t i = 0; i < v8->isolate_count && done; i++) {
        uint64_t address = v8->isolates[i].address;
        if (isolate->new_area >= 0)
            done = add_at(v8, ret, address + (uint64_t)isolate->new_area);
        if (done && isolate->old_area >= 0)
            done = add_at(v8, ret, address + (uint64_t)isolate->old_area);
    }
    for (size_t i = 0; i < v8->space_count && done; i++)
        done = add_space(v8, ret, &v8->spaces[i]);
    sort(ret);
    return done;
}

// Sorted registries of code addresses look like chains of areas: each limit the next one's start.
static bool in_chain(const struct v8_page *page, const uint64_t *words, size_t index, size_t count,
                     size_t width)
{
    uint64_t limit = words[index + width - 1];
    if (index + width < count && words[index + width] > limit &&
        words[index + width] <= page->end)
        return true;
    return index > 0 && words[index - 1] >= page->start && words[index - 1] < words[index];
}

static bool scan_words(const struct v8 *v8, struct area_list *list, uint64_t address,
                       const uint64_t *words, size_t count)
{
    uint64_t low = v8->pages[0].start, high = v8->pages[v8->page_count - 1].end;
    size_t width = v8->layout->areas.pair ? 2 : 3;
    for (size_t i = 0; i + width <= count; i++) {
        uint64_t start = words[i], limit = words[i + width - 1];
        if (start < low || limit > high || start >= limit || limit - start > V8_PAGE_SIZE)
            continue;
        struct v8_area area;
        const struct v8_page *page;
        if (!read_area(v8, address + 8 * i, &area, &page) ||
            (width == 3 && in_chain(page, words, i, count, width)))
            continue;
        if (!add(list, area))
            return false;
    }
    return true;
}

// The stretches of a segment that are not V8's pages, and that the core file holds data for.
static bool scan_segment(const struct v8 *v8, struct area_list *list, const struct segment *segment)
{
    uint64_t at = segment->start, end = segment->start + segment->readable;
    while (memory_data(v8->memory, segment, &at, &end)) {
        while (at < end) {
            const struct v8_page *page = v8_page_at(v8, at);
            uint64_t next = (at | (V8_PAGE_SIZE - 1)) + 1;
            next = next < end && next > at ? next : end;
            if (page == NULL &&
                !scan_words(v8, list, at, (const void *)(segment->bytes + (at - segment->start)),
                            (next - at) / 8))
                return false;
            at = next;
        }
        end = segment->start + segment->readable;
    }
    return true;
}

bool areas_scan(const struct v8 *v8, struct area_list *ret)
{
    *ret = (struct area_list){0};
    for (size_t i = 0; i < v8->memory->count && v8->page_count > 0; i++) {
        const struct segment *segment = &v8->memory->segments[i];
        if ((segment->perm & SEGMENT_WRITE) && segment->source == SEGMENT_FROM_CORE &&
            ((uintptr_t)segment->bytes & 7) == 0 && !scan_segment(v8, ret, segment))
            return false;
    }
    sort(ret);
    return true;
}

const struct v8_area *area_at(const struct v8_area *items, size_t count, uint64_t top)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (items[middle].top < top)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && items[low].top == top ? &items[low] : NULL;
}
