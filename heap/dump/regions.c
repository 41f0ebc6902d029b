#include "heap/dump/regions.h"

#include <elf.h>
#include <string.h>

static const uint64_t page_size = 4096;
static const uint64_t arena_size = UINT64_C(64) << 20;  // glibc's HEAP_MAX_SIZE on 64-bit machines
static const uint64_t brk_distance = UINT64_C(1) << 30; // the kernel puts it at most so far behind
static const uint64_t vsyscall_page = UINT64_C(0xffffffffff600000);
static const uint64_t vvar_most = 16 * 4096;

enum {
    CHUNKS_LOOKED_AT = 64, // large malloc chunks that are followed to believe in them
};

const char *region_kind_name(enum region_kind kind)
{
    static const char *const names[] = {
#define X(id, name) [id] = name,
        REGION_KINDS(X)
#undef X
    };
    return kind < REGION_KIND_COUNT ? names[kind] : "unknown";
}

void region_facts(const struct dump *dump, struct region_facts *ret)
{
    *ret = (struct region_facts){.memory = dump_memory(dump)};
    ret->threads = dump_threads(dump, &ret->thread_count);
    ret->executable = dump_info(dump)->executable;
    dump_auxv(dump, AT_SYSINFO_EHDR, &ret->vdso);
    dump_auxv(dump, AT_RANDOM, &ret->stack);
}

// --- one segment by itself -----------------------------------------------------------------------

static bool is_data(const struct segment *segment)
{
    return segment->file == NULL && segment->perm == (SEGMENT_READ | SEGMENT_WRITE);
}

// A glibc arena's heap begins with its heap_info: the arena, the previous heap, its own size. Heaps
// are aligned to their greatest size. The arena lies in the first heap, right behind heap_info.
static bool is_arena(const struct memory *memory, const struct segment *segment)
{
    uint64_t arena, previous, size;
    if (segment->start % arena_size != 0 || !memory_u64(memory, segment->start, &arena) ||
        !memory_u64(memory, segment->start + 8, &previous) ||
        !memory_u64(memory, segment->start + 16, &size))
        return false;
    if (size == 0 || size > arena_size || size % 16 != 0)
        return false;
    bool is_first = previous == 0 && arena > segment->start && arena < segment->start + page_size;
    bool is_later = previous != 0 && previous % arena_size == 0 && arena % arena_size < page_size;
    return is_first || is_later;
}

// A large block is a mapping of its own: a chunk with the bit "mmapped" (2) and whole pages. The
// kernel joins neighbours, so a segment may be a chain of them.
static bool is_large_chunks(const struct memory *memory, const struct segment *segment)
{
    uint64_t address = segment->start;
    for (int i = 0; i < CHUNKS_LOOKED_AT && address < segment->end; i++) {
        uint64_t before, size;
        if (!memory_u64(memory, address, &before) || !memory_u64(memory, address + 8, &size))
            return false;
        if ((size & 7) != 2 || before >= page_size)
            return false;
        size = (size & ~UINT64_C(7)) + before;
        if (size == 0 || size % page_size != 0 || size > segment->end - address)
            return false;
        address += size;
    }
    return true;
}

static bool is_zero_page(const struct memory *memory, uint64_t address)
{
    static const uint8_t zeros[4096];
    uint8_t bytes[4096];
    return memory_read(memory, address, bytes, sizeof bytes, NULL) == MEM_OK &&
           memcmp(bytes, zeros, sizeof bytes) == 0;
}

// gcore writes memory without access as read-only zeros.
static bool is_reserved(const struct memory *memory, const struct segment *segment)
{
    if (segment->perm == 0)
        return true;
    return segment->perm == SEGMENT_READ && segment->end - segment->start >= page_size &&
           is_zero_page(memory, segment->start) && is_zero_page(memory, segment->end - page_size);
}

static enum region_kind classify_alone(const struct memory *memory, const struct segment *segment)
{
    if (segment->start == vsyscall_page)
        return REGION_VSYSCALL;
    if (segment->file != NULL)
        return REGION_FILE;
    if (is_reserved(memory, segment))
        return REGION_RESERVED;
    if (is_data(segment) && (is_arena(memory, segment) || is_large_chunks(memory, segment)))
        return REGION_MALLOC;
    return REGION_ANON;
}

// --- segments by what points at them or lies beside them -----------------------------------------

static void mark(const struct memory *memory, uint64_t address, enum region_kind kind,
                 enum region_kind *kinds)
{
    const struct segment *segment = address != 0 ? memory_segment(memory, address) : NULL;
    if (segment != NULL && segment->file == NULL)
        kinds[segment - memory->segments] = kind;
}

static void mark_vdso(const struct region_facts *facts, enum region_kind *kinds)
{
    const struct memory *memory = facts->memory;
    const struct segment *segment = facts->vdso != 0 ? memory_segment(memory, facts->vdso) : NULL;
    if (segment == NULL)
        return;
    size_t vdso = (size_t)(segment - memory->segments);
    kinds[vdso] = REGION_VDSO;
    // Its data comes in one or more read-only mappings before it.
    for (size_t i = vdso; i-- > 0;) {
        const struct segment *below = &memory->segments[i];
        if (below->end != memory->segments[i + 1].start || below->file != NULL ||
            below->perm != SEGMENT_READ || below->end - below->start > vvar_most)
            break;
        kinds[i] = REGION_VVAR;
    }
}

static void mark_bss(const struct memory *memory, enum region_kind *kinds)
{
    for (size_t i = 1; i < memory->count; i++) {
        const struct segment *data = &memory->segments[i - 1], *bss = &memory->segments[i];
        bool behind =
            data->end == bss->start && data->file != NULL && (data->perm & SEGMENT_WRITE) != 0;
        if (behind && is_data(bss) && kinds[i] == REGION_ANON)
            kinds[i] = REGION_BSS;
    }
}

// The brk heap is the first writable memory behind the executable and its bss.
static void mark_brk(const struct region_facts *facts, enum region_kind *kinds)
{
    const struct memory *memory = facts->memory;
    uint64_t end = 0;
    if (facts->executable == NULL)
        return;
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        if (segment->file != NULL && strcmp(segment->file, facts->executable) == 0)
            end = segment->end;
        else if (end != 0 && kinds[i] == REGION_BSS && segment->start == end)
            end = segment->end;
        else if (end != 0 && (segment->file != NULL || segment->start - end > brk_distance))
            return;
        else if (end != 0 && is_data(segment) && kinds[i] != REGION_STACK) {
            kinds[i] = REGION_MALLOC;
            return;
        }
    }
}

void regions_classify(const struct region_facts *facts, enum region_kind *kinds)
{
    const struct memory *memory = facts->memory;
    for (size_t i = 0; i < memory->count; i++)
        kinds[i] = classify_alone(memory, &memory->segments[i]);
    for (size_t i = 0; i < facts->thread_count; i++)
        mark(memory, facts->threads[i].registers.sp, REGION_STACK, kinds);
    mark(memory, facts->stack, REGION_STACK, kinds);
    mark_vdso(facts, kinds);
    mark_bss(memory, kinds);
    mark_brk(facts, kinds);
}
