#include "tests/support/mkheap.h"

#include "heap/v8/layout/layout_function.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    MAP_SIZE = 80,
    STRING_LENGTH = 12,
    STRING_DATA = 16,
};

static _Noreturn void misused(const char *what)
{
    fprintf(stderr, "mkheap: %s\n", what);
    abort();
}

static size_t line_of(const char *name)
{
    for (size_t i = 0; i < LAYOUT_LINES; i++)
        if (strcmp(layouts[i].name, name) == 0)
            return i;
    misused("no such line of V8");
}

static void *zeros(uint64_t size)
{
    void *bytes = calloc(1, size);
    if (bytes == NULL)
        misused("out of memory");
    return bytes;
}

static void add_segment(struct mkheap *heap, uint64_t start, uint64_t size)
{
    heap->segments[heap->memory.count++] = (struct segment){
        .start = start, .end = start + size, .saved = size, .readable = size,
        .perm = SEGMENT_READ | SEGMENT_WRITE, .source = SEGMENT_FROM_CORE, .bytes = zeros(size)};
}

uint8_t *mkheap_at(struct mkheap *heap, uint64_t address)
{
    for (size_t i = 0; i < heap->memory.count; i++)
        if (address >= heap->segments[i].start && address < heap->segments[i].end)
            return (uint8_t *)(uintptr_t)heap->segments[i].bytes +
                   (address - heap->segments[i].start);
    misused("no memory at this address");
}

struct mkheap *mkheap_new(const char *line, uint64_t size)
{
    struct mkheap *heap = zeros(sizeof *heap);
    struct v8 *v8 = &heap->v8;
    add_segment(heap, MKHEAP_NATIVE, MKHEAP_NATIVE_SIZE);
    add_segment(heap, MKHEAP_BASE, size);
    heap->memory.segments = heap->segments;
    heap->memory.fd = -1;
    heap->top = MKHEAP_BASE + 64;
    heap->page = (struct v8_page){
        .base = MKHEAP_BASE, .metadata = MKHEAP_BASE, .start = heap->top,
        .end = MKHEAP_BASE + size, .size = size, .readable = size - 64,
        .bytes = heap->segments[1].bytes + 64, .kind = SPACE_READ_ONLY};
    v8->memory = &heap->memory;
    v8->line = line_of(line);
    v8->layout = &layouts[v8->line];
    v8->scope = &layout_scopes[v8->line];
    itype_map_init(&v8->types, v8->line);
    itype_map_finish(&v8->types);
    size_rules_init(&v8->size_rules, &v8->types, v8->line);
    v8->pages = &heap->page;
    v8->page_count = 1;
    // The map of maps is its own map.
    uint64_t meta = mkheap_object(heap, heap->top | V8_TAG, MAP_SIZE);
    heap->maps[ITYPE_MAP] = meta;
    mkheap_at(heap, v8_untag(meta))[8] = MAP_SIZE / 8;
    memcpy(mkheap_at(heap, v8_untag(meta)) + 12, &v8->types.number[ITYPE_MAP], 2);
    return heap;
}

void mkheap_free(struct mkheap *heap)
{
    for (size_t i = 0; i < heap->memory.count; i++)
        free((void *)(uintptr_t)heap->segments[i].bytes);
    free(heap);
}

uint64_t mkheap_object(struct mkheap *heap, uint64_t map, uint64_t size)
{
    uint64_t address = heap->top;
    size = (size + 7) & ~7ull;
    if (size > heap->page.end - address)
        misused("the page is full");
    heap->top += size;
    mkheap_put(heap, address | V8_TAG, 0, map);
    return address | V8_TAG;
}

uint64_t mkheap_new_map(struct mkheap *heap, enum itype type, unsigned size)
{
    uint64_t map = mkheap_object(heap, heap->maps[ITYPE_MAP], MAP_SIZE);
    uint16_t number = heap->v8.types.number[type];
    if (number == ITYPE_NO_NUMBER)
        misused("this V8 has no such type");
    mkheap_at(heap, v8_untag(map))[8] = (uint8_t)(size / 8);
    memcpy(mkheap_at(heap, v8_untag(map)) + 12, &number, sizeof number);
    return map;
}

uint64_t mkheap_map(struct mkheap *heap, enum itype type, unsigned size)
{
    if (heap->maps[type] == 0)
        heap->maps[type] = mkheap_new_map(heap, type, size);
    return heap->maps[type];
}

void mkheap_put(struct mkheap *heap, uint64_t object, unsigned offset, uint64_t word)
{
    memcpy(mkheap_at(heap, v8_untag(object) + offset), &word, sizeof word);
}

void mkheap_put_u32(struct mkheap *heap, uint64_t object, unsigned offset, uint32_t value)
{
    memcpy(mkheap_at(heap, v8_untag(object) + offset), &value, sizeof value);
}

uint64_t mkheap_smi(int32_t value)
{
    return (uint64_t)(uint32_t)value << 32;
}

static uint64_t string_of(struct mkheap *heap, enum itype type, unsigned fixed, uint64_t size,
                          uint32_t length)
{
    uint64_t string = mkheap_object(heap, mkheap_map(heap, type, fixed), size);
    mkheap_put_u32(heap, string, STRING_LENGTH, length);
    return string;
}

uint64_t mkheap_text(struct mkheap *heap, const char *ascii)
{
    size_t length = strlen(ascii);
    uint64_t string = string_of(heap, ITYPE_SEQ_ONE_BYTE_STRING, 0, STRING_DATA + length,
                                (uint32_t)length);
    memcpy(mkheap_at(heap, v8_untag(string)) + STRING_DATA, ascii, length);
    return string;
}

uint64_t mkheap_units(struct mkheap *heap, const uint16_t *units, uint32_t count)
{
    uint64_t string = string_of(heap, ITYPE_SEQ_TWO_BYTE_STRING, 0, STRING_DATA + 2ull * count,
                                count);
    memcpy(mkheap_at(heap, v8_untag(string)) + STRING_DATA, units, 2ull * count);
    return string;
}

static uint32_t length_of(struct mkheap *heap, uint64_t string)
{
    uint32_t length;
    memcpy(&length, mkheap_at(heap, v8_untag(string) + STRING_LENGTH), sizeof length);
    return length;
}

uint64_t mkheap_cons(struct mkheap *heap, uint64_t first, uint64_t second)
{
    uint64_t string = string_of(heap, ITYPE_CONS_TWO_BYTE_STRING, 32, 32,
                                length_of(heap, first) + length_of(heap, second));
    mkheap_put(heap, string, 16, first);
    mkheap_put(heap, string, 24, second);
    return string;
}

uint64_t mkheap_sliced(struct mkheap *heap, uint64_t parent, uint32_t offset, uint32_t length)
{
    uint64_t string = string_of(heap, ITYPE_SLICED_ONE_BYTE_STRING, 32, 32, length);
    mkheap_put(heap, string, 16, parent);
    mkheap_put(heap, string, 24, mkheap_smi((int32_t)offset));
    return string;
}
