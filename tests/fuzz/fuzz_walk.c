// The page walk on a real core, the sample, whose words have been changed at will: pages, their headers, the
// spaces and the Isolate, and all else that a heap is opened by.
//
// Input: how to open it (u8, see OPEN_...), then changes of 8 bytes each: which word (u32), where that is
// and what to do with it (u8, u8), and with what (u16). The sample is unpacked into a file in memory once;
// what an input changes there is undone after it.
#include "heap/graph/index/index.h"
#include "heap/graph/index/types.h"
#include "heap/graph/index/walk.h"
#include "heap/graph/work/pool.h"
#include "heap/v8/object/object.h"
#include "tests/support/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define SAMPLE "tests/sample/sample.core.zst"

enum {
    OPEN_WITHOUT_TABLE = 63, // of 64, one is opened as a V8 that no table was made for
    CHANGES_MAX = 4096,
    HEADER_WORDS = 64,
    HOLE = 4096,
    OBJECTS = 256, // looked at
};

static struct {
    char path[32];
    int fd;
    uint8_t *bytes; // as they are without changes
    size_t size;
    struct dump *dump;
    uint64_t *pages; // file offsets of V8's pages
    size_t page_count;
} sample;

static volatile uint64_t sink;

// --- the sample ----------------------------------------------------------------------------------

static void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static void unpack(void)
{
    FILE *file = need(fopen(SAMPLE, "rb"));
    fseek(file, 0, SEEK_END);
    size_t packed = (size_t)ftell(file);
    rewind(file);
    void *bytes = need(malloc(packed));
    if (fread(bytes, 1, packed, file) != packed)
        abort();
    fclose(file);
    sample.size = ZSTD_getFrameContentSize(bytes, packed);
    sample.bytes = need(malloc(sample.size));
    if (ZSTD_decompress(sample.bytes, sample.size, bytes, packed) != sample.size)
        abort();
    free(bytes);
}

// With the holes that the core had: they are passed over quickly.
static void write_sample(void)
{
    static const uint8_t zeros[HOLE];
    sample.fd = fuzz_file(NULL, 0, sample.path);
    if (ftruncate(sample.fd, (off_t)sample.size) != 0)
        abort();
    for (size_t at = 0; at < sample.size; at += HOLE) {
        size_t size = sample.size - at < HOLE ? sample.size - at : HOLE;
        if (memcmp(sample.bytes + at, zeros, size) != 0 &&
            pwrite(sample.fd, sample.bytes + at, size, (off_t)at) != (ssize_t)size)
            abort();
    }
}

static void open_sample(void)
{
    struct dump_options options = {.no_executable = true};
    struct error error;
    struct v8 *v8;
    unpack();
    write_sample();
    if (!dump_open(sample.path, &options, &sample.dump, &error) ||
        !v8_open(sample.dump, NULL, &v8, &error))
        abort();
    const struct memory *memory = dump_memory(sample.dump);
    sample.pages = need(calloc(v8->page_count, sizeof *sample.pages));
    for (size_t i = 0; i < v8->page_count; i++) {
        uint64_t size;
        const uint8_t *bytes = memory_view(memory, v8->pages[i].base, &size);
        if (bytes != NULL)
            sample.pages[sample.page_count++] = (uint64_t)(bytes - memory->file);
    }
    v8_close(v8);
}

// --- changes -------------------------------------------------------------------------------------

static uint64_t place_of(uint32_t word, uint8_t where)
{
    uint64_t page = sample.pages[(word >> 16) % sample.page_count];
    uint64_t at = where % 4 == 0   ? 8ull * (word % HEADER_WORDS) + page
                  : where % 4 == 3 ? 8ull * (word % (sample.size / 8))
                                   : 8ull * (word % (V8_PAGE_SIZE / 8)) + page;
    return at + 8 <= sample.size ? at : 0;
}

static uint64_t changed(uint64_t word, uint8_t how, uint16_t with)
{
    uint64_t other;
    memcpy(&other, sample.bytes + place_of(with * 0x9e3779b9u, how >> 4), sizeof other);
    switch (how % 8) {
    case 0:
        return other; // another word of the dump
    case 1:
        return (uint64_t)with << 32; // a Smi
    case 2:
        return word ^ 1ull << with % 64;
    case 3:
        return word + 8 * (int16_t)with;
    case 4:
        return ~0ull << with % 64;
    case 5:
        return 0;
    case 6:
        return (word & ~0xffffull) | with;
    default:
        return with * 0x9e3779b97f4a7c15ull;
    }
}

static void put(uint64_t at, uint64_t word)
{
    if (pwrite(sample.fd, &word, sizeof word, (off_t)at) != sizeof word)
        abort();
}

// The file header, and what else dump_open has read, stays: that is for fuzz_dump.
static void change(const uint8_t *bytes, size_t size, bool back)
{
    for (size_t i = 0; i < CHANGES_MAX && size >= 8; i++, bytes += 8, size -= 8) {
        uint32_t place;
        uint16_t with;
        uint64_t word;
        memcpy(&place, bytes, sizeof place);
        memcpy(&with, bytes + 6, sizeof with);
        uint64_t at = place_of(place, bytes[4]);
        memcpy(&word, sample.bytes + at, sizeof word);
        put(at, back ? word : changed(word, bytes[5], with));
    }
}

// --- looking at it -------------------------------------------------------------------------------

static void check_pages(const struct v8 *v8, const struct walk_page *pages)
{
    for (size_t i = 0; i < v8->page_count; i++) {
        const struct v8_page *page = &v8->pages[i];
        const struct walk_page *sum = &pages[i];
        if (page->start > page->end || page->readable > page->end - page->start ||
            (i > 0 && page[-1].base >= page->base))
            abort();
        if (page->state == PAGE_LIVE &&
            sum->object_bytes + sum->free_bytes + sum->filler_bytes + sum->area_bytes +
                    sum->forwarded_bytes + sum->unwalked_bytes != page->end - page->start)
            abort();
    }
}

static void check_objects(const struct v8 *v8, const struct object_index *index)
{
    struct v8_object object;
    uint64_t before = 0;
    for (uint32_t i = 0; i < OBJECTS && index->count > 0; i++) {
        uint32_t id = (uint32_t)((uint64_t)index->count * i / OBJECTS);
        uint64_t address = index_address(index, id);
        const struct v8_page *page = v8_page_at(v8, address);
        if (address < before || page == NULL || address < page->start || address >= page->end)
            abort();
        before = address;
        if (v8_object_at(v8, address, &object))
            sink += v8_word(&object, object.size - 8);
    }
}

static void check_types(const struct v8 *v8, struct walk *walk)
{
    struct type_names *names;
    if (!type_names_create(v8, &names))
        abort();
    struct table_source source = {.v8 = v8, .walk = walk, .names = names};
    struct type_table *table = type_table_create(&source, true);
    for (size_t i = 0; table != NULL && i < table->constructors; i++)
        sink += strlen(table->by_constructor[i].name);
    type_table_release(table);
    type_names_destroy(names);
}

static void walk_all(const struct v8 *v8)
{
    struct object_index *index;
    struct walk *walk;
    struct pool *pool;
    if (!index_create(v8, &index) || !walk_create(v8, index, 1, &walk) || !pool_create(0, &pool))
        abort();
    if (walk_run(walk, pool)) {
        check_pages(v8, walk_pages(walk));
        check_objects(v8, index);
        check_types(v8, walk);
    }
    pool_destroy(pool);
    walk_destroy(walk);
    index_destroy(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct v8 *v8;
    struct error error;
    if (size == 0)
        return 0;
    change(bytes + 1, size - 1, false);
    const char *without = bytes[0] % 64 == OPEN_WITHOUT_TABLE ? "12.4" : NULL;
    if (v8_open(sample.dump, without, &v8, &error)) {
        walk_all(v8);
        v8_close(v8);
    }
    change(bytes + 1, size - 1, true);
    return 0;
}

// --- seeds ---------------------------------------------------------------------------------------

static void write_seeds(const char *folder)
{
    uint64_t state = 1;
    uint8_t seed[1 + 8 * 512];
    for (size_t i = 0; i < 24; i++) {
        char name[16];
        size_t changes = 1u << i % 10;
        seed[0] = (uint8_t)(i < 20 ? i % 7 : OPEN_WITHOUT_TABLE);
        for (size_t k = 1; k < sizeof seed; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            seed[k] = (uint8_t)(state >> 56);
        }
        snprintf(name, sizeof name, "%zu-%zu", i, changes);
        fuzz_seed(folder, name, seed, 1 + 8 * changes);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_main(*argc, *argv, write_seeds);
    open_sample();
    return 0;
}
