// What the program has to say: the last message in the status line, all of them on request.
#ifndef DUMPDIVE_TUI_MESSAGES_H
#define DUMPDIVE_TUI_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view;

enum {
    MESSAGES_MAX = 500, // kept
    MESSAGE_TEXT_MAX = 384,
};

struct message {
    bool error;
    char text[MESSAGE_TEXT_MAX]; // may hold text of the dump: escape it
};

struct messages {
    struct message *kept; // a ring of MESSAGES_MAX, made at the first message
    uint64_t count;       // of all there ever were
    bool fresh;           // the last one was not seen yet
};

void messages_clear(struct messages *messages);
void messages_add(struct messages *messages, bool error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// The last one; NULL when there is none.
const struct message *messages_last(const struct messages *messages);

// A view of them, oldest first. NULL: out of memory. `messages` has to stay.
struct view *messages_view(const struct messages *messages);

#endif
