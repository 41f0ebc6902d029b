// Pages and spaces of a V8 without a table: which header they have, and which space is which.
#include "heap/v8/calibrate/calibrate.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_MASK = 4095 };

// --- the header ----------------------------------------------------------------------------------

// Pages of any space, as a row has them: which space is which is found out later.
static bool scan_any(const struct memory *memory, const struct layout *row, struct layout *any,
                     struct page_scan *ret)
{
    *any = *row;
    memset(any->space.kind_of_id, SPACE_OLD, sizeof any->space.kind_of_id);
    any->chunk.flag_read_only = UINT32_MAX;
    any->isolate.heap_isolate = -1;
    return pages_scan(memory, any, ret);
}

static void keep_better(struct page_scan *best, struct layout *best_layout, struct page_scan *scan,
                        const struct layout *layout)
{
    bool better = scan->isolate_count > 0 &&
                  (best->isolate_count == 0 || scan->count > best->count);
    if (better) {
        page_scan_free(best);
        *best = *scan;
        *best_layout = *layout;
    } else {
        page_scan_free(scan);
    }
}

// The row that finds most pages; of several, the one nearest to the version.
static bool scan_rows(const struct v8 *v8, unsigned version, struct page_scan *best,
                      struct layout *best_layout)
{
    bool tried[LAYOUT_LINES] = {false};
    memset(best, 0, sizeof *best);
    for (size_t i = 0; i < LAYOUT_LINES; i++) {
        size_t line = layout_nearest(version, tried);
        struct page_scan scan;
        struct layout layout;
        tried[line] = true;
        if (line == v8->without)
            continue;
        if (!scan_any(v8->memory, &layouts[line], &layout, &scan)) {
            page_scan_free(best);
            return false;
        }
        keep_better(best, best_layout, &scan, &layout);
    }
    return true;
}

static bool scan_unknown(const struct memory *memory, struct page_scan *best,
                         struct layout *best_layout)
{
    struct layout layout = *best_layout, any;
    struct page_scan scan;
    if (!calibrate_chunk(memory, &layout))
        return true;
    if (!scan_any(memory, &layout, &any, &scan))
        return false;
    keep_better(best, best_layout, &scan, &any);
    return true;
}

// --- read-only pages -----------------------------------------------------------------------------

// Shared read-only pages have neither heap nor owner: not much to tell them from other memory by,
// but that they begin with an object whose map is on such a page, too.
static bool is_shared(const struct page_scan *scan, uint64_t word)
{
    for (size_t i = 0; i < scan->count; i++)
        if (scan->pages[i].isolate == V8_NO_ISOLATE && word > scan->pages[i].start &&
            word < scan->pages[i].end)
            return true;
    return false;
}

static bool begins_with_object(const struct page_scan *scan, const struct v8_page *page)
{
    uint64_t word;
    if (page->bytes == NULL || page->readable < sizeof word)
        return false;
    memcpy(&word, page->bytes, sizeof word);
    return (word & V8_TAG_MASK) == V8_TAG && is_shared(scan, word);
}

static void drop_chance_hits(struct page_scan *scan)
{
    size_t kept = 0;
    for (size_t i = 0; i < scan->count; i++) {
        struct v8_page *page = &scan->pages[i];
        if (page->isolate != V8_NO_ISOLATE || begins_with_object(scan, page))
            scan->pages[kept++] = *page;
        else
            free(page->composed);
    }
    scan->count = kept;
}

// The flags that all shared pages have and no other page has; all when there are no shared pages.
static uint32_t shared_flags(const struct page_scan *scan)
{
    uint32_t all = UINT32_MAX, others = 0;
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->pages[i].isolate == V8_NO_ISOLATE)
            all &= scan->pages[i].flags;
        else
            others |= scan->pages[i].flags;
    }
    return all == UINT32_MAX ? all : all & ~others;
}

// --- which space is which ------------------------------------------------------------------------

// What the pages of all spaces with one number have in common.
struct traits {
    bool used;
    bool semi;       // in one of the two halves of new space
    bool large;      // ends where its object ends
    bool executable;
    bool read_only;
};

static void look_at_page(const struct memory *memory, const struct layout *layout,
                         const struct v8_page *page, struct traits *traits)
{
    const struct segment *segment = memory_segment(memory, page->start);
    traits->used = true;
    traits->semi |= (page->flags & (layout->chunk.flag_from | layout->chunk.flag_to)) != 0;
    traits->large |= (page->end & PAGE_MASK) != 0 || page->size > V8_PAGE_SIZE;
    if (segment == NULL)
        return;
    traits->executable |= (segment->perm & SEGMENT_EXEC) != 0;
    traits->read_only |= (segment->perm & SEGMENT_WRITE) == 0 && !traits->executable;
}

static bool id_of(const struct memory *memory, const struct layout *layout,
                  const struct v8_page *page, uint32_t *id)
{
    return page->owner != 0 &&
           memory_u32(memory, page->owner + (uint64_t)layout->space.id, id) &&
           *id < LAYOUT_SPACE_IDS;
}

static void find_traits(const struct memory *memory, const struct layout *layout,
                        const struct page_scan *scan, struct traits traits[LAYOUT_SPACE_IDS])
{
    uint32_t id;
    memset(traits, 0, LAYOUT_SPACE_IDS * sizeof *traits);
    for (size_t i = 0; i < scan->count; i++)
        if (id_of(memory, layout, &scan->pages[i], &id))
            look_at_page(memory, layout, &scan->pages[i], &traits[id]);
}

static bool contradicts(const struct traits *traits, enum space_kind kind)
{
    bool code = kind == SPACE_CODE || kind == SPACE_CODE_LARGE;
    return kind == SPACE_NONE || traits->large != space_is_large(kind) ||
           (traits->semi && kind != SPACE_NEW && kind != SPACE_NEW_LARGE) ||
           (!traits->semi && kind == SPACE_NEW) || traits->executable != code ||
           traits->read_only != (kind == SPACE_READ_ONLY);
}

static bool order_fits(const struct traits traits[LAYOUT_SPACE_IDS],
                       const struct layout_space_order *order)
{
    for (size_t id = 0; id < LAYOUT_SPACE_IDS; id++)
        if (traits[id].used && contradicts(&traits[id], (enum space_kind)order->kind_of_id[id]))
            return false;
    return true;
}

// Of the orders that fit, the one that V8 had at this version. NULL: none fits.
static const struct layout_space_order *choose_order(const struct traits traits[LAYOUT_SPACE_IDS],
                                                     unsigned version)
{
    const struct layout_space_order *best = NULL;
    for (size_t i = 0; i < LAYOUT_SPACE_ORDERS; i++) {
        const struct layout_space_order *order = &layout_space_orders[i];
        if (order_fits(traits, order) &&
            (best == NULL || version == 0 || order->since <= version))
            best = order;
    }
    return best;
}

// What the pages themselves tell, where no order of spaces fits.
static enum space_kind kind_by_traits(const struct traits *traits)
{
    if (traits->read_only)
        return SPACE_READ_ONLY;
    if (traits->executable)
        return traits->large ? SPACE_CODE_LARGE : SPACE_CODE;
    if (traits->semi)
        return traits->large ? SPACE_NEW_LARGE : SPACE_NEW;
    return traits->large ? SPACE_LARGE : SPACE_OLD;
}

static void name_spaces(struct v8 *v8, unsigned version, struct page_scan *scan,
                        struct layout *layout)
{
    struct traits traits[LAYOUT_SPACE_IDS];
    uint32_t id;
    find_traits(v8->memory, layout, scan, traits);
    const struct layout_space_order *order = choose_order(traits, version);
    if (order == NULL)
        v8_warn(v8, "spaces of this V8 are told apart by their pages alone");
    for (size_t i = 0; i < LAYOUT_SPACE_IDS; i++)
        layout->space.kind_of_id[i] = order != NULL ? order->kind_of_id[i]
                                                    : (uint8_t)kind_by_traits(&traits[i]);
    for (size_t i = 0; i < scan->count; i++) {
        if (id_of(v8->memory, layout, &scan->pages[i], &id))
            scan->pages[i].kind = layout->space.kind_of_id[id];
        scan->pages[i].large = space_is_large((enum space_kind)scan->pages[i].kind);
    }
}

// --- all of it -----------------------------------------------------------------------------------

// The parts of a row that describe the heap rather than objects on it. What only a row of this very
// version can tell is unknown.
static void adapt(struct v8 *v8, const struct layout *heap, const struct page_scan *scan)
{
    v8->adapted.chunk = heap->chunk;
    v8->adapted.space = heap->space;
    v8->adapted.areas = heap->areas;
    v8->adapted.isolate = (struct layout_isolate){
        .heap = scan->heap_offset, .heap_isolate = scan->heap_isolate,
        .roots = -1, .c_entry_fp = -1, .handler = -1, .handle_scope = -1, .global_handles = -1,
        .new_area = -1, .old_area = -1};
}

bool calibrate_pages(struct v8 *v8, unsigned version, struct page_scan *ret)
{
    struct layout layout = layouts[v8->line];
    if (!scan_rows(v8, version, ret, &layout))
        return false;
    if (ret->isolate_count == 0 && !scan_unknown(v8->memory, ret, &layout))
        return false;
    if (ret->isolate_count == 0)
        return true;
    drop_chance_hits(ret);
    uint32_t flags = shared_flags(ret);
    layout.chunk.flag_read_only = flags != UINT32_MAX ? flags : layouts[v8->line].chunk.flag_read_only;
    name_spaces(v8, version, ret, &layout);
    adapt(v8, &layout, ret);
    if (!calibrate_lists(v8->memory, ret, &v8->adapted))
        return false;
    calibrate_areas(v8->memory, ret, &v8->adapted);
    return true;
}
