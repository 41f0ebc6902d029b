// Builds ELF cores for tests, in memory or as temporary files.
//
//     struct mkcore *core = mkcore_new();
//     mkcore_thread(core, 100, 6, NULL);
//     mkcore_file(core, 0x400000, 0x402000, 0, "/bin/app");
//     uint8_t *bytes = mkcore_segment(core, 0x400000, 0x2000, 5, 0x1000); // second page unsaved
//     memcpy(bytes, "text", 4);
//     mkcore_put_u64(core, 0x400008, 42); // by address
//     char *path = mkcore_write(core);    // mkcore_image() for the bytes alone
//     ...
//     mkcore_remove(path);
//     mkcore_free(core);
//
// The layout is the kernel's: ELF header, program headers (notes first), notes, then each segment's
// bytes at a page boundary; with 65,535 or more program headers their number is in section header
// 0 at the end. Out of memory and misuse end the test with abort().
// To test what a builder would not write, build an image and change its bytes (mkcore_header,
// mkcore_phdr).
#ifndef DUMPDIVE_TESTS_SUPPORT_MKCORE_H
#define DUMPDIVE_TESTS_SUPPORT_MKCORE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

struct mkcore;

struct mkcore *mkcore_new(void);
void mkcore_free(struct mkcore *core);

// Add a mapping of `size` bytes of which the core saves the first `saved` (0: none). Returns these
// bytes, zeros, to be filled in: valid until mkcore_free. NULL when `saved` is 0.
// `perm` is PF_R | PF_W | PF_X.
uint8_t *mkcore_segment(struct mkcore *core, uint64_t start, uint64_t size, uint32_t perm,
                        uint64_t saved);

// The saved byte at an address of a segment that was added; aborts when there is none.
uint8_t *mkcore_at(struct mkcore *core, uint64_t address);
void mkcore_put(struct mkcore *core, uint64_t address, const void *bytes, size_t size);
void mkcore_put_u64(struct mkcore *core, uint64_t address, uint64_t value);
void mkcore_put_u32(struct mkcore *core, uint64_t address, uint32_t value);

// Notes. `registers` are 27 words in the order of struct user_regs_struct, or NULL for zeros.
void mkcore_note(struct mkcore *core, const char *name, uint32_t type, const void *desc,
                 size_t size);
void mkcore_thread(struct mkcore *core, int32_t tid, int16_t signal, const uint64_t *registers);
void mkcore_process(struct mkcore *core, int32_t pid, const char *name, const char *command);
void mkcore_signal(struct mkcore *core, int32_t signal, int32_t code, uint64_t address);
void mkcore_auxv(struct mkcore *core, uint64_t type, uint64_t value); // collected into one note
void mkcore_file(struct mkcore *core, uint64_t start, uint64_t end, uint64_t offset,
                 const char *path); // collected into one NT_FILE; offset in bytes, whole pages

// The image of the core: `*size` bytes, to be freed by the caller.
uint8_t *mkcore_image(const struct mkcore *core, size_t *size);

// Places in an image.
Elf64_Ehdr *mkcore_header(uint8_t *image);
Elf64_Phdr *mkcore_phdr(uint8_t *image, size_t index); // 0 is PT_NOTE if there are notes

// Write the image, or any bytes, to a temporary file and return its path, which mkcore_remove
// deletes and frees.
char *mkcore_write(const struct mkcore *core);
char *mkcore_write_bytes(const void *bytes, size_t size);
void mkcore_remove(char *path);

// A sequence of numbers that depends on `*state` alone (splitmix64): tests say their seed.
uint64_t mkcore_random(uint64_t *state);
void mkcore_fill(void *bytes, size_t size, uint64_t seed);

#endif
