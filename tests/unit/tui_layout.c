// Where panes are, and how wide columns are.
#include "tui/columns.h"
#include "tui/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const size_t recent[] = {4, 0, 2, 1};

static void as_many_panes_as_fit(void **state)
{
    (void)state;
    static const struct {
        int width;
        bool zoom;
        size_t count;
        size_t panes[3];
    } cases[] = {
        {80, false, 1, {4}},     {109, false, 1, {4}},       {110, false, 2, {0, 4}},
        {159, false, 2, {0, 4}}, {160, false, 3, {0, 2, 4}}, {300, false, 3, {0, 2, 4}},
        {300, true, 1, {4}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layout layout = {0};
        struct rect area = {2, 0, 20, cases[i].width};
        layout_make(&layout, area, recent, 4, cases[i].zoom, 0);
        assert_int_equal(layout.count, cases[i].count);
        int column = 0;
        for (size_t p = 0; p < layout.count; p++) {
            assert_int_equal(layout.panes[p], cases[i].panes[p]);
            assert_int_equal(layout.rects[p].column, column);
            assert_int_equal(layout.rects[p].height, 20);
            column += layout.rects[p].width + 1;
        }
        assert_int_equal(column - 1, cases[i].width);
    }
}

static void fewer_panes_than_room(void **state)
{
    (void)state;
    struct layout layout = {0};
    layout_make(&layout, (struct rect){0, 0, 20, 200}, recent, 2, false, 0);
    assert_int_equal(layout.count, 2);
    layout_make(&layout, (struct rect){0, 0, 20, 200}, recent, 0, false, 0);
    assert_int_equal(layout.count, 0);
}

static void the_split_moves(void **state)
{
    (void)state;
    for (int shift = -24; shift <= 24; shift += 12) {
        struct layout layout = {0};
        layout_make(&layout, (struct rect){0, 0, 20, 121}, recent, 4, false, shift);
        assert_int_equal(layout.count, 2);
        assert_int_equal(layout.rects[0].width, 60 + 121 * shift / 100);
        assert_int_equal(layout.rects[1].column, layout.rects[0].width + 1);
        assert_int_equal(layout.rects[1].column + layout.rects[1].width, 121);
    }
    struct layout one = {0};
    layout_make(&one, (struct rect){0, 0, 20, 80}, recent, 4, false, 24);
    assert_int_equal(one.rects[0].width, 80);
}

static void widths_can_be_set(void **state)
{
    (void)state;
    struct layout layout = {.two_from = 80, .three_from = 300};
    layout_make(&layout, (struct rect){0, 0, 20, 80}, recent, 3, false, 0);
    assert_int_equal(layout.count, 2);
    layout_make(&layout, (struct rect){0, 0, 40, 200}, recent, 3, false, 0);
    assert_int_equal(layout.count, 2);
    assert_false(layout_has_four(&layout, (struct rect){0, 0, 40, 299}));
    assert_true(layout_has_four(&layout, (struct rect){0, 0, 40, 300}));
}

static void too_small(void **state)
{
    (void)state;
    assert_true(layout_too_small(59, 24));
    assert_true(layout_too_small(80, 11));
    assert_false(layout_too_small(60, 12));
}

// --- columns -------------------------------------------------------------------------------------

static const struct column columns[] = {
    {.name = "type", .flags = COLUMN_GROW, .min_width = 10},
    {.name = "count", .flags = COLUMN_RIGHT},
    {.name = "hidden", .flags = COLUMN_HIDDEN},
    {.name = "note", .flags = COLUMN_OPTIONAL, .max_width = 12},
};
static const struct view_ops ops = {.name = "test", .columns = columns, .column_count = 4};

static void columns_fill_the_width(void **state)
{
    (void)state;
    struct column_widths widths;
    columns_begin(&widths, &ops);
    columns_see(&widths, 0, 30);
    columns_see(&widths, 1, 9);
    columns_see(&widths, 3, 40);
    assert_int_equal(columns_lay_out(&widths, &ops, 80, false), 80);
    assert_int_equal(widths.shown[0], 80 - 9 - 12 - 2 * COLUMN_GAP);
    assert_int_equal(widths.shown[1], 9);
    assert_int_equal(widths.shown[2], 0);
    assert_int_equal(widths.shown[3], 12);
}

static void optional_columns_go_first(void **state)
{
    (void)state;
    struct column_widths widths;
    columns_begin(&widths, &ops);
    columns_see(&widths, 0, 30);
    columns_see(&widths, 1, 9);
    columns_see(&widths, 3, 40);
    assert_int_equal(columns_lay_out(&widths, &ops, 30, false), 30);
    assert_int_equal(widths.shown[3], 0);
    assert_int_equal(widths.shown[0], 19);
    // Figures are never cut: rather are they left out.
    assert_int_equal(columns_lay_out(&widths, &ops, 15, false), 15);
    assert_int_equal(widths.shown[1], 0);
    assert_int_equal(columns_lay_out(&widths, &ops, 3, false), 10);
}

static void a_last_column_that_grows_stays(void **state)
{
    (void)state;
    static const struct column reasons[] = {
        {.name = "retained", .flags = COLUMN_RIGHT},
        {.name = "reason", .flags = COLUMN_GROW, .min_width = 40},
    };
    static const struct view_ops leaks = {.name = "test", .columns = reasons, .column_count = 2};
    struct column_widths widths;
    columns_begin(&widths, &leaks);
    columns_see(&widths, 0, 8);
    columns_see(&widths, 1, 70);
    assert_int_equal(columns_lay_out(&widths, &leaks, 40, false), 40);
    assert_int_equal(widths.shown[1], 30);
    assert_int_equal(columns_lay_out(&widths, &leaks, 26, false), 26);
    assert_int_equal(widths.shown[1], 16);
    columns_lay_out(&widths, &leaks, 25, false); // no stump of it
    assert_int_equal(widths.shown[1], 0);
}

static void empty_columns_take_no_room(void **state)
{
    (void)state;
    struct column_widths widths;
    columns_begin(&widths, &ops);
    columns_lay_out(&widths, &ops, 80, false);
    assert_int_not_equal(widths.shown[1], 0); // nothing is known of any column yet
    columns_see(&widths, 0, 30);
    columns_lay_out(&widths, &ops, 80, false);
    assert_int_equal(widths.shown[0], 80);
    assert_int_equal(widths.shown[1], 0);
    columns_see(&widths, 1, 1);
    columns_lay_out(&widths, &ops, 80, false);
    assert_int_equal(widths.shown[1], 5);
}

static void scrolled_columns_are_whole(void **state)
{
    (void)state;
    struct column_widths widths;
    columns_begin(&widths, &ops);
    columns_see(&widths, 0, 300);
    columns_see(&widths, 1, 5);
    columns_see(&widths, 3, 40);
    assert_int_equal(columns_lay_out(&widths, &ops, 80, true), 300 + 5 + 40 + 2 * COLUMN_GAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_panes_as_fit),
        cmocka_unit_test(fewer_panes_than_room),
        cmocka_unit_test(the_split_moves),
        cmocka_unit_test(widths_can_be_set),
        cmocka_unit_test(too_small),
        cmocka_unit_test(columns_fill_the_width),
        cmocka_unit_test(optional_columns_go_first),
        cmocka_unit_test(a_last_column_that_grows_stays),
        cmocka_unit_test(empty_columns_take_no_room),
        cmocka_unit_test(scrolled_columns_are_whole),
    };
    return cmocka_run_group_tests_name("tui_layout", tests, NULL, NULL);
}
