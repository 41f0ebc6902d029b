// What the notes of a core say about the process. Internal to heap/dump.
//
// Text and the auxiliary vector stay where they are in the mapped core: valid while it is mapped.
#ifndef DUMPDIVE_HEAP_DUMP_CORE_NOTES_H
#define DUMPDIVE_HEAP_DUMP_CORE_NOTES_H

#include "heap/dump/arch.h"
#include "heap/dump/elf_image.h"

struct core_notes {
    const struct arch *arch;
    struct dump_thread *threads;
    size_t thread_count;
    struct dump_file *files; // sorted by start, not overlapping
    size_t file_count;
    const uint8_t *auxv;
    size_t auxv_size;
    int32_t pid;
    char program_name[17];
    char command[81];
    bool has_siginfo, by_gdb;
    int32_t signal, signal_code;
    uint64_t signal_address;
    uint32_t problems; // set of dump_problem
    bool out_of_memory;
};

// Read all notes of `core`. False only when out of memory. Freed by core_notes_free.
bool core_notes_read(struct core_notes *ret, const struct elf_image *core, const struct arch *arch,
                     struct error *error);
void core_notes_free(struct core_notes *notes);

// Value of an auxiliary vector entry; false when there is none.
bool core_notes_auxv(const struct core_notes *notes, uint64_t type, uint64_t *ret);

// The file mapped at `address`, or NULL.
const struct dump_file *core_notes_file(const struct core_notes *notes, uint64_t address);

#endif
