// Opening cores: refusals, cut and broken files, executables, symbols, shrinking.
#include "heap/dump/dump.h"
#include "tests/support/mkcore.h"
#include "tests/support/mkelf.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct dump *must_open(const char *path, const struct dump_options *options)
{
    struct dump *dump = NULL;
    struct error error = {0};
    if (!dump_open(path, options, &dump, &error))
        fail_msg("%s", error.text);
    return dump;
}

static struct dump *open_core(const struct mkcore *core, const struct dump_options *options)
{
    char *path = mkcore_write(core);
    struct dump *dump = must_open(path, options);
    mkcore_remove(path);
    return dump;
}

static struct mkcore *small_core(void)
{
    struct mkcore *core = mkcore_new();
    mkcore_thread(core, 9, 6, NULL);
    mkcore_fill(mkcore_segment(core, 0x10000, 0x3000, PF_R, 0x3000), 0x3000, 1);
    return core;
}

// The message is "PATH: " and the text.
static void check_refused(const char *path, const struct dump_options *options, const char *text)
{
    struct dump *dump = NULL;
    struct error error = {0};
    assert_false(dump_open(path, options, &dump, &error));
    assert_null(dump);
    if (strncmp(error.text, path, strlen(path)) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(error.text + strlen(path), text);
}

static void check_bytes_refused(const void *bytes, size_t size, const char *text)
{
    char *path = mkcore_write_bytes(bytes, size);
    check_refused(path, NULL, text);
    mkcore_remove(path);
}

static void test_not_a_file(void **state)
{
    (void)state;
    check_refused("/nonexistent/core", NULL, ": No such file or directory");
    check_refused("/", NULL, ": a directory");
    check_refused("/dev/null", NULL, ": not a regular file");
    char *path = mkcore_write_bytes("", 0);
    check_refused(path, NULL, ": an empty file");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    check_refused(path, NULL, ": not a regular file");
    mkcore_remove(path);
}

static void test_unreadable(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); // root reads everything
    char *path = mkcore_write_bytes("x", 1);
    chmod(path, 0);
    check_refused(path, NULL, ": Permission denied");
    mkcore_remove(path);
}

static void set_class(uint8_t *image)
{
    image[EI_CLASS] = ELFCLASS32;
}

static void set_data(uint8_t *image)
{
    image[EI_DATA] = ELFDATA2MSB;
}

static void set_version(uint8_t *image)
{
    image[EI_VERSION] = 9;
}

static void set_machine(uint8_t *image)
{
    mkcore_header(image)->e_machine = EM_AARCH64;
}

static void set_unknown_machine(uint8_t *image)
{
    mkcore_header(image)->e_machine = 0xfffe;
}

static void set_exec(uint8_t *image)
{
    mkcore_header(image)->e_type = ET_EXEC;
}

static void set_dyn(uint8_t *image)
{
    mkcore_header(image)->e_type = ET_DYN;
}

static void set_processor_type(uint8_t *image)
{
    mkcore_header(image)->e_type = ET_HIPROC;
}

static void set_phentsize(uint8_t *image)
{
    mkcore_header(image)->e_phentsize = 32;
}

static void set_phoff(uint8_t *image)
{
    mkcore_header(image)->e_phoff = UINT64_MAX - 8;
}

static void set_no_phdrs(uint8_t *image)
{
    mkcore_header(image)->e_phnum = 0;
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        void (*change)(uint8_t *image);
        const char *text;
    } cases[] = {
        {set_class, ": a 32-bit ELF file; only 64-bit can be read"},
        {set_data, ": a big-endian ELF file; only little-endian can be read"},
        {set_version, ": not a valid ELF file"},
        {set_machine, ": core of an aarch64 process; only x86_64 can be read"},
        {set_unknown_machine, ": core of an unknown process; only x86_64 can be read"},
        {set_exec, ": an ELF executable, not a core"},
        {set_dyn, ": an ELF executable or shared object, not a core"},
        {set_processor_type, ": an ELF file of unknown type, not a core"},
        {set_phentsize, ": a broken ELF file"},
        {set_phoff, ": a core cut off in its program headers"},
        {set_no_phdrs, ": a core without any memory"},
    };
    struct mkcore *core = small_core();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        uint8_t *image = mkcore_image(core, &size);
        cases[i].change(image);
        check_bytes_refused(image, size, cases[i].text);
        free(image);
    }
    mkcore_free(core);
    check_bytes_refused("#!/bin/sh\n", 10, ": not an ELF file");
    check_bytes_refused("\177E", 2, ": not an ELF file");
    check_bytes_refused("\177ELF\2\1\1", 7, ": an ELF file cut off in its header");
    uint8_t noise[5000];
    mkcore_fill(noise, sizeof noise, 4);
    check_bytes_refused(noise, sizeof noise, ": not an ELF file");
    check_refused("/proc/self/exe", NULL, ": an ELF executable or shared object, not a core");
}

// What is there is readable; the rest is counted.
static void check_cut(const char *path, const struct mkcore *core, size_t size, size_t headers)
{
    struct dump *dump = NULL;
    struct error error = {0};
    if (!dump_open(path, NULL, &dump, &error)) {
        assert_true(size < headers);
        return;
    }
    const struct dump_info *info = dump_info(dump);
    assert_true((info->problems & DUMP_TRUNCATED) != 0);
    assert_true(info->missing_bytes > 0);
    const struct memory *memory = dump_memory(dump);
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        assert_int_equal(segment->saved, segment->readable);
        if (segment->readable > 0)
            assert_memory_equal(segment->bytes,
                                mkcore_at((struct mkcore *)(uintptr_t)core, segment->start),
                                segment->readable);
    }
    if (size >= headers)
        assert_int_equal(info->saved_bytes + info->missing_bytes, 0x3000 * 20);
    dump_close(dump);
}

static void test_truncated_anywhere(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    mkcore_thread(core, 9, 6, NULL);
    for (uint64_t i = 0; i < 20; i++)
        mkcore_fill(mkcore_segment(core, i * 0x10000, 0x3000, PF_R, 0x3000), 0x3000, i);
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    size_t headers = mkcore_phdr(image, 1)->p_offset;
    for (size_t i = 0; i < 100; i++) {
        // Every hundredth of the file, and every bit of its beginning.
        size_t cuts[] = {size * i / 100, headers * i / 100};
        for (size_t j = 0; j < 2; j++) {
            char *path = mkcore_write_bytes(image, cuts[j]);
            check_cut(path, core, cuts[j], headers);
            mkcore_remove(path);
        }
    }
    free(image);
    mkcore_free(core);
}

static void test_more_headers_than_16_bits_count(void **state)
{
    (void)state;
    enum { COUNT = 70000 };
    struct mkcore *core = mkcore_new();
    mkcore_thread(core, 9, 6, NULL);
    for (uint64_t i = 0; i < COUNT; i++)
        mkcore_segment(core, 0x100000 + i * 0x2000, 0x1000, PF_R, 0);
    mkcore_segment(core, 0x1000, 0x1000, PF_R, 0x1000);
    mkcore_put_u64(core, 0x1000, 42);
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    char *path = mkcore_write_bytes(image, size);
    struct dump *dump = must_open(path, NULL);
    assert_int_equal(dump_memory(dump)->count, COUNT + 1);
    assert_int_equal(dump_info(dump)->problems, 0);
    uint64_t word;
    assert_true(memory_u64(dump_memory(dump), 0x1000, &word));
    assert_int_equal(word, 42);
    dump_close(dump);
    mkcore_remove(path);

    // Without the section header that tells their number, and the page before it.
    path = mkcore_write_bytes(image, size - 4096 - sizeof(Elf64_Shdr));
    dump = must_open(path, NULL);
    assert_int_equal(dump_memory(dump)->count, COUNT + 1);
    assert_int_equal(dump_info(dump)->problems, DUMP_TRUNCATED);
    assert_int_equal(dump_info(dump)->missing_bytes, 4096);
    dump_close(dump);
    mkcore_remove(path);
    free(image);
    mkcore_free(core);
}

static void test_bad_segments(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    mkcore_thread(core, 9, 6, NULL);
    for (uint64_t i = 0; i < 6; i++)
        mkcore_fill(mkcore_segment(core, 0x10000 + i * 0x1000, 0x1000, PF_R, 0x1000), 0x1000, i);
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    mkcore_phdr(image, 1)->p_vaddr = 0x11800;           // overlaps the two after it
    mkcore_phdr(image, 3)->p_memsz = UINT64_MAX - 4096; // wraps
    mkcore_phdr(image, 4)->p_filesz = 0x2000;           // more saved than mapped
    mkcore_phdr(image, 5)->p_offset = UINT64_MAX - 16;  // wraps
    mkcore_phdr(image, 6)->p_offset = 1ull << 62;       // far outside
    char *path = mkcore_write_bytes(image, size);
    struct dump *dump = must_open(path, NULL);
    const struct memory *memory = dump_memory(dump);
    assert_int_equal(dump_info(dump)->problems, DUMP_BAD_SEGMENTS | DUMP_TRUNCATED);
    assert_int_equal(memory->count, 4);
    assert_int_equal(memory->segments[0].start, 0x11000);
    assert_int_equal(memory->segments[1].start, 0x12000); // its first half came too late
    assert_int_equal(memory->segments[1].end, 0x12800);
    uint8_t half[0x800];
    assert_int_equal(memory_read(memory, 0x12000, half, sizeof half, NULL), MEM_OK);
    assert_memory_equal(half, mkcore_at(core, 0x10800), sizeof half);
    assert_int_equal(memory->segments[2].end - memory->segments[2].start, 0x1000);
    assert_int_equal(memory->segments[2].readable, 0x1000);
    assert_int_equal(memory->segments[3].source, SEGMENT_FROM_NOWHERE);
    dump_close(dump);
    mkcore_remove(path);
    free(image);
    mkcore_free(core);
}

// Bytes changed at random: opens or not, but never crashes; all that is readable can be touched.
static void test_random_damage(void **state)
{
    (void)state;
    struct mkelf elf = {.type = ET_DYN, .text_pages = 2, .data_pages = 1, .build_id = 5};
    struct mkcore *core = small_core();
    mkelf_map(&elf, core, "/nonexistent/libx.so", 0x40000, true);
    mkcore_auxv(core, AT_PHDR, 0x40040);
    uint64_t seed = 11;
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    uint8_t *copy = malloc(size);
    char *path = mkcore_write_bytes(image, size);
    for (int round = 0; round < 3000; round++) {
        memcpy(copy, image, size);
        for (uint64_t i = mkcore_random(&seed) % 8; i < 8; i++)
            copy[mkcore_random(&seed) % 1500] = (uint8_t)mkcore_random(&seed);
        FILE *file = fopen(path, "wb");
        assert_int_equal(fwrite(copy, 1, size, file), size);
        fclose(file);
        struct dump *dump = NULL;
        if (!dump_open(path, NULL, &dump, NULL))
            continue;
        const struct memory *memory = dump_memory(dump);
        unsigned sum = 0;
        for (size_t i = 0; i < memory->count; i++) {
            const struct segment *segment = &memory->segments[i];
            assert_true(segment->start < segment->end);
            assert_true(i == 0 || segment[-1].end <= segment->start);
            assert_true(segment->readable <= segment->end - segment->start);
            for (uint64_t at = 0; at < segment->readable; at += 512)
                sum += segment->bytes[at];
        }
        assert_int_equal(sum, sum);
        dump_close(dump);
    }
    mkcore_remove(path);
    free(copy);
    free(image);
    mkcore_free(core);
}

// ---- executables ----

static const struct mkelf_symbol symbols[] = {
    {"v8dbg_first", 0x3000, 4, STT_OBJECT, true}, {"v8dbg_second", 0x3004, 4, STT_OBJECT, true},
    {"main", 0x1100, 0x40, STT_FUNC, true},       {"inner", 0x1110, 0x10, STT_FUNC, false},
    {"label", 0x1200, 0, STT_NOTYPE, false},      {"builtin", 0x1300, 0x80, STT_FUNC, false},
    {"in_bss", 0x4010, 4, STT_OBJECT, false},     {"current", 0x18, 8, STT_TLS, false},
};

static const struct mkelf program = {
    .type = ET_DYN,
    .entry = 0x1100,
    .text_pages = 3,
    .data_pages = 1,
    .bss = 0x1000,
    .tls_size = 0x30,
    .tls_align = 16,
    .build_id = 0xab,
    .symbols = symbols,
    .symbol_count = sizeof symbols / sizeof *symbols,
};

enum { PROGRAM_AT = 0x60000 };

static struct mkcore *program_core(const struct mkelf *elf, const char *path, bool gdb)
{
    struct mkcore *core = small_core();
    mkelf_map(elf, core, path, PROGRAM_AT, gdb);
    mkcore_auxv(core, AT_PHDR, PROGRAM_AT + sizeof(Elf64_Ehdr));
    mkcore_auxv(core, AT_ENTRY, PROGRAM_AT + elf->entry);
    return core;
}

struct found {
    size_t count;
    struct dump_symbol last;
};

static bool count_symbol(void *context, const struct dump_symbol *symbol)
{
    struct found *found = context;
    found->count++;
    found->last = *symbol;
    return true;
}

static struct found find_typed(const struct dump *dump, uint32_t types, const char *prefix)
{
    struct found found = {0};
    dump_symbols(dump, types, prefix, count_symbol, &found);
    return found;
}

static struct found find_symbols(const struct dump *dump, const char *prefix)
{
    return find_typed(dump, DUMP_SYMBOLS_ALL, prefix);
}

static void check_symbol_at(const struct dump *dump, uint64_t address, const char *name,
                            uint64_t start)
{
    struct dump_symbol symbol;
    assert_true(dump_symbol_at(dump, address, &symbol));
    assert_string_equal(symbol.name, name);
    assert_int_equal(symbol.address, start);
}

static void test_executable_and_symbols(void **state)
{
    (void)state;
    char *path = mkelf_write(&program);
    struct mkcore *core = program_core(&program, path, false);
    mkcore_file(core, 0x900000, 0x901000, 0x1000, path); // mapped again, as V8 does
    struct dump *dump = open_core(core, NULL);
    const struct dump_info *info = dump_info(dump);
    assert_string_equal(info->executable, path);
    assert_string_equal(info->executable_file, path);
    assert_true(info->executable_found && info->executable_certain);
    assert_null(info->executable_problem);
    assert_int_equal(info->executable_base, PROGRAM_AT);
    assert_int_equal(info->build_id_size, 20);
    assert_int_equal(info->build_id[19], 0xab);

    assert_int_equal(find_symbols(dump, "v8dbg_").count, 4); // of both tables
    assert_int_equal(find_symbols(dump, "nothing").count, 0);
    assert_int_equal(find_typed(dump, 1u << STT_OBJECT, "v8dbg_").count, 4);
    assert_int_equal(find_typed(dump, 1u << STT_FUNC, "v8dbg_").count, 0);
    assert_int_equal(find_typed(dump, 1u << STT_FUNC | 1u << STT_TLS, "current").count, 1);
    struct found found = find_symbols(dump, "in_bss");
    assert_int_equal(found.last.address, PROGRAM_AT + 0x4010);
    found = find_symbols(dump, "current");
    assert_int_equal(found.last.type, STT_TLS);
    assert_int_equal(found.last.address, 0);
    assert_int_equal(found.last.value, 0x18);
    uint64_t size, align;
    assert_true(dump_tls(dump, found.last.object, &size, &align));
    assert_int_equal(size, 0x30);
    assert_int_equal(align, 16);
    assert_false(dump_tls(dump, 99, &size, &align));

    check_symbol_at(dump, PROGRAM_AT + 0x1100, "main", PROGRAM_AT + 0x1100);
    check_symbol_at(dump, PROGRAM_AT + 0x1118, "inner", PROGRAM_AT + 0x1110);
    check_symbol_at(dump, PROGRAM_AT + 0x1130, "main", PROGRAM_AT + 0x1100);
    check_symbol_at(dump, PROGRAM_AT + 0x1208, "label", PROGRAM_AT + 0x1200);
    check_symbol_at(dump, 0x900310, "builtin", 0x900300);
    struct dump_symbol symbol;
    assert_false(dump_symbol_at(dump, PROGRAM_AT + 0x800, &symbol));
    assert_false(dump_symbol_at(dump, 0x10000, &symbol));
    assert_false(dump_symbol_at(dump, UINT64_MAX, &symbol));

    assert_int_equal(dump_object_count(dump), 1);
    struct dump_object object = dump_object(dump, 0);
    assert_true(object.executable && object.certain);
    assert_int_equal(object.bias, PROGRAM_AT);
    assert_int_equal(object.start, PROGRAM_AT);
    assert_int_equal(object.end, PROGRAM_AT + 0x5000);
    dump_close(dump);
    mkcore_free(core);
    mkcore_remove(path);
}

// gcore saves the dynamic symbols with the first mapping: no file is needed to find them.
static void test_symbols_without_the_file(void **state)
{
    (void)state;
    for (int gnu_hash = 0; gnu_hash < 2; gnu_hash++) {
        struct mkelf elf = program;
        elf.gnu_hash = gnu_hash;
        struct mkcore *core = program_core(&elf, "/nonexistent/node", true);
        struct dump *dump = open_core(core, NULL);
        assert_false(dump_info(dump)->executable_found);
        assert_string_equal(dump_info(dump)->executable_problem, "the file is not on this machine");
        struct found found = find_symbols(dump, "v8dbg_");
        assert_int_equal(found.count, 2);
        assert_string_equal(found.last.name, "v8dbg_second");
        assert_int_equal(found.last.address, PROGRAM_AT + 0x3004);
        check_symbol_at(dump, PROGRAM_AT + 0x1118, "main", PROGRAM_AT + 0x1100);
        uint64_t size, align;
        assert_true(dump_tls(dump, 0, &size, &align));
        dump_close(dump);
        mkcore_free(core);

        core = program_core(&elf, "/nonexistent/node", false);
        dump = open_core(core, NULL);
        assert_int_equal(find_symbols(dump, "").count, 0);
        dump_close(dump);
        mkcore_free(core);
    }
}

static void test_given_executable(void **state)
{
    (void)state;
    struct mkcore *core = program_core(&program, "/nonexistent/node", false);
    char *right = mkelf_write(&program);
    struct mkelf other = program;
    other.build_id = 0xcd;
    char *wrong = mkelf_write(&other);
    char *core_path = mkcore_write(core);

    struct dump *dump = must_open(core_path, &(struct dump_options){.executable = right});
    assert_string_equal(dump_info(dump)->executable, "/nonexistent/node");
    assert_string_equal(dump_info(dump)->executable_file, right);
    uint8_t byte;
    assert_int_equal(memory_read(dump_memory(dump), PROGRAM_AT + 0x1800, &byte, 1, NULL), MEM_OK);
    dump_close(dump);

    struct error error = {0};
    struct dump_options options = {.executable = wrong};
    assert_false(dump_open(core_path, &options, &dump, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    assert_string_equal(error.text + strlen(wrong),
                        ": not the executable of this core: its build id differs");
    options.executable = core_path;
    assert_false(dump_open(core_path, &options, &dump, &error));
    assert_string_equal(
        error.text + strlen(core_path),
        ": not the executable of this core: neither an executable nor a shared object");
    options.executable = "/nonexistent/file";
    assert_false(dump_open(core_path, &options, &dump, &error));
    assert_string_equal(error.text, "/nonexistent/file: No such file or directory");

    mkcore_remove(core_path);
    mkcore_remove(wrong);
    mkcore_remove(right);
    mkcore_free(core);
}

// V8 may be in a shared object: the option names whichever file has the build id.
static void test_given_shared_object(void **state)
{
    (void)state;
    struct mkelf library = {.type = ET_DYN, .text_pages = 2, .build_id = 3, .seed = 8};
    struct mkcore *core = program_core(&program, "/nonexistent/node", false);
    mkelf_map(&library, core, "/nonexistent/libnode.so", 0x7000000, false);
    char *path = mkelf_write(&library);
    struct dump *dump = open_core(core, &(struct dump_options){.executable = path});
    assert_false(dump_info(dump)->executable_found);
    uint8_t byte;
    assert_int_equal(memory_read(dump_memory(dump), 0x7001000, &byte, 1, NULL), MEM_OK);
    dump_close(dump);
    mkcore_remove(path);
    mkcore_free(core);
}

static void check_named(const struct mkelf *mapped, const struct mkelf *on_disk,
                        const char *problem, bool certain)
{
    char *path = mkelf_write(on_disk);
    struct mkcore *core = program_core(mapped, path, false);
    struct dump *dump = open_core(core, NULL);
    const struct dump_info *info = dump_info(dump);
    assert_int_equal(info->executable_found, problem == NULL);
    assert_int_equal(info->executable_certain, certain);
    if (problem != NULL)
        assert_string_equal(info->executable_problem, problem);
    dump_close(dump);
    mkcore_free(core);
    mkcore_remove(path);
}

static void test_files_that_contradict(void **state)
{
    (void)state;
    struct mkelf other = program;
    other.build_id = 0xcd;
    check_named(&program, &other, "its build id differs", false);
    other.build_id = 0;
    check_named(&program, &other, "its build id differs", false);

    struct mkelf plain = program;
    plain.build_id = 0;
    check_named(&plain, &plain, NULL, false);
    other = plain;
    other.entry = 0x1110;
    check_named(&plain, &other, "its ELF header differs", false);
    other = plain;
    other.tls_size = 0; // one program header less
    check_named(&plain, &other, "its ELF header differs", false);
}

// The core saved no header page, and so no build id.
static void test_no_header_page(void **state)
{
    (void)state;
    static const struct {
        size_t text_pages, data_pages;
        uint64_t entry;
        const char *problem;
    } cases[] = {
        {3, 1, 0x1100, NULL},
        {4, 1, 0x1100, "its segments lie elsewhere"},
        {3, 1, 0x1108, "its entry point or headers lie elsewhere"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mkelf elf = program;
        elf.symbol_count = 0;
        elf.text_pages = cases[i].text_pages;
        elf.data_pages = cases[i].data_pages;
        elf.entry = cases[i].entry;
        char *path = mkelf_write(&elf);
        struct mkcore *core = small_core();
        mkcore_file(core, PROGRAM_AT, PROGRAM_AT + 0x3000, 0, path);
        mkcore_file(core, PROGRAM_AT + 0x3000, PROGRAM_AT + 0x4000, 0x3000, path);
        mkcore_segment(core, PROGRAM_AT + 0x3000, 0x1000, PF_R | PF_W, 0x1000);
        mkcore_auxv(core, AT_PHDR, PROGRAM_AT + sizeof(Elf64_Ehdr));
        mkcore_auxv(core, AT_ENTRY, PROGRAM_AT + 0x1100);
        struct dump *dump = open_core(core, NULL);
        const struct dump_info *info = dump_info(dump);
        assert_int_equal(info->executable_found, cases[i].problem == NULL);
        assert_false(info->executable_certain);
        if (cases[i].problem != NULL)
            assert_string_equal(info->executable_problem, cases[i].problem);
        dump_close(dump);
        mkcore_free(core);
        mkcore_remove(path);
    }
}

static void test_replaced_and_debug_files(void **state)
{
    (void)state;
    char *path = mkelf_write(&program);
    char deleted[4200];
    snprintf(deleted, sizeof deleted, "%s (deleted)", path);
    struct mkcore *core = program_core(&program, deleted, false);
    struct dump *dump = open_core(core, NULL);
    assert_true(dump_info(dump)->executable_certain);
    dump_close(dump);
    mkcore_remove(path);

    struct mkelf debug = program;
    debug.only_symbols = true;
    path = mkelf_write(&debug);
    dump = open_core(core, &(struct dump_options){.executable = path});
    assert_true(dump_info(dump)->executable_found);
    assert_true(find_symbols(dump, "main").count > 0);
    uint8_t byte;
    assert_int_equal(memory_read(dump_memory(dump), PROGRAM_AT + 0x1800, &byte, 1, NULL),
                     MEM_UNSAVED);
    dump_close(dump);
    mkcore_remove(path);
    mkcore_free(core);
}

// A core without NT_FILE and without notes at all.
static void test_executable_where_no_files_are_named(void **state)
{
    (void)state;
    struct mkelf elf = program;
    elf.type = ET_EXEC;
    elf.base = 0x400000;
    char *path = mkelf_write(&elf);
    size_t size;
    uint8_t *image = mkelf_image(&elf, &size);
    struct mkcore *core = small_core();
    memcpy(mkcore_segment(core, 0x400000, 0x3000, PF_R, 0x1000), image, 0x1000);
    struct dump *dump = open_core(core, &(struct dump_options){.executable = path});
    assert_true(dump_info(dump)->executable_certain);
    assert_int_equal(dump_info(dump)->executable_base, 0x400000);
    dump_close(dump);
    mkcore_auxv(core, AT_PHDR, 0x400040);
    dump = open_core(core, &(struct dump_options){.executable = path});
    assert_true(dump_info(dump)->executable_certain);
    dump_close(dump);
    free(image);
    mkcore_remove(path);
    mkcore_free(core);
}

// ---- files that shrink ----

static void test_core_shrinks(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    mkcore_thread(core, 9, 6, NULL);
    mkcore_fill(mkcore_segment(core, 0x100000, 0x40000, PF_R, 0x40000), 0x40000, 2);
    char *path = mkcore_write(core), *other_path = mkcore_write(core);
    struct dump *dump = must_open(path, NULL), *other = must_open(other_path, NULL);
    assert_int_equal(truncate(path, 0x20000), 0);

    const struct memory *memory = dump_memory(dump);
    uint64_t word, fault;
    char buffer[0x40000];
    assert_true(memory_u64(memory, 0x100000, &word));
    assert_int_equal(dump_problems(dump), 0);
    assert_int_equal(memory_read(memory, 0x13f000, buffer, 16, &fault), MEM_UNSAVED);
    assert_int_equal(fault, 0x13f000);
    assert_int_equal(dump_lost_bytes(dump), 4096);
    assert_int_equal(dump_problems(dump), DUMP_SHRANK);
    assert_int_equal(memory_read(memory, 0x100000, buffer, sizeof buffer, NULL), MEM_UNSAVED);
    assert_false(memory_u64(memory, 0x130000, &word));
    assert_true(memory_u64(memory, 0x110000, &word));
    assert_int_equal(memory_read_string(memory, 0x13f000, buffer, 16), -1);
    uint64_t size;
    const uint8_t *view = memory_view(memory, 0x13f008, &size);
    assert_int_equal(view[0], 0);

    assert_int_equal(dump_lost_bytes(other), 0);
    assert_true(memory_u64(dump_memory(other), 0x13f000, &word));
    dump_close(other);
    dump_close(dump);
    mkcore_remove(path);
    mkcore_remove(other_path);
    mkcore_free(core);
}

struct reader {
    pthread_t thread;
    const struct dump *dump;
    uint64_t seed;
};

static void *read_all(void *context)
{
    struct reader *reader = context;
    const struct memory *memory = dump_memory(reader->dump);
    for (int i = 0; i < 2000; i++) {
        uint64_t word, address = 0x100000 + mkcore_random(&reader->seed) % 0x40000;
        memory_u64(memory, address, &word);
        struct dump_symbol symbol;
        dump_symbol_at(reader->dump, PROGRAM_AT + address % 0x2000, &symbol);
    }
    find_symbols(reader->dump, "v8dbg_");
    return NULL;
}

// Many threads read one dump, build its tables and fault on what it lost, while others open and
// close.
static void test_threads_share_a_dump(void **state)
{
    (void)state;
    char *program_path = mkelf_write(&program);
    struct mkcore *core = program_core(&program, program_path, false);
    mkcore_segment(core, 0x100000, 0x40000, PF_R, 0x40000);
    char *path = mkcore_write(core);
    struct dump *dump = must_open(path, NULL);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size - 0x20000), 0);
    struct reader readers[4];
    for (size_t i = 0; i < 4; i++) {
        readers[i] = (struct reader){.dump = dump, .seed = i};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), 0);
    }
    for (int i = 0; i < 50; i++)
        dump_close(must_open(path, NULL));
    for (size_t i = 0; i < 4; i++)
        pthread_join(readers[i].thread, NULL);
    assert_true(dump_lost_bytes(dump) >= 0x20000);
    assert_int_equal(dump_problems(dump), DUMP_SHRANK);
    dump_close(dump);
    mkcore_remove(path);
    mkcore_remove(program_path);
    mkcore_free(core);
}

static sig_atomic_t own_signals;
static sigjmp_buf own_jump;

static void own_handler(int signal)
{
    (void)signal;
    own_signals++;
    siglongjmp(own_jump, 1);
}

// A SIGBUS that has nothing to do with a dump goes to whom it went before.
static void test_other_bus_errors(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = own_handler, .sa_flags = SA_NODEFER}, before, after;
    sigaction(SIGBUS, &action, &before);
    struct mkcore *core = small_core();
    struct dump *dump = open_core(core, NULL), *second = open_core(core, NULL);
    char *path = mkcore_write_bytes("x", 1);
    FILE *file = fopen(path, "r+");
    volatile char *bytes = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    assert_int_equal(ftruncate(fileno(file), 0), 0);
    own_signals = 0;
    if (sigsetjmp(own_jump, 1) == 0)
        own_signals += bytes[0];
    assert_int_equal(own_signals, 1);
    if (sigsetjmp(own_jump, 1) == 0)
        raise(SIGBUS);
    assert_int_equal(own_signals, 2);
    munmap((void *)(uintptr_t)bytes, 4096);
    fclose(file);
    mkcore_remove(path);
    dump_close(dump);
    dump_close(second);
    mkcore_free(core);
    sigaction(SIGBUS, &before, &after);
    assert_ptr_equal(after.sa_handler, own_handler); // put back when the last dump closed
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_a_file),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_truncated_anywhere),
        cmocka_unit_test(test_more_headers_than_16_bits_count),
        cmocka_unit_test(test_bad_segments),
        cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_executable_and_symbols),
        cmocka_unit_test(test_symbols_without_the_file),
        cmocka_unit_test(test_given_executable),
        cmocka_unit_test(test_given_shared_object),
        cmocka_unit_test(test_files_that_contradict),
        cmocka_unit_test(test_no_header_page),
        cmocka_unit_test(test_replaced_and_debug_files),
        cmocka_unit_test(test_executable_where_no_files_are_named),
        cmocka_unit_test(test_core_shrinks),
        cmocka_unit_test(test_threads_share_a_dump),
        cmocka_unit_test(test_other_bus_errors),
    };
    return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
