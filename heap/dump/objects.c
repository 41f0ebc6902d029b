#include "heap/dump/objects.h"

#include "heap/dump/checked.h"

#include <stdlib.h>
#include <string.h>

// A hostile core can name any number of files; this many are looked at.
enum { MAX_OBJECTS = 4096 };

enum { PAGE = 4096 }; // the smallest of any 64-bit Linux; ELF segments are aligned to it or more

static uint64_t page_floor(uint64_t value)
{
    return value & ~(uint64_t)(PAGE - 1);
}

// Where the image wants its ELF header to be. False when no segment holds the header.
static bool link_base(const struct elf_image *image, uint64_t *ret)
{
    for (size_t i = 0; i < image->phdr_count; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_type != PT_LOAD || page_floor(phdr.p_offset) != 0)
            continue;
        *ret = phdr.p_vaddr - phdr.p_offset;
        return true;
    }
    return false;
}

// Where the image lies, from its program headers and the address of its ELF header.
static void place(struct object *object, const struct elf_image *image)
{
    uint64_t low = UINT64_MAX, high = 0, wanted;
    for (size_t i = 0; i < image->phdr_count; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_type != PT_LOAD || phdr.p_memsz > UINT64_MAX - phdr.p_vaddr)
            continue;
        low = phdr.p_vaddr < low ? phdr.p_vaddr : low;
        high = phdr.p_vaddr + phdr.p_memsz > high ? phdr.p_vaddr + phdr.p_memsz : high;
    }
    object->placed = object->base != 0 && low < high && link_base(image, &wanted);
    if (!object->placed)
        return;
    object->bias = object->base - wanted;
    object->start = page_floor(low) + object->bias;
    object->end = high + object->bias;
}

// The headers and the build id are in the first page, which is all that the kernel saves of an
// ELF file's unchanged part.
static void inspect_saved(struct object *object, const struct memory *memory)
{
    uint64_t size;
    const uint8_t *bytes = object->base == 0 ? NULL : memory_view(memory, object->base, &size);
    object->elf = bytes == NULL || elf_image_refusal(bytes, size) == NULL;
    if (bytes == NULL || !elf_image_open(&object->saved, bytes, size < PAGE ? size : PAGE))
        return;
    object->build_id = elf_image_build_id(&object->saved);
    place(object, &object->saved);
}

// Order of the core's files by path, then by address: those of one object come together.
static int by_path(const void *a, const void *b, void *context)
{
    const struct dump_file *files = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = strcmp(files[x].path, files[y].path);
    return order != 0 ? order : (x > y) - (x < y);
}

static bool group_files(struct objects *objects, const struct core_notes *notes)
{
    size_t count = notes->file_count;
    uint32_t *order = calloc(count, sizeof *order);
    objects->of_file = calloc(count, sizeof *objects->of_file);
    if (order == NULL || objects->of_file == NULL) {
        free(order);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, by_path, notes->files);
    const char *path = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct dump_file *file = &notes->files[order[i]];
        if (path == NULL || strcmp(path, file->path) != 0)
            objects->items[objects->count++].path = path = file->path;
        struct object *object = &objects->items[objects->count - 1];
        if (object->base == 0 && file->offset == 0)
            object->base = file->start;
        objects->of_file[order[i]] = (uint32_t)(objects->count - 1);
    }
    free(order);
    return true;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static const struct dump_file *file_named(const struct core_notes *notes)
{
    for (size_t i = 0; i < notes->file_count && notes->program_name[0] != '\0'; i++) {
        const char *name = base_name(notes->files[i].path);
        if (strncmp(name, notes->program_name, 15) == 0) // the kernel cuts names to 15 bytes
            return &notes->files[i];
    }
    return NULL;
}

// The kernel tells a program where its program headers are: that mapping is the executable's.
static void find_executable(struct objects *objects, const struct core_notes *notes)
{
    uint64_t headers = 0, entry;
    bool known = core_notes_auxv(notes, AT_PHDR, &headers);
    const struct dump_file *file = known ? core_notes_file(notes, headers) : NULL;
    if (file == NULL && core_notes_auxv(notes, AT_ENTRY, &entry))
        file = core_notes_file(notes, entry);
    if (file == NULL)
        file = file_named(notes);
    if (file != NULL) {
        objects->executable = &objects->items[objects->of_file[file - notes->files]];
        // A program may map its own file again, below its image.
        if (known && file->offset == 0)
            objects->executable->base = file->start;
    } else if (known) {
        // A core without NT_FILE. The headers follow the ELF header in all but contrived files.
        objects->executable = &objects->items[objects->count++];
        objects->executable->base = headers - sizeof(Elf64_Ehdr);
    }
}

bool objects_find(struct objects *ret, const struct core_notes *notes, const struct memory *memory,
                  struct error *error)
{
    *ret = (struct objects){0};
    ret->items = calloc(notes->file_count + 1, sizeof *ret->items);
    if (ret->items == NULL || (notes->file_count > 0 && !group_files(ret, notes))) {
        objects_free(ret);
        return error_set(error, ERROR_MEMORY, "out of memory for %zu mapped files",
                         notes->file_count);
    }
    find_executable(ret, notes);
    if (ret->executable != NULL)
        inspect_saved(ret->executable, memory);
    for (size_t i = 0; i < ret->count && i < MAX_OBJECTS; i++) {
        if (&ret->items[i] != ret->executable)
            inspect_saved(&ret->items[i], memory);
    }
    return true;
}

// Without a build id: the file's segments must lie where the process had that file mapped.
static bool fits_mappings(const struct object *object, const struct core_notes *notes,
                          const struct elf_image *image)
{
    struct object placed = {.base = object->base};
    place(&placed, image);
    if (!placed.placed)
        return object->base == 0;
    for (size_t i = 0; i < image->phdr_count && notes->file_count > 0; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_type != PT_LOAD || phdr.p_filesz == 0)
            continue;
        uint64_t address = page_floor(phdr.p_vaddr + placed.bias);
        const struct dump_file *file = core_notes_file(notes, address);
        if (file == NULL || object->path == NULL || strcmp(file->path, object->path) != 0)
            return false;
        if (address - file->start + file->offset != page_floor(phdr.p_offset))
            return false;
    }
    return true;
}

// What the kernel told the program about its own headers.
static bool fits_auxv(const struct object *object, const struct core_notes *notes,
                      const struct elf_image *image)
{
    uint64_t value;
    if (core_notes_auxv(notes, AT_PHNUM, &value) && value != image->phdr_count)
        return false;
    struct object placed = {.base = object->base};
    place(&placed, image);
    return !placed.placed || !core_notes_auxv(notes, AT_ENTRY, &value) ||
           value == image->header.e_entry + placed.bias;
}

static bool same_saved_header(const struct object *object, const struct memory *memory,
                              const uint8_t *bytes)
{
    uint8_t saved[sizeof(Elf64_Ehdr)];
    if (object->base == 0 || memory_read(memory, object->base, saved, sizeof saved, NULL) != MEM_OK)
        return true;
    return memcmp(saved, bytes, sizeof saved) == 0;
}

// Why `image` cannot be the file that was mapped, or NULL.
static const char *contradiction(const struct objects *objects, const struct object *object,
                                 const struct core_notes *notes, const struct memory *memory,
                                 const struct mapping *file, const struct elf_image *image)
{
    if (image->header.e_type != ET_EXEC && image->header.e_type != ET_DYN)
        return "neither an executable nor a shared object";
    struct build_id id = elf_image_build_id(image);
    if (object->build_id.size != 0)
        return build_id_equal(&object->build_id, &id) ? NULL : "its build id differs";
    if (!same_saved_header(object, memory, file->bytes))
        return "its ELF header differs";
    if (!fits_mappings(object, notes, image))
        return "its segments lie elsewhere";
    if (object == objects->executable && !fits_auxv(object, notes, image))
        return "its entry point or headers lie elsewhere";
    return NULL;
}

// A file made by objcopy --only-keep-debug has the headers of the original but not its contents.
static bool lacks_contents(const struct elf_image *image)
{
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(image->elf, scn)) != NULL;) {
        GElf_Shdr shdr;
        if (gelf_getshdr(scn, &shdr) != NULL && (shdr.sh_flags & SHF_EXECINSTR) != 0 &&
            shdr.sh_type == SHT_NOBITS)
            return true;
    }
    return false;
}

// The object takes over the opened file.
static bool adopt(struct object *object, const char *path, struct mapping *file,
                  struct elf_image *image)
{
    object->file_path = strdup(path);
    if (object->file_path == NULL)
        return false;
    object->certain = object->build_id.size != 0;
    if (!object->certain)
        object->build_id = elf_image_build_id(image);
    object->problem = NULL;
    object->file = *file;
    object->image = *image;
    object->only_symbols = lacks_contents(image);
    if (!object->placed)
        place(object, image);
    return true;
}

static bool open_image(const char *path, struct mapping *file, struct elf_image *image,
                       struct sigbus_watch *watch, struct error *error)
{
    if (!mapping_open(file, path, watch, error))
        return false;
    if (elf_image_open(image, file->bytes, file->size))
        return true;
    const char *refusal = elf_image_refusal(file->bytes, file->size);
    mapping_close(file);
    return error_set(error, ERROR_FORMAT, "%s: %s", path,
                     refusal != NULL ? refusal : "a broken ELF file");
}

// The object that the given file is: by build id any of them, otherwise the executable.
static struct object *match_given(struct objects *objects, const struct memory *memory,
                                  const struct elf_image *image)
{
    struct build_id id = elf_image_build_id(image);
    for (size_t i = 0; i < objects->count; i++) {
        if (build_id_equal(&objects->items[i].build_id, &id))
            return &objects->items[i];
    }
    if (objects->executable == NULL) {
        // The core does not say where its executable was; one that is not position-independent
        // can only be where it was linked for.
        objects->executable = &objects->items[objects->count++];
        if (image->header.e_type == ET_EXEC && link_base(image, &objects->executable->base))
            inspect_saved(objects->executable, memory);
    }
    return objects->executable;
}

static bool open_given(struct objects *objects, const struct core_notes *notes,
                       const struct memory *memory, const char *path, struct sigbus_watch *watch,
                       struct error *error)
{
    struct mapping file;
    struct elf_image image;
    if (!open_image(path, &file, &image, watch, error))
        return false;
    struct object *object = match_given(objects, memory, &image);
    const char *why = contradiction(objects, object, notes, memory, &file, &image);
    if (why == NULL && adopt(object, path, &file, &image))
        return true;
    elf_image_close(&image);
    mapping_close(&file);
    if (why == NULL)
        return error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    return error_set(error, ERROR_USAGE, "%s: not the executable of this core: %s", path, why);
}

// The path without the mark that the kernel puts behind it when the file was deleted or replaced.
static char *path_to_try(const char *path)
{
    static const char deleted[] = " (deleted)";
    size_t length = strlen(path), mark = sizeof deleted - 1;
    if (length > mark && strcmp(path + length - mark, deleted) == 0)
        length -= mark;
    return strndup(path, length);
}

static void open_named(struct objects *objects, struct object *object,
                       const struct core_notes *notes, const struct memory *memory,
                       struct sigbus_watch *watch)
{
    struct mapping file;
    struct elf_image image;
    char *path = path_to_try(object->path);
    object->problem = "the file is not on this machine";
    if (path != NULL && open_image(path, &file, &image, watch, NULL)) {
        object->problem = contradiction(objects, object, notes, memory, &file, &image);
        if (object->problem != NULL || !adopt(object, path, &file, &image)) {
            elf_image_close(&image);
            mapping_close(&file);
        }
    }
    free(path);
}

bool objects_open(struct objects *objects, const struct core_notes *notes,
                  const struct memory *memory, const char *given, struct sigbus_watch *watch,
                  struct error *error)
{
    if (given != NULL && !open_given(objects, notes, memory, given, watch, error))
        return false;
    for (size_t i = 0; i < objects->count; i++) {
        struct object *object = &objects->items[i];
        if (object->elf && object->image.elf == NULL && object->base != 0 && object->path != NULL &&
            object->path[0] == '/')
            open_named(objects, object, notes, memory, watch);
    }
    return true;
}

void objects_free(struct objects *objects)
{
    for (size_t i = 0; i < objects->count && objects->items != NULL; i++) {
        elf_image_close(&objects->items[i].saved);
        elf_image_close(&objects->items[i].image);
        mapping_close(&objects->items[i].file);
        free(objects->items[i].file_path);
    }
    free(objects->items);
    free(objects->of_file);
    *objects = (struct objects){0};
}

const struct elf_image *object_headers(const struct object *object)
{
    if (object->image.elf != NULL)
        return &object->image;
    return object->saved.elf != NULL ? &object->saved : NULL;
}

const uint8_t *object_bytes(const struct object *object, uint64_t offset, uint64_t *size)
{
    *size = 0;
    if (object->only_symbols || offset >= object->file.size)
        return NULL;
    *size = object->file.size - offset;
    return object->file.bytes + offset;
}

// The segment of the file that holds the byte at `offset`, with the rest of its first and last page.
static bool find_segment(const struct object *object, uint64_t offset, GElf_Phdr *ret)
{
    const struct elf_image *image = object_headers(object);
    for (size_t i = 0; image != NULL && i < image->phdr_count; i++) {
        *ret = elf_image_phdr(image, i);
        uint64_t end =
            page_floor(add_saturated(add_saturated(ret->p_offset, ret->p_filesz), PAGE - 1));
        if (ret->p_type == PT_LOAD && offset >= page_floor(ret->p_offset) && offset < end)
            return true;
    }
    return false;
}

uint32_t object_perm(const struct object *object, uint64_t offset)
{
    GElf_Phdr phdr;
    if (!find_segment(object, offset, &phdr))
        return SEGMENT_READ;
    return phdr.p_flags & (SEGMENT_READ | SEGMENT_WRITE | SEGMENT_EXEC);
}

bool object_address(const struct object *object, uint64_t offset, uint64_t *ret)
{
    GElf_Phdr phdr;
    if (!object->placed || !find_segment(object, offset, &phdr))
        return false;
    *ret = phdr.p_vaddr + object->bias + (offset - phdr.p_offset);
    return true;
}
