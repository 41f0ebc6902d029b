// Strings of every representation, by range, and what a hostile image can claim.
#include "heap/v8/string/string_reader.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static struct v8_string get(struct mkheap *heap, uint64_t tagged)
{
    struct v8_string string;
    assert_true(v8_string_of(&heap->v8, tagged, &string));
    return string;
}

static void expect(struct mkheap *heap, uint64_t tagged, uint32_t first, size_t capacity,
                   const char *text, uint32_t next, bool damaged)
{
    struct v8_string string = get(heap, tagged);
    char buffer[256];
    uint32_t after;
    bool broken;
    assert_true(capacity <= sizeof buffer);
    size_t used = v8_string_utf8(&heap->v8, &string, first, buffer, capacity, &after, &broken);
    assert_string_equal(buffer, text);
    assert_int_equal(used, strlen(text));
    assert_int_equal(after, next);
    assert_int_equal(broken, damaged);
}

static void test_text(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    (void)state;
    uint64_t text = mkheap_text(heap, "hello, old world");
    expect(heap, text, 0, 100, "hello, old world", 16, false);
    expect(heap, text, 7, 100, "old world", 16, false);
    expect(heap, text, 0, 9, "hello, o", 8, false);
    expect(heap, text, 16, 100, "", 16, false);
    expect(heap, text, 99, 100, "", 99, false);
    expect(heap, mkheap_text(heap, ""), 0, 100, "", 0, false);
    struct v8_string string;
    assert_false(v8_string_of(&heap->v8, mkheap_smi(7), &string));
    assert_false(v8_string_of(&heap->v8, heap->maps[ITYPE_MAP], &string));
    assert_true(v8_string_equals(&heap->v8, text, "hello, old world"));
    assert_false(v8_string_equals(&heap->v8, text, "hello, old worlD"));
    assert_false(v8_string_equals(&heap->v8, text, "hello"));
    mkheap_free(heap);
}

static void test_utf16(void **state)
{
    static const uint16_t wave[] = {'a', 0xd83c, 0xdf0a, 'b', 0xe9, 0x20ac};
    static const uint16_t lone[] = {0xd83c, 'x', 0xdf0a, 0xd83c};
    static const uint16_t high[] = {'h', 0xd83c}, low[] = {0xdf0a, 'l'};
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    (void)state;
    uint64_t text = mkheap_units(heap, wave, 6);
    expect(heap, text, 0, 100, "a\xf0\x9f\x8c\x8a" "b\xc3\xa9\xe2\x82\xac", 6, false);
    expect(heap, text, 0, 5, "a", 1, false); // the pair is not torn
    expect(heap, text, 0, 6, "a\xf0\x9f\x8c\x8a", 3, false);
    expect(heap, text, 2, 100, "\xed\xbc\x8a" "b\xc3\xa9\xe2\x82\xac", 6, false);
    expect(heap, mkheap_units(heap, lone, 4), 0, 100, "\xed\xa0\xbcx\xed\xbc\x8a\xed\xa0\xbc", 4,
           false);
    expect(heap, mkheap_units(heap, lone, 4), 0, 10, "\xed\xa0\xbcx\xed\xbc\x8a", 3, false);
    expect(heap, mkheap_units(heap, lone, 4), 0, 3, "", 0, false);
    // A pair whose halves are in different pieces.
    uint64_t cons = mkheap_cons(heap, mkheap_units(heap, high, 2), mkheap_units(heap, low, 2));
    expect(heap, cons, 0, 100, "h\xf0\x9f\x8c\x8al", 4, false);
    expect(heap, cons, 0, 5, "h", 1, false);
    mkheap_free(heap);
}

static void test_representations(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    struct v8 *v8 = &heap->v8;
    (void)state;
    uint64_t parent = mkheap_text(heap, "0123456789");
    expect(heap, mkheap_sliced(heap, parent, 3, 4), 1, 100, "456", 4, false);
    expect(heap, mkheap_sliced(heap, parent, 7, 4), 0, 100, "", 0, true);
    uint64_t thin = mkheap_object(heap, mkheap_map(heap, ITYPE_THIN_ONE_BYTE_STRING, 24), 24);
    mkheap_put_u32(heap, thin, 12, 10);
    mkheap_put(heap, thin, 16, parent);
    expect(heap, thin, 8, 100, "89", 10, false);
    expect(heap, mkheap_sliced(heap, thin, 2, 2), 0, 100, "23", 2, false);
    uint64_t flat = mkheap_cons(heap, parent, mkheap_text(heap, ""));
    expect(heap, flat, 0, 100, "0123456789", 10, false);
    uint64_t external = mkheap_object(heap, mkheap_map(heap, ITYPE_EXTERNAL_ONE_BYTE_STRING, 32),
                                      32);
    mkheap_put_u32(heap, external, 12, 6);
    mkheap_put(heap, external, 24, MKHEAP_NATIVE + 100);
    memcpy(mkheap_at(heap, MKHEAP_NATIVE + 100), "native", 6);
    expect(heap, external, 0, 100, "native", 6, false);
    mkheap_put(heap, external, 24, MKHEAP_NATIVE + MKHEAP_NATIVE_SIZE - 3);
    memcpy(mkheap_at(heap, MKHEAP_NATIVE + MKHEAP_NATIVE_SIZE - 3), "end", 3);
    expect(heap, external, 0, 100, "end", 3, true);
    struct v8_string string = get(heap, external);
    assert_string_equal(v8_string_kind_name(&string), "external");
    assert_true(v8_string_equals(v8, parent, "0123456789"));
    mkheap_free(heap);
}

// The resource of Node's ExternString: vtable, V8's cached data, isolate, data, length.
static void test_uncached(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    uint64_t resource[] = {0x1234, 0, 0x5678, MKHEAP_NATIVE + 200, 3, 0};
    (void)state;
    uint64_t map = mkheap_map(heap, ITYPE_UNCACHED_EXTERNAL_TWO_BYTE_STRING, 24);
    uint64_t string = mkheap_object(heap, map, 24);
    mkheap_put_u32(heap, string, 12, 3);
    mkheap_put(heap, string, 16, MKHEAP_NATIVE + 64);
    memcpy(mkheap_at(heap, MKHEAP_NATIVE + 64), resource, sizeof resource);
    memcpy(mkheap_at(heap, MKHEAP_NATIVE + 200), u"\u03c9x\u20ac", 6);
    expect(heap, string, 0, 100, "\xcf\x89x\xe2\x82\xac", 3, false);
    memset(mkheap_at(heap, MKHEAP_NATIVE + 64 + 32), 0, 8); // another class: not known
    expect(heap, string, 0, 100, "", 0, true);
    mkheap_put(heap, string, 16, 8);
    expect(heap, string, 0, 100, "", 0, true);
    mkheap_free(heap);
}

// --- deep trees ----------------------------------------------------------------------------------

enum { LEAF = 5 };

// A tree of n pieces, the text of piece i being i in LEAF digits.
static uint64_t build(struct mkheap *heap, unsigned pieces, char lean, uint64_t *state)
{
    char text[16];
    uint64_t *parts = malloc(pieces * sizeof *parts), result;
    assert_non_null(parts);
    for (unsigned i = 0; i < pieces; i++) {
        snprintf(text, sizeof text, "%0*u", LEAF, i % 100000);
        parts[i] = mkheap_text(heap, text);
    }
    unsigned count = pieces;
    while (count > 1) {
        unsigned at = lean == 'l' ? 0 : lean == 'r' ? count - 2 : 0;
        if (lean == 'm') { // any two neighbours
            *state = *state * 6364136223846793005 + 1442695040888963407;
            at = (unsigned)((*state >> 33) % (count - 1));
        }
        parts[at] = mkheap_cons(heap, parts[at], parts[at + 1]);
        memmove(parts + at + 1, parts + at + 2, (count - at - 2) * sizeof *parts);
        count--;
    }
    result = parts[0];
    free(parts);
    return result;
}

static void check_pieces(struct mkheap *heap, uint64_t tree, unsigned pieces, uint32_t first,
                         uint32_t end)
{
    struct v8_string string = get(heap, tree);
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    char text[16];
    uint32_t at = first;
    assert_int_equal(string.length, pieces * LEAF);
    v8_string_read(&reader, &heap->v8, &string, first, end);
    while (v8_string_next(&reader, &chunk)) {
        assert_int_equal(chunk.first, at);
        for (uint32_t i = 0; i < chunk.units; i++, at++) {
            snprintf(text, sizeof text, "%0*u", LEAF, at / LEAF % 100000);
            assert_int_equal(chunk.bytes[i], text[at % LEAF]);
        }
    }
    assert_false(reader.damaged);
    assert_int_equal(at, end);
}

static void test_trees(void **state)
{
    static const char leans[] = "lrm";
    uint64_t seed = 7;
    (void)state;
    for (int i = 0; i < 3; i++) {
        for (unsigned pieces = 1; pieces < 3000; pieces += pieces < 20 ? 1 : 977) {
            struct mkheap *heap = mkheap_new("14.6", 1 << 18);
            uint64_t tree = build(heap, pieces, leans[i], &seed);
            check_pieces(heap, tree, pieces, 0, pieces * LEAF);
            check_pieces(heap, tree, pieces, pieces * LEAF / 2, pieces * LEAF);
            check_pieces(heap, tree, pieces, pieces * LEAF / 3, pieces * LEAF - 1);
            mkheap_free(heap);
        }
    }
}

static uint64_t append_many(struct mkheap *heap, unsigned pieces, bool left)
{
    char text[16];
    uint64_t tree = mkheap_text(heap, left ? "00000" : "99999");
    for (unsigned i = 1; i < pieces; i++) {
        unsigned number = left ? i : pieces - 1 - i;
        snprintf(text, sizeof text, "%0*u", LEAF, number % 100000);
        uint64_t leaf = mkheap_text(heap, text);
        tree = left ? mkheap_cons(heap, tree, leaf) : mkheap_cons(heap, leaf, tree);
    }
    return tree;
}

// A million appends: every step counts the nodes it reads only by the time it takes, so this
// bounds the whole reading by what a walk of a few times the depth costs.
static void test_deep(void **state)
{
    enum { PIECES = 1000000 };
    (void)state;
    for (int left = 0; left < 2; left++) {
        struct mkheap *heap = mkheap_new("10.2", 1 << 26);
        uint64_t tree = append_many(heap, PIECES, left);
        check_pieces(heap, tree, PIECES, 0, PIECES * LEAF);
        expect(heap, tree, 777777 * LEAF - 2, 10, "767777777", 777777 * LEAF + 7, false);
        mkheap_free(heap);
    }
}

// --- hostile -------------------------------------------------------------------------------------

static void test_lengths_that_lie(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    struct v8_string string;
    (void)state;
    uint64_t a = mkheap_text(heap, "aaa"), cons = mkheap_cons(heap, a, a);
    mkheap_put_u32(heap, cons, 12, 9);
    expect(heap, cons, 0, 100, "aaa", 3, true); // the second half is not 6 long
    mkheap_put_u32(heap, cons, 12, 2);
    expect(heap, cons, 0, 100, "", 0, true);
    mkheap_put_u32(heap, cons, 12, 0xffffffff);
    assert_false(v8_string_of(&heap->v8, cons, &string));
    uint64_t long_one = mkheap_text(heap, "short");
    mkheap_put_u32(heap, long_one, 12, 1 << 20); // beyond the page
    assert_false(v8_string_of(&heap->v8, long_one, &string));
    uint64_t slice = mkheap_sliced(heap, a, 0, 3);
    mkheap_put(heap, slice, 24, mkheap_smi(-1));
    expect(heap, slice, 0, 100, "", 0, true);
    mkheap_put(heap, slice, 16, slice); // itself
    mkheap_put(heap, slice, 24, 0);
    expect(heap, slice, 0, 100, "", 0, true);
    mkheap_free(heap);
}

static void test_cycles(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    (void)state;
    uint64_t a = mkheap_text(heap, "aaa"), empty = mkheap_text(heap, "");
    uint64_t inner = mkheap_cons(heap, a, empty), outer = mkheap_cons(heap, inner, empty);
    mkheap_put(heap, inner, 16, outer);
    expect(heap, outer, 0, 100, "", 0, true);
    uint64_t right = mkheap_cons(heap, empty, a);
    mkheap_put(heap, right, 24, right);
    expect(heap, right, 0, 100, "", 0, true);
    // Doubled again and again: 2^28 characters from a few objects are read as they are.
    uint64_t tree = mkheap_text(heap, "x");
    for (int i = 0; i < 28; i++)
        tree = mkheap_cons(heap, tree, tree);
    expect(heap, tree, (1 << 28) - 3, 100, "xxx", 1 << 28, false);
    mkheap_free(heap);
}

// --- comparing -----------------------------------------------------------------------------------

static void test_hash(void **state)
{
    static const uint16_t wide[] = {'0', '1', '2', '3', '4', '5', '6', '7', '8'};
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    uint64_t same[5], hash[6];
    (void)state;
    same[0] = mkheap_text(heap, "012345678");
    same[1] = mkheap_units(heap, wide, 9);
    same[2] = mkheap_sliced(heap, mkheap_text(heap, "xx012345678yy"), 2, 9);
    same[3] = mkheap_cons(heap, mkheap_text(heap, "0"), mkheap_units(heap, wide + 1, 8));
    same[4] = mkheap_cons(heap, mkheap_cons(heap, mkheap_text(heap, "012"),
                                            mkheap_units(heap, wide + 3, 3)),
                          mkheap_text(heap, "678"));
    struct v8_string other = get(heap, mkheap_text(heap, "012345670"));
    for (int i = 0; i < 5; i++) {
        struct v8_string string = get(heap, same[i]), first = get(heap, same[0]);
        assert_true(v8_string_hash(&heap->v8, &string, &hash[i]));
        assert_true(hash[i] == hash[0]);
        assert_true(v8_string_same(&heap->v8, &string, &first));
        assert_false(v8_string_same(&heap->v8, &string, &other));
    }
    assert_true(v8_string_hash(&heap->v8, &other, &hash[5]));
    assert_true(hash[5] != hash[0]);
    mkheap_free(heap);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_representations), cmocka_unit_test(test_uncached),
        cmocka_unit_test(test_trees),       cmocka_unit_test(test_deep),
        cmocka_unit_test(test_lengths_that_lie), cmocka_unit_test(test_cycles),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests_name("strings", tests, NULL, NULL);
}
