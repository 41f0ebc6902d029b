// Numbers, BigInts and dates as JavaScript writes them. What is expected was printed by Node.js 24.
#include "heap/v8/value/number.h"
#include "tests/support/mkheap.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_numbers(void **state)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0, "0"}, {-0.0, "-0"}, {1, "1"}, {-1.5, "-1.5"}, {0.1, "0.1"}, {0.1 + 0.2, "0.30000000000000004"},
        {1e21, "1e+21"}, {1e20, "100000000000000000000"}, {123456789012345680000.0, "123456789012345680000"},
        {1e-6, "0.000001"}, {1e-7, "1e-7"}, {1.5e-7, "1.5e-7"}, {5e-324, "5e-324"}, {4.35, "4.35"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"}, {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740993.0, "9007199254740992"}, {1e23, "1e+23"}, {9.5e-7, "9.5e-7"}, {100, "100"},
        {1.0 / 3, "0.3333333333333333"}, {0x1p-44, "5.684341886080802e-14"}, {123e-20, "1.23e-18"},
        {4294967295.0, "4294967295"}, {-2147483648.0, "-2147483648"}, {1e300, "1e+300"}, {0.5, "0.5"},
        {2e-310, "2e-310"}, {1.25e21, "1.25e+21"},
    };
    char text[NUMBER_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        v8_number_text(cases[i].number, text);
        assert_string_equal(text, cases[i].text);
    }
    v8_number_text(NAN, text);
    assert_string_equal(text, "NaN");
    v8_number_text(-INFINITY, text);
    assert_string_equal(text, "-Infinity");
}

// Whatever the number, its text reads back the same and is no longer than 17 digits.
static void test_round_trip(void **state)
{
    uint64_t seed = 42;
    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[NUMBER_TEXT];
        double number;
        seed = seed * 6364136223846793005 + 1442695040888963407;
        uint64_t bits = seed ^ seed >> 29;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number))
            continue;
        v8_number_text(number, text);
        assert_true(strtod(text, NULL) == number);
    }
}

static void test_dates(void **state)
{
    static const struct {
        double time;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"}, {-1, "1969-12-31T23:59:59.999Z"},
        {1709210096789, "2024-02-29T12:34:56.789Z"}, {8.64e15, "+275760-09-13T00:00:00.000Z"},
        {-8.64e15, "-271821-04-20T00:00:00.000Z"}, {-62198755200001, "-000002-12-31T23:59:59.999Z"},
        {-62167219200000, "0000-01-01T00:00:00.000Z"}, {253402300800000, "+010000-01-01T00:00:00.000Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"}, {-2203891200000, "1900-03-01T00:00:00.000Z"},
    };
    char text[NUMBER_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(v8_date_text(cases[i].time, text));
        assert_string_equal(text, cases[i].text);
    }
    assert_false(v8_date_text(NAN, text));
    assert_false(v8_date_text(8.64e15 + 1, text));
    assert_false(v8_date_text(INFINITY, text));
}

static uint64_t bigint(struct mkheap *heap, bool negative, const uint64_t *words, uint32_t count,
                       uint32_t claimed)
{
    uint64_t map = mkheap_map(heap, ITYPE_BIG_INT_BASE, 0);
    uint64_t object = mkheap_object(heap, map, 16 + 8ull * count);
    mkheap_put_u32(heap, object, 8, claimed << 1 | negative);
    for (uint32_t i = 0; i < count; i++)
        mkheap_put(heap, object, 16 + 8 * i, words[i]);
    return object;
}

static void expect_bigint(struct mkheap *heap, uint64_t tagged, size_t capacity, const char *text,
                          size_t length)
{
    struct v8_object object;
    char buffer[8192];
    size_t whole;
    assert_true(v8_object_of(&heap->v8, tagged, &object));
    v8_bigint_text(&object, buffer, capacity, &whole);
    assert_string_equal(buffer, text);
    assert_int_equal(whole, length);
}

static void test_bigints(void **state)
{
    static const uint64_t one[] = {1}, large[] = {0, 1}, most[] = {UINT64_MAX, UINT64_MAX, 7};
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    uint64_t *many = calloc(BIGINT_WORDS_MAX + 1, sizeof *many);
    (void)state;
    assert_non_null(many);
    expect_bigint(heap, bigint(heap, false, NULL, 0, 0), 100, "0", 1);
    expect_bigint(heap, bigint(heap, true, one, 1, 1), 100, "-1", 2);
    expect_bigint(heap, bigint(heap, false, large, 2, 2), 100, "18446744073709551616", 20);
    expect_bigint(heap, bigint(heap, true, large, 2, 2), 8, "-184467", 21);
    expect_bigint(heap, bigint(heap, false, most, 3, 3), 100,
                  "2722258935367507707706996859454145691647", 40);
    // Longer ones are hexadecimal.
    many[BIGINT_WORDS_MAX] = 0xabc;
    uint64_t hex = bigint(heap, false, many, BIGINT_WORDS_MAX + 1, BIGINT_WORDS_MAX + 1);
    expect_bigint(heap, hex, 16, "0xabc0000000000", 5 + 16 * BIGINT_WORDS_MAX);
    // A length beyond the page is no object at all.
    struct v8_object object;
    assert_false(v8_object_of(&heap->v8, bigint(heap, false, one, 1, 0x3fffffff), &object));
    free(many);
    mkheap_free(heap);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_bigints),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
