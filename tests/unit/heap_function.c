// Function definitions and closures on every line of V8, and what a hostile image can claim of them.
#include "heap/graph/edges/scope_owner.h"
#include "heap/graph/search/functions.h"
#include "heap/v8/function/dispatch.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/source.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HEAP_SIZE = 4 << 20, DEFINITION_SIZE = 72 };

static const char source_text[] = "/* before */ function one(a) { return a; } class Two { constructor() {} }";

static uint64_t put_script(struct mkheap *heap)
{
    uint64_t script = mkheap_object(heap, mkheap_map(heap, ITYPE_SCRIPT, 136), 136);
    mkheap_put(heap, script, 8, mkheap_text(heap, source_text));
    mkheap_put(heap, script, 16, mkheap_text(heap, "file.js"));
    mkheap_put(heap, script, 48, mkheap_smi(2));
    mkheap_put(heap, script, 64, mkheap_smi(77));
    return script;
}

static uint64_t put_lazy(struct mkheap *heap, const char *inferred, int32_t start, int32_t end)
{
    uint64_t data = mkheap_object(
        heap, mkheap_map(heap, ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA, 24), 24);
    mkheap_put(heap, data, 8, mkheap_text(heap, inferred));
    mkheap_put_u32(heap, data, 16, (uint32_t)start);
    mkheap_put_u32(heap, data, 20, (uint32_t)end);
    return data;
}

static uint64_t put_definition(struct mkheap *heap, uint64_t name, uint64_t data, uint64_t script,
                               uint32_t flags, uint16_t token)
{
    const struct layout *layout = heap->v8.layout;
    const struct layout_function *function = &layout_functions[heap->v8.line];
    uint64_t shared = mkheap_object(
        heap, mkheap_map(heap, ITYPE_SHARED_FUNCTION_INFO, DEFINITION_SIZE), DEFINITION_SIZE);
    mkheap_put(heap, shared, layout->sfi_data, data);
    mkheap_put(heap, shared, layout->sfi_name, name);
    mkheap_put(heap, shared, layout->sfi_script, script);
    mkheap_put_u32(heap, shared, function->flags, flags);
    mkheap_put_u32(heap, shared, function->literal_id, 1);
    memcpy(mkheap_at(heap, v8_untag(shared) + function->token_offset), &token, sizeof token);
    return shared;
}

static uint64_t put_closure(struct mkheap *heap, uint64_t shared)
{
    uint64_t closure = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_FUNCTION, 64), 64);
    mkheap_put(heap, closure, heap->v8.layout->function_shared, shared);
    return closure;
}

static struct v8_function read_at(struct mkheap *heap, uint64_t shared)
{
    struct v8_function function;
    assert_true(v8_function_at(&heap->v8, v8_untag(shared), &function));
    return function;
}

static void test_definition(void **state)
{
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkheap *heap = mkheap_new(layouts[line].name, HEAP_SIZE);
        char name[32];
        uint32_t first, end;
        // "one" begins at 13, its parameters at 25, and it ends at 42.
        uint64_t shared = put_definition(heap, mkheap_text(heap, "one"), put_lazy(heap, "", 25, 42),
                                         put_script(heap), 2 << 7 | 1 << 6, 12);
        struct v8_function function = read_at(heap, shared);
        assert_int_equal(function.state, FUNCTION_LAZY);
        assert_int_equal(function.kind, FUNCTION_NORMAL);
        assert_int_equal(function.syntax, FUNCTION_DECLARATION);
        assert_true(function.strict && !function.top_level);
        assert_true(v8_function_name(&heap->v8, &function, name, sizeof name));
        assert_string_equal(name, "one");
        assert_true(v8_function_extent(&heap->v8, &function, 0, &first, &end));
        assert_int_equal(first, 13);
        assert_int_equal(end, 42);
        struct v8_source source;
        assert_int_equal(v8_source_at(&heap->v8, put_closure(heap, shared), &source), SOURCE_FOUND);
        assert_int_equal(source.first, 13);
        assert_int_equal(v8_source_at(&heap->v8, function.script, &source), SOURCE_FOUND);
        assert_true(source.whole && source.end == strlen(source_text));
        mkheap_free(heap);
    }
}

static void test_names(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    char name[8];
    (void)state;
    uint64_t lazy = put_lazy(heap, "a.b", 0, 1), nameless = put_lazy(heap, "", 0, 1);
    uint64_t empty = mkheap_text(heap, ""), script = put_script(heap);
    struct v8_function function = read_at(heap, put_definition(heap, empty, lazy, script, 0, 0));
    assert_true(v8_function_name(&heap->v8, &function, name, sizeof name));
    assert_string_equal(name, "a.b");
    function = read_at(heap, put_definition(heap, empty, nameless, script, 0, 0));
    assert_false(v8_function_name(&heap->v8, &function, name, sizeof name));
    assert_string_equal(name, "(anonym"); // cut to fit
    function = read_at(heap, put_definition(heap, lazy, nameless, script, 0, 0)); // no name at all
    assert_false(v8_function_name(&heap->v8, &function, name, sizeof name));
    function = read_at(heap, put_definition(heap, mkheap_smi(3), nameless, script, 0, 0));
    assert_false(v8_function_name(&heap->v8, &function, name, sizeof name));
    mkheap_free(heap);
}

static void test_states(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    static const struct {
        enum itype type;
        enum function_state state;
    } cases[] = {
        {ITYPE_BYTECODE_ARRAY, FUNCTION_COMPILED},
        {ITYPE_INTERPRETER_DATA, FUNCTION_COMPILED},
        {ITYPE_CODE, FUNCTION_COMPILED},
        {ITYPE_FUNCTION_TEMPLATE_INFO, FUNCTION_API},
        {ITYPE_WASM_EXPORTED_FUNCTION_DATA, FUNCTION_WASM},
        {ITYPE_SYMBOL, FUNCTION_STATE_UNKNOWN},
    };
    (void)state;
    uint64_t name = mkheap_text(heap, "f");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t data = mkheap_object(heap, mkheap_map(heap, cases[i].type, 64), 64);
        struct v8_function function = read_at(heap, put_definition(heap, name, data, 0, 0, 0));
        assert_int_equal(function.state, cases[i].state);
        assert_int_equal(function.first, FUNCTION_NOWHERE);
    }
    struct v8_function function =
        read_at(heap, put_definition(heap, name, mkheap_smi(123), 0, 0, 0));
    assert_int_equal(function.state, FUNCTION_BUILTIN);
    assert_int_equal(function.builtin, 123);
    struct v8_source source;
    assert_int_equal(v8_source_at(&heap->v8, function.object.address, &source), SOURCE_NATIVE);
    mkheap_free(heap);
}

static void test_hostile_positions(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    static const int32_t positions[] = {0, 1, -1, 42, 1000, INT32_MAX, INT32_MIN};
    static const uint16_t tokens[] = {0, 1, 43, 0xfffe, 0xffff};
    enum { COUNT = sizeof positions / sizeof *positions };
    (void)state;
    uint64_t script = put_script(heap), name = mkheap_text(heap, "f");
    for (int i = 0; i < COUNT * COUNT * 5; i++) {
        uint64_t data = put_lazy(heap, "", positions[i % COUNT], positions[i / COUNT % COUNT]);
        uint64_t shared =
            put_definition(heap, name, data, script, 0, tokens[i / COUNT / COUNT]);
        struct v8_function function = read_at(heap, shared);
        struct v8_source source;
        assert_true(function.first <= function.start && function.start <= function.end);
        assert_int_equal(v8_source_at(&heap->v8, shared, &source), SOURCE_FOUND);
        assert_true(source.first <= source.end && source.end <= strlen(source_text));
    }
    mkheap_free(heap);
}

static void test_scripts(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    struct v8_source source;
    struct v8_script script;
    char name[32];
    (void)state;
    uint64_t good = put_script(heap), lazy = put_lazy(heap, "", 0, 1);
    // A DebugInfo stands between a function and its script once a breakpoint was set.
    uint64_t debug = mkheap_object(heap, mkheap_map(heap, ITYPE_DEBUG_INFO, 80), 80);
    mkheap_put(heap, debug, 24, good);
    struct v8_function function =
        read_at(heap, put_definition(heap, mkheap_text(heap, "f"), lazy, debug, 0, 0));
    assert_int_equal(function.script, good);
    function = read_at(heap, put_definition(heap, mkheap_text(heap, "f"), lazy, lazy, 0, 0));
    assert_int_equal(function.script, 0);
    assert_true(v8_script_of(&heap->v8, good, &script));
    assert_true(v8_script_name(&heap->v8, &script, name, sizeof name));
    assert_string_equal(name, "file.js");
    mkheap_put(heap, good, 16, mkheap_smi(0));
    mkheap_put(heap, good, 8, mkheap_smi(0));
    assert_true(v8_script_of(&heap->v8, good, &script));
    assert_false(v8_script_name(&heap->v8, &script, name, sizeof name));
    assert_string_equal(name, "VM77");
    assert_int_equal(v8_source_at(&heap->v8, good, &source), SOURCE_MISSING);
    assert_int_equal(v8_source_at(&heap->v8, function.object.address, &source), SOURCE_NATIVE);
    assert_int_equal(v8_source_at(&heap->v8, MKHEAP_NATIVE, &source), SOURCE_NO_OBJECT);
    assert_int_equal(v8_source_at(&heap->v8, lazy, &source), SOURCE_NO_FUNCTION);
    mkheap_free(heap);
}

static void test_bound(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    struct v8_function function;
    struct v8_object object;
    uint64_t closure, target;
    (void)state;
    uint64_t map = mkheap_map(heap, ITYPE_JS_BOUND_FUNCTION, 48);
    target = put_closure(heap, put_definition(heap, mkheap_text(heap, "f"),
                                              put_lazy(heap, "", 0, 1), put_script(heap), 0, 0));
    uint64_t bound = target;
    for (int i = 0; i < 3; i++) {
        uint64_t next = mkheap_object(heap, map, 48);
        mkheap_put(heap, next, 24, bound);
        bound = next;
    }
    assert_true(v8_object_of(&heap->v8, bound, &object));
    assert_int_equal(v8_bound_target(&heap->v8, &object), v8_untag(target));
    assert_true(v8_function_of(&heap->v8, &object, &closure, &function));
    assert_int_equal(closure, v8_untag(target));
    mkheap_put(heap, bound, 24, bound); // bound to itself
    assert_int_equal(v8_bound_target(&heap->v8, &object), 0);
    assert_false(v8_function_of(&heap->v8, &object, &closure, &function));
    mkheap_put(heap, bound, 24, mkheap_smi(1));
    assert_false(v8_function_of(&heap->v8, &object, &closure, &function));
    mkheap_free(heap);
}


// The pass: definitions without closures, several closures of one, damaged ones.
static void test_pass(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    struct object_index *index;
    struct index_bits *bits;
    struct functions *functions;
    struct lane *lane;
    (void)state;
    assert_true(index_create(&heap->v8, &index));
    bits = index_page_bits(index, 0);
    uint64_t script = put_script(heap), lazy = put_lazy(heap, "", 0, 1), made[8];
    made[0] = put_definition(heap, mkheap_text(heap, "a"), lazy, script, 0, 0);
    made[1] = put_definition(heap, mkheap_text(heap, "b"), lazy, script, 0, 0);
    made[2] = put_closure(heap, made[0]);
    made[3] = put_closure(heap, made[0]);
    made[4] = put_closure(heap, lazy); // its definition is something else
    made[5] = put_closure(heap, mkheap_smi(9));
    made[6] = script;
    made[7] = lazy;
    for (int i = 0; i < 8; i++) {
        uint64_t bit = (v8_untag(made[i]) - MKHEAP_BASE) / 8;
        bits->starts[bit / 64] |= 1ull << bit % 64;
    }
    index_page_done(index, 0);
    assert_true(index_finish(index));
    assert_true(functions_create(&heap->v8, index, -1, &functions));
    assert_true(lane_create(0, NULL, NULL, &lane));
    lane_submit(lane, &functions->job);
    assert_int_equal(job_state(&functions->job), JOB_DONE);
    assert_int_equal(functions->function_count, 2);
    assert_int_equal(functions->functions[0].shared, v8_untag(made[0]));
    assert_int_equal(functions->functions[0].closures, 2);
    assert_int_equal(functions->functions[0].example, v8_untag(made[2]));
    assert_int_equal(functions->functions[1].closures, 0);
    assert_int_equal(functions->script_count, 1);
    assert_int_equal(functions->scripts[0].functions, 2);
    job_release(&functions->job);
    lane_destroy(lane);
    index_destroy(index);
    mkheap_free(heap);
}

static void test_scope_owner(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    struct scope_owner *owner;
    struct lane *lane;
    struct v8_source source;
    (void)state;
    uint64_t info = mkheap_object(heap, mkheap_map(heap, ITYPE_SCOPE_INFO, 0), 64);
    mkheap_put_u32(heap, info, 12, 2); // a function's
    uint64_t block = mkheap_object(heap, mkheap_map(heap, ITYPE_SCOPE_INFO, 0), 64);
    mkheap_put_u32(heap, block, 12, 6 | 1u << 22);
    mkheap_put(heap, block, 32, info); // its outer scope
    uint64_t shared = put_definition(heap, info, mkheap_smi(1), put_script(heap), 0, 0);
    mkheap_object(heap, info, 8); // the same word, but no definition around it
    assert_int_equal(v8_source_at(&heap->v8, block, &source), SOURCE_BY_SCOPE);
    assert_int_equal(source.scope_info, v8_untag(info));
    assert_true(lane_create(0, NULL, NULL, &lane));
    assert_true(scope_owner_create(&heap->v8, source.scope_info, &owner));
    lane_submit(lane, &owner->job);
    assert_int_equal(atomic_load(&owner->shared), v8_untag(shared));
    job_release(&owner->job);
    assert_true(scope_owner_create(&heap->v8, v8_untag(block), &owner)); // nobody's
    lane_submit(lane, &owner->job);
    assert_int_equal(atomic_load(&owner->shared), 0);
    assert_true(job_ended(&owner->job));
    job_release(&owner->job);
    mkheap_put(heap, block, 32, block); // a scope around itself
    assert_int_equal(v8_source_at(&heap->v8, block, &source), SOURCE_NO_FUNCTION);
    lane_destroy(lane);
    mkheap_free(heap);
}

// Entries of the dispatch table for functions of 1, 2, ... parameters, each with code of its own.
static void put_entries(struct mkheap *heap, uint64_t table, uint32_t first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t code = mkheap_object(heap, mkheap_map(heap, ITYPE_CODE, 64), 64);
        uint64_t word = (code & ~(uint64_t)V8_TAG) << 16 | (i + 1);
        memcpy(mkheap_at(heap, table + (uint64_t)(first + i) * 16 + 8), &word, sizeof word);
    }
}

// The table begins at any page, before the first of its segments that was written to.
static void test_dispatch(void **state)
{
    enum { COUNT = 20, PAGE = 4096, SEGMENT = 1 << 16 };
    struct dispatch_probe probes[COUNT];
    (void)state;
    for (unsigned back = 0; back <= 3; back++) {
        struct mkheap *heap = mkheap_new("13.6", HEAP_SIZE);
        uint64_t start = MKHEAP_NATIVE + 5 * PAGE, table = start - back * (uint64_t)SEGMENT;
        uint32_t first = back * SEGMENT / 16 + 7;
        heap->segments[0].bytes += 5 * PAGE;
        heap->segments[0].start = start;
        heap->segments[0].perm |= SEGMENT_WRITE;
        put_entries(heap, table, first, COUNT);
        for (unsigned i = 0; i < COUNT; i++) {
            uint64_t function = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_FUNCTION, 64), 64);
            uint64_t shared =
                put_definition(heap, mkheap_text(heap, "f"), mkheap_smi(0), mkheap_smi(0), 0, 0);
            struct v8_object object;
            mkheap_put_u32(heap, function, 24, (first + i) << 8);
            mkheap_put_u32(heap, shared, 50, i + 1); // parameters
            mkheap_put(heap, function, heap->v8.layout->function_shared, shared);
            assert_true(v8_object_of(&heap->v8, function, &object));
            assert_true(v8_dispatch_probe(&heap->v8, &object, &probes[i]));
        }
        assert_int_equal(v8_dispatch_find(&heap->v8, probes, COUNT), table);
        struct v8_object code;
        assert_true(
            v8_object_of(&heap->v8, v8_dispatch_code(&heap->v8, table, probes[3].handle), &code));
        assert_int_equal(code.shape.type, ITYPE_CODE);
        memset(mkheap_at(heap, start), 0, SEGMENT / 2); // all entries lost
        assert_int_equal(v8_dispatch_find(&heap->v8, probes, COUNT), 0);
        heap->segments[0].bytes -= 5 * PAGE;
        heap->segments[0].start -= 5 * PAGE;
        mkheap_free(heap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition), cmocka_unit_test(test_names),
        cmocka_unit_test(test_states),     cmocka_unit_test(test_hostile_positions),
        cmocka_unit_test(test_scripts),    cmocka_unit_test(test_bound),
        cmocka_unit_test(test_pass),       cmocka_unit_test(test_scope_owner),
        cmocka_unit_test(test_dispatch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
