// What --help prints, and the explorer's own commands.
#include "tui/manual/generate.h"
#include "tui/options.h"
#include "tui/own.h"
#include "views/command.h"
#include "views/text.h"
#include "views/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    WIDTH = 79,
};

// What is printed with --help behind a command, or behind nothing.
static char *help_of(const char *command)
{
    char *words[] = {(char *)command}, *text = NULL;
    size_t size;
    struct options options = {.words = words, .word_count = command != NULL};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    options_help(&options, out);
    fclose(out);
    return text;
}

static void expect_narrow(const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (text_columns(text, length, TEXT_UTF8) > WIDTH)
            fail_msg("too wide: %.*s", (int)length, text);
        text += length + 1;
    }
}

// Lines become one, so that texts are found wherever they were broken.
static void join_lines(char *text)
{
    char *to = text;
    while (*text != '\0') {
        size_t blanks = strspn(text, " \n");
        *to++ = blanks > 0 ? ' ' : *text;
        text += blanks > 0 ? blanks : 1;
    }
    *to = '\0';
}

static void expect_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("not there: %s", part);
}

static void test_help(void **state)
{
    (void)state;
    struct command_option option;
    size_t count;
    char *text = help_of(NULL);
    const struct command *const *commands = command_list(&count);
    expect_narrow(text);
    for (size_t i = 0; i < count; i++)
        expect_in(text, commands[i]->name);
    for (size_t i = 0; options_info(i, &option); i++)
        expect_in(text, option.name);
    assert_null(strstr(text, "--script"));
    free(text);
}

static void test_help_of_commands(void **state)
{
    (void)state;
    size_t count;
    const struct command *const *commands = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        char *text = help_of(commands[i]->name);
        expect_narrow(text);
        join_lines(text);
        expect_in(text, commands[i]->help);
        for (const struct command_option *o = commands[i]->options; o && o->name != NULL; o++)
            expect_in(text, o->name);
        for (size_t k = 0; k < commands[i]->rows->column_count; k++)
            expect_in(text, commands[i]->rows->columns[k].name);
        free(text);
    }
}

// The words that --generate names are what can be generated.
static void test_generate(void **state)
{
    (void)state;
    struct command_option option;
    size_t i = 0;
    char names[256] = "";
    while (options_info(i, &option) && strcmp(option.name, "--generate") != 0)
        i++;
    for (size_t k = 0; generate_name(k) != NULL; k++) {
        strcat(names, k > 0 ? "|" : "");
        strcat(names, generate_name(k));
    }
    assert_string_equal(option.argument, names);
    assert_false(generate(stderr, "nothing"));
}

static void test_own_commands(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int id;
        const char *arguments;
    } cases[] = {
        {"quit", OWN_QUIT, ""},   {"q!", OWN_QUIT, ""},
        {"q!  ", OWN_QUIT, ""},   {"theme  light", OWN_THEME, "light"},
        {"theme", OWN_THEME, ""}, {"help types", OWN_HELP, "types"},
        {"quit now", -1, NULL},   {"qu", -1, NULL},
        {"!", -1, NULL},          {"", -1, NULL},
        {" quit", -1, NULL},      {"types", -1, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum own_id id;
        const char *arguments;
        bool found = own_find(cases[i].line, &id, &arguments);
        if (found != (cases[i].id >= 0))
            fail_msg("'%s' is%s found", cases[i].line, found ? "" : " not");
        if (!found)
            continue;
        assert_int_equal(id, cases[i].id);
        assert_string_equal(arguments, cases[i].arguments);
    }
    assert_true(own_view_find("marks", &(enum own_id){0}, NULL));
    assert_false(own_view_find("quit", &(enum own_id){0}, NULL));
}

// No command of the views has the name of one of the explorer's own, which would hide it.
static void test_no_name_twice(void **state)
{
    (void)state;
    for (int i = 0; i < OWN_COUNT; i++)
        if (command_find(own_commands[i].name) != NULL)
            fail_msg("%s is a command of both", own_commands[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help),          cmocka_unit_test(test_help_of_commands),
        cmocka_unit_test(test_generate),      cmocka_unit_test(test_own_commands),
        cmocka_unit_test(test_no_name_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
