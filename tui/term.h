// The terminal: entering, leaving, suspending, keys as they come, and its modes restored whatever
// happens. curses owns the terminal's modes and output, libtermkey reads the keys.
//
// The user interface talks to /dev/tty, so that standard output stays free.
#ifndef DUMPDIVE_TUI_TERM_H
#define DUMPDIVE_TUI_TERM_H

#include "heap/error.h"
#include "keymap/notation.h"

#include <stdbool.h>
#include <stddef.h>

struct term;

struct term_options {
    unsigned escape_delay; // milliseconds
    bool mouse;
    bool offscreen;         // no terminal: frames are drawn and can be read, keys never come
    unsigned columns, rows; // offscreen
};

// Take the terminal over. On failure nothing is changed and `error` has advice for the user.
// `message` gets a line to show (TERM unknown, another one taken), or "".
bool term_open(const struct term_options *options, struct term **ret, char *message,
               size_t message_size, struct error *error);
// Give it back as it was. NULL is fine.
void term_close(struct term *term);

// File descriptor that becomes readable when keys come; -1 offscreen.
int term_fd(const struct term *term);

enum term_event_kind {
    TERM_NOTHING, // for now
    TERM_WAIT,    // the beginning of a sequence: ask again with `hurry` after the Escape delay
    TERM_KEY,
    TERM_PASTE_BEGIN, // keys up to TERM_PASTE_END were pasted
    TERM_PASTE_END,
    TERM_MOUSE,
    TERM_GONE, // the terminal is no more
};

struct term_event {
    enum term_event_kind kind;
    struct key key;
    int button, row, column; // of a mouse press; the wheel is buttons 4 and 5
};

// Take in what the terminal sent. Once for each time it is readable. False: it is gone.
bool term_read(struct term *term);
// The next event of what was taken in.
enum term_event_kind term_next(struct term *term, bool hurry, struct term_event *ret);

// Hand a text to the terminal's clipboard (OSC 52). Nothing confirms that it took it. False: there
// is no such terminal, or the write failed.
bool term_copy(struct term *term, const char *text, size_t length);

// Report clicks and the wheel, or leave them to the terminal.
void term_set_mouse(struct term *term, bool on);

// Take the size that the terminal has now. True when it changed.
bool term_resize(struct term *term);
// Set the size, offscreen.
void term_set_size(struct term *term, unsigned columns, unsigned rows);

// Give the terminal back, stop the process group, and take it over again when continued.
void term_suspend(struct term *term);
// Take it over again after somebody else stopped and continued us.
void term_resume(struct term *term);

#endif
