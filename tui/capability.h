// What terminfo says of terminal types. (Its header has macros for names like `columns`, so it is
// let in nowhere else.)
#ifndef DUMPDIVE_TUI_CAPABILITY_H
#define DUMPDIVE_TUI_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>

// Is there a description of this type of terminal?
bool capability_type_known(const char *type);
// Append a string capability ("rmcup") of the terminal in use, without padding, to `text`, which
// is NUL-terminated. Appends nothing when the terminal does not have it or it does not fit.
void capability_append(const char *name, char *text, size_t capacity);

// Switch attributes of the terminal in use without switching the line-drawing character set each
// time: we never use that set, and on a slow line a third of all bytes sent would be these. To be
// called once, after newterm().
void capability_slim(void);

#endif
