#include "views/index_list.h"

#include <stdlib.h>

static bool grow(struct index_list *list)
{
    uint64_t capacity = list->capacity < 256 ? 256 : list->capacity + list->capacity / 2;
    size_t item = list->wide != NULL ? sizeof *list->wide : sizeof *list->narrow;
    if (capacity > SIZE_MAX / item)
        return false;
    void *old = list->wide != NULL ? (void *)list->wide : (void *)list->narrow;
    void *memory = realloc(old, (size_t)capacity * item);
    if (memory == NULL)
        return false;
    if (list->wide != NULL)
        list->wide = memory;
    else
        list->narrow = memory;
    list->capacity = capacity;
    return true;
}

static bool widen(struct index_list *list)
{
    uint64_t capacity = list->capacity < 256 ? 256 : list->capacity;
    uint64_t *wide = calloc((size_t)capacity, sizeof *wide);
    if (wide == NULL)
        return false;
    for (uint64_t i = 0; i < list->count; i++)
        wide[i] = list->narrow[i];
    free(list->narrow);
    list->narrow = NULL;
    list->wide = wide;
    list->capacity = capacity;
    return true;
}

bool index_list_push(struct index_list *list, uint64_t index)
{
    if (index > UINT32_MAX && list->wide == NULL && !widen(list))
        return false;
    if (list->count == list->capacity && !grow(list))
        return false;
    if (list->wide != NULL)
        list->wide[list->count++] = index;
    else
        list->narrow[list->count++] = (uint32_t)index;
    return true;
}

void index_list_clear(struct index_list *list)
{
    free(list->narrow);
    free(list->wide);
    *list = (struct index_list){0};
}

bool index_list_find_sorted(const struct index_list *list, uint64_t index, uint64_t *ret)
{
    uint64_t low = 0, high = list->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (index_list_get(list, middle) < index)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return low < list->count && index_list_get(list, low) == index;
}

bool index_list_find(const struct index_list *list, uint64_t index, uint64_t *ret)
{
    for (uint64_t i = 0; i < list->count; i++) {
        if (index_list_get(list, i) == index) {
            *ret = i;
            return true;
        }
    }
    return false;
}
