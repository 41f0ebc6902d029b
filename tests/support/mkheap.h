// A V8 heap in memory for unit tests: one page, filled object by object.
//
//     struct mkheap *heap = mkheap_new("12.4", 1 << 20);
//     uint64_t text = mkheap_text(heap, "hello"), both = mkheap_cons(heap, text, text);
//     ... v8_string_of(&heap->v8, both, &string) ...
//     mkheap_free(heap);
//
// Objects are given as tagged words. Out of memory and misuse end the test with abort().
#ifndef DUMPDIVE_TESTS_SUPPORT_MKHEAP_H
#define DUMPDIVE_TESTS_SUPPORT_MKHEAP_H

#include "heap/v8/object/object.h"

enum {
    MKHEAP_BASE = 0x40000000,   // of the page
    MKHEAP_NATIVE = 0x20000000, // of memory that is not V8's
    MKHEAP_NATIVE_SIZE = 1 << 16,
};

struct mkheap {
    struct v8 v8;
    struct memory memory;
    struct segment segments[2];
    struct v8_page page;
    uint64_t top;                // where the next object begins
    uint64_t maps[ITYPE_COUNT];  // tagged; 0: not made yet
};

struct mkheap *mkheap_new(const char *line, uint64_t size);
void mkheap_free(struct mkheap *heap);

// The map of all objects of this type that have `size` bytes (0: counted by the object itself).
// Made when first asked for.
uint64_t mkheap_map(struct mkheap *heap, enum itype type, unsigned size);
// Another map of the same kind.
uint64_t mkheap_new_map(struct mkheap *heap, enum itype type, unsigned size);

// An object of `size` bytes, zero but for its map.
uint64_t mkheap_object(struct mkheap *heap, uint64_t map, uint64_t size);
void mkheap_put(struct mkheap *heap, uint64_t object, unsigned offset, uint64_t word);
void mkheap_put_u32(struct mkheap *heap, uint64_t object, unsigned offset, uint32_t value);
uint64_t mkheap_smi(int32_t value);
// The bytes at an address of the page or of the native memory.
uint8_t *mkheap_at(struct mkheap *heap, uint64_t address);

uint64_t mkheap_text(struct mkheap *heap, const char *ascii);
uint64_t mkheap_units(struct mkheap *heap, const uint16_t *units, uint32_t count);
uint64_t mkheap_cons(struct mkheap *heap, uint64_t first, uint64_t second);
uint64_t mkheap_sliced(struct mkheap *heap, uint64_t parent, uint32_t offset, uint32_t length);

#endif
