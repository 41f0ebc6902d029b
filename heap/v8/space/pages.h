// Finding V8's pages in the process image, without debug information.
//
// Every 256 KiB-aligned address of a saved segment is a candidate; its header has to be consistent
// in itself, with the Space that owns it, and with the Heap and Isolate that own the Space. See
// BasicMemoryChunk (V8 up to 12) and MemoryChunkMetadata (from 13) in src/heap/.
#ifndef DUMPDIVE_HEAP_V8_SPACE_PAGES_H
#define DUMPDIVE_HEAP_V8_SPACE_PAGES_H

#include "heap/v8/v8.h"

struct page_scan {
    struct v8_page *pages; // sorted by base; owned by the caller (free)
    size_t count;
    struct v8_isolate *isolates; // sorted by heap address; owned by the caller (free)
    size_t isolate_count;
    int32_t heap_offset;       // of the Heap in the Isolate, as found
    int32_t heap_isolate;      // of the Isolate* in the Heap, as found
};

// Look for pages as `layout` describes them. Returns false only when out of memory; a layout that
// does not fit finds no pages. Writable pages whose Heap leads to no Isolate are left out.
bool pages_scan(const struct memory *memory, const struct layout *layout, struct page_scan *ret);

// Call `look` for every address of the core's own segments where a page can begin, until one says
// false; true: none did.
bool pages_for_bases(const struct memory *memory, bool (*look)(void *context, uint64_t base),
                     void *context);

// The Heap keeps a pointer to the Isolate that contains it: this finds both offsets, whatever
// version it is (Heap::isolate_, Isolate::heap_). `hint`: where to look first, -1: nowhere.
bool isolate_of_heap(const struct memory *memory, uint64_t heap, int32_t hint, uint64_t *isolate,
                     int32_t *offset);

// The page at `base` whose header is whole, but whose owner is no Space of the heap (`*heap`) that it
// says to belong to: the owner, not the page, may be damaged. Its kind is SPACE_NEW, or SPACE_NONE: not
// known. False: no such page.
bool page_read_orphan(const struct memory *memory, const struct layout *layout, uint64_t base,
                      struct v8_page *page, uint64_t *heap);
// Find the page's bytes, and set its state to PAGE_LIVE. False: out of memory.
bool page_find_bytes(const struct memory *memory, struct v8_page *page);
int page_by_base(const void *a, const void *b); // for qsort

void page_scan_free(struct page_scan *scan);

#endif
