// Where deep cons strings begin, remembered.
//
// A string made by a million appends begins a million nodes below its root, and so does each of the
// strings it grew from. A list of such strings reads the beginning of every one. The node low on the
// leftmost path that still has STRING_START_UNITS characters begins with the very characters that all
// strings above it begin with: once found, it is remembered for the root and for some of the nodes
// passed, so that whoever comes by one of them is there at once. Memory is fixed. Any thread may ask.
#ifndef DUMPDIVE_HEAP_V8_STRING_STRING_STARTS_H
#define DUMPDIVE_HEAP_V8_STRING_STRING_STARTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    STRING_START_UNITS = 4096, // what a row can hold
    STRING_STARTS_PASSED = 512, // nodes passed on one descent that are remembered
};

struct string_starts;

struct string_starts *string_starts_create(void); // NULL: out of memory
void string_starts_destroy(struct string_starts *starts); // NULL is fine

// Nodes passed on a way down: all that string_starts_know may be asked about, a sample of them kept.
struct string_way {
    uint32_t passed, stride, count;
    uint64_t kept[STRING_STARTS_PASSED];
};

void string_way_begin(struct string_way *way, uint64_t root);
// Is this node, below the root, one of those that are remembered? It is then part of the way.
bool string_way_pass(struct string_way *way, uint64_t node);

// The start that is known for a node. NULL `starts` know none.
bool string_starts_know(struct string_starts *starts, uint64_t node, uint64_t *ret);
// Remember it for all of the way.
void string_starts_learn(struct string_starts *starts, const struct string_way *way, uint64_t start);

#endif
