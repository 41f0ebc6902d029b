// The lines that the explorer shows of a leak suspect: of what it consists, where the program adds
// to it, which collections hold that too, one of what it holds, and by what it is held.
#ifndef DUMPDIVE_VIEWS_LEAK_LINES_H
#define DUMPDIVE_VIEWS_LEAK_LINES_H

#include "views/leak_text.h"
#include "views/role.h"

enum {
    LEAK_LINE_USES = 3, // places that add to it, of those found
    LEAK_LINES = 3 + LEAK_LINE_USES + 2 * LEAK_KEEPERS,
};

struct leak_line {
    char text[LEAK_TEXT];
    enum role role;
    uint64_t target;  // object that it is about
    char command[96]; // where it leads
};

struct leak_lines {
    char holder[LEAK_TEXT];
    char source[96]; // command that shows where the program adds to it; "": not known
    size_t count;
    struct leak_line lines[LEAK_LINES];
};

void leak_lines(struct heap *heap, const struct leak *leak, struct leak_lines *ret);

#endif
