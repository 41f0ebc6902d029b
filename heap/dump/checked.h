// Arithmetic on lengths and offsets that come from a file: nothing here can wrap.
#ifndef DUMPDIVE_HEAP_DUMP_CHECKED_H
#define DUMPDIVE_HEAP_DUMP_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "dumps are little-endian and are read in place: a big-endian host is not supported"
#endif

// Is [offset, offset + size) inside [0, limit)?
static inline bool range_fits(uint64_t offset, uint64_t size, uint64_t limit)
{
    return offset <= limit && size <= limit - offset;
}

// How many of the `size` bytes at `offset` lie inside [0, limit).
static inline uint64_t range_clip(uint64_t offset, uint64_t size, uint64_t limit)
{
    if (offset >= limit)
        return 0;
    return size < limit - offset ? size : limit - offset;
}

static inline uint64_t add_saturated(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

// Make room for one more item in an array of `count`, whose capacity is the power of two at or
// above it (at least 8). Returns the array, perhaps moved; NULL when out of memory (the old one
// stays valid).
static inline void *array_grow(void *items, size_t count, size_t item_size)
{
    if (count == 0)
        return items != NULL ? items : calloc(8, item_size);
    if (count < 8 || (count & (count - 1)) != 0)
        return items;
    return reallocarray(items, count * 2, item_size);
}

#endif
