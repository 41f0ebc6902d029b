// The order of a view's rows after filter and sort, made in slices. Used by view.c only.
//
// The work on an order has two phases. The scan looks at every base row once: the filters keep it
// or not, and when a sort is asked for its key goes to a sorter. The merge brings the sorted runs
// together. What is seen meanwhile:
//   no filter, no sort       base order, no list at all
//   filter only              the rows found so far, in base order
//   sort, same filters       the order there was before, until the new one is through
//   filter and sort          the rows found so far in base order, then sorted
// When the source grows, an append-only one is scanned on from where it was; any other is scanned
// anew.
#ifndef DUMPDIVE_VIEWS_ORDER_H
#define DUMPDIVE_VIEWS_ORDER_H

#include "views/filter.h"
#include "views/index_list.h"
#include "views/sorter.h"
#include "views/view.h"

enum order_phase {
    ORDER_IDLE,
    ORDER_SCAN,
    ORDER_MERGE,
};

struct view_order {
    struct filter_set filters;
    size_t sort;         // column, SIZE_MAX: base order
    bool reverse;        // turned around from the column's own direction
    uint64_t base_count; // rows of the source as of the last refresh
    bool base_exact;

    enum order_phase phase;
    uint64_t scanned;   // base rows [0, scanned) have been looked at
    uint64_t kept;      // by the filters, of these
    uint64_t undecided; // rows that a filter could not decide (they are kept)
    bool failed;        // memory ran out: base order
    struct sorter *sorter;
    struct index_list found;  // kept rows in base order, where they are seen
    struct index_list merged; // of the merge under way

    bool sorted_valid; // `sorted` (or base order when !sorted_listed) may be seen: it has
                       // all that the filters keep, if perhaps by another sort
    bool sorted_listed;
    struct index_list sorted; // the result of the last merge

    double began, took, ended; // seconds: of the work under way, and of the last one
    bool waiting;              // published data was not taken yet, for the work's sake
    uint64_t last_position;    // that view_position found: the first place to look at
    struct row *row;           // for filling
    uint64_t *ancestors;       // of a tree row under scan, by depth
    size_t ancestor_count, ancestor_kept;
};

// NULL when memory is out. Has the view's default sort and nothing scanned.
struct view_order *order_create(const struct view_ops *ops);
void order_destroy(struct view_order *order);

// Filters (`filters`) or only the sort changed: begin anew.
void order_changed(struct view *view, bool filters);
// The source took published data: note its counts and go on or begin anew.
void order_grown(struct view *view);
// Work until `deadline` (seconds of order_now()). True when something visible changed.
bool order_work(struct view *view, double deadline);
double order_now(void);

// The list of visible rows, NULL: base order; and how many they are.
const struct index_list *order_list(const struct view_order *order);
uint64_t order_count(const struct view_order *order);
// 0…1 of the work under way.
double order_progress(const struct view_order *order);

#endif
