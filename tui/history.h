// What was typed at the prompts, kept from one run to the next: $XDG_STATE_HOME/dumpdive/history
// (~/.local/state/...), in a folder and a file for nobody else, because people type what they look for in
// memory that holds secrets. Notes and names of files are not kept.
#ifndef DUMPDIVE_TUI_HISTORY_H
#define DUMPDIVE_TUI_HISTORY_H

#include "tui/prompt.h"

// Histories by `enum prompt_use`. Lines of a file that is not one of ours, is somebody else's or cannot be
// read are left out without a word: nothing depends on them.
void history_load(struct prompt_history *histories);
// Write them behind what another run has kept meanwhile; PROMPT_HISTORY_MAX lines of each kind stay.
void history_save(const struct prompt_history *histories);

#endif
