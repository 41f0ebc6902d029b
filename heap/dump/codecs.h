// The compression formats that cores come in, behind one interface. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_CODECS_H
#define DUMPDIVE_HEAP_DUMP_CODECS_H

#include <stddef.h>
#include <stdint.h>

enum codec_status {
    CODEC_MORE,    // go on, with more input or more room
    CODEC_END,     // a frame (gzip member, xz stream) is complete; another one may follow
    CODEC_CORRUPT, // the input is damaged from here on
    CODEC_MEMORY,  // the input wants more memory than there is or than is reasonable
};

// What one step consumes and fills; it advances the pointers and lowers the sizes.
struct codec_buffers {
    const uint8_t *in;
    size_t in_size;
    uint8_t *out;
    size_t out_size;
};

struct codec {
    const char *name; // "zstd"
    uint8_t magic[6];
    size_t magic_size;
    void *(*create)(void); // NULL when out of memory
    enum codec_status (*step)(void *state, struct codec_buffers *buffers);
    void (*destroy)(void *state); // NULL is fine
};

// The codec of a file that begins with these bytes, or NULL.
const struct codec *codec_find(const uint8_t *bytes, size_t size);

#endif
