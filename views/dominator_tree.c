#include "views/dominator_tree.h"

#include "heap/heap.h"

#include <stdlib.h>
#include <string.h>

enum { STORES = 4 }; // between an object and what its stores hold

static void add_rows(struct branch *branch, int64_t rows)
{
    for (; branch != NULL; branch = branch->parent)
        branch->rows = (uint64_t)((int64_t)branch->rows + rows);
}

static struct branch *create(const struct dominator_tree *tree, struct branch *parent,
                             uint32_t node)
{
    struct heap *heap = tree->heap;
    const struct graph *graph = heap_graph(heap);
    struct edge_namer namer = {heap_v8(heap), graph_edges(graph), graph_reverse(graph)};
    struct branch *branch = calloc(1, sizeof *branch);
    if (branch == NULL)
        return NULL;
    branch->node = node;
    branch->parent = parent;
    branch->depth = parent == NULL ? 0 : parent->depth + 1;
    if (!dominated_create(heap_dominators(heap), tree->stores ? NULL : &namer, node,
                          &branch->list)) {
        free(branch);
        return NULL;
    }
    heap_submit(heap, &branch->list->job);
    return branch;
}

// The next branch in an order that has children before their parents.
static struct branch *deepest(struct branch *branch)
{
    while (branch->open_count > 0)
        branch = branch->open[branch->open_count - 1];
    return branch;
}

static void destroy(struct branch *top)
{
    for (struct branch *branch = deepest(top), *parent;; branch = deepest(parent)) {
        parent = branch->parent;
        job_cancel(&branch->list->job);
        job_release(&branch->list->job);
        free(branch->open);
        bool last = branch == top;
        free(branch);
        if (last)
            return;
        parent->open_count--;
    }
}

bool dominator_tree_begin(struct dominator_tree *tree, uint32_t node)
{
    tree->root = create(tree, NULL, node);
    return tree->root != NULL;
}

void dominator_tree_end(struct dominator_tree *tree)
{
    if (tree->root != NULL)
        destroy(tree->root);
    tree->root = NULL;
}

// --- what jobs found -----------------------------------------------------------------------------

// The branch after this one, parents first; NULL: that was all.
static struct branch *next_branch(struct branch *branch)
{
    if (branch->open_count > 0)
        return branch->open[0];
    for (; branch->parent != NULL; branch = branch->parent) {
        struct branch *parent = branch->parent;
        for (size_t i = 0; i + 1 < parent->open_count; i++)
            if (parent->open[i] == branch)
                return parent->open[i + 1];
    }
    return NULL;
}

bool dominator_tree_refresh(struct dominator_tree *tree)
{
    bool changed = false;
    for (struct branch *branch = tree->root; branch != NULL; branch = next_branch(branch)) {
        if (branch->ready || job_state(&branch->list->job) != JOB_DONE)
            continue;
        branch->ready = changed = true;
        add_rows(branch, branch->list->count);
    }
    return changed;
}

// --- rows ----------------------------------------------------------------------------------------

uint32_t dominator_tree_row(const struct dominator_tree *tree, uint64_t row, struct branch **branch,
                            uint32_t *place, struct branch **child)
{
    struct branch *in = tree->root;
    uint64_t before = 0; // rows of open branches of `in` that were passed
    size_t i = 0;
    while (i < in->open_count) {
        struct branch *open = in->open[i];
        uint64_t at = open->place + before; // row of what is open
        if (row <= at)
            break;
        if (row <= at + open->rows) {
            row -= at + 1;
            in = open;
            before = i = 0;
            continue;
        }
        before += open->rows;
        i++;
    }
    *branch = in;
    *place = (uint32_t)(row - before);
    *child = i < in->open_count && in->open[i]->place == *place ? in->open[i] : NULL;
    return in->list->ids[*place];
}

// Row of a place within its branch.
static uint64_t row_within(const struct branch *branch, uint32_t place)
{
    uint64_t row = place;
    for (size_t i = 0; i < branch->open_count && branch->open[i]->place < place; i++)
        row += branch->open[i]->rows;
    return row;
}

// Where a node stands among its siblings: by retained size, largest first, then by id.
static bool find_place(const struct branch *branch, uint32_t node, uint32_t *ret)
{
    const struct dominated *list = branch->list;
    uint64_t retained = dominators_retained(list->dominators, node);
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, id = list->ids[middle];
        uint64_t other = dominators_retained(list->dominators, id);
        if (other > retained || (other == retained && id < node))
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return low < list->count && list->ids[low] == node;
}

static struct branch *branch_of(const struct dominator_tree *tree, uint32_t node)
{
    struct branch *branch = tree->root;
    while (branch != NULL && branch->node != node)
        branch = next_branch(branch);
    return branch;
}

bool dominator_tree_find(const struct dominator_tree *tree, uint32_t node, uint64_t *ret)
{
    const struct dominators *dominators = heap_dominators(tree->heap);
    if (tree->root == NULL || node >= dominators->count)
        return false;
    uint32_t place;
    struct branch *branch = NULL;
    // Through the stores that the node may lie in.
    for (uint32_t at = node, i = 0; branch == NULL && i < STORES && at < DOMINATOR_ROOT; i++) {
        at = dominators_of(dominators, at);
        branch = branch_of(tree, at);
    }
    if (branch == NULL || !branch->ready || !find_place(branch, node, &place))
        return false;
    *ret = row_within(branch, place);
    for (; branch->parent != NULL; branch = branch->parent)
        *ret += 1 + row_within(branch->parent, branch->place);
    return true;
}

// --- opening -------------------------------------------------------------------------------------

static size_t slot_of(const struct branch *branch, uint32_t place)
{
    size_t slot = 0;
    while (slot < branch->open_count && branch->open[slot]->place < place)
        slot++;
    return slot;
}

bool dominator_tree_open(struct dominator_tree *tree, struct branch *branch, uint32_t place)
{
    size_t slot = slot_of(branch, place);
    if (slot < branch->open_count && branch->open[slot]->place == place)
        return false;
    struct branch **open =
        realloc(branch->open, (branch->open_count + 1) * sizeof *branch->open);
    if (open == NULL)
        return false;
    branch->open = open;
    struct branch *child = create(tree, branch, branch->list->ids[place]);
    if (child == NULL)
        return false;
    child->place = place;
    memmove(open + slot + 1, open + slot, (branch->open_count - slot) * sizeof *open);
    open[slot] = child;
    branch->open_count++;
    dominator_tree_refresh(tree);
    return true;
}

void dominator_tree_close(struct branch *child)
{
    struct branch *parent = child->parent;
    size_t slot = slot_of(parent, child->place);
    add_rows(parent, -(int64_t)child->rows);
    parent->open_count--;
    memmove(parent->open + slot, parent->open + slot + 1,
            (parent->open_count - slot) * sizeof *parent->open);
    destroy(child);
}
