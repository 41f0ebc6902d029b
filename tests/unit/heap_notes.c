// Notes of a core: threads, mapped files, what the process was and what ended it.
#include "heap/dump/dump.h"
#include "tests/support/mkcore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct dump *open_image(uint8_t *image, size_t size)
{
    char *path = mkcore_write_bytes(image, size);
    struct dump *dump = NULL;
    struct error error = {0};
    if (!dump_open(path, NULL, &dump, &error))
        fail_msg("%s", error.text);
    mkcore_remove(path);
    free(image);
    return dump;
}

static struct dump *open_core(const struct mkcore *core)
{
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    return open_image(image, size);
}

static struct mkcore *new_core(void)
{
    struct mkcore *core = mkcore_new();
    mkcore_segment(core, 0x10000, 0x1000, PF_R, 0x1000);
    return core;
}

static void test_threads(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    mkcore_process(core, 500, "a-sixteen-bytes-name", "node server.js");
    for (int32_t i = 0; i < 100; i++) {
        uint64_t registers[27];
        for (uint64_t j = 0; j < 27; j++)
            registers[j] = (uint64_t)i << 32 | j;
        mkcore_thread(core, 500 + i, (int16_t)(i == 0 ? 11 : 0), registers);
    }
    struct dump *dump = open_core(core);
    size_t count;
    const struct dump_thread *threads = dump_threads(dump, &count);
    assert_int_equal(count, 100);
    for (uint64_t i = 0; i < count; i++) {
        const struct dump_registers *registers = &threads[i].registers;
        assert_int_equal(threads[i].tid, 500 + i);
        assert_int_equal(registers->count, 27);
        assert_int_equal(registers->pc, i << 32 | 16);
        assert_int_equal(registers->sp, i << 32 | 19);
        assert_int_equal(registers->fp, i << 32 | 4);
        assert_int_equal(registers->tls, i << 32 | 21);
        assert_int_equal(registers->all[26], i << 32 | 26);
        assert_string_equal(threads[i].name, "a-sixteen-bytes");
    }
    const struct dump_info *info = dump_info(dump);
    assert_int_equal(info->pid, 500);
    assert_string_equal(info->program_name, "a-sixteen-bytes-");
    assert_string_equal(info->command, "node server.js");
    assert_int_equal(info->signal, 11); // of the first thread, as there is no NT_SIGINFO
    assert_int_equal(info->problems, 0);
    dump_close(dump);
    mkcore_free(core);
}

static void test_signal(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    mkcore_thread(core, 7, 6, NULL);
    mkcore_signal(core, 11, 2, 0xdead);
    mkcore_signal(core, 5, 1, 0xbeef); // gdb writes one for each thread
    struct dump *dump = open_core(core);
    assert_int_equal(dump_info(dump)->signal, 11);
    assert_int_equal(dump_info(dump)->signal_code, 2);
    assert_int_equal(dump_info(dump)->signal_address, 0xdead);
    assert_int_equal(dump_info(dump)->pid, 7);
    dump_close(dump);

    struct mkcore *sent = new_core();
    mkcore_signal(sent, 6, -6, 0x1234); // by tgkill: the "address" is a process id
    dump = open_core(sent);
    assert_int_equal(dump_info(dump)->signal, 6);
    assert_int_equal(dump_info(dump)->signal_address, 0);
    dump_close(dump);
    mkcore_free(sent);

    // Made by gcore: the signal stopped the process, it did not kill it.
    mkcore_note(core, "GDB", 0xff000000, "<target/>", 9);
    dump = open_core(core);
    assert_int_equal(dump_info(dump)->signal, 0);
    assert_int_equal(dump_info(dump)->signal_address, 0);
    dump_close(dump);
    mkcore_free(core);
}

static void test_auxv_and_files(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    mkcore_thread(core, 7, 6, NULL);
    mkcore_auxv(core, AT_PAGESZ, 4096);
    mkcore_auxv(core, AT_ENTRY, 0x401000);
    mkcore_file(core, 0x9000, 0xa000, 0x2000, "/lib/b");
    mkcore_file(core, 0x4000, 0x6000, 0, "/bin/a");
    struct dump *dump = open_core(core);
    uint64_t value;
    assert_true(dump_auxv(dump, AT_ENTRY, &value));
    assert_int_equal(value, 0x401000);
    assert_false(dump_auxv(dump, AT_UID, &value));
    size_t count;
    const struct dump_file *files = dump_files(dump, &count);
    assert_int_equal(count, 2); // sorted by address
    assert_int_equal(files[0].start, 0x4000);
    assert_string_equal(files[0].path, "/bin/a");
    assert_int_equal(files[1].offset, 0x2000);
    assert_int_equal(files[1].end, 0xa000);
    assert_string_equal(files[1].path, "/lib/b");
    dump_close(dump);
    mkcore_free(core);
}

static void test_executable_name_from_memory(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    mkcore_put(core, 0x10100, "./app", 6);
    mkcore_auxv(core, AT_EXECFN, 0x10100);
    struct dump *dump = open_core(core);
    assert_string_equal(dump_info(dump)->executable, "./app");
    dump_close(dump);
    mkcore_free(core);
}

static void test_no_notes(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    struct dump *dump = open_core(core);
    assert_int_equal(dump_info(dump)->problems, DUMP_NO_NOTES);
    size_t count;
    dump_threads(dump, &count);
    assert_int_equal(count, 0);
    assert_null(dump_info(dump)->executable);
    dump_close(dump);
    mkcore_free(core);
}

// Notes that are too short for what they claim to be are skipped; the others count.
static void test_malformed(void **state)
{
    (void)state;
    static const uint64_t files[][6] = {
        {UINT64_MAX, 4096, 0x1000, 0x2000, 0, 0x61},     // more entries than there is room for
        {1, UINT64_MAX, 0x1000, 0x2000, 2, 0x61},        // the offset overflows
        {1, 4096, 0x2000, 0x1000, 0, 0x61},              // ends before it begins
        {1, 4096, 0x1000, 0x2000, 0, UINT64_MAX},        // a path without an end
        {1, 1, 0x1000, UINT64_MAX, UINT64_MAX - 5, 0x61} // reaches past the end of all files
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct mkcore *core = new_core();
        mkcore_note(core, "CORE", NT_FILE, files[i], sizeof files[i]);
        mkcore_note(core, "CORE", NT_PRSTATUS, files[i], sizeof files[i]);
        mkcore_note(core, "CORE", NT_PRPSINFO, files[i], 8);
        mkcore_note(core, "CORE", NT_SIGINFO, files[i], 0);
        mkcore_thread(core, 9, 0, NULL);
        struct dump *dump = open_core(core);
        size_t count;
        dump_files(dump, &count);
        assert_int_equal(count, 0);
        dump_threads(dump, &count);
        assert_int_equal(count, 1);
        assert_int_equal(dump_info(dump)->problems, DUMP_BAD_NOTES);
        dump_close(dump);
        mkcore_free(core);
    }
}

static void test_overlapping_files(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    mkcore_thread(core, 9, 0, NULL);
    mkcore_file(core, 0x1000, 0x5000, 0, "/a");
    mkcore_file(core, 0x2000, 0x3000, 0, "/b");
    mkcore_file(core, 0x5000, 0x6000, 0, "/c");
    struct dump *dump = open_core(core);
    size_t count;
    const struct dump_file *files = dump_files(dump, &count);
    assert_int_equal(count, 2);
    assert_string_equal(files[1].path, "/c");
    assert_int_equal(dump_info(dump)->problems, DUMP_BAD_NOTES);
    dump_close(dump);
    mkcore_free(core);
}

// A note whose size reaches out of its segment, at every place in the list.
static void test_cut_notes(void **state)
{
    (void)state;
    struct mkcore *core = new_core();
    for (int32_t i = 0; i < 4; i++)
        mkcore_thread(core, 10 + i, 0, NULL);
    size_t size;
    free(mkcore_image(core, &size));
    for (size_t cut = 0; cut < 4 * 356; cut += 17) {
        uint8_t *image = mkcore_image(core, &size);
        mkcore_phdr(image, 0)->p_filesz = cut;
        struct dump *dump = open_image(image, size);
        size_t count;
        const struct dump_thread *threads = dump_threads(dump, &count);
        assert_int_equal(count, cut / 356);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(threads[i].tid, 10 + i);
        uint32_t expected =
            (count == 0 ? DUMP_NO_NOTES : 0u) | (cut % 356 != 0 ? DUMP_BAD_NOTES : 0u);
        assert_int_equal(dump_info(dump)->problems, expected);
        dump_close(dump);
    }
    mkcore_free(core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_signal),
        cmocka_unit_test(test_auxv_and_files),
        cmocka_unit_test(test_executable_name_from_memory),
        cmocka_unit_test(test_no_notes),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_overlapping_files),
        cmocka_unit_test(test_cut_notes),
    };
    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
