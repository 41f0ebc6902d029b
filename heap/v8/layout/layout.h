// Where V8 keeps what: offsets and sizes per line of V8, as data.
//
// Offsets are bytes from the untagged start of an object or struct; -1 says that the version has no
// such field or that its place is unknown. The rows were verified by experiment on cores of the
// official builds (Node 12.22.12 to 26.10.0, x86-64, no pointer compression, no sandbox).
// V8 files named are those of that line's source tree.
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_H
#define DUMPDIVE_HEAP_V8_LAYOUT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LAYOUT_LINES = 8, // 7.8, 8.4, 9.4, 10.2, 11.3, 12.4, 13.6, 14.6
    LAYOUT_SPACE_IDS = 16,
    LAYOUT_SPACE_ORDERS = 6,
    V8_PAGE_SIZE = 256 * 1024, // kRegularPageSize, src/common/globals.h; pages are aligned to it
};

// A chunk (page) header: src/heap/basic-memory-chunk.h, from V8 13 base-page.h and
// memory-chunk-metadata.h, when the header moved off the page into malloc'ed metadata.
struct layout_chunk {
    int16_t metadata; // offset in the page of the pointer to the metadata; -1: the page itself
    int16_t flags;    // in the page
    int16_t size, heap, area_start, area_end, owner, allocated, high_water, next; // in the metadata
    uint32_t flag_read_only, flag_large, flag_from, flag_to, flag_evacuated, flag_executable;
};

// V8's spaces under one name for all versions: src/heap/... AllocationSpace in common/globals.h.
enum space_kind {
    SPACE_NONE,
    SPACE_READ_ONLY,
    SPACE_NEW,
    SPACE_OLD,
    SPACE_CODE,
    SPACE_MAP,
    SPACE_SHARED,
    SPACE_TRUSTED,
    SPACE_SHARED_TRUSTED,
    SPACE_NEW_LARGE,
    SPACE_LARGE,
    SPACE_CODE_LARGE,
    SPACE_SHARED_LARGE,
    SPACE_TRUSTED_LARGE,
    SPACE_SHARED_TRUSTED_LARGE,
    SPACE_KIND_COUNT
};

// src/heap/base-space.h, spaces.h, new-spaces.h, paged-spaces.h
struct layout_space {
    int16_t heap, id;          // of Space
    int16_t first_page;        // memory_chunk_list_ front; the back follows
    int16_t current_page;      // of SemiSpace
    int16_t semi_id;           // id_ of SemiSpace (0 from-space, 1 to-space); -1: unknown
    uint8_t kind_of_id[LAYOUT_SPACE_IDS]; // enum space_kind by AllocationSpace number
};

// src/execution/isolate.h, isolate-data.h, src/heap/heap.h
struct layout_isolate {
    int32_t heap;              // offset of the Heap in its Isolate
    int32_t heap_isolate;      // of the Isolate* in Heap
    int32_t roots;             // of the roots table
    int32_t c_entry_fp, handler, handle_scope, global_handles;
    int32_t new_area;          // linear allocation area {start, top, limit} of new space
    int32_t old_area;
    bool roots_ordered;        // the first root is the FreeSpace map (not in 14.6)
};

// Linear allocation areas held by the space objects: {start, top, limit}, or {top, limit} when
// `pair`. Offsets from the Space.
struct layout_areas {
    bool pair;
    int16_t space;             // old, code and map space
    int16_t space_late;        // code and map space where it differs; -1: same
};

// One layout of the objects that the walk has to understand; sizes in size_rules.c.
struct layout_map {            // src/objects/map.h; the same in all lines
    uint8_t size_in_words, inobject_start, instance_type, bit_field, bit_field2, bit_field3;
    uint8_t prototype, constructor, descriptors;
};

// What surrounds code, from 10.2 on; src/objects/bytecode-array.tq, code.h, feedback-vector.h. Offsets
// of tagged words; 0: none.
struct layout_code {
    uint8_t constant_pool, handler_table, source_positions; // of BytecodeArray
    uint8_t deoptimization, position_table, relocation;     // of Code
    uint8_t code_stream;                                    // its InstructionStream, a Smi: none
    uint8_t stream_relocation;                              // of InstructionStream
    uint8_t feedback_slots;                                 // of FeedbackVector
    uint8_t script_options;                                 // of Script: host-defined options
};

// How a line finds the name of an object's constructor: constructor_name.h
struct layout_naming {
    bool by_level;                  // the prototype chain is searched level by level
    bool own_function_name;         // a function's own property "name" counts
    bool marks_globals;             // "x (global*)", and "x (global)" for the proxy before it
};

struct layout {
    const char *name;          // "12.4"
    uint16_t major, minor;     // the line's V8 version
    const char *node;          // "22"
    struct layout_chunk chunk;
    struct layout_space space;
    struct layout_isolate isolate;
    struct layout_areas areas;
    uint8_t descriptors_header;     // bytes before the first descriptor: 24 or 32
    uint8_t context_header;         // slots before the first local, without extension: 2 or 4
    uint8_t elements_kind_mask, elements_kind_shift; // of Map::bit_field2
    uint8_t prop_attributes_shift, prop_location_shift; // of PropertyDetails
    bool unboxed_doubles;           // double fields are raw in the object (7.8)
    uint8_t sfi_name, sfi_script, sfi_data, sfi_untrusted_data; // SharedFunctionInfo
    uint8_t function_shared, function_context;
    uint8_t elements_dictionary;    // number of DICTIONARY_ELEMENTS
    bool typed_bigint_early;        // BigInt64 kinds before Uint8Clamped, not at the end
    struct layout_naming naming;
    struct layout_code code;
    uint8_t name_dictionary_prefix; // 2 or 3 Smi slots before the entries
    uint8_t name_hash_shift;        // of Name::hash in its word; 0: not known
    uint8_t symbol_private_mask;    // of Symbol::flags: bits any of which makes it private
    bool hole_is_oddball;
    bool area_is_used;              // V8 counts the rest of old space's allocation area as used
};

extern const struct layout layouts[LAYOUT_LINES];

// AllocationSpace (src/common/globals.h) of every V8 since 7.8, oldest first, for versions that no
// row was made for.
struct layout_space_order {
    uint16_t since;            // version_number of the first V8 that has it
    uint8_t kind_of_id[LAYOUT_SPACE_IDS];
};
extern const struct layout_space_order layout_space_orders[LAYOUT_SPACE_ORDERS];

// Versions of V8 as numbers in their order: 12.4 is 124 (minor versions go from 0 to 9).
static inline unsigned version_number(unsigned major, unsigned minor)
{
    return 10 * major + minor;
}

// The line of exactly this version_number, or LAYOUT_LINES when no table was made for it.
size_t layout_line(unsigned version);
// The line whose row is nearest to this version_number (0: unknown, takes any) and not excluded.
size_t layout_nearest(unsigned version, const bool excluded[LAYOUT_LINES]);

// layout.area_is_used of any version: seen from 8.6 (Node 15) to 11.8 (Node 21).
static inline bool layout_area_is_used(unsigned version)
{
    return version >= 86 && version < 120;
}

const char *space_kind_name(enum space_kind kind); // "old-space"
const char *space_v8_name(enum space_kind kind);   // "old_space", as in v8.getHeapSpaceStatistics()
static inline bool space_is_large(enum space_kind kind)
{
    return kind >= SPACE_NEW_LARGE;
}

#endif
