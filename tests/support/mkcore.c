#include "tests/support/mkcore.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PAGE = 4096,
    PRSTATUS_SIZE = 336,
    PRSTATUS_REGISTERS = 112,
    PRPSINFO_SIZE = 136,
    SIGINFO_SIZE = 128,
};

struct segment {
    uint64_t start, size, saved;
    uint32_t perm;
    uint8_t *bytes;
};

struct file {
    uint64_t start, end, offset;
    char *path;
};

// Bytes that grow.
struct buffer {
    uint8_t *bytes;
    size_t size;
};

struct mkcore {
    struct segment *segments;
    size_t segment_count, segment_capacity;
    struct file *files;
    size_t file_count;
    struct buffer notes, auxv;
};

static void *must(void *pointer)
{
    if (pointer == NULL)
        abort();
    return pointer;
}

static void append(struct buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    buffer->bytes = must(realloc(buffer->bytes, buffer->size + size));
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

static void append_u64(struct buffer *buffer, uint64_t value)
{
    append(buffer, &value, sizeof value);
}

static void pad(struct buffer *buffer, size_t alignment)
{
    static const uint8_t zeros[PAGE];
    append(buffer, zeros, (alignment - buffer->size % alignment) % alignment);
}

static void append_note(struct buffer *notes, const char *name, uint32_t type, const void *desc,
                        size_t size)
{
    size_t name_size = strlen(name) + 1;
    Elf64_Nhdr header = {
        .n_namesz = (uint32_t)name_size, .n_descsz = (uint32_t)size, .n_type = type};
    append(notes, &header, sizeof header);
    append(notes, name, name_size);
    pad(notes, 4);
    append(notes, desc, size);
    pad(notes, 4);
}

struct mkcore *mkcore_new(void)
{
    return must(calloc(1, sizeof(struct mkcore)));
}

void mkcore_free(struct mkcore *core)
{
    if (core == NULL)
        return;
    for (size_t i = 0; i < core->segment_count; i++)
        free(core->segments[i].bytes);
    for (size_t i = 0; i < core->file_count; i++)
        free(core->files[i].path);
    free(core->segments);
    free(core->files);
    free(core->notes.bytes);
    free(core->auxv.bytes);
    free(core);
}

uint8_t *mkcore_segment(struct mkcore *core, uint64_t start, uint64_t size, uint32_t perm,
                        uint64_t saved)
{
    if (core->segment_count == core->segment_capacity) {
        core->segment_capacity = core->segment_capacity * 2 + 16;
        core->segments =
            must(reallocarray(core->segments, core->segment_capacity, sizeof *core->segments));
    }
    struct segment *segment = &core->segments[core->segment_count++];
    *segment = (struct segment){.start = start, .size = size, .saved = saved, .perm = perm};
    if (saved > 0)
        segment->bytes = must(calloc(1, saved));
    return segment->bytes;
}

uint8_t *mkcore_at(struct mkcore *core, uint64_t address)
{
    for (size_t i = 0; i < core->segment_count; i++) {
        const struct segment *segment = &core->segments[i];
        if (address >= segment->start && address - segment->start < segment->saved)
            return segment->bytes + (address - segment->start);
    }
    abort();
}

void mkcore_put(struct mkcore *core, uint64_t address, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    uint8_t *first = mkcore_at(core, address);
    if (mkcore_at(core, address + size - 1) != first + size - 1)
        abort(); // not in one segment
    memcpy(first, bytes, size);
}

void mkcore_put_u64(struct mkcore *core, uint64_t address, uint64_t value)
{
    mkcore_put(core, address, &value, sizeof value);
}

void mkcore_put_u32(struct mkcore *core, uint64_t address, uint32_t value)
{
    mkcore_put(core, address, &value, sizeof value);
}

void mkcore_note(struct mkcore *core, const char *name, uint32_t type, const void *desc,
                 size_t size)
{
    append_note(&core->notes, name, type, desc, size);
}

void mkcore_thread(struct mkcore *core, int32_t tid, int16_t signal, const uint64_t *registers)
{
    uint8_t desc[PRSTATUS_SIZE] = {0};
    memcpy(desc + 12, &signal, sizeof signal);
    memcpy(desc + 32, &tid, sizeof tid);
    if (registers != NULL)
        memcpy(desc + PRSTATUS_REGISTERS, registers, 27 * sizeof *registers);
    mkcore_note(core, "CORE", NT_PRSTATUS, desc, sizeof desc);
}

static void copy_text(uint8_t *to, const char *text, size_t capacity)
{
    size_t length = strlen(text);
    memcpy(to, text, length < capacity ? length : capacity);
}

void mkcore_process(struct mkcore *core, int32_t pid, const char *name, const char *command)
{
    uint8_t desc[PRPSINFO_SIZE] = {0};
    memcpy(desc + 24, &pid, sizeof pid);
    copy_text(desc + 40, name, 16);
    copy_text(desc + 56, command, 80);
    mkcore_note(core, "CORE", NT_PRPSINFO, desc, sizeof desc);
}

void mkcore_signal(struct mkcore *core, int32_t signal, int32_t code, uint64_t address)
{
    uint8_t desc[SIGINFO_SIZE] = {0};
    memcpy(desc, &signal, sizeof signal);
    memcpy(desc + 8, &code, sizeof code);
    memcpy(desc + 16, &address, sizeof address);
    mkcore_note(core, "CORE", NT_SIGINFO, desc, sizeof desc);
}

void mkcore_auxv(struct mkcore *core, uint64_t type, uint64_t value)
{
    append_u64(&core->auxv, type);
    append_u64(&core->auxv, value);
}

void mkcore_file(struct mkcore *core, uint64_t start, uint64_t end, uint64_t offset,
                 const char *path)
{
    core->files = must(reallocarray(core->files, core->file_count + 1, sizeof *core->files));
    core->files[core->file_count++] =
        (struct file){.start = start, .end = end, .offset = offset, .path = must(strdup(path))};
}

static void append_files(const struct mkcore *core, struct buffer *notes)
{
    struct buffer desc = {0};
    append_u64(&desc, core->file_count);
    append_u64(&desc, PAGE);
    for (size_t i = 0; i < core->file_count; i++) {
        append_u64(&desc, core->files[i].start);
        append_u64(&desc, core->files[i].end);
        append_u64(&desc, core->files[i].offset / PAGE);
    }
    for (size_t i = 0; i < core->file_count; i++)
        append(&desc, core->files[i].path, strlen(core->files[i].path) + 1);
    append_note(notes, "CORE", NT_FILE, desc.bytes, desc.size);
    free(desc.bytes);
}

// All notes, in the kernel's order but for those added by hand, which come first.
static struct buffer all_notes(const struct mkcore *core)
{
    struct buffer notes = {0};
    append(&notes, core->notes.bytes, core->notes.size);
    if (core->auxv.size > 0) {
        struct buffer auxv = {0};
        append(&auxv, core->auxv.bytes, core->auxv.size);
        append_u64(&auxv, AT_NULL);
        append_u64(&auxv, 0);
        append_note(&notes, "CORE", NT_AUXV, auxv.bytes, auxv.size);
        free(auxv.bytes);
    }
    if (core->file_count > 0)
        append_files(core, &notes);
    return notes;
}

static uint64_t page_up(uint64_t value)
{
    return (value + PAGE - 1) / PAGE * PAGE;
}

static Elf64_Ehdr file_header(size_t phdr_count, uint64_t section_offset)
{
    bool many = phdr_count >= PN_XNUM;
    return (Elf64_Ehdr){
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_CORE,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_shoff = many ? section_offset : 0,
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = many ? PN_XNUM : (uint16_t)phdr_count,
        .e_shentsize = many ? sizeof(Elf64_Shdr) : 0,
        .e_shnum = many,
    };
}

static Elf64_Phdr segment_header(const struct segment *segment, uint64_t offset)
{
    return (Elf64_Phdr){
        .p_type = PT_LOAD,
        .p_flags = segment->perm,
        .p_offset = offset,
        .p_vaddr = segment->start,
        .p_filesz = segment->saved,
        .p_memsz = segment->size,
        .p_align = PAGE,
    };
}

uint8_t *mkcore_image(const struct mkcore *core, size_t *size)
{
    struct buffer notes = all_notes(core);
    size_t note_headers = notes.size > 0;
    size_t phdr_count = note_headers + core->segment_count;
    uint64_t note_offset = sizeof(Elf64_Ehdr) + phdr_count * sizeof(Elf64_Phdr);
    uint64_t offset = page_up(note_offset + notes.size), total = offset;
    for (size_t i = 0; i < core->segment_count; i++)
        total += page_up(core->segments[i].saved);
    uint64_t section_offset = total;
    total += phdr_count >= PN_XNUM ? sizeof(Elf64_Shdr) : 0;

    uint8_t *image = must(calloc(1, total));
    Elf64_Ehdr header = file_header(phdr_count, section_offset);
    memcpy(image, &header, sizeof header);
    if (note_headers > 0) {
        *mkcore_phdr(image, 0) = (Elf64_Phdr){
            .p_type = PT_NOTE, .p_offset = note_offset, .p_filesz = notes.size, .p_align = 4};
        memcpy(image + note_offset, notes.bytes, notes.size);
    }
    for (size_t i = 0; i < core->segment_count; i++) {
        const struct segment *segment = &core->segments[i];
        *mkcore_phdr(image, note_headers + i) = segment_header(segment, offset);
        if (segment->saved > 0)
            memcpy(image + offset, segment->bytes, segment->saved);
        offset += page_up(segment->saved);
    }
    if (phdr_count >= PN_XNUM) {
        Elf64_Shdr zero = {.sh_info = (uint32_t)phdr_count, .sh_size = 1};
        memcpy(image + section_offset, &zero, sizeof zero);
    }
    free(notes.bytes);
    *size = total;
    return image;
}

Elf64_Ehdr *mkcore_header(uint8_t *image)
{
    return (Elf64_Ehdr *)(void *)image;
}

Elf64_Phdr *mkcore_phdr(uint8_t *image, size_t index)
{
    return (Elf64_Phdr *)(void *)(image + sizeof(Elf64_Ehdr)) + index;
}

char *mkcore_write(const struct mkcore *core)
{
    size_t size;
    uint8_t *image = mkcore_image(core, &size);
    char *path = mkcore_write_bytes(image, size);
    free(image);
    return path;
}

char *mkcore_write_bytes(const void *bytes, size_t size)
{
    const char *folder = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/dumpdive-test-XXXXXX", folder != NULL ? folder : "/tmp") < 0)
        abort();
    int fd = mkstemp(path);
    if (fd < 0)
        abort();
    for (size_t done = 0; done < size;) {
        ssize_t part = write(fd, (const uint8_t *)bytes + done, size - done);
        if (part < 0)
            abort();
        done += (size_t)part;
    }
    close(fd);
    return path;
}

void mkcore_remove(char *path)
{
    unlink(path);
    free(path);
}

uint64_t mkcore_random(uint64_t *state)
{
    uint64_t value = *state += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

void mkcore_fill(void *bytes, size_t size, uint64_t seed)
{
    uint8_t *to = bytes;
    while (size > 0) {
        uint64_t value = mkcore_random(&seed);
        size_t part = size < sizeof value ? size : sizeof value;
        memcpy(to, &value, part);
        to += part;
        size -= part;
    }
}
