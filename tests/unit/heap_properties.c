// Named properties in every kind of store, the order they come in, and what a hostile image claims.
#include "heap/v8/value/properties.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    MAP_BITS3 = 16,
    MAP_DESCRIPTORS = 40,
    DICTIONARY = 1 << 21,
    IN_OBJECT = 2, // slots of the objects made here, behind the header of 24 bytes
    OBJECT_SIZE = 24 + 8 * IN_OBJECT,
    ACCESSOR = 1,
    DESCRIPTOR = 1 << 5, // 12.4: the value is in the descriptor
    READ_ONLY = 1 << 2,
    ENTRIES_AT = 16 + 8 * 6, // of a dictionary of 12.4
};

static uint32_t field(unsigned index)
{
    return index << 19;
}

static uint64_t object_map(struct mkheap *heap, uint32_t bits3)
{
    uint64_t map = mkheap_new_map(heap, ITYPE_JS_OBJECT, OBJECT_SIZE);
    mkheap_at(heap, v8_untag(map))[9] = 3;
    mkheap_put_u32(heap, map, MAP_BITS3, bits3);
    return map;
}

static uint64_t descriptors(struct mkheap *heap, uint64_t map, unsigned count)
{
    uint64_t array =
        mkheap_object(heap, mkheap_map(heap, ITYPE_DESCRIPTOR_ARRAY, 0), 24 + 24 * count);
    mkheap_at(heap, v8_untag(array))[8] = (uint8_t)count;
    mkheap_put(heap, map, MAP_DESCRIPTORS, array);
    mkheap_put_u32(heap, map, MAP_BITS3, count << 10);
    return array;
}

static void describe(struct mkheap *heap, uint64_t array, unsigned index, uint64_t name,
                     uint32_t details, uint64_t value)
{
    mkheap_put(heap, array, 24 + 24 * index, name);
    mkheap_put(heap, array, 24 + 24 * index + 8, mkheap_smi((int32_t)details));
    mkheap_put(heap, array, 24 + 24 * index + 16, value);
}

static struct v8_object get(struct mkheap *heap, uint64_t tagged)
{
    struct v8_object object;
    assert_true(v8_object_of(&heap->v8, tagged, &object));
    return object;
}

static void expect(struct v8_properties *list, uint32_t index, const char *name, uint64_t value)
{
    struct v8_property property;
    char text[64];
    assert_true(v8_properties_at(list, index, &property));
    v8_property_name(list->v8, property.name, text, sizeof text);
    assert_string_equal(text, name);
    assert_int_equal(property.value, value);
}

static void test_fast(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    struct v8_properties list;
    struct v8_property property;
    (void)state;
    uint64_t map = object_map(heap, 0), array = descriptors(heap, map, 5);
    uint64_t constant = mkheap_text(heap, "constant"), gone = mkheap_text(heap, "gone");
    describe(heap, array, 0, mkheap_text(heap, "inside"), field(1), 0);
    describe(heap, array, 1, mkheap_text(heap, "outside"), field(2) | READ_ONLY, 0);
    describe(heap, array, 2, constant, DESCRIPTOR, mkheap_smi(3));
    describe(heap, array, 3, mkheap_text(heap, "accessor"), DESCRIPTOR | ACCESSOR, constant);
    describe(heap, array, 4, gone, field(9), 0); // beyond the array: the image lies
    uint64_t object = mkheap_object(heap, map, OBJECT_SIZE);
    uint64_t out = mkheap_object(heap, mkheap_map(heap, ITYPE_PROPERTY_ARRAY, 0), 16 + 8 * 3);
    mkheap_put(heap, out, 8, mkheap_smi(3 | 0x1234 << 10)); // the upper bits are a hash
    mkheap_put(heap, out, 16, mkheap_smi(2));
    mkheap_put(heap, object, 8, out);
    mkheap_put(heap, object, 32, mkheap_smi(1));

    struct v8_object found = get(heap, object);
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    assert_int_equal(list.count, 5);
    expect(&list, 0, "inside", mkheap_smi(1));
    expect(&list, 1, "outside", mkheap_smi(2));
    expect(&list, 2, "constant", mkheap_smi(3));
    expect(&list, 3, "accessor", constant);
    expect(&list, 4, "gone", 0);
    assert_false(v8_properties_at(&list, 5, &property));

    assert_true(v8_property_find_text(&heap->v8, &found, "outside", false, &property));
    assert_int_equal(property.attributes, PROPERTY_READ_ONLY);
    assert_int_equal(property.place, PROPERTY_IN_ARRAY);
    assert_int_equal(property.slot, v8_untag(out) + 16);
    assert_false(property.accessor);
    assert_true(v8_property_find(&heap->v8, &found, constant, &property));
    assert_int_equal(property.place, PROPERTY_IN_DESCRIPTOR);
    assert_true(v8_property_find(&heap->v8, &found, gone, &property));
    assert_int_equal(property.place, PROPERTY_NOWHERE);
    assert_int_equal(property.slot, 0);
    assert_false(v8_property_find_text(&heap->v8, &found, "outsid", false, &property));

    assert_true(v8_properties_open_shape(&heap->v8, v8_untag(map), &list));
    assert_int_equal(list.count, 5);
    expect(&list, 0, "inside", 0);
    expect(&list, 2, "constant", mkheap_smi(3));
    assert_false(v8_properties_open_shape(&heap->v8, v8_untag(object), &list));
    mkheap_free(heap);
}

// 7.8: a field that the layout descriptor marks holds the double itself.
static void test_raw_doubles(void **state)
{
    struct mkheap *heap = mkheap_new("7.8", 1 << 16);
    struct v8_properties list;
    struct v8_property property;
    enum { DOUBLE = 2 << 6, MAP_LAYOUT = 48 };
    (void)state;
    uint64_t map = object_map(heap, 0), array = descriptors(heap, map, 2);
    describe(heap, array, 0, mkheap_text(heap, "boxed"), field(0) | DOUBLE, 0);
    describe(heap, array, 1, mkheap_text(heap, "raw"), field(1) | DOUBLE, 0);
    mkheap_put(heap, map, MAP_LAYOUT, mkheap_smi(2));
    uint64_t object = mkheap_object(heap, map, OBJECT_SIZE);
    mkheap_put(heap, object, 32, 0x3ff8000000000001);
    struct v8_object found = get(heap, object);
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    assert_true(v8_properties_at(&list, 0, &property));
    assert_false(property.raw_double);
    assert_true(v8_properties_at(&list, 1, &property));
    assert_true(property.raw_double);
    assert_int_equal(property.value, 0x3ff8000000000001);
    mkheap_free(heap);
}

// --- dictionaries --------------------------------------------------------------------------------

static uint64_t oddball(struct mkheap *heap, int kind)
{
    uint64_t object = mkheap_object(heap, mkheap_map(heap, ITYPE_ODDBALL, 48), 48);
    mkheap_put(heap, object, 40, mkheap_smi(kind));
    return object;
}

// An object with a dictionary of `capacity` unused entries.
static uint64_t slow_object(struct mkheap *heap, unsigned capacity, uint64_t *table)
{
    uint64_t undefined = oddball(heap, 4);
    uint64_t object = mkheap_object(heap, object_map(heap, DICTIONARY), OBJECT_SIZE);
    *table =
        mkheap_object(heap, mkheap_map(heap, ITYPE_NAME_DICTIONARY, 0), ENTRIES_AT + 24 * capacity);
    mkheap_put(heap, *table, 8, mkheap_smi((int32_t)(6 + 3 * capacity)));
    mkheap_put(heap, *table, 32, mkheap_smi((int32_t)capacity));
    for (unsigned i = 0; i < 3 * capacity; i++)
        mkheap_put(heap, *table, ENTRIES_AT + 8 * i, undefined);
    mkheap_put(heap, object, 8, *table);
    return object;
}

static void enter(struct mkheap *heap, uint64_t table, unsigned entry, uint64_t name,
                  unsigned order, int32_t value)
{
    mkheap_put(heap, table, ENTRIES_AT + 24 * entry, name);
    mkheap_put(heap, table, ENTRIES_AT + 24 * entry + 8, mkheap_smi(value));
    mkheap_put(heap, table, ENTRIES_AT + 24 * entry + 16, mkheap_smi((int32_t)(order << 8)));
}

static void test_dictionary(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    struct v8_properties list;
    struct v8_property property;
    uint64_t table;
    (void)state;
    uint64_t object = slow_object(heap, 8, &table), late = mkheap_text(heap, "late");
    uint64_t collides = mkheap_text(heap, "collides"), absent = mkheap_text(heap, "absent");
    mkheap_put_u32(heap, late, 8, 2 << 2);
    mkheap_put_u32(heap, collides, 8, 2 << 2);
    mkheap_put_u32(heap, absent, 8, 2 << 2);
    enter(heap, table, 2, late, 7, 70);
    enter(heap, table, 3, mkheap_object(heap, mkheap_map(heap, ITYPE_HOLE, 16), 16), 0, 0);
    enter(heap, table, 5, collides, 3, 30); // probed third: 2, 3, 5
    struct v8_object found = get(heap, object);
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    assert_int_equal(list.count, 2);
    expect(&list, 0, "collides", mkheap_smi(30));
    expect(&list, 1, "late", mkheap_smi(70));
    assert_true(v8_property_find(&heap->v8, &found, collides, &property));
    assert_int_equal(property.value, mkheap_smi(30));
    assert_int_equal(property.slot, v8_untag(table) + ENTRIES_AT + 24 * 5 + 8);
    assert_false(v8_property_find(&heap->v8, &found, absent, &property));
    // The dictionary says it is larger than it is.
    mkheap_put(heap, table, 32, mkheap_smi(0x7fffffff));
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    assert_int_equal(list.count, 2);
    mkheap_put(heap, table, 32, mkheap_smi(-1));
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    assert_int_equal(list.count, 0);
    assert_false(v8_property_find(&heap->v8, &found, late, &property));
    mkheap_free(heap);
}

// No unused entry: probing for a name that is not there ends all the same.
static void test_full_dictionary(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    struct v8_property property;
    uint64_t table;
    (void)state;
    uint64_t object = slow_object(heap, 4, &table), absent = mkheap_text(heap, "absent");
    for (unsigned i = 0; i < 4; i++)
        enter(heap, table, i, mkheap_text(heap, "x"), i + 1, 0);
    struct v8_object found = get(heap, object);
    assert_false(v8_property_find(&heap->v8, &found, absent, &property));
    mkheap_free(heap);
}

enum { MANY = 4096 };

// The property created as number `i` is at an entry far from its neighbours'.
static unsigned entry_of(unsigned i)
{
    return i * 2654435761u % MANY;
}

static uint64_t many_properties(struct mkheap *heap, unsigned (*order)(unsigned))
{
    uint64_t table, object = slow_object(heap, MANY, &table), name = mkheap_text(heap, "name");
    for (unsigned i = 0; i < MANY; i++)
        enter(heap, table, entry_of(i), name, order(i), (int32_t)i);
    return object;
}

static unsigned as_created(unsigned i)
{
    return 5 + 3 * i; // with gaps, where others were deleted
}

static unsigned all_alike(unsigned i)
{
    (void)i;
    return 77;
}

static int32_t value_at(struct v8_properties *list, uint32_t index)
{
    struct v8_property property;
    assert_true(v8_properties_at(list, index, &property));
    return v8_smi(property.value);
}

static void test_order(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    struct v8_properties list;
    (void)state;
    struct v8_object found = get(heap, many_properties(heap, as_created));
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    assert_int_equal(list.count, MANY);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(value_at(&list, i), i);
    for (uint32_t i = MANY; i-- > 0;)
        assert_int_equal(value_at(&list, i), i);
    for (uint32_t i = 0; i < MANY; i += 97)
        assert_int_equal(value_at(&list, i * 31 % MANY), i * 31 % MANY);
    // In order of storage each comes once.
    struct v8_property property;
    uint32_t cursor = 0, seen = 0;
    uint64_t sum = 0;
    while (v8_properties_next(&list, &cursor, &property)) {
        seen++;
        sum += (uint64_t)v8_smi(property.value);
    }
    assert_int_equal(seen, MANY);
    assert_int_equal(sum, (uint64_t)MANY * (MANY - 1) / 2);
    mkheap_free(heap);
}

// The image gives all properties one place in the order: each still comes once.
static void test_equal_order(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    struct v8_properties list;
    static bool seen[MANY];
    (void)state;
    struct v8_object found = get(heap, many_properties(heap, all_alike));
    assert_true(v8_properties_open(&heap->v8, &found, &list));
    for (uint32_t i = MANY; i-- > 0;) {
        int32_t value = value_at(&list, i);
        assert_false(seen[value]);
        seen[value] = true;
    }
    mkheap_free(heap);
}

static void test_names(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 16);
    char text[16];
    (void)state;
    uint64_t map = mkheap_map(heap, ITYPE_SYMBOL, 24), symbol = mkheap_object(heap, map, 24);
    uint64_t hidden = mkheap_object(heap, map, 24), own = mkheap_object(heap, map, 24);
    mkheap_put(heap, symbol, 16, mkheap_text(heap, "tag"));
    mkheap_put(heap, hidden, 16, mkheap_text(heap, "node:x"));
    mkheap_put_u32(heap, hidden, 12, 1);
    mkheap_put(heap, own, 16, mkheap_text(heap, "#field"));
    mkheap_put_u32(heap, own, 12, 0x11);
    assert_int_equal(v8_property_name(&heap->v8, symbol, text, sizeof text), PROPERTY_SYMBOL);
    assert_string_equal(text, "Symbol(tag)");
    assert_int_equal(v8_property_name(&heap->v8, hidden, text, sizeof text), PROPERTY_PRIVATE);
    assert_int_equal(v8_property_name(&heap->v8, own, text, sizeof text), PROPERTY_PRIVATE_NAME);
    assert_string_equal(text, "#field");
    const uint16_t units[] = {0, 'l', 'i', 'b', 0, 'x'}; // as in Node's cache of modules
    v8_property_name(&heap->v8, mkheap_units(heap, units, 6), text, sizeof text);
    assert_string_equal(text, "\\0lib\\0x");
    v8_property_name(&heap->v8, mkheap_units(heap, units, 6), text, 8); // no room for the last
    assert_string_equal(text, "\\0lib\\0");
    assert_int_equal(v8_property_name(&heap->v8, mkheap_smi(1), text, sizeof text),
                     PROPERTY_BAD_NAME);
    assert_string_equal(text, "");
    mkheap_free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fast),       cmocka_unit_test(test_raw_doubles),
        cmocka_unit_test(test_dictionary), cmocka_unit_test(test_full_dictionary),
        cmocka_unit_test(test_order),      cmocka_unit_test(test_equal_order),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
