// The core opener: any bytes as a core, and as the executable that goes with it.
//
// Input: the core, then the executable (may be empty), then the executable's size (u16).
#include "heap/dump/dump.h"
#include "tests/support/fuzz.h"
#include "tests/support/mkcore.h"
#include "tests/support/mkelf.h"

#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static volatile unsigned sink;

static bool see_symbol(void *context, const struct dump_symbol *symbol)
{
    size_t *left = context;
    sink += (unsigned)strlen(symbol->name) + symbol->type;
    return --*left > 0;
}

static void read_around(const struct memory *memory, uint64_t address)
{
    char buffer[64];
    uint64_t word, fault;
    memory_read(memory, address - 16, buffer, sizeof buffer, &fault);
    memory_read_string(memory, address, buffer, sizeof buffer);
    memory_u64(memory, address, &word);
    sink += (unsigned)word;
}

static void use_memory(const struct memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct segment *segment = &memory->segments[i];
        if (segment->start >= segment->end || segment->readable > segment->end - segment->start ||
            (i > 0 && segment[-1].end > segment->start))
            abort();
        if (segment->readable > 0)
            sink += segment->bytes[0] + segment->bytes[segment->readable - 1];
        if (segment->file != NULL)
            sink += (unsigned)strlen(segment->file);
        read_around(memory, segment->start);
        read_around(memory, segment->start + segment->readable);
        read_around(memory, segment->end);
    }
    read_around(memory, 0);
    read_around(memory, UINT64_MAX);
}

static void use_symbols(const struct dump *dump)
{
    size_t left = 1000;
    dump_symbols(dump, DUMP_SYMBOLS_ALL, "", see_symbol, &left);
    struct dump_symbol symbol;
    size_t count;
    const struct dump_thread *threads = dump_threads(dump, &count);
    for (size_t i = 0; i < count; i++)
        dump_symbol_at(dump, threads[i].registers.pc, &symbol);
    const struct dump_file *files = dump_files(dump, &count);
    for (size_t i = 0; i < count; i++) {
        sink += (unsigned)strlen(files[i].path);
        dump_symbol_at(dump, files[i].start + 8, &symbol);
    }
    for (size_t i = 0; i < dump_object_count(dump); i++) {
        struct dump_object object = dump_object(dump, i);
        uint64_t size, align;
        dump_tls(dump, i, &size, &align);
        dump_symbol_at(dump, object.start + 0x1100, &symbol);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint16_t program_size;
    if (size < sizeof program_size)
        return 0;
    size -= sizeof program_size;
    memcpy(&program_size, bytes + size, sizeof program_size);
    if (program_size > size)
        program_size = (uint16_t)size;
    size -= program_size;

    char core_path[32], program_path[32];
    int core = fuzz_file(bytes, size, core_path);
    int program = fuzz_file(bytes + size, program_size, program_path);
    struct dump_options options = {.executable = program_size > 0 ? program_path : NULL};
    struct dump *dump;
    struct error error;
    if (dump_open(core_path, &options, &dump, &error)) {
        sink += (unsigned)strlen(dump_info(dump)->command) + dump_problems(dump);
        use_memory(dump_memory(dump));
        use_symbols(dump);
        dump_close(dump);
    }
    close(core);
    close(program);
    return 0;
}

static void seed(const char *folder, const char *name, const void *core, size_t core_size,
                 const void *program, size_t program_size)
{
    uint8_t *both = malloc(core_size + program_size + 2);
    uint16_t trailer = (uint16_t)program_size;
    if (program_size > UINT16_MAX || both == NULL)
        abort();
    memcpy(both, core, core_size);
    if (program_size > 0)
        memcpy(both + core_size, program, program_size);
    memcpy(both + core_size + program_size, &trailer, sizeof trailer);
    fuzz_seed(folder, name, both, core_size + program_size + sizeof trailer);
    free(both);
}

static void compressed_seeds(const char *folder, const uint8_t *core, size_t size)
{
    uint8_t out[0x10000];
    uLongf zlib_size = sizeof out;
    size_t packed = ZSTD_compress(out, sizeof out, core, size, 3);
    seed(folder, "zstd", out, packed, NULL, 0);
    packed = LZ4F_compressFrame(out, sizeof out, core, size, NULL);
    seed(folder, "lz4", out, packed, NULL, 0);
    compress(out, &zlib_size, core, size);
    memmove(out + 10, out + 2, zlib_size - 2); // a gzip header for the zlib one
    memcpy(out, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    seed(folder, "gzip", out, zlib_size + 8, NULL, 0);
}

static const struct mkelf_symbol symbols[] = {
    {"v8dbg_first", 0x2000, 4, STT_OBJECT, true},
    {"main", 0x1100, 0x40, STT_FUNC, true},
    {"label", 0x1200, 0, STT_NOTYPE, false},
    {"current", 0x18, 8, STT_TLS, false},
};

static void write_seeds(const char *folder)
{
    static const char *const names[] = {"kernel", "gdb", "kernel-no-id", "gdb-hash"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct mkelf elf = {
            .type = i % 2 == 0 ? ET_DYN : ET_EXEC,
            .base = i % 2 == 0 ? 0 : 0x400000,
            .text_pages = 2,
            .data_pages = 1,
            .tls_size = 32,
            .tls_align = 8,
            .build_id = i == 2 ? 0 : 0x11,
            .gnu_hash = i == 1,
            .symbols = symbols,
            .symbol_count = sizeof symbols / sizeof *symbols,
        };
        struct mkcore *core = mkcore_new();
        uint64_t registers[27] = {[16] = 0x401110};
        mkcore_thread(core, 7, 6, registers);
        mkcore_process(core, 7, "node", "node app.js");
        mkcore_signal(core, 6, -6, 0);
        mkcore_auxv(core, AT_PHDR, 0x400040);
        mkcore_auxv(core, AT_PHNUM, 5);
        mkelf_map(&elf, core, "/nonexistent/node", 0x400000, i % 2 == 1);
        mkcore_file(core, 0x900000, 0x901000, 0x1000, "/nonexistent/node");
        mkcore_segment(core, 0xa00000, 0x2000, PF_R | PF_W, 0x100);
        mkcore_segment(core, 0xb00000, 0x2000, PF_R, 0);
        size_t core_size, elf_size;
        uint8_t *image = mkcore_image(core, &core_size);
        uint8_t *program = mkelf_image(&elf, &elf_size);
        seed(folder, names[i], image, core_size, i < 3 ? program : NULL, i < 3 ? elf_size : 0);
        if (i == 0)
            compressed_seeds(folder, image, core_size);
        free(image);
        free(program);
        mkcore_free(core);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    setenv("TMPDIR", "/dev/shm", 0); // the unpacked cores are small
    fuzz_main(*argc, *argv, write_seeds);
    return 0;
}
