// A growing list of row indexes: 32 bits each as long as all of them fit, 64 from then on.
#ifndef DUMPDIVE_VIEWS_INDEX_LIST_H
#define DUMPDIVE_VIEWS_INDEX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_list {
    uint64_t count, capacity;
    uint32_t *narrow; // exactly one of the two is used
    uint64_t *wide;
};

// Append. False when memory is out; the list is then as before.
bool index_list_push(struct index_list *list, uint64_t index);
void index_list_clear(struct index_list *list); // frees the memory too

static inline uint64_t index_list_get(const struct index_list *list, uint64_t position)
{
    return list->wide != NULL ? list->wide[position] : list->narrow[position];
}

// Position of an index: in a list in ascending order, and in any list.
bool index_list_find_sorted(const struct index_list *list, uint64_t index, uint64_t *ret);
bool index_list_find(const struct index_list *list, uint64_t index, uint64_t *ret);

#endif
