// What went wrong, said once, where it can be shown to a person.
//
// Functions that can fail return bool (true: done) and take a `struct error *` last but for their
// results; on false they fill it. Hot paths, where a bad pointer is ordinary data, return a small
// enum instead (see dump/memory.h) and build no text.
#ifndef DUMPDIVE_HEAP_ERROR_H
#define DUMPDIVE_HEAP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

enum error_code {
    ERROR_NONE,
    ERROR_USAGE,     // the caller asked for something that does not exist or is malformed
    ERROR_IO,        // the operating system refused a file
    ERROR_FORMAT,    // the input is not what it should be (not ELF, not a core, not Node.js, ...)
    ERROR_FAULT,     // memory of the dumped process is not there; `address` says which
    ERROR_MEMORY,    // out of memory
    ERROR_CANCELLED, // the user stopped the work
};

struct error {
    enum error_code code;
    uint64_t address; // of the dumped process, for ERROR_FAULT; otherwise 0
    char text[256];   // one line, no newline, no text copied unescaped from the dump
};

// Fill `error` (may be NULL) and return false, so that `return error_set(...)` reads well.
bool error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same, with ": " and the text of `errnum` (an errno value) appended.
bool error_set_errno(struct error *error, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same for memory of the dumped process that could not be read at `address`.
bool error_set_fault(struct error *error, uint64_t address, const char *what);

#endif
