// Finding out where a V8 keeps what, when no table was made for it or its table does not fit.
//
// Many structures of V8 test themselves: a page's owner points back at the page's heap, a page list
// goes through all pages of its space, a map is its own map, an object ends where the next one
// begins. What such a test decides is *inferred*; what none decides stays unknown, and is said.
// Nothing here trusts a number because another version had it, but where the test has confirmed it.
#ifndef DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_H
#define DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_H

#include "heap/v8/calibrate/calibrate_evidence.h"
#include "heap/v8/space/pages.h"
#include "heap/v8/v8.h"

// Pages, isolates, spaces, page lists and allocation areas: fills v8->adapted from the row whose
// pages are found (its chunk, space, isolate and area parts), and `ret` with the pages.
// `version` is a version_number, 0: unknown. False: out of memory. No isolate: nothing was found.
bool calibrate_pages(struct v8 *v8, unsigned version, struct page_scan *ret);

// The parts of it. A chunk header that is none of the rows': sets the chunk and space fields of
// `layout` that pages need to be found. False when nothing in memory looks like one.
bool calibrate_chunk(const struct memory *memory, struct layout *layout);

// Where the page lists and the allocation areas are, given pages whose kinds are right.
bool calibrate_lists(const struct memory *memory, const struct page_scan *scan,
                     struct layout *layout);
void calibrate_areas(const struct memory *memory, const struct page_scan *scan,
                     struct layout *layout);

// Numbers of instance types, from the maps in the dump and the symbols that `types` has taken; what
// `types` already knows helps. `line`: whose types are most alike; untouched when there are no maps.
// False: out of memory.
bool calibrate_types(struct itype_map *types, const struct evidence *evidence, size_t *line);

// Size rules by number for what the maps do not tell (ret->by_number). False: out of memory.
bool calibrate_sizes(struct size_rules *ret, const struct map_facts *facts);

// Fields of objects, into v8->adapted and v8->scope, given types, sizes and objects that were walked.
void calibrate_fields(struct v8 *v8, const struct map_facts *facts);

#endif
