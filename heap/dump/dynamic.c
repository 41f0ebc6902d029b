#include "heap/dump/dynamic.h"

#include <string.h>

// What of the dynamic section we need, by tag.
enum { HASH, GNU_HASH, STRTAB, STRSZ, SYMTAB, WANTED };
static const int64_t tags[WANTED] = {
    [HASH] = DT_HASH,   [GNU_HASH] = DT_GNU_HASH, [STRTAB] = DT_STRTAB,
    [STRSZ] = DT_STRSZ, [SYMTAB] = DT_SYMTAB,
};

bool symbol_table_strings(struct symbol_table *table, const void *strings, uint64_t size)
{
    const char *nul = strings == NULL ? NULL : memrchr(strings, '\0', size);
    if (nul == NULL)
        return false;
    table->strings = strings;
    table->strings_size = (size_t)(nul - table->strings) + 1;
    return true;
}

static bool find_dynamic(const struct object *object, uint64_t *address, uint64_t *size)
{
    const struct elf_image *image = object_headers(object);
    for (size_t i = 0; image != NULL && i < image->phdr_count; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_type != PT_DYNAMIC)
            continue;
        *address = phdr.p_vaddr + object->bias;
        *size = phdr.p_memsz;
        return true;
    }
    return false;
}

static bool read_dynamic(const struct object *object, const struct memory *memory,
                         uint64_t values[WANTED])
{
    enum { MOST = 1024 }; // entries; real files have some thirty
    uint64_t address, size;
    if (!find_dynamic(object, &address, &size))
        return false;
    for (uint64_t i = 0; i < MOST && i < size / sizeof(Elf64_Dyn); i++) {
        Elf64_Dyn entry;
        if (memory_read(memory, address + i * sizeof entry, &entry, sizeof entry, NULL) != MEM_OK)
            return false;
        if (entry.d_tag == DT_NULL)
            break;
        for (size_t j = 0; j < WANTED; j++) {
            if (entry.d_tag == tags[j])
                values[j] = entry.d_un.d_val;
        }
    }
    return values[STRTAB] != 0 && values[SYMTAB] != 0;
}

// The loader of most systems adds the load bias to the addresses in the dynamic section.
static uint64_t relocated(const struct object *object, uint64_t value)
{
    return value >= object->start && value < object->end ? value : value + object->bias;
}

// DT_HASH has one chain link for each symbol.
static uint64_t count_by_hash(const struct memory *memory, uint64_t address)
{
    uint32_t count;
    return memory_u32(memory, address + 4, &count) ? count : 0;
}

// DT_GNU_HASH does not say how many symbols there are: the last one is at the end of the chain of
// the bucket that begins last.
static uint64_t count_by_gnu_hash(const struct memory *memory, uint64_t address)
{
    uint32_t header[4]; // buckets, first symbol, words of the Bloom filter, its shift
    if (memory_read(memory, address, header, sizeof header, NULL) != MEM_OK)
        return 0;
    uint64_t buckets = address + sizeof header + (uint64_t)header[2] * 8;
    uint64_t size, last = 0;
    const uint8_t *bucket = memory_view(memory, buckets, &size);
    for (uint64_t i = 0; i < header[0] && i < size / 4; i++) {
        uint32_t first;
        memcpy(&first, bucket + i * 4, sizeof first);
        last = first > last ? first : last;
    }
    if (last < header[1])
        return header[1];
    uint64_t chain = buckets + (uint64_t)header[0] * 4 + (last - header[1]) * 4;
    const uint8_t *links = memory_view(memory, chain, &size);
    for (uint64_t i = 0; i < size / 4; i++) {
        uint32_t link;
        memcpy(&link, links + i * 4, sizeof link);
        if ((link & 1) != 0)
            return last + i + 1;
    }
    return 0;
}

bool dynamic_symbols(const struct object *object, const struct memory *memory,
                     struct symbol_table *ret)
{
    uint64_t values[WANTED] = {0};
    if (!object->placed || !read_dynamic(object, memory, values))
        return false;
    uint64_t count = 0, size;
    if (values[GNU_HASH] != 0)
        count = count_by_gnu_hash(memory, relocated(object, values[GNU_HASH]));
    if (count == 0 && values[HASH] != 0)
        count = count_by_hash(memory, relocated(object, values[HASH]));
    ret->symbols = memory_view(memory, relocated(object, values[SYMTAB]), &size);
    if (count == 0 || count > UINT32_MAX || count > size / sizeof(Elf64_Sym))
        return false;
    ret->count = count;
    const uint8_t *strings = memory_view(memory, relocated(object, values[STRTAB]), &size);
    return size >= values[STRSZ] && symbol_table_strings(ret, strings, values[STRSZ]);
}
