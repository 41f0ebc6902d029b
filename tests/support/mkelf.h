// Builds small ELF executables and shared objects for tests: what a process had mapped.
//
// The file is one r-x segment of `text_pages` pages, whose first page holds the headers and the
// build id, then one rw- segment of `data_pages` pages and `bss` bytes; in both, address = base +
// offset in the file. Content that is nothing else is filled from `seed`.
//
//     struct mkelf elf = {.type = ET_EXEC, .base = 0x400000, .text_pages = 2, .build_id = 7};
//     char *path = mkelf_write(&elf); // remove with mkcore_remove
//     mkelf_map(&elf, core, path, 0x400000, false); // NT_FILE and segments, as the kernel saves
#ifndef DUMPDIVE_TESTS_SUPPORT_MKELF_H
#define DUMPDIVE_TESTS_SUPPORT_MKELF_H

#include "tests/support/mkcore.h"

#include <stdbool.h>

struct mkelf_symbol {
    const char *name;
    uint64_t value; // as in the file: with the base
    uint64_t size;
    uint8_t type; // STT_*
    bool dynamic; // also in .dynsym, and so in the last page of the text
};

struct mkelf {
    uint16_t type; // ET_EXEC or ET_DYN
    uint64_t base; // address in the file of its first byte
    uint64_t entry;
    size_t text_pages; // at least 1; 2 with dynamic symbols
    size_t data_pages;
    uint64_t bss;
    uint64_t tls_size, tls_align; // 0: none
    uint8_t build_id;             // all 20 bytes are this; 0: none
    uint64_t seed;
    bool gnu_hash;     // dynamic symbols are counted by DT_GNU_HASH, else DT_HASH
    bool only_symbols; // as objcopy --only-keep-debug
    const struct mkelf_symbol *symbols;
    size_t symbol_count;
};

// The file: `*size` bytes, to be freed by the caller.
uint8_t *mkelf_image(const struct mkelf *elf, size_t *size);
char *mkelf_write(const struct mkelf *elf);

// Add the object to a core as `path` at `address`. As the kernel saves it: the first page of the
// text and all data. As gcore (`gdb`): the first segment whole.
void mkelf_map(const struct mkelf *elf, struct mkcore *core, const char *path, uint64_t address,
               bool gdb);

#endif
