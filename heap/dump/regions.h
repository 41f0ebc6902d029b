// What each segment was to the process, told from the dump alone: no V8 here.
#ifndef DUMPDIVE_HEAP_DUMP_REGIONS_H
#define DUMPDIVE_HEAP_DUMP_REGIONS_H

#include "heap/dump/dump.h"

// Name of the kind and why it is believed.
#define REGION_KINDS(X)                                                                            \
    X(REGION_ANON, "anon")     /* nothing more is known */                                         \
    X(REGION_FILE, "file")     /* mapped from a file */                                            \
    X(REGION_BSS, "bss")       /* zero-initialised data right behind a file's writable data */     \
    X(REGION_STACK, "stack")   /* a thread's stack pointer, or what the kernel puts on one */      \
    X(REGION_MALLOC, "malloc") /* brk heap, glibc arena or large chunks: seen by their headers */  \
    X(REGION_RESERVED, "reserved") /* no access: guard pages and address space kept for later */   \
    X(REGION_VDSO, "vdso")         /* the kernel's code, where auxv says */                        \
    X(REGION_VVAR, "vvar")         /* the kernel's data right before it */                         \
    X(REGION_VSYSCALL, "vsyscall")

enum region_kind {
#define X(id, name) id,
    REGION_KINDS(X)
#undef X
        REGION_KIND_COUNT
};

const char *region_kind_name(enum region_kind kind);

// Everything that decides. Pointers may be NULL where their count is 0.
struct region_facts {
    const struct memory *memory;
    const struct dump_thread *threads;
    size_t thread_count;
    const char *executable; // path, or NULL
    uint64_t vdso;          // AT_SYSINFO_EHDR, 0: unknown
    uint64_t stack;         // an address on the main thread's stack (AT_RANDOM), 0: unknown
};

void region_facts(const struct dump *dump, struct region_facts *ret);

// One kind for each segment of `facts->memory`, into `kinds`. Takes milliseconds.
void regions_classify(const struct region_facts *facts, enum region_kind *kinds);

#endif
