// Line tables against a plain reading of the same text: every kind of line end, any encoding and
// representation, at the edges of blocks; V8's own table, also when it is wrong.
#include "heap/v8/function/line_cache.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { UNITS_MAX = 3 * SOURCE_BLOCK + 100 };

struct text {
    uint16_t units[UNITS_MAX];
    uint32_t length;
    uint32_t starts[UNITS_MAX + 1], ends[UNITS_MAX + 1]; // of lines, terminators left out
    uint32_t lines;
};

static uint32_t seed;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

// The same by the words of the specification: LF, CR, CR LF, LS, PS.
static void split(struct text *text)
{
    text->lines = 0;
    text->starts[0] = 0;
    for (uint32_t i = 0; i < text->length; i++) {
        uint16_t unit = text->units[i];
        bool pair = unit == '\r' && i + 1 < text->length && text->units[i + 1] == '\n';
        if (unit != '\n' && unit != '\r' && unit != 0x2028 && unit != 0x2029)
            continue;
        text->ends[text->lines++] = i;
        i += pair;
        text->starts[text->lines] = i + 1;
    }
    text->ends[text->lines++] = text->length;
}

// `often`: one in so many units ends a line.
static void make_text(struct text *text, uint32_t length, uint32_t often, bool two_byte)
{
    static const uint16_t ends[] = {'\n', '\r', '\r', '\n', 0x2028, 0x2029};
    text->length = length;
    for (uint32_t i = 0; i < length; i++)
        text->units[i] = random_below(often) == 0 ? ends[random_below(two_byte ? 6 : 4)]
                         : two_byte               ? (uint16_t)(0x400 + random_below(0x300))
                                                  : (uint16_t)(0x20 + random_below(0xd0));
    split(text);
}

static uint64_t put_string(struct mkheap *heap, const struct text *text, uint32_t first,
                           uint32_t end, bool two_byte)
{
    if (two_byte)
        return mkheap_units(heap, text->units + first, end - first);
    uint64_t string = mkheap_object(heap, mkheap_map(heap, ITYPE_SEQ_ONE_BYTE_STRING, 0),
                                    16 + (end - first));
    mkheap_put_u32(heap, string, 12, end - first);
    for (uint32_t i = first; i < end; i++)
        *mkheap_at(heap, v8_untag(string) + 16 + (i - first)) = (uint8_t)text->units[i];
    return string;
}

// A tree of halves, split anywhere: between CR and LF too.
static uint64_t put_tree(struct mkheap *heap, const struct text *text, uint32_t first, uint32_t end,
                         bool two_byte)
{
    if (end - first < 300)
        return put_string(heap, text, first, end, two_byte);
    uint32_t middle = first + 1 + random_below(end - first - 1);
    for (uint32_t i = first + 1; i < end && random_below(50) != 0; i++)
        if (text->units[i - 1] == '\r')
            middle = i;
    return mkheap_cons(heap, put_tree(heap, text, first, middle, two_byte),
                       put_tree(heap, text, middle, end, two_byte));
}

static struct v8_script script_of(struct mkheap *heap, uint64_t source)
{
    uint64_t object = mkheap_object(heap, mkheap_map(heap, ITYPE_SCRIPT, 136), 136);
    struct v8_script script;
    mkheap_put(heap, object, 8, source);
    assert_true(v8_script_at(&heap->v8, v8_untag(object), &script));
    assert_true(script.has_source);
    return script;
}

static void check(struct mkheap *heap, const struct v8_script *script, const struct text *text,
                  bool backwards)
{
    struct source_lines *lines;
    uint32_t line = 0, number, start, end, next;
    bool last;
    assert_true(source_lines_create(&heap->v8, script, &lines));
    for (uint32_t i = 0; i <= text->length; i += 1 + random_below(1 + text->length / 100)) {
        uint32_t position = backwards ? text->length - i : i;
        for (line = 0; line + 1 < text->lines && text->starts[line + 1] <= position;)
            line++;
        assert_true(source_lines_find(lines, position, &number, &start));
        assert_int_equal(number, line);
        assert_int_equal(start, text->starts[line]);
    }
    for (line = 0; line < text->lines; line += 1 + random_below(1 + text->lines / 100)) {
        assert_true(source_lines_end(lines, text->starts[line], &end, &next, &last));
        assert_int_equal(end, text->ends[line]);
        assert_int_equal(last, line + 1 == text->lines);
        if (!last)
            assert_int_equal(next, text->starts[line + 1]);
        uint32_t asked = backwards ? text->lines - 1 - line : line;
        assert_true(source_lines_start(lines, asked, &start));
        assert_int_equal(start, text->starts[asked]);
    }
    assert_int_equal(source_lines_count(lines), text->lines);
    assert_false(source_lines_start(lines, text->lines, &start));
    assert_false(source_lines_find(lines, text->length + 1, &number, &start));
    source_lines_destroy(lines);
}

static void test_random(void **state)
{
    static const uint32_t lengths[] = {0, 1, 2, 100, SOURCE_BLOCK - 1, SOURCE_BLOCK,
                                       SOURCE_BLOCK + 1, 3 * SOURCE_BLOCK, UNITS_MAX - 5};
    static const uint32_t oftens[] = {2, 7, 60, 3000, 1000000};
    struct text *text = malloc(sizeof *text);
    (void)state;
    assert_non_null(text);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++)
            for (unsigned j = 0; j < sizeof oftens / sizeof *oftens; j++)
                for (int kind = 0; kind < 4; kind++) {
                    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
                    bool two_byte = (kind & 1) != 0;
                    make_text(text, lengths[i], oftens[j], two_byte);
                    struct v8_script script = script_of(
                        heap, kind < 2 ? put_string(heap, text, 0, text->length, two_byte)
                                       : put_tree(heap, text, 0, text->length, two_byte));
                    check(heap, &script, text, false);
                    check(heap, &script, text, true);
                    mkheap_free(heap);
                }
    free(text);
}

static uint64_t put_table(struct mkheap *heap, const uint32_t *ends, uint32_t count)
{
    uint64_t table = mkheap_object(heap, mkheap_map(heap, ITYPE_FIXED_ARRAY, 0), 16 + 8 * count);
    mkheap_put(heap, table, 8, mkheap_smi((int32_t)count));
    for (uint32_t i = 0; i < count; i++)
        mkheap_put(heap, table, 16 + 8 * i, mkheap_smi((int32_t)ends[i]));
    return table;
}

static void expect_place(struct mkheap *heap, const struct v8_script *script, uint32_t position,
                         int64_t line, int64_t column)
{
    struct source_lines *lines;
    int64_t found_line, found_column;
    assert_true(source_lines_create(&heap->v8, script, &lines));
    assert_true(source_lines_place(lines, position, &found_line, &found_column));
    assert_int_equal(found_line, line);
    assert_int_equal(found_column, column);
    source_lines_destroy(lines);
}

static void test_table(void **state)
{
    static const uint32_t right[] = {3, 7, 11}, wrong[] = {1, 2, 5}, hostile[] = {
        0xffffffff, 0, 0x80000000, 7};
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    (void)state;
    struct v8_script script = script_of(heap, mkheap_text(heap, "abc\ndef\nghi"));
    expect_place(heap, &script, 5, 2, 2);
    script.line_ends = put_table(heap, right, 3);
    expect_place(heap, &script, 0, 1, 1);
    expect_place(heap, &script, 3, 1, 4);
    expect_place(heap, &script, 5, 2, 2);
    expect_place(heap, &script, 11, 3, 4);
    script.line_ends = put_table(heap, wrong, 3); // the text contradicts it
    expect_place(heap, &script, 5, 2, 2);
    script.line_ends = put_table(heap, hostile, 4);
    expect_place(heap, &script, 5, 2, 2);
    script.line_ends = put_table(heap, right, 3);
    mkheap_put(heap, script.line_ends, 8, mkheap_smi(0x7fffffff)); // longer than its page
    expect_place(heap, &script, 5, 2, 2);
    mkheap_free(heap);
}

static void test_offsets(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    (void)state;
    struct v8_script script = script_of(heap, mkheap_text(heap, "abc\ndef"));
    script.line_offset = 100;
    script.column_offset = 20;
    expect_place(heap, &script, 1, 101, 22);
    expect_place(heap, &script, 5, 102, 2); // the column's offset is for the first line only
    script.line_offset = -2;
    expect_place(heap, &script, 1, -1, 22);
    mkheap_free(heap);
}

static void test_damaged(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    struct source_lines *lines;
    uint32_t line, start, end, next;
    bool last;
    (void)state;
    uint64_t good = mkheap_text(heap, "abc\ndef\n"), bad = mkheap_text(heap, "ghi\n");
    uint64_t cons = mkheap_cons(heap, good, bad);
    struct v8_script script = script_of(heap, cons);
    mkheap_put(heap, cons, 24, mkheap_smi(5)); // its second half is a number
    assert_true(source_lines_create(&heap->v8, &script, &lines));
    assert_true(source_lines_find(lines, 6, &line, &start));
    assert_int_equal(line, 1);
    assert_false(source_lines_find(lines, 11, &line, &start));
    assert_false(source_lines_end(lines, 8, &end, &next, &last));
    assert_int_equal(source_lines_count(lines), 0);
    source_lines_destroy(lines);
    mkheap_put(heap, cons, 16, cons); // a string that is half of itself
    mkheap_put(heap, cons, 24, cons);
    assert_true(source_lines_create(&heap->v8, &script, &lines));
    assert_false(source_lines_find(lines, 11, &line, &start));
    source_lines_destroy(lines);
    script.has_source = false;
    assert_false(source_lines_create(&heap->v8, &script, &lines));
    mkheap_free(heap);
}

// More scripts than the cache keeps: every answer is right, and memory is bounded.
static void test_cache(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    struct line_cache cache;
    struct v8_script scripts[3 * LINE_CACHE_SCRIPTS];
    char text[16];
    (void)state;
    line_cache_init(&cache, &heap->v8);
    for (int i = 0; i < 3 * LINE_CACHE_SCRIPTS; i++) {
        snprintf(text, sizeof text, "%.*s", i % 10, "\n\n\n\n\n\n\n\n\n\n");
        scripts[i] = script_of(heap, mkheap_text(heap, text));
    }
    for (int i = 0; i < 1000; i++) {
        int n = i % 7 == 0 ? 0 : i % (3 * LINE_CACHE_SCRIPTS);
        struct source_lines *lines = line_cache_get(&cache, &scripts[n]);
        assert_non_null(lines);
        assert_int_equal(source_lines_count(lines), n % 10 + 1);
    }
    line_cache_deinit(&cache);
    mkheap_free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),  cmocka_unit_test(test_table),
        cmocka_unit_test(test_offsets), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
