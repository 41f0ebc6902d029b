// What differs between processor architectures in a core: one table row each. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_ARCH_H
#define DUMPDIVE_HEAP_DUMP_ARCH_H

#include "heap/dump/dump.h"

struct arch {
    enum dump_arch id;
    const char *name;
    uint16_t machine;        // e_machine
    size_t prstatus_size;    // of struct elf_prstatus, at least
    size_t registers_offset; // of pr_reg in it
    size_t register_count;   // 64-bit words
    size_t pc, sp, fp, tls;  // indexes of registers
};

// The architecture of a core, or NULL when it is not one that can be read.
const struct arch *arch_find(uint16_t machine);

// "an aarch64" for EM_AARCH64 and so on: to name in a message what cannot be read.
const char *arch_phrase(uint16_t machine);

// Names of all that can be read, for messages.
const char *arch_supported(void);

#endif
