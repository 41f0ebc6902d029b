#include "heap/dump/arch.h"

#include <elf.h>

static const struct arch arches[] = {
    {
        .id = ARCH_X86_64,
        .name = "x86_64",
        .machine = EM_X86_64,
        .prstatus_size = 336,
        .registers_offset = 112,
        .register_count = 27, // struct user_regs_struct
        .pc = 16,
        .sp = 19,
        .fp = 4,
        .tls = 21, // fs_base
    },
};

static const struct {
    uint16_t machine;
    const char *phrase;
} machines[] = {
    {EM_386, "an i386"},   {EM_AARCH64, "an aarch64"},      {EM_ARM, "an arm"},
    {EM_PPC64, "a ppc64"}, {EM_S390, "an s390x"},           {EM_RISCV, "a riscv64"},
    {EM_MIPS, "a mips64"}, {EM_LOONGARCH, "a loongarch64"},
};

const struct arch *arch_find(uint16_t machine)
{
    for (size_t i = 0; i < sizeof arches / sizeof *arches; i++) {
        if (arches[i].machine == machine)
            return &arches[i];
    }
    return NULL;
}

const char *arch_phrase(uint16_t machine)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        if (machines[i].machine == machine)
            return machines[i].phrase;
    }
    return "an unknown";
}

const char *arch_supported(void)
{
    return "x86_64";
}
