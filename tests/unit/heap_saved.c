// Saved indexes of the sample core: used, refused, and damaged.
#include "heap/heap.h"
#include "heap/graph/graph.h"
#include "heap/graph/index/index.h"
#include "heap/v8/v8.h"
#include "tests/support/digest.h"
#include "tests/support/mkindex.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SAMPLE "tests/sample/sample.core.zst"

static char folder[] = "/tmp/dumpdive-saved-XXXXXX";
static char core[64], index_path[64], other[64];
static uint64_t wanted; // digest of the sample without an index
static uint32_t wanted_objects;

static struct heap *open_core(const char *path, int threads, const char *index)
{
    struct heap_options options = {.threads = threads, .dump = {.no_executable = true}};
    struct heap *heap;
    struct error error;
    if (!heap_open(path, &options, &heap, &error))
        fail_msg("%s", error.text);
    if (index != NULL)
        assert_true(heap_use_index(heap, index));
    return heap;
}

static void finish(struct heap *heap)
{
    struct stage_progress progress;
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        heap_start(heap, (enum heap_stage)stage);
        heap_wait(heap, (enum heap_stage)stage);
        heap_progress(heap, (enum heap_stage)stage, &progress);
        assert_int_equal(progress.state, STAGE_DONE);
    }
    heap_index_wait(heap);
}

// Opens the core with an index and compares everything. What was said when it was refused.
static void expect(const char *path, const char *index, int threads, const char *refused)
{
    struct index_status status;
    struct heap *heap = open_core(path, threads, index);
    finish(heap);
    assert_true(digest_heap(heap) == wanted);
    heap_index_status(heap, &status);
    assert_int_equal(status.used, refused == NULL);
    if (refused == NULL ? status.refused[0] != '\0' : strstr(status.refused, refused) == NULL)
        fail_msg("'%s' instead of '%s'", status.refused, refused == NULL ? "" : refused);
    free(status.path);
    heap_close(heap);
}

// The walk alone tells whether the index is used. Said of one that is not.
static void expect_refused(const char *index, const char *refused)
{
    struct index_status status;
    struct heap *heap = open_core(core, 2, index);
    heap_start(heap, STAGE_WALK);
    heap_wait(heap, STAGE_WALK);
    assert_non_null(heap_index(heap));
    assert_int_equal(heap_index(heap)->count, wanted_objects);
    heap_index_status(heap, &status);
    if (status.used || strstr(status.refused, refused) == NULL)
        fail_msg("'%s' instead of '%s'", status.refused, refused);
    heap_close(heap);
}

// The unpacked sample as a file: opening it takes no time.
static void unpack(void)
{
    struct heap *heap = open_core(SAMPLE, 0, NULL);
    const struct memory *memory = dump_memory(heap_dump(heap));
    FILE *file = fopen(core, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(memory->file, 1, memory->file_size, file), memory->file_size);
    assert_int_equal(fclose(file), 0);
    heap_close(heap);
}

static int begin(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(core, sizeof core, "%s/core", folder);
    snprintf(index_path, sizeof index_path, "%s/index", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    unpack();
    struct heap *heap = open_core(core, 2, index_path);
    finish(heap);
    wanted = digest_heap(heap);
    wanted_objects = heap_index(heap)->count;
    heap_close(heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(core);
    unlink(index_path);
    unlink(other);
    return rmdir(folder);
}

// --- used ----------------------------------------------------------------------------------------

static void test_same(void **state)
{
    struct stat status;
    (void)state;
    assert_int_equal(stat(index_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    expect(core, index_path, 0, NULL);
    expect(core, index_path, 2, NULL);
    expect(SAMPLE, index_path, 1, NULL); // packed or not, it is the same core
}

// In its own place: a folder for nobody else, and a name that tells the core.
static void test_own_place(void **state)
{
    char cache[96], made[256];
    struct stat status;
    struct index_status index;
    (void)state;
    snprintf(cache, sizeof cache, "%s/cache", folder);
    assert_int_equal(setenv("XDG_CACHE_HOME", cache, 1), 0);
    struct heap *heap = open_core(core, 2, NULL);
    assert_true(heap_use_index(heap, NULL));
    finish(heap);
    heap_index_status(heap, &index);
    assert_int_equal(index.saving, STAGE_DONE);
    assert_non_null(index.path);
    snprintf(made, sizeof made, "%s", index.path);
    free(index.path);
    heap_close(heap);
    assert_int_equal(strncmp(made, cache, strlen(cache)), 0);
    assert_int_equal(stat(made, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    *strrchr(made, '/') = '\0';
    assert_int_equal(stat(made, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    heap = open_core(core, 0, NULL);
    assert_true(heap_use_index(heap, NULL));
    finish(heap);
    heap_index_status(heap, &index);
    assert_true(index.used);
    assert_int_equal(index.saving, STAGE_IDLE);
    heap_close(heap);
    char command[300];
    snprintf(command, sizeof command, "rm -r '%s'", cache);
    assert_int_equal(system(command), 0);
}

static void test_save(void **state)
{
    struct error error;
    struct heap *heap = open_core(core, 2, NULL);
    (void)state;
    assert_false(heap_save_index(heap, other, &error));
    assert_non_null(strstr(error.text, "complete"));
    finish(heap);
    assert_true(heap_save_index(heap, other, &error));
    heap_index_wait(heap);
    heap_close(heap);
    expect(core, other, 2, NULL);
}

static void test_unwritable(void **state)
{
    struct index_status status;
    struct heap *heap = open_core(core, 2, "/proc/nowhere/index");
    (void)state;
    finish(heap);
    heap_index_status(heap, &status);
    assert_int_equal(status.saving, STAGE_FAILED);
    assert_non_null(strstr(status.failed, "/proc/nowhere/index"));
    assert_true(digest_heap(heap) == wanted);
    heap_close(heap);
}

// --- refused -------------------------------------------------------------------------------------

static void test_other_version(void **state)
{
    struct mkindex index;
    (void)state;
    mkindex_read(&index, index_path);
    mkindex_header(&index)->format--;
    mkindex_sums(&index);
    mkindex_write(&index, other);
    expect(core, other, 2, "another version");
    expect(core, other, 2, NULL); // a new one was saved in its place
    mkindex_free(&index);
}

static void change_core(uint64_t offset)
{
    FILE *file = fopen(core, "r+b");
    int byte;
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)offset, SEEK_SET), 0);
    byte = fgetc(file);
    assert_int_equal(fseek(file, (long)offset, SEEK_SET), 0);
    assert_int_not_equal(fputc(byte ^ 1, file), EOF);
    assert_int_equal(fclose(file), 0);
}

// A byte of the heap that is among the samples: the first of the first page (core_mark.c).
static uint64_t heap_byte(const struct v8 *v8)
{
    assert_true(v8->pages[0].bytes >= v8->memory->file);
    assert_true(v8->pages[0].bytes < v8->memory->file + v8->memory->file_size);
    return (uint64_t)(v8->pages[0].bytes - v8->memory->file);
}

// A byte of the notes: of the registers of the first thread.
static uint64_t note_byte(const struct memory *memory)
{
    Elf64_Ehdr header;
    Elf64_Phdr program = {0};
    memcpy(&header, memory->file, sizeof header);
    for (unsigned i = 0; i < header.e_phnum && program.p_type != PT_NOTE; i++)
        memcpy(&program, memory->file + header.e_phoff + i * sizeof program, sizeof program);
    assert_int_equal(program.p_type, PT_NOTE);
    return program.p_offset + 20 + 112 + 8;
}

static void test_other_core(void **state)
{
    struct heap *heap = open_core(core, 0, NULL);
    const uint64_t offsets[] = {heap_byte(heap_v8(heap)), note_byte(heap_v8(heap)->memory)};
    struct index_status status;
    struct mkindex index;
    (void)state;
    heap_close(heap);
    mkindex_read(&index, index_path);
    for (size_t i = 0; i < 2; i++) {
        mkindex_write(&index, other);
        change_core(offsets[i]);
        heap = open_core(core, 2, other);
        finish(heap);
        heap_index_status(heap, &status);
        change_core(offsets[i]);
        assert_false(status.used);
        if (strstr(status.refused, "another core") == NULL)
            fail_msg("'%s'", status.refused);
        free(status.path);
        heap_close(heap);
    }
    mkindex_free(&index);
}

// Opens the core with precise roots and the index in `other`. Returns its digest.
static uint64_t precise(bool used)
{
    struct heap_options options = {
        .threads = 2, .dump = {.no_executable = true}, .precise_roots = true};
    struct index_status status;
    struct heap *heap;
    struct error error;
    if (!heap_open(core, &options, &heap, &error))
        fail_msg("%s", error.text);
    assert_true(heap_use_index(heap, other));
    finish(heap);
    heap_index_status(heap, &status);
    assert_int_equal(status.used, used);
    assert_int_equal(strstr(status.refused, "other roots") == NULL, used);
    assert_true(graph_roots(heap_graph(heap))->precise);
    uint64_t digest = digest_heap(heap);
    free(status.path);
    heap_close(heap);
    return digest;
}

static void test_other_roots(void **state)
{
    struct mkindex index;
    (void)state;
    mkindex_read(&index, index_path);
    mkindex_write(&index, other);
    uint64_t digest = precise(false); // which saves one
    assert_true(digest != wanted);
    assert_true(precise(true) == digest);
    expect(core, other, 2, "other roots");
    mkindex_free(&index);
}

static void test_shared(void **state)
{
    struct mkindex index;
    (void)state;
    mkindex_read(&index, index_path);
    mkindex_write(&index, other);
    assert_int_equal(chmod(other, 0620), 0);
    expect(core, other, 2, "others can write");
    mkindex_free(&index);
}

// --- damaged -------------------------------------------------------------------------------------

static uint64_t random_state = 42;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

// Any byte: a checksum notices.
static void test_flips(void **state)
{
    struct mkindex index;
    (void)state;
    mkindex_read(&index, index_path);
    for (int i = 0; i < 8; i++) {
        uint64_t at = SAVED_ALIGN + next_random() % (index.size - SAVED_ALIGN);
        index.bytes[at] ^= 0x10;
        mkindex_write(&index, other);
        index.bytes[at] ^= 0x10;
        expect_refused(other, "damaged");
    }
    expect(core, other, 2, "damaged"); // and nothing is left of it
    index.size -= 1;
    mkindex_write(&index, other);
    expect_refused(other, "damaged");
    index.size = 100;
    mkindex_write(&index, other);
    expect_refused(other, "not an index");
    mkindex_free(&index);
}

// What each section must not say, though the checksums fit.
static void test_lies(void **state)
{
    static const struct {
        enum saved_section_id section;
        uint64_t offset; // from its begin
        uint64_t word;
        unsigned size;
    } lies[] = {
        {SAVED_PAGES, 0, 0xffffffff, 4},                // objects on a page
        {SAVED_BITS, 16, UINT64_MAX, 8},                // objects that start everywhere
        {SAVED_TOTALS, offsetof(struct walk_total, map), 0x1234, 8},
        {SAVED_TOTALS, offsetof(struct walk_total, isolate), 77, 8},
        {SAVED_ACCOUNTS, offsetof(struct walk_page, free_bytes), UINT64_MAX, 8},
        {SAVED_RENAMED, offsetof(struct saved_renamed, text), UINT64_MAX, 8},
        {SAVED_RENAMED, 0, 0x7fffffff8, 8},
        {SAVED_STARTS, 400, 0x7fffffff, 4},
        {SAVED_BASES, 8, UINT64_MAX, 8},
        {SAVED_SOURCES, 4000, 0xfffffffe, 4},
        {SAVED_OTHERS, offsetof(struct reverse_other, source), 0xfffffffe, 4},
        {SAVED_OTHER_COUNTS, 0, UINT64_MAX, 8},
        {SAVED_ROOTS, offsetof(struct saved_root, id), 0xfffffffe, 4},
        {SAVED_ROOTS, offsetof(struct saved_root, kind), 200, 1},
        {SAVED_ROOTS, offsetof(struct saved_root, weak), 2, 1},
        {SAVED_NODES, 8, 0xf0000000, 4},
        {SAVED_NODES, 12, 0xfffffff0, 4},               // a large size that is not there
        {SAVED_NODES, 80, 10, 4},                       // object 10 dominates itself
        {SAVED_TYPES, offsetof(struct saved_type, map), 8, 8},
        {SAVED_SUMS, offsetof(struct saved_sums, width), 3, 8},
        {SAVED_SUMS, offsetof(struct saved_sums, objects), 3, 8},
    };
    struct mkindex index;
    (void)state;
    mkindex_read(&index, index_path);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        uint8_t before[8];
        const struct saved_section *section =
            &mkindex_header(&index)->sections[lies[i].section];
        assert_true(section->size >= lies[i].offset + lies[i].size);
        uint8_t *at = index.bytes + section->offset + lies[i].offset;
        memcpy(before, at, lies[i].size);
        memcpy(at, &lies[i].word, lies[i].size);
        mkindex_sums(&index);
        mkindex_write(&index, other);
        memcpy(at, before, lies[i].size);
        expect_refused(other, "damaged");
    }
    mkindex_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),       cmocka_unit_test(test_own_place),
        cmocka_unit_test(test_save),       cmocka_unit_test(test_unwritable),
        cmocka_unit_test(test_other_version), cmocka_unit_test(test_other_core),
        cmocka_unit_test(test_other_roots),
        cmocka_unit_test(test_shared),     cmocka_unit_test(test_flips),
        cmocka_unit_test(test_lies),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
