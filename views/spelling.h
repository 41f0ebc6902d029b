// Guessing what a misspelt name was meant to be.
#ifndef DUMPDIVE_VIEWS_SPELLING_H
#define DUMPDIVE_VIEWS_SPELLING_H

#include <stddef.h>

// The nearest candidate offered so far.
struct spelling {
    const char *wanted;
    const char *nearest; // NULL: none is near enough to be worth naming
    size_t distance;
};

void spelling_begin(struct spelling *spelling, const char *wanted);
// `candidate` must outlive `spelling`.
void spelling_offer(struct spelling *spelling, const char *candidate);

#endif
