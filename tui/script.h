// Replaying keys from a file, for tests and pictures: no terminal, no clock.
//
// Each line is typed: keys in the notation of key files, blanks included. After each line the
// explorer works until nothing is left to do. Lines beginning with `#` are comments. Directives:
//     :wait-idle        (what happens after every line anyway)
//     :resize 100x30
//     :snapshot [NAME]  print the screen: glyphs, style letters, meaning of the letters
// Any other line with `:` in front is typed like the rest.
#ifndef DUMPDIVE_TUI_SCRIPT_H
#define DUMPDIVE_TUI_SCRIPT_H

#include "heap/error.h"

#include <stdbool.h>
#include <stdio.h>

struct explorer;

// Play `path`; snapshots go to `out`. Ends early when the user quits.
bool script_play(struct explorer *explorer, const char *path, FILE *out, struct error *error);

#endif
