// Arrays that grow by one item at a time.
#ifndef DUMPDIVE_HEAP_ARRAY_H
#define DUMPDIVE_HEAP_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

// Make room for one more item behind the `count` there are. `array` is the address of the pointer
// to the items (T **), `*capacity` how many fit; both change when the array is full: it doubles.
// False when out of memory: nothing changed.
bool array_reserve(void *array, size_t count, size_t *capacity, size_t item_size);

#endif
