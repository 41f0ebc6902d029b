// The rows of the dominator tree below one object, expanded in place where a person asks for it.
//
// A branch is an object that is open; its rows are what it dominates immediately, largest first,
// and below each of these that is open the rows of that branch. What a branch dominates is
// collected by a job in the background: until that is through it has no rows.
#ifndef DUMPDIVE_VIEWS_DOMINATOR_TREE_H
#define DUMPDIVE_VIEWS_DOMINATOR_TREE_H

#include "heap/graph/dominators/dominated.h"

struct heap;

struct branch {
    uint32_t node;          // id, or DOMINATOR_ROOT
    struct dominated *list; // what it dominates
    bool ready;             // `list` is there
    struct branch *parent;  // NULL: where the tree begins
    uint32_t place;         // among what the parent dominates
    uint64_t rows;          // with all that is open below
    unsigned depth;         // of its rows
    struct branch **open;   // by place
    size_t open_count;
};

struct dominator_tree {
    struct heap *heap;
    bool stores;         // backing stores are rows of their own
    struct branch *root; // NULL: not begun
};

// Begin with what `node` dominates; heap and stores are set. False: out of memory.
bool dominator_tree_begin(struct dominator_tree *tree, uint32_t node);
void dominator_tree_end(struct dominator_tree *tree);
// Take what jobs have found since. True when rows changed.
bool dominator_tree_refresh(struct dominator_tree *tree);

static inline uint64_t dominator_tree_rows(const struct dominator_tree *tree)
{
    return tree->root == NULL ? 0 : tree->root->rows;
}

// The object of a row (below the number of rows): branch and place, and the branch that is open
// there or NULL. Returns its id.
uint32_t dominator_tree_row(const struct dominator_tree *tree, uint64_t row, struct branch **branch,
                            uint32_t *place, struct branch **child);
// The row of an object; false: it is not to be seen.
bool dominator_tree_find(const struct dominator_tree *tree, uint32_t node, uint64_t *ret);

bool dominator_tree_open(struct dominator_tree *tree, struct branch *branch, uint32_t place);
void dominator_tree_close(struct branch *child);

#endif
