// The command line of the process, from its own memory.
#ifndef DUMPDIVE_HEAP_DUMP_ARGUMENTS_H
#define DUMPDIVE_HEAP_DUMP_ARGUMENTS_H

#include "heap/dump/dump.h"

// Addresses of the argument strings, as the kernel laid them out on the main thread's stack: argc,
// argv pointers, NULL, environment pointers, NULL, auxiliary vector (System V ABI, process
// initialisation). Fills at most `capacity` addresses and returns how many there are; 0: not found.
// A process that changed its title overwrote the strings.
size_t dump_arguments(const struct dump *dump, uint64_t *addresses, size_t capacity);

#endif
