// Scopes on every line of V8, and what a hostile image can claim of them: lengths, circles, cells.
#include "heap/graph/edges/scope_list.h"
#include "heap/v8/function/scope.h"
#include "heap/v8/string/string.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    HEAP_SIZE = 8 << 20,
    NATIVE_CONTEXT_SIZE = 256,
};

// --- making scopes -------------------------------------------------------------------------------

static uint32_t number_of(const struct v8 *v8, enum scope_kind kind)
{
    for (uint32_t i = 1; i < 16; i++)
        if (layout_scopes[v8->line].kinds[i] == kind)
            return i;
    return 0;
}

static bool has_bit(unsigned bit)
{
    return bit < LAYOUT_NO_BIT;
}

// A ScopeInfo with locals "v0" ... (inline), of this kind. 12 spare words follow the names.
static uint64_t put_info(struct mkheap *heap, enum scope_kind kind, uint32_t locals,
                         bool extension)
{
    const struct layout_scope *layout = &layout_scopes[heap->v8.line];
    uint32_t flags = number_of(&heap->v8, kind);
    if (extension && has_bit(layout->extension))
        flags |= 1u << layout->extension;
    uint64_t size = layout->parts + 8 * (2 * (uint64_t)locals + 12);
    uint64_t info = mkheap_object(heap, mkheap_map(heap, ITYPE_SCOPE_INFO, 0), size);
    mkheap_put(heap, info, 8, mkheap_smi((int32_t)(size - 16) / 8)); // 7.8, 8.4: length
    mkheap_put_u32(heap, info, layout->flags, flags);
    mkheap_put_u32(heap, info, layout->locals, locals);
    for (uint32_t i = 0; i < locals; i++) {
        char name[16];
        snprintf(name, sizeof name, "v%u", i);
        mkheap_put(heap, info, layout->parts + 8 * i, mkheap_text(heap, name));
        mkheap_put(heap, info, layout->parts + 8 * (locals + i), mkheap_smi(1)); // const
    }
    return info;
}

static uint64_t put_context(struct mkheap *heap, enum itype type, uint64_t info, uint64_t outer,
                            uint32_t slots)
{
    uint64_t context =
        mkheap_object(heap, mkheap_map(heap, type, 0), 16 + 8 * (uint64_t)slots);
    mkheap_put(heap, context, 8, mkheap_smi((int32_t)slots));
    mkheap_put(heap, context, 16, info);
    mkheap_put(heap, context, 24, outer);
    return context;
}

static uint64_t put_native(struct mkheap *heap)
{
    unsigned slots = (NATIVE_CONTEXT_SIZE - 24) / 8;
    uint64_t native = mkheap_object(heap, mkheap_map(heap, ITYPE_NATIVE_CONTEXT, 0),
                                    NATIVE_CONTEXT_SIZE);
    mkheap_put(heap, native, 8, mkheap_smi((int32_t)slots));
    return native;
}

static uint32_t first_slot(const struct mkheap *heap)
{
    return 16 + 8u * heap->v8.layout->context_header;
}

// --- variables -----------------------------------------------------------------------------------

static struct v8_variables open_variables(struct mkheap *heap, uint64_t context)
{
    struct v8_scope scope;
    struct v8_variables variables;
    assert_true(v8_scope_at(&heap->v8, v8_untag(context), &scope));
    v8_variables_open(&heap->v8, &scope, &variables);
    return variables;
}

static void test_locals(void **state)
{
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkheap *heap = mkheap_new(layouts[line].name, HEAP_SIZE);
        uint64_t context = put_context(heap, ITYPE_FUNCTION_CONTEXT,
                                       put_info(heap, SCOPE_FUNCTION, 3, false), put_native(heap),
                                       heap->v8.layout->context_header + 2u);
        for (int i = 0; i < 2; i++) // the context has no slot for the third
            mkheap_put(heap, context, first_slot(heap) + 8u * (unsigned)i, mkheap_smi(40 + i));
        struct v8_variables variables = open_variables(heap, context);
        struct v8_variable variable;
        char name[16];
        assert_int_equal(variables.count, 3);
        for (uint32_t i = 0; i < 2; i++) {
            assert_true(v8_variables_at(&variables, i, &variable));
            v8_variable_name(&heap->v8, &variable, name, sizeof name);
            assert_int_equal(name[1], '0' + (int)i);
            assert_int_equal(variable.value.form, VALUE_TAGGED);
            assert_int_equal(v8_smi(variable.value.word), 40 + (int)i);
            assert_int_equal(variable.slot, v8_untag(context) + first_slot(heap) + 8 * i);
            assert_int_equal(variable.mode, VARIABLE_CONST);
        }
        assert_false(v8_variables_at(&variables, 2, &variable));
        assert_int_equal(variable.value.form, VALUE_UNKNOWN);
        assert_false(v8_variables_at(&variables, 3, &variable));
        v8_variables_close(&variables);
        mkheap_free(heap);
    }
}

static uint64_t put_cell(struct mkheap *heap, uint64_t tagged, uint32_t state, uint64_t bits)
{
    uint64_t cell = mkheap_object(heap, mkheap_map(heap, ITYPE_CONTEXT_CELL, 40), 40);
    mkheap_put(heap, cell, 8, tagged);
    mkheap_put_u32(heap, cell, 24, state);
    mkheap_put(heap, cell, 32, bits);
    return cell;
}

static void test_cells(void **state)
{
    struct mkheap *heap = mkheap_new("14.6", HEAP_SIZE);
    struct v8_variable variable;
    double half = 0.5;
    uint64_t bits;
    (void)state;
    memcpy(&bits, &half, sizeof bits);
    uint64_t context = put_context(heap, ITYPE_FUNCTION_CONTEXT,
                                   put_info(heap, SCOPE_FUNCTION, 5, false), put_native(heap), 7);
    mkheap_put(heap, context, 32, put_cell(heap, mkheap_smi(7), 0, bits));
    mkheap_put(heap, context, 40, put_cell(heap, mkheap_smi(7), 1, bits));
    mkheap_put(heap, context, 48, put_cell(heap, mkheap_smi(0), 2, 0xfffffffb));
    mkheap_put(heap, context, 56, put_cell(heap, mkheap_smi(0), 3, bits));
    mkheap_put(heap, context, 64, put_cell(heap, mkheap_smi(8), 77, bits));
    struct v8_variables variables = open_variables(heap, context);
    static const int32_t numbers[] = {7, 7, -5, 0, 8};
    for (uint32_t i = 0; i < 5; i++) {
        assert_true(v8_variables_at(&variables, i, &variable));
        if (i == 2 || i == 3)
            assert_true(variable.value.form == VALUE_DOUBLE &&
                        variable.value.number == (i == 3 ? half : numbers[i]));
        else
            assert_int_equal(v8_smi(variable.value.word), numbers[i]);
    }
    v8_variables_close(&variables);
    mkheap_free(heap);
}

static void test_hash_table(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    enum { LOCALS = 100, CAPACITY = 128 };
    struct v8_variable variable;
    char name[16], expected[16];
    (void)state;
    uint64_t table = mkheap_object(heap, mkheap_map(heap, ITYPE_NAME_TO_INDEX_HASH_TABLE, 0),
                                   40 + 16 * CAPACITY);
    mkheap_put(heap, table, 8, mkheap_smi(3 + 2 * CAPACITY));
    mkheap_put(heap, table, 32, mkheap_smi(CAPACITY));
    for (unsigned i = 0; i < LOCALS; i++) {
        snprintf(name, sizeof name, "t%u", i);
        unsigned entry = i * 37 % CAPACITY;
        mkheap_put(heap, table, 40 + 16 * entry, mkheap_text(heap, name));
        mkheap_put(heap, table, 48 + 16 * entry, mkheap_smi((int32_t)i));
    }
    uint64_t info = put_info(heap, SCOPE_FUNCTION, LOCALS, false);
    mkheap_put(heap, info, 32, table);
    uint64_t context =
        put_context(heap, ITYPE_FUNCTION_CONTEXT, info, put_native(heap), LOCALS + 2);
    struct v8_variables variables = open_variables(heap, context);
    assert_int_equal(variables.count, LOCALS);
    for (uint32_t i = 0; i < LOCALS; i++) {
        assert_true(v8_variables_at(&variables, i, &variable));
        v8_variable_name(&heap->v8, &variable, name, sizeof name);
        snprintf(expected, sizeof expected, "t%u", i);
        assert_string_equal(name, expected);
    }
    v8_variables_close(&variables);
    // A table that claims more than it holds, and slots that are none.
    mkheap_put(heap, table, 32, mkheap_smi(0x7fffffff));
    mkheap_put(heap, table, 48, mkheap_smi(-1));
    mkheap_put(heap, table, 64, mkheap_smi(0x7fffffff));
    variables = open_variables(heap, context);
    for (uint32_t i = 0; i < LOCALS; i++) {
        v8_variables_at(&variables, i, &variable);
        v8_variable_name(&heap->v8, &variable, name, sizeof name);
    }
    v8_variables_close(&variables);
    mkheap_put(heap, info, 32, info); // no table at all
    variables = open_variables(heap, context);
    assert_true(v8_variables_at(&variables, 0, &variable));
    v8_variable_name(&heap->v8, &variable, name, sizeof name);
    assert_string_equal(name, "?");
    v8_variables_close(&variables);
    mkheap_free(heap);
}

static void test_module(void **state)
{
    struct mkheap *heap = mkheap_new("13.6", HEAP_SIZE);
    const struct layout_module *layout = &layout_modules[heap->v8.line];
    struct v8_variable variable;
    (void)state;
    enum { VARIABLES = 5 };
    static const int32_t cells[VARIABLES] = {1, -1, 2, 0, INT32_MIN};
    uint64_t info = mkheap_object(heap, mkheap_map(heap, ITYPE_SCOPE_INFO, 0),
                                  48 + 16 + 24 * VARIABLES);
    mkheap_put_u32(heap, info, 8, 5 | 1u << 26);
    mkheap_put(heap, info, 48, mkheap_smi(VARIABLES));
    for (unsigned i = 0; i < VARIABLES; i++) {
        mkheap_put(heap, info, 64 + 24 * i, mkheap_text(heap, "x"));
        mkheap_put(heap, info, 72 + 24 * i, mkheap_smi(cells[i]));
    }
    uint64_t module = mkheap_object(heap, mkheap_map(heap, ITYPE_SOURCE_TEXT_MODULE, 144), 144);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t array = mkheap_object(heap, mkheap_map(heap, ITYPE_FIXED_ARRAY, 0), 24);
        uint64_t cell = mkheap_object(heap, mkheap_map(heap, ITYPE_CELL, 16), 16);
        mkheap_put(heap, cell, 8, mkheap_smi(70 + (int32_t)i));
        mkheap_put(heap, array, 8, mkheap_smi(1));
        mkheap_put(heap, array, 16, cell);
        mkheap_put(heap, module, i == 0 ? layout->exports : layout->imports, array);
    }
    uint64_t context = put_context(heap, ITYPE_MODULE_CONTEXT, info, put_native(heap), 3);
    mkheap_put(heap, context, 32, module);
    struct v8_variables variables = open_variables(heap, context);
    assert_int_equal(variables.count, VARIABLES);
    for (uint32_t i = 0; i < VARIABLES; i++) {
        bool good = v8_variables_at(&variables, i, &variable);
        assert_int_equal(good, i < 2);
        if (good)
            assert_int_equal(v8_smi(variable.value.word), 70 + (int)i);
        else
            assert_int_equal(variable.value.form, VALUE_UNKNOWN);
    }
    v8_variables_close(&variables);
    mkheap_free(heap);
}

// --- hostile ScopeInfos --------------------------------------------------------------------------

// Every part claims to be there, and counts are as large as they get: nothing is read outside.
static void test_hostile_info(void **state)
{
    static const uint32_t counts[] = {0, 1, 74, 75, 0x1fffffff, 0x20000000, 0x7fffffff, 0xffffffff};
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        const struct layout_scope *layout = &layout_scopes[line];
        struct mkheap *heap = mkheap_new(layouts[line].name, HEAP_SIZE);
        uint64_t info = put_info(heap, SCOPE_FUNCTION, 3, false);
        uint64_t context = put_context(heap, ITYPE_FUNCTION_CONTEXT, info, put_native(heap), 6);
        for (uint32_t kind = 0; kind < 16; kind++)
            for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
                for (uint32_t ones = 0; ones < 2; ones++) {
                    struct v8_scope_info parsed;
                    mkheap_put_u32(heap, info, layout->flags, kind | (ones ? 0xfffffff0 : 0));
                    mkheap_put_u32(heap, info, layout->locals, counts[i]);
                    if (v8_scope_info_at(&heap->v8, v8_untag(info), &parsed))
                        assert_true(parsed.size <= parsed.object.size);
                    struct v8_variables variables = open_variables(heap, context);
                    struct v8_variable variable;
                    for (uint32_t n = 0; n < variables.count && n < 200; n++)
                        v8_variables_at(&variables, n, &variable);
                    v8_variables_close(&variables);
                }
        mkheap_free(heap);
    }
}

// --- chains --------------------------------------------------------------------------------------

// Scopes of a chain; sets `*damaged`.
static uint64_t walk(struct mkheap *heap, uint64_t context, bool *damaged)
{
    struct v8_scope_chain chain;
    struct v8_scope scope;
    uint64_t count = 0;
    v8_scope_chain_begin(&chain, &heap->v8, v8_untag(context));
    while (v8_scope_chain_next(&chain, &scope))
        count++;
    *damaged = chain.damaged;
    assert_false(v8_scope_chain_next(&chain, &scope));
    return count;
}

static void test_chain(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    bool damaged;
    (void)state;
    uint64_t native = put_native(heap), info = put_info(heap, SCOPE_FUNCTION, 1, false);
    uint64_t context = native, contexts[10000];
    for (int i = 0; i < 10000; i++)
        context = contexts[i] = put_context(heap, ITYPE_FUNCTION_CONTEXT, info, context, 3);
    assert_int_equal(walk(heap, context, &damaged), 10001);
    assert_false(damaged);
    assert_int_equal(walk(heap, native, &damaged), 1);
    // Circles of any length, entered anywhere, end.
    static const int circles[] = {1, 2, 3, 100, 4097, 9999};
    for (size_t i = 0; i < sizeof circles / sizeof *circles; i++) {
        mkheap_put(heap, contexts[0], 24, contexts[circles[i] - 1]);
        uint64_t count = walk(heap, context, &damaged);
        assert_true(damaged && count >= 9999 && count < 40000);
    }
    mkheap_put(heap, contexts[0], 24, info); // no context
    assert_int_equal(walk(heap, context, &damaged), 10000);
    assert_true(damaged);
    mkheap_put(heap, contexts[0], 24, mkheap_smi(1));
    assert_int_equal(walk(heap, context, &damaged), 10000);
    assert_true(damaged);
    mkheap_free(heap);
}

static void test_scripts(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    bool damaged;
    (void)state;
    uint64_t native = put_native(heap), scripts[3];
    uint64_t info = put_info(heap, SCOPE_SCRIPT, 1, false);
    uint64_t table = mkheap_object(heap, mkheap_map(heap, ITYPE_SCRIPT_CONTEXT_TABLE, 0), 32 + 32);
    mkheap_put(heap, table, 8, mkheap_smi(4));
    mkheap_put(heap, native, 80, table);
    for (unsigned i = 0; i < 3; i++) {
        scripts[i] = put_context(heap, ITYPE_SCRIPT_CONTEXT, info, native, 3);
        mkheap_put(heap, table, 32 + 8 * i, scripts[i]);
    }
    mkheap_put(heap, table, 56, table); // no context
    uint64_t inner = put_context(heap, ITYPE_FUNCTION_CONTEXT,
                                 put_info(heap, SCOPE_FUNCTION, 1, false), scripts[1], 3);
    assert_int_equal(walk(heap, inner, &damaged), 5); // every script once, and the global scope
    assert_false(damaged);
    assert_int_equal(walk(heap, native, &damaged), 4);
    mkheap_free(heap);
}

static void test_list(void **state)
{
    struct mkheap *heap = mkheap_new("12.4", HEAP_SIZE);
    struct scope_list *list;
    struct scope_entry entry;
    size_t scopes;
    uint64_t variables, context = put_native(heap);
    bool through, damaged;
    (void)state;
    uint64_t full = put_info(heap, SCOPE_FUNCTION, 2, false);
    uint64_t empty = put_info(heap, SCOPE_BLOCK, 0, false);
    for (int i = 0; i < 100; i++)
        context = put_context(heap, i % 2 ? ITYPE_FUNCTION_CONTEXT : ITYPE_BLOCK_CONTEXT,
                              i % 2 ? full : empty, context, 4);
    assert_true(scope_list_create(&heap->v8, v8_untag(context), 10, &list));
    scope_list_known(list, &scopes, &variables, &through, &damaged);
    assert_int_equal(scopes, 10);
    assert_int_equal(variables, 10);
    assert_false(through);
    struct lane *lane;
    assert_true(lane_create(0, NULL, NULL, &lane));
    lane_submit(lane, &list->job);
    scope_list_known(list, &scopes, &variables, &through, &damaged);
    assert_int_equal(scopes, 101);
    assert_int_equal(variables, 100);
    assert_true(through && !damaged);
    for (uint64_t n = 0; n < 100; n++) {
        assert_true(scope_list_find(list, n, &entry));
        assert_int_equal(entry.scope, n / 2 * 2);
        assert_int_equal(entry.first, n / 2 * 2);
    }
    assert_false(scope_list_find(list, 100, &entry));
    job_release(&list->job);
    lane_destroy(lane);
    mkheap_free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locals),       cmocka_unit_test(test_cells),
        cmocka_unit_test(test_hash_table),   cmocka_unit_test(test_module),
        cmocka_unit_test(test_hostile_info), cmocka_unit_test(test_chain),
        cmocka_unit_test(test_scripts),      cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
