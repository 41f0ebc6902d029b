// Patterns as views use them inside: three answers instead of two.
//
// Patterns come from a person, texts from a hostile dump: together they can cost exponential time.
// PCRE2's limits bound every single match; one that reaches a limit is not decided, which is
// neither "matches" nor "does not", and is counted by whoever asked.
#ifndef DUMPDIVE_VIEWS_MATCH_H
#define DUMPDIVE_VIEWS_MATCH_H

#include "views/view.h"

enum match_result {
    MATCH_NO,
    MATCH_YES,
    MATCH_UNDECIDED,
};

// Look for the pattern from byte `from` on; `*start` and `*end` (may be NULL) say where it is.
enum match_result match_text(const struct view_match *match, const char *text, size_t length,
                             size_t from, size_t *start, size_t *end);

// In one cell, or with SIZE_MAX in any cell of the columns that a screen shows: by its exact text
// or by the text of the screen.
enum match_result match_row(const struct view_match *match, const struct view_ops *ops,
                            const struct row *row, size_t column);

// Columns that match_row looks at, for row.wanted.
uint32_t match_columns(const struct view_ops *ops, size_t column);

#endif
