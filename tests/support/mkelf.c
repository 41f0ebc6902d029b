#include "tests/support/mkelf.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAGE = 4096,
    NOTE_OFFSET = 0x200,
    BUILD_ID_SIZE = 20,
    SECTIONS = 6,
    // In the last page of the text, where the file has dynamic symbols:
    DYNAMIC_AT = 0,
    HASH_AT = 0x200,
    DYNSYM_AT = 0x400,
    DYNSTR_AT = 0xc00,
};

enum { TEXT = 1, SYMTAB, STRTAB, DYNSYM, DYNSTR };

static void *must(void *pointer)
{
    if (pointer == NULL)
        abort();
    return pointer;
}

struct tables {
    Elf64_Sym *symbols;
    size_t count;
    char *strings;
    size_t strings_size;
};

static struct tables make_tables(const struct mkelf *elf, bool dynamic)
{
    struct tables tables = {
        .symbols = must(calloc(elf->symbol_count + 2, sizeof(Elf64_Sym))),
        .count = 1,
        .strings = must(calloc(1, 1)),
        .strings_size = 1,
    };
    for (size_t i = 0; i < elf->symbol_count; i++) {
        const struct mkelf_symbol *symbol = &elf->symbols[i];
        if (dynamic && !symbol->dynamic)
            continue;
        size_t length = strlen(symbol->name) + 1;
        tables.strings = must(realloc(tables.strings, tables.strings_size + length));
        memcpy(tables.strings + tables.strings_size, symbol->name, length);
        tables.symbols[tables.count++] = (Elf64_Sym){
            .st_name = (uint32_t)tables.strings_size,
            .st_info = ELF64_ST_INFO(STB_GLOBAL, symbol->type),
            .st_shndx = TEXT,
            .st_value = symbol->value,
            .st_size = symbol->size,
        };
        tables.strings_size += length;
    }
    return tables;
}

static void free_tables(struct tables *tables)
{
    free(tables->symbols);
    free(tables->strings);
}

static bool has_dynamic(const struct mkelf *elf)
{
    for (size_t i = 0; i < elf->symbol_count; i++) {
        if (elf->symbols[i].dynamic)
            return true;
    }
    return false;
}

static uint64_t dynamic_page(const struct mkelf *elf)
{
    return (elf->text_pages - 1) * PAGE;
}

static size_t put_phdr(uint8_t *image, size_t at, Elf64_Phdr phdr)
{
    memcpy(image + sizeof(Elf64_Ehdr) + at * sizeof phdr, &phdr, sizeof phdr);
    return at + 1;
}

static size_t put_phdrs(const struct mkelf *elf, uint8_t *image)
{
    uint64_t text = elf->text_pages * PAGE, data = elf->data_pages * PAGE;
    size_t count = put_phdr(image, 0,
                            (Elf64_Phdr){.p_type = PT_LOAD,
                                         .p_flags = PF_R | PF_X,
                                         .p_vaddr = elf->base,
                                         .p_filesz = text,
                                         .p_memsz = text,
                                         .p_align = PAGE});
    if (data + elf->bss > 0)
        count = put_phdr(image, count,
                         (Elf64_Phdr){.p_type = PT_LOAD,
                                      .p_flags = PF_R | PF_W,
                                      .p_offset = text,
                                      .p_vaddr = elf->base + text,
                                      .p_filesz = data,
                                      .p_memsz = data + elf->bss,
                                      .p_align = PAGE});
    if (elf->build_id != 0)
        count = put_phdr(image, count,
                         (Elf64_Phdr){.p_type = PT_NOTE,
                                      .p_offset = NOTE_OFFSET,
                                      .p_vaddr = elf->base + NOTE_OFFSET,
                                      .p_filesz = sizeof(Elf64_Nhdr) + 4 + BUILD_ID_SIZE,
                                      .p_memsz = sizeof(Elf64_Nhdr) + 4 + BUILD_ID_SIZE,
                                      .p_align = 4});
    if (elf->tls_size > 0)
        count = put_phdr(image, count,
                         (Elf64_Phdr){.p_type = PT_TLS,
                                      .p_vaddr = elf->base + text,
                                      .p_memsz = elf->tls_size,
                                      .p_align = elf->tls_align});
    if (has_dynamic(elf))
        count = put_phdr(image, count,
                         (Elf64_Phdr){.p_type = PT_DYNAMIC,
                                      .p_offset = dynamic_page(elf),
                                      .p_vaddr = elf->base + dynamic_page(elf),
                                      .p_memsz = 0x100});
    return count;
}

static void put_build_id(const struct mkelf *elf, uint8_t *image)
{
    Elf64_Nhdr note = {.n_namesz = 4, .n_descsz = BUILD_ID_SIZE, .n_type = NT_GNU_BUILD_ID};
    memcpy(image + NOTE_OFFSET, &note, sizeof note);
    memcpy(image + NOTE_OFFSET + sizeof note, "GNU", 4);
    memset(image + NOTE_OFFSET + sizeof note + 4, elf->build_id, BUILD_ID_SIZE);
}

// One bucket and one chain of all symbols: the least that tells their number.
static void put_hash(const struct mkelf *elf, uint8_t *page, size_t count)
{
    if (elf->gnu_hash) {
        uint32_t header[7] = {1, 1, 1, 0, 0, 0, 1}; // the Bloom filter is words 4 and 5
        memcpy(page + HASH_AT, header, sizeof header);
        uint32_t last = 1;
        for (size_t i = 1; i < count; i++)
            memset(page + HASH_AT + sizeof header + (i - 1) * 4, 0, 4);
        memcpy(page + HASH_AT + sizeof header + (count - 2) * 4, &last, sizeof last);
    } else {
        uint32_t header[2] = {1, (uint32_t)count};
        memcpy(page + HASH_AT, header, sizeof header);
    }
}

static void put_dynamic(const struct mkelf *elf, uint8_t *image, const struct tables *tables)
{
    uint64_t address = elf->base + dynamic_page(elf);
    uint8_t *page = image + dynamic_page(elf);
    Elf64_Dyn dynamic[] = {
        {elf->gnu_hash ? DT_GNU_HASH : DT_HASH, {address + HASH_AT}},
        {DT_SYMTAB, {address + DYNSYM_AT}},
        {DT_STRTAB, {address + DYNSTR_AT}},
        {DT_STRSZ, {tables->strings_size}},
        {DT_NULL, {0}},
    };
    if (DYNSYM_AT + tables->count * sizeof(Elf64_Sym) > DYNSTR_AT ||
        DYNSTR_AT + tables->strings_size > PAGE)
        abort(); // too many for the page
    memcpy(page + DYNAMIC_AT, dynamic, sizeof dynamic);
    put_hash(elf, page, tables->count);
    memcpy(page + DYNSYM_AT, tables->symbols, tables->count * sizeof(Elf64_Sym));
    memcpy(page + DYNSTR_AT, tables->strings, tables->strings_size);
}

static size_t put_tables(uint8_t *image, size_t at, const struct tables *tables,
                         Elf64_Shdr *symbols, uint32_t type, Elf64_Shdr *strings, uint32_t link)
{
    size_t symbols_size = tables->count * sizeof(Elf64_Sym);
    *symbols = (Elf64_Shdr){.sh_type = type,
                            .sh_offset = at,
                            .sh_size = symbols_size,
                            .sh_link = link,
                            .sh_entsize = sizeof(Elf64_Sym),
                            .sh_addralign = 8};
    memcpy(image + at, tables->symbols, symbols_size);
    at += symbols_size;
    *strings = (Elf64_Shdr){
        .sh_type = SHT_STRTAB, .sh_offset = at, .sh_size = tables->strings_size, .sh_addralign = 1};
    memcpy(image + at, tables->strings, tables->strings_size);
    return (at + tables->strings_size + 7) / 8 * 8;
}

uint8_t *mkelf_image(const struct mkelf *elf, size_t *size)
{
    size_t loaded = (elf->text_pages + elf->data_pages) * PAGE;
    struct tables all = make_tables(elf, false), dynamic = make_tables(elf, true);
    *size = loaded + SECTIONS * sizeof(Elf64_Shdr) + all.count * sizeof(Elf64_Sym) +
            dynamic.count * sizeof(Elf64_Sym) + all.strings_size + dynamic.strings_size + 64;
    uint8_t *image = must(calloc(1, *size));
    mkcore_fill(image + PAGE, loaded - PAGE, elf->seed);
    if (elf->build_id != 0)
        put_build_id(elf, image);
    if (has_dynamic(elf))
        put_dynamic(elf, image, &dynamic);
    Elf64_Shdr sections[SECTIONS] = {{0}};
    sections[TEXT] = (Elf64_Shdr){.sh_type = elf->only_symbols ? SHT_NOBITS : SHT_PROGBITS,
                                  .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
                                  .sh_addr = elf->base,
                                  .sh_size = elf->text_pages * PAGE,
                                  .sh_addralign = 1};
    size_t at = loaded;
    at = put_tables(image, at, &all, &sections[SYMTAB], SHT_SYMTAB, &sections[STRTAB], STRTAB);
    at = put_tables(image, at, &dynamic, &sections[DYNSYM], SHT_DYNSYM, &sections[DYNSTR], DYNSTR);
    memcpy(image + at, sections, sizeof sections);
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = elf->type,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_entry = elf->entry,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_shoff = at,
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = (uint16_t)put_phdrs(elf, image),
        .e_shentsize = sizeof(Elf64_Shdr),
        .e_shnum = SECTIONS,
    };
    memcpy(image, &header, sizeof header);
    free_tables(&all);
    free_tables(&dynamic);
    return image;
}

char *mkelf_write(const struct mkelf *elf)
{
    size_t size;
    uint8_t *image = mkelf_image(elf, &size);
    char *path = mkcore_write_bytes(image, size);
    free(image);
    return path;
}

void mkelf_map(const struct mkelf *elf, struct mkcore *core, const char *path, uint64_t address,
               bool gdb)
{
    size_t size;
    uint8_t *image = mkelf_image(elf, &size);
    uint64_t text = elf->text_pages * PAGE, data = elf->data_pages * PAGE;
    mkcore_file(core, address, address + text, 0, path);
    uint64_t saved = gdb ? text : PAGE;
    memcpy(mkcore_segment(core, address, text, PF_R | PF_X, saved), image, saved);
    if (data > 0) {
        mkcore_file(core, address + text, address + text + data, text, path);
        memcpy(mkcore_segment(core, address + text, data, PF_R | PF_W, data), image + text, data);
    }
    if (elf->bss > 0)
        mkcore_segment(core, address + text + data, elf->bss, PF_R | PF_W, elf->bss);
    free(image);
}
