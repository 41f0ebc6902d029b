// The generic part of views: what every source gets for free.
#include "views/view.h"

#include "heap/graph/work/job.h"
#include "heap/heap.h"
#include "views/format.h"
#include "views/missing.h"
#include "views/order.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_MS = 10, // of view_refresh
    WORK_MS = 200, // that a job has run before it is spoken of
};

// The order is made at first use, so that a source only sets `ops` and `heap`. NULL when memory is
// out: the view then shows its base order, unfiltered.
static struct view_order *get_order(struct view *view)
{
    if (view->order == NULL) {
        view->order = order_create(view->ops);
        if (view->order != NULL)
            order_grown(view);
    }
    return view->order;
}

void view_destroy(struct view *view)
{
    if (view == NULL)
        return;
    order_destroy(view->order);
    if (view->ops->destroy != NULL)
        view->ops->destroy(view);
    free(view);
}

// --- taking data and ordering it -----------------------------------------------------------------

// Seconds until new data may be taken; 0: now. Rows that may change place are not replaced under
// the work on them, and not for twice the time that it took afterwards.
static double rest_of(const struct view *view)
{
    const struct view_order *order = view->order;
    if (view->ops->append_only || order->phase != ORDER_IDLE)
        return 0;
    double rest = order->ended + 2 * order->took - order_now();
    return rest > 0 ? rest : 0;
}

static bool must_wait(const struct view *view)
{
    return !view->ops->append_only && (view->order->phase != ORDER_IDLE || rest_of(view) > 0);
}

// True when rows or counts changed; a source may see that later than its count does.
static bool take_data(struct view *view)
{
    bool exact, changed = view->ops->refresh != NULL && view->ops->refresh(view);
    view->version += changed;
    if (view->order == NULL)
        return changed;
    uint64_t count = view->ops->count(view, &exact);
    changed = changed || count != view->order->base_count || exact != view->order->base_exact;
    if (changed)
        order_grown(view);
    return changed;
}

bool view_refresh(struct view *view)
{
    struct view_order *order = get_order(view);
    if (order == NULL)
        return take_data(view);
    order->waiting = must_wait(view);
    bool changed = !order->waiting && take_data(view);
    return order_work(view, order_now() + SLICE_MS * 1e-3) || changed;
}

int view_due(const struct view *view)
{
    const struct view_order *order = view->order;
    if (order == NULL || (order->phase == ORDER_IDLE && !order->waiting))
        return -1;
    return (int)ceil(rest_of(view) * 1000);
}

bool view_busy(const struct view *view)
{
    return view_due(view) == 0;
}

bool view_order_step(struct view *view, unsigned milliseconds)
{
    if (get_order(view) == NULL)
        return false;
    order_work(view, order_now() + milliseconds * 1e-3);
    return view->order->phase != ORDER_IDLE;
}

void view_settle(struct view *view)
{
    take_data(view);
    if (get_order(view) == NULL)
        return;
    order_work(view, INFINITY);
    view->order->waiting = false;
}

// --- rows ----------------------------------------------------------------------------------------

uint64_t view_count(struct view *view, bool *exact)
{
    const struct view_order *order = get_order(view);
    if (order == NULL)
        return view->ops->count(view, exact);
    *exact = order->base_exact && view_due(view) < 0;
    return order_count(order);
}

// Rows of an unsorted view stand the other way around when that was asked for.
static bool is_turned(const struct view *view)
{
    return view->order != NULL && view->order->reverse && view->order->sort == SIZE_MAX &&
           !view->ops->tree;
}

// The base index of a position; false when there is no such row (any more).
static bool base_index(struct view *view, uint64_t position, uint64_t *ret)
{
    const struct view_order *order = get_order(view);
    bool exact;
    uint64_t base_count = view->ops->count(view, &exact);
    const struct index_list *list = order != NULL ? order_list(order) : NULL;
    uint64_t count = order != NULL ? order_count(order) : base_count;
    if (position >= count)
        return false;
    if (is_turned(view))
        position = count - 1 - position;
    *ret = list != NULL ? index_list_get(list, position) : position;
    return *ret < base_count;
}

void view_row(struct view *view, uint64_t position, struct row *row)
{
    view_row_columns(view, position, ROW_WANT_ALL, row);
}

void view_row_columns(struct view *view, uint64_t position, uint32_t wanted, struct row *row)
{
    uint64_t index;
    row->wanted = wanted;
    row_clear(row);
    if (base_index(view, position, &index))
        view->ops->fill(view, index, row);
    else
        row->state = ROW_PENDING;
}

bool view_stamp(struct view *view, uint64_t position, struct row_stamp *ret)
{
    uint64_t index;
    if (view->heap == NULL || !base_index(view, position, &index))
        return false;
    *ret = (struct row_stamp){index, view->version, heap_generation(view->heap)};
    return true;
}

uint64_t view_id(struct view *view, uint64_t position)
{
    uint64_t index;
    return base_index(view, position, &index) ? view->ops->id(view, index) : 0;
}

static bool find_base(struct view *view, uint64_t id, uint64_t *ret)
{
    if (view->ops->find != NULL)
        return view->ops->find(view, id, ret);
    bool exact;
    uint64_t count = view->ops->count(view, &exact);
    for (uint64_t i = 0; i < count; i++) {
        if (view->ops->id(view, i) == id) {
            *ret = i;
            return true;
        }
    }
    return false;
}

// Where a base row stands in the order.
static bool place_of(const struct view *view, uint64_t index, uint64_t *ret)
{
    const struct view_order *order = view->order;
    const struct index_list *list = order_list(order);
    *ret = index;
    if (list == NULL)
        return true;
    // Only a merge leaves base order.
    return list == &order->sorted ? index_list_find(list, index, ret)
                                  : index_list_find_sorted(list, index, ret);
}

bool view_position(struct view *view, uint64_t id, uint64_t *position)
{
    struct view_order *order = get_order(view);
    if (order == NULL)
        return find_base(view, id, position);
    uint64_t count = order_count(order), index, place;
    if (order->last_position < count && view_id(view, order->last_position) == id) {
        *position = order->last_position;
        return true;
    }
    if (!find_base(view, id, &index) || !place_of(view, index, &place))
        return false;
    *position = order->last_position = is_turned(view) ? count - 1 - place : place;
    return true;
}

bool view_expand(struct view *view, uint64_t position, bool open)
{
    uint64_t index;
    if (view->ops->expand == NULL || !base_index(view, position, &index) ||
        !view->ops->expand(view, index, open))
        return false;
    view->version++;
    if (view->order != NULL)
        order_grown(view);
    return true;
}

// --- status --------------------------------------------------------------------------------------

bool view_working(const struct view *view)
{
    // (Asking a source for its job may begin one; nothing else changes.)
    const struct job *job = view->ops->job != NULL ? view->ops->job((struct view *)view) : NULL;
    return job != NULL && !job_ended(job);
}

static void describe_work(struct view *view, struct view_status *status)
{
    if (!view_working(view))
        return;
    const struct job *job = view->ops->job(view);
    char text[96];
    double total = (double)atomic_load(&job->total), done = (double)atomic_load(&job->done);
    if (job_seconds(job) * 1000 < WORK_MS)
        return;
    if (total > 0)
        snprintf(text, sizeof text, "%s: %.0f %%", job->ops->doing, done / total * 100);
    else
        snprintf(text, sizeof text, "%s", job->ops->doing);
    missing_add(status->order, sizeof status->order, text);
}

static void describe_order(const struct view_order *order, struct view_status *status)
{
    char a[FORMAT_MAX], b[FORMAT_MAX], text[128];
    if (order->phase != ORDER_IDLE) {
        bool filtering = order->filters.count > 0 && order->phase == ORDER_SCAN;
        snprintf(text, sizeof text, "%s: %u %% %s", filtering ? "filter" : "sort",
                 (unsigned)(order_progress(order) * 100), filtering ? "scanned" : "done");
        missing_add(status->order, sizeof status->order, text);
    }
    if (order->filters.count > 0) {
        snprintf(text, sizeof text, "%s of %s rows", format_count(a, order->kept),
                 format_count(b, order->scanned));
        missing_add(status->order, sizeof status->order, text);
    }
    if (order->undecided > 0) {
        snprintf(text, sizeof text, "%s rows not decided", format_count(a, order->undecided));
        missing_add(status->order, sizeof status->order, text);
    }
}

static void describe_missing(const struct view_order *order, struct view_status *status)
{
    char count[FORMAT_MAX], text[128];
    if (order->undecided > 0) {
        snprintf(text, sizeof text, "%s rows are too costly to match and were kept",
                 format_count(count, order->undecided));
        missing_add(status->missing, sizeof status->missing, text);
    }
    if (order->failed)
        missing_add(status->missing, sizeof status->missing,
               "too little memory to filter or sort: all rows in their own order");
}

void view_status(struct view *view, struct view_status *status)
{
    const struct view_order *order = get_order(view);
    *status = (struct view_status){.complete = true, .progress = 1};
    if (view->ops->status != NULL)
        view->ops->status(view, status);
    if (view->ops->whole_heap)
        missing_of_heap(view->heap, status->missing, sizeof status->missing);
    status->order[0] = '\0';
    describe_work(view, status);
    if (order == NULL)
        return;
    describe_order(order, status);
    describe_missing(order, status);
    if (status->complete && view_due(view) >= 0) {
        status->complete = false;
        status->progress = order_progress(order);
    }
}

// --- filter and sort -----------------------------------------------------------------------------

bool view_filter_add(struct view *view, const char *filter, struct error *error)
{
    if (get_order(view) == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (!filter_add(&view->order->filters, view, filter, error))
        return false;
    order_changed(view, true);
    return true;
}

void view_filter_clear(struct view *view)
{
    if (view->order == NULL || view->order->filters.text == NULL)
        return;
    filter_clear(&view->order->filters);
    if (view->ops->drop_filters != NULL)
        view->ops->drop_filters(view);
    order_changed(view, true);
}

const char *view_filter_text(const struct view *view)
{
    const char *text = view->order != NULL ? view->order->filters.text : NULL;
    return text != NULL ? text : "";
}

static bool no_such_column(const struct view *view, const char *name, struct error *error)
{
    error_set(error, ERROR_USAGE, "%s cannot be sorted by \"%.40s\"; columns:", view->ops->name,
              name);
    if (error == NULL)
        return false;
    for (size_t i = 0; i < view->ops->column_count; i++) {
        const struct column *column = &view->ops->columns[i];
        size_t used = strlen(error->text);
        if ((column->flags & COLUMN_UNSORTED) == 0)
            snprintf(error->text + used, sizeof error->text - used, " %s", column->name);
    }
    return false;
}

bool view_sort(struct view *view, const char *column, bool reverse, struct error *error)
{
    size_t index = SIZE_MAX;
    if (column != NULL) {
        index = column_find(view->ops, column, strlen(column));
        if (index == SIZE_MAX || (view->ops->columns[index].flags & COLUMN_UNSORTED) != 0)
            return no_such_column(view, column, error);
    }
    struct view_order *order = get_order(view);
    if (order == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (order->sort == index && order->reverse == reverse)
        return true;
    order->sort = index;
    order->reverse = reverse;
    order_changed(view, false);
    return true;
}

void view_sort_get(const struct view *view, const char **column, bool *reverse)
{
    const struct view_order *order = view->order;
    *reverse = order != NULL && order->reverse;
    if (order == NULL)
        *column = view->ops->default_sort;
    else
        *column = order->sort != SIZE_MAX ? view->ops->columns[order->sort].name : NULL;
}

// --- search --------------------------------------------------------------------------------------

void view_search_begin(struct view *view, uint64_t from, bool forward, bool include_from,
                       struct view_search *ret)
{
    bool exact;
    uint64_t count = view_count(view, &exact);
    *ret = (struct view_search){
        .position = from < count ? from : 0, .left = count, .forward = forward};
    if (include_from || count == 0)
        return;
    if (forward)
        ret->position = ret->position + 1 < count ? ret->position + 1 : 0;
    else
        ret->position = ret->position > 0 ? ret->position - 1 : count - 1;
}

static enum match_result search_row(struct view *view, const struct view_match *match,
                                    uint64_t position, struct row *row)
{
    uint64_t index;
    if (!base_index(view, position, &index))
        return MATCH_NO;
    row->wanted = match_columns(view->ops, SIZE_MAX);
    row_clear(row);
    view->ops->fill(view, index, row);
    return match_row(match, view->ops, row, SIZE_MAX);
}

static enum search_result search_until(struct view *view, const struct view_match *match,
                                       struct view_search *search, double deadline)
{
    struct row row;
    bool exact;
    uint64_t count = view_count(view, &exact);
    while (search->left > 0 && count > 0) {
        if (search->position >= count) // rows went away meanwhile
            search->position = search->forward ? 0 : count - 1;
        enum match_result result = search_row(view, match, search->position, &row);
        if (result == MATCH_YES)
            return SEARCH_FOUND;
        search->undecided += result == MATCH_UNDECIDED;
        search->left--;
        if (search->forward)
            search->position = search->position + 1 < count ? search->position + 1 : 0;
        else
            search->position = search->position > 0 ? search->position - 1 : count - 1;
        if (order_now() >= deadline)
            return search->left > 0 ? SEARCH_MORE : SEARCH_NONE;
    }
    return SEARCH_NONE;
}

enum search_result view_search_step(struct view *view, const struct view_match *match,
                                    struct view_search *search, unsigned milliseconds)
{
    return search_until(view, match, search, order_now() + milliseconds * 1e-3);
}

bool view_search(struct view *view, const struct view_match *match, uint64_t from, bool forward,
                 bool include_from, uint64_t *ret)
{
    struct view_search search;
    view_search_begin(view, from, forward, include_from, &search);
    if (search_until(view, match, &search, INFINITY) != SEARCH_FOUND)
        return false;
    *ret = search.position;
    return true;
}
