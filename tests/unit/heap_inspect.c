// Objects of a synthetic heap opened for looking at: rows by range, and what a hostile image claims.
#include "heap/v8/decode/path.h"
#include "heap/v8/decode/preview.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { // Node 22: V8 12.4
    ELEMENTS = 16,
    LENGTH = 24,
};

static uint64_t hole(struct mkheap *heap)
{
    return mkheap_object(heap, mkheap_map(heap, ITYPE_HOLE, 16), 16);
}

static uint64_t fixed_array(struct mkheap *heap, uint32_t length)
{
    uint64_t array = mkheap_object(heap, mkheap_map(heap, ITYPE_FIXED_ARRAY, 0), 16 + 8ull * length);
    mkheap_put(heap, array, 8, mkheap_smi((int32_t)length));
    return array;
}

static uint64_t array_of(struct mkheap *heap, uint64_t elements, uint64_t length)
{
    uint64_t array = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_ARRAY, 32), 32);
    mkheap_put(heap, array, ELEMENTS, elements);
    mkheap_put(heap, array, LENGTH, length);
    return array;
}

static struct v8_inspection *inspect(struct mkheap *heap, uint64_t tagged)
{
    struct v8_inspection *in = malloc(sizeof *in);
    assert_non_null(in);
    assert_true(v8_inspect(&heap->v8, v8_untag(tagged), 0, in));
    return in;
}

static void expect_preview(struct mkheap *heap, uint64_t tagged, size_t capacity, const char *text)
{
    char buffer[PREVIEW_TEXT];
    struct v8_value value = v8_tagged(tagged);
    struct print out;
    print_begin(&out, buffer, capacity);
    v8_preview(&heap->v8, &value, true, &out);
    assert_string_equal(buffer, text);
}

static void test_array(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    uint64_t elements = fixed_array(heap, 6), none = hole(heap);
    struct v8_field field;
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        mkheap_put(heap, elements, 16 + 8 * i, i % 3 == 1 ? none : mkheap_smi((int32_t)i));
    uint64_t array = array_of(heap, elements, mkheap_smi(5));
    struct v8_inspection *in = inspect(heap, array);
    assert_int_equal(in->count, 5);
    assert_true(v8_inspect_field(in, 4, &field));
    assert_int_equal(field.kind, FIELD_ELEMENT);
    assert_int_equal(field.value.form, VALUE_ABSENT);
    assert_true(v8_inspect_find(in, "3", &field));
    assert_int_equal(v8_smi(field.value.word), 3);
    assert_false(v8_inspect_find(in, "03", &field));
    assert_false(v8_inspect_field(in, 5, &field));
    assert_int_equal(v8_inspect_part_end(in, 0), 5); // completion of names goes past all elements at once
    expect_preview(heap, array, 100, "Array(5) [0, <1 empty item>, 2, 3, <1 empty item>]");
    expect_preview(heap, array, 24, "Array(5) [0, …]");
    free(in);
    mkheap_free(heap);
}

// An array of 2^32 - 1 elements, of which there are three: rows cost nothing.
static void test_array_that_lies(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    uint64_t elements = fixed_array(heap, 3);
    struct v8_field field;
    (void)state;
    uint64_t number = mkheap_object(heap, mkheap_map(heap, ITYPE_HEAP_NUMBER, 16), 16);
    double most = 4294967295.0;
    memcpy(mkheap_at(heap, v8_untag(number) + 8), &most, sizeof most);
    struct v8_inspection *in = inspect(heap, array_of(heap, elements, number));
    assert_int_equal(in->count, 4294967295);
    assert_true(v8_inspect_field(in, 4294967294, &field));
    assert_int_equal(field.value.form, VALUE_ABSENT);
    assert_int_equal(field.index, 4294967294);
    free(in);
    // A length that is no number, and elements that claim more than their page holds.
    in = inspect(heap, array_of(heap, elements, heap->maps[ITYPE_MAP]));
    assert_int_equal(in->count, 0);
    free(in);
    mkheap_put(heap, elements, 8, mkheap_smi(0x7fffffff));
    in = inspect(heap, array_of(heap, elements, mkheap_smi(-1)));
    assert_int_equal(in->count, 0);
    free(in);
    mkheap_free(heap);
}

// --- dictionaries of elements --------------------------------------------------------------------

enum { CAPACITY = 4096 };

static uint64_t dictionary(struct mkheap *heap, const uint32_t *indexes, size_t count)
{
    uint64_t map = mkheap_map(heap, ITYPE_NUMBER_DICTIONARY, 0), none = hole(heap);
    uint64_t table = mkheap_object(heap, map, 48 + 24ull * CAPACITY);
    mkheap_put(heap, table, 8, mkheap_smi(4 + 3 * CAPACITY));
    mkheap_put(heap, table, 16, mkheap_smi((int32_t)count));
    mkheap_put(heap, table, 32, mkheap_smi(CAPACITY));
    for (unsigned i = 0; i < CAPACITY; i++) // unused: not numbers
        mkheap_put(heap, table, 48 + 24 * i, none);
    for (unsigned i = 0; i < count; i++) {
        mkheap_put(heap, table, 48 + 24 * i, mkheap_smi((int32_t)indexes[i]));
        mkheap_put(heap, table, 56 + 24 * i, mkheap_smi((int32_t)indexes[i]));
        mkheap_put(heap, table, 64 + 24 * i, 0);
    }
    return table;
}

static void test_dictionary_order(void **state)
{
    enum { COUNT = 3000 };
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    uint32_t *indexes = malloc(COUNT * sizeof *indexes);
    struct v8_field field;
    (void)state;
    assert_non_null(indexes);
    for (uint32_t i = 0; i < COUNT; i++)
        indexes[i] = (i * 1999 % COUNT) * 100000 + 7;
    struct v8_inspection *in = inspect(heap, array_of(heap, dictionary(heap, indexes, COUNT),
                                                      mkheap_smi(0x7fffffff)));
    assert_int_equal(in->count, COUNT);
    for (uint64_t row = 0; row < COUNT; row++) {
        assert_true(v8_inspect_field(in, row, &field));
        assert_int_equal(field.index, row * 100000 + 7);
        assert_int_equal(v8_smi(field.value.word), row * 100000 + 7);
    }
    for (uint64_t i = 0; i < 50; i++) { // jumping about
        uint64_t row = i * 1777 % COUNT;
        assert_true(v8_inspect_field(in, row, &field));
        assert_int_equal(field.index, row * 100000 + 7);
    }
    assert_true(v8_inspect_find(in, "100007", &field));
    assert_false(v8_inspect_find(in, "100008", &field));
    free(indexes);
    free(in);
    mkheap_free(heap);
}

// --- collections ---------------------------------------------------------------------------------

static uint64_t ordered_map(struct mkheap *heap, uint32_t elements, uint32_t deleted,
                            uint32_t buckets, uint64_t size)
{
    uint64_t table = mkheap_object(heap, mkheap_map(heap, ITYPE_ORDERED_HASH_MAP, 0), size);
    mkheap_put(heap, table, 8, mkheap_smi((int32_t)((size - 16) / 8)));
    mkheap_put(heap, table, 16, mkheap_smi((int32_t)elements));
    mkheap_put(heap, table, 24, mkheap_smi((int32_t)deleted));
    mkheap_put(heap, table, 32, mkheap_smi((int32_t)buckets));
    return table;
}

static uint64_t map_of(struct mkheap *heap, uint64_t table)
{
    uint64_t map = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_MAP, 32), 32);
    mkheap_put(heap, map, 24, table);
    return map;
}

static void test_map(void **state)
{
    enum { ENTRIES = 1000, BUCKETS = 500 };
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    uint64_t none = hole(heap);
    struct v8_field field;
    (void)state;
    uint64_t table = ordered_map(heap, 667, 333, BUCKETS, 40 + 8 * BUCKETS + 24 * ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++) {
        unsigned at = 40 + 8 * BUCKETS + 24 * i;
        mkheap_put(heap, table, at, i % 3 == 1 ? none : mkheap_smi((int32_t)i));
        mkheap_put(heap, table, at + 8, mkheap_smi((int32_t)i * 2));
    }
    struct v8_inspection *in = inspect(heap, map_of(heap, table));
    assert_int_equal(in->count, 667);
    for (uint64_t pass = 0; pass < 2; pass++) {
        for (uint64_t i = 0; i < 667; i++) {
            uint64_t row = pass == 0 ? i : 666 - i, entry = row / 2 * 3 + row % 2 * 2;
            assert_true(v8_inspect_field(in, row, &field));
            assert_int_equal(v8_smi(field.key.word), entry);
            assert_int_equal(v8_smi(field.value.word), entry * 2);
        }
    }
    free(in);
    mkheap_free(heap);
}

// Counts that the table cannot hold are cut to it; those it does not keep are unreadable rows.
static void test_map_that_lies(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    struct v8_field field;
    (void)state;
    uint64_t table = ordered_map(heap, 1000000, 0, 2, 40 + 16 + 24 * 4);
    struct v8_inspection *in = inspect(heap, map_of(heap, table));
    assert_int_equal(in->count, 4);
    free(in);
    mkheap_put(heap, table, 24, mkheap_smi(5)); // and five deleted that are not there
    in = inspect(heap, map_of(heap, table));
    for (uint64_t i = 0; i < in->count && i < 100; i++)
        v8_inspect_field(in, i, &field);
    assert_false(v8_inspect_field(in, 50, &field));
    assert_int_equal(field.value.form, VALUE_UNKNOWN);
    free(in);
    mkheap_put(heap, table, 32, mkheap_smi(0x7fffffff)); // buckets beyond the object
    in = inspect(heap, map_of(heap, table));
    assert_false(v8_inspect_field(in, 0, &field));
    free(in);
    mkheap_free(heap);
}

// --- lists ---------------------------------------------------------------------------------------

static uint64_t promise_with(struct mkheap *heap, uint64_t *reactions, unsigned count, bool circle)
{
    uint64_t map = mkheap_map(heap, ITYPE_PROMISE_REACTION, 48);
    uint64_t promise = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_PROMISE, 40), 40);
    for (unsigned i = 0; i < count; i++) {
        reactions[i] = mkheap_object(heap, map, 48);
        mkheap_put(heap, reactions[i], 40, mkheap_smi((int32_t)i));
        if (i > 0)
            mkheap_put(heap, reactions[i - 1], 16, reactions[i]);
    }
    if (circle)
        mkheap_put(heap, reactions[count - 1], 16, reactions[1]);
    mkheap_put(heap, promise, 24, reactions[0]);
    return promise;
}

static void test_reactions(void **state)
{
    enum { COUNT = 500 };
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    uint64_t reactions[COUNT];
    struct v8_field field;
    (void)state;
    struct v8_inspection *in = inspect(heap, promise_with(heap, reactions, COUNT, false));
    assert_int_equal(in->count, COUNT + 1); // and the state
    for (uint64_t i = 0; i < COUNT; i++) {
        assert_true(v8_inspect_field(in, i + 1, &field));
        assert_int_equal(v8_smi(field.value.word), COUNT - 1 - i);
    }
    free(in);
    in = inspect(heap, promise_with(heap, reactions, COUNT, true));
    assert_true(in->count >= COUNT + 1 && in->count < 4 * COUNT);
    for (uint64_t i = 0; i < in->count; i++)
        assert_true(v8_inspect_field(in, i, &field));
    free(in);
    mkheap_free(heap);
}

// --- paths ---------------------------------------------------------------------------------------

static void expect_path(struct mkheap *heap, uint64_t tagged, const char *path, const char *why)
{
    struct v8_value value;
    struct error error = {0};
    bool found = v8_path_resolve(&heap->v8, v8_untag(tagged), path, &value, NULL, &error);
    if (why == NULL) {
        assert_true(found);
        assert_int_equal(v8_smi(value.word), 42);
    } else {
        assert_false(found);
        assert_string_equal(error.text, why);
    }
}

static void test_paths(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    uint64_t inner = fixed_array(heap, 3), outer = fixed_array(heap, 2);
    (void)state;
    mkheap_put(heap, inner, 16 + 16, mkheap_smi(42));
    uint64_t array = array_of(heap, inner, mkheap_smi(3));
    mkheap_put(heap, outer, 16 + 8, array);
    array = array_of(heap, outer, mkheap_smi(2));
    uint64_t table = ordered_map(heap, 1, 0, 2, 40 + 16 + 24 * 4);
    mkheap_put(heap, table, 56, mkheap_text(heap, "x y"));
    mkheap_put(heap, table, 64, array);
    uint64_t map = map_of(heap, table);
    expect_path(heap, array, "[1][2]", NULL);
    expect_path(heap, map, "[\"x y\"][1][2]", NULL);
    expect_path(heap, map, "['x y'][1][\"2\"]", NULL);
    expect_path(heap, map, "[\"x\\u\"]", "path: the object has no such property at character 1");
    expect_path(heap, map, "[\"x y\"][1][2].z", "path: there is no object before this at character 14");
    expect_path(heap, array, "[1", "path: no closing bracket, or a name too long at character 1");
    expect_path(heap, array, "[1]x", "path: expected \".\" or \"[\" at character 4");
    expect_path(heap, array, ".", "path: expected a name at character 1");
    expect_path(heap, array, "[]", "path: no closing bracket, or a name too long at character 1");
    expect_path(heap, array, "[[", "path: no closing bracket, or a name too long at character 1");
    expect_path(heap, array, "[\"a", "path: no closing bracket, or a name too long at character 1");
    expect_path(heap, array, "[Symbol(x]", "path: no closing bracket, or a name too long at character 1");
    mkheap_free(heap);
}

// --- strings in previews -------------------------------------------------------------------------

static void test_string_preview(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    char *text = malloc(2001);
    (void)state;
    assert_non_null(text);
    expect_preview(heap, mkheap_text(heap, "a\"b\\c\nd\x01"), 100, "\"a\\\"b\\\\c\\nd\\x01\"");
    memset(text, 'x', 2000);
    text[2000] = '\0';
    struct v8_value value = v8_tagged(mkheap_text(heap, text));
    char buffer[PREVIEW_TEXT * 4];
    struct print out;
    print_begin(&out, buffer, sizeof buffer);
    v8_preview(&heap->v8, &value, true, &out);
    assert_string_equal(buffer + out.used - 13, "x…\" (2,000)");
    print_begin(&out, buffer, sizeof buffer);
    v8_preview(&heap->v8, &value, false, &out);
    assert_true(out.used < 200);
    free(text);
    mkheap_free(heap);
}

// Damage can make a proxy its own target, and a boxed primitive its own value.
static void test_circles_in_titles(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 18);
    uint64_t proxy = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_PROXY, 32), 32);
    uint64_t wrapper = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_PRIMITIVE_WRAPPER, 32), 32);
    char text[200];
    struct print out;
    (void)state;
    mkheap_put(heap, proxy, 16, proxy);
    mkheap_put(heap, proxy, 24, proxy);
    mkheap_put(heap, wrapper, 24, wrapper);
    print_begin(&out, text, sizeof text);
    v8_preview_object(&heap->v8, v8_untag(proxy), false, &out);
    assert_string_equal(text, "Proxy(Proxy(Proxy(Proxy(Proxy(…)))))");
    print_begin(&out, text, sizeof text);
    v8_preview_object(&heap->v8, v8_untag(wrapper), false, &out);
    assert_non_null(strstr(text, ": …]"));
    mkheap_free(heap);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_array),
        cmocka_unit_test(test_circles_in_titles),
        cmocka_unit_test(test_array_that_lies),
        cmocka_unit_test(test_dictionary_order), cmocka_unit_test(test_map),
        cmocka_unit_test(test_map_that_lies), cmocka_unit_test(test_reactions),
        cmocka_unit_test(test_paths),      cmocka_unit_test(test_string_preview),
    };
    return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
