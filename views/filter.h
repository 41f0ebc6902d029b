// The filters of a view: "[!][COLUMN:]REGEX", all of which have to match.
#ifndef DUMPDIVE_VIEWS_FILTER_H
#define DUMPDIVE_VIEWS_FILTER_H

#include "views/match.h"

enum {
    FILTERS_MAX = 16,
};

struct filter {
    struct view_match *match;
    size_t column; // SIZE_MAX: any that a screen shows
    bool invert;
};

struct filter_set {
    struct filter items[FILTERS_MAX];
    size_t count;
    char *text; // as given, one per line; NULL when there are none
};

// One that the view's source takes over (ops->take_filter) is kept as text only.
bool filter_add(struct filter_set *set, struct view *view, const char *text, struct error *error);
void filter_clear(struct filter_set *set);

// What all filters together say of a row. Undecided when one could not tell and none said no.
enum match_result filter_row(const struct filter_set *set, const struct view_ops *ops,
                             const struct row *row);

// Columns that the filters look at, for row.wanted.
uint32_t filter_columns(const struct filter_set *set, const struct view_ops *ops);

// Index of the column of this name, SIZE_MAX when there is none.
size_t column_find(const struct view_ops *ops, const char *name, size_t length);

#endif
