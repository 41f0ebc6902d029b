#include "heap/dump/core_notes.h"

#include "heap/dump/checked.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

// Layouts that are the same on all 64-bit architectures of Linux, in bytes.
enum {
    PRSTATUS_CURSIG = 12, // i16
    PRSTATUS_PID = 32,    // i32
    PRSTATUS_UTIME = 48,  // struct timeval
    PRSTATUS_STIME = 64,

    PRPSINFO_SIZE = 136,
    PRPSINFO_PID = 24,
    PRPSINFO_FNAME = 40,
    PRPSINFO_FNAME_SIZE = 16,
    PRPSINFO_PSARGS = 56,
    PRPSINFO_PSARGS_SIZE = 80,

    SIGINFO_SIGNO = 0, // i32
    SIGINFO_CODE = 8,  // i32
    SIGINFO_ADDR = 16,
    SIGINFO_SIZE = 24, // what is read of it

    FILE_HEADER = 16, // count, page size
    FILE_ENTRY = 24,  // start, end, offset in pages

    NT_GDB_TDESC = 0xff000000, // only gdb writes it: its gcore made the core
};

static uint64_t word(const uint8_t *bytes, size_t offset)
{
    uint64_t value;
    memcpy(&value, bytes + offset, sizeof value);
    return value;
}

static int32_t int32(const uint8_t *bytes, size_t offset)
{
    int32_t value;
    memcpy(&value, bytes + offset, sizeof value);
    return value;
}

static uint64_t microseconds(const uint8_t *timeval)
{
    return word(timeval, 0) * 1000000 + word(timeval, 8);
}

static void read_registers(const struct arch *arch, const uint8_t *prstatus,
                           struct dump_registers *ret)
{
    ret->count = arch->register_count;
    memcpy(ret->all, prstatus + arch->registers_offset, arch->register_count * sizeof *ret->all);
    ret->pc = ret->all[arch->pc];
    ret->sp = ret->all[arch->sp];
    ret->fp = ret->all[arch->fp];
    ret->tls = ret->all[arch->tls];
}

static bool read_prstatus(struct core_notes *notes, const struct elf_note *note)
{
    if (note->desc_size < notes->arch->prstatus_size)
        return false;
    struct dump_thread *threads =
        array_grow(notes->threads, notes->thread_count, sizeof *notes->threads);
    if (threads == NULL) {
        notes->out_of_memory = true;
        return true;
    }
    notes->threads = threads;
    struct dump_thread *thread = &threads[notes->thread_count++];
    int16_t signal;
    memcpy(&signal, note->desc + PRSTATUS_CURSIG, sizeof signal);
    *thread = (struct dump_thread){
        .tid = int32(note->desc, PRSTATUS_PID),
        .signal = signal,
        .cpu_user_us = microseconds(note->desc + PRSTATUS_UTIME),
        .cpu_system_us = microseconds(note->desc + PRSTATUS_STIME),
    };
    read_registers(notes->arch, note->desc, &thread->registers);
    return true;
}

static bool read_prpsinfo(struct core_notes *notes, const struct elf_note *note)
{
    if (note->desc_size < PRPSINFO_SIZE)
        return false;
    notes->pid = int32(note->desc, PRPSINFO_PID);
    memcpy(notes->program_name, note->desc + PRPSINFO_FNAME, PRPSINFO_FNAME_SIZE);
    memcpy(notes->command, note->desc + PRPSINFO_PSARGS, PRPSINFO_PSARGS_SIZE);
    return true;
}

// In signals that a process sends, the same bytes say who did.
static bool has_address(int32_t signal, int32_t code)
{
    static const bool faults[] = {
        [SIGILL] = true, [SIGTRAP] = true, [SIGBUS] = true, [SIGFPE] = true, [SIGSEGV] = true};
    return code > 0 && signal >= 0 && (size_t)signal < sizeof faults && faults[signal];
}

// gdb writes one a thread: the first belongs to the thread it stopped in.
static bool read_siginfo(struct core_notes *notes, const struct elf_note *note)
{
    if (note->desc_size < SIGINFO_SIZE)
        return false;
    if (notes->has_siginfo)
        return true;
    notes->has_siginfo = true;
    notes->signal = int32(note->desc, SIGINFO_SIGNO);
    notes->signal_code = int32(note->desc, SIGINFO_CODE);
    if (has_address(notes->signal, notes->signal_code))
        notes->signal_address = word(note->desc, SIGINFO_ADDR);
    return true;
}

static bool read_auxv(struct core_notes *notes, const struct elf_note *note)
{
    if (notes->auxv == NULL) {
        notes->auxv = note->desc;
        notes->auxv_size = note->desc_size;
    }
    return true;
}

// One mapping; `path` is set by the caller. False when it makes no sense.
static bool read_file_entry(const uint8_t *entry, uint64_t page_size, struct dump_file *ret)
{
    uint64_t offset = word(entry, 16);
    *ret = (struct dump_file){.start = word(entry, 0), .end = word(entry, 8)};
    if (ret->start >= ret->end || (offset != 0 && page_size > UINT64_MAX / offset))
        return false;
    ret->offset = offset * page_size;
    return ret->end - ret->start <= UINT64_MAX - ret->offset;
}

static int by_start(const void *a, const void *b)
{
    const struct dump_file *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

static bool sort_files(struct core_notes *notes)
{
    qsort(notes->files, notes->file_count, sizeof *notes->files, by_start);
    size_t kept = 0;
    for (size_t i = 0; i < notes->file_count; i++) {
        if (kept == 0 || notes->files[i].start >= notes->files[kept - 1].end)
            notes->files[kept++] = notes->files[i];
    }
    bool all = kept == notes->file_count;
    notes->file_count = kept;
    return all;
}

// Entries first, then as many paths, each ended by a NUL.
static bool read_files(struct core_notes *notes, const struct elf_note *note)
{
    if (notes->files != NULL)
        return true;
    if (note->desc_size < FILE_HEADER)
        return false;
    uint64_t count = word(note->desc, 0), page_size = word(note->desc, 8);
    if (count == 0)
        return true;
    if (count > (note->desc_size - FILE_HEADER) / FILE_ENTRY)
        return false;
    notes->files = calloc(count, sizeof *notes->files);
    if (notes->files == NULL) {
        notes->out_of_memory = true;
        return true;
    }
    bool good = true;
    const char *path = (const char *)note->desc + FILE_HEADER + count * FILE_ENTRY;
    const char *end = (const char *)note->desc + note->desc_size;
    for (uint64_t i = 0; i < count; i++) {
        const char *nul = memchr(path, '\0', (size_t)(end - path));
        if (nul == NULL) {
            good = false;
            break;
        }
        struct dump_file *file = &notes->files[notes->file_count];
        if (read_file_entry(note->desc + FILE_HEADER + i * FILE_ENTRY, page_size, file)) {
            file->path = path;
            notes->file_count++;
        } else {
            good = false;
        }
        path = nul + 1;
    }
    return sort_files(notes) && good;
}

static bool read_gdb(struct core_notes *notes, const struct elf_note *note)
{
    (void)note;
    notes->by_gdb = true;
    return true;
}

static const struct {
    const char *name;
    uint32_t type;
    bool (*read)(struct core_notes *notes, const struct elf_note *note); // false: malformed
} readers[] = {
    {"CORE", NT_PRSTATUS, read_prstatus}, {"CORE", NT_PRPSINFO, read_prpsinfo},
    {"CORE", NT_SIGINFO, read_siginfo},   {"CORE", NT_AUXV, read_auxv},
    {"CORE", NT_FILE, read_files},        {"GDB", NT_GDB_TDESC, read_gdb},
};

static bool read_note(void *context, const struct elf_note *note)
{
    struct core_notes *notes = context;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (!elf_note_is(note, readers[i].name, readers[i].type))
            continue;
        if (!readers[i].read(notes, note))
            notes->problems |= DUMP_BAD_NOTES;
    }
    return !notes->out_of_memory;
}

// gdb leaves the signal that it stopped the process with; nothing killed it.
static void forget_stop_signal(struct core_notes *notes)
{
    if (!notes->by_gdb)
        return;
    notes->signal = 0;
    notes->signal_code = 0;
    notes->signal_address = 0;
}

static void finish(struct core_notes *notes)
{
    if (notes->thread_count == 0 && notes->pid == 0)
        notes->problems |= DUMP_NO_NOTES;
    if (!notes->has_siginfo && notes->thread_count > 0)
        notes->signal = notes->threads[0].signal;
    forget_stop_signal(notes);
    if (notes->pid == 0 && notes->thread_count > 0)
        notes->pid = notes->threads[0].tid;
    for (size_t i = 0; i < notes->thread_count; i++)
        memcpy(notes->threads[i].name, notes->program_name, sizeof notes->threads[i].name - 1);
}

bool core_notes_read(struct core_notes *ret, const struct elf_image *core, const struct arch *arch,
                     struct error *error)
{
    *ret = (struct core_notes){.arch = arch};
    uint64_t budget = core->size; // headers that share bytes cannot make us read more than that
    for (size_t i = 0; i < core->phdr_count && !ret->out_of_memory; i++) {
        GElf_Phdr phdr = elf_image_phdr(core, i);
        if (phdr.p_type != PT_NOTE)
            continue;
        if (phdr.p_filesz > budget)
            phdr.p_filesz = budget;
        budget -= phdr.p_filesz;
        if (!elf_image_notes(core, &phdr, read_note, ret))
            ret->problems |= DUMP_BAD_NOTES;
    }
    finish(ret);
    if (!ret->out_of_memory)
        return true;
    core_notes_free(ret);
    return error_set(error, ERROR_MEMORY, "out of memory for the notes of the core");
}

void core_notes_free(struct core_notes *notes)
{
    free(notes->threads);
    free(notes->files);
    *notes = (struct core_notes){0};
}

bool core_notes_auxv(const struct core_notes *notes, uint64_t type, uint64_t *ret)
{
    for (size_t at = 0; range_fits(at, 16, notes->auxv_size); at += 16) {
        if (word(notes->auxv, at) != type)
            continue;
        *ret = word(notes->auxv, at + 8);
        return true;
    }
    return false;
}

const struct dump_file *core_notes_file(const struct core_notes *notes, uint64_t address)
{
    size_t low = 0, high = notes->file_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (notes->files[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == notes->file_count || address < notes->files[low].start)
        return NULL;
    return &notes->files[low];
}
