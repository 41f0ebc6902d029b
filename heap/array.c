#include "heap/array.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ITEMS = 64 };

bool array_reserve(void *array, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return true;
    void *items;
    memcpy(&items, array, sizeof items); // whatever type it points to
    size_t more = *capacity > 0 ? 2 * *capacity : FIRST_ITEMS;
    items = more > *capacity ? reallocarray(items, more, item_size) : NULL;
    if (items == NULL)
        return false;
    memcpy(array, &items, sizeof items);
    *capacity = more;
    return true;
}
