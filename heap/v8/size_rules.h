// How big an object is, when its map does not say.
//
// Map::instance_size gives most sizes. For the rest there is one rule per instance type and line of
// V8 (HeapObject::SizeFromMap in src/objects/objects.cc; read out of the machine code of each
// official build, then verified by walking cores).
#ifndef DUMPDIVE_HEAP_V8_SIZE_RULES_H
#define DUMPDIVE_HEAP_V8_SIZE_RULES_H

#include "heap/v8/instance_type.h"
#include "heap/v8/layout.h"

enum size_kind {
    SIZE_UNKNOWN,
    SIZE_FIXED,    // of the map
    SIZE_COUNTED,  // header + unit * count, rounded up
    SIZE_COMPUTED, // by a function
    SIZE_BY_CODE,  // 11.3's InstructionStream: its Code object knows
};

struct size_rule {
    uint8_t kind;
    uint8_t at;     // offset of the u32 that holds the count (upper half of a Smi)
    uint8_t shift;  // of the count in that word
    uint8_t unit;   // bytes each
    uint16_t align; // power of two
    uint32_t header;
    uint32_t mask;  // of the count after the shift; 0: no count, the header is all
    // `available` bytes from the start of the object may be read (at least 64). 0: damaged.
    uint64_t (*compute)(const uint8_t *object, uint64_t available);
};

struct size_rules {
    struct size_rule by_type[ITYPE_COUNT];
};

void size_rules_init(struct size_rules *table, const struct itype_map *types, size_t line);

#endif
