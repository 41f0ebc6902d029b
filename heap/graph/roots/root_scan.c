// Conservative roots: words that look like references, wherever V8 or anybody else keeps them.
#include "heap/dump/regions.h"
#include "heap/graph/roots/root_list.h"

#include <stdlib.h>
#include <string.h>

enum {
    RED_ZONE = 128,           // below the stack pointer, System V ABI
    STACK_REACH = 64 << 20,   // a stack is no larger than this
};

struct scan {
    struct root_list *list;
    enum region_kind *kinds;  // one per segment
    const struct dump_thread *threads;
    size_t thread_count;
    size_t next_known;        // in list->known, which is sorted for the scan
};

static void scan_registers(struct scan *scan)
{
    for (size_t i = 0; i < scan->thread_count; i++) {
        const struct dump_thread *thread = &scan->threads[i];
        struct root root = {.kind = ROOT_REGISTER, .certainty = ROOT_CONSERVATIVE,
                            .isolate = V8_NO_ISOLATE, .place = (uint32_t)thread->tid};
        for (size_t j = 0; j < thread->registers.count; j++)
            root_add(scan->list, root, thread->registers.all[j]);
    }
}

static int by_start(const void *a, const void *b)
{
    uint64_t left = ((const struct root_range *)a)->start;
    uint64_t right = ((const struct root_range *)b)->start;
    return left < right ? -1 : left > right;
}

// Behind the words at `at` that are known for what they are; `at` when it is not among them.
static uint64_t skip_known(struct scan *scan, uint64_t at)
{
    const struct root_list *list = scan->list;
    while (scan->next_known < list->known_count && list->known[scan->next_known].end <= at)
        scan->next_known++;
    if (scan->next_known < list->known_count && list->known[scan->next_known].start <= at)
        return list->known[scan->next_known].end;
    return at;
}

static void scan_words(struct scan *scan, const struct segment *segment, uint64_t start,
                       uint64_t end, struct root root)
{
    const struct v8 *v8 = scan->list->v8;
    uint64_t low = v8->pages[0].start, high = v8->pages[v8->page_count - 1].end;
    for (uint64_t at = start; at + 8 <= end; at += 8) {
        uint64_t word;
        memcpy(&word, segment->bytes + (at - segment->start), sizeof word);
        if ((word & V8_TAG_MASK) != V8_TAG || word < low || word >= high)
            continue;
        uint64_t behind = skip_known(scan, at);
        if (behind != at) {
            at = (behind & ~7ull) - 8;
            continue;
        }
        root.slot = at;
        root_add(scan->list, root, word);
    }
}

// The thread whose stack this address is on: the nearest stack pointer below, in this segment.
static const struct dump_thread *stack_of(const struct scan *scan, const struct segment *segment)
{
    const struct dump_thread *found = NULL;
    for (size_t i = 0; i < scan->thread_count; i++) {
        uint64_t sp = scan->threads[i].registers.sp;
        if (sp >= segment->start && sp < segment->end && segment->end - sp < STACK_REACH &&
            (found == NULL || sp < found->registers.sp))
            found = &scan->threads[i];
    }
    return found;
}

static struct root root_in(const struct scan *scan, size_t number)
{
    static const enum root_kind kinds[REGION_KIND_COUNT] = {
        [REGION_ANON] = ROOT_ANONYMOUS, [REGION_FILE] = ROOT_DATA, [REGION_BSS] = ROOT_DATA,
        [REGION_STACK] = ROOT_STACK,    [REGION_MALLOC] = ROOT_MALLOC,
    };
    enum root_kind kind = kinds[scan->kinds[number]];
    return (struct root){.kind = (uint8_t)(kind == ROOT_GLOBAL ? ROOT_ANONYMOUS : kind),
                         .certainty = ROOT_CONSERVATIVE, .isolate = V8_NO_ISOLATE};
}

static void scan_segment(struct scan *scan, size_t number, const struct dump_thread *thread)
{
    const struct v8 *v8 = scan->list->v8;
    const struct segment *segment = &v8->memory->segments[number];
    struct root root = root_in(scan, number);
    uint64_t at = segment->start, end = segment->start + segment->readable;
    if (thread != NULL) { // what is below the stack pointer is dead
        root.kind = ROOT_STACK;
        root.place = (uint32_t)thread->tid;
        at = (thread->registers.sp - RED_ZONE) & ~7ull;
        at = at < segment->start ? segment->start : at;
    }
    while (memory_data(v8->memory, segment, &at, &end)) {
        while (at < end && !job_cancelled(scan->list->job)) {
            const struct v8_page *page = v8_page_at(v8, at);
            uint64_t next = (at | (V8_PAGE_SIZE - 1)) + 1;
            next = next > end || next <= at ? end : next;
            if (page == NULL)
                scan_words(scan, segment, at, next, root);
            at = next;
        }
        if (job_cancelled(scan->list->job))
            return;
        end = segment->start + segment->readable;
    }
}

static bool is_scanned(const struct segment *segment)
{
    return (segment->perm & SEGMENT_WRITE) && segment->source == SEGMENT_FROM_CORE;
}

void root_scan(struct root_list *list, bool stacks)
{
    struct region_facts facts;
    region_facts(list->v8->dump, &facts);
    struct scan scan = {.list = list, .threads = facts.threads,
                        .thread_count = facts.thread_count};
    scan.kinds = calloc(facts.memory->count + 1, sizeof *scan.kinds);
    if (scan.kinds == NULL || list->v8->page_count == 0) {
        list->failed = list->failed || scan.kinds == NULL;
        free(scan.kinds);
        return;
    }
    regions_classify(&facts, scan.kinds);
    if (list->known_count > 0)
        qsort(list->known, list->known_count, sizeof *list->known, by_start);
    if (stacks)
        scan_registers(&scan);
    for (size_t i = 0; i < facts.memory->count && !job_cancelled(list->job); i++) {
        const struct segment *segment = &facts.memory->segments[i];
        const struct dump_thread *thread = stack_of(&scan, segment);
        if (!is_scanned(segment) || (thread != NULL) != stacks)
            continue;
        scan.next_known = 0;
        scan_segment(&scan, i, thread);
    }
    free(scan.kinds);
}
