#include "heap/graph/saved/core_mark.h"

#include "heap/dump/checked.h"

#include <elf.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdio.h>
#include <string.h>

enum {
    SAMPLES = 1024,
    SAMPLE_BYTES = 4096,
};

static uint64_t sum_file(const struct memory *memory, uint64_t offset, uint64_t size, uint64_t sum)
{
    uint64_t there = range_clip(offset, size, memory->file_size);
    return there == 0 ? sum : lzma_crc64(memory->file + offset, there, sum);
}

static uint64_t sum_headers(const struct memory *memory)
{
    Elf64_Ehdr header;
    Elf64_Phdr program;
    uint64_t sum = sum_file(memory, 0, sizeof header, 0);
    if (memory->file_size < sizeof header)
        return sum;
    memcpy(&header, memory->file, sizeof header);
    for (uint64_t i = 0; i < header.e_phnum; i++) {
        uint64_t at = add_saturated(header.e_phoff, i * sizeof program);
        if (!range_fits(at, sizeof program, memory->file_size))
            break;
        memcpy(&program, memory->file + at, sizeof program);
        sum = lzma_crc64((const uint8_t *)&program, sizeof program, sum);
        if (program.p_type == PT_NOTE)
            sum = sum_file(memory, program.p_offset, program.p_filesz, sum);
    }
    return sum;
}

static uint64_t sum_u64(uint64_t value, uint64_t sum)
{
    return lzma_crc64((const uint8_t *)&value, sizeof value, sum);
}

static uint64_t sum_text(const char *text, uint64_t sum)
{
    return lzma_crc64((const uint8_t *)text, strlen(text) + 1, sum);
}

static uint64_t sum_layout(const struct v8 *v8, bool precise)
{
    const struct dump_info *info = dump_info(v8->dump);
    uint64_t sum = lzma_crc64(info->build_id, info->build_id_size, 0);
    sum = sum_text(v8->version, sum_text(v8->node_version, sum));
    sum = sum_u64(v8->line << 8 | v8->metadata << 2 | precise << 1 | v8->foreign, sum);
    sum = sum_u64(v8->without, sum_u64(v8->isolate_count, sum));
    for (size_t i = 0; i < v8->page_count; i++) {
        const struct v8_page *page = &v8->pages[i];
        const uint64_t words[] = {page->base, page->start, page->end, page->readable,
                                  (uint64_t)page->isolate << 32 | (uint64_t)page->kind << 16 |
                                      (uint64_t)page->state << 8 | page->large};
        sum = lzma_crc64((const uint8_t *)words, sizeof words, sum);
    }
    return sum;
}

// Where on a page is looked wanders from page to page.
static uint64_t sum_sample(const struct v8_page *page, size_t number, uint64_t sum)
{
    uint64_t pieces = page->readable / SAMPLE_BYTES;
    uint64_t at = pieces > 0 ? (number * 0x9e3779b97f4a7c15ull >> 32) % pieces * SAMPLE_BYTES : 0;
    uint64_t left = page->readable - at;
    return lzma_crc64(page->bytes + at, left < SAMPLE_BYTES ? left : SAMPLE_BYTES, sum);
}

static uint64_t sum_samples(const struct v8 *v8)
{
    uint64_t sum = 0;
    size_t step = v8->page_count / SAMPLES + 1;
    for (size_t i = 0; i < v8->page_count; i += step)
        if (v8->pages[i].readable > 0)
            sum = sum_sample(&v8->pages[i], i, sum);
    return sum;
}

bool core_mark_take(const struct v8 *v8, bool precise, struct core_mark *ret)
{
    if (v8->dump == NULL || v8->memory->file == NULL)
        return false;
    *ret = (struct core_mark){.size = v8->memory->file_size,
                              .headers = sum_headers(v8->memory),
                              .layout = sum_layout(v8, precise),
                              .samples = sum_samples(v8)};
    return true;
}

void core_mark_name(const struct core_mark *mark, char ret[static CORE_MARK_NAME])
{
    snprintf(ret, CORE_MARK_NAME, "%016" PRIx64 "%016" PRIx64, mark->headers ^ mark->size,
             mark->layout ^ mark->samples);
}
