// Dominators and retained sizes: of random graphs against their definition, and of shapes that
// break implementations.
#include "heap/graph/dominators/dominated.h"
#include "tests/support/mkflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

// --- by definition -------------------------------------------------------------------------------

enum { NODES = 48, NOWHERE = 9 };

struct naive {
    const struct mkflow *graph;
    int tier[NODES];     // that leads to the node; NOWHERE: none
    bool seen[NODES];
};

static bool counts(const struct naive *naive, uint32_t from, uint32_t to)
{
    return naive->tier[from] <= naive->tier[to];
}

static void spread(struct naive *naive, uint32_t node, uint32_t without, int tier)
{
    const struct mkflow *graph = naive->graph;
    const struct flow *flow = &graph->flow;
    if (node == without || naive->seen[node] || (tier < 0 && naive->tier[node] == NOWHERE))
        return;
    naive->seen[node] = true;
    if (tier >= 0)
        naive->tier[node] = tier;
    for (size_t i = 0; i < graph->edges; i++)
        if (graph->from[i] == node && (tier >= 0 || counts(naive, node, graph->to[i])))
            spread(naive, graph->to[i], without, tier);
    for (size_t i = 0; i < flow->link_count; i++)
        if (flow->links[i].from == node && (tier >= 0 || counts(naive, node, flow->links[i].to)))
            spread(naive, flow->links[i].to, without, tier);
}

static void find_tiers(struct naive *naive)
{
    const struct flow *flow = &naive->graph->flow;
    for (size_t n = 0; n < NODES; n++)
        naive->tier[n] = NOWHERE;
    memset(naive->seen, 0, sizeof naive->seen);
    for (int tier = 0; tier < FLOW_TIERS; tier++)
        for (size_t i = 0; i < flow->roots[tier].count; i++)
            spread(naive, flow->roots[tier].nodes[i], UINT32_MAX, tier);
}

// Everything that is reached without a node.
static void reach_without(struct naive *naive, uint32_t without)
{
    const struct flow *flow = &naive->graph->flow;
    memset(naive->seen, 0, sizeof naive->seen);
    for (int tier = 0; tier < FLOW_TIERS; tier++)
        for (size_t i = 0; i < flow->roots[tier].count; i++)
            if (naive->tier[flow->roots[tier].nodes[i]] == tier)
                spread(naive, flow->roots[tier].nodes[i], without, -1);
}

static void check(struct mkflow *graph, const struct dominators *dominators)
{
    static bool dominates[NODES][NODES];
    struct naive naive = {.graph = graph};
    uint32_t count = graph->flow.count;
    uint64_t total = 0, held = 0;
    find_tiers(&naive);
    for (uint32_t a = 0; a < count; a++) {
        reach_without(&naive, a);
        for (uint32_t b = 0; b < count; b++)
            dominates[a][b] = naive.tier[b] != NOWHERE && !naive.seen[b];
    }
    for (uint32_t b = 0; b < count; b++) {
        uint32_t best = DOMINATOR_ROOT, most = 0;
        uint64_t retained = 0;
        if (naive.tier[b] == NOWHERE) {
            assert_int_equal(dominators_of(dominators, b), DOMINATOR_NONE);
            continue;
        }
        held++;
        total += graph->sizes[b];
        for (uint32_t a = 0; a < count; a++) { // the nearest one is dominated by all others
            uint32_t above = 0;
            if (dominates[b][a])
                retained += graph->sizes[a];
            if (a == b || !dominates[a][b])
                continue;
            for (uint32_t c = 0; c < count; c++)
                above += dominates[c][a];
            if (above > most) {
                most = above;
                best = a;
            }
        }
        assert_int_equal(dominators_of(dominators, b), best);
        assert_int_equal(dominators_retained(dominators, b), retained);
    }
    assert_int_equal(dominators->total, total);
    assert_int_equal(dominators->held, held);
}

static uint32_t seed;

static uint32_t chance(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)seed * n >> 32);
}

static struct mkflow *random_graph(uint32_t number)
{
    seed = number * 2654435761u + 1;
    uint32_t count = 1 + chance(NODES), edges = chance(3 * count + 1);
    struct mkflow *graph = mkflow_new(count);
    for (uint32_t n = 0; n < count; n++)
        graph->sizes[n] = 1 + chance(1000);
    for (uint32_t i = 0; i < edges; i++) {
        uint32_t from = chance(count), to = chance(2) ? chance(count) : (from + chance(3)) % count;
        mkflow_edge(graph, from, to);
    }
    for (uint32_t i = number % 2 ? chance(4) : 0; i > 0; i--)
        mkflow_link(graph, chance(count), chance(count));
    for (uint32_t i = 0; i < 1 + chance(3); i++)
        mkflow_root(graph, FLOW_GLOBAL, chance(count));
    for (uint32_t i = 0; i < chance(4); i++)
        mkflow_root(graph, FLOW_PRECISE, chance(count));
    for (uint32_t i = 0; i < chance(4); i++)
        mkflow_root(graph, FLOW_CONSERVATIVE, chance(count));
    return graph;
}

static void test_random(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3000; i++) {
        struct mkflow *graph = random_graph(i);
        struct dominators *dominators = mkflow_dominators(graph, i % 16 == 0 ? 2 : 0);
        check(graph, dominators);
        dominators_destroy(dominators);
        mkflow_free(graph);
    }
}

// --- known ones ----------------------------------------------------------------------------------

static void test_tiers(void **state)
{
    struct mkflow *graph = mkflow_new(6);
    (void)state;
    // global 0 → 1; handle 2 → 1, 3; a stale word 4 → 3, 5.
    mkflow_root(graph, FLOW_GLOBAL, 0);
    mkflow_root(graph, FLOW_PRECISE, 2);
    mkflow_root(graph, FLOW_PRECISE, 1);
    mkflow_root(graph, FLOW_CONSERVATIVE, 4);
    mkflow_edge(graph, 0, 1);
    mkflow_edge(graph, 2, 1);
    mkflow_edge(graph, 2, 3);
    mkflow_edge(graph, 4, 3);
    mkflow_edge(graph, 4, 5);
    struct dominators *dominators = mkflow_dominators(graph, 0);
    static const uint32_t expected[] = {DOMINATOR_ROOT, 0, DOMINATOR_ROOT, 2, DOMINATOR_ROOT, 4};
    for (uint32_t n = 0; n < 6; n++)
        assert_int_equal(dominators_of(dominators, n), expected[n]);
    check(graph, dominators);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

static void test_large_sizes(void **state)
{
    struct mkflow *graph = mkflow_new(200);
    (void)state;
    mkflow_root(graph, FLOW_GLOBAL, 0);
    graph->sizes[150] = 0x7fffffff;
    graph->sizes[151] = 0x80000000u;
    graph->sizes[199] = 1ull << 40;
    for (uint32_t n = 1; n < 200; n++)
        mkflow_edge(graph, n - 1, n);
    mkflow_edge(graph, 0, 198); // keeps some numbered
    struct dominators *dominators = mkflow_dominators(graph, 2);
    uint64_t sum = 0;
    for (uint32_t n = 199; n >= 198; n--) {
        sum += graph->sizes[n];
        assert_int_equal(dominators_retained(dominators, n), sum);
    }
    assert_int_equal(dominators_of(dominators, 198), 0);
    assert_int_equal(dominators_retained(dominators, 150), 0x7fffffffull + 0x80000000u + 46 * 8);
    assert_int_equal(dominators->total, dominators_retained(dominators, 0));
    dominators_destroy(dominators);
    mkflow_free(graph);
}

static void test_shares(void **state)
{
    struct mkflow *graph = mkflow_new(7);
    (void)state;
    // 0 → 1 → 2, 3 share a store; 4 and 2 another; 5 is garbage and has a third with 3.
    mkflow_root(graph, FLOW_GLOBAL, 0);
    mkflow_edge(graph, 0, 1);
    mkflow_edge(graph, 1, 2);
    mkflow_edge(graph, 1, 3);
    mkflow_edge(graph, 0, 4);
    mkflow_share(graph, 100, 1000, 2);
    mkflow_share(graph, 100, 1000, 3);
    mkflow_share(graph, 200, 20000, 2);
    mkflow_share(graph, 200, 20000, 4);
    mkflow_share(graph, 300, 300000, 3);
    mkflow_share(graph, 300, 300000, 5);
    mkflow_share(graph, 400, 4000000, 4);
    mkflow_share(graph, 500, 50000000, 5);
    struct dominators *dominators = mkflow_dominators(graph, 0);
    assert_int_equal(dominators_retained(dominators, 2), 8);
    assert_int_equal(dominators_retained(dominators, 3), 8 + 300000);
    assert_int_equal(dominators_retained(dominators, 1), 24 + 301000);
    assert_int_equal(dominators_retained(dominators, 4), 8 + 4000000);
    assert_int_equal(dominators_retained(dominators, 5), 8 + 50000000);
    assert_int_equal(dominators_retained(dominators, 0), 40 + 4321000);
    assert_int_equal(dominators->total, 40 + 4321000);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

static void test_immortal(void **state)
{
    struct mkflow *graph = mkflow_new(3);
    (void)state;
    graph->immortal[1] = 1;
    mkflow_root(graph, FLOW_GLOBAL, 0);
    mkflow_root(graph, FLOW_PRECISE, 1); // the root table has them too
    struct dominators *dominators = mkflow_dominators(graph, 0);
    assert_int_equal(dominators_of(dominators, 1), DOMINATOR_ROOT);
    assert_int_equal(dominators_of(dominators, 2), DOMINATOR_NONE);
    assert_int_equal(dominators->total, 16);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

// --- shapes that break implementations -----------------------------------------------------------

enum { MANY = 1000000 };

static double seconds(clock_t since)
{
    return (double)(clock() - since) / CLOCKS_PER_SEC;
}

// A list whose nodes all refer to one object, back to the node before, and to the first.
static void test_list(void **state)
{
    struct mkflow *graph = mkflow_new(MANY + 1);
    (void)state;
    mkflow_root(graph, FLOW_GLOBAL, 0);
    for (uint32_t n = 0; n < MANY; n++) {
        if (n + 1 < MANY)
            mkflow_edge(graph, n, n + 1);
        if (n > 0)
            mkflow_edge(graph, n, n - 1);
        mkflow_edge(graph, n, 0);
        mkflow_edge(graph, n, MANY);
    }
    clock_t since = clock();
    struct dominators *dominators = mkflow_dominators(graph, 0);
    print_message("list of %d: %.2f s\n", MANY, seconds(since));
    for (uint32_t n = 1; n < MANY; n++)
        assert_int_equal(dominators_of(dominators, n), n - 1);
    assert_int_equal(dominators_of(dominators, MANY), 0);
    assert_int_equal(dominators_retained(dominators, 1), (MANY - 1) * 8);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

// Every node of a list refers to all that come later, in steps of powers of two, and the other way
// round: long ways up the forest.
static void test_ladder(void **state)
{
    struct mkflow *graph = mkflow_new(MANY);
    (void)state;
    mkflow_root(graph, FLOW_GLOBAL, 0);
    for (uint32_t n = 0; n < MANY; n++)
        for (uint32_t step = 1; step < MANY; step *= 4) {
            if (n + step < MANY)
                mkflow_edge(graph, n, n + step);
            if (n >= step)
                mkflow_edge(graph, n, n - step);
        }
    clock_t since = clock();
    struct dominators *dominators = mkflow_dominators(graph, 0);
    print_message("ladder of %d: %.2f s\n", MANY, seconds(since));
    assert_int_equal(dominators_of(dominators, 1), 0);
    assert_int_equal(dominators_of(dominators, MANY - 1), 0);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

static void test_binary_tree(void **state)
{
    struct mkflow *graph = mkflow_new(MANY);
    (void)state;
    mkflow_root(graph, FLOW_GLOBAL, 0);
    for (uint32_t n = 1; n < MANY; n++) {
        mkflow_edge(graph, (n - 1) / 2, n);
        mkflow_edge(graph, n, (n - 1) / 2);
    }
    clock_t since = clock();
    struct dominators *dominators = mkflow_dominators(graph, 0);
    print_message("binary tree of %d: %.2f s\n", MANY, seconds(since));
    for (uint32_t n = 1; n < MANY; n++)
        assert_int_equal(dominators_of(dominators, n), (n - 1) / 2);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

static void test_complete(void **state)
{
    enum { ALL = 1500 };
    struct mkflow *graph = mkflow_new(ALL);
    (void)state;
    mkflow_root(graph, FLOW_GLOBAL, 7);
    for (uint32_t a = 0; a < ALL; a++)
        for (uint32_t b = 0; b < ALL; b++)
            mkflow_edge(graph, a, b);
    clock_t since = clock();
    struct dominators *dominators = mkflow_dominators(graph, 0);
    print_message("complete graph of %d: %.2f s\n", ALL, seconds(since));
    for (uint32_t n = 0; n < ALL; n++)
        assert_int_equal(dominators_of(dominators, n), n == 7 ? DOMINATOR_ROOT : 7);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

// --- children ------------------------------------------------------------------------------------

static struct dominated *children_of(const struct dominators *dominators, uint32_t node)
{
    struct dominated *dominated;
    struct lane *lane;
    assert_true(lane_create(0, NULL, NULL, &lane));
    assert_true(dominated_create(dominators, NULL, node, &dominated));
    lane_submit(lane, &dominated->job);
    assert_int_equal(job_state(&dominated->job), JOB_DONE);
    lane_destroy(lane);
    return dominated;
}

// Largest first, ties by id, sizes that need every digit of the sort.
static void test_children(void **state)
{
    enum { CHILDREN = 3000 };
    struct mkflow *graph = mkflow_new(CHILDREN + 2);
    (void)state;
    mkflow_root(graph, FLOW_GLOBAL, CHILDREN);
    mkflow_root(graph, FLOW_GLOBAL, CHILDREN + 1);
    seed = 7;
    for (uint32_t n = 0; n < CHILDREN; n++) {
        graph->sizes[n] = n % 3 == 0 ? 16 : 1 + ((uint64_t)chance(1u << 30) << chance(20));
        mkflow_edge(graph, CHILDREN, n);
    }
    struct dominators *dominators = mkflow_dominators(graph, 0);
    struct dominated *children = children_of(dominators, CHILDREN);
    assert_int_equal(children->count, CHILDREN);
    for (uint32_t i = 1; i < CHILDREN; i++) {
        uint64_t before = dominators_retained(dominators, children->ids[i - 1]);
        uint64_t here = dominators_retained(dominators, children->ids[i]);
        assert_true(before > here || (before == here && children->ids[i - 1] < children->ids[i]));
    }
    job_release(&children->job);
    children = children_of(dominators, DOMINATOR_ROOT);
    assert_int_equal(children->count, 2);
    assert_int_equal(children->ids[0], CHILDREN);
    job_release(&children->job);
    children = children_of(dominators, 5);
    assert_int_equal(children->count, 0);
    job_release(&children->job);
    dominators_destroy(dominators);
    mkflow_free(graph);
}

// --- stopping ------------------------------------------------------------------------------------

static bool cancel_after_some(const struct flow *flow, size_t part, struct dominators *dominators)
{
    (void)flow;
    (void)part;
    (void)dominators;
    return false;
}

static void test_cancel(void **state)
{
    static const struct job_ops ops = {.doing = "testing"};
    struct mkflow *graph = mkflow_new(5000);
    struct dominators *dominators;
    struct pool *pool;
    struct job job;
    (void)state;
    graph->flow.describe = cancel_after_some;
    job_init(&job, &ops);
    assert_true(pool_create(0, &pool));
    assert_false(dominators_create(&graph->flow, &job, pool, UINT64_MAX, &dominators));
    graph->flow.count = DOMINATORS_MAX + 1;
    assert_false(dominators_create(&graph->flow, &job, pool, UINT64_MAX, &dominators));
    pool_destroy(pool);
    mkflow_free(graph);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),       cmocka_unit_test(test_tiers),
        cmocka_unit_test(test_large_sizes),  cmocka_unit_test(test_shares),
        cmocka_unit_test(test_immortal),     cmocka_unit_test(test_list),
        cmocka_unit_test(test_ladder),       cmocka_unit_test(test_binary_tree),
        cmocka_unit_test(test_complete),     cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_children),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
