// What a segment is, told without V8.
#include "heap/dump/regions.h"
#include "tests/support/mkcore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    PAGE = 0x1000,
    SP = 19, // of struct user_regs_struct
};

static const uint64_t arena = UINT64_C(0x7f0000000000); // aligned to 64 MiB

static void put_arena(struct mkcore *core, uint64_t start, uint64_t first, uint64_t size)
{
    mkcore_segment(core, start, 2 * PAGE, PF_R | PF_W, 2 * PAGE);
    mkcore_put_u64(core, start, first + 0x30);
    mkcore_put_u64(core, start + 8, start == first ? 0 : first);
    mkcore_put_u64(core, start + 16, size);
}

static void put_chunk(struct mkcore *core, uint64_t address, uint64_t size)
{
    mkcore_put_u64(core, address, 0);
    mkcore_put_u64(core, address + 8, size | 2);
}

static struct mkcore *build(void)
{
    struct mkcore *core = mkcore_new();
    uint64_t registers[27] = {[SP] = 0x7f2000001ff0};
    mkcore_thread(core, 1, 0, registers);
    mkcore_auxv(core, AT_SYSINFO_EHDR, 0x7ffff7fc5000);
    mkcore_auxv(core, AT_RANDOM, 0x7ffffffde123);
    // The executable: code, data, then its bss and behind a gap the brk heap.
    mkcore_segment(core, 0x400000, PAGE, PF_R | PF_X, 0);
    mkcore_segment(core, 0x401000, PAGE, PF_R | PF_W, PAGE);
    mkcore_file(core, 0x400000, 0x402000, 0, "/bin/app");
    mkcore_auxv(core, AT_PHDR, 0x400040);
    mkcore_segment(core, 0x402000, PAGE, PF_R | PF_W, PAGE);         // bss
    mkcore_segment(core, 0x1000000, PAGE, PF_R | PF_W, PAGE);        // brk
    mkcore_segment(core, 0x2000000, PAGE, PF_R | PF_W, PAGE)[0] = 1; // nothing special
    put_arena(core, arena, arena, 2 * PAGE);
    put_arena(core, arena + (64 << 20), arena, 2 * PAGE);
    put_arena(core, arena + (128 << 20), arena, 999); // its size is none
    mkcore_segment(core, 0x7f1000000000, 4 * PAGE, PF_R | PF_W, 4 * PAGE);
    put_chunk(core, 0x7f1000000000, PAGE);
    put_chunk(core, 0x7f1000001000, 3 * PAGE);
    mkcore_segment(core, 0x7f1100000000, 4 * PAGE, PF_R | PF_W, 4 * PAGE);
    put_chunk(core, 0x7f1100000000, PAGE); // nothing behind it
    mkcore_segment(core, 0x7f1fff000000, PAGE, 0, 0);
    mkcore_segment(core, 0x7f2000000000, 2 * PAGE, PF_R | PF_W, 2 * PAGE);
    mkcore_segment(core, 0x7f3000000000, 2 * PAGE, PF_R, 2 * PAGE); // zeros, as gcore has it
    mkcore_segment(core, 0x7f4000000000, 2 * PAGE, PF_R, 2 * PAGE)[5] = 1;
    mkcore_segment(core, 0x7ffff7fc1000, 4 * PAGE, PF_R, 0);
    mkcore_segment(core, 0x7ffff7fc5000, PAGE, PF_R | PF_X, PAGE);
    mkcore_segment(core, 0x7ffffffde000, PAGE, PF_R | PF_W, PAGE);
    mkcore_segment(core, 0xffffffffff600000, PAGE, PF_X, 0);
    return core;
}

static void test_kinds(void **state)
{
    (void)state;
    static const char *const want[] = {
        "file", "file",     "bss",   "malloc",   "anon", "malloc", "malloc", "anon",  "malloc",
        "anon", "reserved", "stack", "reserved", "anon", "vvar",   "vdso",   "stack", "vsyscall",
    };
    struct mkcore *core = build();
    char *path = mkcore_write(core);
    struct dump *dump = NULL;
    struct error error = {0};
    struct dump_options options = {.no_executable = true};
    if (!dump_open(path, &options, &dump, &error))
        fail_msg("%s", error.text);
    struct region_facts facts;
    region_facts(dump, &facts);
    assert_int_equal(facts.memory->count, sizeof want / sizeof *want);
    facts.executable = "/bin/app";
    enum region_kind *kinds = calloc(facts.memory->count, sizeof *kinds);
    regions_classify(&facts, kinds);
    for (size_t i = 0; i < facts.memory->count; i++)
        assert_string_equal(region_kind_name(kinds[i]), want[i]);

    // With nothing to go by it still answers.
    facts = (struct region_facts){.memory = facts.memory};
    regions_classify(&facts, kinds);
    assert_string_equal(region_kind_name(kinds[11]), "anon");
    free(kinds);
    dump_close(dump);
    mkcore_remove(path);
    mkcore_free(core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests_name("heap_regions", tests, NULL, NULL);
}
