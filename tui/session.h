// Sessions: marks, notes and the place in use, in a text file.
//
// One thing a line, the word that says what it is first. A place is its `place` line (the command)
// with the `filter`, `sort`, `reverse` and `row` lines that follow; `mark a` behind it makes it a
// mark, `here` the place in use. In texts \n and \\ are escaped.
//     place objects SignedRequest
//     filter preview:4711
//     row 5718273123 4
//     mark a
//     note 0x2f3a81c4d1 of the leak
#ifndef DUMPDIVE_TUI_SESSION_H
#define DUMPDIVE_TUI_SESSION_H

#include "heap/error.h"

#include <stdbool.h>

struct explorer;

// Write to a new file that only the user may read; one that is there already is left alone.
bool session_save(struct explorer *explorer, const char *path, struct error *error);
// Bring back what the file says; lines with mistakes are told of ("file:line: …") and left out.
bool session_load(struct explorer *explorer, const char *path, struct error *error);

#endif
