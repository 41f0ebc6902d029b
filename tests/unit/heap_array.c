// Arrays that grow by one item at a time.
#include "heap/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_items_stay(void **state)
{
    (void)state;
    uint32_t *items = NULL;
    size_t capacity = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        assert_true(array_reserve(&items, i, &capacity, sizeof *items));
        assert_true(capacity > i);
        items[i] = i;
    }
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(items[i], i);
    free(items);
}

static void test_too_large(void **state)
{
    (void)state;
    uint64_t one = 1, *items = &one;
    size_t capacity = SIZE_MAX / sizeof one;
    assert_false(array_reserve(&items, capacity, &capacity, sizeof *items));
    assert_ptr_equal(items, &one);
    assert_true(capacity == SIZE_MAX / sizeof one);
    capacity = SIZE_MAX / 2 + 1; // doubling wraps
    assert_false(array_reserve(&items, capacity, &capacity, sizeof *items));
    assert_ptr_equal(items, &one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items_stay),
        cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
