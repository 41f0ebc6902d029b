// Command lines: words, options, mdb's spellings, and errors that say what was meant.
#include "views/command_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct command_option types_options[] = {
    {"--by", NULL, "shape", ""},
    {"--property", "-p", "REGEX", ""},
    {"--all", "-a", NULL, ""},
    {0},
};
static const char *const types_aliases[] = {"findjsobjects", NULL};
static const char *const refs_aliases[] = {"findjsobjects -r", "jsfindrefs", NULL};
static const struct command types = {
    .name = "types", .aliases = types_aliases, .options = types_options, .max_arguments = 1};
static const struct command refs = {.name = "refs",
                                    .aliases = refs_aliases,
                                    .arguments = "ADDR",
                                    .min_arguments = 1,
                                    .max_arguments = 1};
static const struct command info = {.name = "info"};
static const struct command *const table[] = {&types, &refs, &info};

static bool parse(const char *text, struct command_line **ret, struct error *error)
{
    char **words;
    size_t count;
    return command_split(text, &words, &count, error) &&
           command_parse_words(table, 3, words, count, ret, error);
}

// Everything a line says, in one text.
static void describe(const struct command_line *line, char *text, size_t capacity)
{
    const struct command_args *args = &line->args;
    const struct command_common *common = command_line_common(line);
    size_t used = (size_t)snprintf(text, capacity, "%s", command_line_command(line)->name);
    for (size_t i = 0; i < args->count; i++)
        used += (size_t)snprintf(text + used, capacity - used, " [%s]", args->values[i]);
    for (const struct command_option *o = args->command->options; o != NULL && o->name; o++)
        if (args->option(args, o->name) != NULL)
            used += (size_t)snprintf(text + used, capacity - used, " %s=%s", o->name,
                                     args->option(args, o->name));
    for (size_t i = 0; i < common->filter_count; i++)
        used += (size_t)snprintf(text + used, capacity - used, " filter=%s", common->filters[i]);
    if (common->sort != NULL)
        used += (size_t)snprintf(text + used, capacity - used, " sort=%s", common->sort);
    if (common->limit != UINT64_MAX)
        used += (size_t)snprintf(text + used, capacity - used, " limit=%llu",
                                 (unsigned long long)common->limit);
    if (common->isolate >= 0)
        used += (size_t)snprintf(text + used, capacity - used, " isolate=%lld",
                                 (long long)common->isolate);
    snprintf(text + used, capacity - used, "%s%s%s", common->reverse ? " reverse" : "",
             common->json ? " json" : "", common->tsv ? " tsv" : "");
}

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"types", "types"},
        {"  ::types  ", "types"},
        {"types --by shape --filter name:Foo --sort count --reverse --limit 5 --json",
         "types --by=shape filter=name:Foo sort=count limit=5 reverse json"},
        {"types --by=shape --filter=a=b --limit=0x10 --tsv",
         "types --by=shape filter=a=b limit=16 tsv"},
        {"types --filter a Foo --filter '!b c'", "types [Foo] filter=a filter=!b c"},
        {"::findjsobjects -p 'x y' -a", "types --property=x y --all="},
        {"types --property a --property b", "types --property=b"},
        {"0x1234::jsfindrefs", "refs [0x1234]"},
        {"1234::findjsobjects -r", "refs [1234]"},
        {"::findjsobjects -r 1234", "refs [1234]"},
        {"refs -- -5", "refs [-5]"},
        {"refs -", "refs [-]"},
        {"types 'it''s' ", "types [its]"},
        {"types \"a\\\"b\\\\c\\d\"", "types [a\"b\\c\\d]"},
        {"types \\d\\\\ ", "types [\\d\\\\]"},
        {"types a\\ b", "types [a b]"},
        {"types \\'a\\\"", "types ['a\"]"},
        {"types ''", "types []"},
        {"types a'b c'\"d e\"f", "types [ab cd ef]"},
        {"info --isolate 2", "info isolate=2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command_line *line;
        struct error error = {0};
        char text[256];
        if (!parse(cases[i].line, &line, &error))
            fail_msg("%s: %s", cases[i].line, error.text);
        describe(line, text, sizeof text);
        assert_string_equal(text, cases[i].want);
        command_line_destroy(line);
    }
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"", "no command given"},
        {"typs", "there is no command \"typs\"; did you mean \"types\"?"},
        {"::findjsobject", "there is no command \"findjsobject\"; did you mean \"findjsobjects\"?"},
        {"xyzzy", "there is no command \"xyzzy\""},
        {"types --fitler a", "types has no option --fitler; did you mean --filter?"},
        {"types --bye=1", "types has no option --bye; did you mean --by?"},
        {"types -x", "types has no option -x"},
        {"types --by", "--by needs a value: shape"},
        {"types --limit", "--limit needs a value: N"},
        {"types --limit 5x", "--limit is not a number: \"5x\""},
        {"types --limit -5", "--limit is not a number: \"-5\""},
        {"types --limit 99999999999999999999", "--limit is not a number: \"99999999999999999999\""},
        {"types --all=1", "--all takes no value"},
        {"types --json=1", "--json takes no value"},
        {"types --json --tsv", "--json and --tsv exclude each other"},
        {"types --filter (", "pattern, at character 2: missing closing parenthesis"},
        {"types a b", "too many arguments; usage: types "},
        {"refs", "usage: refs ADDR"},
        {"info x", "info takes no argument: \"x\""},
        {"types 'a", "a quote is not closed"},
        {"types \"a\\\"", "a quote is not closed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command_line *line;
        struct error error = {0};
        assert_false(parse(cases[i].line, &line, &error));
        assert_string_equal(error.text, cases[i].want);
        assert_int_equal(error.code, ERROR_USAGE);
    }
}

static void test_too_many_filters(void **state)
{
    (void)state;
    char text[512] = "types";
    for (int i = 0; i < 17; i++)
        strcat(text, " --filter a");
    struct command_line *line;
    struct error error = {0};
    assert_false(parse(text, &line, &error));
    assert_string_equal(error.text, "more than 16 filters");
}

static void test_argv(void **state)
{
    (void)state;
    static char *const argv[] = {"segments", "--filter", "it's 'quoted", "--json"};
    struct command_line *line;
    assert_true(command_parse_argv(4, argv, &line, NULL));
    assert_string_equal(command_line_common(line)->filters[0], "it's 'quoted");
    command_line_destroy(line);
    command_line_destroy(NULL);
    struct error error;
    assert_false(command_parse_argv(0, NULL, &line, &error));
    static char *const quoted[] = {"::mappings --filter 'a b'", "--json", "--filter", "c d"};
    assert_true(command_parse_argv(4, quoted, &line, NULL));
    assert_string_equal(command_line_common(line)->filters[0], "a b");
    assert_string_equal(command_line_common(line)->filters[1], "c d");
    assert_int_equal(command_line_common(line)->filter_count, 2);
    command_line_destroy(line);
    static char *const open[] = {"segments 'a", "--json"}, *const blank[] = {" "};
    assert_false(command_parse_argv(2, open, &line, &error));
    assert_string_equal(error.text, "a quote is not closed");
    assert_false(command_parse_argv(1, blank, &line, &error));
}

static void test_quote(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain",      "",
                                        "two words",  "it's",
                                        "say \"hi\"", "back\\slash",
                                        "-option",    "both ' and \" and \\\" end\\",
                                        "a\nb",       "漢"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char quoted[128], text[160];
        struct command_line *line;
        struct error error = {0};
        assert_true(command_quote(texts[i], strlen(texts[i]), quoted, sizeof quoted));
        // (A leading "-" is an option however it is quoted: "--" is for that.)
        snprintf(text, sizeof text, "types -- %s", quoted);
        if (!parse(text, &line, &error))
            fail_msg("%s: %s", text, error.text);
        assert_int_equal(line->args.count, 1);
        assert_string_equal(line->args.values[0], texts[i]);
        command_line_destroy(line);
    }
    char small[8];
    assert_false(command_quote("too long for it", 15, small, sizeof small));
    assert_string_equal(small, "");
    assert_false(command_quote("a\0b", 3, small, sizeof small));
}

static void test_addresses(void **state)
{
    (void)state;
    uint64_t address;
    struct error error;
    assert_true(command_address("0x2f3A", "ADDR", &address, NULL));
    assert_int_equal(address, 0x2f3a);
    assert_true(command_address("@2f3a81c4d1", "ADDR", &address, NULL));
    assert_int_equal(address, 0x2f3a81c4d1);
    assert_true(command_address("1234", "ADDR", &address, NULL));
    assert_int_equal(address, 0x1234);
    assert_true(command_address("ffffffffffffffff", "ADDR", &address, NULL));
    static const char *const bad[] = {
        "", "0x", "@", "-1", " 1", "1 ", "0x1g", "+1", "10000000000000000", "0x0x1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(command_address(bad[i], "ADDR", &address, &error));
    assert_string_equal(error.text, "ADDR is not an address: \"0x0x1\" (say 0x2f3a81c4d1)");
}

// What the program's own table has must hold together.
static void test_real_table(void **state)
{
    (void)state;
    size_t count;
    const struct command *const *list = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(command_find(list[i]->name), list[i]);
        assert_non_null(list[i]->help);
        assert_non_null(list[i]->open);
        assert_true(list[i]->max_arguments >= list[i]->min_arguments);
        assert_int_equal(list[i]->arguments != NULL, list[i]->max_arguments > 0);
        for (const char *const *a = list[i]->aliases; a != NULL && *a != NULL; a++)
            assert_ptr_equal(command_find(*a), list[i]);
    }
    assert_ptr_equal(command_find("::mappings"), command_find("segments"));
    assert_null(command_find("nope"));
    char usage[64];
    assert_string_equal(command_usage(&types, usage, sizeof usage),
                        "types [--by shape] [--property REGEX] [--all]");
    assert_int_equal(strlen(command_usage(&types, usage, 9)), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_too_many_filters),
        cmocka_unit_test(test_argv),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_real_table),
    };
    return cmocka_run_group_tests_name("views_command", tests, NULL, NULL);
}
