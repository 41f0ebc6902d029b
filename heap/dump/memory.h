// The address space of the dumped process: ordered segments, bounds-checked reads.
//
// A segment is one mapping of the process, or the part of one whose bytes come from one source:
// the core, the file that was mapped (same build id) where the core did not save them, or nowhere.
// The parts of one mapping follow each other; all but the first have `continues` set.
// Three kinds of absence are kept apart: MEM_UNMAPPED (no mapping there), MEM_UNSAVED (a mapping,
// but its bytes are not in the core and no file stands in), MEM_OK with zero bytes (the process had
// zeros there).
// Everything is immutable after the dump is open, and may be read from any thread.
// All addresses are of the dumped process; all sizes are bytes.
#ifndef DUMPDIVE_HEAP_DUMP_MEMORY_H
#define DUMPDIVE_HEAP_DUMP_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum mem_status {
    MEM_OK,
    MEM_UNMAPPED,
    MEM_UNSAVED,
};

enum segment_perm {
    SEGMENT_READ = 4, // as in ELF p_flags
    SEGMENT_WRITE = 2,
    SEGMENT_EXEC = 1,
};

enum segment_source {
    SEGMENT_FROM_NOWHERE, // nothing of it is at hand
    SEGMENT_FROM_CORE,
    SEGMENT_FROM_FILE, // the mapped file with the same build id stands in
};

struct segment {
    uint64_t start; // first address
    uint64_t end;   // one past the last address
    uint64_t saved; // bytes of it that the core file holds (what `segments` reports)
    uint32_t perm;  // set of segment_perm
    bool continues; // the rest of the mapping that the segment before it began
    enum segment_source source;
    const uint8_t *bytes; // host memory of [start, start + readable); NULL when readable == 0
    uint64_t readable;    // bytes that can be read, from the start of the segment
    const char *file;     // path of the mapped file as the process named it, or NULL
    uint64_t file_offset; // of `start` in that file
};

struct sigbus_watch;

struct memory {
    const struct segment *segments; // sorted by start, not overlapping
    size_t count;
    const struct sigbus_watch *watch; // knows what was lost since; NULL: nothing can be
    const uint8_t *file; // the core file in host memory; NULL: no file stands behind the segments
    uint64_t file_size;
    int fd; // of that file; -1: unknown
};

// The segment that contains `address`, or NULL.
const struct segment *memory_segment(const struct memory *memory, uint64_t address);

// Copy `size` bytes at `address`; may span adjacent segments. On failure `*fault` (may be NULL) is
// the first address that could not be read, and the contents of `buffer` are undefined.
enum mem_status memory_read(const struct memory *memory, uint64_t address, void *buffer,
                            size_t size, uint64_t *fault);

// Bytes that can be read in place from `address` on within one segment: returns a host pointer and
// sets `*size` to how many follow it; NULL and 0 when none. If the core file shrinks later, lost
// pages read as zeros here (memory_read fails instead): compare dump_lost_bytes before and after.
const uint8_t *memory_view(const struct memory *memory, uint64_t address, uint64_t *size);

// The next stretch of a segment that the core file holds data for, from `*address` on and up to
// `*end`: sets both, false when only holes (zeros never written) follow. Cores are sparse by many
// gigabytes, and reading a hole costs as much as reading data.
bool memory_data(const struct memory *memory, const struct segment *segment, uint64_t *address,
                 uint64_t *end);

// Read a NUL-terminated string of at most `capacity - 1` bytes; always terminates `buffer`.
// Stops at the first byte that cannot be read. Returns the length, or -1 when not even the first
// byte could be read. `capacity` is at least 1.
ptrdiff_t memory_read_string(const struct memory *memory, uint64_t address, char *buffer,
                             size_t capacity);

// One little-endian word of the dumped process. False when it is not readable; `*ret` is then 0.
static inline bool memory_u64(const struct memory *memory, uint64_t address, uint64_t *ret)
{
    *ret = 0;
    return memory_read(memory, address, ret, sizeof *ret, NULL) == MEM_OK;
}

static inline bool memory_u32(const struct memory *memory, uint64_t address, uint32_t *ret)
{
    *ret = 0;
    return memory_read(memory, address, ret, sizeof *ret, NULL) == MEM_OK;
}

static inline bool memory_u16(const struct memory *memory, uint64_t address, uint16_t *ret)
{
    *ret = 0;
    return memory_read(memory, address, ret, sizeof *ret, NULL) == MEM_OK;
}

#endif
