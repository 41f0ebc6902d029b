// Which Node.js and which V8 a process ran, from its memory alone.
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_VERSION_H
#define DUMPDIVE_HEAP_V8_LAYOUT_VERSION_H

#include "heap/dump/memory.h"

struct version_found {
    char node[32];       // "22.23.3"
    char v8[48];         // "12.4.254.21-node.33"
    unsigned major, minor; // of V8
};

// Node keeps its component versions in one object, node::per_process::metadata (src/node_metadata.h,
// Node 12 to 26): std::strings, the first Node's own version, the second V8's. They are found by
// that shape in writable memory that is not V8's. False when there is none.
bool version_find(const struct memory *memory, struct version_found *ret);

// Parse "12.4.254.21-node.33"; false when it is not a V8 version.
bool version_parse_v8(const char *text, unsigned *major, unsigned *minor);

#endif
