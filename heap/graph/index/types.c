#include "heap/graph/index/types.h"

#include <stdlib.h>
#include <string.h>

enum { EXAMPLE_PAGES = 1024 }; // 256 MB of heap

static bool is_object(const struct walk_count *count)
{
    return count->shape.type != ITYPE_FREE_SPACE && count->shape.type != ITYPE_FILLER &&
           count->count > 0;
}

static bool fill_shapes(struct type_table *table, struct type_names *names,
                        const struct walk_count *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_object(&counts[i]))
            continue;
        uint32_t id = type_names_of(names, &counts[i].shape);
        if (id == UINT32_MAX)
            return false;
        table->objects += counts[i].count;
        table->bytes += counts[i].bytes;
        table->by_shape[table->shapes++] = (struct type_row){.name = type_names_text(names, id),
                                                             .id = id,
                                                             .count = counts[i].count,
                                                             .shallow = counts[i].bytes,
                                                             .example = counts[i].example,
                                                             .retained = UINT64_MAX,
                                                             .outermost = UINT64_MAX,
                                                             .unreachable = UINT64_MAX,
                                                             .map = counts[i].shape.map,
                                                             .shapes = 1,
                                                             .isolate = counts[i].isolate};
    }
    return true;
}

// By the text of the name: ids depend on which worker saw a name first.
static int by_name(const void *a, const void *b)
{
    const struct type_row *left = a, *right = b;
    int order = left->id == right->id ? 0 : strcmp(left->name, right->name);
    if (order != 0)
        return order;
    if (left->map != right->map)
        return left->map < right->map ? -1 : 1;
    return left->isolate - right->isolate;
}

size_t type_rows_fold(const struct type_row *by_shape, size_t count, struct type_row *into)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows == 0 || into[rows - 1].id != by_shape[i].id) {
            into[rows] = by_shape[i];
            into[rows].retained = by_shape[i].outermost;
            into[rows++].map = 0;
            continue;
        }
        struct type_row *last = &into[rows - 1];
        last->count += by_shape[i].count;
        last->shallow += by_shape[i].shallow;
        last->retained += last->retained != UINT64_MAX ? by_shape[i].outermost : 0;
        last->unreachable += last->unreachable != UINT64_MAX ? by_shape[i].unreachable : 0;
        last->shapes++;
        if (last->example == 0 || (by_shape[i].example != 0 && by_shape[i].example < last->example))
            last->example = by_shape[i].example;
    }
    return rows;
}

// --- setting right -------------------------------------------------------------------------------

static int by_map(const void *a, const void *b)
{
    const struct type_row *left = a, *right = b;
    if (left->map != right->map)
        return left->map < right->map ? -1 : 1;
    return left->isolate - right->isolate;
}

// Is there an object of this shape, named as the shape, on a page? 0: none.
static uint64_t plain_on_page(const struct table_source *source, size_t number,
                              const struct type_row *row)
{
    const struct index_page *page = &source->index->pages[number];
    const struct v8_page *bytes = &source->v8->pages[number];
    if (page->bits == NULL || bytes->isolate != row->isolate)
        return 0; // objects of their own pages are arrays and strings
    for (size_t word = 0; word < INDEX_WORDS; word++)
        for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1) {
            uint64_t address = page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits));
            uint64_t map;
            memcpy(&map, bytes->bytes + (address - bytes->start), sizeof map);
            if (map == (row->map | V8_TAG) && renamed_name(source->renamed, address) == UINT32_MAX)
                return address;
        }
    return 0;
}

// An object of the row's shape that is named as the shape, on its example's page or one behind it.
// They are not looked for everywhere: 0 when `*budget` pages hold none.
static uint64_t plain_example(const struct table_source *source, const struct type_row *row,
                              size_t *budget)
{
    size_t number = index_page_of(source->index, row->example);
    uint64_t found = 0;
    for (; number < source->v8->page_count && found == 0 && *budget > 0; number++, --*budget)
        found = plain_on_page(source, number, row);
    return found;
}

// Move what was renamed from the rows of its shapes to rows of its own.
static bool apply(struct type_table *table, const struct table_source *source)
{
    struct renamed_group *groups;
    size_t count;
    if (!renamed_groups(source->renamed, source->v8, &groups, &count))
        return false;
    size_t rows = table->shapes;
    struct type_row *all = reallocarray(table->by_shape, rows + count + 1, sizeof *all);
    if (all == NULL) {
        free(groups);
        return false;
    }
    table->by_shape = all;
    qsort(all, rows, sizeof *all, by_map);
    for (size_t i = 0; i < count; i++) {
        struct type_row key = {.map = groups[i].map, .isolate = groups[i].isolate};
        struct type_row *row = bsearch(&key, all, rows, sizeof *all, by_map);
        if (row == NULL || row->count < groups[i].count)
            continue; // not walked: damaged
        all[table->shapes] = *row;
        row->count -= groups[i].count;
        row->shallow -= groups[i].bytes;
        all[table->shapes].count = groups[i].count;
        all[table->shapes].shallow = groups[i].bytes;
        all[table->shapes].example = groups[i].example;
        all[table->shapes].id = groups[i].name;
        all[table->shapes].name = type_names_text(source->names, groups[i].name);
        all[table->shapes++].renamed = true;
    }
    free(groups);
    return true;
}

// Rows that lost all their objects go; those that lost their example get another, if one is near.
static void tidy(struct type_table *table, const struct table_source *source)
{
    size_t kept = 0, budget = EXAMPLE_PAGES;
    for (size_t i = 0; i < table->shapes; i++) {
        struct type_row *row = &table->by_shape[i];
        if (row->count == 0)
            continue;
        if (!row->renamed && !source->any_example && renamed_name(source->renamed, row->example) != UINT32_MAX)
            row->example = plain_example(source, row, &budget);
        table->by_shape[kept++] = *row;
    }
    table->shapes = kept;
}

// --- tables --------------------------------------------------------------------------------------

static bool fill(struct type_table *table, const struct table_source *source,
                 const struct walk_count *counts, size_t count)
{
    table->by_shape = calloc(count + 1, sizeof *table->by_shape);
    if (table->by_shape == NULL || !fill_shapes(table, source->names, counts, count))
        return false;
    if (source->renamed != NULL) {
        if (!apply(table, source))
            return false;
        tidy(table, source);
    }
    table->by_constructor = calloc(table->shapes + 1, sizeof *table->by_constructor);
    if (table->by_constructor == NULL)
        return false;
    qsort(table->by_shape, table->shapes, sizeof *table->by_shape, by_name);
    table->constructors = type_rows_fold(table->by_shape, table->shapes, table->by_constructor);
    return true;
}

struct type_table *type_table_create(const struct table_source *source, bool complete)
{
    struct walk_count *counts;
    size_t count;
    if (!walk_shapes(source->walk, &counts, &count))
        return NULL;
    struct type_table *table = calloc(1, sizeof *table);
    if (table != NULL) {
        table->complete = complete;
        atomic_init(&table->holders, 1);
        if (!fill(table, source, counts, count)) {
            type_table_release(table);
            table = NULL;
        }
    }
    free(counts);
    return table;
}

void type_table_hold(struct type_table *table)
{
    atomic_fetch_add(&table->holders, 1);
}

void type_table_release(struct type_table *table)
{
    if (table == NULL || atomic_fetch_sub(&table->holders, 1) > 1)
        return;
    free(table->by_constructor);
    free(table->by_shape);
    free(table);
}
