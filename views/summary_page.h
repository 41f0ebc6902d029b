// The lines of the opening page, and who adds which of them. Private to views/summary*.c.
#ifndef DUMPDIVE_VIEWS_SUMMARY_PAGE_H
#define DUMPDIVE_VIEWS_SUMMARY_PAGE_H

#include "heap/graph/death/death.h"
#include "views/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;

enum {
    SUMMARY_LINES = 64,
    SUMMARY_TEXT = 512,
    SUMMARY_SECTION = 100, // ids of a section's lines begin at a multiple
};

#define SUMMARY_NONE UINT64_MAX

struct summary_line {
    uint64_t id;            // stays the line's own when others come
    const char *topic;      // "" under the first of its kind
    char what[SUMMARY_TEXT];
    enum role role;
    uint64_t count, size, retained; // SUMMARY_NONE: none
    double share;           // negative: none
    uint64_t target;        // object that it is about; 0: none
    char command[SUMMARY_TEXT]; // where following it leads; "": to the target, if there is one
};

// Kinds of memory: V8's, malloc's, stacks, files, others.
enum { SUMMARY_MEMORY = 5 };

struct summary_page {
    struct heap *heap;
    struct summary_line lines[SUMMARY_LINES];
    size_t count;
    uint64_t section, in_section;
    // Found once.
    uint64_t memory[SUMMARY_MEMORY]; // saved bytes but for holes
    bool exception_known, exception_found;
    struct death_job *death; // NULL: not begun
    uint64_t message, thrown; // of the exception that was not caught
};

// A line that the caller fills. The last one again when there are too many.
struct summary_line *summary_add(struct summary_page *page, const char *topic);

// Begin to find out how it died. What that finds is on the page once it is known.
void summary_begin_death(struct summary_page *page);
void summary_end_death(struct summary_page *page); // forget it
bool summary_knows_death(const struct summary_page *page);
// Which process and how it died.
void summary_add_process(struct summary_page *page);
void summary_add_threads(struct summary_page *page);
// What fills its memory.
void summary_measure_memory(struct summary_page *page);
void summary_add_memory(struct summary_page *page);
// What fills the heap.
void summary_add_types(struct summary_page *page);
// How many of what Node.js has open are alive.
void summary_add_open(struct summary_page *page);
// What looks wrong. Begins the search for it once it can be.
void summary_add_suspects(struct summary_page *page);
// Are the suspects known, or will they never be?
bool summary_is_complete(const struct summary_page *page);

#endif
