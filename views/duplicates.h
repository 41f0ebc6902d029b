// `strings --duplicates`: texts that are in the heap more than once.
#ifndef DUMPDIVE_VIEWS_DUPLICATES_H
#define DUMPDIVE_VIEWS_DUPLICATES_H

#include "heap/error.h"

#include <stdint.h>

struct heap;
struct view;

// `isolate` -1: of all isolates.
struct view *duplicates_open(struct heap *heap, int64_t isolate, struct error *error);

#endif
