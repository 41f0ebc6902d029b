// The address space: what is readable where, and why not.
#include "heap/dump/dump.h"
#include "tests/support/mkcore.h"
#include "tests/support/mkelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct dump *open_core(const struct mkcore *core, const struct dump_options *options)
{
    char *path = mkcore_write(core);
    struct dump *dump = NULL;
    struct error error = {0};
    if (!dump_open(path, options, &dump, &error))
        fail_msg("%s", error.text);
    mkcore_remove(path);
    return dump;
}

static void test_read_and_absence(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    memcpy(mkcore_segment(core, 0x10000, 0x1000, PF_R | PF_W, 0x1000) + 0xffc, "abcd", 4);
    memcpy(mkcore_segment(core, 0x11000, 0x1000, PF_R, 0x800), "efgh", 4);
    mkcore_segment(core, 0x20000, 0x1000, PF_R, 0);
    struct dump *dump = open_core(core, NULL);
    const struct memory *memory = dump_memory(dump);

    char buffer[16] = "";
    uint64_t fault = 0;
    assert_int_equal(memory_read(memory, 0x10ffc, buffer, 8, &fault), MEM_OK);
    assert_memory_equal(buffer, "abcdefgh", 8);
    assert_int_equal(memory_read(memory, 0x117fc, buffer, 8, &fault), MEM_UNSAVED);
    assert_int_equal(fault, 0x11800);
    assert_int_equal(memory_read(memory, 0xfffc, buffer, 8, &fault), MEM_UNMAPPED);
    assert_int_equal(fault, 0xfffc);
    assert_int_equal(memory_read(memory, 0x20000, buffer, 1, &fault), MEM_UNSAVED);
    assert_int_equal(memory_read(memory, 0x21000, buffer, 1, &fault), MEM_UNMAPPED);
    assert_int_equal(memory_read(memory, 0x21000, buffer, 0, &fault), MEM_OK);
    assert_int_equal(memory_read(memory, UINT64_MAX, buffer, 8, NULL), MEM_UNMAPPED);

    uint64_t word, size;
    assert_true(memory_u64(memory, 0x10ff0, &word));
    assert_int_equal(word, 0);
    assert_false(memory_u64(memory, 0x20000, &word));
    assert_null(memory_view(memory, 0x11800, &size));
    assert_int_equal(size, 0);
    assert_memory_equal(memory_view(memory, 0x10ffc, &size), "abcd", 4);
    assert_int_equal(size, 4);
    assert_int_equal(memory_segment(memory, 0x11fff)->saved, 0x800);
    assert_int_equal(memory_segment(memory, 0x10000)->perm, SEGMENT_READ | SEGMENT_WRITE);
    dump_close(dump);
    mkcore_free(core);
}

static void test_strings(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    memcpy(mkcore_segment(core, 0x10000, 0x1000, PF_R, 0x1000) + 0xffd, "abc", 3);
    memcpy(mkcore_segment(core, 0x11000, 0x1000, PF_R, 0x3), "def", 3);
    struct dump *dump = open_core(core, NULL);
    const struct memory *memory = dump_memory(dump);
    char buffer[16];
    assert_int_equal(memory_read_string(memory, 0x10ffd, buffer, sizeof buffer), 6);
    assert_string_equal(buffer, "abcdef"); // up to what was saved
    assert_int_equal(memory_read_string(memory, 0x10ffd, buffer, 5), 4);
    assert_string_equal(buffer, "abcd");
    assert_int_equal(memory_read_string(memory, 0x10000, buffer, sizeof buffer), 0);
    assert_int_equal(memory_read_string(memory, 0x11003, buffer, sizeof buffer), -1);
    assert_int_equal(memory_read_string(memory, 0x9000, buffer, sizeof buffer), -1);
    assert_string_equal(buffer, "");
    dump_close(dump);
    mkcore_free(core);
}

// A small address space, byte by byte.
enum { MODEL_BASE = 0x100000, MODEL_SIZE = 0x20000 };
struct model {
    uint8_t status[MODEL_SIZE]; // mem_status
    uint8_t bytes[MODEL_SIZE];
};

static void random_core(struct mkcore *core, struct model *model, uint64_t *seed)
{
    memset(model->status, MEM_UNMAPPED, sizeof model->status);
    uint64_t at = 0;
    while (at < MODEL_SIZE) {
        uint64_t size = 1 + mkcore_random(seed) % 0x3000;
        if (size > MODEL_SIZE - at)
            size = MODEL_SIZE - at;
        if (mkcore_random(seed) % 3 != 0) {
            uint64_t saved = mkcore_random(seed) % 4 == 0 ? 0 : mkcore_random(seed) % (size + 1);
            uint8_t *bytes = mkcore_segment(core, MODEL_BASE + at, size, PF_R, saved);
            if (saved > 0)
                mkcore_fill(bytes, saved, at);
            memset(model->status + at, MEM_UNSAVED, size);
            memset(model->status + at, MEM_OK, saved);
            if (saved > 0)
                memcpy(model->bytes + at, bytes, saved);
        }
        at += size;
    }
}

static void check_read(const struct memory *memory, const struct model *model, uint64_t at,
                       uint64_t size)
{
    static uint8_t buffer[MODEL_SIZE];
    uint64_t bad = at, fault = 0;
    while (bad < at + size && model->status[bad] == MEM_OK)
        bad++;
    enum mem_status status = memory_read(memory, MODEL_BASE + at, buffer, size, &fault);
    if (bad == at + size) {
        assert_int_equal(status, MEM_OK);
        assert_memory_equal(buffer, model->bytes + at, size);
    } else {
        assert_int_equal(status, model->status[bad]);
        assert_int_equal(fault, MODEL_BASE + bad);
    }
}

static void test_random_reads(void **state)
{
    (void)state;
    uint64_t seed = 1;
    static struct model model;
    for (int round = 0; round < 20; round++) {
        struct mkcore *core = mkcore_new();
        mkcore_segment(core, 0x1000, 0x1000, PF_R, 0x1000);
        random_core(core, &model, &seed);
        struct dump *dump = open_core(core, NULL);
        for (int i = 0; i < 2000; i++) {
            uint64_t at = mkcore_random(&seed) % MODEL_SIZE;
            uint64_t size = mkcore_random(&seed) % 3 == 0 ? 8 : mkcore_random(&seed) % 0x4000;
            check_read(dump_memory(dump), &model, at,
                       size < MODEL_SIZE - at ? size : MODEL_SIZE - at);
        }
        dump_close(dump);
        mkcore_free(core);
    }
}

static void check_page(const struct memory *memory, uint64_t address, const uint8_t *expected)
{
    uint8_t page[4096];
    assert_int_equal(memory_read(memory, address, page, sizeof page, NULL), MEM_OK);
    assert_memory_equal(page, expected, sizeof page);
}

// The kernel saves one page of the text; the file has the rest.
static void test_partial_load_is_filled_from_the_file(void **state)
{
    (void)state;
    struct mkelf elf = {.type = ET_DYN, .text_pages = 4, .data_pages = 1, .build_id = 9, .seed = 3};
    char *path = mkelf_write(&elf);
    size_t size;
    uint8_t *image = mkelf_image(&elf, &size);
    struct mkcore *core = mkcore_new();
    mkcore_auxv(core, AT_PHDR, 0x5500000040);
    mkelf_map(&elf, core, path, 0x5500000000, false);
    mkcore_put_u64(core, 0x5500004000, 77); // the process changed its data
    struct dump *dump = open_core(core, NULL);
    const struct memory *memory = dump_memory(dump);

    assert_int_equal(memory->count, 3);
    assert_int_equal(memory->segments[0].source, SEGMENT_FROM_CORE);
    assert_int_equal(memory->segments[0].saved, 0x1000);
    assert_false(memory->segments[0].continues);
    assert_int_equal(memory->segments[1].source, SEGMENT_FROM_FILE);
    assert_int_equal(memory->segments[1].saved, 0);
    assert_int_equal(memory->segments[1].file_offset, 0x1000);
    assert_true(memory->segments[1].continues);
    assert_string_equal(memory->segments[1].file, path);
    for (size_t page = 0; page < 4; page++)
        check_page(memory, 0x5500000000 + page * 4096, image + page * 4096);
    uint64_t word;
    assert_true(memory_u64(memory, 0x5500004000, &word));
    assert_int_equal(word, 77);
    dump_close(dump);
    mkcore_free(core);
    free(image);
    mkcore_remove(path);
}

// gcore leaves out read-only file mappings; V8 maps its builtins a second time.
static void test_mapping_without_load(void **state)
{
    (void)state;
    struct mkelf elf = {.type = ET_EXEC, .base = 0x400000, .text_pages = 3, .build_id = 1};
    char *path = mkelf_write(&elf);
    size_t size;
    uint8_t *image = mkelf_image(&elf, &size);
    struct mkcore *core = mkcore_new();
    mkcore_auxv(core, AT_PHDR, 0x400040);
    mkelf_map(&elf, core, path, 0x400000, true);
    mkcore_file(core, 0x7000000, 0x7001000, 0x2000, path);
    mkcore_file(core, 0x8000000, 0x8001000, 0, "/nonexistent/other");
    struct dump *dump = open_core(core, NULL);
    const struct memory *memory = dump_memory(dump);
    assert_int_equal(memory->count, 3);
    assert_int_equal(memory->segments[1].source, SEGMENT_FROM_FILE);
    assert_int_equal(memory->segments[1].perm, SEGMENT_READ | SEGMENT_EXEC);
    check_page(memory, 0x7000000, image + 0x2000);
    assert_int_equal(memory->segments[2].source, SEGMENT_FROM_NOWHERE);
    assert_int_equal(memory_read(memory, 0x8000000, image, 8, NULL), MEM_UNSAVED);
    assert_string_equal(memory->segments[2].file, "/nonexistent/other");
    dump_close(dump);

    dump = open_core(core, &(struct dump_options){.no_executable = true});
    assert_int_equal(memory_read(dump_memory(dump), 0x7000000, image, 8, NULL), MEM_UNSAVED);
    dump_close(dump);
    mkcore_free(core);
    free(image);
    mkcore_remove(path);
}

// One load over two files and a gap, and a file that begins in a load and ends after it.
static void test_loads_are_cut_where_files_change(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    mkcore_file(core, 0x10000, 0x11000, 0, "/a");
    mkcore_file(core, 0x12000, 0x14000, 0x3000, "/b");
    mkcore_fill(mkcore_segment(core, 0x10000, 0x3000, PF_R, 0x2800), 0x2800, 1);
    struct dump *dump = open_core(core, NULL);
    const struct memory *memory = dump_memory(dump);
    assert_int_equal(memory->count, 4);
    const struct {
        uint64_t start, end, saved, offset;
        const char *file;
        bool continues;
    } expected[] = {
        {0x10000, 0x11000, 0x1000, 0, "/a", false},
        {0x11000, 0x12000, 0x1000, 0, NULL, false},
        {0x12000, 0x13000, 0x800, 0x3000, "/b", false},
        {0x13000, 0x14000, 0, 0x4000, "/b", true},
    };
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        assert_int_equal(segment->start, expected[i].start);
        assert_int_equal(segment->end, expected[i].end);
        assert_int_equal(segment->saved, expected[i].saved);
        assert_int_equal(segment->continues, expected[i].continues);
        if (expected[i].file == NULL)
            assert_null(segment->file);
        else
            assert_string_equal(segment->file, expected[i].file);
        if (expected[i].file != NULL)
            assert_int_equal(segment->file_offset, expected[i].offset);
    }
    uint8_t got[0x2800];
    assert_int_equal(memory_read(memory, 0x10000, got, sizeof got, NULL), MEM_OK);
    assert_memory_equal(got, mkcore_at(core, 0x10000), sizeof got);
    dump_close(dump);
    mkcore_free(core);
}

// 16 MB of a sparse file, with data in two places.
static void test_holes(void **state)
{
    (void)state;
    struct mkcore *core = mkcore_new();
    mkcore_segment(core, 0x1000000, 0x1000000, PF_R, 8); // the rest is added below
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    Elf64_Phdr *load = mkcore_phdr(image, 0);
    load->p_filesz = load->p_memsz;
    load->p_offset = 4096;
    char *path = mkcore_write_bytes(image, size);
    FILE *file = fopen(path, "r+b");
    assert_int_equal(ftruncate(fileno(file), 4096 + 0x1000000), 0);
    assert_int_equal(pwrite(fileno(file), "data", 4, 4096 + 0x800000), 4);
    assert_int_equal(pwrite(fileno(file), "more", 4, 4096 + 0xc00ffc), 4);
    struct dump *dump = NULL;
    assert_true(dump_open(path, NULL, &dump, NULL));
    const struct memory *memory = dump_memory(dump);
    const struct segment *segment = &memory->segments[0];

    // Every byte that is not zero is in a stretch; the stretches leave out most of the rest.
    uint64_t total = 0, at = segment->start, end = segment->end;
    bool seen[2] = {false, false};
    for (; memory_data(memory, segment, &at, &end); at = end, end = segment->end) {
        assert_true(at < end && end <= segment->end && at % 8 == 0);
        total += end - at;
        seen[0] = seen[0] || (at <= 0x1800000 && end >= 0x1800004);
        seen[1] = seen[1] || (at <= 0x1c00ffc && end >= 0x1c01000);
    }
    assert_true(seen[0] && seen[1]);
    assert_true(total < 0x800000);
    at = segment->start + 0x400000;
    end = at + 0x1000;
    bool data = memory_data(memory, segment, &at, &end);
    assert_true(!data || total > 0x400000); // a file system with large blocks

    // What was cut off is no hole: reading must notice.
    assert_int_equal(ftruncate(fileno(file), 4096 + 0x900000), 0);
    at = segment->start + 0xa00000;
    end = segment->end;
    assert_true(memory_data(memory, segment, &at, &end));
    uint64_t word;
    assert_false(memory_u64(memory, at, &word));
    fclose(file);
    dump_close(dump);
    mkcore_remove(path);
    free(image);
    mkcore_free(core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_absence),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_random_reads),
        cmocka_unit_test(test_partial_load_is_filled_from_the_file),
        cmocka_unit_test(test_mapping_without_load),
        cmocka_unit_test(test_loads_are_cut_where_files_change),
        cmocka_unit_test(test_holes),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
