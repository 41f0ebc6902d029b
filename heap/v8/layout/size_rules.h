// How big an object is, when its map does not say.
//
// Map::instance_size gives most sizes. For the rest there is one rule per instance type and line of
// V8 (HeapObject::SizeFromMap in src/objects/objects.cc; read out of the machine code of each
// official build, then verified by walking cores).
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_SIZE_RULES_H
#define DUMPDIVE_HEAP_V8_LAYOUT_SIZE_RULES_H

#include "heap/v8/layout/instance_type.h"
#include "heap/v8/layout/layout.h"

enum size_kind {
    SIZE_UNKNOWN,
    SIZE_FIXED,    // of the map
    SIZE_COUNTED,  // header + unit * count, rounded up
    SIZE_COMPUTED, // by a function
    SIZE_SUM,      // header + the u32s at `at` and behind it, rounded up
    SIZE_SCOPE,    // ScopeInfo with the parts that `mask` says, a set of scope_part
    SIZE_BY_CODE,  // 11.3's InstructionStream: its Code object knows
};

// How the ScopeInfos of lines differ (src/objects/scope-info.tq).
enum scope_part {
    SCOPE_RECEIVER = 1,         // a word for a receiver on the stack or in the context
    SCOPE_CLASS_POSITIONS = 2,  // classes have positions, unless empty
    SCOPE_NAME_TABLE = 4,       // many names are in one hash table
    SCOPE_MODULE_FIRST = 8,     // the number of module variables is the first part
    SCOPE_BLOCK_LIST = 16,
    SCOPE_FIXED_POSITIONS = 32, // raw flags; positions of all scopes, at a fixed place
    SCOPE_DEPENDENT_CODE = 64,
    SCOPE_PARAMETER_BITS = 128, // functions end with a word on unused parameters
    SCOPE_MODULE_IS_5 = 256,    // scope type number of modules; else 3
    SCOPE_PARTS = 512,
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
    struct size_rule *by_number; // ITYPE_NUMBER_MAX rules found by trial, which come first; or NULL
};

// The rule of a type in a line; NULL: its maps tell the size, or the line has no such type.
const struct size_rule *size_rule_of(enum itype type, size_t line);
// Rules of versions between the lines, which no line has; NULL: there are no more.
const struct size_rule *size_rule_other(size_t index, enum itype *type);
bool size_rule_equals(const struct size_rule *a, const struct size_rule *b);

// Size of a ScopeInfo of a line with these parts. 0: damaged.
uint64_t size_of_scope(const uint8_t *object, uint64_t available, uint32_t parts);

void size_rules_init(struct size_rules *table, const struct itype_map *types, size_t line);

#endif
