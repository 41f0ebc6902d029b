#include "views/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ANCESTORS_MAX = 256, // deeper levels of a tree lose their ancestors under a filter
    KEY_ROWS = 1024,     // rows between two looks at the clock when no row is decoded
    MERGE_ROWS = 4096,
};

double order_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// --- life ----------------------------------------------------------------------------------------

struct view_order *order_create(const struct view_ops *ops)
{
    struct view_order *order = calloc(1, sizeof *order);
    if (order == NULL)
        return NULL;
    order->row = calloc(1, sizeof *order->row);
    order->ancestors = calloc(ANCESTORS_MAX, sizeof *order->ancestors);
    if (order->row == NULL || order->ancestors == NULL) {
        order_destroy(order);
        return NULL;
    }
    order->sort = SIZE_MAX;
    if (ops->default_sort != NULL)
        order->sort = column_find(ops, ops->default_sort, strlen(ops->default_sort));
    order->sorted_valid = true;
    return order;
}

static void drop_work(struct view_order *order)
{
    sorter_destroy(order->sorter);
    order->sorter = NULL;
    index_list_clear(&order->found);
    index_list_clear(&order->merged);
}

static void drop_sorted(struct view_order *order)
{
    index_list_clear(&order->sorted);
    order->sorted_listed = false;
}

void order_destroy(struct view_order *order)
{
    if (order == NULL)
        return;
    filter_clear(&order->filters);
    drop_work(order);
    drop_sorted(order);
    free(order->row);
    free(order->ancestors);
    free(order);
}

// --- what is seen --------------------------------------------------------------------------------

static bool is_sorting(const struct view *view)
{
    return view->order->sort != SIZE_MAX && !view->ops->tree;
}

const struct index_list *order_list(const struct view_order *order)
{
    if (order->failed)
        return NULL;
    if (order->sorter != NULL || order->sorted_listed) {
        if (order->sorted_valid)
            return order->sorted_listed ? &order->sorted : NULL;
        return &order->found;
    }
    return order->filters.count > 0 ? &order->found : NULL;
}

uint64_t order_count(const struct view_order *order)
{
    const struct index_list *list = order_list(order);
    return list != NULL ? list->count : order->base_count;
}

double order_progress(const struct view_order *order)
{
    if (order->phase == ORDER_IDLE)
        return 1;
    double total = (double)order->base_count, merging = 0;
    if (order->sorter != NULL) {
        total += (double)sorter_count(order->sorter);
        merging = (double)order->merged.count;
    }
    return total > 0 ? ((double)order->scanned + merging) / total : 0;
}

// --- beginning and ending ------------------------------------------------------------------------

static void fail(struct view_order *order)
{
    drop_work(order);
    drop_sorted(order);
    order->failed = true;
    order->phase = ORDER_IDLE;
}

static void begin(struct view *view)
{
    struct view_order *order = view->order;
    drop_work(order);
    order->failed = false;
    order->scanned = order->kept = order->undecided = 0;
    order->ancestor_count = order->ancestor_kept = 0;
    order->began = order_now();
    order->phase = ORDER_IDLE;
    if (!is_sorting(view)) {
        drop_sorted(order);
        if (order->filters.count > 0)
            order->phase = ORDER_SCAN;
        return;
    }
    const struct column *column = &view->ops->columns[order->sort];
    bool descending = ((column->flags & COLUMN_DESCENDING) != 0) != order->reverse;
    order->sorter = sorter_create(descending);
    order->phase = ORDER_SCAN;
    if (order->sorter == NULL)
        fail(order);
}

// Give up the sorter when no more rows can come for it.
static void release_sorter(struct view *view)
{
    struct view_order *order = view->order;
    if (order->phase != ORDER_IDLE || (!order->base_exact && view->ops->append_only))
        return;
    sorter_destroy(order->sorter);
    order->sorter = NULL;
}

static bool is_through(const struct view_order *order)
{
    return order->phase == ORDER_IDLE && !order->failed && order->scanned == order->base_count;
}

void order_changed(struct view *view, bool filters)
{
    struct view_order *order = view->order;
    if (filters || !is_sorting(view)) {
        drop_sorted(order);
        order->sorted_valid = order->filters.count == 0;
    } else if (order->filters.count > 0 && !order->sorted_listed && is_through(order)) {
        // What the filters found stays to be seen until it is sorted.
        order->sorted = order->found;
        order->found = (struct index_list){0};
        order->sorted_listed = order->sorted_valid = true;
    }
    begin(view);
}

// More rows behind those that were scanned: the scan can go on where it is.
static bool can_go_on(const struct view *view, uint64_t before)
{
    const struct view_order *order = view->order;
    return view->ops->append_only && !view->ops->tree && order->base_count >= before &&
           !order->failed &&
           (order->sorter != NULL || !is_sorting(view) || order->base_count == before);
}

void order_grown(struct view *view)
{
    struct view_order *order = view->order;
    uint64_t before = order->base_count;
    order->base_count = view->ops->count(view, &order->base_exact);
    if (!can_go_on(view, before)) {
        // Rows of a filter may not match any more; an order alone is only a little old.
        if (order->filters.count > 0) {
            drop_sorted(order);
            order->sorted_valid = false;
        }
        begin(view);
    } else if (order->phase == ORDER_IDLE && order->scanned < order->base_count &&
               (order->sorter != NULL || order->filters.count > 0)) {
        // (A merge under way is finished first: it shows rows sooner.)
        order->began = order_now();
        order->phase = ORDER_SCAN;
    }
    release_sorter(view);
}

static void end_work(struct view_order *order)
{
    order->ended = order_now();
    order->took = order->ended - order->began;
    order->phase = ORDER_IDLE;
}

static void end_scan(struct view_order *order)
{
    if (order->sorter == NULL) {
        end_work(order);
        return;
    }
    if (!sorter_merge_begin(order->sorter)) {
        fail(order);
        return;
    }
    order->phase = ORDER_MERGE;
}

static void end_merge(struct view *view)
{
    struct view_order *order = view->order;
    drop_sorted(order);
    order->sorted = order->merged;
    order->merged = (struct index_list){0};
    order->sorted_listed = true;
    order->sorted_valid = true;
    index_list_clear(&order->found);
    if (order->scanned < order->base_count) {
        order->phase = ORDER_SCAN;
        return;
    }
    end_work(order);
    release_sorter(view);
}

// --- scanning ------------------------------------------------------------------------------------

uint64_t view_key_signed(int64_t number)
{
    return (uint64_t)number ^ UINT64_C(1) << 63;
}

uint64_t view_key_real(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
}

static struct sort_key cell_key(const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_EMPTY:
        return (struct sort_key){.empty = true};
    case CELL_TEXT:
    case CELL_LIST:
        return (struct sort_key){.text = cell->length > 0 ? cell->text : "",
                                 .length = cell->length};
    case CELL_SIGNED:
        return (struct sort_key){.number = view_key_signed((int64_t)cell->number)};
    case CELL_SHARE:
    case CELL_REAL:
        return (struct sort_key){.empty = isnan(cell->real), .number = view_key_real(cell->real)};
    default:
        return (struct sort_key){.number = cell->number};
    }
}

// `key`: NULL in trees, which are not sorted.
static bool keep_row(struct view_order *order, uint64_t index, const struct sort_key *key)
{
    order->kept++;
    if (order->sorter != NULL && key != NULL && !sorter_add(order->sorter, key, index))
        return false;
    bool seen = order->sorter == NULL || !order->sorted_valid;
    return !seen || index_list_push(&order->found, index);
}

// Keep the rows above a tree row that matched, those that are not kept yet.
static bool keep_ancestors(struct view_order *order, unsigned depth)
{
    for (; order->ancestor_kept < depth && order->ancestor_kept < order->ancestor_count;
         order->ancestor_kept++)
        if (!keep_row(order, order->ancestors[order->ancestor_kept], NULL))
            return false;
    return true;
}

static void enter_depth(struct view_order *order, uint64_t index, unsigned depth)
{
    size_t level = depth < ANCESTORS_MAX ? depth : ANCESTORS_MAX - 1;
    if (level > order->ancestor_count)
        level = order->ancestor_count;
    order->ancestors[level] = index;
    order->ancestor_count = level + 1;
    if (order->ancestor_kept > level)
        order->ancestor_kept = level;
}

static bool scan_tree_row(struct view_order *order, uint64_t index, enum match_result result)
{
    enter_depth(order, index, order->row->depth);
    if (result == MATCH_NO)
        return true;
    size_t level = order->ancestor_count - 1;
    if (!keep_ancestors(order, (unsigned)level))
        return false;
    order->ancestor_kept = level + 1;
    return keep_row(order, index, NULL);
}

static bool scan_filled(struct view *view, uint64_t index)
{
    struct view_order *order = view->order;
    struct row *row = order->row;
    row->wanted = filter_columns(&order->filters, view->ops);
    if (order->sorter != NULL)
        row->wanted |= UINT32_C(1) << order->sort;
    row_clear(row);
    view->ops->fill(view, index, row);
    enum match_result result = filter_row(&order->filters, view->ops, row);
    order->undecided += result == MATCH_UNDECIDED;
    if (view->ops->tree)
        return scan_tree_row(order, index, result);
    if (result == MATCH_NO)
        return true;
    struct sort_key key = {.empty = true};
    if (order->sorter != NULL)
        key = cell_key(&row->cells[order->sort]);
    return keep_row(order, index, &key);
}

// One base row. Sets `*cheap` when it was not decoded.
static bool scan_row(struct view *view, uint64_t index, bool *cheap)
{
    struct view_order *order = view->order;
    uint64_t number;
    *cheap = order->filters.count == 0 && view->ops->key != NULL &&
             view->ops->key(view, index, order->sort, &number);
    if (!*cheap)
        return scan_filled(view, index);
    struct sort_key key = {.number = number};
    return keep_row(order, index, &key);
}

static void scan(struct view *view, double deadline)
{
    struct view_order *order = view->order;
    bool cheap = false;
    for (uint64_t n = 1; order->scanned < order->base_count; n++) {
        if (!scan_row(view, order->scanned, &cheap)) {
            fail(order);
            return;
        }
        order->scanned++;
        if ((!cheap || n % KEY_ROWS == 0) && order_now() >= deadline)
            return;
    }
    end_scan(order);
}

static void merge(struct view *view)
{
    struct view_order *order = view->order;
    bool more;
    if (!sorter_merge_step(order->sorter, MERGE_ROWS, &order->merged, &more))
        fail(order);
    else if (!more)
        end_merge(view);
}

bool order_work(struct view *view, double deadline)
{
    struct view_order *order = view->order;
    const struct index_list *list = order_list(order);
    uint64_t count = order_count(order);
    enum order_phase phase = order->phase;
    while (order->phase != ORDER_IDLE) {
        if (order->phase == ORDER_SCAN)
            scan(view, deadline);
        else
            merge(view);
        if (order_now() >= deadline)
            break;
    }
    return order->phase != phase || order_list(order) != list || order_count(order) != count;
}
