#include "heap/dump/unpack.h"

#include "heap/dump/elf_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK = 1 << 20,
    BLOCK = 4096, // of the file system: the least that a hole can be
};

struct unpacker {
    const char *path, *folder;
    const struct codec *codec;
    const struct dump_progress *progress;
    void *state;
    struct codec_buffers buffers;
    uint64_t total; // of the input
    uint8_t *chunk; // CHUNK bytes; what is unpacked but not written
    int fd;
    uint64_t written;  // bytes of the output before the chunk
    uint32_t problems; // set of dump_problem
    bool failed;
    struct error *error;
};

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder != NULL && folder[0] != '\0' ? folder : "/var/tmp";
}

// Not all file systems have O_TMPFILE.
static int open_named_temporary(const char *folder)
{
    char name[4096];
    if (snprintf(name, sizeof name, "%s/dumpdive-XXXXXX", folder) >= (int)sizeof name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    return fd;
}

static int open_temporary(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    return fd >= 0 ? fd : open_named_temporary(folder);
}

static bool no_room(struct unpacker *unpacker)
{
    unpacker->failed = true;
    return error_set_errno(unpacker->error, errno, "%s: cannot unpack to %s (TMPDIR)",
                           unpacker->path, unpacker->folder);
}

static bool write_all(struct unpacker *unpacker, const uint8_t *bytes, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t done = pwrite(unpacker->fd, bytes, size, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return no_room(unpacker);
        bytes += done;
        size -= (size_t)done;
        at += (uint64_t)done;
    }
    return true;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

// Length of the blocks from `start` on that are alike in being zeros or not.
static size_t run_length(const uint8_t *bytes, size_t start, size_t size, bool *zero)
{
    size_t at = start;
    do {
        size_t block = size - at < BLOCK ? size - at : BLOCK;
        bool now = is_zero(bytes + at, block);
        if (at == start)
            *zero = now;
        else if (now != *zero)
            break;
        at += block;
    } while (at < size);
    return at - start;
}

static bool write_chunk(struct unpacker *unpacker)
{
    size_t size = CHUNK - unpacker->buffers.out_size;
    for (size_t at = 0; at < size;) {
        bool zero = false;
        size_t run = run_length(unpacker->chunk, at, size, &zero);
        if (!zero && !write_all(unpacker, unpacker->chunk + at, run, unpacker->written + at))
            return false;
        at += run;
    }
    unpacker->written += size;
    unpacker->buffers.out = unpacker->chunk;
    unpacker->buffers.out_size = CHUNK;
    return true;
}

static bool report(struct unpacker *unpacker)
{
    const struct dump_progress *progress = unpacker->progress;
    uint64_t done = unpacker->total - unpacker->buffers.in_size;
    if (progress->report == NULL ||
        progress->report(progress->context, done, unpacker->total, unpacker->written))
        return true;
    unpacker->failed = true;
    return error_set(unpacker->error, ERROR_CANCELLED, "%s: unpacking was stopped", unpacker->path);
}

static bool begins_like_a_core(const uint8_t *bytes, size_t size)
{
    Elf64_Ehdr header;
    if (elf_image_refusal(bytes, size) != NULL)
        return false;
    memcpy(&header, bytes, sizeof header);
    return header.e_type == ET_CORE;
}

// Write what fills the chunk. False to stop, with or without failure.
static bool flush(struct unpacker *unpacker)
{
    bool first = unpacker->written == 0;
    if (first && !begins_like_a_core(unpacker->chunk, CHUNK - unpacker->buffers.out_size)) {
        write_chunk(unpacker); // opening it says what it is
        return false;
    }
    return write_chunk(unpacker) && report(unpacker);
}

// Zeros may follow a frame as padding. False when nothing else does.
static bool another_frame(struct codec_buffers *buffers)
{
    while (buffers->in_size > 0 && *buffers->in == 0) {
        buffers->in++;
        buffers->in_size--;
    }
    return buffers->in_size > 0;
}

// One step of the codec. False when there is no more to unpack.
static bool advance(struct unpacker *unpacker)
{
    struct codec_buffers *buffers = &unpacker->buffers, before = *buffers;
    enum codec_status status = unpacker->codec->step(unpacker->state, buffers);
    if (status == CODEC_END)
        return another_frame(buffers);
    if (status == CODEC_MEMORY)
        unpacker->failed = !error_set(unpacker->error, ERROR_MEMORY,
                                      "%s: unpacking takes too much memory", unpacker->path);
    if (status == CODEC_MORE &&
        (buffers->in_size != before.in_size || buffers->out_size != before.out_size))
        return true;
    unpacker->problems = DUMP_TRUNCATED;
    if (status == CODEC_CORRUPT || buffers->in_size > 0)
        unpacker->problems |= DUMP_DAMAGED;
    return false;
}

static void run(struct unpacker *unpacker)
{
    while (advance(unpacker)) {
        if (unpacker->buffers.out_size == 0 && !flush(unpacker))
            return;
    }
    if (!unpacker->failed)
        flush(unpacker);
}

static bool finish(struct unpacker *unpacker, struct unpacked *ret)
{
    if (unpacker->failed)
        return false;
    if (unpacker->written == 0)
        return error_set(unpacker->error, ERROR_FORMAT, "%s: %s data that is %s", unpacker->path,
                         unpacker->codec->name,
                         (unpacker->problems & DUMP_DAMAGED) != 0 ? "damaged" : "empty or cut off");
    // The last blocks may be a hole.
    if (ftruncate(unpacker->fd, (off_t)unpacker->written) != 0)
        return no_room(unpacker);
    *ret = (struct unpacked){
        .fd = unpacker->fd, .size = unpacker->written, .problems = unpacker->problems};
    return true;
}

static bool start(struct unpacker *unpacker)
{
    unpacker->fd = open_temporary(unpacker->folder);
    if (unpacker->fd < 0)
        return no_room(unpacker);
    unpacker->chunk = malloc(CHUNK);
    unpacker->state = unpacker->codec->create();
    if (unpacker->chunk == NULL || unpacker->state == NULL)
        return error_set(unpacker->error, ERROR_MEMORY, "%s: out of memory", unpacker->path);
    unpacker->buffers.out = unpacker->chunk;
    unpacker->buffers.out_size = CHUNK;
    return true;
}

bool unpack(struct unpacked *ret, const struct codec *codec, const uint8_t *bytes, uint64_t size,
            const char *path, const struct dump_progress *progress, struct error *error)
{
    struct unpacker unpacker = {
        .path = path,
        .folder = temporary_folder(),
        .codec = codec,
        .progress = progress,
        .buffers = {.in = bytes, .in_size = size},
        .total = size,
        .fd = -1,
        .error = error,
    };
    bool done = start(&unpacker);
    if (done) {
        run(&unpacker);
        done = finish(&unpacker, ret);
    }
    codec->destroy(unpacker.state);
    free(unpacker.chunk);
    if (!done && unpacker.fd >= 0)
        close(unpacker.fd);
    return done;
}
