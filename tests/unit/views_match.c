// Patterns: smart case, invalid UTF-8, limits, and rows that are not decided.
#include "tests/support/views/fake.h"
#include "views/filter.h"
#include "views/match.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum match_result match_once(const char *pattern, const char *text, size_t length)
{
    struct view_match *match;
    struct error error = {0};
    if (!view_match_create(pattern, &match, &error))
        fail_msg("%s", error.text);
    enum match_result result = match_text(match, text, length, 0, NULL, NULL);
    view_match_destroy(match);
    return result;
}

static void test_matches(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        enum match_result want;
    } cases[] = {
        {"foo", "xFOOx", MATCH_YES},
        {"Foo", "xfoox", MATCH_NO},
        {"Foo", "xFoox", MATCH_YES},
        {"\\Wfoo\\S", "-FOO.", MATCH_YES}, // classes are no upper-case letters
        {"\\p{Lu}oo", "Foo", MATCH_YES},
        {"\\\\Foo", "\\foo", MATCH_NO}, // but this F is one
        {"^é$", "É", MATCH_YES},
        {"^É$", "é", MATCH_NO},
        {"^.$", "漢", MATCH_YES},
        {"", "", MATCH_YES},
        {"b",
         "\xff"
         "b\xff",
         MATCH_YES}, // invalid UTF-8 is no obstacle
        {"a.b",
         "a\xff"
         "b",
         MATCH_NO}, // and no character
        {"b",
         "\xed\xa0\xbd"
         "b",
         MATCH_YES},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(match_once(cases[i].pattern, cases[i].text, strlen(cases[i].text)),
                         cases[i].want);
}

static void test_limits(void **state)
{
    (void)state;
    char text[4001];
    memset(text, 'a', 4000);
    text[4000] = '\0';
    assert_int_equal(match_once("^(a+)+$", text, 4000), MATCH_YES);
    static const char *const costly[] = {"(a+)+b", "(a|aa)+$b", "^(a?){30}a{30}c",
                                         "(.*)*(.*)*(.*)*x\\1y"};
    for (size_t i = 0; i < sizeof costly / sizeof *costly; i++)
        assert_int_not_equal(match_once(costly[i], text, 4000), MATCH_YES);
    text[3999] = '!';
    assert_int_equal(match_once("^(a|aa)+$", text, 4000), MATCH_UNDECIDED);
}

static void test_bad_patterns(void **state)
{
    (void)state;
    char nested[1200], long_one[5001];
    memset(nested, '(', 600);
    memset(nested + 600, ')', 599);
    nested[1199] = '\0';
    memset(long_one, 'a', 5000);
    long_one[5000] = '\0';
    const char *const patterns[] = {"(",    "a{2,1}", "\\C",    "[z-a]",
                                    "\xff", nested,   long_one, "(((a{100}){100}){100}){100}"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct view_match *match;
        struct error error = {0};
        assert_false(view_match_create(patterns[i], &match, &error));
        assert_int_equal(error.code, ERROR_USAGE);
        assert_true(strlen(error.text) > 0);
    }
}

static void test_where(void **state)
{
    (void)state;
    struct view_match *match;
    assert_true(view_match_create("o+", &match, NULL));
    size_t start = 0, end = 0;
    assert_true(view_match_text(match, "foo boo", 7, &start, &end));
    assert_int_equal(start, 1);
    assert_int_equal(end, 3);
    start = end;
    assert_true(view_match_text(match, "foo boo", 7, &start, &end));
    assert_int_equal(start, 5);
    assert_int_equal(end, 7);
    start = end;
    assert_false(view_match_text(match, "foo boo", 7, &start, &end));
    start = 99;
    assert_false(view_match_text(match, "foo boo", 7, &start, &end));
    view_match_destroy(match);
    view_match_destroy(NULL);
}

// --- filters -------------------------------------------------------------------------------------

static uint64_t count_with(struct fake *fake, const char *filter)
{
    bool exact;
    struct error error = {0};
    view_filter_clear(&fake->view);
    if (!view_filter_add(&fake->view, filter, &error))
        fail_msg("%s", error.text);
    view_settle(&fake->view);
    return view_count(&fake->view, &exact);
}

static void test_filters(void **state)
{
    (void)state;
    static const char *const names[] = {"Foo",  "foobar", "node:fs", "",  "!bang",
                                        "name", "even",   "x",       "y", "z"};
    static const struct {
        const char *filter;
        uint64_t want;
    } cases[] = {
        {"", 10},
        {"name:foo", 2},
        {"name:Foo", 1},
        {"!name:foo", 8},
        {"node:fs", 1}, // no column of that name: a plain pattern
        {"\\!bang", 1},
        {"even", 1},       // the hidden column is not looked at ...
        {"tags:even", 10}, // ... unless asked for
        {"tags:a, b$", 10},
        {"count:^919$", 1},     // row 1
        {"size:^91900000$", 1}, // exact ...
        {"size:^91.9 MB$", 1},  // ... and as shown
        {"address:^0x1003$", 1},
        {"@1003", 1},
        {"share:^0.919$", 1},
        {"share:^91.9 %$", 1},
        {"delta:^-500$", 1},
        {"count:^$", 0},
    };
    struct fake *fake = fake_new(10, names, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(count_with(fake, cases[i].filter), cases[i].want);
    view_destroy(&fake->view);
}

static void test_several_filters(void **state)
{
    (void)state;
    static const char *const names[] = {"ab", "a", "b", "c"};
    struct fake *fake = fake_new(4, names, NULL);
    bool exact;
    assert_true(view_filter_add(&fake->view, "name:a", NULL));
    assert_true(view_filter_add(&fake->view, "!name:b", NULL));
    assert_string_equal(view_filter_text(&fake->view), "name:a\n!name:b");
    view_settle(&fake->view);
    assert_int_equal(view_count(&fake->view, &exact), 1);
    assert_int_equal(view_id(&fake->view, 0), 0x1001);
    struct error error;
    for (int i = 2; i < FILTERS_MAX; i++)
        assert_true(view_filter_add(&fake->view, "", NULL));
    assert_false(view_filter_add(&fake->view, "", &error));
    view_filter_clear(&fake->view);
    assert_string_equal(view_filter_text(&fake->view), "");
    view_destroy(&fake->view);
}

// A row that is too costly to match is kept, counted and told.
static void test_undecided_rows(void **state)
{
    (void)state;
    static char costly[3001];
    memset(costly, 'a', 3000);
    costly[2999] = '!';
    const char *const names[] = {"a", costly, "ba"};
    struct fake *fake = fake_new(3, names, NULL);
    struct view_status status;
    bool exact;
    assert_true(view_filter_add(&fake->view, "name:^(a|aa)+$", NULL));
    view_settle(&fake->view);
    assert_int_equal(view_count(&fake->view, &exact), 2);
    assert_int_equal(view_id(&fake->view, 1), 0x1001);
    view_status(&fake->view, &status);
    assert_string_equal(status.order, "2 of 3 rows, 1 rows not decided");
    assert_string_equal(status.missing, "1 rows are too costly to match and were kept");
    view_destroy(&fake->view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_bad_patterns),   cmocka_unit_test(test_where),
        cmocka_unit_test(test_filters),        cmocka_unit_test(test_several_filters),
        cmocka_unit_test(test_undecided_rows),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("views_match", tests, NULL, NULL);
}
