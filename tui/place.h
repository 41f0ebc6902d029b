// A place: what one looks at, and how to come back to it: a command line, filters, a sort order
// and a row. While its list is alive that is all at hand; a place that was left long ago is only
// the text, and is opened again from it.
#ifndef DUMPDIVE_TUI_PLACE_H
#define DUMPDIVE_TUI_PLACE_H

#include "heap/error.h"
#include "tui/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place {
    unsigned references;
    size_t tab;
    char *command;     // as typed after ':'
    char *trail;       // the steps that led here, one per line; NULL: none are known
    struct list *list; // NULL: only text
    // How it was when it was frozen.
    char *filters; // one per line
    char *sort;    // column; NULL: base order
    bool reverse, kept;
    uint64_t id;
    unsigned line;
};

// Opens the view of a command line.
typedef bool place_opener(void *data, const char *command, struct view **ret, struct error *error);

// Not opened yet; one reference. NULL: out of memory.
struct place *place_create(size_t tab, const char *command);
struct place *place_ref(struct place *place);
void place_unref(struct place *place); // NULL is fine

// Make the list alive, with filters, sort and row as they were. Nothing to do when it is.
bool place_open(struct place *place, place_opener *opener, void *data, struct error *error);
// Another place like this one, as text only; NULL: out of memory.
struct place *place_copy(const struct place *place);
// Give up the list, keeping what is needed to come back.
void place_freeze(struct place *place);

// --- where one has been --------------------------------------------------------------------------

enum {
    JUMPS_MAX = 200,  // places remembered
    JUMPS_ALIVE = 12, // of them kept alive beside those in panes
};

struct jumps {
    struct place *places[JUMPS_MAX];
    size_t count;
    size_t at; // where one is: index of the current place, when count > 0
};

void jumps_clear(struct jumps *jumps);
// Go to a new place from `from` (may be NULL): what was ahead is forgotten. Takes references.
void jumps_go(struct jumps *jumps, struct place *from, struct place *to);
// One step back or forward; NULL when there is none.
struct place *jumps_step(struct jumps *jumps, bool forward);

#endif
