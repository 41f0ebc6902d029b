// Where files of the user and of the system are, by the XDG base directory specification.
#ifndef DUMPDIVE_TUI_PATHS_H
#define DUMPDIVE_TUI_PATHS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PATHS_MAX = 4096, // bytes of a path
};

// The user's config file: $DUMPDIVERC, else dumpdive/config in $XDG_CONFIG_HOME (~/.config). False: there
// is no place for one. Folders that are not absolute are ignored, as the specification says.
bool paths_user_config(char out[PATHS_MAX]);
// NAME in dumpdive/ of $XDG_STATE_HOME (~/.local/state). False: there is no place for one.
bool paths_state(const char *name, char out[PATHS_MAX]);
// The one of the system: sysconfdir/dumpdive/config.
const char *paths_system_config(void);
// The file of a theme or a keymap: NAME.SUFFIX in the folder of the user's config, then in dumpdive/ of the
// data folders. False: there is none, or the name is a path itself.
bool paths_find(const char *name, const char *suffix, char out[PATHS_MAX]);

#endif
