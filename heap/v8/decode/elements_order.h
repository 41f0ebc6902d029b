// The entries of a dictionary of elements (NumberDictionary) in order of their indexes.
//
// A hash table has no order of its own. Rows are found in windows: counting passes find where a
// window begins, one more collects it; memory is the same for any number of entries.
#ifndef DUMPDIVE_HEAP_V8_DECODE_ELEMENTS_ORDER_H
#define DUMPDIVE_HEAP_V8_DECODE_ELEMENTS_ORDER_H

#include "heap/v8/decode/inspect.h"

// The index that the entry in a slot of the table stands for. False: the slot is not in use.
bool elements_order_index(const struct v8_section *section, uint64_t slot, uint32_t *ret,
                          const struct v8 *v8);

// Entries in use: one pass.
uint64_t elements_order_count(const struct v8_section *section, const struct v8 *v8);

// The slot of row `row` in order of index. Near the last one asked for it costs nothing.
bool elements_order_slot(struct v8_inspection *in, const struct v8_section *section, uint64_t row,
                         uint64_t *ret);

#endif
