// The linear allocation areas of a V8 without a table: three words (up to V8 8.4 two) inside one
// page, in the Isolate or in the Space that owns the page.
#include "heap/v8/calibrate/calibrate.h"
#include "heap/v8/space/areas.h"

enum {
    ISOLATE_AFTER_HEAP = 0x3000, // so far behind the start of its Heap an Isolate is looked at
    SPACE_BYTES = 0x300,
};

// The first place in [from, to) that holds an area on a page of this kind (and owner, unless 0).
static int64_t find_area(const struct v8 *v8, uint64_t from, uint64_t to, enum space_kind kind,
                         uint64_t owner)
{
    for (uint64_t at = from; at < to; at += 8) {
        const struct v8_page *page = area_page_at(v8, at);
        if (page != NULL && page->kind == kind && (owner == 0 || page->owner == owner))
            return (int64_t)(at - from);
    }
    return -1;
}

static void in_isolates(const struct v8 *v8, struct layout_isolate *layout)
{
    for (size_t i = 0; i < v8->isolate_count; i++) {
        const struct v8_isolate *isolate = &v8->isolates[i];
        uint64_t to = isolate->heap + ISOLATE_AFTER_HEAP;
        if (layout->new_area < 0)
            layout->new_area = (int32_t)find_area(v8, isolate->address, to, SPACE_NEW, 0);
        if (layout->old_area < 0)
            layout->old_area = (int32_t)find_area(v8, isolate->address, to, SPACE_OLD, 0);
    }
}

static void in_spaces(const struct v8 *v8, struct layout_areas *layout)
{
    uint64_t before = 0;
    for (size_t i = 0; i < v8->page_count; i++) {
        const struct v8_page *page = &v8->pages[i];
        if (page->owner == 0 || page->owner == before || page->large)
            continue;
        before = page->owner;
        bool late = page->kind == SPACE_CODE || page->kind == SPACE_MAP;
        int16_t *offset = late ? &layout->space_late : &layout->space;
        if (*offset < 0 && (late || page->kind == SPACE_OLD))
            *offset = (int16_t)find_area(v8, page->owner, page->owner + SPACE_BYTES,
                                         (enum space_kind)page->kind, page->owner);
    }
}

static bool search_as(struct v8 *v8, struct layout *layout, bool pair)
{
    layout->isolate.new_area = layout->isolate.old_area = -1;
    layout->areas = (struct layout_areas){.pair = pair, .space = -1, .space_late = -1};
    v8->layout = layout;
    in_spaces(v8, &layout->areas);
    if (!pair)
        in_isolates(v8, &layout->isolate);
    return layout->isolate.new_area >= 0 || layout->isolate.old_area >= 0 ||
           layout->areas.space >= 0 || layout->areas.space_late >= 0;
}

void calibrate_areas(const struct memory *memory, const struct page_scan *scan,
                     struct layout *layout)
{
    struct v8 v8 = {.memory = memory, .pages = scan->pages, .page_count = scan->count,
                    .isolates = scan->isolates, .isolate_count = scan->isolate_count};
    if (!search_as(&v8, layout, false))
        search_as(&v8, layout, true);
}
