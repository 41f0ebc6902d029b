// Views written out: table, record, TSV and JSON Lines.
#include "tests/support/views/fake.h"
#include "views/export.h"
#include "views/json.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(struct fake *fake, const struct export_options *options, const char *want)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    view_settle(&fake->view);
    assert_true(view_export(&fake->view, out, options));
    fclose(out);
    assert_string_equal(text, want);
    free(text);
}

static const char *const hostile[] = {"plain", "tab\tnew\nline", "\x1b[2J\\", "\xff漢"};

static void test_table(void **state)
{
    (void)state;
    struct fake *fake = fake_new(4, hostile, NULL);
    struct export_options options = {.form = EXPORT_TABLE, .limit = UINT64_MAX};
    fake->empty_every = 3;
    expect(fake, &options,
           "name            count     size  address   share  delta\n"
           "plain                             @1000\n"
           "tab\\tnew\\nline    919  91.9 MB    @1001  91.9 %    419\n"
           "\\x1b[2J\\          838  83.8 MB    @1002  83.8 %    338\n"
           "\\xff漢                            @1003\n");
    options.charset = TEXT_ASCII;
    options.limit = 1;
    expect(fake, &options,
           "name   count  size  address  share  delta\n"
           "plain                 @1000\n");
    view_destroy(&fake->view);
}

static void test_tree(void **state)
{
    (void)state;
    static const char *const names[] = {"root", "child", "grandchild"};
    static const unsigned depths[] = {0, 1, 2};
    struct fake *fake = fake_new(3, names, depths);
    struct export_options options = {.form = EXPORT_TABLE, .limit = UINT64_MAX};
    fake->ops.tree = true;
    fake->ops.column_count = 2;
    expect(fake, &options,
           "name            count\n"
           "root                0\n"
           "  child           919\n"
           "    grandchild    838\n");
    view_destroy(&fake->view);
}

static void test_record(void **state)
{
    (void)state;
    struct fake *fake = fake_new(1, hostile, NULL);
    struct export_options options = {.form = EXPORT_TABLE, .limit = UINT64_MAX};
    fake->ops.single = true;
    expect(fake, &options,
           "name     plain\n"
           "count    0\n"
           "size     0 B\n"
           "address  @1000\n"
           "share    0.0 %\n"
           "delta    -500\n"
           "tags     even, a, b\n");
    view_destroy(&fake->view);
}

static void test_tsv(void **state)
{
    (void)state;
    struct fake *fake = fake_new(4, hostile, NULL);
    struct export_options options = {.form = EXPORT_TSV, .limit = 3};
    fake->empty_every = 3;
    expect(fake, &options,
           "name\tcount\tsize\taddress\tshare\tdelta\ttags\n"
           "plain\t\t\t0x1000\t\t\teven, a, b\n"
           "tab\\tnew\\nline\t919\t91900000\t0x1001\t0.919\t419\teven, a, b\n"
           "\\x1b[2J\\\\\t838\t83800000\t0x1002\t0.838\t338\teven, a, b\n");
    view_destroy(&fake->view);
}

static void test_json(void **state)
{
    (void)state;
    struct fake *fake = fake_new(4, hostile, NULL);
    struct export_options options = {.form = EXPORT_JSON, .limit = 2};
    fake->empty_every = 3;
    expect(fake, &options,
           "{\"name\":\"plain\",\"count\":null,\"size\":null,\"address\":\"0x1000\",\"share\":null,"
           "\"delta\":null,\"tags\":[\"even\",\"a, b\"]}\n"
           "{\"name\":\"tab\\tnew\\nline\",\"count\":919,\"size\":91900000,\"address\":\"0x1001\","
           "\"share\":0.919,\"delta\":419,\"tags\":[\"even\",\"a, b\"]}\n");
    view_destroy(&fake->view);
}

static bool put_nested(struct view *view, struct json_writer *json)
{
    (void)view;
    json_begin_object(json);
    json_key(json, "fields");
    json_begin_array(json);
    json_end_array(json);
    json_end_object(json);
    return true;
}

static void test_nested_json(void **state)
{
    (void)state;
    struct fake *fake = fake_new(4, hostile, NULL);
    fake->ops.json = put_nested;
    struct export_options options = {.form = EXPORT_JSON, .limit = UINT64_MAX};
    expect(fake, &options, "{\"fields\":[]}\n");
    view_destroy(&fake->view);
}

static void test_failing_stream(void **state)
{
    (void)state;
    struct fake *fake = fake_new(1000000, NULL, NULL);
    struct export_options options = {.form = EXPORT_JSON, .limit = UINT64_MAX};
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_false(view_export(&fake->view, full, &options));
    assert_true(fake->fills < 1000); // it stops at once
    fclose(full);
    view_destroy(&fake->view);
}

static bool stop_after_two(void *context)
{
    return ++*(int *)context < 2;
}

static void test_stop(void **state)
{
    (void)state;
    int rows = 0;
    struct fake *fake = fake_new(10, NULL, NULL);
    struct export_options options = {
        .form = EXPORT_TSV, .limit = UINT64_MAX, .go_on = stop_after_two, .context = &rows};
    fake->ops.column_count = 1;
    expect(fake, &options, "name\nrow-000000\nrow-000001\n");
    view_destroy(&fake->view);
}

// --- rows ----------------------------------------------------------------------------------------

static void test_long_texts_are_cut(void **state)
{
    (void)state;
    static char text[2 * VIEW_ROW_TEXT];
    for (size_t i = 0; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "漢", 3);
    struct row *row = calloc(1, sizeof *row);
    row_clear(row);
    for (size_t i = 0; i < VIEW_COLUMNS_MAX; i++)
        row_text_n(row, i, ROLE_TEXT, text, sizeof text - 2);
    for (size_t i = 0; i < VIEW_COLUMNS_MAX; i++) {
        const struct cell *cell = &row->cells[i];
        assert_true(cell->length >= 6);
        assert_memory_equal(cell->text + cell->length - 3, "…", 3);
        assert_true(text_columns(cell->text, cell->length, TEXT_UTF8) < cell->length); // no escapes
    }
    assert_true(row->text_used <= VIEW_ROW_TEXT);
    row->wanted = 5;
    row_clear(row);
    assert_int_equal(row->wanted, 5);
    assert_int_equal(row->cells[3].kind, CELL_EMPTY);
    row_format(row, 0, ROLE_TEXT, "%s", text);
    assert_true(row->cells[0].length > VIEW_ROW_TEXT / 2);
    row_clear(row);
    for (int i = 0; i < 5000; i++)
        row_list_add(row, 0, ROLE_TEXT, "item");
    assert_true(row->text_used <= VIEW_ROW_TEXT);
    free(row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_record),
        cmocka_unit_test(test_tsv),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_nested_json),
        cmocka_unit_test(test_failing_stream),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_long_texts_are_cut),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("views_export", tests, NULL, NULL);
}
