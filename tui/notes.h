// Notes on addresses, as the user wrote them.
#ifndef DUMPDIVE_TUI_NOTES_H
#define DUMPDIVE_TUI_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct note {
    uint64_t address;
    char *text;
};

struct notes {
    struct note *items; // by address
    size_t count, capacity;
};

// Write one, replacing what was there; an empty text removes it. False: out of memory.
bool notes_set(struct notes *notes, uint64_t address, const char *text);
// NULL: there is none.
const char *notes_get(const struct notes *notes, uint64_t address);
void notes_clear(struct notes *notes);

#endif
