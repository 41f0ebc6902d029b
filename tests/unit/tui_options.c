// The program's command line: options anywhere, core, command, and what was meant.
#include "tui/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ARGUMENTS_MAX = 32,
};

// Split at blanks; no quoting here.
static bool parse(const char *line, char *copy, struct options *options, struct error *error)
{
    char *argv[ARGUMENTS_MAX] = {"dumpdive"}, *save = NULL;
    int argc = 1;
    strcpy(copy, line);
    for (char *word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    return options_parse(argc, argv, options, error);
}

static void join(const struct options *options, char *text, size_t capacity)
{
    *text = '\0';
    for (size_t i = 0; i < options->word_count; i++) {
        strncat(text, i > 0 ? " " : "", capacity - strlen(text) - 1);
        strncat(text, options->words[i], capacity - strlen(text) - 1);
    }
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *core, *command;
    } cases[] = {
        {"core", "core", ""},
        {"core types", "core", "types"},
        {"core types --by shape", "core", "types --by shape"},
        {"--filter a --json core types --by shape", "core", "types --filter a --json --by shape"},
        {"--filter=a core --threads 0 types --sort b x", "core", "types --filter=a --sort b x"},
        {"core types --limit 5 -- --json", "core", "types --limit 5 -- --json"},
        {"--exe node core types -p x --exe=y", "core", "types -p x"},
        {"-- --core types", "--core", "types"},
        {"core 0x12::jsprint -h", "core", "0x12::jsprint -h"},
        {"core types --filter", "core", "types --filter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct options options;
        struct error error = {0};
        char copy[128], text[128];
        if (!parse(cases[i].line, copy, &options, &error))
            fail_msg("%s: %s", cases[i].line, error.text);
        join(&options, text, sizeof text);
        assert_string_equal(options.explorer.core, cases[i].core);
        assert_string_equal(text, cases[i].command);
        options_destroy(&options);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct options options;
    char copy[256];
    assert_true(parse("core --exe node --threads 3 --keys k --theme=t --no-color --ascii --mouse "
                      "--escape-delay 200 --size 100x30 --script s --no-exe --roots precise +types",
                      copy, &options, NULL));
    assert_string_equal(options.heap.dump.executable, "node");
    assert_true(options.heap.dump.no_executable);
    assert_true(options.heap.precise_roots);
    assert_int_equal(options.heap.threads, 3);
    assert_string_equal(options.explorer.keymap, "k");
    assert_string_equal(options.explorer.theme, "t");
    assert_int_equal(options.explorer.color, COLOR_NEVER);
    assert_true(options.explorer.ascii && options.explorer.mouse);
    assert_int_equal(options.explorer.escape_delay, 200);
    assert_int_equal(options.explorer.columns, 100);
    assert_int_equal(options.explorer.rows, 30);
    assert_string_equal(options.explorer.command, "types");
    options_destroy(&options);

    assert_true(parse("core --color always", copy, &options, NULL));
    assert_int_equal(options.heap.threads, -1);
    assert_false(options.heap.precise_roots);
    assert_int_equal(options.explorer.color, COLOR_ALWAYS);
    assert_false(options.has_common || options.help || options.version);
    options_destroy(&options);

    assert_true(parse("-h -V --limit 3", copy, &options, NULL));
    assert_true(options.help && options.version && options.has_common);
    options_destroy(&options);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"--fitler a core", "there is no option --fitler; did you mean --filter?"},
        {"--thread=1 core", "there is no option --thread; did you mean --threads?"},
        {"--xyzzy core", "there is no option --xyzzy"},
        {"-x core", "there is no option -x"},
        {"--exe", "--exe needs a value: FILE"},
        {"--ascii=1", "--ascii takes no value"},
        {"--threads x", "--threads is not a number: \"x\""},
        {"--threads 5000", "--threads is more than 1024"},
        {"--color red", "--color is auto, never or always"},
        {"--roots some", "--roots is all or precise"},
        {"--size 80", "--size is COLUMNSxROWS, such as 80x24"},
        {"--size 80x", "--size is not a number: \"\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct options options;
        struct error error = {0};
        char copy[128];
        assert_false(parse(cases[i].line, copy, &options, &error));
        assert_string_equal(error.text, cases[i].want);
        assert_int_equal(error.code, ERROR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("tui_options", tests, NULL, NULL);
}
