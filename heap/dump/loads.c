#include "heap/dump/loads.h"

#include "heap/dump/checked.h"
#include "heap/dump/dump.h"

// One header's worth, or false when it is no usable load.
static bool decode(const GElf_Phdr *phdr, uint64_t file_size, struct load *ret, uint32_t *problems)
{
    if (phdr->p_type != PT_LOAD || phdr->p_memsz == 0)
        return false;
    if (phdr->p_memsz > UINT64_MAX - phdr->p_vaddr ||
        phdr->p_filesz > UINT64_MAX - phdr->p_offset) {
        *problems |= DUMP_BAD_SEGMENTS;
        return false;
    }
    if (phdr->p_filesz > phdr->p_memsz)
        *problems |= DUMP_BAD_SEGMENTS;
    uint64_t promised = phdr->p_filesz < phdr->p_memsz ? phdr->p_filesz : phdr->p_memsz;
    *ret = (struct load){
        .start = phdr->p_vaddr,
        .end = phdr->p_vaddr + phdr->p_memsz,
        .offset = phdr->p_offset,
        .promised = promised,
        .held = range_clip(phdr->p_offset, promised, file_size),
        .perm = phdr->p_flags & (SEGMENT_READ | SEGMENT_WRITE | SEGMENT_EXEC),
    };
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct load *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

static void cut_front(struct load *load, uint64_t start)
{
    uint64_t cut = start - load->start;
    load->start = start;
    load->offset += cut < load->promised ? cut : load->promised;
    load->promised -= cut < load->promised ? cut : load->promised;
    load->held -= cut < load->held ? cut : load->held;
}

// No writer of cores makes overlapping segments; a broken file may. The lower one wins.
static void remove_overlaps(struct loads *loads)
{
    size_t kept = 0;
    uint64_t end = 0;
    for (size_t i = 0; i < loads->count; i++) {
        struct load load = loads->items[i];
        if (load.start < end) {
            loads->problems |= DUMP_BAD_SEGMENTS;
            if (load.end <= end)
                continue;
            cut_front(&load, end);
        }
        end = load.end;
        loads->items[kept++] = load;
    }
    loads->count = kept;
}

static void count_missing(struct loads *loads, const struct elf_image *core, const GElf_Phdr *phdr)
{
    uint64_t held = range_clip(phdr->p_offset, phdr->p_filesz, core->size);
    if (held == phdr->p_filesz)
        return;
    loads->problems |= DUMP_TRUNCATED;
    loads->missing = add_saturated(loads->missing, phdr->p_filesz - held);
}

bool loads_read(struct loads *ret, const struct elf_image *core, struct error *error)
{
    *ret = (struct loads){0};
    if (core->phdr_promised > core->phdr_count) {
        ret->problems |= DUMP_TRUNCATED;
        ret->missing = (core->phdr_promised - core->phdr_count) * sizeof(Elf64_Phdr);
    }
    if (core->phdr_count == 0)
        return true;
    // At most as many as there are headers in the file.
    ret->items = calloc(core->phdr_count, sizeof *ret->items);
    if (ret->items == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory for %zu segments", core->phdr_count);
    bool sorted = true;
    for (size_t i = 0; i < core->phdr_count; i++) {
        GElf_Phdr phdr = elf_image_phdr(core, i);
        if (phdr.p_type == PT_LOAD || phdr.p_type == PT_NOTE)
            count_missing(ret, core, &phdr);
        struct load *load = &ret->items[ret->count];
        if (!decode(&phdr, core->size, load, &ret->problems))
            continue;
        sorted = sorted && (ret->count == 0 || load[-1].start <= load->start);
        ret->count++;
    }
    if (!sorted)
        qsort(ret->items, ret->count, sizeof *ret->items, by_start);
    remove_overlaps(ret);
    return true;
}

void loads_free(struct loads *loads)
{
    free(loads->items);
    *loads = (struct loads){0};
}
