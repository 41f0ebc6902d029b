// The rows of an object whose fields can be expanded in place, to any depth.
//
// A node is an opened object; its rows are its fields, and below each field that is open the rows
// of that node. Nothing is kept of fields that are not open, so an object of ten million fields
// costs what one of ten does.
#ifndef DUMPDIVE_VIEWS_INSPECT_TREE_H
#define DUMPDIVE_VIEWS_INSPECT_TREE_H

#include "heap/v8/decode/inspect.h"

struct inspect_node {
    struct v8_inspection in;
    struct inspect_node *parent; // NULL: the root
    uint64_t field;              // of the parent
    uint64_t shown;              // of its fields; below in.count one row stands for the others
    uint64_t rows;               // those, and all that is open below them
    uint32_t number;             // unlike that of any other node, ever
    unsigned depth;              // of its fields
    struct inspect_node **open;  // sorted by `field`
    size_t open_count;
};

struct inspect_tree {
    const struct v8 *v8;
    unsigned flags;              // enum inspect_flag
    struct inspect_node *root;   // NULL: the subject is no object
    uint32_t numbers;            // given out
};

bool inspect_tree_create(struct inspect_tree *tree, const struct v8 *v8, uint64_t address,
                         unsigned flags);
void inspect_tree_destroy(struct inspect_tree *tree);

// The node and field of a row (below root->rows); `*child` is the node that is open there, or NULL.
struct inspect_node *inspect_tree_row(const struct inspect_tree *tree, uint64_t row,
                                      uint64_t *field, struct inspect_node **child);

// Does this row of a node stand for the fields that are not shown?
static inline bool inspect_is_rest(const struct inspect_node *node, uint64_t field)
{
    return field == node->shown && node->shown < node->in.count;
}

// The row of a node's field.
uint64_t inspect_tree_position(const struct inspect_node *node, uint64_t field);

// The node with this number, or NULL.
struct inspect_node *inspect_tree_find(const struct inspect_tree *tree, uint32_t number);

// Open the object that a field holds; false when it holds none, or memory is out. Opening the row
// that stands for fields not shown shows them.
bool inspect_tree_open(struct inspect_tree *tree, struct inspect_node *node, uint64_t field);
void inspect_tree_close(struct inspect_node *child);

// Open every object down to `depth` levels, showing at most `fields` fields of each but the root.
void inspect_tree_open_all(struct inspect_tree *tree, unsigned depth, uint64_t fields);

// The object that a field's row would open: its address, or 0.
uint64_t inspect_target(const struct v8 *v8, const struct v8_field *field);

#endif
