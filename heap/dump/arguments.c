#include "heap/dump/arguments.h"

#include <elf.h>

enum {
    AUXV_TYPE_MAX = 64,
    ARGUMENTS_MAX = 1 << 16,
};

static uint64_t word_at(const struct dump *dump, uint64_t address)
{
    uint64_t word;
    memory_u64(dump_memory(dump), address, &word);
    return word;
}

// The auxiliary vector is where its entry for the program headers stands with its known value,
// above the stack pointer and below the random bytes it points to.
static uint64_t find_auxv_entry(const struct dump *dump)
{
    uint64_t random, headers;
    if (!dump_auxv(dump, AT_RANDOM, &random) || !dump_auxv(dump, AT_PHDR, &headers))
        return 0;
    const struct segment *stack = memory_segment(dump_memory(dump), random);
    if (stack == NULL)
        return 0;
    for (uint64_t at = random & ~7ull; at >= stack->start + 16; at -= 8)
        if (word_at(dump, at) == AT_PHDR && word_at(dump, at + 8) == headers)
            return at;
    return 0;
}

// The word behind the arguments: the NULL that ends argv. 0: the layout is not as expected.
static uint64_t find_argv_end(const struct dump *dump, uint64_t auxv)
{
    for (int i = 0; i < AUXV_TYPE_MAX; i++) {
        uint64_t type = word_at(dump, auxv - 16);
        if (type == 0 || type > AUXV_TYPE_MAX)
            break;
        auxv -= 16;
    }
    uint64_t at = auxv - 8;
    if (word_at(dump, at) != 0)
        return 0;
    for (int i = 0; i < ARGUMENTS_MAX; i++) {
        at -= 8;
        if (word_at(dump, at) == 0)
            return at;
    }
    return 0;
}

size_t dump_arguments(const struct dump *dump, uint64_t *addresses, size_t capacity)
{
    uint64_t entry = find_auxv_entry(dump);
    uint64_t end = entry == 0 ? 0 : find_argv_end(dump, entry);
    for (uint64_t count = 0; end != 0 && count < ARGUMENTS_MAX; count++) {
        if (word_at(dump, end - 8 * (count + 1)) != count)
            continue;
        for (uint64_t i = 0; i < count && i < capacity; i++)
            addresses[i] = word_at(dump, end - 8 * (count - i));
        return (size_t)count;
    }
    return 0;
}
