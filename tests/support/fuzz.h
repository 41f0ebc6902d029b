// What the fuzz targets share. A target, tests/fuzz/fuzz_NAME.c, defines
//
//     int LLVMFuzzerInitialize(int *argc, char ***argv);             // calls fuzz_main
//     int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
//
// and is run by `make fuzz-run ONLY=NAME`, which first has it write its seeds (--seeds FOLDER).
// Inputs that once failed go to tests/fuzz/corpus/NAME/ and are run first ever after.
#ifndef DUMPDIVE_TESTS_SUPPORT_FUZZ_H
#define DUMPDIVE_TESTS_SUPPORT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

// With the arguments --seeds FOLDER: have the seeds written and exit.
void fuzz_main(int argc, char **argv, void (*write_seeds)(const char *folder));

// Write one seed, FOLDER/NAME.
void fuzz_seed(const char *folder, const char *name, const void *bytes, size_t size);

// A file in memory that holds `bytes`; returns its descriptor, to be closed, and its path.
int fuzz_file(const void *bytes, size_t size, char path[32]);

#endif
