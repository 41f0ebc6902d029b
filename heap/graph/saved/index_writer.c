#include "heap/graph/saved/index_writer.h"

#include "heap/dump/checked.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>


static char *temporary_name(const char *path)
{
    char *name;
    return asprintf(&name, "%s.XXXXXX", path) < 0 ? NULL : name;
}

static void release(struct index_writer *writer)
{
    free(writer->temporary);
    free(writer->block);
    free(writer->sums);
    *writer = (struct index_writer){.fd = -1};
}

bool index_writer_open(struct index_writer *ret, const char *path, const struct core_mark *mark,
                       struct job *job, struct error *error)
{
    *ret = (struct index_writer){.path = path, .fd = -1, .job = job, .offset = SAVED_ALIGN};
    struct saved_header *header = &ret->header;
    memcpy(header->magic, SAVED_MAGIC, sizeof header->magic);
    header->byte_order = SAVED_BYTE_ORDER;
    header->format = SAVED_FORMAT;
    header->record_sizes = saved_record_sizes();
    header->mark = *mark;
    ret->block = malloc(SAVED_BLOCK);
    ret->temporary = temporary_name(path);
    if (ret->block == NULL || ret->temporary == NULL) {
        release(ret);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    ret->fd = mkostemp(ret->temporary, O_CLOEXEC); // mode 0600
    if (ret->fd >= 0)
        return true;
    error_set_errno(error, errno, "%s", path);
    release(ret);
    return false;
}

static void fail(struct index_writer *writer, const char *what)
{
    if (!writer->failed)
        error_set_errno(&writer->error, errno, "%s: %s", writer->path, what);
    writer->failed = true;
}

static void write_at(struct index_writer *writer, const void *bytes, uint64_t size,
                     uint64_t offset)
{
    const char *at = bytes;
    while (size > 0 && !writer->failed) {
        ssize_t done = pwrite(writer->fd, at, size, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            fail(writer, "cannot write");
            return;
        }
        at += done;
        size -= (uint64_t)done;
        offset += (uint64_t)done;
    }
}

static bool add_sum(struct index_writer *writer)
{
    uint64_t *sums = array_grow(writer->sums, writer->sum_count, sizeof *sums);
    if (sums == NULL)
        return false;
    writer->sums = sums;
    sums[writer->sum_count++] = lzma_crc64(writer->block, writer->used, 0);
    return true;
}

static void end_block(struct index_writer *writer)
{
    write_at(writer, writer->block, writer->used, writer->offset - writer->used);
    if (!add_sum(writer)) {
        errno = ENOMEM;
        fail(writer, "cannot write");
    }
    if (writer->job != NULL)
        atomic_fetch_add_explicit(&writer->job->done, writer->used, memory_order_relaxed);
    writer->used = 0;
    if (writer->job != NULL && job_cancelled(writer->job) && !writer->failed) {
        writer->failed = true;
        error_set(&writer->error, ERROR_CANCELLED, "%s: stopped, not written", writer->path);
    }
}

static void put_bytes(struct index_writer *writer, const uint8_t *bytes, uint64_t size)
{
    while (size > 0 && !writer->failed) {
        uint64_t room = SAVED_BLOCK - writer->used;
        uint64_t piece = size < room ? size : room;
        memcpy(writer->block + writer->used, bytes, piece);
        writer->used += piece;
        writer->offset += piece;
        bytes += piece;
        size -= piece;
        if (writer->used == SAVED_BLOCK)
            end_block(writer);
    }
}

static void align(struct index_writer *writer)
{
    static const uint8_t zeros[SAVED_ALIGN];
    put_bytes(writer, zeros, (SAVED_ALIGN - writer->offset % SAVED_ALIGN) % SAVED_ALIGN);
}

void index_writer_section(struct index_writer *writer, enum saved_section_id id)
{
    align(writer);
    writer->section = id;
    writer->header.sections[id] = (struct saved_section){.offset = writer->offset};
}

void index_writer_put(struct index_writer *writer, const void *bytes, uint64_t size)
{
    writer->header.sections[writer->section].size += size;
    put_bytes(writer, bytes, size);
}

static void finish(struct index_writer *writer)
{
    struct saved_header *header = &writer->header;
    align(writer);
    if (writer->used > 0)
        end_block(writer);
    uint64_t size = writer->sum_count * sizeof *writer->sums;
    header->checksums = (struct saved_section){.offset = writer->offset, .size = size};
    header->file_size = writer->offset + size;
    header->checksums_sum = lzma_crc64((const uint8_t *)writer->sums, size, 0);
    header->header_sum = lzma_crc64((const uint8_t *)header,
                                    offsetof(struct saved_header, header_sum), 0);
    write_at(writer, writer->sums, size, writer->offset);
    write_at(writer, header, sizeof *header, 0);
    // Not synced: after a crash of the machine a checksum says that it is not whole.
    if (!writer->failed && rename(writer->temporary, writer->path) != 0)
        fail(writer, "cannot be put in its place");
}

bool index_writer_close(struct index_writer *writer, bool keep, struct error *error)
{
    if (keep && !writer->failed)
        finish(writer);
    if (close(writer->fd) != 0 && keep)
        fail(writer, "cannot write");
    bool done = keep && !writer->failed;
    if (!done)
        unlink(writer->temporary);
    if (!done && writer->failed && error != NULL)
        *error = writer->error;
    else if (!done)
        error_set(error, ERROR_MEMORY, "%s: out of memory", writer->path);
    release(writer);
    return done;
}
