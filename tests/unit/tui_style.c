// Themes: what files say, what they get wrong, what is left of colours on poorer terminals.
#include "tui/style.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct log {
    char text[2048];
};

static void note(void *data, const char *message)
{
    struct log *log = data;
    size_t used = strlen(log->text);
    snprintf(log->text + used, sizeof log->text - used, "%s\n", message);
}

static bool load(struct theme *theme, const char *text, struct log *log)
{
    log->text[0] = '\0';
    theme_clear(theme);
    return theme_load_text(theme, "my.theme", text, strlen(text), note, log);
}

static void assert_style(struct style style, const char *wanted)
{
    char text[96];
    style_format(style, text, sizeof text);
    assert_string_equal(text, wanted);
}

static void reads_styles(void **state)
{
    (void)state;
    struct theme theme;
    struct log log;
    assert_true(load(&theme,
                     "# a theme\n"
                     "row.selected = default on blue bold\n"
                     "type.string=green # so be it\r\n"
                     "addr = dim\n"
                     "name = 214 on #1a2b3c underline italic\n"
                     "source = bright-white reverse\n"
                     "link = on 7\n",
                     &log));
    assert_style(theme.styles[ROLE_ROW_SELECTED], "default on blue bold");
    assert_style(theme.styles[ROLE_STRING], "green");
    assert_style(theme.styles[ROLE_ADDRESS], "dim");
    assert_style(theme.styles[ROLE_NAME], "214 on #1a2b3c italic underline");
    assert_style(theme.styles[ROLE_SOURCE], "bright-white reverse");
    assert_style(theme.styles[ROLE_LINK], "on white");
    assert_style(theme.styles[ROLE_TEXT], "");
}

static void mistakes_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"nme = red", "my.theme:1: unknown role 'nme'\n"},
        {"\nname red", "my.theme:2: expected: role = style\n"},
        {"name = rot", "my.theme:1: unknown colour or attribute 'rot'\n"},
        {"name = 256", "my.theme:1: unknown colour or attribute '256'\n"},
        {"name = #12345", "my.theme:1: unknown colour or attribute '#12345'\n"},
        {"name = red green", "my.theme:1: one colour too many: 'green'\n"},
        {"name = red on", "my.theme:1: a colour should follow 'on'\n"},
        {"name = on on red", "my.theme:1: unknown colour or attribute 'on'\n"},
        {"source /no/such.theme",
         "my.theme:1: cannot open /no/such.theme: No such file or directory\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct theme theme;
        struct log log;
        bool good = load(&theme, cases[i].text, &log);
        if (i == 4) // seven characters behind a '#' are a comment, if not a colour
            continue;
        assert_false(good);
        assert_string_equal(log.text, cases[i].message);
    }
}

static void builds_on_other_themes(void **state)
{
    (void)state;
    struct theme theme;
    struct log log;
    assert_true(load(&theme, "source mono\nname = red\n", &log));
    assert_style(theme.styles[ROLE_NAME], "red");
    assert_style(theme.styles[ROLE_ROW_SELECTED], "default on default reverse");
}

static void shipped_themes_say_all(void **state)
{
    (void)state;
    for (size_t i = 0; theme_name(i) != NULL; i++) {
        struct theme theme;
        struct log log = {.text = ""};
        bool good = theme_load(&theme, theme_name(i), note, &log);
        assert_string_equal(log.text, "");
        assert_true(good);
        assert_string_equal(theme.name, theme_name(i));
    }
}

static void colors_become_what_the_terminal_has(void **state)
{
    (void)state;
    static const struct {
        struct style style;
        int colors;
        const char *wanted;
    } cases[] = {
        {{STYLE_RGB | 0xff0000, STYLE_BELOW, 0}, 256, "196"},
        {{STYLE_RGB | 0xff0000, STYLE_BELOW, 0}, 16, "bright-red"},
        {{STYLE_RGB | 0x123456, STYLE_BELOW, 0}, 1 << 24, "#123456"},
        {{203, STYLE_BELOW, STYLE_BOLD}, 256, "203 bold"},
        {{28, STYLE_BELOW, 0}, 8, "green"},
        {{9, STYLE_BELOW, 0}, 8, "red bold"},
        {{9, 12, 0}, 16, "bright-red on bright-blue"},
        {{STYLE_DEFAULT, STYLE_BELOW, STYLE_DIM}, 8, "default dim"},
        {{203, STYLE_BELOW, STYLE_UNDERLINE}, 0, "default underline"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_style(style_reduce(cases[i].style, cases[i].colors), cases[i].wanted);
}

static void styles_lie_over_each_other(void **state)
{
    (void)state;
    struct style below = {2, STYLE_DEFAULT, STYLE_BOLD};
    struct style keeps = {STYLE_BELOW, 4, STYLE_UNDERLINE};
    struct style covers = {STYLE_DEFAULT, STYLE_DEFAULT, STYLE_REVERSE};
    assert_style(style_over(below, keeps), "green on blue bold underline");
    assert_style(style_over(below, covers), "default on default reverse");
}

// Without colours the looks that stand beside each other and mean different things must differ.
static void mono_tells_roles_apart(void **state)
{
    (void)state;
    static const enum role pairs[][2] = {
        {ROLE_TAB, ROLE_TAB_FOCUS},
        {ROLE_TITLE, ROLE_TITLE_FOCUS},
        {ROLE_TEXT, ROLE_ROW_SELECTED},
        {ROLE_TEXT, ROLE_ROW_MARKED},
        {ROLE_TEXT, ROLE_MATCH},
        {ROLE_ROW_SELECTED, ROLE_ROW_MARKED},
        {ROLE_MESSAGE, ROLE_ERROR},
        {ROLE_TEXT, ROLE_LINK},
        {ROLE_TEXT, ROLE_HEADING},
        {ROLE_TEXT, ROLE_ADDRESS},
        {ROLE_TEXT, ROLE_NAME},
        {ROLE_EDGE, ROLE_WEAK},
        {ROLE_SOURCE, ROLE_SOURCE_MARK},
        {ROLE_STATUS, ROLE_KEY},
        {ROLE_STATUS, ROLE_WARN},
        {ROLE_WARN, ROLE_BAD},
        {ROLE_GOOD, ROLE_BAD},
        {ROLE_TEXT, ROLE_INTERNAL},
        {ROLE_HEADING, ROLE_TEXT},
        {ROLE_TEXT, ROLE_PROMPT},
    };
    for (size_t t = 0; theme_name(t) != NULL; t++) {
        struct theme theme;
        theme_load(&theme, theme_name(t), NULL, NULL);
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            if (style_equal(theme.styles[pairs[i][0]], theme.styles[pairs[i][1]]))
                fail_msg("%s: pair %zu looks the same", theme.name, i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_styles),
        cmocka_unit_test(mistakes_name_file_and_line),
        cmocka_unit_test(builds_on_other_themes),
        cmocka_unit_test(shipped_themes_say_all),
        cmocka_unit_test(colors_become_what_the_terminal_has),
        cmocka_unit_test(styles_lie_over_each_other),
        cmocka_unit_test(mono_tells_roles_apart),
    };
    return cmocka_run_group_tests_name("tui_style", tests, NULL, NULL);
}
