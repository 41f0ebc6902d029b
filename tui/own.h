// Commands of the explorer itself, which know no heap. What is typed after ':' is one of these or one
// of views/command.h. The one table of them: for the prompt, its completion, tabs and the manual.
#ifndef DUMPDIVE_TUI_OWN_H
#define DUMPDIVE_TUI_OWN_H

#include <stdbool.h>

enum own_id {
    OWN_COMMANDS,
    OWN_HELP,
    OWN_KEYMAP,
    OWN_MARKS,
    OWN_MESSAGES,
    OWN_RESUME,
    OWN_SAVE_CONFIG,
    OWN_SAVE_INDEX,
    OWN_SAVE_SESSION,
    OWN_SESSION,
    OWN_SET,
    OWN_THEME,
    OWN_QUIT,
    OWN_COUNT,
};

struct own_command {
    const char *name;
    const char *aliases;   // separated by blanks; NULL: none
    const char *arguments; // "[CONTEXT]", for help; NULL: none
    const char *help;
    bool view; // opens one; else it changes the explorer
};

extern const struct own_command own_commands[OWN_COUNT];

// The command that a line begins with, and what stands behind it (blanks skipped); `arguments` may
// be NULL. False as well when something stands behind a command that takes nothing.
bool own_find(const char *line, enum own_id *ret, const char **arguments);
// The same, but only those that open a view.
bool own_view_find(const char *line, enum own_id *ret, const char **arguments);

#endif
