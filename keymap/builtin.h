// The key files that come with the program.
#ifndef DUMPDIVE_KEYMAP_BUILTIN_H
#define DUMPDIVE_KEYMAP_BUILTIN_H

#include "keymap/embed.h"

#include <stddef.h>

// "default", "vim", "less"; NULL for other names.
const struct embedded *keymap_builtin(const char *name);
// Their names; NULL behind the last one.
const char *keymap_builtin_name(size_t index);

#endif
