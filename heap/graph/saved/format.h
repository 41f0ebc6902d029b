// The file of a saved index: what the stages found out about a core, so that opening it again skips
// them. Host byte order and the records below, as they lie in memory: an index is for the machine and
// the program that wrote it, and anything else is refused.
//
//   header (one page), sections (each from a page boundary on), checksums of all pages of sections
//
// Any change of a record, of what a section means, or of what the stages find is a new
// SAVED_FORMAT.
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_FORMAT_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_FORMAT_H

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/edges/reverse.h"
#include "heap/graph/index/walk.h"
#include "heap/graph/saved/core_mark.h"

#define SAVED_MAGIC "dumpdive index\n"

enum {
    SAVED_FORMAT = 4,
    SAVED_BYTE_ORDER = 0x01020304,
    SAVED_ALIGN = 4096,
    SAVED_BLOCK = 1 << 20, // bytes that one checksum is for
};

enum saved_section_id {
    SAVED_PAGES,      // saved_page of each page of the heap
    SAVED_ACCOUNTS,   // walk_page of each
    SAVED_BITS,       // index_bits of the pages that have some, in their order
    SAVED_TOTALS,     // walk_total
    SAVED_TEXTS,      // names of renamed objects, each with its NUL
    SAVED_RENAMED,    // saved_renamed
    SAVED_STARTS,     // uint32_t: reverse.starts
    SAVED_BASES,      // uint64_t: reverse.bases
    SAVED_SOURCES,    // uint32_t: reverse.sources
    SAVED_OTHERS,     // reverse_other of all stretches, one after the other
    SAVED_OTHER_COUNTS, // uint64_t: of each stretch
    SAVED_EPHEMERONS, // ephemeron
    SAVED_ROOTS,      // saved_root
    SAVED_LEVELS,     // reach.levels
    SAVED_NODES,      // dominator_node of each object
    SAVED_LARGE,      // uint64_t: dominators.large
    SAVED_TYPES,      // saved_type of each row by shape
    SAVED_SUMS,       // saved_sums, one
    SAVED_SECTIONS
};

struct saved_page {
    uint32_t objects;
    uint32_t has_bits;
};

struct saved_renamed {
    uint64_t address;
    uint64_t text; // where its name begins in SAVED_TEXTS
};

struct saved_root {
    uint64_t slot, target;
    uint32_t id, place;
    uint16_t isolate;
    uint8_t kind, certainty, weak, zero[3];
};

// What is found again by map, isolate and `renamed`, and what was found out about it.
struct saved_type {
    uint64_t map;
    uint32_t isolate, renamed;
    uint64_t count, example;
    uint64_t retained, outermost, unreachable;
};

// Figures that belong to no record.
struct saved_sums {
    uint64_t objects, shapes;
    uint64_t strong, read_only;
    uint64_t reached, deepest, width;
    uint64_t held_bytes, held, numbered;
};

struct saved_section {
    uint64_t offset, size; // in bytes
};

struct saved_header {
    char magic[16];
    uint32_t byte_order, format;
    uint64_t record_sizes; // saved_record_sizes()
    uint64_t file_size;
    struct core_mark mark;
    struct saved_section sections[SAVED_SECTIONS];
    struct saved_section checksums; // uint64_t of each SAVED_BLOCK from SAVED_ALIGN on
    uint64_t checksums_sum;         // checksum of them
    uint64_t header_sum;            // of everything above
};

_Static_assert(sizeof(struct saved_header) <= SAVED_ALIGN, "the header is one page");
_Static_assert(sizeof(struct saved_root) == 32, "no padding");

// Bytes of one record of a section; 1: no records.
static inline uint64_t saved_record(enum saved_section_id id)
{
    static const uint64_t sizes[SAVED_SECTIONS] = {
        [SAVED_PAGES] = sizeof(struct saved_page),
        [SAVED_ACCOUNTS] = sizeof(struct walk_page),
        [SAVED_BITS] = sizeof(struct index_bits),
        [SAVED_TOTALS] = sizeof(struct walk_total),
        [SAVED_TEXTS] = 1,
        [SAVED_RENAMED] = sizeof(struct saved_renamed),
        [SAVED_STARTS] = sizeof(uint32_t),
        [SAVED_BASES] = sizeof(uint64_t),
        [SAVED_SOURCES] = sizeof(uint32_t),
        [SAVED_OTHERS] = sizeof(struct reverse_other),
        [SAVED_OTHER_COUNTS] = sizeof(uint64_t),
        [SAVED_EPHEMERONS] = sizeof(struct ephemeron),
        [SAVED_ROOTS] = sizeof(struct saved_root),
        [SAVED_LEVELS] = 1,
        [SAVED_NODES] = sizeof(struct dominator_node),
        [SAVED_LARGE] = sizeof(uint64_t),
        [SAVED_TYPES] = sizeof(struct saved_type),
        [SAVED_SUMS] = sizeof(struct saved_sums),
    };
    return sizes[id];
}

// A figure that changes with the size of any record.
static inline uint64_t saved_record_sizes(void)
{
    uint64_t sum = sizeof(struct saved_header);
    for (int id = 0; id < SAVED_SECTIONS; id++)
        sum = sum * 131 + saved_record((enum saved_section_id)id);
    return sum;
}

#endif
