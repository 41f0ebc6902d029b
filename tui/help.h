// Help: views of the keys in force and of all commands, made from what the program itself goes by.
#ifndef DUMPDIVE_TUI_HELP_H
#define DUMPDIVE_TUI_HELP_H

#include "keymap/keymap.h"

struct view;

// Can the action do anything at all? (The commands behind some may not be there.)
typedef bool help_possible(enum action action);

// The actions that work in a context, with their keys. `keymap` has to stay. NULL: out of memory.
struct view *help_view(const struct keymap *keymap, enum key_context context,
                       help_possible *possible);
// All commands; following one opens it, or begins a prompt with it when it needs arguments.
struct view *commands_view(void);

#endif
