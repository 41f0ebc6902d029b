// Which pages are in use, by the lists that V8's spaces keep of them.
#ifndef DUMPDIVE_HEAP_V8_SPACE_PAGE_LISTS_H
#define DUMPDIVE_HEAP_V8_SPACE_PAGE_LISTS_H

#include "heap/v8/v8.h"

// Follow every space's list of pages (Space::memory_chunk_list_, src/heap/list.h) and mark as
// PAGE_FREE what holds no live objects: from-space, to-space behind the page that is allocated on,
// and pages that a collection has emptied and taken off the list but not unmapped yet. A list that
// breaks off, because a page of it is not in the dump, frees nothing and is warned of; the pages
// behind the break that are in the dump are walked all the same. False: out of memory.
bool page_lists_mark(struct v8 *v8);

#endif
