// The header of V8's pages, where it is none of those in the rows: found by what its fields say of
// each other. A page's owner points at the heap that the page points at, and the Heap at an Isolate
// around it; the area for objects begins behind the header and ends with the page.
#include "heap/v8/calibrate/calibrate.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE = 256,         // headers looked at
    WORDS = 64,           // of a header
    FIELDS = 32,          // of these, those that may hold the heap, the owner, ...
    OWNER_WORDS = 16,     // of a Space
    HEADER_MAX = 0x8000,  // objects start at most this far into a page
    SIZE_SLACK = 0x2000,  // a page's size is at most this much more than its area's end
    LEAST = 4,            // pages that an isolate has at the very least
};

struct header {
    uint64_t base;
    uint64_t words[WORDS];
};

struct sample {
    const struct memory *memory;
    struct header *headers;
    size_t count;
};

// --- candidates ----------------------------------------------------------------------------------

static bool read_header(const struct memory *memory, uint64_t base, int16_t metadata,
                        struct header *ret)
{
    uint64_t at = base;
    ret->base = base;
    if (metadata >= 0 && (!memory_u64(memory, base + (uint64_t)metadata, &at) || at == 0 ||
                          (at & 7) != 0 || at - base < V8_PAGE_SIZE))
        return false;
    return memory_read(memory, at, ret->words, sizeof ret->words, NULL) == MEM_OK;
}

static void collect(struct sample *sample, int16_t metadata, size_t stride)
{
    const struct memory *memory = sample->memory;
    size_t seen = 0;
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        uint64_t end = segment->start + segment->readable;
        if (segment->source != SEGMENT_FROM_CORE || !(segment->perm & SEGMENT_WRITE))
            continue;
        uint64_t base = (segment->start + V8_PAGE_SIZE - 1) & ~(uint64_t)(V8_PAGE_SIZE - 1);
        for (; base < end && sample->count < SAMPLE; base += V8_PAGE_SIZE)
            if (seen++ % stride == 0 &&
                read_header(memory, base, metadata, &sample->headers[sample->count]))
                sample->count++;
    }
}

static size_t candidates(const struct memory *memory)
{
    size_t count = 0;
    for (size_t i = 0; i < memory->count; i++)
        if (memory->segments[i].source == SEGMENT_FROM_CORE &&
            (memory->segments[i].perm & SEGMENT_WRITE))
            count += memory->segments[i].readable / V8_PAGE_SIZE;
    return count;
}

// --- heap and owner ------------------------------------------------------------------------------

struct relation {
    size_t heap, owner, space_heap; // words
    size_t count;                   // headers that have it
};

// An owner is no part of the page: the page's own address, too, leads to the page's heap.
static bool may_own(const struct header *header, uint64_t owner)
{
    return owner != 0 && (owner & 7) == 0 && owner - header->base >= V8_PAGE_SIZE;
}

static bool has_relation(const struct sample *sample, const struct header *header,
                         const struct relation *relation)
{
    uint64_t heap;
    uint64_t owner = header->words[relation->owner];
    return may_own(header, owner) && header->words[relation->heap] != 0 &&
           memory_u64(sample->memory, owner + 8 * relation->space_heap, &heap) &&
           heap == header->words[relation->heap];
}

static bool is_heap(const struct sample *sample, const struct relation *relation)
{
    for (size_t i = 0; i < sample->count; i++) {
        uint64_t isolate;
        int32_t offset;
        const struct header *header = &sample->headers[i];
        if (has_relation(sample, header, relation) &&
            isolate_of_heap(sample->memory, header->words[relation->heap], -1, &isolate, &offset))
            return true;
    }
    return false;
}

static void count_relations(const struct sample *sample, const struct header *header,
                            uint32_t (*counts)[FIELDS][OWNER_WORDS])
{
    uint64_t space[OWNER_WORDS];
    for (size_t owner = 0; owner < FIELDS; owner++) {
        uint64_t address = header->words[owner];
        if (!may_own(header, address) ||
            memory_read(sample->memory, address, space, sizeof space, NULL) != MEM_OK)
            continue;
        for (size_t at = 0; at < OWNER_WORDS; at++)
            for (size_t heap = 0; heap < FIELDS; heap++)
                counts[heap][owner][at] += heap != owner && space[at] != 0 &&
                                           (space[at] & 7) == 0 &&
                                           space[at] == header->words[heap];
    }
}

static bool find_relation(const struct sample *sample, struct relation *ret)
{
    uint32_t(*counts)[FIELDS][OWNER_WORDS] = calloc(FIELDS, sizeof *counts);
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < sample->count && counts != NULL; i++)
        count_relations(sample, &sample->headers[i], counts);
    for (size_t i = 0; i < FIELDS * FIELDS * OWNER_WORDS && counts != NULL; i++) {
        struct relation found = {.heap = i / (FIELDS * OWNER_WORDS),
                                 .owner = i / OWNER_WORDS % FIELDS,
                                 .space_heap = i % OWNER_WORDS};
        found.count = counts[found.heap][found.owner][found.space_heap];
        if (found.count > ret->count && found.count >= LEAST && is_heap(sample, &found))
            *ret = found;
    }
    free(counts);
    return ret->count > 0;
}

static void keep_pages(struct sample *sample, const struct relation *relation)
{
    size_t kept = 0;
    for (size_t i = 0; i < sample->count; i++)
        if (has_relation(sample, &sample->headers[i], relation))
            sample->headers[kept++] = sample->headers[i];
    sample->count = kept;
}

// --- the area ------------------------------------------------------------------------------------

static bool is_start(const struct sample *sample, const struct header *header, size_t word)
{
    uint64_t start = header->words[word], first;
    return (start & 7) == 0 && start > header->base && start <= header->base + HEADER_MAX &&
           memory_u64(sample->memory, start, &first) &&
           (first == 0 || (first & 7) == 0 || (first & V8_TAG_MASK) == V8_TAG);
}

static bool is_end(const struct header *header, size_t word, uint64_t start)
{
    uint64_t end = header->words[word];
    return (end & 7) == 0 && end > start && end - header->base < (1ull << 36);
}

static bool is_size(const struct header *header, size_t word, uint64_t end)
{
    uint64_t size = header->words[word], least = end - header->base;
    return size >= least && size < least + SIZE_SLACK;
}

// The first word that all headers agree to be the start (then the end, then the size); WORDS: none.
static size_t find_word(const struct sample *sample, int field, size_t start, size_t end)
{
    for (size_t word = 0; word < WORDS; word++) {
        size_t fits = 0;
        for (size_t i = 0; i < sample->count; i++) {
            const struct header *header = &sample->headers[i];
            fits += field == 0   ? is_start(sample, header, word)
                    : field == 1 ? word != start && is_end(header, word, header->words[start]) &&
                                       header->words[word] - header->base >= HEADER_MAX / 8
                                 : is_size(header, word, header->words[end]);
        }
        if (fits == sample->count)
            return word;
    }
    return WORDS;
}

static bool find_fields(struct sample *sample, int16_t metadata, struct layout *layout)
{
    struct relation relation;
    if (!find_relation(sample, &relation))
        return false;
    keep_pages(sample, &relation);
    size_t start = find_word(sample, 0, 0, 0);
    size_t end = start < WORDS ? find_word(sample, 1, start, 0) : WORDS;
    size_t size = end < WORDS ? find_word(sample, 2, start, end) : WORDS;
    if (size == WORDS)
        return false;
    layout->chunk.metadata = metadata;
    layout->chunk.heap = (int16_t)(8 * relation.heap);
    layout->chunk.owner = (int16_t)(8 * relation.owner);
    layout->chunk.area_start = (int16_t)(8 * start);
    layout->chunk.area_end = (int16_t)(8 * end);
    layout->chunk.size = (int16_t)(8 * size);
    layout->chunk.flags = metadata < 0 && size == 0 ? 8 : 0; // src/heap/basic-memory-chunk.h
    layout->chunk.allocated = layout->chunk.high_water = layout->chunk.next = -1;
    layout->space.heap = (int16_t)(8 * relation.space_heap);
    layout->space.id = (int16_t)(layout->space.heap + 8); // src/heap/base-space.h
    return true;
}

bool calibrate_chunk(const struct memory *memory, struct layout *layout)
{
    static const int16_t places[] = {-1, 8}; // on the page; from V8 13 behind a pointer
    struct sample sample = {.memory = memory};
    size_t stride = candidates(memory) / SAMPLE + 1;
    bool found = false;
    sample.headers = calloc(SAMPLE, sizeof *sample.headers);
    for (size_t i = 0; i < sizeof places / sizeof *places && sample.headers != NULL; i++) {
        sample.count = 0;
        collect(&sample, places[i], stride);
        found = found || find_fields(&sample, places[i], layout);
    }
    free(sample.headers);
    return found;
}
