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
    items = realloc(items, more * item_size);
    if (items == NULL)
        return false;
    memcpy(array, &items, sizeof items);
    *capacity = more;
    return true;
}
