// The dynamic symbol table of an object as it lay in the process's memory. Internal to heap/dump.
//
// Where the file is not at hand: gcore saves the first mapping of each object whole, and with it the
// names and addresses of all v8dbg_ constants.
#ifndef DUMPDIVE_HEAP_DUMP_DYNAMIC_H
#define DUMPDIVE_HEAP_DUMP_DYNAMIC_H

#include "heap/dump/objects.h"

struct symbol_table {
    const uint8_t *symbols; // Elf64_Sym, perhaps unaligned
    size_t count;
    const char *strings; // the last byte is a NUL
    size_t strings_size;
};

// Cut `table->strings`, of `size` bytes, after its last NUL. False when it has none.
bool symbol_table_strings(struct symbol_table *table, const void *strings, uint64_t size);

// False when it is not there, or not all of it. The table points into the core.
bool dynamic_symbols(const struct object *object, const struct memory *memory,
                     struct symbol_table *ret);

#endif
