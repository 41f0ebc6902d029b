#include "heap/dump/memory.h"

#include "heap/dump/sigbus.h"

const struct segment *memory_segment(const struct memory *memory, uint64_t address)
{
    size_t low = 0, high = memory->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memory->segments[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == memory->count || address < memory->segments[low].start)
        return NULL;
    return &memory->segments[low];
}

const uint8_t *memory_view(const struct memory *memory, uint64_t address, uint64_t *size)
{
    const struct segment *segment = memory_segment(memory, address);
    *size = 0;
    if (segment == NULL || address - segment->start >= segment->readable)
        return NULL;
    *size = segment->readable - (address - segment->start);
    return segment->bytes + (address - segment->start);
}

static enum mem_status fail(const struct memory *memory, uint64_t address, uint64_t *fault)
{
    if (fault != NULL)
        *fault = address;
    return memory_segment(memory, address) == NULL ? MEM_UNMAPPED : MEM_UNSAVED;
}

enum mem_status memory_read(const struct memory *memory, uint64_t address, void *buffer,
                            size_t size, uint64_t *fault)
{
    uint8_t *to = buffer;
    while (size > 0) {
        uint64_t available;
        const uint8_t *from = memory_view(memory, address, &available);
        if (from == NULL)
            return fail(memory, address, fault);
        size_t part = size < available ? size : (size_t)available;
        memcpy(to, from, part);
        if (memory->watch != NULL && sigbus_lost(memory->watch, from, part))
            return fail(memory, address, fault);
        to += part;
        size -= part;
        address += part;
        if (address == 0 && size > 0) // past the end of the address space
            return fail(memory, address, fault);
    }
    return MEM_OK;
}

ptrdiff_t memory_read_string(const struct memory *memory, uint64_t address, char *buffer,
                             size_t capacity)
{
    size_t length = 0;
    bool started = false;
    while (length + 1 < capacity && address + length >= address) {
        uint64_t available;
        const uint8_t *from = memory_view(memory, address + length, &available);
        if (from == NULL)
            break;
        size_t room = capacity - 1 - length;
        if (available > room)
            available = room;
        size_t part = strnlen((const char *)from, available);
        memcpy(buffer + length, from, part);
        if (memory->watch != NULL && sigbus_lost(memory->watch, from, available))
            break;
        started = true;
        length += part;
        if (part < available)
            break;
    }
    buffer[length] = '\0';
    return started ? (ptrdiff_t)length : -1;
}
