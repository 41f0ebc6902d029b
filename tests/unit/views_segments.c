// `segments` and `bytes` on the sample core.
#include "heap/heap.h"
#include "views/export.h"

#include "views/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct heap *heap;

static int open_sample(void **state)
{
    (void)state;
    struct heap_options options = {.dump = {.no_executable = true}};
    struct error error = {0};
    if (heap_open("tests/sample/sample.core.zst", &options, &heap, &error))
        return 0;
    fprintf(stderr, "%s\n", error.text);
    return -1;
}

static int close_sample(void **state)
{
    (void)state;
    heap_close(heap);
    return 0;
}

static bool try_open(const char *text, struct view **ret, struct error *error)
{
    struct command_line *line;
    if (!command_parse(text, &line, error))
        return false;
    bool done = command_open(heap, line, ret, error);
    command_line_destroy(line);
    if (done)
        view_settle(*ret);
    return done;
}

static struct view *open_view(const char *text)
{
    struct view *view = NULL;
    struct error error = {0};
    if (!try_open(text, &view, &error))
        fail_msg("%s: %s", text, error.text);
    return view;
}

static const struct memory *memory(void)
{
    return dump_memory(heap_dump(heap));
}

static void expect_text(const struct row *row, size_t column, const char *want)
{
    assert_int_equal(row->cells[column].kind, CELL_TEXT);
    assert_int_equal(row->cells[column].length, strlen(want));
    assert_memory_equal(row->cells[column].text, want, strlen(want));
}

static void test_segments(void **state)
{
    (void)state;
    struct view *view = open_view("segments");
    struct view_status status;
    struct row row;
    bool exact;
    uint64_t count = view_count(view, &exact), saved = 0;
    assert_true(exact);
    assert_int_equal(count, memory()->count);
    for (uint64_t i = 0; i < count; i++) {
        const struct segment *segment = &memory()->segments[i];
        view_row(view, i, &row);
        assert_int_equal(row.cells[0].number, segment->start);
        assert_int_equal(row.cells[1].number, segment->end);
        assert_int_equal(row.cells[2].number, segment->end - segment->start);
        saved += row.cells[3].number;
        uint64_t position;
        assert_true(view_position(view, row.id, &position));
        assert_int_equal(position, i);
    }
    assert_int_equal(saved, dump_info(heap_dump(heap))->saved_bytes);
    view_status(view, &status);
    assert_true(status.complete);
    assert_string_equal(status.missing, "");
    char command[64];
    assert_true(view->ops->follow(view, &row, command, sizeof command));
    assert_string_equal(command, "bytes 0xffffffffff600000");
    assert_false(view->ops->follow(view, &row, command, 10));
    view_destroy(view);
}

static void test_segments_sorted(void **state)
{
    (void)state;
    struct view *view = open_view("::mappings --sort size --filter 'kind:^(stack|malloc)$'");
    struct row row;
    bool exact;
    uint64_t before = UINT64_MAX, count = view_count(view, &exact);
    assert_true(count >= 3 && count < memory()->count);
    for (uint64_t i = 0; i < count; i++) {
        view_row(view, i, &row);
        assert_true(row.cells[2].number <= before);
        before = row.cells[2].number;
    }
    view_destroy(view);
}

static void test_bytes(void **state)
{
    (void)state;
    const struct segment *segment = NULL;
    for (size_t i = 0; i < memory()->count && segment == NULL; i++)
        if (memory()->segments[i].readable >= 0x1000)
            segment = &memory()->segments[i];
    assert_non_null(segment);
    char text[64], want[64] = "";
    snprintf(text, sizeof text, "0x%llx::dump 40", (unsigned long long)segment->start);
    struct view *view = open_view(text);
    struct row row;
    bool exact;
    assert_int_equal(view_count(view, &exact), 3);
    view_row(view, 2, &row);
    assert_int_equal(row.cells[0].number, segment->start + 32);
    for (int i = 0; i < 8; i++)
        snprintf(want + 3 * i, 4, "%02x ", segment->bytes[32 + i]);
    want[23] = '\0';
    expect_text(&row, 1, want);
    uint64_t position;
    assert_true(view_position(view, segment->start + 32, &position));
    assert_int_equal(position, 2);
    assert_false(view_position(view, segment->start + 64, &position));
    view_destroy(view);
}

static void test_absent_bytes(void **state)
{
    (void)state;
    const struct segment *unsaved = NULL;
    for (size_t i = 0; i + 1 < memory()->count && unsaved == NULL; i++)
        if (memory()->segments[i].readable == 0 &&
            memory()->segments[i].end < memory()->segments[i + 1].start)
            unsaved = &memory()->segments[i];
    assert_non_null(unsaved);
    char text[64];
    snprintf(text, sizeof text, "bytes %llx 0x30", (unsigned long long)unsaved->end - 0x18);
    struct view *view = open_view(text);
    struct view_status status;
    struct row row;
    view_row(view, 0, &row);
    assert_int_equal(row.state, ROW_BAD);
    expect_text(&row, 1, "-- -- -- -- -- -- -- -- -- -- -- -- -- -- -- --");
    expect_text(&row, 2, "not saved in the core");
    view_row(view, 2, &row);
    expect_text(&row, 2, "not mapped");
    view_status(view, &status);
    assert_string_equal(status.missing, "48 of 48 bytes cannot be read");
    view_destroy(view);

    // Without a length it ends with the segment; a huge one is no work until rows are asked for.
    snprintf(text, sizeof text, "bytes %llx", (unsigned long long)unsaved->end - 0x18);
    view = open_view(text);
    bool exact;
    assert_int_equal(view_count(view, &exact), 2);
    view_destroy(view);
    snprintf(text, sizeof text, "bytes %llx 0xffffffffffffffff",
             (unsigned long long)memory()->segments[0].start);
    view = open_view(text);
    view_status(view, &status);
    assert_true(strlen(status.missing) > 0);
    view_destroy(view);
}

static void test_bytes_errors(void **state)
{
    (void)state;
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"bytes 0x10", "nothing is mapped at 0x10"},
        {"bytes zz", "ADDR is not an address: \"zz\" (say 0x2f3a81c4d1)"},
        {"bytes 0xffffffffff600000 x", "LEN is not a number: \"x\""},
        {"bytes", "usage: bytes ADDR [LEN]"},
        {"bytes 0xffffffffff600000 --sort text",
         "bytes cannot be sorted by \"text\"; columns: address"},
        {"segments 1", "segments takes no argument: \"1\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view *view;
        struct error error = {0};
        assert_false(try_open(cases[i].line, &view, &error));
        assert_string_equal(error.text, cases[i].want);
        assert_int_equal(error.code, ERROR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segments),     cmocka_unit_test(test_segments_sorted),
        cmocka_unit_test(test_bytes),        cmocka_unit_test(test_absent_bytes),
        cmocka_unit_test(test_bytes_errors),
    };
    return cmocka_run_group_tests_name("views_segments", tests, open_sample, close_sample);
}
