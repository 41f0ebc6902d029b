#include "heap/v8/function/dispatch.h"

enum { // src/sandbox/external-entity-table.h, include/v8-internal.h
    HANDLE_SHIFT = 8,
    ENTRY_SIZE = 16,
    ENTRY_WORD = 8,
    POINTER_SHIFT = 16,
    TABLE_STEP = 1 << 16, // segments of the table
    TABLE_STEPS = 16,     // before the first one that is written to
};

uint64_t v8_dispatch_code(const struct v8 *v8, uint64_t table, uint32_t handle)
{
    uint64_t word, entry = table + (uint64_t)(handle >> HANDLE_SHIFT) * ENTRY_SIZE;
    if (table == 0 || handle == 0 || !memory_u64(v8->memory, entry + ENTRY_WORD, &word))
        return 0;
    return (word >> POINTER_SHIFT & ~(uint64_t)V8_TAG_MASK) | V8_TAG;
}

static bool is_table(const struct v8 *v8, uint64_t table, const uint32_t *handles, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        struct v8_object code;
        uint64_t word = v8_dispatch_code(v8, table, handles[i]);
        found += word > V8_TAG && v8_object_of(v8, word, &code) && code.shape.type == ITYPE_CODE;
        if (found + 4 < i)
            return false;
    }
    return found > 0 && found + 4 >= count;
}

uint64_t v8_dispatch_find(const struct v8 *v8, const uint32_t *handles, size_t count)
{
    if (count == 0 || v8->layout->sfi_untrusted_data == 0)
        return 0;
    for (size_t i = 0; i < v8->memory->count; i++) {
        const struct segment *segment = &v8->memory->segments[i];
        if ((segment->perm & SEGMENT_WRITE) == 0 || segment->start % TABLE_STEP != 0)
            continue;
        for (uint64_t step = 0; step <= TABLE_STEPS; step++)
            if (segment->start >= step * TABLE_STEP &&
                is_table(v8, segment->start - step * TABLE_STEP, handles, count))
                return segment->start - step * TABLE_STEP;
    }
    return 0;
}
