// JavaScript stacks on every line of V8, and what a hostile image can claim of them.
#include "heap/v8/layout/layout_function.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/stack/baseline.h"
#include "heap/v8/stack/place.h"
#include "heap/v8/stack/stack.h"
#include "tests/support/mkheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    HEAP_SIZE = 1 << 20,
    ISOLATE = MKHEAP_NATIVE, // its first pages
    STACK_LOW = MKHEAP_NATIVE + 0x8000,
    STACK_HIGH = MKHEAP_NATIVE + MKHEAP_NATIVE_SIZE,
    BYTECODES = 64,
    OFFSET = 21, // of the bytecode that the function is at
    ARGUMENTS = 3,
    HOSTILE_ROUNDS = 3000,
};

// A stack under construction, from its end downwards, as a process makes it.
struct mkstack {
    struct mkheap *heap;
    const struct layout_stack *layout;
    struct v8_isolate isolate;
    struct dump_thread thread;
    uint64_t context, bytecode, compiled, builtin; // tagged
    uint64_t sp, fp;
};

static void put(struct mkstack *stack, uint64_t address, uint64_t word)
{
    memcpy(mkheap_at(stack->heap, address), &word, sizeof word);
}

static void push(struct mkstack *stack, uint64_t word)
{
    stack->sp -= 8;
    put(stack, stack->sp, word);
}

static uint64_t put_closure(struct mkheap *heap, const char *name, uint64_t data)
{
    const struct layout *layout = heap->v8.layout;
    uint64_t shared = mkheap_object(heap, mkheap_map(heap, ITYPE_SHARED_FUNCTION_INFO, 72), 72);
    uint64_t closure = mkheap_object(heap, mkheap_map(heap, ITYPE_JS_FUNCTION, 64), 64);
    uint16_t formal = ARGUMENTS;
    mkheap_put(heap, shared, layout->sfi_data, data);
    mkheap_put(heap, shared, layout->sfi_name, mkheap_text(heap, name));
    memcpy(mkheap_at(heap, v8_untag(shared) + layout_values[heap->v8.line].shared_length + 2u),
           &formal, sizeof formal);
    mkheap_put(heap, closure, layout->function_shared, shared);
    return closure;
}

static void begin(struct mkstack *stack, const char *line)
{
    struct mkheap *heap = mkheap_new(line, HEAP_SIZE);
    *stack = (struct mkstack){
        .heap = heap, .layout = &layout_stacks[heap->v8.line], .sp = STACK_HIGH - 64};
    stack->isolate.address = ISOLATE;
    heap->v8.isolates = &stack->isolate;
    heap->v8.isolate_count = 1;
    uint32_t header = heap->v8.size_rules.by_type[ITYPE_BYTECODE_ARRAY].header;
    stack->context = mkheap_object(heap, mkheap_map(heap, ITYPE_FUNCTION_CONTEXT, 0), 64);
    mkheap_put(heap, stack->context, 8, mkheap_smi(6));
    stack->bytecode =
        mkheap_object(heap, mkheap_map(heap, ITYPE_BYTECODE_ARRAY, 0), header + BYTECODES);
    mkheap_put(heap, stack->bytecode, 8, mkheap_smi(BYTECODES));
    stack->compiled = put_closure(heap, "compiled", stack->bytecode);
    stack->builtin = put_closure(heap, "builtin", mkheap_smi(77));
}

static void end(struct mkstack *stack)
{
    mkheap_free(stack->heap);
}

static void push_frame(struct mkstack *stack)
{
    push(stack, 0x1234); // the return address
    push(stack, stack->fp);
    stack->fp = stack->sp;
}

static uint64_t marker_of(const struct mkstack *stack, enum frame_kind kind, enum frame_form form)
{
    for (uint64_t i = 0; i < FRAME_MARKERS; i++)
        if (stack->layout->markers[i].kind == kind && stack->layout->markers[i].form == form)
            return 2 * i;
    fail_msg("no such marker");
    return 0;
}

static void push_entry(struct mkstack *stack, uint64_t saved)
{
    push_frame(stack);
    push(stack, marker_of(stack, FRAME_ENTRY, FORM_PLAIN));
    for (int i = 0; i < 6; i++)
        push(stack, 0);
    push(stack, saved);
}

// Receiver Smi 100, arguments Smi 101 and so on.
static void push_arguments(struct mkstack *stack, int count)
{
    for (int i = 0; i <= count; i++)
        push(stack, mkheap_smi(100 + (stack->layout->reversed ? i : count - i)));
}

static void push_function(struct mkstack *stack, uint64_t closure, uint64_t count)
{
    bool new = stack->layout->counted;
    push_frame(stack);
    push(stack, stack->context);
    push(stack, closure);
    if (new || closure == stack->builtin)
        push(stack, count + (stack->layout->counts_receiver ? 1 : 0));
    if (closure == stack->builtin)
        return;
    push(stack, stack->bytecode);
    push(stack,
         mkheap_smi((int32_t)stack->heap->v8.size_rules.by_type[ITYPE_BYTECODE_ARRAY].header - 1 +
                    OFFSET));
    push(stack, 0);
}

// A builtin in C++.
static void push_exit(struct mkstack *stack, int count)
{
    push_arguments(stack, count);
    if (stack->layout->exit_extra == 5)
        push(stack, 0); // padding
    push(stack, mkheap_smi(count + stack->layout->exit_extra));
    push(stack, stack->builtin);
    push(stack, 0); // new.target
    push_frame(stack);
    push(stack, marker_of(stack, FRAME_BUILTIN, FORM_BUILTIN_EXIT));
    push(stack, 0);
}

// In C++ now.
static void leave(struct mkstack *stack)
{
    put(stack, ISOLATE + (uint64_t)stack->heap->v8.layout->isolate.c_entry_fp, stack->fp);
    stack->sp -= 256;
    stack->thread.registers.sp = stack->sp;
    stack->thread.registers.pc = 0x1000;
}

static struct v8_stack read_stack(struct mkstack *stack)
{
    struct v8_stack ret;
    assert_true(v8_stack_read(&stack->heap->v8, &stack->thread, 0, &ret));
    return ret;
}

static void check_values(struct mkstack *stack, const struct v8_frame *frame, uint64_t count)
{
    assert_true(frame->counted);
    assert_int_equal(frame->argument_count, count);
    for (uint64_t i = 0; i <= count; i++) {
        uint64_t word, at = i == 0 ? frame->receiver
                                   : frame->arguments + (i - 1) * (uint64_t)frame->argument_step;
        assert_true(memory_u64(stack->heap->v8.memory, at, &word));
        assert_int_equal(word, mkheap_smi(100 + (int32_t)i));
    }
}

// A builtin in C++, called by a function, called by C++.
static void make_plain(struct mkstack *stack, const char *line)
{
    begin(stack, line);
    push_entry(stack, 0);
    push_arguments(stack, ARGUMENTS);
    push_function(stack, stack->compiled, ARGUMENTS);
    push_exit(stack, 2);
    leave(stack);
}

static void test_frames(void **state)
{
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        make_plain(&stack, layouts[line].name);
        struct v8_stack found = read_stack(&stack);
        assert_int_equal(found.state, STACK_COMPLETE);
        assert_int_equal(found.count, 3);
        assert_int_equal(found.frames[0].kind, FRAME_BUILTIN);
        assert_int_equal(found.frames[0].function, v8_untag(stack.builtin));
        check_values(&stack, &found.frames[0], 2);
        assert_int_equal(found.frames[1].kind, FRAME_INTERPRETED);
        assert_int_equal(found.frames[1].function, v8_untag(stack.compiled));
        assert_int_equal(found.frames[1].bytecode, v8_untag(stack.bytecode));
        assert_int_equal(found.frames[1].offset, OFFSET);
        assert_int_equal(found.frames[1].pc, 0x1234);
        check_values(&stack, &found.frames[1], ARGUMENTS);
        assert_int_equal(found.frames[2].kind, FRAME_ENTRY);
        v8_stack_deinit(&found);
        end(&stack);
    }
}

static void test_nested(void **state)
{
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        make_plain(&stack, layouts[line].name);
        uint64_t outer = stack.fp;
        stack.sp -= 512; // frames of C++, of which nothing is known
        stack.fp = 0x77;
        push_entry(&stack, outer);
        push_arguments(&stack, 1);
        push_function(&stack, stack.builtin, 1);
        push_exit(&stack, 0);
        leave(&stack);
        struct v8_stack found = read_stack(&stack);
        assert_int_equal(found.state, STACK_COMPLETE);
        assert_int_equal(found.count, 6);
        check_values(&stack, &found.frames[0], 0);
        assert_int_equal(found.frames[1].kind, FRAME_BUILTIN);
        check_values(&stack, &found.frames[1], 1);
        assert_int_equal(found.frames[2].kind, FRAME_ENTRY);
        assert_int_equal(found.frames[3].fp, outer);
        assert_int_equal(found.frames[3].pc, 0);
        v8_stack_deinit(&found);
        end(&stack);
    }
}

// Up to V8 8, arguments that were not as many as declared.
static void test_adaptor(void **state)
{
    (void)state;
    for (size_t line = 0; line < 2; line++) {
        struct mkstack stack;
        begin(&stack, layouts[line].name);
        push_entry(&stack, 0);
        push_arguments(&stack, 5);
        push_frame(&stack);
        push(&stack, marker_of(&stack, FRAME_ADAPTOR, FORM_PLAIN));
        push(&stack, stack.compiled);
        push(&stack, mkheap_smi(5));
        uint64_t count = stack.sp;
        push_arguments(&stack, ARGUMENTS);
        push_function(&stack, stack.compiled, 0);
        push_exit(&stack, 0);
        leave(&stack);
        struct v8_stack found = read_stack(&stack);
        assert_int_equal(found.count, 4);
        check_values(&stack, &found.frames[1], 5);
        v8_stack_deinit(&found);
        put(&stack, count, mkheap_smi(INT32_MAX));
        found = read_stack(&stack);
        assert_int_equal(found.count, 4);
        assert_false(found.frames[1].counted);
        v8_stack_deinit(&found);
        end(&stack);
    }
}

// Where its code runs, the registers tell.
static void test_live(void **state)
{
    (void)state;
    struct mkstack stack;
    make_plain(&stack, "12.4");
    uint64_t exit = stack.fp, inner;
    memcpy(&inner, mkheap_at(stack.heap, exit), sizeof inner);
    stack.thread.registers.fp = inner;
    // In the interpreter, which nobody says to be V8's; then in code on the heap.
    for (int i = 0; i < 2; i++) {
        stack.thread.registers.pc = i == 0 ? 0x1000 : MKHEAP_BASE + 128;
        struct v8_stack found = read_stack(&stack);
        assert_int_equal(found.state, STACK_COMPLETE);
        if (i == 0) { // an exit frame below it is nearer
            assert_int_equal(found.count, 3);
            v8_stack_deinit(&found);
            put(&stack, ISOLATE + (uint64_t)stack.heap->v8.layout->isolate.c_entry_fp, 0);
            found = read_stack(&stack);
        }
        assert_int_equal(found.count, 2);
        assert_true(found.frames[0].live);
        assert_int_equal(found.frames[0].kind, i == 0 ? FRAME_INTERPRETED : FRAME_OPTIMIZED);
        assert_int_equal(found.frames[0].offset, -1);
        assert_int_equal(found.frames[0].pc, stack.thread.registers.pc);
        v8_stack_deinit(&found);
    }
    // A frame that has only begun is left out.
    put(&stack, exit, inner);
    stack.thread.registers.pc = MKHEAP_BASE + 128;
    stack.thread.registers.fp = stack.thread.registers.sp = exit;
    struct v8_stack begun = read_stack(&stack);
    assert_int_equal(begun.count, 2);
    assert_false(begun.frames[0].live);
    assert_int_equal(begun.frames[0].pc, 0x1234);
    assert_int_equal(begun.frames[0].kind, FRAME_INTERPRETED);
    assert_int_equal(begun.frames[0].offset, -1);
    v8_stack_deinit(&begun);
    // Registers that lead to no frame.
    stack.thread.registers.fp = inner + 8;
    struct v8_stack found = read_stack(&stack);
    assert_int_equal(found.state, STACK_CUT);
    stack.thread.registers.pc = 0x1000;
    found = read_stack(&stack);
    assert_int_equal(found.state, STACK_NO_FRAMES);
    end(&stack);
}

static void test_without(void **state)
{
    (void)state;
    struct mkstack stack;
    struct v8_stack found;
    make_plain(&stack, "12.4");
    assert_true(v8_stack_read(&stack.heap->v8, &stack.thread, SIZE_MAX, &found));
    assert_int_equal(found.state, STACK_NO_ISOLATE);
    put(&stack, ISOLATE + (uint64_t)stack.heap->v8.layout->isolate.c_entry_fp, 0);
    found = read_stack(&stack);
    assert_int_equal(found.state, STACK_NO_FRAMES);
    struct layout unknown = *stack.heap->v8.layout;
    unknown.isolate.c_entry_fp = -1;
    stack.heap->v8.layout = &unknown;
    found = read_stack(&stack);
    assert_int_equal(found.state, STACK_UNKNOWN);
    stack.thread.registers.sp = 0x10; // no stack there
    found = read_stack(&stack);
    assert_int_equal(found.state, STACK_CUT);
    assert_int_equal(found.count, 0);
    end(&stack);
}

// Each word of the chain replaced by what cannot be: what was read before it stays.
static void test_broken_chain(void **state)
{
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        make_plain(&stack, layouts[line].name);
        uint64_t function;
        memcpy(&function, mkheap_at(stack.heap, stack.fp), sizeof function);
        const uint64_t wrong[] = {0,
                                  stack.fp,
                                  stack.fp - 64,
                                  STACK_LOW,
                                  function + 4,
                                  STACK_HIGH,
                                  STACK_HIGH - 8,
                                  UINT64_MAX,
                                  UINT64_MAX - 7,
                                  MKHEAP_BASE + 64,
                                  stack.context};
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            put(&stack, stack.fp, wrong[i]);
            struct v8_stack found = read_stack(&stack);
            assert_int_equal(found.state, STACK_CUT);
            assert_int_equal(found.count, 1);
            v8_stack_deinit(&found);
        }
        put(&stack, stack.fp, function);
        const uint64_t markers[] = {0,
                                    2 * FRAME_MARKERS,
                                    2 * (FRAME_MARKERS - 1),
                                    UINT64_MAX - 1,
                                    stack.compiled,
                                    stack.bytecode,
                                    7,
                                    UINT64_MAX};
        for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
            put(&stack, function - 8, markers[i]);
            struct v8_stack found = read_stack(&stack);
            assert_int_equal(found.state, STACK_CUT);
            assert_int_equal(found.count, 1);
            v8_stack_deinit(&found);
        }
        end(&stack);
    }
}

// Entries whose exit frames lead back to themselves.
static void test_cycle(void **state)
{
    (void)state;
    struct mkstack stack;
    make_plain(&stack, "13.6");
    uint64_t outer = stack.fp;
    push_entry(&stack, outer);
    push_exit(&stack, 0);
    leave(&stack);
    struct v8_stack found = read_stack(&stack);
    uint64_t last = found.frames[found.count - 1].fp;
    assert_int_equal(found.state, STACK_COMPLETE);
    size_t count = found.count;
    v8_stack_deinit(&found);
    put(&stack, last - 64, stack.fp);
    found = read_stack(&stack);
    assert_int_equal(found.state, STACK_CUT);
    assert_int_equal(found.count, count);
    v8_stack_deinit(&found);
    end(&stack);
}

static void test_counts(void **state)
{
    (void)state;
    for (size_t line = 2; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        make_plain(&stack, layouts[line].name);
        uint64_t function;
        memcpy(&function, mkheap_at(stack.heap, stack.fp), sizeof function);
        const uint64_t wrong[] = {ARGUMENTS + 100, INT32_MAX, UINT32_MAX, UINT64_MAX, 1ull << 61};
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            put(&stack, function + (uint64_t)(int64_t)stack.layout->count, wrong[i]);
            put(&stack, stack.fp + BUILTIN_EXIT_COUNT, mkheap_smi((int32_t)wrong[i]));
            struct v8_stack found = read_stack(&stack);
            assert_int_equal(found.count, 3);
            assert_false(found.frames[0].counted);
            assert_int_equal(found.frames[0].receiver, 0);
            assert_false(found.frames[1].counted);
            assert_int_equal(found.frames[1].receiver, 0);
            v8_stack_deinit(&found);
        }
        end(&stack);
    }
}

// An offset outside of the bytecode is none.
static void test_offsets(void **state)
{
    (void)state;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        make_plain(&stack, layouts[line].name);
        uint64_t function;
        memcpy(&function, mkheap_at(stack.heap, stack.fp), sizeof function);
        const int32_t wrong[] = {-1, 0, 20, 1000, INT32_MAX, INT32_MIN};
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            put(&stack, function + (uint64_t)(int64_t)stack.layout->offset, mkheap_smi(wrong[i]));
            struct v8_stack found = read_stack(&stack);
            struct v8_function definition;
            uint32_t position;
            assert_int_equal(found.frames[1].offset, -1);
            assert_int_equal(
                v8_frame_place(&stack.heap->v8, &found.frames[1], &definition, &position),
                PLACE_NONE); // there is no script either
            v8_stack_deinit(&found);
        }
        end(&stack);
    }
}

// --- baseline code -------------------------------------------------------------------------------

static const char *sizes_of(const struct mkstack *stack, unsigned scale)
{
    return stack->layout->bytecode_sizes[scale];
}

// A bytecode of so many bytes.
static uint8_t code_of(const struct mkstack *stack, unsigned scale, char size)
{
    const char *found = strchr(sizes_of(stack, scale) + 4, size);
    assert_non_null(found);
    return (uint8_t)(found - sizes_of(stack, scale));
}

static uint64_t put_table(struct mkheap *heap, const uint8_t *bytes, size_t count)
{
    uint64_t table = mkheap_object(heap, mkheap_map(heap, ITYPE_BYTE_ARRAY, 0), 16 + count);
    mkheap_put(heap, table, 8, mkheap_smi((int32_t)count));
    memcpy(mkheap_at(heap, v8_untag(table) + 16), bytes, count);
    return table;
}

// The definition's Code with a body of 512 bytes; returns where its instructions begin.
static uint64_t put_code(struct mkstack *stack, uint64_t shared, uint64_t table)
{
    const struct layout_stack *layout = stack->layout;
    struct mkheap *heap = stack->heap;
    unsigned body = layout->code_header + 512u;
    uint64_t code = mkheap_object(heap, mkheap_new_map(heap, ITYPE_CODE, body), body);
    uint64_t stream = code;
    if (layout->code_stream != 0) {
        stream = mkheap_object(heap, mkheap_new_map(heap, ITYPE_INSTRUCTION_STREAM, body), body);
        mkheap_put(heap, code, layout->code_stream, stream);
    }
    mkheap_put(heap, code, layout->code_table, table);
    mkheap_put(heap, shared, heap->v8.layout->sfi_data, code);
    return v8_untag(stream) + layout->code_header;
}

static uint64_t shared_of(const struct mkstack *stack)
{
    struct v8_object closure;
    assert_true(v8_object_of(&stack->heap->v8, stack->compiled, &closure));
    return v8_word(&closure, stack->heap->v8.layout->function_shared);
}

static void test_baseline(void **state)
{
    (void)state;
    for (size_t line = 2; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        struct v8_object shared, bytecode;
        uint32_t offset;
        begin(&stack, layouts[line].name);
        uint32_t header = stack.heap->v8.size_rules.by_type[ITYPE_BYTECODE_ARRAY].header;
        uint8_t *codes = mkheap_at(stack.heap, v8_untag(stack.bytecode) + header);
        codes[0] = code_of(&stack, 0, '3'); // at 0
        codes[3] = 0;                       // Wide, at 3
        codes[4] = code_of(&stack, 1, '5');
        codes[9] = code_of(&stack, 0, '2'); // at 9
        // The prologue has 16 bytes, the bytecodes 10, 200 (two bytes of the table) and 4.
        uint64_t table = put_table(stack.heap, (const uint8_t[]){16, 10, 0xc8, 1, 4}, 5);
        uint64_t start = put_code(&stack, shared_of(&stack), table);
        assert_true(v8_object_of(&stack.heap->v8, shared_of(&stack), &shared));
        assert_true(v8_object_of(&stack.heap->v8, stack.bytecode, &bytecode));
        const struct {
            unsigned pc;
            int32_t offset;
        } places[] = {{1, -1},  {16, -1}, {17, 0},  {26, 0},   {27, 3},
                      {226, 3}, {227, 9}, {230, 9}, {231, -1}, {5000, -1}};
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            bool found = v8_baseline_offset(&stack.heap->v8, &shared, &bytecode,
                                            start + places[i].pc, &offset);
            assert_int_equal(found, places[i].offset >= 0);
            if (found)
                assert_int_equal(offset, places[i].offset);
        }
        assert_false(v8_baseline_offset(&stack.heap->v8, &shared, &bytecode, 0, &offset));
        end(&stack);
    }
}

// --- noise ---------------------------------------------------------------------------------------

static uint32_t noise(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

// Any word of the stack replaced by words like those that matter: it ends, frames rise, and what
// they point at for arguments lies on the stack.
static void test_noise(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct mkstack stack;
        make_plain(&stack, layouts[line].name);
        uint64_t low = stack.sp, words = (STACK_HIGH - low) / 8;
        for (int round = 0; round < HOSTILE_ROUNDS / LAYOUT_LINES; round++) {
            for (int i = 0; i < 4; i++) {
                const uint64_t values[] = {low + 8 * (noise(&seed) % words),
                                           2 * (noise(&seed) % 40),
                                           stack.context,
                                           stack.compiled,
                                           stack.builtin,
                                           mkheap_smi((int32_t)noise(&seed)),
                                           noise(&seed) % 16};
                put(&stack, low + 8 * (noise(&seed) % words), values[noise(&seed) % 7]);
            }
            struct v8_stack found = read_stack(&stack);
            for (size_t i = 0; i < found.count; i++) {
                const struct v8_frame *frame = &found.frames[i];
                struct v8_function function;
                uint32_t position;
                assert_true(i == 0 || frame->fp > found.frames[i - 1].fp);
                assert_true(frame->fp >= low && frame->fp < STACK_HIGH);
                assert_true(!frame->counted || frame->argument_count < words);
                v8_frame_place(&stack.heap->v8, frame, &function, &position);
            }
            v8_stack_deinit(&found);
        }
        end(&stack);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),  cmocka_unit_test(test_nested),
        cmocka_unit_test(test_adaptor), cmocka_unit_test(test_live),
        cmocka_unit_test(test_without), cmocka_unit_test(test_broken_chain),
        cmocka_unit_test(test_cycle),   cmocka_unit_test(test_counts),
        cmocka_unit_test(test_offsets), cmocka_unit_test(test_baseline),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
