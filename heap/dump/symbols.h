// Symbol tables of the mapped objects, loaded when first asked for. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_SYMBOLS_H
#define DUMPDIVE_HEAP_DUMP_SYMBOLS_H

#include "heap/dump/objects.h"

struct symbols;

// Symbols of `objects`, from their files, or, of those without one, from what the core saved of the
// dynamic symbol table in `memory`. Both must outlive the result (`memory` may be filled later,
// before the first use). NULL when out of memory. Freed by symbols_free.
struct symbols *symbols_create(const struct objects *objects, const struct memory *memory);
void symbols_free(struct symbols *symbols);

// See dump_symbols. Thread-safe.
void symbols_visit(struct symbols *symbols, uint32_t types, const char *prefix,
                   bool (*visit)(void *context, const struct dump_symbol *symbol), void *context);

// Read and order the symbols of all objects now, which else the first one who asks has to wait for.
void symbols_prepare(struct symbols *symbols);

// The symbol of object `index` that contains `address` (in the loaded image). Thread-safe.
bool symbols_at(struct symbols *symbols, size_t index, uint64_t address, struct dump_symbol *ret);

#endif
