// A dumped process: its memory, threads, mapped files and executable.
//
// The only public header of heap/dump/ besides memory.h. It hides what the image is: today a core
// file (plain or compressed), later perhaps a live process. Immutable after dump_open, so it can be
// read from any thread. The core is opened read-only; nothing is written beside it.
#ifndef DUMPDIVE_HEAP_DUMP_DUMP_H
#define DUMPDIVE_HEAP_DUMP_DUMP_H

#include "heap/dump/memory.h"
#include "heap/error.h"

struct dump;

struct dump_progress {
    void *context;
    // Called while a compressed core is unpacked: bytes read of `total` (0: unknown), bytes
    // written. Return false to cancel. May be NULL.
    bool (*report)(void *context, uint64_t done, uint64_t total, uint64_t written);
};

struct dump_options {
    // --exe: a file that stands in for one that was mapped, by build id; else for the executable.
    // NULL: look for the files that the core names.
    const char *executable;
    bool no_executable; // do not look for mapped files at all (tests, foreign machine)
    struct dump_progress progress;
};

// Register names in the order of the architecture's register set.
enum dump_arch {
    ARCH_X86_64,
    ARCH_COUNT, // the others are known by name only, to refuse them by name
};

struct dump_registers {
    uint64_t pc, sp, fp; // rip, rsp, rbp on x86-64
    uint64_t tls;        // thread pointer: fs_base on x86-64
    uint64_t all[27];    // x86-64: struct user_regs_struct of <sys/user.h>, in its order
    size_t count;        // of `all`
};

struct dump_thread {
    int32_t tid;
    int32_t signal; // pr_cursig: the signal it was handling, or 0
    char state;     // 'R', 'S', 'D', ... only where known; else 0 (gcore and kernel leave it)
    uint64_t cpu_user_us, cpu_system_us;
    struct dump_registers registers;
    char name[16]; // of the process for the kernel's cores (they hold no thread names)
};

// A file that was mapped (NT_FILE), one entry per mapping.
struct dump_file {
    uint64_t start, end, offset;
    const char *path;
};

enum dump_problem {
    DUMP_TRUNCATED = 1, // the core is shorter than its headers say
    DUMP_SHRANK = 2,    // it became shorter while open
    DUMP_NO_NOTES = 4,
    DUMP_BAD_NOTES = 8,     // some notes were malformed and ignored
    DUMP_BAD_SEGMENTS = 16, // some program headers were malformed and ignored or cut
    DUMP_DAMAGED = 32,      // the compressed stream is damaged; what came before the damage is here
};

struct dump_info {
    enum dump_arch arch;
    const char *arch_name; // "x86_64"
    int32_t pid;
    const char *command;            // pr_psargs: the first 80 bytes of the command line, as saved
    const char *program_name;       // pr_fname
    int32_t signal;                 // that killed it, 0: none (gcore)
    int32_t signal_code;            // si_code, when NT_SIGINFO is there
    uint64_t signal_address;        // si_addr of a fault, else 0
    const char *executable;         // path in the core (NT_FILE / auxv AT_EXECFN), or NULL
    uint64_t executable_base;       // load address of its ELF header, 0: unknown
    bool executable_found;          // a file that stands in for it is open
    bool executable_certain;        // ... and has the same build id; else only nothing contradicts
    const char *executable_file;    // path of that file, or NULL
    const char *executable_problem; // why there is none, or NULL: "its build id differs", ...
    uint8_t build_id[32];           // of the executable, from the core, ...
    size_t build_id_size;           // ... or the file if the core did not save it; 0: unknown
    uint64_t file_size;             // of the (uncompressed) core
    uint64_t mapped_bytes, saved_bytes;
    uint64_t missing_bytes; // that the headers promise but the file does not hold
    uint32_t problems;      // set of dump_problem, as found when opening
};

// Open a core, plain or compressed (zstd, gzip, xz, lz4). `options` may be NULL. Only headers and
// notes are read: milliseconds at any size, but for unpacking. A core that is cut off or partly
// malformed opens with `problems`; what cannot be used at all fails with ERROR_IO or ERROR_FORMAT,
// and a given executable that is not this core's with ERROR_USAGE. The text begins with the path.
// What the functions below return lives until dump_close.
bool dump_open(const char *path, const struct dump_options *options, struct dump **ret,
               struct error *error);
void dump_close(struct dump *dump); // NULL is fine

const struct dump_info *dump_info(const struct dump *dump);
const struct memory *dump_memory(const struct dump *dump);
const struct dump_thread *dump_threads(const struct dump *dump, size_t *count);
const struct dump_file *dump_files(const struct dump *dump, size_t *count);

// Value of an auxiliary vector entry (AT_* of <elf.h>); false when there is none.
bool dump_auxv(const struct dump *dump, uint64_t type, uint64_t *ret);

// Bytes of the core that could not be read because the file shrank while open; 0 normally.
uint64_t dump_lost_bytes(const struct dump *dump);

// What went wrong until now: `problems` of dump_info, and DUMP_SHRANK once bytes were lost.
uint32_t dump_problems(const struct dump *dump);

// The executable and the shared objects that were mapped (and other files that may be ELF files, of
// which the core saved nothing to tell).
struct dump_object {
    const char *path;    // as the process named it, or NULL
    const char *file;    // the file on this machine that stands in, or NULL
    const char *problem; // why there is none, or NULL
    bool executable;     // the main one
    bool certain;        // the file has the same build id; else only nothing contradicts
    uint64_t base;       // address of the ELF header; 0: not mapped
    uint64_t bias;       // address = st_value + bias; meaningless when start == end
    uint64_t start, end; // addresses of the loaded image; equal: unknown
    uint8_t build_id[32];
    size_t build_id_size; // 0: unknown
};
size_t dump_object_count(const struct dump *dump);
struct dump_object dump_object(const struct dump *dump, size_t index); // index < count

// Symbols (.symtab and .dynsym) of the objects whose files are at hand; addresses are as in the
// process (load bias added). Names live as long as the dump.
struct dump_symbol {
    const char *name;
    uint64_t address; // 0 for TLS symbols: see value
    uint64_t value;   // st_value as in the file
    uint64_t size;
    uint8_t type;  // STT_*
    size_t object; // index for dump_object
};

// Call `visit` for every defined symbol of one of the `types`, a set of (1u << STT_*), whose name begins
// with `prefix` ("" for all); a false return stops. What is in both tables of an object is visited twice.
// Cheap enough for a few calls, not for one per lookup: names of other types are not even read.
#define DUMP_SYMBOLS_ALL UINT32_MAX
void dump_symbols(const struct dump *dump, uint32_t types, const char *prefix,
                  bool (*visit)(void *context, const struct dump_symbol *symbol), void *context);

// Read and order all symbols now, on a thread that nobody waits for: else the first one who asks for a
// symbol does, for tens of milliseconds.
void dump_symbols_prepare(const struct dump *dump);

// The symbol that contains `address`, or false. In a second mapping of an object's bytes elsewhere
// (V8 maps its builtins again near its code), `ret->address` is that of the symbol there.
// Sorted tables are built at first use (thread-safe).
bool dump_symbol_at(const struct dump *dump, uint64_t address, struct dump_symbol *ret);

// Size and alignment of the thread-local block of object `object` (PT_TLS); false when it has none
// or its headers are not at hand.
bool dump_tls(const struct dump *dump, size_t object, uint64_t *size, uint64_t *align);

#endif
