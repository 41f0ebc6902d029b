#include "heap/dump/calls.h"

enum {
    STACK_LOOKED_AT = 1 << 20,
    CALL_MAX = 7, // bytes of the longest call instruction
};

// x86-64: e8 with a 32-bit distance, or ff /2 with registers and displacements.
static bool is_behind_call(const struct memory *memory, uint64_t address)
{
    static const uint8_t lengths[] = {2, 3, 4, 6, 7};
    uint8_t code[CALL_MAX];
    if (address < CALL_MAX ||
        memory_read(memory, address - CALL_MAX, code, sizeof code, NULL) != MEM_OK)
        return false;
    if (code[CALL_MAX - 5] == 0xe8)
        return true;
    for (size_t i = 0; i < sizeof lengths; i++) {
        const uint8_t *start = code + CALL_MAX - lengths[i];
        bool prefixed = lengths[i] > 2 && (start[0] & 0xf0) == 0x40; // REX
        start += prefixed;
        if (start[0] == 0xff && (start[1] >> 3 & 7) == 2)
            return true;
    }
    return false;
}

bool dump_call_into(const struct dump *dump, const struct dump_thread *thread,
                    const struct dump_code *code, uint64_t *ret, uint64_t *at)
{
    const struct memory *memory = dump_memory(dump);
    uint64_t start = (thread->registers.sp + 7) & ~7ull, size, word;
    const uint8_t *stack = memory_view(memory, start, &size);
    if (size > STACK_LOOKED_AT)
        size = STACK_LOOKED_AT;
    for (uint64_t i = 0; i + 8 <= size; i += 8) {
        memcpy(&word, stack + i, sizeof word);
        if (word <= code->start || word > code->end || !is_behind_call(memory, word))
            continue;
        *ret = word;
        if (at != NULL)
            *at = start + i;
        return true;
    }
    return false;
}
