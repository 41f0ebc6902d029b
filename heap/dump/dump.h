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
    const char *executable;        // --exe: stands in for the path in the core; NULL: use the core's
    bool no_executable;            // do not look for mapped files at all (tests, foreign machine)
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
    int32_t signal;      // pr_cursig: the signal it was handling, or 0
    char state;          // 'R', 'S', 'D', ... only where known; else 0 (gcore and kernel leave it)
    uint64_t cpu_user_us, cpu_system_us;
    struct dump_registers registers;
    char name[16];       // of the process for the kernel's cores (they hold no thread names)
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
    DUMP_BAD_NOTES = 8, // some notes were malformed and ignored
    DUMP_BAD_SEGMENTS = 16, // some program headers were malformed and ignored
};

struct dump_info {
    enum dump_arch arch;
    const char *arch_name;    // "x86_64"
    int32_t pid;
    const char *command;      // pr_psargs: the first 80 bytes of the command line, as saved
    const char *program_name; // pr_fname
    int32_t signal;           // that killed it, 0: none (gcore)
    int32_t signal_code;      // si_code, when NT_SIGINFO is there
    uint64_t signal_address;  // si_addr
    const char *executable;   // path in the core (NT_FILE / auxv AT_EXECFN), or NULL
    uint64_t executable_base; // load address of its ELF header, 0: unknown
    bool executable_found;    // a file with the same build id is open
    const char *executable_file; // path of that file
    uint8_t build_id[20];     // of the executable, from the core (zeros: not saved) ...
    size_t build_id_size;     // ... or the file; 0: unknown
    uint64_t file_size;       // of the (uncompressed) core
    uint64_t mapped_bytes, saved_bytes;
    uint64_t missing_bytes;   // that the headers promise but the file does not hold
    uint32_t problems;        // set of dump_problem
};

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

// Symbols of the executable and of the mapped shared objects whose files are at hand (.symtab and
// .dynsym of each); addresses are as in the process (load bias added).
struct dump_symbol {
    const char *name;
    uint64_t address; // 0 for TLS symbols: see value
    uint64_t value;   // st_value as in the file
    uint64_t size;
    uint8_t type;     // STT_*
    size_t object;    // index of the loaded object
};

// Call `visit` for every defined symbol whose name begins with `prefix` ("" for all); a false
// return stops. Cheap enough for a few calls, not for one per lookup.
void dump_symbols(const struct dump *dump, const char *prefix,
                  bool (*visit)(void *context, const struct dump_symbol *symbol), void *context);

// The symbol that contains `address`, or false. Sorted tables are built at first use (thread-safe).
bool dump_symbol_at(const struct dump *dump, uint64_t address, struct dump_symbol *ret);

// Size and alignment of the thread-local block of object `object` (PT_TLS); false when it has none.
bool dump_tls(const struct dump *dump, size_t object, uint64_t *size, uint64_t *align);

#endif
