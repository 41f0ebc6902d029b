#include "heap/dump/memory.h"

#include <errno.h>
#include <unistd.h>

bool memory_data(const struct memory *memory, const struct segment *segment, uint64_t *address,
                 uint64_t *end)
{
    uint64_t readable = segment->start + segment->readable;
    if (*end > readable)
        *end = readable;
    if (*address >= *end)
        return false;
    if (segment->source != SEGMENT_FROM_CORE || memory->file == NULL || memory->fd < 0 ||
        segment->bytes < memory->file || segment->bytes >= memory->file + memory->file_size)
        return true;
    uint64_t start = (uint64_t)(segment->bytes - memory->file); // where the segment is in the file
    uint64_t from = start + (*address - segment->start), to = start + (*end - segment->start);
    off_t data = lseek(memory->fd, (off_t)from, SEEK_DATA);
    if (data < 0) {
        // Only holes follow; or this file system cannot tell, or the file became shorter: then it
        // is all taken as data, so that what is lost is noticed when it is read.
        bool none = errno == ENXIO;
        off_t size = lseek(memory->fd, 0, SEEK_END);
        return !none || size < 0 || (uint64_t)size < to;
    }
    if ((uint64_t)data >= to)
        return false;
    off_t hole = lseek(memory->fd, data, SEEK_HOLE);
    // Stretches keep the alignment of words.
    *address += ((uint64_t)data - from) & ~7ull;
    uint64_t rounded = (((uint64_t)hole - start) + 7) & ~7ull;
    if (hole > data && rounded < to - start)
        *end = segment->start + rounded;
    return true;
}
