// What is not there of a dump and of its heap, in words: why a result is partial (view_status).
#ifndef DUMPDIVE_VIEWS_MISSING_H
#define DUMPDIVE_VIEWS_MISSING_H

#include "heap/heap.h"

// Add one more thing to a list of them; what does not fit is cut.
void missing_add(char *text, size_t capacity, const char *more);

// Add what the core's headers promise and the file does not hold, and what of it is malformed.
void missing_of_dump(const struct heap *heap, char *text, size_t capacity);
// Add that, and what was not found of the heap or could not be walked.
void missing_of_heap(const struct heap *heap, char *text, size_t capacity);

#endif
