// The list and the canvas, over made-up views of any length, drawn without a terminal.
#include "tui/canvas.h"
#include "tui/list.h"
#include "tui/term.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BILLION UINT64_C(1000000000)

// --- a view of numbers ---------------------------------------------------------------------------

struct numbers {
    struct view view;
    uint64_t first, count, seen; // `first` grows to move rows, `count` to add some
    unsigned fills;
    const char *text; // of the second column, if not NULL
    bool open;        // of the tree
};

static const struct column number_columns[] = {
    {.name = "number", .flags = COLUMN_RIGHT},
    {.name = "text", .flags = COLUMN_GROW},
    {.name = "share", .flags = COLUMN_SCREEN, .min_width = 4},
};

static bool numbers_refresh(struct view *view)
{
    struct numbers *numbers = (struct numbers *)view;
    bool changed = numbers->seen != numbers->first + numbers->count;
    numbers->seen = numbers->first + numbers->count;
    return changed;
}

static uint64_t numbers_count(struct view *view, bool *exact)
{
    *exact = true;
    return ((struct numbers *)view)->count;
}

static uint64_t numbers_id(struct view *view, uint64_t index)
{
    return ((struct numbers *)view)->first + index + 1;
}

static bool numbers_find(struct view *view, uint64_t id, uint64_t *index)
{
    const struct numbers *numbers = (struct numbers *)view;
    *index = id - 1 - numbers->first;
    return id > numbers->first && *index < numbers->count;
}

static void numbers_fill(struct view *view, uint64_t index, struct row *row)
{
    struct numbers *numbers = (struct numbers *)view;
    numbers->fills++;
    row->id = numbers_id(view, index);
    row_number(row, 0, row->id - 1);
    if (numbers->text != NULL)
        row_text(row, 1, ROLE_STRING, numbers->text);
    else
        row_format(row, 1, ROLE_TEXT, "row %u", (unsigned)row->id - 1);
    row_share(row, 2, (double)(index % 9) / 8);
}

static const struct view_ops numbers_ops = {
    .name = "numbers",
    .columns = number_columns,
    .column_count = 3,
    .refresh = numbers_refresh,
    .count = numbers_count,
    .fill = numbers_fill,
    .id = numbers_id,
    .find = numbers_find,
};

// --- a bench -------------------------------------------------------------------------------------

struct bench {
    struct term *term;
    struct canvas *canvas;
    struct numbers *numbers;
    struct list *list;
    char *screen; // snapshot
};

static int begin(void **state)
{
    static struct bench bench;
    static const struct term_options options = {.offscreen = true, .columns = 41, .rows = 8};
    struct error error;
    char message[128];
    setlocale(LC_CTYPE, "C.UTF-8");
    if (!term_open(&options, &bench.term, message, sizeof message, &error))
        return -1;
    bench.canvas = canvas_create(TEXT_UTF8, true);
    struct theme theme;
    theme_load(&theme, "default", NULL, NULL);
    canvas_set_theme(bench.canvas, &theme);
    bench.numbers = calloc(1, sizeof *bench.numbers);
    bench.numbers->view.ops = &numbers_ops;
    bench.numbers->count = bench.numbers->seen = BILLION;
    bench.list = list_create(&bench.numbers->view);
    *state = &bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;
    list_destroy(bench->list);
    canvas_destroy(bench->canvas);
    term_close(bench->term);
    free(bench->screen);
    bench->screen = NULL;
    return 0;
}

static void draw(struct bench *bench, const struct view_match *match)
{
    size_t size;
    canvas_begin(bench->canvas);
    list_draw(bench->list, bench->canvas,
              (struct rect){0, 0, canvas_rows(bench->canvas), canvas_columns(bench->canvas)}, true,
              match);
    canvas_end(bench->canvas, -1, 0);
    free(bench->screen);
    FILE *out = open_memstream(&bench->screen, &size);
    canvas_snapshot(bench->canvas, out);
    fclose(out);
}

// One line of a layer of the last frame.
static void assert_line(const struct bench *bench, const char *layer, unsigned row,
                        const char *wanted)
{
    const char *at = strstr(bench->screen, layer);
    assert_non_null(at);
    for (unsigned i = 0; i <= row; i++)
        at = strchr(at, '\n') + 1;
    size_t length = strcspn(at, "\n");
    char line[256];
    snprintf(line, sizeof line, "%.*s", (int)length, at);
    assert_string_equal(line, wanted);
}

static void assert_row(const struct bench *bench, unsigned row, const char *wanted)
{
    assert_line(bench, "41x8", row, wanted);
}

// --- moving --------------------------------------------------------------------------------------

static void asks_only_for_what_is_seen(void **state)
{
    struct bench *bench = *state;
    draw(bench, NULL);
    assert_true(bench->numbers->fills <= 8);
    list_move_to(bench->list, UINT64_MAX);
    draw(bench, NULL);
    assert_int_equal(list_position(bench->list), BILLION - 1);
    assert_true(bench->numbers->fills <= 16);
    assert_row(bench, 6, " 999,999,998  row 999999998        █████");
}

static void draws_headings_rows_and_bars(void **state)
{
    struct bench *bench = *state;
    draw(bench, NULL);
    assert_row(bench, 0, " number  text                      share");
    assert_row(bench, 1, "      0  row 0");
    assert_row(bench, 2, "      1  row 1                     ▋");
    assert_row(bench, 5, "      4  row 4                     ██▌");
}

static void pages_and_lines(void **state)
{
    struct bench *bench = *state;
    draw(bench, NULL); // seven rows
    list_page(bench->list, 1, false);
    assert_int_equal(list_position(bench->list), 5);
    list_page(bench->list, 2, true);
    assert_int_equal(list_position(bench->list), 11);
    list_move_to_line(bench->list, LIST_TOP);
    uint64_t top = list_position(bench->list);
    list_move_to_line(bench->list, LIST_BOTTOM);
    assert_int_equal(list_position(bench->list), top + 6);
    list_move_to_line(bench->list, LIST_MIDDLE);
    assert_int_equal(list_position(bench->list), top + 3);
    list_scroll(bench->list, 2);
    assert_int_equal(list_position(bench->list), top + 3);
    list_scroll(bench->list, 2);
    assert_int_equal(list_position(bench->list), top + 4);
    list_page(bench->list, -1000, false);
    assert_int_equal(list_position(bench->list), 0);
    list_move(bench->list, INT64_MAX / 4);
    assert_int_equal(list_position(bench->list), BILLION - 1);
    list_page(bench->list, 1, false);
    assert_int_equal(list_position(bench->list), BILLION - 1);
}

static void the_cursor_stays_on_its_row(void **state)
{
    struct bench *bench = *state;
    draw(bench, NULL);
    list_move_to(bench->list, 100);
    list_move(bench->list, -3);
    unsigned line = list_line(bench->list);
    bench->numbers->first += 50; // the first 50 rows went away
    assert_true(list_refresh(bench->list));
    assert_int_equal(list_position(bench->list), 47);
    assert_int_equal(list_id(bench->list), 98);
    assert_int_equal(list_line(bench->list), line);
    bench->numbers->first += 50; // and now the row itself, too
    list_refresh(bench->list);
    assert_int_equal(list_position(bench->list), 47);
}

static void an_untouched_cursor_stays_on_top(void **state)
{
    struct bench *bench = *state;
    draw(bench, NULL);
    bench->numbers->first += 50;
    list_refresh(bench->list);
    assert_int_equal(list_position(bench->list), 0);
    assert_int_equal(list_id(bench->list), 51);
}

static void short_and_empty_lists(void **state)
{
    struct bench *bench = *state;
    bool exact;
    list_move_to(bench->list, 500);
    bench->numbers->count = 3;
    list_refresh(bench->list);
    draw(bench, NULL);
    assert_int_equal(list_position(bench->list), 2);
    assert_row(bench, 3, "      2  row 2                     █▎");
    assert_row(bench, 4, "");
    bench->numbers->count = 0;
    list_refresh(bench->list);
    draw(bench, NULL);
    assert_int_equal(list_count(bench->list, &exact), 0);
    assert_null(list_row(bench->list));
    list_move(bench->list, 1);
    list_move(bench->list, -1);
    list_page(bench->list, 1, false);
    list_scroll(bench->list, 5);
    list_move_to_line(bench->list, LIST_BOTTOM);
    assert_false(list_expand(bench->list, true));
    assert_false(list_to_parent(bench->list));
    assert_int_equal(list_position(bench->list), 0);
    draw(bench, NULL);
}

static void comes_back_to_a_row(void **state)
{
    struct bench *bench = *state;
    draw(bench, NULL);
    assert_true(list_restore(bench->list, 501, 4));
    assert_int_equal(list_position(bench->list), 500);
    assert_int_equal(list_line(bench->list), 4);
    assert_false(list_restore(bench->list, BILLION + 5, 4));
}

// --- text ----------------------------------------------------------------------------------------

static void show_text(struct bench *bench, const char *text)
{
    bench->numbers->text = text;
    list_move_to(bench->list, 0);
    draw(bench, NULL);
}

static void cuts_by_columns(void **state)
{
    struct bench *bench = *state;
    show_text(bench, "漢字漢字漢字漢字漢字漢字漢字漢字");
    assert_row(bench, 2, "      1  漢字漢字漢字漢字漢字漢…   ▋");
    show_text(bench, "a漢字漢字漢字漢字漢字漢字漢字漢字");
    assert_row(bench, 2, "      1  a漢字漢字漢字漢字漢字漢…  ▋");
    show_text(bench, "e\xcc\x81tat 🙂 ok");
    assert_row(bench, 2, "      1  e\xcc\x81tat 🙂 ok                ▋");
}

static void control_never_gets_through(void **state)
{
    struct bench *bench = *state;
    show_text(bench, "\033[31mred\007\xc2\x9b");
    assert_row(bench, 2, "      1  \\x1b[31mred\\x07\\u009b     ▋");
    show_text(bench, "a\xe2\x80\xae"
                     "b\xed\xa0\xbd\xff");
    assert_row(bench, 2, "      1  a\\u202eb\\ud83d\\xff        ▋");
}

static void scrolls_sideways(void **state)
{
    struct bench *bench = *state;
    show_text(bench, "0123456789012345678901234567890123456789漢字x");
    list_scroll_sideways(bench->list, 10);
    draw(bench, NULL);
    assert_row(bench, 2, " 23456789012345678901234567890123456789…");
    list_scroll_sideways(bench->list, 1000);
    draw(bench, NULL);
    assert_row(bench, 2, " 345678901234567890123456789漢字x  ▋");
    list_scroll_sideways(bench->list, -1000);
    draw(bench, NULL);
    assert_row(bench, 2, "      1  01234567890123456789012…  ▋");
}

static void shows_matches(void **state)
{
    struct bench *bench = *state;
    struct view_match *match;
    struct error error;
    assert_true(view_match_create("b+", &match, &error));
    bench->numbers->text = "abbcb";
    list_move_to(bench->list, 0);
    draw(bench, match);
    view_match_destroy(match);
    // The same letter for both matches, another one for what is around them.
    const char *styles = strstr(bench->screen, "--- style\n");
    assert_non_null(styles);
    for (int i = 0; i < 3; i++)
        styles = strchr(styles, '\n') + 1;
    assert_int_equal(styles[10], styles[11]);
    assert_int_equal(styles[10], styles[13]);
    assert_int_not_equal(styles[10], styles[9]);
    assert_int_equal(styles[9], styles[12]);
}

static void narrow_screens_do_no_harm(void **state)
{
    struct bench *bench = *state;
    for (unsigned columns = 1; columns < 30; columns++) {
        for (unsigned rows = 1; rows < 4; rows++) {
            term_set_size(bench->term, columns, rows);
            draw(bench, NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asks_only_for_what_is_seen, begin, end),
        cmocka_unit_test_setup_teardown(draws_headings_rows_and_bars, begin, end),
        cmocka_unit_test_setup_teardown(pages_and_lines, begin, end),
        cmocka_unit_test_setup_teardown(the_cursor_stays_on_its_row, begin, end),
        cmocka_unit_test_setup_teardown(an_untouched_cursor_stays_on_top, begin, end),
        cmocka_unit_test_setup_teardown(short_and_empty_lists, begin, end),
        cmocka_unit_test_setup_teardown(comes_back_to_a_row, begin, end),
        cmocka_unit_test_setup_teardown(cuts_by_columns, begin, end),
        cmocka_unit_test_setup_teardown(control_never_gets_through, begin, end),
        cmocka_unit_test_setup_teardown(scrolls_sideways, begin, end),
        cmocka_unit_test_setup_teardown(shows_matches, begin, end),
        cmocka_unit_test_setup_teardown(narrow_screens_do_no_harm, begin, end),
    };
    return cmocka_run_group_tests_name("tui_list", tests, NULL, NULL);
}
