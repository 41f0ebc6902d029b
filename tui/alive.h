// Why an object is alive: the steps from a root to it as one line, found on a worker thread.
#ifndef DUMPDIVE_TUI_ALIVE_H
#define DUMPDIVE_TUI_ALIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alive_job;
struct heap;

enum {
    ALIVE_TEXT = 2048,
    ALIVE_STEPS = 64, // more are left out in the middle
};

// Steps are divided by '\n' in `text`, which may hold text of the dump.
struct alive {
    uint64_t wanted;       // object asked for last; 0: none
    uint64_t known;        // object that `text` is about
    char text[ALIVE_TEXT]; // "": not known
    struct alive_job *job; // under way
    uint64_t asked;        // object that the job is about
};

// Can it be asked: is there such a command, and does it need to wait for nothing?
bool alive_ready(struct heap *heap);
// Ask about an object, unless that is known or under way; takes the answer of what was asked before.
// Only one job is under way at any time: while a key is held down, most objects are skipped.
void alive_ask(struct alive *alive, struct heap *heap, uint64_t address);
// The line for `address`; NULL: not known yet.
const char *alive_text(const struct alive *alive, uint64_t address);
void alive_clear(struct alive *alive);

#endif
