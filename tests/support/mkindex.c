#include "tests/support/mkindex.h"

#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void give_up(const char *path)
{
    perror(path);
    abort();
}

void mkindex_read(struct mkindex *ret, const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        give_up(path);
    ret->size = (uint64_t)status.st_size;
    ret->bytes = malloc(ret->size);
    if (ret->bytes == NULL || read(fd, ret->bytes, ret->size) != status.st_size)
        give_up(path);
    close(fd);
}

void mkindex_free(struct mkindex *index)
{
    free(index->bytes);
    *index = (struct mkindex){0};
}

struct saved_header *mkindex_header(struct mkindex *index)
{
    return (struct saved_header *)(void *)index->bytes;
}

void mkindex_sums(struct mkindex *index)
{
    struct saved_header *header = mkindex_header(index);
    const struct saved_section *section = &header->checksums;
    if (section->offset < SAVED_ALIGN || section->offset > index->size ||
        section->size > index->size - section->offset)
        return; // nowhere to put them
    uint64_t *sums = (uint64_t *)(void *)(index->bytes + section->offset / 8 * 8);
    for (uint64_t i = 0; i < section->size / 8; i++) {
        uint64_t at = SAVED_ALIGN + i * SAVED_BLOCK, left = section->offset - at;
        if (at >= section->offset)
            break;
        sums[i] = lzma_crc64(index->bytes + at, left < SAVED_BLOCK ? left : SAVED_BLOCK, 0);
    }
    header->checksums_sum = lzma_crc64(index->bytes + section->offset, section->size, 0);
    header->header_sum = lzma_crc64(index->bytes, offsetof(struct saved_header, header_sum), 0);
}

void mkindex_write(const struct mkindex *index, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || fchmod(fd, 0600) != 0 ||
        write(fd, index->bytes, index->size) != (ssize_t)index->size || close(fd) != 0)
        give_up(path);
}
