// The event loop: waits for keys, for published data and for time, and draws at most once a turn.
//
// A turn takes in all keys that are there before it draws, so that a held key never lags behind.
// What keys change is drawn at once, what data changes at most five times a second. Signals only
// set flags; they come through while waiting and at no other time.
#ifndef DUMPDIVE_TUI_LOOP_H
#define DUMPDIVE_TUI_LOOP_H

#include "tui/term.h"

#include <stdbool.h>
#include <stdint.h>

enum loop_redraw {
    REDRAW_NONE,
    REDRAW_SOON, // for data: within a fifth of a second
    REDRAW_NOW,
};

// What the loop drives. All are called with `data`, on the thread of the loop.
struct loop_client {
    void *data;
    enum loop_redraw (*event)(void *data, const struct term_event *event);
    // Something was published behind `wake_fd`: drain it and take it.
    enum loop_redraw (*published)(void *data);
    // Go on for about 10 ms with work that must not keep the user waiting. `*more`: some is left.
    enum loop_redraw (*work)(void *data, bool *more);
    // Milliseconds until `tick` wants to be called; negative: never.
    int (*next_tick)(void *data);
    enum loop_redraw (*tick)(void *data);
    enum loop_redraw (*interrupted)(void *data); // SIGINT from outside
    void (*draw)(void *data);
    bool (*done)(void *data);
};

// Run until the client is done, the terminal is gone, or a signal ends us. Returns the signal, or 0.
int loop_run(const struct loop_client *client, struct term *term, int wake_fd,
             unsigned escape_delay);

// A clock for timers: milliseconds, never going back.
uint64_t loop_now(void);

#endif
