#include "heap/graph/index/spaces.h"

#include <stdlib.h>

// SizeOfObjects() of each space. In new space that is everything up to the allocation top
// (NewSpace::Size). Elsewhere it is what the allocator handed out and the sweeper has not taken
// back: objects, not fillers (PagedSpace::SizeOfObjects; verified: equal to the sum of the objects
// walked on every version). A filler that an array left behind when it shrank in place counts as
// used until the next sweep, and cannot be told from others.
// Some versions count the rest of old space's allocation area too.
static uint64_t used_bytes(const struct v8 *v8, const struct v8_page *page,
                           const struct walk_page *walked)
{
    uint64_t used = walked->object_bytes + walked->forwarded_bytes;
    if (page->kind == SPACE_NEW)
        used += walked->filler_bytes + walked->free_bytes;
    else if (page->kind == SPACE_OLD && v8->layout->area_is_used)
        used += walked->area_bytes;
    return used;
}

static struct space_usage *row_of(struct space_usage *rows, size_t *count,
                                  const struct v8_page *page)
{
    for (size_t i = 0; i < *count; i++)
        if (rows[i].kind == page->kind && rows[i].isolate == page->isolate)
            return &rows[i];
    rows[*count] = (struct space_usage){.kind = (enum space_kind)page->kind,
                                        .isolate = page->isolate};
    return &rows[(*count)++];
}

static int by_isolate(const void *a, const void *b)
{
    const struct space_usage *left = a, *right = b;
    if (left->isolate != right->isolate)
        return left->isolate - right->isolate;
    return (int)left->kind - (int)right->kind;
}

struct space_usage *space_usage(const struct v8 *v8, const struct walk_page *pages, size_t *count)
{
    *count = 0;
    struct space_usage *rows = calloc(v8->space_count + 1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (size_t i = 0; i < v8->page_count; i++) {
        struct space_usage *row = row_of(rows, count, &v8->pages[i]);
        row->pages++;
        row->size += v8->pages[i].size;
        if (pages == NULL)
            continue;
        row->used += used_bytes(v8, &v8->pages[i], &pages[i]);
        row->objects += pages[i].objects;
        row->free += pages[i].free_bytes + pages[i].filler_bytes + pages[i].area_bytes;
        row->unwalked += pages[i].unwalked_bytes;
    }
    qsort(rows, *count, sizeof *rows, by_isolate);
    return rows;
}
