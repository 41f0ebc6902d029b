// The explorer: panes over the views of one heap, driven by keys.
#ifndef DUMPDIVE_TUI_EXPLORER_H
#define DUMPDIVE_TUI_EXPLORER_H

#include "heap/error.h"

#include <stdbool.h>
#include <stddef.h>

struct heap;

enum color_choice {
    COLOR_AUTO, // as the terminal and NO_COLOR say
    COLOR_NEVER,
    COLOR_ALWAYS, // even with NO_COLOR
};

// All fields may stay zero.
struct explorer_options {
    const char *core;    // path, for the first line
    const char *command; // view to begin with, as typed after ':'; NULL: the summary
    const char *session; // file to bring marks, notes and place back from; NULL: none
    const char *keymap;  // preset or file; NULL: "default"
    const char *theme;   // name or file; NULL: "default"
    enum color_choice color;
    bool ascii; // no line drawing, no UTF-8
    bool mouse;
    bool secure; // write no file
    bool no_history; // keep nothing of what was typed for the next run
    unsigned two_from, three_from; // columns from which two and three panes are seen; 0: as usual
    unsigned escape_delay; // milliseconds to wait for the rest of a sequence; 0: 50
    // Replay keys from a file instead of a terminal and print the snapshots it asks for; for tests
    // and screenshots. See tui/script.h.
    const char *script;
    unsigned columns, rows; // of the screen while replaying; 0: 80x24
};

// Run until the user quits. The heap stays open. Returns an exit status: 0; 2 with `*error` filled
// when there is no usable terminal, or the script cannot be read. setlocale(LC_ALL, "") first.
int explorer_run(struct heap *heap, const struct explorer_options *options, struct error *error);

#endif
