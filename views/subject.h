// The object a command is about, as a person names it: "0x2f3a81c4d1", "@2f3a81c4d1.a.b[3]".
#ifndef DUMPDIVE_VIEWS_SUBJECT_H
#define DUMPDIVE_VIEWS_SUBJECT_H

#include "heap/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;

// Address of the object that ADDR[PATH] leads to. A tagged pointer is taken for the address. False
// when no object begins there, the path leads nowhere, or to no object.
bool subject_address(struct heap *heap, const char *text, uint64_t *ret, struct error *error);

// "SignedRequest @2f3a81c4d1" for titles. Always terminates.
void subject_text(struct heap *heap, uint64_t address, char *buffer, size_t capacity);

#endif
