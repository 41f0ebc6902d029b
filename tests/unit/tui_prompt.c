// The line editor.
#include "tui/prompt.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct keymap *keymap;
    struct prompt prompt;
    struct prompt_history history;
};

static void complete_word(void *data, const char *line, size_t cursor, struct completions *ret)
{
    static const char *const words[] = {"objects", "out", "types"};
    (void)data;
    ret->start = cursor;
    while (ret->start > 0 && line[ret->start - 1] != ' ')
        ret->start--;
    for (size_t i = 0; i < 3; i++) {
        if (strncmp(words[i], line + ret->start, cursor - ret->start) == 0)
            completions_add(ret, words[i]);
    }
}

static int begin(void **state)
{
    static struct bench bench;
    setlocale(LC_CTYPE, "C.UTF-8");
    memset(&bench, 0, sizeof bench);
    bench.keymap = keymap_create();
    keymap_load(bench.keymap, "default", NULL, NULL);
    prompt_begin(&bench.prompt, ":", "", &bench.history, complete_word, NULL);
    *state = &bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;
    prompt_end(&bench->prompt);
    prompt_history_clear(&bench->history);
    keymap_destroy(bench->keymap);
    return 0;
}

// Type keys; the result of the last one.
static enum prompt_result type(struct bench *bench, const char *keys)
{
    enum prompt_result result = PROMPT_UNCHANGED;
    while (*keys != '\0') {
        struct key key = {.kind = KEY_CHARACTER, .code = ' '};
        if (*keys == ' ')
            keys++;
        else
            assert_true(key_parse(&keys, &key));
        result = prompt_key(&bench->prompt, bench->keymap, key, false);
    }
    return result;
}

static void assert_line(struct bench *bench, const char *before, const char *after)
{
    struct prompt *prompt = &bench->prompt;
    char wanted[256];
    strcpy(wanted, before);
    strcat(wanted, after);
    assert_string_equal(prompt->text, wanted);
    assert_int_equal(prompt->length, strlen(wanted));
    assert_int_equal(prompt->cursor, strlen(before));
}

static void edits(void **state)
{
    struct bench *bench = *state;
    type(bench, "objects Foo");
    assert_line(bench, "objects Foo", "");
    type(bench, "<Left><C-b><Backspace>");
    assert_line(bench, "objects ", "oo");
    type(bench, "B<C-e>!");
    assert_line(bench, "objects Boo!", "");
    type(bench, "<C-w>");
    assert_line(bench, "objects ", "");
    type(bench, "x<C-a><Delete><C-d><C-f>");
    assert_line(bench, "j", "ects x");
    type(bench, "<C-k>");
    assert_line(bench, "j", "");
    type(bench, "abc<Left><C-u>");
    assert_line(bench, "", "c");
    type(bench, "<Left><Home><Left>");
    assert_line(bench, "", "c");
}

static void letters_are_never_commands(void **state)
{
    struct bench *bench = *state;
    type(bench, "qQjkhlgg?:/&");
    assert_line(bench, "qQjkhlgg?:/&", "");
}

static void moves_by_what_is_seen(void **state)
{
    struct bench *bench = *state;
    type(bench, "a漢e\xcc\x81ñ"); // e with a combining accent
    type(bench, "<Left><Left>");
    assert_line(bench, "a漢", "e\xcc\x81ñ");
    type(bench, "<Backspace>");
    assert_line(bench, "a", "e\xcc\x81ñ");
    type(bench, "<Delete>");
    assert_line(bench, "a", "ñ");
}

static void moves_by_words(void **state)
{
    struct bench *bench = *state;
    type(bench, "objects  My Type<M-b><M-b>");
    assert_line(bench, "objects  ", "My Type");
    type(bench, "<M-f>");
    assert_line(bench, "objects  My", " Type");
}

static void ends(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(type(bench, "a<Enter>"), PROMPT_ACCEPTED);
    assert_int_equal(type(bench, "<Escape>"), PROMPT_CANCELLED);
    assert_int_equal(type(bench, "<C-c>"), PROMPT_CANCELLED);
    assert_int_equal(type(bench, "<Backspace>"), PROMPT_EDITING);
    assert_int_equal(type(bench, "<Backspace>"), PROMPT_CANCELLED);
    assert_int_equal(type(bench, "<C-z>"), PROMPT_SUSPENDED);
    assert_int_equal(type(bench, "<F7>"), PROMPT_UNCHANGED);
}

static void pasted_lines_stay_one_line(void **state)
{
    struct bench *bench = *state;
    static const char pasted[] = "a<Enter>b<Tab><C-c>";
    for (const char *at = pasted; *at != '\0';) {
        struct key key;
        assert_true(key_parse(&at, &key));
        assert_int_equal(prompt_key(&bench->prompt, bench->keymap, key, true), PROMPT_EDITING);
    }
    assert_line(bench, "a b  ", "");
}

static void recalls_lines_that_begin_alike(void **state)
{
    struct bench *bench = *state;
    prompt_history_add(&bench->history, "types");
    prompt_history_add(&bench->history, "objects A");
    prompt_history_add(&bench->history, "types --by shape");
    prompt_history_add(&bench->history, "types"); // moves to the end
    assert_int_equal(bench->history.count, 3);
    prompt_begin(&bench->prompt, ":", "", &bench->history, NULL, NULL);
    type(bench, "ty<Up>");
    assert_line(bench, "types", "");
    type(bench, "<Up>");
    assert_line(bench, "types --by shape", "");
    type(bench, "<Up>");
    assert_line(bench, "types --by shape", "");
    type(bench, "<Down><Down>");
    assert_line(bench, "ty", "");
    type(bench, "<C-u><Up><Up><Up>");
    assert_line(bench, "objects A", "");
}

static void history_is_bounded(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < PROMPT_HISTORY_MAX + 10; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        prompt_history_add(&bench->history, line);
    }
    assert_int_equal(bench->history.count, PROMPT_HISTORY_MAX);
    assert_string_equal(bench->history.lines[0], "10");
}

static void completes(void **state)
{
    struct bench *bench = *state;
    type(bench, "t<Tab>");
    assert_line(bench, "types ", "");
    type(bench, "o<Tab>");
    assert_line(bench, "types objects", "");
    type(bench, "<Tab>");
    assert_line(bench, "types out", "");
    type(bench, "<Tab>"); // what was typed
    assert_line(bench, "types o", "");
    type(bench, "<S-Tab>");
    assert_line(bench, "types out", "");
    type(bench, "x<Tab>");
    assert_line(bench, "types outx", "");
}

static void has_an_end(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < PROMPT_MAX + 10; i++)
        type(bench, "é");
    assert_true(bench->prompt.length < PROMPT_MAX);
    assert_int_equal(bench->prompt.length % 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(edits, begin, end),
        cmocka_unit_test_setup_teardown(letters_are_never_commands, begin, end),
        cmocka_unit_test_setup_teardown(moves_by_what_is_seen, begin, end),
        cmocka_unit_test_setup_teardown(moves_by_words, begin, end),
        cmocka_unit_test_setup_teardown(ends, begin, end),
        cmocka_unit_test_setup_teardown(pasted_lines_stay_one_line, begin, end),
        cmocka_unit_test_setup_teardown(recalls_lines_that_begin_alike, begin, end),
        cmocka_unit_test_setup_teardown(history_is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(completes, begin, end),
        cmocka_unit_test_setup_teardown(has_an_end, begin, end),
    };
    return cmocka_run_group_tests_name("tui_prompt", tests, NULL, NULL);
}
