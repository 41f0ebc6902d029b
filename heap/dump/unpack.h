// Unpack a compressed core into a temporary file that has no name. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_UNPACK_H
#define DUMPDIVE_HEAP_DUMP_UNPACK_H

#include "heap/dump/codecs.h"
#include "heap/dump/dump.h"

struct unpacked {
    int fd;            // open for reading and writing; the caller closes it
    uint64_t size;     // > 0
    uint32_t problems; // DUMP_TRUNCATED, and DUMP_DAMAGED, when the stream ended early
};

// Unpack `size` bytes at `bytes`, the contents of `path`, into $TMPDIR or /var/tmp. Blocks of zeros
// become holes. Stops after the first block if that is not the beginning of an ELF core, so that
// other files are refused at once. A stream that is cut off or damaged gives what came before.
// False with nothing at all unpacked, without room, or cancelled by `progress`.
bool unpack(struct unpacked *ret, const struct codec *codec, const uint8_t *bytes, uint64_t size,
            const char *path, const struct dump_progress *progress, struct error *error);

#endif
