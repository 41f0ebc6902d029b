// What an index has to agree with before it is used: which core, read as which V8.
//
// Compared are: the size of the (unpacked) core; its ELF header, program headers and notes, which hold
// registers and CPU times of every thread, the mapped files and the command line; the build id; the
// table of V8's pages and how V8 was read (version, layout, symbols or tables); which roots count; and
// 4 KiB of every page of the heap, or of 1024 of them spread evenly.
//
// Detected by that: any other core, also the next one of the same process, one that was not copied to
// its end, and one that is now read otherwise (with another executable, by tables made since). Not
// detected: a core whose bytes somebody changed afterwards outside of these samples. Name, place and
// times of the file do not matter: it may be moved, packed and unpacked.
#ifndef DUMPDIVE_HEAP_GRAPH_SAVED_CORE_MARK_H
#define DUMPDIVE_HEAP_GRAPH_SAVED_CORE_MARK_H

#include "heap/v8/v8.h"

struct core_mark {
    uint64_t size;     // of the core in bytes
    uint64_t headers;  // checksums (CRC-64), of ELF header, program headers and notes ...
    uint64_t layout;   // ... of how V8 is read, which roots count, and of the table of pages ...
    uint64_t samples;  // ... and of bytes of the heap
};

enum { CORE_MARK_NAME = 33 };

// `precise`: of an index without conservative roots, whose distances and retained sizes are others.
// False: no file stands behind the dump.
bool core_mark_take(const struct v8 *v8, bool precise, struct core_mark *ret);

// A name for the file of an index, of 32 hexadecimal digits.
void core_mark_name(const struct core_mark *mark, char ret[static CORE_MARK_NAME]);

#endif
