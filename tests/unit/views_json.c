// JSON: escapes, commas, and figures in every form.
#include "views/format.h"
#include "views/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct output {
    struct json_writer writer;
    char *text;
    size_t size;
};

static void begin(struct output *output)
{
    *output = (struct output){0};
    output->writer.out = open_memstream(&output->text, &output->size);
    assert_non_null(output->writer.out);
}

static void expect(struct output *output, const char *want)
{
    fclose(output->writer.out);
    assert_string_equal(output->text, want);
    free(output->text);
}

static void test_nesting(void **state)
{
    (void)state;
    struct output output;
    struct json_writer *json = &output.writer;
    begin(&output);
    json_begin_object(json);
    json_key(json, "a");
    json_begin_array(json);
    json_number(json, UINT64_MAX);
    json_signed(json, INT64_MIN);
    json_begin_object(json);
    json_end_object(json);
    json_begin_array(json);
    json_end_array(json);
    json_end_array(json);
    json_key(json, "b");
    json_bool(json, true);
    json_key(json, "c");
    json_null(json);
    json_key(json, "d");
    json_address(json, 0x2f3a81c4d1);
    json_end_object(json);
    expect(&output, "{\"a\":[18446744073709551615,-9223372036854775808,{},[]],\"b\":true,"
                    "\"c\":null,\"d\":\"0x2f3a81c4d1\"}");
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        bool ascii;
        const char *want;
    } cases[] = {
        {"", 0, false, "\"\""},
        {"say \"hi\" \\ \b\f\n\r\t", 16, false, "\"say \\\"hi\\\" \\\\ \\b\\f\\n\\r\\t\""},
        {"\0\x1b\x7f", 3, false, "\"\\u0000\\u001b\\u007f\""},
        {"\xc2\x9b", 2, false, "\"\\u009b\""},
        {"\xe2\x80\xae", 3, false, "\"\\u202e\""},
        {"\xff", 1, false, "\"\xef\xbf\xbd\""},
        {"\xff", 1, true, "\"\\ufffd\""},
        {"\xed\xa0\xbd", 3, false, "\"\\ud83d\""},
        {"漢😀", 7, false, "\"漢😀\""},
        {"漢😀", 7, true, "\"\\u6f22\\ud83d\\ude00\""},
        {"\xf3\xa0\x81\x81", 4, false, "\"\\udb40\\udc41\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct output output;
        begin(&output);
        output.writer.ascii = cases[i].ascii;
        json_text(&output.writer, cases[i].text, cases[i].length);
        expect(&output, cases[i].want);
    }
}

static void test_reals(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *want;
    } cases[] = {
        {0, "0"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1.0 / 3, "0.3333333333333333"},
        {1e300, "1e+300"},
        {NAN, "\"NaN\""},
        {INFINITY, "\"Infinity\""},
        {-INFINITY, "\"-Infinity\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct output output;
        begin(&output);
        json_real(&output.writer, cases[i].number);
        expect(&output, cases[i].want);
    }
}

// --- figures for people --------------------------------------------------------------------------

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *want;
    } cases[] = {
        {0, "0 B"},
        {999, "999 B"},
        {1000, "1.0 kB"},
        {1049, "1.0 kB"},
        {1050, "1.1 kB"},
        {56000000, "56.0 MB"},
        {999949, "999.9 kB"},
        {999950, "1.0 MB"},
        {1210000000, "1.2 GB"},
        {UINT64_MAX, "18.4 EB"},
    };
    char buffer[FORMAT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(format_size(buffer, cases[i].bytes), cases[i].want);
}

static void test_other_figures(void **state)
{
    (void)state;
    char buffer[FORMAT_MAX];
    assert_string_equal(format_count(buffer, 0), "0");
    assert_string_equal(format_count(buffer, 999), "999");
    assert_string_equal(format_count(buffer, 1000), "1,000");
    assert_string_equal(format_count(buffer, 21145463), "21,145,463");
    assert_string_equal(format_count(buffer, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(format_counted(buffer, 0, "object"), "0 objects");
    assert_string_equal(format_counted(buffer, 1, "object"), "1 object");
    assert_string_equal(format_counted(buffer, 21145463, "object"), "21,145,463 objects");
    assert_string_equal(format_counted(buffer, UINT64_MAX, "sixteen letters!"),
                        "18,446,744,073,709,551,615 sixteen letters!s");
    assert_string_equal(format_address(buffer, 0x2f3a81c4d1), "@2f3a81c4d1");
    assert_string_equal(format_share(buffer, 0.84), "84.0 %");
    assert_string_equal(format_share(buffer, NAN), "nan");
    assert_string_equal(format_duration(buffer, 0.085), "85 ms");
    assert_string_equal(format_duration(buffer, 0.9999), "1.0 s");
    assert_string_equal(format_duration(buffer, 4.21), "4.2 s");
    assert_string_equal(format_duration(buffer, 59.96), "1 min 0 s");
    assert_string_equal(format_duration(buffer, 200), "3 min 20 s");
    assert_string_equal(format_duration(buffer, 7325), "2 h 2 min");
    assert_string_equal(format_duration(buffer, NAN), "0 ms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nesting),       cmocka_unit_test(test_texts),
        cmocka_unit_test(test_reals),         cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_other_figures),
    };
    return cmocka_run_group_tests_name("views_json", tests, NULL, NULL);
}
