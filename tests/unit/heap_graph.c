// The graph of small heaps made by hand: the reverse index, distances, paths.
#include "heap/graph/edges/ref_list.h"
#include "heap/graph/graph.h"
#include "heap/graph/paths/path_find.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PAGES = 40, PAGE_HEADER = 64 };

// A heap of several pages, walked, and what the graph's parts take.
struct world {
    struct mkheap *heap;
    struct v8_page pages[PAGES];
    struct object_index *index;
    struct walk *walk;
    struct pool *pool;
    struct job job;
    struct edges *edges;
    struct shortcuts *shortcuts;
    struct reverse *reverse;
    struct root root_items[8];
    struct roots roots;
    struct reach *reach;
};

static const struct job_ops no_ops = {.doing = "testing"};

static void world_begin(struct world *world, const char *line)
{
    *world = (struct world){.heap = mkheap_new(line, (uint64_t)PAGES * V8_PAGE_SIZE)};
    job_init(&world->job, &no_ops);
    world->roots.items = world->root_items;
}

// Room for an object that does not cross a page's end; the rest of the page stays empty.
static void make_room(struct world *world, uint64_t size)
{
    struct mkheap *heap = world->heap;
    uint64_t end = (heap->top / V8_PAGE_SIZE + 1) * V8_PAGE_SIZE;
    size_t page = (heap->top - MKHEAP_BASE) / V8_PAGE_SIZE;
    assert_true(size < V8_PAGE_SIZE - PAGE_HEADER);
    world->pages[page].end = heap->top;
    if (end - heap->top <= size)
        heap->top = end + PAGE_HEADER;
}

static uint64_t new_array(struct world *world, enum itype type, unsigned words)
{
    unsigned header = type == ITYPE_WEAK_ARRAY_LIST ? 24 : 16;
    make_room(world, header + 8 * words);
    uint64_t map = mkheap_map(world->heap, type, 0);
    make_room(world, header + 8 * words);
    uint64_t array = mkheap_object(world->heap, map, header + 8 * words);
    mkheap_put(world->heap, array, 8, mkheap_smi((int32_t)words));
    return array;
}

static uint64_t new_node(struct world *world, unsigned words)
{
    return new_array(world, ITYPE_FIXED_ARRAY, words);
}

static void put(struct world *world, uint64_t array, unsigned n, uint64_t word)
{
    mkheap_put(world->heap, array, 16 + 8 * n, word);
}

// What was built becomes pages; then everything is walked.
static void world_walk(struct world *world, size_t threads)
{
    struct v8 *v8 = &world->heap->v8;
    size_t last = (world->heap->top - MKHEAP_BASE) / V8_PAGE_SIZE;
    world->pages[last].end = world->heap->top;
    for (size_t i = 0; i <= last; i++) {
        struct v8_page *page = &world->pages[i];
        page->base = page->metadata = MKHEAP_BASE + i * V8_PAGE_SIZE;
        page->start = page->base + PAGE_HEADER;
        page->size = V8_PAGE_SIZE;
        page->bytes = mkheap_at(world->heap, page->start);
        page->readable = page->end - page->start;
        page->kind = SPACE_OLD;
    }
    v8->pages = world->pages;
    v8->page_count = last + 1;
    assert_true(pool_create(threads, &world->pool));
    assert_true(index_create(v8, &world->index));
    assert_true(walk_create(v8, world->index, pool_width(world->pool), &world->walk));
    assert_true(walk_run(world->walk, world->pool));
    assert_true(edges_create(v8, world->index, world->walk, &world->edges));
    assert_true(shortcuts_create(world->edges, &world->shortcuts));
}

static uint32_t id_of(const struct world *world, uint64_t object)
{
    uint32_t id = index_id(world->index, v8_untag(object));
    assert_int_not_equal(id, INDEX_NONE);
    return id;
}

static int by_id(const void *a, const void *b)
{
    const struct root *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

static void add_root(struct world *world, uint64_t object, enum root_kind kind)
{
    world->root_items[world->roots.count++] = (struct root){
        .target = v8_untag(object), .id = id_of(world, object), .kind = (uint8_t)kind};
    qsort(world->root_items, world->roots.count, sizeof *world->root_items, by_id);
}

static void world_graph(struct world *world, uint64_t limit)
{
    assert_true(reverse_create(world->edges, &world->job, world->pool, limit, &world->reverse));
    assert_true(reach_create(world->shortcuts, world->reverse, &world->roots, &world->job,
                             world->pool, limit, &world->reach));
}

static void world_end(struct world *world)
{
    reach_destroy(world->reach);
    reverse_destroy(world->reverse);
    shortcuts_destroy(world->shortcuts);
    edges_destroy(world->edges);
    walk_destroy(world->walk);
    index_destroy(world->index);
    pool_destroy(world->pool);
    mkheap_free(world->heap);
}

static uint32_t distance(const struct world *world, uint64_t object)
{
    return reach_distance(world->reach, id_of(world, object));
}

// --- the reverse index ---------------------------------------------------------------------------

static void lists_who_refers(void **state)
{
    struct world world;
    uint64_t count;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t a = new_node(&world, 3), b = new_node(&world, 2), c = new_node(&world, 1);
    put(&world, a, 0, b);
    put(&world, a, 1, b);
    put(&world, a, 2, c);
    put(&world, b, 0, c);
    put(&world, b, 1, mkheap_smi(7));
    put(&world, c, 0, a);
    world_walk(&world, 0);
    world_graph(&world, UINT64_MAX);
    const uint32_t *list = reverse_of(world.reverse, id_of(&world, b), &count);
    assert_int_equal(count, 2); // one for each reference
    assert_int_equal(list[0], id_of(&world, a));
    assert_int_equal(list[1], id_of(&world, a));
    list = reverse_of(world.reverse, id_of(&world, c), &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[0], id_of(&world, a));
    assert_int_equal(list[1], id_of(&world, b));
    world_end(&world);
}

static void keeps_weak_references_apart(void **state)
{
    struct world world;
    uint64_t count;
    size_t others;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t target = new_node(&world, 0), dead = new_node(&world, 0);
    uint64_t list = new_array(&world, ITYPE_WEAK_FIXED_ARRAY, 3);
    put(&world, list, 0, target | V8_WEAK_TAG);
    put(&world, list, 1, V8_CLEARED_WEAK);
    put(&world, list, 2, dead);
    world_walk(&world, 0);
    add_root(&world, list, ROOT_GLOBAL);
    world_graph(&world, UINT64_MAX);
    reverse_of(world.reverse, id_of(&world, target), &count);
    assert_int_equal(count, 0);
    const struct reverse_other *other =
        reverse_others_of(world.reverse, id_of(&world, target), &others);
    assert_int_equal(others, 1);
    assert_int_equal(other->source, id_of(&world, list));
    assert_int_equal(other->kind, REVERSE_WEAK);
    assert_int_equal(distance(&world, target), REACH_NONE);
    assert_int_equal(distance(&world, dead), 2);
    world_end(&world);
}

// A random graph over many pages, on several workers and with arrays in a file.
static void agrees_with_counting(void **state)
{
    enum { NODES = 20000, WORDS = 6 };
    struct world world;
    uint64_t *nodes = calloc(NODES, sizeof *nodes), total = 0, count;
    uint32_t *expected = calloc(NODES, sizeof *expected);
    unsigned seed = 4711;
    (void)state;
    world_begin(&world, "12.4");
    for (size_t i = 0; i < NODES; i++)
        nodes[i] = new_node(&world, WORDS + (unsigned)(i % 37));
    for (size_t i = 0; i < NODES; i++)
        for (unsigned n = 0; n < WORDS; n++) {
            seed = seed * 1103515245u + 12345u;
            size_t to = (seed >> 8) % (n == 0 ? 10 : NODES); // ten of them are very popular
            put(&world, nodes[i], n, nodes[to]);
            expected[to]++;
        }
    world_walk(&world, 3);
    world_graph(&world, 0);
    assert_true(world.reverse->sources.spilled);
    for (size_t i = 0; i < NODES; i++) {
        const uint32_t *list = reverse_of(world.reverse, id_of(&world, nodes[i]), &count);
        assert_int_equal(count, expected[i]);
        total += count;
        for (uint64_t n = 0; n < count; n++) {
            uint64_t source = edges_address(world.edges, list[n]);
            assert_true(n == 0 || list[n - 1] <= list[n]);
            assert_int_not_equal(edges_find(world.edges, source, 0, id_of(&world, nodes[i]),
                                            EDGE_STRONG), UINT64_MAX);
        }
    }
    assert_int_equal(total, (uint64_t)NODES * WORDS);
    world_end(&world);
    free(nodes);
    free(expected);
}

// Pointers in machine code begin at any byte, so they lie across the ends of whatever is read at once.
static void code_refers_at_every_byte(void **state)
{
    enum { WORDS = 250, FIRST = 8 };
    struct world world;
    uint64_t count;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t target = new_node(&world, 1);
    uint64_t map = mkheap_map(world.heap, ITYPE_INSTRUCTION_STREAM, 8 * WORDS);
    make_room(&world, 8 * WORDS);
    uint64_t code = mkheap_object(world.heap, map, 8 * WORDS);
    for (unsigned word = FIRST; word + 1 < WORDS; word += 2)
        memcpy(mkheap_at(world.heap, v8_untag(code) + 8 * word + word % 7), &target, sizeof target);
    world_walk(&world, 0);
    world_graph(&world, UINT64_MAX);
    reverse_of(world.reverse, id_of(&world, target), &count);
    assert_int_equal(count, (WORDS - FIRST) / 2);
    for (unsigned word = FIRST; word + 1 < WORDS; word += 2)
        assert_int_equal(edges_find(world.edges, v8_untag(code), word, id_of(&world, target),
                                    EDGE_STRONG), word);
    world_end(&world);
}

static void stops_when_cancelled(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world, "12.4");
    put(&world, new_node(&world, 1), 0, new_node(&world, 0));
    world_walk(&world, 2);
    job_cancel(&world.job);
    assert_false(reverse_create(world.edges, &world.job, world.pool, UINT64_MAX, &world.reverse));
    assert_null(world.reverse);
    world_end(&world);
}

// --- distances -----------------------------------------------------------------------------------

static void counts_steps(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t global = new_node(&world, 2), near = new_node(&world, 1), far = new_node(&world, 1);
    uint64_t handle = new_node(&world, 1), held = new_node(&world, 1), lost = new_node(&world, 1);
    put(&world, global, 0, near);
    put(&world, near, 0, far);
    put(&world, far, 0, global);
    put(&world, handle, 0, held);
    put(&world, held, 0, far);
    put(&world, lost, 0, global);
    world_walk(&world, 0);
    add_root(&world, global, ROOT_GLOBAL);
    add_root(&world, handle, ROOT_GLOBAL_HANDLE);
    world_graph(&world, UINT64_MAX);
    assert_int_equal(distance(&world, global), 1);
    assert_int_equal(distance(&world, near), 2);
    assert_int_equal(distance(&world, far), 3);
    assert_int_equal(distance(&world, handle), REACH_SYSTEM + 3);
    assert_int_equal(distance(&world, held), REACH_SYSTEM + 4);
    assert_int_equal(distance(&world, lost), REACH_NONE);
    world_end(&world);
}

// Levels beyond what a byte, and then two, can hold.
static void follows_long_lists(void **state)
{
    enum { LENGTH = 100000 };
    struct world world;
    uint64_t *nodes = calloc(LENGTH, sizeof *nodes);
    (void)state;
    world_begin(&world, "12.4");
    for (size_t i = 0; i < LENGTH; i++)
        nodes[i] = new_node(&world, 1);
    for (size_t i = 0; i + 1 < LENGTH; i++)
        put(&world, nodes[i], 0, nodes[i + 1]);
    world_walk(&world, 0);
    add_root(&world, nodes[0], ROOT_GLOBAL);
    world_graph(&world, UINT64_MAX);
    assert_int_equal(world.reach->width, 4);
    for (size_t i = 0; i < LENGTH; i++)
        assert_int_equal(distance(&world, nodes[i]), i + 1);
    world_end(&world);
    free(nodes);
}

// Levels with most objects of the heap, which are searched by page.
static void follows_wide_levels(void **state)
{
    enum { WIDTH = 15000, ROWS = 4 };
    struct world world;
    uint64_t *nodes = calloc(WIDTH * ROWS, sizeof *nodes);
    (void)state;
    for (size_t threads = 0; threads <= 2; threads += 2) {
        world_begin(&world, "12.4");
        uint64_t root = new_node(&world, WIDTH);
        for (size_t i = 0; i < WIDTH * ROWS; i++)
            nodes[i] = new_node(&world, 1);
        for (size_t i = 0; i < WIDTH; i++)
            put(&world, root, (unsigned)i, nodes[i]);
        for (size_t i = 0; i < WIDTH * (ROWS - 1); i++)
            put(&world, nodes[i], 0, nodes[i + WIDTH]);
        world_walk(&world, threads);
        add_root(&world, root, ROOT_GLOBAL);
        world_graph(&world, UINT64_MAX);
        for (size_t i = 0; i < WIDTH * ROWS; i++)
            assert_int_equal(distance(&world, nodes[i]), 2 + i / WIDTH);
        world_end(&world);
    }
    free(nodes);
}

// What conservative roots hold is searched at levels that certain roots have filled already.
static void shares_levels_between_tiers(void **state)
{
    enum { MANY = 15000, SOME = 4000, FEW = 10 };
    struct world world;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t certain = new_node(&world, 1), below = new_node(&world, MANY);
    uint64_t doubtful = new_node(&world, SOME), some[FEW], few[FEW];
    put(&world, certain, 0, below);
    for (unsigned i = 0; i < MANY; i++)
        put(&world, below, i, new_node(&world, 1));
    for (unsigned i = 0; i < FEW; i++)
        few[i] = new_node(&world, 1); // on a page with many of the same level
    for (unsigned i = 0; i < SOME; i++) {
        uint64_t node = new_node(&world, 1);
        put(&world, doubtful, i, node);
        if (i < FEW)
            put(&world, some[i] = node, 0, few[i]);
    }
    world_walk(&world, 0);
    add_root(&world, certain, ROOT_GLOBAL_HANDLE);
    add_root(&world, doubtful, ROOT_MALLOC);
    for (size_t i = 0; i < world.roots.count; i++)
        if (world.root_items[i].kind == ROOT_MALLOC)
            world.root_items[i].certainty = ROOT_CONSERVATIVE;
    world_graph(&world, UINT64_MAX);
    for (unsigned i = 0; i < FEW; i++) {
        assert_int_equal(distance(&world, some[i]), REACH_SYSTEM + 4);
        assert_int_equal(distance(&world, few[i]), REACH_SYSTEM + 5);
    }
    world_end(&world);
}

// --- ephemerons ----------------------------------------------------------------------------------

static uint64_t new_table(struct world *world, const uint64_t *pairs, unsigned count)
{
    uint64_t table = new_array(world, ITYPE_EPHEMERON_HASH_TABLE, 3 + 2 * count);
    for (unsigned i = 0; i < 2 * count; i++)
        put(world, table, 3 + i, pairs[i]);
    return table;
}

static void values_need_key_and_table(void **state)
{
    struct world world;
    size_t count;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t key = new_node(&world, 0), value = new_node(&world, 1), below = new_node(&world, 0);
    uint64_t dead_key = new_node(&world, 0), dead_value = new_node(&world, 1);
    uint64_t step = new_node(&world, 1), root = new_node(&world, 2);
    put(&world, value, 0, below);
    put(&world, dead_value, 0, dead_key); // does not keep its own key alive
    const uint64_t pairs[] = {key, value, dead_key, dead_value};
    uint64_t table = new_table(&world, pairs, 2);
    put(&world, root, 0, table);
    put(&world, root, 1, step);
    put(&world, step, 0, key);
    world_walk(&world, 0);
    add_root(&world, root, ROOT_GLOBAL);
    world_graph(&world, UINT64_MAX);
    assert_int_equal(distance(&world, table), 2);
    assert_int_equal(distance(&world, key), 3);
    assert_int_equal(distance(&world, value), 4); // counted from the key
    assert_int_equal(distance(&world, below), 5);
    assert_int_equal(distance(&world, dead_key), REACH_NONE);
    assert_int_equal(distance(&world, dead_value), REACH_NONE);
    const struct reverse_other *others =
        reverse_others_of(world.reverse, id_of(&world, value), &count);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(others[i].source,
                         id_of(&world, others[i].kind == REVERSE_BY_KEY ? key : table));
    const struct ephemeron *ephemeron =
        reverse_ephemerons_of(world.reverse, id_of(&world, dead_key), &count);
    assert_int_equal(count, 1);
    assert_int_equal(ephemeron->value, id_of(&world, dead_value));
    world_end(&world);
}

// A key that is near and a table that is far: it is the table that leads to the value.
static void values_count_from_the_farther(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t key = new_node(&world, 0), value = new_node(&world, 1), below = new_node(&world, 1);
    uint64_t root = new_node(&world, 2), chain[5];
    const uint64_t pairs[] = {key, value};
    uint64_t table = new_table(&world, pairs, 1);
    for (size_t i = 0; i < 5; i++)
        chain[i] = new_node(&world, 1);
    for (size_t i = 0; i < 5; i++)
        put(&world, chain[i], 0, i < 4 ? chain[i + 1] : table);
    put(&world, root, 0, key);
    put(&world, root, 1, chain[0]);
    put(&world, value, 0, below);
    world_walk(&world, 0);
    add_root(&world, root, ROOT_GLOBAL);
    world_graph(&world, UINT64_MAX);
    assert_int_equal(distance(&world, key), 2);
    assert_int_equal(distance(&world, table), 7);
    assert_int_equal(distance(&world, value), 8);
    assert_int_equal(distance(&world, below), 9);
    struct path_graph graph = {{&world.heap->v8, world.edges, world.reverse}, world.shortcuts,
                               &world.roots, world.reach};
    struct path path;
    assert_true(path_shortest(&graph, id_of(&world, below), NULL, &path));
    assert_int_equal(path.count, 9);
    assert_int_equal(path_address(&graph, &path, 6), v8_untag(table));
    path_free(&path);
    world_end(&world);
}

// --- objects -------------------------------------------------------------------------------------

// Elements of an array object are one step away, though they lie in a store.
static void elements_are_one_step_away(void **state)
{
    struct world world;
    struct ref_list list;
    struct reference reference;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t store = new_node(&world, 2), element = new_node(&world, 0);
    uint64_t map = mkheap_map(world.heap, ITYPE_JS_ARRAY, 32);
    mkheap_at(world.heap, v8_untag(map))[15] = 2 << 2; // PACKED_ELEMENTS
    uint64_t array = mkheap_object(world.heap, map, 32);
    put(&world, store, 1, element);
    mkheap_put(world.heap, array, 16, store);
    mkheap_put(world.heap, array, 24, mkheap_smi(2));
    world_walk(&world, 0);
    add_root(&world, array, ROOT_GLOBAL);
    world_graph(&world, UINT64_MAX);
    assert_int_equal(distance(&world, store), 2);
    assert_int_equal(distance(&world, element), 2);
    struct edge_namer namer = {&world.heap->v8, world.edges, world.reverse};
    ref_list_open(&namer, &world.roots, id_of(&world, element), &list);
    assert_int_equal(list.total, 1);
    ref_list_at(&list, 0, &reference);
    assert_int_equal(reference.from, v8_untag(array)); // not the store
    assert_int_equal(reference.name.kind, EDGE_KIND_ELEMENT);
    assert_string_equal(reference.name.text, "[1]");
    ref_list_open(&namer, &world.roots, id_of(&world, array), &list);
    assert_int_equal(list.total, 1);
    ref_list_at(&list, 0, &reference);
    assert_non_null(reference.root);
    world_end(&world);
}

// --- paths ---------------------------------------------------------------------------------------

static void search(struct world *world, uint64_t object, size_t wanted, const uint64_t *avoid,
                   size_t avoid_count, struct path_search **ret)
{
    struct path_graph graph = {{&world->heap->v8, world->edges, world->reverse}, world->shortcuts,
                               &world->roots, world->reach};
    struct lane *lane;
    assert_true(lane_create(0, NULL, NULL, &lane));
    assert_true(path_search_create(&graph, id_of(world, object), wanted, avoid, avoid_count, ret));
    lane_submit(lane, &(*ret)->job);
    lane_destroy(lane);
}

static void finds_paths(void **state)
{
    struct world world;
    struct path path;
    struct edge_name name;
    struct path_search *paths;
    (void)state;
    world_begin(&world, "12.4");
    uint64_t root = new_node(&world, 3), a = new_node(&world, 1), b = new_node(&world, 1);
    uint64_t b2 = new_node(&world, 1), target = new_node(&world, 1), lost = new_node(&world, 0);
    uint64_t handle = new_node(&world, 1);
    put(&world, root, 0, a);
    put(&world, root, 1, b);
    put(&world, a, 0, target);
    put(&world, b, 0, b2);
    put(&world, b2, 0, target);
    put(&world, target, 0, root);
    put(&world, handle, 0, target);
    world_walk(&world, 0);
    add_root(&world, root, ROOT_GLOBAL);
    add_root(&world, handle, ROOT_GLOBAL_HANDLE);
    world_graph(&world, UINT64_MAX);
    struct path_graph graph = {{&world.heap->v8, world.edges, world.reverse}, world.shortcuts,
                               &world.roots, world.reach};
    assert_true(path_shortest(&graph, id_of(&world, target), NULL, &path));
    assert_int_equal(path.count, 3);
    assert_int_equal(path.root->kind, ROOT_GLOBAL);
    assert_int_equal(path_address(&graph, &path, 0), v8_untag(root));
    assert_int_equal(path_address(&graph, &path, 1), v8_untag(a));
    assert_int_equal(path_address(&graph, &path, 2), v8_untag(target));
    path_edge(&graph, &path, 2, &name);
    assert_string_equal(name.text, "0");
    path_free(&path);
    assert_false(path_shortest(&graph, id_of(&world, lost), NULL, &path));
    search(&world, target, 5, NULL, 0, &paths);
    assert_int_equal(paths->count, 2); // over a, and from the handle; b ends at the same root
    assert_int_equal(paths->paths[0].count, 3);
    assert_int_equal(paths->paths[1].count, 2);
    job_release(&paths->job);
    const uint64_t avoid[] = {v8_untag(handle), v8_untag(a)};
    search(&world, target, 1, avoid, 2, &paths);
    assert_int_equal(paths->count, 1);
    assert_int_equal(paths->paths[0].count, 4);
    assert_int_equal(path_address(&graph, &paths->paths[0], 1), v8_untag(b));
    job_release(&paths->job);
    world_end(&world);
}

// What another thread's allocator claimed holds objects of earlier times, of which the last one does not end
// where the area does: none of them is one.
static void leaves_out_stale_objects(void **state)
{
    struct world world;
    uint64_t free_words[] = {0, mkheap_smi(6 * 8), 0};
    (void)state;
    world_begin(&world, "12.4");
    free_words[0] = mkheap_map(world.heap, ITYPE_FREE_SPACE, 0);
    uint64_t before = new_node(&world, 2), stale = new_node(&world, 1), cut = new_node(&world, 2);
    uint64_t limit = v8_untag(cut) + 16;
    // Inside `cut`: free memory that ends behind that.
    memcpy(mkheap_at(world.heap, limit), free_words, sizeof free_words);
    world.heap->top = limit + 6 * 8;
    uint64_t behind = new_node(&world, 1);
    const uint64_t area[] = {v8_untag(before), v8_untag(stale), limit};
    memcpy(mkheap_at(world.heap, MKHEAP_NATIVE + 64), area, sizeof area);
    world_walk(&world, 0);
    id_of(&world, before);
    id_of(&world, behind);
    assert_int_equal(index_id(world.index, v8_untag(stale)), INDEX_NONE);
    assert_int_equal(index_id(world.index, v8_untag(cut)), INDEX_NONE);
    assert_int_equal(walk_pages(world.walk)[0].unwalked_bytes, 0);
    assert_int_equal(walk_pages(world.walk)[0].area_bytes, limit - v8_untag(stale));
    assert_int_equal(walk_pages(world.walk)[0].free_bytes, 6 * 8);
    world_end(&world);
}

// A FixedArray of pairs.
static uint64_t new_pairs(struct mkheap *heap, size_t count, uint64_t key, uint64_t value)
{
    uint64_t array = mkheap_object(heap, mkheap_map(heap, ITYPE_FIXED_ARRAY, 0), 16 + 16 * count);
    mkheap_put(heap, array, 8, mkheap_smi((int32_t)(2 * count)));
    for (unsigned i = 0; i < count; i++) {
        mkheap_put(heap, array, 16 + 16 * i, key);
        mkheap_put(heap, array, 24 + 16 * i, value);
    }
    return array;
}

static void names_caches(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", 1 << 20);
    uint64_t undefined = mkheap_object(heap, mkheap_map(heap, ITYPE_ODDBALL, 48), 48);
    uint64_t text = mkheap_text(heap, "1");
    char name[128];
    (void)state;
    mkheap_put(heap, undefined, 40, mkheap_smi(4)); // Oddball::kUndefined
    const struct {
        uint64_t array;
        const char *name;
    } cases[] = {
        {new_pairs(heap, 300, mkheap_smi(1), text),
         "root table entry 3, V8's cache of numbers as text"},
        {new_pairs(heap, 300, undefined, undefined), "root table entry 3, a cache of V8's, empty"},
        {new_pairs(heap, 300, mkheap_smi(1), undefined), "root table entry 3"},
        {new_pairs(heap, 300, text, text), "root table entry 3"},
        {new_pairs(heap, 20, undefined, undefined), "root table entry 3"},
        {text, "root table entry 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct root root = {.kind = ROOT_TABLE, .place = 3, .target = v8_untag(cases[i].array)};
        root_text(&heap->v8, &root, name, sizeof name);
        assert_string_equal(name, cases[i].name);
    }
    mkheap_free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_who_refers),
        cmocka_unit_test(keeps_weak_references_apart),
        cmocka_unit_test(agrees_with_counting),
        cmocka_unit_test(code_refers_at_every_byte),
        cmocka_unit_test(stops_when_cancelled),
        cmocka_unit_test(counts_steps),
        cmocka_unit_test(follows_long_lists),
        cmocka_unit_test(follows_wide_levels),
        cmocka_unit_test(shares_levels_between_tiers),
        cmocka_unit_test(values_need_key_and_table),
        cmocka_unit_test(values_count_from_the_farther),
        cmocka_unit_test(elements_are_one_step_away),
        cmocka_unit_test(finds_paths),
        cmocka_unit_test(names_caches),
        cmocka_unit_test(leaves_out_stale_objects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
