// Symbol tables of the mapped objects, loaded when first asked for. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_SYMBOLS_H
#define DUMPDIVE_HEAP_DUMP_SYMBOLS_H

#include "heap/dump/objects.h"

struct symbols;

// `objects` must outlive the result. NULL when out of memory. Freed by symbols_free.
struct symbols *symbols_create(const struct objects *objects);
void symbols_free(struct symbols *symbols);

// See dump_symbols. Thread-safe.
void symbols_visit(struct symbols *symbols, const char *prefix,
                   bool (*visit)(void *context, const struct dump_symbol *symbol), void *context);

// The symbol of object `index` that contains `address` (in the loaded image). Thread-safe.
bool symbols_at(struct symbols *symbols, size_t index, uint64_t address, struct dump_symbol *ret);

#endif
