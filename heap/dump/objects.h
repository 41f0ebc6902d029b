// The ELF files that were mapped into the process: where, which build, and the file on this machine
// that may stand in for what the core did not save. Internal to heap/dump.
#ifndef DUMPDIVE_HEAP_DUMP_OBJECTS_H
#define DUMPDIVE_HEAP_DUMP_OBJECTS_H

#include "heap/dump/core_notes.h"
#include "heap/dump/mapping.h"

struct object {
    const char *path;         // as the process named it; NULL: the core names no files
    uint64_t base;            // address of its ELF header; 0: not mapped or unknown
    bool placed;              // the following three are known
    uint64_t bias;            // address = st_value + bias
    uint64_t start, end;      // addresses of the loaded image
    bool elf;                 // it is, or (nothing of it was saved) may be, an ELF file
    struct elf_image saved;   // its first page as the core saved it; saved.elf == NULL: not saved
    struct build_id build_id; // from the core, or from the file when the core lacks it
    const char *problem;      // why no file stands in, or NULL
    char *file_path;          // the file on this machine, or NULL
    struct mapping file;
    struct elf_image image; // of the file; image.elf == NULL: none
    bool certain;           // the build ids are equal; else only nothing contradicts
    bool only_symbols;      // a file of debug symbols: its bytes are not those of the mapping
};

struct objects {
    struct object *items;
    size_t count;
    struct object *executable; // one of the items, or NULL
    uint32_t *of_file;         // for each of the core's files, the index of its object
};

// Find the objects that the notes name, and their build ids in `memory` (of the core alone).
// False when out of memory. Freed by objects_free.
bool objects_find(struct objects *ret, const struct core_notes *notes, const struct memory *memory,
                  struct error *error);

// Open the files that can stand in. `given` (NULL: none) is a file named by the user; it must be
// one of the objects, else false and the error. Missing or different files are no failure.
bool objects_open(struct objects *objects, const struct core_notes *notes,
                  const struct memory *memory, const char *given, struct sigbus_watch *watch,
                  struct error *error);
void objects_free(struct objects *objects);

// The headers of the file, or else what the core saved of them; NULL: neither.
const struct elf_image *object_headers(const struct object *object);

// The object's bytes from `offset` on: a pointer and how many follow, or NULL and 0.
const uint8_t *object_bytes(const struct object *object, uint64_t offset, uint64_t *size);

// Permissions (set of segment_perm) that the object's headers ask for its bytes at `offset`.
uint32_t object_perm(const struct object *object, uint64_t offset);

// The address in the loaded image of the byte at `offset` of the file. False when it is not loaded.
bool object_address(const struct object *object, uint64_t offset, uint64_t *ret);

#endif
