// The themes that come with the program.
#ifndef DUMPDIVE_TUI_BUILTIN_THEMES_H
#define DUMPDIVE_TUI_BUILTIN_THEMES_H

#include "keymap/embed.h"

#include <stddef.h>

const struct embedded *builtin_themes(size_t *count);

#endif
