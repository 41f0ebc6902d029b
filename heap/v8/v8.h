// The V8 heaps of a dumped process: version, isolates, spaces and pages.
//
// Opening reads page headers only. Everything here is immutable afterwards, but for the shape table
// (shape.h) and what is remembered (string_starts, chain_memo), and may be read from any thread.
#ifndef DUMPDIVE_HEAP_V8_V8_H
#define DUMPDIVE_HEAP_V8_V8_H

#include "heap/dump/dump.h"
#include "heap/error.h"
#include "heap/v8/layout/instance_type.h"
#include "heap/v8/layout/layout.h"
#include "heap/v8/layout/size_rules.h"

enum {
    V8_NO_ISOLATE = 0xffff, // of pages that all isolates share
    V8_TAG = 1,             // low bit of a tagged pointer to a heap object
    V8_TAG_MASK = 3,        // 01 strong, 11 weak; low bit 0: Smi
    V8_WEAK_TAG = 3,
    V8_CLEARED_WEAK = 3,    // low 32 bits of a weak reference whose target died
};

// Names that the engine looks properties up by, tagged; 0: not found (see well_known.h).
struct v8_well_known {
    uint64_t constructor, name, to_string_tag;
};

struct v8_isolate {
    uint64_t address;     // Isolate*; 0: unknown
    uint64_t heap;        // Heap*
    int32_t tid;          // of the thread it runs on, 0: unknown
    unsigned old_spaces;  // how many spaces say that they are its old space
    bool gc;              // the dump was taken while a collection moved objects
    struct v8_well_known well_known; // of its own read-only space (V8 before 10)
};

enum v8_page_state {
    PAGE_LIVE, // holds objects: walk it
    PAGE_FREE, // from-space, or to-space not reached yet: holds no live objects
};

struct v8_page {
    uint64_t base;        // chunk address, aligned to V8_PAGE_SIZE
    uint64_t metadata;    // where the header's fields are: base up to V8 12
    uint64_t start, end;  // area that holds objects
    uint64_t size;        // of the chunk as V8 counts it
    uint64_t owner;       // Space*
    uint64_t allocated;   // bytes V8 counts as allocated (objects and LABs); 0: unknown
    const uint8_t *bytes; // host memory of [start, start + readable)
    uint64_t readable;
    uint8_t *composed;    // `bytes` when they had to be put together, else NULL
    uint32_t flags;
    uint16_t isolate;     // index, or V8_NO_ISOLATE
    uint8_t kind;         // enum space_kind
    uint8_t state;        // enum v8_page_state
    bool large;           // one object at start
};

struct v8_space {
    enum space_kind kind;
    uint16_t isolate;     // index, or V8_NO_ISOLATE
    uint64_t owner;       // Space*; 0: read-only space without one
    uint64_t pages, size;
};

// A linear allocation area: [top, limit) holds no objects.
struct v8_area {
    uint64_t top, limit;
    uint64_t found_at;    // address of the words that say so
    bool trusted;         // at a place V8 keeps its current areas; others may be stale copies
};

// A large object that a scavenge under way has promoted in place: its map word is its own address,
// its map is only in the scavenger's table (SurvivingNewLargeObjectsMap, src/heap/scavenger.h).
struct v8_survivor {
    uint64_t address, map_word; // map_word 0: not found
};

enum v8_metadata_source {
    METADATA_SYMBOLS = 1,
    METADATA_TABLES = 2,
};

struct layout_scope;
struct string_starts;
struct chain_memo;

struct v8 {
    const struct dump *dump;
    const struct memory *memory;
    const struct layout *layout;
    size_t line;              // index of `layout` in layouts
    bool foreign;             // no table was made for exactly this V8: figures are inferred
    size_t without;           // line whose tables are not to be used; LAYOUT_LINES: use all
    struct layout adapted;    // `layout` points here when calibration changed something
    const struct layout_scope *scope;    // of `line`, or adapted_scope
    struct layout_scope *adapted_scope;  // NULL: none
    char version[48];         // of V8, "12.4.254.21-node.33"; "" unknown
    unsigned release;         // its version_number (layout.h); 0: unknown
    char node_version[32];    // "22.23.3"; "" unknown
    unsigned metadata;        // set of v8_metadata_source
    struct itype_map types;
    struct size_rules size_rules;
    struct v8_isolate *isolates;
    size_t isolate_count;
    struct v8_page *pages;    // sorted by base
    size_t page_count;
    size_t lost_pages;        // that must have been there, and nothing of which was found
    struct v8_space *spaces;
    size_t space_count;
    struct v8_area *areas;    // sorted by top; from the isolates and spaces
    size_t area_count;
    struct v8_survivor *survivors;
    size_t survivor_count;
    struct string_starts *string_starts; // of cons strings (string/string_starts.h)
    struct chain_memo *chain_memo;       // of prototype chains (naming/chain_memo.h); NULL: none
    struct v8_well_known well_known; // of the read-only space that all isolates share
    char warnings[8][160];
    size_t warning_count;
};

// Do as if there were no tables for the line of V8 called `without_line` ("13.6"): for tests of what
// is found out without. NULL: use all.
// False when no V8 heap is found (not a Node.js process, or nothing of it was saved).
bool v8_open(const struct dump *dump, const char *without_line, struct v8 **ret,
             struct error *error);
void v8_close(struct v8 *v8); // NULL is fine

// The page whose chunk contains `address`, or NULL.
const struct v8_page *v8_page_at(const struct v8 *v8, uint64_t address);

void v8_warn(struct v8 *v8, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
