#include "heap/v8/function/dispatch.h"

enum { // src/sandbox/external-entity-table.h, include/v8-internal.h
    HANDLE_SHIFT = 8,
    ENTRY_SIZE = 16,
    ENTRY_WORD = 8,
    POINTER_SHIFT = 16,
    PARAMETERS_MASK = 0xffff,
    SHARED_PARAMETERS = 50, // src/objects/shared-function-info.tq, from 13 on
    TABLE_STEP = 1 << 16, // segments of the table, which itself begins at any page
    TABLE_STEPS = 16,     // before the first one that is written to
    DOUBTFUL = 8,         // handles to look at before a table is given up
};

// The parameters, the receiver among them, that an entry's code is for.
static uint64_t dispatch_parameters(const struct v8 *v8, uint64_t table, uint32_t handle)
{
    uint64_t word = 0, entry = table + (uint64_t)(handle >> HANDLE_SHIFT) * ENTRY_SIZE;
    memory_u64(v8->memory, entry + ENTRY_WORD, &word);
    return word & PARAMETERS_MASK;
}

uint64_t v8_dispatch_code(const struct v8 *v8, uint64_t table, uint32_t handle)
{
    uint64_t word, entry = table + (uint64_t)(handle >> HANDLE_SHIFT) * ENTRY_SIZE;
    if (table == 0 || handle == 0 || !memory_u64(v8->memory, entry + ENTRY_WORD, &word))
        return 0;
    return (word >> POINTER_SHIFT & ~(uint64_t)V8_TAG_MASK) | V8_TAG;
}

// How many functions find their code in a table at this place: a Code object, for as many parameters
// as the function's definition has. One place that is off by some entries leads to code as well, but
// to that of other functions. Entries of functions that are garbage may be free already.
static size_t matches(const struct v8 *v8, uint64_t table, const struct dispatch_probe *probes,
                      size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count && 2 * found + DOUBTFUL >= i; i++) {
        struct v8_object code;
        uint64_t word = v8_dispatch_code(v8, table, probes[i].handle);
        found += word > V8_TAG &&
                 dispatch_parameters(v8, table, probes[i].handle) == probes[i].parameters &&
                 v8_object_of(v8, word, &code) && code.shape.type == ITYPE_CODE;
    }
    return found;
}

bool v8_dispatch_probe(const struct v8 *v8, const struct v8_object *function,
                       struct dispatch_probe *ret)
{
    struct v8_object definition;
    if (v8->layout->sfi_untrusted_data == 0 ||
        !v8_object_of(v8, v8_word(function, v8->layout->function_shared), &definition))
        return false;
    *ret = (struct dispatch_probe){.handle = v8_dispatch_handle(function),
                                   .parameters = v8_u16(&definition, SHARED_PARAMETERS)};
    return true;
}

uint64_t v8_dispatch_find(const struct v8 *v8, const struct dispatch_probe *probes, size_t count)
{
    size_t most = count / 2;
    uint64_t best = 0;
    for (size_t i = 0; i < v8->memory->count && count > 0; i++) {
        const struct segment *segment = &v8->memory->segments[i];
        if ((segment->perm & SEGMENT_WRITE) == 0)
            continue;
        for (uint64_t back = 0; back <= TABLE_STEPS * (uint64_t)TABLE_STEP; back += TABLE_STEP) {
            size_t found = segment->start >= back
                               ? matches(v8, segment->start - back, probes, count)
                               : 0;
            if (found > most) {
                most = found;
                best = segment->start - back;
            }
        }
    }
    return best;
}
