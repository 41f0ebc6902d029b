// An ELF image in host memory (a core, an object file, or only its first page), read by libelf.
// Internal to heap/dump. Nothing in the image is trusted; every access is bounds-checked.
#ifndef DUMPDIVE_HEAP_DUMP_ELF_IMAGE_H
#define DUMPDIVE_HEAP_DUMP_ELF_IMAGE_H

#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

enum { BUILD_ID_MAX = 32 };

struct build_id {
    size_t size; // 0: unknown
    uint8_t bytes[BUILD_ID_MAX];
};

struct elf_image {
    Elf *elf;
    uint64_t size;
    GElf_Ehdr header;
    Elf_Data *phdrs;
    size_t phdr_count;    // that can be read
    size_t phdr_promised; // by the header; more than phdr_count when the image ends early
};

struct elf_note {
    uint32_t type;
    const char *name;
    size_t name_size; // with its NUL, if it has one
    const uint8_t *desc;
    size_t desc_size;
};

// One note; return false to stop.
typedef bool elf_note_visit(void *context, const struct elf_note *note);

// Why the image is nothing we read ("not an ELF file", "a 32-bit ELF file", ...), or NULL.
const char *elf_image_refusal(const uint8_t *bytes, uint64_t size);

// Open the image at `bytes`, which must stay mapped until elf_image_close. False when it is not a
// 64-bit little-endian ELF image. A truncated program header table is no failure.
bool elf_image_open(struct elf_image *ret, const uint8_t *bytes, uint64_t size);
void elf_image_close(struct elf_image *image);

// Program header `index` < phdr_count.
GElf_Phdr elf_image_phdr(const struct elf_image *image, size_t index);

// Visit the notes of a PT_NOTE header. False when they are malformed or cut off; the notes before
// that point were visited.
bool elf_image_notes(const struct elf_image *image, const GElf_Phdr *phdr, elf_note_visit *visit,
                     void *context);

bool elf_note_is(const struct elf_note *note, const char *name, uint32_t type);

// The build id of the image, or size 0.
struct build_id elf_image_build_id(const struct elf_image *image);
bool build_id_equal(const struct build_id *a, const struct build_id *b);

#endif
