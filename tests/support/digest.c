#include "tests/support/digest.h"

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/graph.h"
#include "heap/graph/index/types.h"
#include "heap/heap.h"

#include <string.h>

static void add(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * 0x9e3779b97f4a7c15ull;
    *sum ^= *sum >> 29;
}

static void add_text(uint64_t *sum, const char *text)
{
    for (; *text != '\0'; text++)
        add(sum, (unsigned char)*text);
}

static void add_referrers(uint64_t *sum, const struct reverse *reverse, uint32_t id)
{
    uint64_t count;
    size_t others;
    const uint32_t *list = reverse_of(reverse, id, &count);
    const struct reverse_other *other = reverse_others_of(reverse, id, &others);
    add(sum, count);
    for (uint64_t i = 0; i < count; i++)
        add(sum, list[i]);
    for (size_t i = 0; i < others; i++)
        add(sum, (uint64_t)other[i].source << 2 | other[i].kind);
}

static void add_objects(uint64_t *sum, struct heap *heap)
{
    const struct graph *graph = heap_graph(heap);
    const struct dominators *dominators = heap_dominators(heap);
    const struct edges *edges = graph_edges(graph);
    for (uint32_t id = 0; id < edges->index->count; id++) {
        uint64_t address = edges_address(edges, id);
        uint32_t name = renamed_name(heap_renamed(heap), address);
        add(sum, address);
        if (name != UINT32_MAX)
            add_text(sum, type_names_text(heap_type_names(heap), name));
        add_referrers(sum, graph_reverse(graph), id);
        add(sum, reach_level(graph_reach(graph), id));
        add(sum, dominators_of(dominators, id));
        add(sum, dominators_retained(dominators, id));
    }
}

static void add_roots(uint64_t *sum, const struct roots *roots)
{
    for (size_t i = 0; i < roots->count; i++) {
        const struct root *root = &roots->items[i];
        add(sum, root->slot);
        add(sum, root->target);
        add(sum, (uint64_t)root->id << 32 | root->place);
        add(sum, (uint64_t)root->isolate << 24 | (uint64_t)root->kind << 16 |
                     (uint64_t)root->certainty << 8 | root->weak);
    }
}

static void add_rows(uint64_t *sum, const struct type_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_text(sum, rows[i].name);
        const uint64_t figures[] = {rows[i].count,     rows[i].shallow, rows[i].retained,
                                    rows[i].unreachable, rows[i].example, rows[i].map,
                                    rows[i].shapes,    rows[i].isolate, rows[i].renamed};
        for (size_t n = 0; n < sizeof figures / sizeof *figures; n++)
            add(sum, figures[n]);
    }
}

static void add_pages(uint64_t *sum, const struct heap *heap)
{
    const struct walk_page *pages = heap_walk_pages(heap);
    for (size_t i = 0; i < heap_v8(heap)->page_count; i++) {
        const uint64_t figures[] = {pages[i].objects,      pages[i].object_bytes,
                                    pages[i].free_bytes,   pages[i].filler_bytes,
                                    pages[i].area_bytes,   pages[i].forwarded_bytes,
                                    pages[i].unwalked_bytes, pages[i].first_unwalked,
                                    pages[i].gaps};
        for (size_t n = 0; n < sizeof figures / sizeof *figures; n++)
            add(sum, figures[n]);
    }
}

uint64_t digest_heap(struct heap *heap)
{
    uint64_t sum = 1;
    struct type_table *table = heap_types(heap);
    add_objects(&sum, heap);
    add_roots(&sum, graph_roots(heap_graph(heap)));
    add_rows(&sum, table->by_shape, table->shapes);
    add_rows(&sum, table->by_constructor, table->constructors);
    add_pages(&sum, heap);
    type_table_release(table);
    return sum;
}
