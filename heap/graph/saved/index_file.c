#include "heap/graph/saved/index_file.h"

#include "heap/dump/checked.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(const char *path, const char *why, struct error *error)
{
    return error_set(error, ERROR_FORMAT, "%s: %s", path, why);
}

// What others can write tells whatever they like.
static bool check_owner(int fd, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || (status.st_uid != geteuid() && status.st_uid != 0))
        return refuse(path, "an index of somebody else", error);
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return refuse(path, "an index that others can write", error);
    return true;
}

static bool map(struct index_file *file, const char *path, struct error *error)
{
    uint64_t size;
    int fd = mapping_open_file(path, &size, error);
    if (fd < 0)
        return false;
    bool done = check_owner(fd, path, error) &&
                mapping_map(&file->mapping, fd, size, path, &file->watch, error);
    close(fd);
    return done;
}

// --- header --------------------------------------------------------------------------------------

static bool section_fits(const struct saved_section *section, uint64_t record, uint64_t file_size)
{
    return section->offset >= SAVED_ALIGN && section->offset % 8 == 0 &&
           range_fits(section->offset, section->size, file_size) && section->size % record == 0;
}

static bool layout_fits(const struct saved_header *header, uint64_t size)
{
    const struct saved_section *sums = &header->checksums;
    for (int id = 0; id < SAVED_SECTIONS; id++)
        if (!section_fits(&header->sections[id], saved_record((enum saved_section_id)id),
                          sums->offset) ||
            header->sections[id].offset % SAVED_ALIGN != 0)
            return false;
    uint64_t body = sums->offset - SAVED_ALIGN;
    return section_fits(sums, sizeof(uint64_t), size) &&
           sums->size / sizeof(uint64_t) == body / SAVED_BLOCK + (body % SAVED_BLOCK != 0);
}

static bool check_header(const struct index_file *file, const struct core_mark *mark,
                         const char *path, struct error *error)
{
    const struct saved_header *header = file->header;
    const uint8_t *bytes = file->mapping.bytes;
    if (file->mapping.size < SAVED_ALIGN ||
        memcmp(header->magic, SAVED_MAGIC, sizeof header->magic) != 0)
        return refuse(path, "not an index", error);
    if (header->byte_order != SAVED_BYTE_ORDER || header->format != SAVED_FORMAT ||
        header->record_sizes != saved_record_sizes())
        return refuse(path, "an index of another version of dumpdive", error);
    if (lzma_crc64(bytes, offsetof(struct saved_header, header_sum), 0) != header->header_sum ||
        header->file_size != file->mapping.size || !layout_fits(header, file->mapping.size))
        return refuse(path, "damaged", error);
    if (memcmp(&header->mark, mark, sizeof *mark) != 0)
        return refuse(path, "the index of another core, or of other roots", error);
    return true;
}

// --- checksums -----------------------------------------------------------------------------------

static bool check_block(void *context, size_t worker, size_t block)
{
    const struct index_file *file = context;
    const struct saved_section *sums = &file->header->checksums;
    const uint64_t *wanted = (const uint64_t *)(const void *)(file->mapping.bytes + sums->offset);
    uint64_t offset = SAVED_ALIGN + (uint64_t)block * SAVED_BLOCK;
    uint64_t size = range_clip(offset, SAVED_BLOCK, sums->offset);
    (void)worker;
    return lzma_crc64(file->mapping.bytes + offset, size, 0) == wanted[block];
}

static bool check_sums(struct index_file *file, struct pool *pool)
{
    const struct saved_section *sums = &file->header->checksums;
    return lzma_crc64(file->mapping.bytes + sums->offset, sums->size, 0) ==
               file->header->checksums_sum &&
           pool_run(pool, sums->size / sizeof(uint64_t), check_block, file) &&
           index_file_lost(file) == 0;
}

// --- all -----------------------------------------------------------------------------------------

bool index_file_open(const char *path, const struct core_mark *mark, struct pool *pool,
                     struct index_file **ret, struct error *error)
{
    struct index_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    bool done = map(file, path, error);
    file->header = (const struct saved_header *)(const void *)file->mapping.bytes;
    done = done && check_header(file, mark, path, error);
    if (done && !check_sums(file, pool))
        done = refuse(path, "damaged", error);
    if (done)
        *ret = file;
    else
        index_file_close(file);
    return done;
}

void index_file_close(struct index_file *file)
{
    if (file == NULL)
        return;
    mapping_close(&file->mapping);
    free(file);
}

const void *index_file_section(const struct index_file *file, enum saved_section_id id,
                               uint64_t *count)
{
    const struct saved_section *section = &file->header->sections[id];
    *count = section->size / saved_record(id);
    return file->mapping.bytes + section->offset;
}

uint64_t index_file_lost(const struct index_file *file)
{
    return atomic_load(&file->watch.lost_bytes);
}
