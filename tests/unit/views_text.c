// Foreign bytes on their way to a terminal.
#include "views/text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sample {
    const char *text;
    size_t length; // 0: up to the NUL
    const char *utf8, *ascii;
    size_t columns; // of the UTF-8 form
};

static const struct sample samples[] = {
    {"plain", 0, "plain", "plain", 5},
    {"", 0, "", "", 0},
    {"a\\b", 0, "a\\b", "a\\b", 3},
    // Controls.
    {"a\nb\tc\r", 0, "a\\nb\\tc\\r", "a\\nb\\tc\\r", 9},
    {"\x1b[31mred", 0, "\\x1b[31mred", "\\x1b[31mred", 11},
    {"\0z", 2, "\\x00z", "\\x00z", 5},
    {"\x7f", 0, "\\x7f", "\\x7f", 4},
    {"\xc2\x9b"
     "31m",
     0, "\\u009b31m", "\\u009b31m", 9},
    {"\xc2\x85", 0, "\\u0085", "\\u0085", 6},
    // Format and bidi characters, and the like.
    {"\xe2\x80\xae"
     "evil",
     0, "\\u202eevil", "\\u202eevil", 10},
    {"\xe2\x81\xa6\xe2\x81\xa9", 0, "\\u2066\\u2069", "\\u2066\\u2069", 12},
    {"\xe2\x80\x8b\xef\xbb\xbf", 0, "\\u200b\\ufeff", "\\u200b\\ufeff", 12},
    {"\xe2\x80\xa8", 0, "\\u2028", "\\u2028", 6},
    {"\xc2\xad", 0, "\\u00ad", "\\u00ad", 6},
    {"\xf3\xa0\x81\x81", 0, "\\u{e0041}", "\\u{e0041}", 9},
    {"\xef\xbf\xbe", 0, "\\ufffe", "\\ufffe", 6},
    // Not UTF-8.
    {"\xff\xc0\xaf", 0, "\\xff\\xc0\\xaf", "\\xff\\xc0\\xaf", 12},
    {"\xe2\x82", 0, "\\xe2\\x82", "\\xe2\\x82", 8},
    {"\x9b"
     "31m",
     0, "\\x9b31m", "\\x9b31m", 7},
    {"\xf4\x90\x80\x80", 0, "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80", 16},
    {"\xe0\x80\x80", 0, "\\xe0\\x80\\x80", "\\xe0\\x80\\x80", 12},
    // Surrogates without their partner.
    {"\xed\xa0\xbd!", 0, "\\ud83d!", "\\ud83d!", 7},
    // Wide, combining and plain characters beyond ASCII.
    {"é€", 0, "é€", "\\u00e9\\u20ac", 2},
    {"漢字", 0, "漢字", "\\u6f22\\u5b57", 4},
    {"😀", 0, "😀", "\\u{1f600}", 2},
    {"e\xcc\x81", 0, "e\xcc\x81", "e\\u0301", 1},
    {"\xcc\x81", 0, "\\u0301", "\\u0301", 6},
    {"x\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", 0, "x\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u0301",
     "x\\u0301\\u0301\\u0301\\u0301\\u0301", 7},
};

static void check(const struct sample *sample, enum text_charset charset)
{
    char *written;
    size_t size, length = sample->length != 0 ? sample->length : strlen(sample->text);
    FILE *out = open_memstream(&written, &size);
    size_t columns = text_write(out, sample->text, length, charset);
    fclose(out);
    assert_string_equal(written, charset == TEXT_UTF8 ? sample->utf8 : sample->ascii);
    assert_int_equal(columns, text_columns(sample->text, length, charset));
    assert_int_equal(columns, charset == TEXT_UTF8 ? sample->columns : strlen(written));
    free(written);
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        check(&samples[i], TEXT_UTF8);
        check(&samples[i], TEXT_ASCII);
    }
}

static void test_encode_decode(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char bytes[4];
        struct text_point point;
        size_t length = text_encode(code, bytes);
        assert_true(text_decode(bytes, length, &point));
        assert_int_equal(point.code, code);
        assert_int_equal(point.length, length);
        assert_int_not_equal(point.class, TEXT_INVALID);
        assert_false(length > 1 && text_decode(bytes, length - 1, &point) &&
                     point.class != TEXT_INVALID);
    }
}

static void test_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum text_charset charset;
        size_t columns, capacity;
        const char *want;
        size_t used;
    } cases[] = {
        {"hello", TEXT_UTF8, 5, 64, "hello", 5},  {"hello", TEXT_UTF8, 4, 64, "hel…", 4},
        {"hello", TEXT_ASCII, 4, 64, "hel~", 4},  {"hello", TEXT_UTF8, 1, 64, "…", 1},
        {"hello", TEXT_UTF8, 0, 64, "", 0},       {"漢字漢", TEXT_UTF8, 6, 64, "漢字漢", 6},
        {"漢字漢", TEXT_UTF8, 5, 64, "漢字…", 5}, {"漢字漢", TEXT_UTF8, 4, 64, "漢…", 3},
        {"漢", TEXT_UTF8, 1, 64, "…", 1},         {"a\x1b", TEXT_UTF8, 5, 64, "a\\x1b", 5},
        {"a\x1b", TEXT_UTF8, 4, 64, "a…", 2},     {"hello", TEXT_ASCII, 9, 5, "hel~", 4},
        {"hello", TEXT_UTF8, 9, 5, "h…", 2},      {"hello", TEXT_ASCII, 9, 1, "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[64];
        size_t used = text_fit(cases[i].text, strlen(cases[i].text), cases[i].charset,
                               cases[i].columns, buffer, cases[i].capacity);
        assert_string_equal(buffer, cases[i].want);
        assert_int_equal(used, cases[i].used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_encode_decode),
        cmocka_unit_test(test_fit),
    };
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return 77;
    return cmocka_run_group_tests_name("views_text", tests, NULL, NULL);
}
