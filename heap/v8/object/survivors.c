#include "heap/v8/object/survivors.h"

#include "heap/v8/object/shape.h"

#include <stdlib.h>

static bool is_promoted(const struct v8_page *page)
{
    uint64_t word;
    if (page->kind != SPACE_NEW_LARGE || page->readable < 8)
        return false;
    memcpy(&word, page->bytes, sizeof word);
    return word == page->start;
}

static bool collect(struct v8 *v8)
{
    size_t count = 0;
    for (size_t i = 0; i < v8->page_count; i++)
        count += is_promoted(&v8->pages[i]);
    if (count == 0)
        return true;
    v8->survivors = calloc(count, sizeof *v8->survivors);
    if (v8->survivors == NULL)
        return false;
    for (size_t i = 0; i < v8->page_count; i++)
        if (is_promoted(&v8->pages[i]))
            v8->survivors[v8->survivor_count++].address = v8->pages[i].start;
    return true;
}

static struct v8_survivor *survivor_at(const struct v8 *v8, uint64_t address)
{
    size_t low = 0, high = v8->survivor_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v8->survivors[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v8->survivor_count && v8->survivors[low].address == address
               ? &v8->survivors[low]
               : NULL;
}

// The table holds the tagged object and, right behind it, its map.
static void look(struct v8 *v8, const uint64_t *words, size_t count)
{
    struct v8_shape shape;
    for (size_t i = 0; i + 1 < count; i++) {
        if ((words[i] & V8_TAG_MASK) != V8_TAG || (words[i + 1] & V8_TAG_MASK) != V8_TAG)
            continue;
        struct v8_survivor *survivor = survivor_at(v8, words[i] - V8_TAG);
        if (survivor != NULL && v8_shape_read(v8, words[i + 1] - V8_TAG, &shape))
            survivor->map_word = words[i + 1];
    }
}

static void look_in_segment(struct v8 *v8, const struct segment *segment)
{
    uint64_t at = segment->start, end = segment->start + segment->readable;
    for (; memory_data(v8->memory, segment, &at, &end);
         at = end, end = segment->start + segment->readable)
        if (v8_page_at(v8, at) == NULL)
            look(v8, (const void *)(segment->bytes + (at - segment->start)), (end - at) / 8);
}

bool survivors_find(struct v8 *v8)
{
    bool gc = false;
    for (size_t i = 0; i < v8->isolate_count; i++)
        gc = gc || v8->isolates[i].gc;
    if (!gc)
        return true;
    if (!collect(v8))
        return false;
    for (size_t i = 0; i < v8->memory->count && v8->survivor_count > 0; i++) {
        const struct segment *segment = &v8->memory->segments[i];
        if ((segment->perm & SEGMENT_WRITE) && segment->source == SEGMENT_FROM_CORE &&
            ((uintptr_t)segment->bytes & 7) == 0)
            look_in_segment(v8, segment);
    }
    return true;
}

uint64_t survivor_map_word(const struct v8 *v8, uint64_t address)
{
    const struct v8_survivor *survivor = survivor_at(v8, address);
    return survivor == NULL ? 0 : survivor->map_word;
}
