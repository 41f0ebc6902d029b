// One walk through the dominator tree, with a count for each type of how many of its objects the
// way to the object under way leads through. The tree's children are lists made for the purpose;
// the way back up is the dominators themselves, so that no stack grows with the depth.
#include "heap/graph/dominators/type_retained.h"

#include "heap/v8/object/survivors.h"

#include <stdlib.h>
#include <string.h>

enum { CHECK_INTERVAL = 1 << 16 };

#define NO_ROW UINT32_MAX
#define NO_NODE UINT32_MAX

// Rows by shape and isolate. One that stands for renamed objects follows by name.
struct row_slot {
    uint64_t map;
    uint32_t row;  // NO_ROW: empty
    uint32_t name; // of renamed objects; UINT32_MAX: of all others
    uint16_t isolate;
};

struct summing {
    struct type_table *table;
    const struct table_source *source;
    const struct dominators *dominators;
    const struct dominator_node *nodes;
    struct job *job;
    struct row_slot *slots;
    size_t mask;
    uint32_t *types;                       // of each row: number of its constructor
    struct big_array rows, first, next;    // uint32_t by id: row; first child; next sibling
    uint32_t first_of_root;
    uint32_t *row_open, *type_open;        // objects of the row or type on the way to here
    uint64_t *row_sum, *outermost;         // of each row
};

// --- which row an object belongs to --------------------------------------------------------------

static size_t hash(uint64_t map, uint32_t name, uint16_t isolate)
{
    return (size_t)(((map ^ (uint64_t)isolate << 48) + name) * 0x9e3779b97f4a7c15ull >> 32);
}

static uint32_t find_row(const struct summing *sum, uint64_t map, uint32_t name, uint16_t isolate)
{
    for (size_t at = hash(map, name, isolate) & sum->mask;; at = (at + 1) & sum->mask) {
        const struct row_slot *slot = &sum->slots[at];
        if (slot->row == NO_ROW ||
            (slot->map == map && slot->name == name && slot->isolate == isolate))
            return slot->row;
    }
}

static bool make_slots(struct summing *sum)
{
    const struct type_table *table = sum->table;
    size_t size = 64;
    while (size < 2 * table->shapes + 2)
        size *= 2;
    sum->mask = size - 1;
    sum->slots = calloc(size, sizeof *sum->slots);
    sum->types = calloc(table->shapes + 1, sizeof *sum->types);
    if (sum->slots == NULL || sum->types == NULL)
        return false;
    for (size_t i = 0; i < size; i++)
        sum->slots[i].row = NO_ROW;
    for (size_t i = 0; i < table->shapes; i++) {
        const struct type_row *row = &table->by_shape[i];
        uint32_t name = row->renamed ? row->id : UINT32_MAX;
        size_t at = hash(row->map, name, row->isolate) & sum->mask;
        while (sum->slots[at].row != NO_ROW)
            at = (at + 1) & sum->mask;
        sum->slots[at] = (struct row_slot){.map = row->map, .row = (uint32_t)i, .name = name,
                                           .isolate = row->isolate};
        sum->types[i] = i == 0 ? 0 : sum->types[i - 1] + (row->id != row[-1].id);
    }
    return true;
}

// The row of an object; `last_map` and `last`: those of the object before.
static uint32_t row_of(const struct summing *sum, const struct v8_page *page, uint64_t address,
                       uint64_t *last_map, uint32_t *last)
{
    const struct renamed *renamed = sum->source->renamed;
    uint64_t map;
    memcpy(&map, page->bytes + (address - page->start), sizeof map);
    if (renamed != NULL && renamed->count > 0) {
        uint32_t name = renamed_name(renamed, address);
        if (name != UINT32_MAX)
            return find_row(sum, v8_untag(map), name, page->isolate);
    }
    if (map == address)
        map = survivor_map_word(sum->source->v8, address);
    if (map != *last_map) {
        *last_map = map;
        *last = find_row(sum, v8_untag(map), UINT32_MAX, page->isolate);
    }
    return *last;
}

static bool fill_page(void *context, size_t worker, size_t number)
{
    struct summing *sum = context;
    const struct index_page *page = &sum->source->index->pages[number];
    const struct v8_page *bytes = &sum->source->v8->pages[number];
    uint32_t *rows = sum->rows.bytes, id = page->first, last = NO_ROW;
    uint64_t last_map = 0;
    (void)worker;
    if (page->bits == NULL && page->count == 1)
        rows[id] = row_of(sum, bytes, page->start, &last_map, &last);
    for (size_t word = 0; page->bits != NULL && word < INDEX_WORDS; word++)
        for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1)
            rows[id++] = row_of(sum, bytes,
                                page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits)),
                                &last_map, &last);
    return !job_cancelled(sum->job);
}

// --- the tree ------------------------------------------------------------------------------------

static bool progress(struct summing *sum, uint32_t done)
{
    if (done % CHECK_INTERVAL != 0)
        return true;
    atomic_fetch_add_explicit(&sum->job->done, CHECK_INTERVAL, memory_order_relaxed);
    return !job_cancelled(sum->job);
}

static bool link_children(struct summing *sum)
{
    uint32_t *first = sum->first.bytes, *next = sum->next.bytes;
    const uint32_t *rows = sum->rows.bytes;
    memset(first, 0xff, sum->first.size);
    sum->first_of_root = NO_NODE;
    for (uint32_t id = sum->dominators->count; id-- > 0;) {
        uint32_t dominator = sum->nodes[id].dominator;
        if (dominator == DOMINATOR_NONE) {
            if (rows[id] != NO_ROW)
                sum->table->by_shape[rows[id]].unreachable++;
            continue;
        }
        uint32_t *list = dominator == DOMINATOR_ROOT ? &sum->first_of_root : &first[dominator];
        next[id] = *list;
        *list = id;
        if (!progress(sum, id))
            return false;
    }
    return true;
}

static inline void enter(struct summing *sum, uint32_t id, int step)
{
    uint32_t row = ((const uint32_t *)sum->rows.bytes)[id];
    if (row == NO_ROW)
        return;
    uint32_t type = sum->types[row];
    if (step > 0 && sum->type_open[type] == 0)
        sum->outermost[row] += dominators_retained(sum->dominators, id);
    if (step > 0 && sum->row_open[row] == 0)
        sum->row_sum[row] += dominators_retained(sum->dominators, id);
    sum->type_open[type] += (uint32_t)step;
    sum->row_open[row] += (uint32_t)step;
}

// To the next object in the tree's order that is not below `id`; NO_NODE: that was all.
static uint32_t go_on(struct summing *sum, uint32_t id)
{
    const uint32_t *next = sum->next.bytes;
    for (;;) {
        enter(sum, id, -1);
        if (next[id] != NO_NODE)
            return next[id];
        id = sum->nodes[id].dominator;
        if (id == DOMINATOR_ROOT)
            return NO_NODE;
    }
}

static bool walk_tree(struct summing *sum)
{
    const uint32_t *first = sum->first.bytes;
    uint32_t id = sum->first_of_root, done = 0;
    while (id != NO_NODE) {
        enter(sum, id, 1);
        id = first[id] != NO_NODE ? first[id] : go_on(sum, id);
        if (!progress(sum, ++done))
            return false;
    }
    return true;
}

// --- all -----------------------------------------------------------------------------------------

static bool allocate(struct summing *sum, uint64_t limit)
{
    uint64_t bytes = 4 * (uint64_t)sum->dominators->count;
    size_t shapes = sum->table->shapes + 1;
    sum->row_open = calloc(shapes, sizeof *sum->row_open);
    sum->type_open = calloc(shapes, sizeof *sum->type_open);
    sum->row_sum = calloc(shapes, sizeof *sum->row_sum);
    sum->outermost = calloc(shapes, sizeof *sum->outermost);
    return sum->row_open != NULL && sum->type_open != NULL && sum->row_sum != NULL &&
           sum->outermost != NULL && make_slots(sum) &&
           big_array_create(bytes, limit, &sum->rows) &&
           big_array_create(bytes, limit, &sum->first) &&
           big_array_create(bytes, limit, &sum->next);
}

static void publish(struct summing *sum)
{
    struct type_table *table = sum->table;
    for (size_t i = 0; i < table->shapes; i++) {
        table->by_shape[i].retained = sum->row_sum[i];
        table->by_shape[i].outermost = sum->outermost[i];
    }
    table->constructors = type_rows_fold(table->by_shape, table->shapes, table->by_constructor);
}

bool type_table_retained(struct type_table *table, const struct table_source *source,
                         const struct dominators *dominators, struct job *job, struct pool *pool,
                         uint64_t limit)
{
    struct summing sum = {.table = table, .source = source, .dominators = dominators,
                          .nodes = dominators_nodes(dominators), .job = job};
    for (size_t i = 0; i < table->shapes; i++)
        table->by_shape[i].unreachable = 0;
    bool done = allocate(&sum, limit) &&
                pool_run(pool, source->index->page_count, fill_page, &sum) &&
                link_children(&sum) && walk_tree(&sum);
    if (done)
        publish(&sum);
    big_array_destroy(&sum.rows);
    big_array_destroy(&sum.first);
    big_array_destroy(&sum.next);
    free(sum.slots);
    free(sum.types);
    free(sum.row_open);
    free(sum.type_open);
    free(sum.row_sum);
    free(sum.outermost);
    return done;
}
