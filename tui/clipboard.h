// The terminal's clipboard: OSC 52, which works through SSH.
#ifndef DUMPDIVE_TUI_CLIPBOARD_H
#define DUMPDIVE_TUI_CLIPBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    CLIPBOARD_MAX = 65536, // bytes of text; terminals drop longer ones in silence
};

// Write the sequence that puts `text` (up to CLIPBOARD_MAX bytes) into the clipboard. With `screen`
// it is wrapped, in pieces, so that GNU screen passes it on.
void clipboard_write(FILE *out, const char *text, size_t length, bool screen);

#endif
