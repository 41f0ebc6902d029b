// Keys and their written form.
#include "keymap/notation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void check_round_trip(const char *written, const char *canonical)
{
    struct key key;
    const char *at = written;
    char out[KEY_NAME_MAX];
    assert_true(key_parse(&at, &key));
    assert_string_equal(at, "");
    key_format(key, out, sizeof out);
    assert_string_equal(out, canonical);
}

static void reads_and_writes(void **state)
{
    (void)state;
    static const char *const same[] = {
        "j",        "G",          "?",       "[",           "]",       "é",
        "漢",       "<lt>",       ">",       "<C-z>",       "<M-1>",   "<S-Tab>",
        "<Tab>",    "<Enter>",    "<F1>",    "<F12>",       "<Space>", "<C-Space>",
        "<PageUp>", "<S-M-C-Up>", "<M-C-b>", "<Backspace>", "<C-]>",   "<C-\\>",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check_round_trip(same[i], same[i]);
}

static void knows_other_spellings(void **state)
{
    (void)state;
    check_round_trip("<CR>", "<Enter>");
    check_round_trip("<esc>", "<Escape>");
    check_round_trip("<BS>", "<Backspace>");
    check_round_trip("<PgDn>", "<PageDown>");
    check_round_trip("<A-3>", "<M-3>");
    check_round_trip("<c-Z>", "<C-z>");
    check_round_trip("<S-a>", "A");
    check_round_trip("<C->>", "<C->>");
}

static void keys_with_the_same_byte_are_one(void **state)
{
    (void)state;
    check_round_trip("<C-i>", "<Tab>");
    check_round_trip("<C-m>", "<Enter>");
    check_round_trip("<C-[>", "<Escape>");
    check_round_trip("<C-h>", "<Backspace>");
    check_round_trip("<M-C-i>", "<M-Tab>");
}

static void refuses(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",     "<",        "<>", "<C-", "<Nothing>", "<F0>",     "<F64>", "<Fx>",
        "\xff", "\xc0\x80", " ",  "\t",  "\x7f",      "<C-\xff>", "<xy>",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct key key;
        const char *at = wrong[i];
        assert_false(key_parse(&at, &key));
        assert_ptr_equal(at, wrong[i]);
    }
}

// libtermkey itself must read what is written here: it is its notation.
static void agrees_with_libtermkey(void **state)
{
    (void)state;
    static const char *const names[] = {"j",        "<C-z>",       "<S-Tab>", "<M-1>",    "<F5>",
                                        "<PageUp>", "<Backspace>", "<Enter>", "<Escape>", "<Home>"};
    TermKey *termkey = termkey_new_abstract("xterm", 0);
    assert_non_null(termkey);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        TermKeyKey theirs;
        struct key ours, converted;
        const char *at = names[i];
        // Its reader wants the name without the brackets that its writer adds.
        const char *bare = names[i] + (names[i][0] == '<');
        assert_non_null(termkey_strpkey(termkey, bare, &theirs, TERMKEY_FORMAT_VIM));
        assert_true(key_from_termkey(&theirs, &converted));
        assert_true(key_parse(&at, &ours));
        assert_true(key_equal(ours, converted));
        char written[KEY_NAME_MAX], out[64];
        key_format(ours, written, sizeof written);
        termkey_strfkey(termkey, out, sizeof out, &theirs, TERMKEY_FORMAT_VIM);
        assert_string_equal(written, out);
    }
    termkey_destroy(termkey);
}

static void only_plain_characters_are_text(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        bool text;
    } cases[] = {{"a", true},      {"漢", true},     {"<Space>", true}, {"<C-a>", false},
                 {"<M-a>", false}, {"<Tab>", false}, {"<F1>", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = cases[i].key;
        struct key key;
        assert_true(key_parse(&at, &key));
        assert_int_equal(key_is_text(key), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes),
        cmocka_unit_test(knows_other_spellings),
        cmocka_unit_test(keys_with_the_same_byte_are_one),
        cmocka_unit_test(refuses),
        cmocka_unit_test(agrees_with_libtermkey),
        cmocka_unit_test(only_plain_characters_are_text),
    };
    return cmocka_run_group_tests_name("keymap_notation", tests, NULL, NULL);
}
