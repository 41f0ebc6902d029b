// Sorting rows in slices: rows are added with their keys, gathered in sorted runs, and merged into
// a list of indexes a few at a time. More rows may be added after a merge and everything merged
// again, so a growing list is not sorted from scratch.
//
// A row costs about 14 bytes here and what its text takes, until the sorter is destroyed.
#ifndef DUMPDIVE_VIEWS_SORTER_H
#define DUMPDIVE_VIEWS_SORTER_H

#include "views/index_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SORT_TEXT_MAX = 128, // bytes of a text that count
};

// Numbers come before texts, and what has neither comes last in both directions.
struct sort_key {
    bool empty;
    const char *text; // not NULL: a text of `length` bytes
    size_t length;
    uint64_t number;
};

struct sorter;

// NULL when memory is out.
struct sorter *sorter_create(bool descending);
void sorter_destroy(struct sorter *sorter); // NULL is fine
// Indexes have to be added in ascending order: ties keep it. False when memory is out.
bool sorter_add(struct sorter *sorter, const struct sort_key *key, uint64_t index);
uint64_t sorter_count(const struct sorter *sorter);

// Begin to merge all rows added so far. False when memory is out.
bool sorter_merge_begin(struct sorter *sorter);
// Append up to `rows` more to `list`. False when memory is out; `*more` tells whether some remain.
bool sorter_merge_step(struct sorter *sorter, uint64_t rows, struct index_list *list, bool *more);

#endif
