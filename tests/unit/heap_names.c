// Constructor names by the rules of each line of V8, and what they do on damaged chains.
#include "heap/v8/naming/chain_memo.h"
#include "heap/v8/naming/class_name.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    MAP_BITS2 = 15,
    MAP_BITS3 = 16,
    MAP_PROTOTYPE = 24,
    MAP_CONSTRUCTOR = 32,
    MAP_DESCRIPTORS = 40,
    NEW_TARGET_IS_BASE = 1,
    PROTOTYPE_MAP = 1 << 20,
    INTERESTING = 1 << 28,
    OBJECT_SIZE = 40, // two properties inside
    FUNCTION_SIZE = 64,
    SHARED_SIZE = 72,
    ACCESSOR_IN_DESCRIPTOR = 1 << 5 | 1,
};

static struct mkheap *new_heap(const char *line)
{
    struct mkheap *heap = mkheap_new(line, 1 << 18);
    uint64_t symbol = mkheap_object(heap, mkheap_map(heap, ITYPE_SYMBOL, 24), 24);
    heap->v8.well_known = (struct v8_well_known){.constructor = mkheap_text(heap, "constructor"),
                                                 .name = mkheap_text(heap, "name"),
                                                 .to_string_tag = symbol};
    return heap;
}

static uint64_t function(struct mkheap *heap, const char *name)
{
    const struct layout *layout = heap->v8.layout;
    uint64_t shared =
        mkheap_object(heap, mkheap_map(heap, ITYPE_SHARED_FUNCTION_INFO, SHARED_SIZE), SHARED_SIZE);
    mkheap_put(heap, shared, layout->sfi_name, mkheap_text(heap, name));
    uint64_t object =
        mkheap_object(heap, mkheap_new_map(heap, ITYPE_JS_FUNCTION, FUNCTION_SIZE), FUNCTION_SIZE);
    mkheap_put(heap, object, layout->function_shared, shared);
    return object;
}

static uint64_t map_of(struct mkheap *heap, uint64_t prototype)
{
    uint64_t map = mkheap_new_map(heap, ITYPE_JS_OBJECT, OBJECT_SIZE);
    mkheap_at(heap, v8_untag(map))[9] = 3;
    mkheap_put(heap, map, MAP_PROTOTYPE, prototype);
    return map;
}

// Give objects of a map one property more; its details say where it is.
static void add_property(struct mkheap *heap, uint64_t map, uint64_t name, uint32_t details,
                         uint64_t in_descriptor)
{
    unsigned header = heap->v8.layout->descriptors_header;
    uint64_t array;
    uint32_t bits;
    memcpy(&array, mkheap_at(heap, v8_untag(map) + MAP_DESCRIPTORS), sizeof array);
    memcpy(&bits, mkheap_at(heap, v8_untag(map) + MAP_BITS3), sizeof bits);
    if (array == 0) {
        array = mkheap_object(heap, mkheap_map(heap, ITYPE_DESCRIPTOR_ARRAY, 0), header + 24 * 4);
        mkheap_at(heap, v8_untag(array))[8] = 4;
        mkheap_put(heap, map, MAP_DESCRIPTORS, array);
    }
    unsigned count = bits >> 10 & 0x3ff;
    mkheap_put(heap, array, header + 24 * count, name);
    mkheap_put(heap, array, header + 24 * count + 8, mkheap_smi((int32_t)details));
    mkheap_put(heap, array, header + 24 * count + 16, in_descriptor);
    mkheap_put_u32(heap, map, MAP_BITS3, (bits + (1 << 10)) | INTERESTING);
}

static uint64_t object_of(struct mkheap *heap, uint64_t map)
{
    return mkheap_object(heap, map, OBJECT_SIZE);
}

// An object with one data property.
static uint64_t object_with(struct mkheap *heap, uint64_t prototype, uint64_t name, uint64_t value)
{
    uint64_t map = map_of(heap, prototype);
    add_property(heap, map, name, 0, 0);
    uint64_t object = object_of(heap, map);
    mkheap_put(heap, object, 24, value);
    return object;
}

static void expect(struct mkheap *heap, uint64_t object, const char *name, bool by_object)
{
    struct v8_object found;
    char text[CLASS_NAME_MAX];
    assert_true(v8_object_of(&heap->v8, object, &found));
    assert_int_equal(v8_class_name(&heap->v8, &found.shape, found.address, text), by_object);
    assert_string_equal(text, name);
    assert_int_equal(v8_class_varies(&heap->v8, &found.shape), by_object);
}

static void test_map_constructor(void **state)
{
    struct mkheap *heap = new_heap("12.4");
    (void)state;
    uint64_t first = map_of(heap, 0), later = map_of(heap, 0);
    mkheap_put(heap, first, MAP_CONSTRUCTOR, function(heap, "Shape"));
    mkheap_put(heap, later, MAP_CONSTRUCTOR, first); // back pointer
    mkheap_at(heap, v8_untag(later))[MAP_BITS2] = NEW_TARGET_IS_BASE;
    expect(heap, object_of(heap, later), "Shape", false);
    // Not of prototypes, and not when it came from a derived class.
    mkheap_put_u32(heap, later, MAP_BITS3, PROTOTYPE_MAP);
    expect(heap, object_of(heap, later), "Object", false);
    mkheap_put_u32(heap, later, MAP_BITS3, 0);
    mkheap_at(heap, v8_untag(later))[MAP_BITS2] = 0;
    expect(heap, object_of(heap, later), "Object", false);
    // Back pointers in a circle.
    mkheap_at(heap, v8_untag(later))[MAP_BITS2] = NEW_TARGET_IS_BASE;
    mkheap_put(heap, first, MAP_CONSTRUCTOR, later);
    expect(heap, object_of(heap, later), "Object", false);
    mkheap_free(heap);
}

static void test_chain(void **state)
{
    struct mkheap *heap = new_heap("12.4");
    (void)state;
    uint64_t constructor = heap->v8.well_known.constructor;
    uint64_t base = object_with(heap, 0, constructor, function(heap, "Base"));
    uint64_t plain = object_with(heap, base, constructor, function(heap, "Object"));
    expect(heap, object_of(heap, map_of(heap, base)), "Base", false);
    // Named Object, or not at all: passed over.
    expect(heap, object_of(heap, map_of(heap, plain)), "Base", false);
    uint64_t nameless = object_with(heap, base, constructor, function(heap, ""));
    expect(heap, object_of(heap, map_of(heap, nameless)), "Base", false);
    // An own constructor says nothing of the object itself.
    expect(heap, object_with(heap, base, constructor, function(heap, "Derived")), "Base", false);
    // A tag comes before the constructor of the same level, and after those before it.
    uint64_t tagged =
        object_with(heap, base, heap->v8.well_known.to_string_tag, mkheap_text(heap, "Tag"));
    expect(heap, object_of(heap, map_of(heap, tagged)), "Tag", false);
    uint64_t derived = object_with(heap, tagged, constructor, function(heap, "Derived"));
    expect(heap, object_of(heap, map_of(heap, derived)), "Derived", false);
    mkheap_free(heap);
}

static void test_chain_before_10(void **state)
{
    struct mkheap *heap = new_heap("9.4");
    (void)state;
    uint64_t constructor = heap->v8.well_known.constructor;
    uint64_t base = object_with(heap, 0, constructor, function(heap, "Base"));
    uint64_t plain = object_with(heap, base, constructor, function(heap, "Object"));
    expect(heap, object_of(heap, map_of(heap, plain)), "Object", false);
    uint64_t tagged =
        object_with(heap, base, heap->v8.well_known.to_string_tag, mkheap_text(heap, "Tag"));
    uint64_t derived = object_with(heap, tagged, constructor, function(heap, "Derived"));
    expect(heap, object_of(heap, map_of(heap, derived)), "Tag", false);
    mkheap_free(heap);
}

static void test_own_tag(void **state)
{
    struct mkheap *heap = new_heap("12.4");
    (void)state;
    uint64_t tag = heap->v8.well_known.to_string_tag;
    uint64_t map = map_of(heap, 0);
    add_property(heap, map, tag, 0, 0);
    uint64_t one = object_of(heap, map), two = object_of(heap, map), none = object_of(heap, map);
    mkheap_put(heap, one, 24, mkheap_text(heap, "One"));
    mkheap_put(heap, two, 24, mkheap_text(heap, "Two"));
    expect(heap, one, "One", true);
    expect(heap, two, "Two", true);
    expect(heap, none, "Object", true); // a tag that is no string
    // An accessor is not called.
    uint64_t getter = map_of(heap, 0);
    add_property(heap, getter, tag, ACCESSOR_IN_DESCRIPTOR, mkheap_text(heap, "never"));
    expect(heap, object_of(heap, getter), "Object", false);
    mkheap_free(heap);
}

static void test_own_function_name(void **state)
{
    struct mkheap *heap = new_heap("14.6");
    (void)state;
    uint64_t named = function(heap, "Source"), map;
    memcpy(&map, mkheap_at(heap, v8_untag(named)), sizeof map);
    mkheap_at(heap, v8_untag(map))[9] = 7; // the last word of a function's 64 bytes
    uint64_t base = object_with(heap, 0, heap->v8.well_known.constructor, named);
    expect(heap, object_of(heap, map_of(heap, base)), "Source", false);
    add_property(heap, map, heap->v8.well_known.name, 0, 0);
    mkheap_put(heap, named, 56, mkheap_text(heap, "Own"));
    expect(heap, object_of(heap, map_of(heap, base)), "Own", false);
    mkheap_put(heap, named, 56, mkheap_smi(1)); // no string: as if it were not there
    expect(heap, object_of(heap, map_of(heap, base)), "Source", false);
    mkheap_free(heap);
}

// Names that are alike up to where they are cut stay two.
static void test_long_names(void **state)
{
    struct mkheap *heap = new_heap("12.4");
    char long_name[600], names[2][CLASS_NAME_MAX];
    (void)state;
    memset(long_name, 'x', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    for (int i = 0; i < 2; i++) {
        struct v8_object found;
        long_name[sizeof long_name - 2] = (char)('a' + i);
        uint64_t base =
            object_with(heap, 0, heap->v8.well_known.constructor, function(heap, long_name));
        assert_true(v8_object_of(&heap->v8, object_of(heap, map_of(heap, base)), &found));
        v8_class_name(&heap->v8, &found.shape, 0, names[i]);
        assert_memory_equal(names[i], long_name, 200);
    }
    assert_string_not_equal(names[0], names[1]);
    mkheap_free(heap);
}

// Prototypes in a circle, and one that is no object.
static void test_damaged_chain(void **state)
{
    struct mkheap *heap = new_heap("12.4");
    (void)state;
    uint64_t map = map_of(heap, 0), object = object_of(heap, map);
    mkheap_put(heap, map, MAP_PROTOTYPE, object);
    expect(heap, object, "Object", false);
    mkheap_put(heap, map, MAP_PROTOTYPE, mkheap_text(heap, "no object"));
    expect(heap, object, "Object", false);
    mkheap_put(heap, map, MAP_PROTOTYPE, 0x123456789abcdef1);
    expect(heap, object, "Object", false);
    mkheap_free(heap);
}

// Objects that inherit in a row: the first `levels` of a chain that ends at `prototype`.
static void grow_chain(struct mkheap *heap, uint64_t prototype, uint64_t *objects, size_t levels)
{
    for (size_t i = 0; i < levels; i++)
        objects[i] = object_of(heap, map_of(heap, i > 0 ? objects[i - 1] : prototype));
}

// Each is named, from whichever end it begins; once without a memory, so that both say the same.
static void expect_chain(struct mkheap *heap, const uint64_t *objects, size_t levels,
                         const char *name)
{
    expect(heap, objects[levels - 1], name, false);
    for (int down = 0; down < 2; down++) {
        heap->v8.chain_memo = chain_memo_create();
        assert_non_null(heap->v8.chain_memo);
        for (size_t i = 0; i < levels; i++)
            expect(heap, objects[down ? levels - 1 - i : i], name, false);
        chain_memo_destroy(heap->v8.chain_memo);
        heap->v8.chain_memo = NULL;
    }
}

static void test_long_chain(void **state)
{
    enum { LEVELS = 700 };
    static const char *const lines[] = {"12.4", "9.4"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct mkheap *heap = new_heap(lines[i]);
        uint64_t objects[LEVELS], constructor = heap->v8.well_known.constructor;
        uint64_t base = object_with(heap, 0, constructor, function(heap, "Base"));
        grow_chain(heap, base, objects, LEVELS);
        expect_chain(heap, objects, LEVELS, "Base");
        // One in the middle has a tag: those above it are called so, it is not.
        uint64_t tagged = object_with(heap, objects[LEVELS / 2], heap->v8.well_known.to_string_tag,
                                      mkheap_text(heap, "Tag")), above[20];
        grow_chain(heap, tagged, above, 20);
        expect_chain(heap, above, 20, "Tag");
        expect_chain(heap, objects, LEVELS, "Base");
        mkheap_free(heap);
    }
}

// A chain that leads into a circle.
static void test_circle(void **state)
{
    enum { LEVELS = 400, BEGINS = 37 };
    struct mkheap *heap = new_heap("12.4");
    uint64_t objects[LEVELS], map;
    (void)state;
    grow_chain(heap, 0, objects, LEVELS);
    memcpy(&map, mkheap_at(heap, v8_untag(objects[0])), sizeof map);
    mkheap_put(heap, map, MAP_PROTOTYPE, objects[LEVELS - BEGINS]);
    expect_chain(heap, objects, LEVELS, "Object");
    mkheap_free(heap);
}

static void test_kinds(void **state)
{
    struct mkheap *heap = new_heap("12.4");
    (void)state;
    uint64_t array = mkheap_object(heap, mkheap_new_map(heap, ITYPE_JS_ARRAY, 32), 32);
    expect(heap, array, "Array", false);
    uint64_t wrapper =
        mkheap_object(heap, mkheap_new_map(heap, ITYPE_JS_PRIMITIVE_WRAPPER, 32), 32);
    expect(heap, wrapper, "Number", true);
    mkheap_put(heap, wrapper, 24, mkheap_text(heap, "x"));
    expect(heap, wrapper, "String", true);
    expect(heap, function(heap, "f"), "(closure)", false);
    expect(heap, mkheap_text(heap, "x"), "(string)", false);
    expect(heap, heap->maps[ITYPE_MAP], "(system)", true); // the page is read-only
    mkheap_free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_constructor),   cmocka_unit_test(test_chain),
        cmocka_unit_test(test_chain_before_10),   cmocka_unit_test(test_own_tag),
        cmocka_unit_test(test_own_function_name), cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_damaged_chain),     cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_circle),            cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
