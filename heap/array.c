#include "heap/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ITEMS = 64 };

bool array_reserve(void *array, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return true;
    if (*capacity > SIZE_MAX / 2 / item_size)
        return false;
    void *items;
    memcpy(&items, array, sizeof items); // whatever type it points to
    size_t more = *capacity > 0 ? 2 * *capacity : FIRST_ITEMS;
    void *grown = realloc(items, more * item_size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof grown);
    *capacity = more;
    // cppcheck-suppress memleak ; it does not see it go to *array
    return true;
}
