#include "views/inspect_tree.h"

#include <stdlib.h>

enum {
    NODES_MAX = 1 << 16, // opened by --depth
    OPENED_MAX = 1000,   // of one object
};

static struct inspect_node *create_node(struct inspect_tree *tree, uint64_t address)
{
    struct inspect_node *node = calloc(1, sizeof *node);
    if (node == NULL || !v8_inspect(tree->v8, address, tree->flags, &node->in)) {
        free(node);
        return NULL;
    }
    node->shown = node->in.count;
    node->rows = node->in.count;
    node->number = ++tree->numbers;
    node->depth = 1;
    return node;
}

bool inspect_tree_create(struct inspect_tree *tree, const struct v8 *v8, uint64_t address,
                         unsigned flags)
{
    *tree = (struct inspect_tree){.v8 = v8, .flags = flags};
    tree->root = create_node(tree, address);
    return tree->root != NULL;
}

// Without recursion: a person may open a list of a million links, one after the other.
static void destroy_node(struct inspect_node *node)
{
    struct inspect_node *stop = node->parent;
    while (node != stop) {
        if (node->open_count > 0) {
            node = node->open[--node->open_count];
            continue;
        }
        struct inspect_node *parent = node->parent;
        free(node->open);
        free(node);
        node = parent;
    }
}

void inspect_tree_destroy(struct inspect_tree *tree)
{
    if (tree->root != NULL)
        destroy_node(tree->root);
    tree->root = NULL;
}

// How many open children of a node stand before `field`.
static size_t open_before(const struct inspect_node *node, uint64_t field)
{
    size_t low = 0, high = node->open_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (node->open[middle]->field < field)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct inspect_node *child_at(const struct inspect_node *node, uint64_t field)
{
    size_t i = open_before(node, field);
    return i < node->open_count && node->open[i]->field == field ? node->open[i] : NULL;
}

struct inspect_node *inspect_tree_row(const struct inspect_tree *tree, uint64_t row,
                                      uint64_t *field, struct inspect_node **child)
{
    struct inspect_node *node = tree->root;
    for (;;) {
        size_t i = 0;
        uint64_t before = 0; // rows of open children passed
        struct inspect_node *inside = NULL;
        for (; i < node->open_count && node->open[i]->field + before < row; i++) {
            if (row - before - node->open[i]->field <= node->open[i]->rows) {
                inside = node->open[i];
                break;
            }
            before += node->open[i]->rows;
        }
        if (inside == NULL) {
            *field = row - before;
            *child = child_at(node, *field);
            return node;
        }
        row -= before + inside->field + 1;
        node = inside;
    }
}

uint64_t inspect_tree_position(const struct inspect_node *node, uint64_t field)
{
    uint64_t row = 0;
    for (; node != NULL; field = node->field, node = node->parent) {
        for (size_t i = 0; i < open_before(node, field); i++)
            row += node->open[i]->rows;
        row += field + (node->parent != NULL);
    }
    return row;
}

// The node behind this one in the order of rows, or NULL.
static struct inspect_node *next_node(struct inspect_node *node)
{
    if (node->open_count > 0)
        return node->open[0];
    for (; node->parent != NULL; node = node->parent) {
        size_t next = open_before(node->parent, node->field + 1);
        if (next < node->parent->open_count)
            return node->parent->open[next];
    }
    return NULL;
}

struct inspect_node *inspect_tree_find(const struct inspect_tree *tree, uint32_t number)
{
    struct inspect_node *node = tree->root;
    while (node != NULL && node->number != number)
        node = next_node(node);
    return node;
}

uint64_t inspect_target(const struct v8 *v8, const struct v8_field *field)
{
    struct v8_what what;
    v8_value_what(v8, &field->value, &what);
    switch (what.kind) {
    case KIND_UNDEFINED:
    case KIND_NULL:
    case KIND_BOOLEAN:
    case KIND_HOLE:
        return 0;
    default:
        return what.object.address;
    }
}

static void add_rows(struct inspect_node *node, uint64_t rows)
{
    for (; node != NULL; node = node->parent)
        node->rows += rows; // modulo 2^64: also takes them away
}

bool inspect_tree_open(struct inspect_tree *tree, struct inspect_node *node, uint64_t field)
{
    struct v8_field content;
    if (inspect_is_rest(node, field)) {
        add_rows(node, node->in.count - node->shown - 1);
        node->shown = node->in.count;
        return true;
    }
    if (child_at(node, field) != NULL || !v8_inspect_field(&node->in, field, &content))
        return false;
    uint64_t target = inspect_target(tree->v8, &content);
    struct inspect_node **open = realloc(node->open, (node->open_count + 1) * sizeof *open);
    if (open == NULL)
        return false;
    node->open = open;
    struct inspect_node *child = target != 0 ? create_node(tree, target) : NULL;
    if (child == NULL)
        return false;
    size_t at = open_before(node, field);
    memmove(open + at + 1, open + at, (node->open_count - at) * sizeof *open);
    open[at] = child;
    node->open_count++;
    child->parent = node;
    child->field = field;
    child->depth = node->depth + 1;
    add_rows(node, child->rows);
    return true;
}

void inspect_tree_close(struct inspect_node *child)
{
    struct inspect_node *node = child->parent;
    size_t at = open_before(node, child->field);
    add_rows(node, 0 - child->rows);
    memmove(node->open + at, node->open + at + 1, (--node->open_count - at) * sizeof *node->open);
    destroy_node(child);
}

// An object with fields, and not one that the row is in already.
static bool is_nested(const struct v8 *v8, const struct inspect_node *node,
                      const struct v8_field *field)
{
    struct v8_what what;
    v8_value_what(v8, &field->value, &what);
    for (; node != NULL; node = node->parent)
        if (node->in.object.address == what.object.address)
            return false;
    return what.kind == KIND_OBJECT || what.kind == KIND_FUNCTION || what.kind == KIND_INTERNAL;
}

static void show_first(struct inspect_node *node, uint64_t fields)
{
    if (node->in.count <= fields + 1)
        return;
    node->shown = fields;
    add_rows(node, fields + 1 - node->in.count);
}

void inspect_tree_open_all(struct inspect_tree *tree, unsigned depth, uint64_t fields)
{
    struct inspect_node *node = tree->root;
    struct v8_field field;
    for (; node != NULL && tree->numbers < NODES_MAX; node = next_node(node)) {
        for (uint64_t i = 0; node->depth < depth && i < node->shown && i < OPENED_MAX; i++)
            if (tree->numbers < NODES_MAX && v8_inspect_field(&node->in, i, &field) &&
                is_nested(tree->v8, node, &field) && inspect_tree_open(tree, node, i))
                show_first(child_at(node, i), fields);
    }
}
