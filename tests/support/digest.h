// One figure for everything the stages found out about a heap: equal when all of it is.
#ifndef DUMPDIVE_TESTS_SUPPORT_DIGEST_H
#define DUMPDIVE_TESTS_SUPPORT_DIGEST_H

#include <stdint.h>

struct heap;

// All stages are done. Of every object: its address, the type's name, who refers to it, its level,
// dominator and retained size; the roots; the rows of types; the account of every page.
uint64_t digest_heap(struct heap *heap);

#endif
