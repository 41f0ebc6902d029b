// The opening page: what fills the memory of the process.
#include "views/summary_page.h"

#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "views/format.h"

#include <stdio.h>
#include <string.h>

enum {
    V8_KIND = 0, // in the table below
    SMALL = 50,  // part of all of it that gets no line of its own
};

// By what heap_segment_kind() calls them.
static const struct {
    const char *prefix, *name, *command;
} kinds[SUMMARY_MEMORY] = {
    {"v8:", "V8 heap", "spaces"},
    {"malloc", "malloc", "segments --filter kind:^malloc"},
    {"stack", "stacks", "segments --filter kind:^stack"},
    {"file", "files", "segments --filter kind:^file"},
    {"", "other", "segments --filter '!kind:^(v8:|malloc|stack|file)'"},
};

// Bytes that were ever written: a thread's stack reserves 8 MB and touches a few kB of them.
static uint64_t data_bytes(const struct memory *memory, const struct segment *segment)
{
    uint64_t at = segment->start, end = at + segment->readable, bytes = 0;
    if (segment->source != SEGMENT_FROM_CORE)
        return 0;
    while (memory_data(memory, segment, &at, &end)) {
        bytes += end - at;
        at = end;
        end = segment->start + segment->readable;
    }
    return bytes;
}

// What V8 has in use is known from its pages: gdb writes what was only reserved as zeros.
static uint64_t page_bytes(const struct v8 *v8)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < v8->page_count; i++)
        bytes += v8->pages[i].size;
    return bytes;
}

void summary_measure_memory(struct summary_page *page)
{
    uint64_t pages = page_bytes(heap_v8(page->heap));
    const struct memory *memory = dump_memory(heap_dump(page->heap));
    for (size_t i = 0; i < memory->count; i++) {
        const char *kind = heap_segment_kind(page->heap, i);
        size_t k = 0;
        while (strncmp(kind, kinds[k].prefix, strlen(kinds[k].prefix)) != 0)
            k++;
        page->memory[k] += data_bytes(memory, &memory->segments[i]);
    }
    if (page->memory[V8_KIND] > pages)
        page->memory[V8_KIND] = pages;
}

// One line for all kinds that fill little of it.
static void add_small(struct summary_page *page, const bool small[SUMMARY_MEMORY], uint64_t all)
{
    struct summary_line *line = NULL;
    for (size_t k = 0; k < SUMMARY_MEMORY; k++) {
        if (!small[k])
            continue;
        if (line == NULL) {
            line = summary_add(page, "");
            line->role = ROLE_NAME;
            line->size = 0;
            snprintf(line->command, sizeof line->command, "segments");
        }
        size_t used = strlen(line->what);
        snprintf(line->what + used, sizeof line->what - used, "%s%s", used > 0 ? ", " : "",
                 kinds[k].name);
        line->size += page->memory[k];
        line->share = (double)line->size / (double)all;
    }
}

void summary_add_memory(struct summary_page *page)
{
    const struct dump_info *info = dump_info(heap_dump(page->heap));
    char saved[FORMAT_MAX], mapped[FORMAT_MAX];
    uint64_t all = 0;
    bool small[SUMMARY_MEMORY] = {false};
    struct summary_line *line = summary_add(page, "memory");
    snprintf(line->what, sizeof line->what, "%s saved of %s",
             format_size(saved, info->saved_bytes), format_size(mapped, info->mapped_bytes));
    snprintf(line->command, sizeof line->command, "segments");
    for (size_t k = 0; k < SUMMARY_MEMORY; k++)
        all += page->memory[k];
    for (size_t k = 0; k < SUMMARY_MEMORY; k++) {
        small[k] = page->memory[k] > 0 && page->memory[k] < all / SMALL;
        if (page->memory[k] == 0 || small[k])
            continue;
        line = summary_add(page, "");
        line->role = ROLE_NAME;
        snprintf(line->what, sizeof line->what, "%s", kinds[k].name);
        snprintf(line->command, sizeof line->command, "%s", kinds[k].command);
        line->size = page->memory[k];
        line->share = (double)line->size / (double)all;
    }
    add_small(page, small, all);
}
