#include "heap/dump/dump.h"

#include "heap/dump/checked.h"
#include "heap/dump/loads.h"
#include "heap/dump/segments.h"
#include "heap/dump/symbols.h"
#include "heap/dump/unpack.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dump {
    struct sigbus_watch watch;
    int fd; // of the core, to ask where it has holes
    struct mapping file;
    struct elf_image core;
    struct loads loads;
    struct core_notes notes;
    struct objects objects;
    struct memory memory;
    struct symbols *symbols;
    struct dump_info info;
    uint32_t unpack_problems; // set of dump_problem
    char executable[4096];    // AT_EXECFN, where the core names no files
};

// The unpacked core takes the place of the compressed one.
static bool unpack_file(struct dump *dump, const struct codec *codec, const char *path,
                        const struct dump_progress *progress, struct error *error)
{
    struct unpacked unpacked;
    if (!unpack(&unpacked, codec, dump->file.bytes, dump->file.size, path, progress, error))
        return false;
    mapping_close(&dump->file);
    close(dump->fd);
    dump->fd = unpacked.fd;
    dump->unpack_problems = unpacked.problems;
    return mapping_map(&dump->file, dump->fd, unpacked.size, path, &dump->watch, error);
}

static bool open_file(struct dump *dump, const char *path, const struct dump_progress *progress,
                      struct error *error)
{
    uint64_t size;
    dump->fd = mapping_open_file(path, &size, error);
    if (dump->fd < 0 || !mapping_map(&dump->file, dump->fd, size, path, &dump->watch, error))
        return false;
    const struct codec *codec = codec_find(dump->file.bytes, dump->file.size);
    return codec == NULL || unpack_file(dump, codec, path, progress, error);
}

// What an ELF file that is no core is.
static const char *file_kind(uint16_t type)
{
    static const char *const kinds[] = {
        [ET_NONE] = "an ELF file of no type",
        [ET_REL] = "an ELF object file",
        [ET_EXEC] = "an ELF executable",
        [ET_DYN] = "an ELF executable or shared object",
    };
    return type < sizeof kinds / sizeof *kinds ? kinds[type] : "an ELF file of unknown type";
}

static bool open_core(struct dump *dump, const char *path, struct error *error)
{
    const char *refusal = elf_image_refusal(dump->file.bytes, dump->file.size);
    if (refusal != NULL)
        return error_set(error, ERROR_FORMAT, "%s: %s", path, refusal);
    if (!elf_image_open(&dump->core, dump->file.bytes, dump->file.size))
        return error_set(error, ERROR_FORMAT, "%s: a broken ELF file", path);
    if (dump->core.header.e_type != ET_CORE)
        return error_set(error, ERROR_FORMAT, "%s: %s, not a core", path,
                         file_kind(dump->core.header.e_type));
    if (arch_find(dump->core.header.e_machine) == NULL)
        return error_set(error, ERROR_FORMAT, "%s: core of %s process; only %s can be read", path,
                         arch_phrase(dump->core.header.e_machine), arch_supported());
    return true;
}

static bool read_headers(struct dump *dump, const char *path, struct error *error)
{
    const struct arch *arch = arch_find(dump->core.header.e_machine);
    if (!loads_read(&dump->loads, &dump->core, error) ||
        !core_notes_read(&dump->notes, &dump->core, arch, error))
        return false;
    if (dump->loads.count > 0)
        return true;
    if (((dump->loads.problems | dump->unpack_problems) & DUMP_TRUNCATED) != 0)
        return error_set(error, ERROR_FORMAT, "%s: a core cut off in its program headers", path);
    return error_set(error, ERROR_FORMAT, "%s: a core without any memory", path);
}

// The build ids are in the memory that the core saved; the files that have the same fill in the
// rest: hence the address space is built twice.
static bool build_memory(struct dump *dump, const struct dump_options *options, struct error *error)
{
    struct memory saved;
    if (!segments_build(&saved, dump->file.bytes, &dump->loads, &dump->notes, NULL, error))
        return false;
    bool done = objects_find(&dump->objects, &dump->notes, &saved, error);
    if (done && !options->no_executable)
        done = objects_open(&dump->objects, &dump->notes, &saved, options->executable, &dump->watch,
                            error);
    segments_free(&saved);
    if (!done)
        return false;
    dump->symbols = symbols_create(&dump->objects, &dump->memory);
    if (dump->symbols == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory for symbol tables");
    if (!segments_build(&dump->memory, dump->file.bytes, &dump->loads, &dump->notes, &dump->objects,
                        error))
        return false;
    dump->memory.watch = &dump->watch;
    dump->memory.file = dump->file.bytes;
    dump->memory.file_size = dump->file.size;
    dump->memory.fd = dump->fd;
    return true;
}

static void describe_executable(struct dump *dump)
{
    struct dump_info *info = &dump->info;
    const struct object *object = dump->objects.executable;
    uint64_t name;
    if (object != NULL && object->path != NULL)
        info->executable = object->path;
    else if (dump_auxv(dump, AT_EXECFN, &name) &&
             memory_read_string(&dump->memory, name, dump->executable, sizeof dump->executable) > 0)
        info->executable = dump->executable;
    if (object == NULL)
        return;
    info->executable_base = object->base;
    info->executable_found = object->image.elf != NULL;
    info->executable_certain = object->certain;
    info->executable_file = object->file_path;
    info->executable_problem = object->problem;
    info->build_id_size = object->build_id.size;
    memcpy(info->build_id, object->build_id.bytes, object->build_id.size);
}

static void describe(struct dump *dump)
{
    const struct core_notes *notes = &dump->notes;
    dump->info = (struct dump_info){
        .arch = notes->arch->id,
        .arch_name = notes->arch->name,
        .pid = notes->pid,
        .command = notes->command,
        .program_name = notes->program_name,
        .signal = notes->signal,
        .signal_code = notes->signal_code,
        .signal_address = notes->signal_address,
        .file_size = dump->file.size,
        .missing_bytes = dump->loads.missing,
        .problems = dump->unpack_problems | dump->loads.problems | notes->problems,
    };
    for (size_t i = 0; i < dump->memory.count; i++) {
        const struct segment *segment = &dump->memory.segments[i];
        dump->info.mapped_bytes =
            add_saturated(dump->info.mapped_bytes, segment->end - segment->start);
        dump->info.saved_bytes = add_saturated(dump->info.saved_bytes, segment->saved);
    }
    describe_executable(dump);
}

bool dump_open(const char *path, const struct dump_options *options, struct dump **ret,
               struct error *error)
{
    static const struct dump_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    *ret = NULL;
    struct dump *dump = calloc(1, sizeof *dump);
    if (dump == NULL)
        return error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    if (!open_file(dump, path, &options->progress, error) || !open_core(dump, path, error) ||
        !read_headers(dump, path, error) || !build_memory(dump, options, error)) {
        dump_close(dump);
        return false;
    }
    describe(dump);
    *ret = dump;
    return true;
}

void dump_close(struct dump *dump)
{
    if (dump == NULL)
        return;
    symbols_free(dump->symbols);
    segments_free(&dump->memory);
    objects_free(&dump->objects);
    core_notes_free(&dump->notes);
    loads_free(&dump->loads);
    elf_image_close(&dump->core);
    mapping_close(&dump->file);
    if (dump->fd >= 0)
        close(dump->fd);
    free(dump);
}

const struct dump_info *dump_info(const struct dump *dump)
{
    return &dump->info;
}

const struct memory *dump_memory(const struct dump *dump)
{
    return &dump->memory;
}

const struct dump_thread *dump_threads(const struct dump *dump, size_t *count)
{
    *count = dump->notes.thread_count;
    return dump->notes.threads;
}

const struct dump_file *dump_files(const struct dump *dump, size_t *count)
{
    *count = dump->notes.file_count;
    return dump->notes.files;
}

bool dump_auxv(const struct dump *dump, uint64_t type, uint64_t *ret)
{
    return core_notes_auxv(&dump->notes, type, ret);
}

uint64_t dump_lost_bytes(const struct dump *dump)
{
    return dump->watch.lost_bytes;
}

uint32_t dump_problems(const struct dump *dump)
{
    return dump->info.problems | (dump_lost_bytes(dump) > 0 ? DUMP_SHRANK : 0u);
}

size_t dump_object_count(const struct dump *dump)
{
    return dump->objects.count;
}

struct dump_object dump_object(const struct dump *dump, size_t index)
{
    const struct object *object = &dump->objects.items[index];
    struct dump_object ret = {
        .path = object->path,
        .file = object->file_path,
        .problem = object->problem,
        .executable = object == dump->objects.executable,
        .certain = object->certain,
        .base = object->base,
        .bias = object->bias,
        .start = object->start,
        .end = object->end,
        .build_id_size = object->build_id.size,
    };
    memcpy(ret.build_id, object->build_id.bytes, object->build_id.size);
    return ret;
}

void dump_symbols(const struct dump *dump, uint32_t types, const char *prefix,
                  bool (*visit)(void *context, const struct dump_symbol *symbol), void *context)
{
    symbols_visit(dump->symbols, types, prefix, visit, context);
}

void dump_symbols_prepare(const struct dump *dump)
{
    symbols_prepare(dump->symbols);
}

static bool in_image(const struct object *object, uint64_t address)
{
    return object->placed && address >= object->start && address < object->end;
}

// The object that `address` belongs to, and where in its loaded image the address would be.
static bool find_image_address(const struct dump *dump, uint64_t address, size_t *index,
                               uint64_t *ret)
{
    const struct dump_file *file = core_notes_file(&dump->notes, address);
    *ret = address;
    if (file != NULL) {
        *index = dump->objects.of_file[file - dump->notes.files];
        const struct object *object = &dump->objects.items[*index];
        return in_image(object, address) ||
               object_address(object, file->offset + (address - file->start), ret);
    }
    // Behind the file's bytes, in .bss.
    for (*index = 0; *index < dump->objects.count; ++*index) {
        if (in_image(&dump->objects.items[*index], address))
            return true;
    }
    return false;
}

bool dump_symbol_at(const struct dump *dump, uint64_t address, struct dump_symbol *ret)
{
    size_t index;
    uint64_t loaded;
    if (!find_image_address(dump, address, &index, &loaded) ||
        !symbols_at(dump->symbols, index, loaded, ret))
        return false;
    ret->address += address - loaded;
    return true;
}

bool dump_tls(const struct dump *dump, size_t object, uint64_t *size, uint64_t *align)
{
    if (object >= dump->objects.count)
        return false;
    const struct elf_image *image = object_headers(&dump->objects.items[object]);
    for (size_t i = 0; image != NULL && i < image->phdr_count; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_type != PT_TLS)
            continue;
        *size = phdr.p_memsz;
        *align = phdr.p_align;
        return true;
    }
    return false;
}
