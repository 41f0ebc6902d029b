// A regular file mapped read-only, guarded against becoming shorter. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_MAPPING_H
#define DUMPDIVE_HEAP_DUMP_MAPPING_H

#include "heap/dump/sigbus.h"
#include "heap/error.h"

struct mapping {
    const uint8_t *bytes; // NULL: nothing mapped
    uint64_t size;
    struct sigbus_guard *guard;
};

// Open a regular file for reading; -1 and the error when it is anything else or unreadable.
// Does not block on pipes and devices. An empty file is an error.
int mapping_open_file(const char *path, uint64_t *size, struct error *error);

// Map the first `size` > 0 bytes of `fd`, which may be closed afterwards. `path` is for messages.
bool mapping_map(struct mapping *ret, int fd, uint64_t size, const char *path,
                 struct sigbus_watch *watch, struct error *error);

// Both steps.
bool mapping_open(struct mapping *ret, const char *path, struct sigbus_watch *watch,
                  struct error *error);
void mapping_close(struct mapping *mapping);

#endif
