// A source of rows made up from their index, for tests of the generic part of views.
//
// Columns: name ("row-000042", or what `texts` says), count, size, address, share, delta (signed),
// and tags (a list; hidden). Row i of `count` rows has number (i * 7919) % 1000.
#ifndef DUMPDIVE_TESTS_SUPPORT_VIEWS_FAKE_H
#define DUMPDIVE_TESTS_SUPPORT_VIEWS_FAKE_H

#include "views/view.h"

enum fake_column {
    FAKE_NAME,
    FAKE_COUNT,
    FAKE_SIZE,
    FAKE_ADDRESS,
    FAKE_SHARE,
    FAKE_DELTA,
    FAKE_TAGS,
    FAKE_COLUMNS,
};

struct fake {
    struct view view;
    struct view_ops ops; // may be changed before the view is used
    uint64_t count;      // rows now
    uint64_t published;  // rows that the next refresh takes
    bool exact;
    const char *const *texts; // names of the rows; NULL: made up
    const unsigned *depths;   // of a tree; NULL: 0
    uint64_t empty_every;     // each so many-th row has no count, size, share, delta; 0: none
    uint64_t fills;           // calls so far
    uint32_t wanted;          // columns that the last fill was asked for
};

// `texts` and `depths` may be NULL; both have to outlive the view. Sorted by nothing, append-only.
struct fake *fake_new(uint64_t count, const char *const *texts, const unsigned *depths);

uint64_t fake_number(uint64_t index);

#endif
