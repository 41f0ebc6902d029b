// Filter, sort, growth and search over sources of ten rows and of a million.
#include "tests/support/views/fake.h"
#include "views/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    MILLION = 1000000,
};

// The ids of the visible rows, less 0x1000, as text.
static void expect_rows(struct view *view, const char *want)
{
    char got[512] = "";
    bool exact;
    uint64_t count = view_count(view, &exact);
    for (uint64_t i = 0; i < count && strlen(got) < sizeof got - 24; i++)
        snprintf(got + strlen(got), 24, "%s%llu", i > 0 ? " " : "",
                 (unsigned long long)view_id(view, i) - 0x1000);
    assert_string_equal(got, want);
}

static void sort_by(struct view *view, const char *column, bool reverse)
{
    struct error error = {0};
    if (!view_sort(view, column, reverse, &error))
        fail_msg("%s", error.text);
    view_settle(view);
}

// --- ten rows ------------------------------------------------------------------------------------

// Numbers of rows 0 to 9: 0 919 838 757 676 595 514 433 352 271
static void test_sorts(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        bool reverse;
        const char *want;
    } cases[] = {
        {NULL, false, "0 1 2 3 4 5 6 7 8 9"},      {NULL, true, "9 8 7 6 5 4 3 2 1 0"},
        {"count", false, "1 2 3 4 5 6 7 8 9 0"},   {"count", true, "0 9 8 7 6 5 4 3 2 1"},
        {"size", false, "1 2 3 4 5 6 7 8 9 0"},    {"share", true, "0 9 8 7 6 5 4 3 2 1"},
        {"delta", false, "0 9 8 7 6 5 4 3 2 1"},   {"name", true, "9 8 7 6 5 4 3 2 1 0"},
        {"address", false, "0 1 2 3 4 5 6 7 8 9"},
    };
    struct fake *fake = fake_new(10, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sort_by(&fake->view, cases[i].column, cases[i].reverse);
        expect_rows(&fake->view, cases[i].want);
    }
    view_destroy(&fake->view);
}

static void test_texts_and_ties(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "prefix-long-z", "a",    "",  "prefix-long-a",
                                        "b", "prefix-lo",     "\xff", "B", "b"};
    struct fake *fake = fake_new(10, names, NULL);
    sort_by(&fake->view, "name", false);
    expect_rows(&fake->view, "3 8 2 0 5 9 6 4 1 7");
    sort_by(&fake->view, "name", true);
    expect_rows(&fake->view, "7 1 4 6 0 5 9 2 8 3");
    view_destroy(&fake->view);
}

// Rows without a value are last in both directions, by key and by text.
static void test_empty_cells_last(void **state)
{
    (void)state;
    struct fake *fake = fake_new(6, NULL, NULL);
    fake->empty_every = 2;
    sort_by(&fake->view, "count", false);
    expect_rows(&fake->view, "1 3 5 0 2 4");
    sort_by(&fake->view, "count", true);
    expect_rows(&fake->view, "5 3 1 0 2 4");
    sort_by(&fake->view, "size", true);
    expect_rows(&fake->view, "5 3 1 0 2 4");
    view_destroy(&fake->view);
}

static void test_filter_and_sort(void **state)
{
    (void)state;
    struct fake *fake = fake_new(10, NULL, NULL);
    assert_true(view_filter_add(&fake->view, "name:[2468]$", NULL));
    view_settle(&fake->view);
    expect_rows(&fake->view, "2 4 6 8");
    sort_by(&fake->view, NULL, true);
    expect_rows(&fake->view, "8 6 4 2");
    sort_by(&fake->view, "count", true);
    expect_rows(&fake->view, "8 6 4 2");
    uint64_t position = 99;
    assert_true(view_position(&fake->view, 0x1004, &position));
    assert_int_equal(position, 2);
    assert_false(view_position(&fake->view, 0x1003, &position)); // filtered out
    assert_false(view_position(&fake->view, 0x9999, &position)); // never was
    view_filter_clear(&fake->view);
    view_settle(&fake->view);
    expect_rows(&fake->view, "0 9 8 7 6 5 4 3 2 1");
    sort_by(&fake->view, NULL, true);
    assert_true(view_position(&fake->view, 0x1000, &position));
    assert_int_equal(position, 9);
    view_destroy(&fake->view);
}

static void test_default_sort(void **state)
{
    (void)state;
    struct fake *fake = fake_new(4, NULL, NULL);
    const char *column;
    bool reverse;
    fake->ops.default_sort = "count";
    view_sort_get(&fake->view, &column, &reverse);
    assert_string_equal(column, "count");
    view_settle(&fake->view);
    expect_rows(&fake->view, "1 2 3 0");
    struct error error;
    assert_false(view_sort(&fake->view, "tags", false, &error)); // unsorted
    assert_false(view_sort(&fake->view, "nope", false, &error));
    assert_non_null(strstr(error.text, "columns: name count size"));
    view_sort_get(&fake->view, &column, &reverse);
    assert_string_equal(column, "count");
    view_destroy(&fake->view);
}

// A source decodes only what the filter and the sort look at.
static void test_wanted_columns(void **state)
{
    (void)state;
    struct fake *fake = fake_new(10, NULL, NULL);
    sort_by(&fake->view, "count", false);
    assert_int_equal(fake->fills, 0);
    assert_true(view_filter_add(&fake->view, "address:.", NULL));
    view_settle(&fake->view);
    assert_int_equal(fake->wanted, 1u << FAKE_ADDRESS | 1u << FAKE_COUNT);
    struct row row;
    view_row(&fake->view, 0, &row);
    assert_int_equal(fake->wanted, ROW_WANT_ALL);
    view_destroy(&fake->view);
}

static void test_out_of_range(void **state)
{
    (void)state;
    struct fake *fake = fake_new(0, NULL, NULL);
    struct row row;
    bool exact;
    assert_int_equal(view_count(&fake->view, &exact), 0);
    view_row(&fake->view, 0, &row);
    assert_int_equal(row.state, ROW_PENDING);
    assert_int_equal(view_id(&fake->view, 5), 0);
    sort_by(&fake->view, "count", false);
    assert_int_equal(view_count(&fake->view, &exact), 0);
    assert_true(exact);
    view_destroy(&fake->view);
    view_destroy(NULL);
}

// --- trees ---------------------------------------------------------------------------------------

static void test_tree_keeps_ancestors(void **state)
{
    (void)state;
    static const char *const names[] = {"r", "a", "x1", "b", "c", "x2", "x3", "s", "t", "u"};
    static const unsigned depths[] = {0, 1, 2, 1, 2, 3, 3, 0, 1, 9};
    struct fake *fake = fake_new(10, names, depths);
    fake->ops.tree = true;
    assert_true(view_filter_add(&fake->view, "name:x", NULL));
    view_settle(&fake->view);
    expect_rows(&fake->view, "0 1 2 3 4 5 6");
    view_filter_clear(&fake->view);
    assert_true(view_filter_add(&fake->view, "name:x2|u", NULL));
    sort_by(&fake->view, "name", true); // a tree keeps its order
    expect_rows(&fake->view, "0 3 4 5 7 8 9");
    view_destroy(&fake->view);
}

// --- a million rows ------------------------------------------------------------------------------

static void expect_sorted(struct view *view, uint64_t count)
{
    bool exact;
    assert_int_equal(view_count(view, &exact), count);
    uint64_t before = UINT64_MAX, before_index = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t index = view_id(view, i) - 0x1000, number = fake_number(index);
        assert_true(number < before || (number == before && index > before_index));
        before = number;
        before_index = index;
    }
}

static void test_million_in_slices(void **state)
{
    (void)state;
    struct fake *fake = fake_new(MILLION, NULL, NULL);
    struct view_status status;
    bool exact;
    assert_true(view_sort(&fake->view, "count", false, NULL));
    // Base order is seen until the sort is through.
    assert_int_equal(view_count(&fake->view, &exact), MILLION);
    assert_false(exact);
    assert_int_equal(view_id(&fake->view, 5), 0x1005);
    unsigned slices = 0;
    while (view_order_step(&fake->view, 1)) {
        view_status(&fake->view, &status);
        assert_false(status.complete);
        assert_non_null(strstr(status.order, "sort: "));
        slices++;
    }
    assert_true(slices >= 3);
    expect_sorted(&fake->view, MILLION);
    view_status(&fake->view, &status);
    assert_true(status.complete);
    assert_string_equal(status.order, "");
    view_destroy(&fake->view);
}

static void test_million_filtered(void **state)
{
    (void)state;
    struct fake *fake = fake_new(MILLION, NULL, NULL);
    struct view_status status;
    bool exact;
    assert_true(view_filter_add(&fake->view, "name:7$", NULL));
    uint64_t some = 0;
    while (some == 0 && view_order_step(&fake->view, 1))
        some = view_count(&fake->view, &exact);
    assert_true(some > 0 && some < MILLION / 10);
    assert_false(exact);
    view_status(&fake->view, &status);
    assert_non_null(strstr(status.order, "filter: "));
    assert_non_null(strstr(status.order, "% scanned"));

    // A new filter cancels the old one.
    uint64_t fills = fake->fills;
    view_filter_clear(&fake->view);
    assert_false(view_busy(&fake->view));
    assert_true(view_filter_add(&fake->view, "name:00$", NULL));
    view_settle(&fake->view);
    assert_int_equal(view_count(&fake->view, &exact), MILLION / 100);
    assert_true(exact);
    assert_int_equal(fake->fills, fills + MILLION);
    uint64_t position;
    assert_true(view_position(&fake->view, 0x1000 + 500, &position));
    assert_int_equal(position, 5);
    view_destroy(&fake->view);
}

// --- growing -------------------------------------------------------------------------------------

static void grow_to(struct fake *fake, uint64_t count, bool exact)
{
    fake->published = count;
    fake->exact = exact;
}

// An append-only source is not scanned again from the start.
static void test_growing(void **state)
{
    (void)state;
    struct fake *fake = fake_new(1000, NULL, NULL);
    bool exact;
    fake->exact = false;
    assert_true(view_filter_add(&fake->view, "name:0$", NULL));
    sort_by(&fake->view, "count", false);
    assert_int_equal(view_count(&fake->view, &exact), 100);
    assert_false(exact);
    uint64_t fills = fake->fills;
    for (uint64_t count = 2000; count <= 200000; count += 33000) {
        grow_to(fake, count, false);
        while (view_refresh(&fake->view) || view_busy(&fake->view))
            continue;
        expect_sorted(&fake->view, count / 10);
        assert_int_equal(fake->fills, fills + count - 1000);
    }
    grow_to(fake, 200001, true);
    view_settle(&fake->view);
    expect_sorted(&fake->view, 20001);
    assert_int_equal(fake->fills, fills + 200001 - 1000);
    view_count(&fake->view, &exact);
    assert_true(exact);
    sort_by(&fake->view, "count", true);
    assert_int_equal(fake_number(view_id(&fake->view, 0) - 0x1000), 0);
    view_destroy(&fake->view);
}

// The selection is kept by id while rows come and sort order changes.
static void test_growing_keeps_identity(void **state)
{
    (void)state;
    struct fake *fake = fake_new(100, NULL, NULL);
    fake->exact = false;
    sort_by(&fake->view, "count", false);
    for (uint64_t count = 200; count < 5000; count += 777) {
        uint64_t position;
        grow_to(fake, count, false);
        view_settle(&fake->view);
        assert_true(view_position(&fake->view, 0x1000 + 42, &position));
        assert_int_equal(view_id(&fake->view, position), 0x1000 + 42);
    }
    view_destroy(&fake->view);
}

// Growing while a merge is under way: what came meanwhile is taken in afterwards.
static void test_growing_during_work(void **state)
{
    (void)state;
    struct fake *fake = fake_new(300000, NULL, NULL);
    fake->exact = false;
    assert_true(view_sort(&fake->view, "count", false, NULL));
    unsigned turns = 0;
    while (fake->count < 500000 || view_busy(&fake->view)) {
        if (fake->published < 500000)
            grow_to(fake, fake->published + 20000, fake->published + 20000 == 500000);
        view_refresh(&fake->view);
        turns++;
        assert_true(turns < 10000);
    }
    expect_sorted(&fake->view, 500000);
    view_destroy(&fake->view);
}

// A source whose rows change place is ordered anew, but not in the middle of the work.
static void test_changing_source(void **state)
{
    (void)state;
    struct fake *fake = fake_new(200000, NULL, NULL);
    bool exact;
    fake->ops.append_only = false;
    assert_true(view_filter_add(&fake->view, "name:0$", NULL));
    view_refresh(&fake->view);
    grow_to(fake, 300000, true);
    while (view_due(&fake->view) >= 0 && fake->count == 200000)
        view_refresh(&fake->view);
    assert_int_equal(fake->fills >= 200000, true);
    while (view_due(&fake->view) >= 0)
        view_refresh(&fake->view);
    assert_int_equal(view_count(&fake->view, &exact), 30000);
    grow_to(fake, 1000, true); // it may shrink, too
    view_settle(&fake->view);
    assert_int_equal(view_count(&fake->view, &exact), 100);
    view_destroy(&fake->view);
}

// A count that changes without a word from the source's refresh is seen all the same.
static void test_silent_source(void **state)
{
    (void)state;
    struct fake *fake = fake_new(0, NULL, NULL);
    bool exact;
    fake->exact = false;
    sort_by(&fake->view, "count", false);
    assert_int_equal(view_count(&fake->view, &exact), 0);
    fake->count = fake->published = 10;
    fake->exact = true;
    view_settle(&fake->view);
    expect_rows(&fake->view, "1 2 3 4 5 6 7 8 9 0");
    view_count(&fake->view, &exact);
    assert_true(exact);
    view_destroy(&fake->view);
}

// --- search --------------------------------------------------------------------------------------

static void test_search(void **state)
{
    (void)state;
    struct fake *fake = fake_new(10, NULL, NULL);
    struct view_match *match;
    uint64_t found = 99;
    assert_true(view_match_create("row-00000[27]$", &match, NULL));
    assert_true(view_filter_add(&fake->view, "name:[02468]$|7$", NULL)); // 0 2 4 6 7 8
    view_settle(&fake->view);
    assert_true(view_search(&fake->view, match, 0, true, false, &found));
    assert_int_equal(found, 1);
    assert_true(view_search(&fake->view, match, 1, true, true, &found));
    assert_int_equal(found, 1);
    assert_true(view_search(&fake->view, match, 1, true, false, &found));
    assert_int_equal(found, 4);
    assert_true(view_search(&fake->view, match, 4, true, false, &found)); // wraps
    assert_int_equal(found, 1);
    assert_true(view_search(&fake->view, match, 1, false, false, &found));
    assert_int_equal(found, 4);
    assert_true(view_search(&fake->view, match, 77, false, true, &found));
    view_match_destroy(match);
    assert_true(view_match_create("nothing", &match, NULL));
    assert_false(view_search(&fake->view, match, 0, true, true, &found));
    view_match_destroy(match);
    view_destroy(&fake->view);
}

static void test_search_in_slices(void **state)
{
    (void)state;
    struct fake *fake = fake_new(MILLION, NULL, NULL);
    struct view_match *match;
    struct view_search search;
    assert_true(view_match_create("row-999999", &match, NULL));
    view_search_begin(&fake->view, 0, true, false, &search);
    assert_int_equal(view_search_step(&fake->view, match, &search, 1), SEARCH_MORE);
    assert_true(search.left > 0 && search.left < MILLION);
    enum search_result result;
    do
        result = view_search_step(&fake->view, match, &search, 50);
    while (result == SEARCH_MORE);
    assert_int_equal(result, SEARCH_FOUND);
    assert_int_equal(search.position, 999999);
    view_match_destroy(match);
    view_destroy(&fake->view);
}

// --- lists of indexes ----------------------------------------------------------------------------

static void test_index_list_widens(void **state)
{
    (void)state;
    struct index_list list = {0};
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(index_list_push(&list, i * 3));
    assert_null(list.wide);
    assert_true(index_list_push(&list, UINT64_C(1) << 33));
    assert_non_null(list.wide);
    assert_int_equal(index_list_get(&list, 999), 2997);
    assert_int_equal(index_list_get(&list, 1000), UINT64_C(1) << 33);
    uint64_t position;
    assert_true(index_list_find_sorted(&list, 300, &position));
    assert_int_equal(position, 100);
    assert_false(index_list_find_sorted(&list, 301, &position));
    assert_true(index_list_find(&list, UINT64_C(1) << 33, &position));
    assert_int_equal(position, 1000);
    index_list_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts),
        cmocka_unit_test(test_texts_and_ties),
        cmocka_unit_test(test_empty_cells_last),
        cmocka_unit_test(test_filter_and_sort),
        cmocka_unit_test(test_default_sort),
        cmocka_unit_test(test_wanted_columns),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_tree_keeps_ancestors),
        cmocka_unit_test(test_million_in_slices),
        cmocka_unit_test(test_million_filtered),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_growing_keeps_identity),
        cmocka_unit_test(test_growing_during_work),
        cmocka_unit_test(test_changing_source),
        cmocka_unit_test(test_silent_source),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_search_in_slices),
        cmocka_unit_test(test_index_list_widens),
    };
    return cmocka_run_group_tests_name("views_order", tests, NULL, NULL);
}
