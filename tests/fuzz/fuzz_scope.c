// Functions, scripts, scopes and lines of a heap whose words have been changed at will.
//
// Input: the line of V8 (u8; from 8 to 15 with the passes over the heap), then changes of 4 bytes each: which word of the heap (u16), what to do
// with it (u8), and with what (u8).
#include "heap/graph/edges/scope_list.h"
#include "heap/graph/edges/scope_owner.h"
#include "heap/graph/search/functions.h"
#include "heap/v8/function/source.h"
#include "heap/v8/function/source_lines.h"
#include "tests/support/fuzz.h"
#include "tests/support/mkheap.h"
#include "views/source_rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAP_SIZE = 1 << 16,
    OBJECTS_MAX = 128,
    LOOKS = 48, // at rows, variables, lines
};

struct made {
    struct mkheap *heap;
    uint64_t objects[OBJECTS_MAX];
    size_t count;
};

static volatile uint64_t sink;

// --- the heap before it is changed ---------------------------------------------------------------

static uint64_t keep(struct made *made, uint64_t object)
{
    made->objects[made->count++] = object;
    return object;
}

static uint64_t object_of(struct made *made, enum itype type, unsigned fixed, unsigned size)
{
    if (made->heap->v8.types.number[type] == ITYPE_NO_NUMBER)
        type = ITYPE_SYMBOL;
    return keep(made, mkheap_object(made->heap, mkheap_map(made->heap, type, fixed), size));
}

static uint64_t text_of(struct made *made, const char *text)
{
    return keep(made, mkheap_text(made->heap, text));
}

static uint64_t array_of(struct made *made, enum itype type, unsigned length)
{
    uint64_t array = object_of(made, type, 0, 16 + 8 * length);
    mkheap_put(made->heap, array, 8, mkheap_smi((int32_t)length));
    return array;
}

static uint64_t info_of(struct made *made, uint32_t flags, uint32_t locals, uint64_t outer)
{
    const struct layout_scope *layout = &layout_scopes[made->heap->v8.line];
    unsigned words = 2 * locals + 8;
    uint64_t info = object_of(made, ITYPE_SCOPE_INFO, 0, layout->parts + 8 * words);
    mkheap_put(made->heap, info, 8, mkheap_smi((int32_t)(layout->parts / 8 + words - 2)));
    mkheap_put_u32(made->heap, info, layout->flags, flags);
    mkheap_put_u32(made->heap, info, layout->locals, locals);
    for (unsigned i = 0; i < words; i++)
        mkheap_put(made->heap, info, layout->parts + 8 * i, i < locals ? text_of(made, "v") : outer);
    return info;
}

static uint64_t context_of(struct made *made, enum itype type, uint64_t info, uint64_t outer)
{
    uint64_t context = array_of(made, type, 8);
    mkheap_put(made->heap, context, 16, info);
    mkheap_put(made->heap, context, 24, outer);
    for (unsigned i = 4; i < 10; i++)
        mkheap_put(made->heap, context, 8 * i, mkheap_smi((int32_t)i));
    return context;
}

static uint64_t script_of(struct made *made)
{
    struct mkheap *heap = made->heap;
    static const uint16_t wide[] = {'a', '\r', '\n', 0x2028, 0xd83c, 0xdf0a, '\r', 'b'};
    uint64_t left = text_of(made, "line one\r\nline two\rline three\n");
    uint64_t right = keep(made, mkheap_units(heap, wide, 8));
    uint64_t source = keep(made, mkheap_cons(heap, left, right));
    uint64_t script = object_of(made, ITYPE_SCRIPT, 136, 136);
    uint64_t ends = array_of(made, ITYPE_FIXED_ARRAY, 4);
    mkheap_put(heap, script, 8, source);
    mkheap_put(heap, script, 16, text_of(made, "file.js"));
    mkheap_put(heap, script, 48, mkheap_smi(2));
    mkheap_put(heap, script, 56, ends);
    for (unsigned i = 0; i < 4; i++)
        mkheap_put(heap, ends, 16 + 8 * i, mkheap_smi((int32_t)(9 + 9 * i)));
    return script;
}

static uint64_t definition_of(struct made *made, uint64_t script, uint64_t name)
{
    struct mkheap *heap = made->heap;
    const struct layout_function *layout = &layout_functions[heap->v8.line];
    uint64_t data = object_of(made, ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA, 24, 24);
    uint64_t shared = object_of(made, ITYPE_SHARED_FUNCTION_INFO, 72, 72);
    mkheap_put_u32(heap, data, 16, 10);
    mkheap_put_u32(heap, data, 20, 30);
    mkheap_put(heap, shared, heap->v8.layout->sfi_data, data);
    mkheap_put(heap, shared, heap->v8.layout->sfi_name, name);
    mkheap_put(heap, shared, heap->v8.layout->sfi_script, script);
    mkheap_put_u32(heap, shared, layout->flags, 3); // a class constructor
    return shared;
}

static void make(struct made *made)
{
    struct mkheap *heap = made->heap;
    uint64_t native = array_of(made, ITYPE_NATIVE_CONTEXT, 20);
    mkheap_put(heap, native, 8, mkheap_smi(20));
    uint64_t table = array_of(made, ITYPE_SCRIPT_CONTEXT_TABLE, 4);
    mkheap_put(heap, native, 64, table);
    uint64_t module = object_of(made, ITYPE_SOURCE_TEXT_MODULE, 152, 152);
    uint64_t cells = array_of(made, ITYPE_FIXED_ARRAY, 2);
    mkheap_put(heap, cells, 16, object_of(made, ITYPE_CELL, 16, 16));
    mkheap_put(heap, module, layout_modules[heap->v8.line].exports, cells);
    uint64_t outer_info = info_of(made, 4, 2, 0), info = info_of(made, 2, 2, outer_info);
    uint64_t module_info = info_of(made, heap->v8.line >= 6 ? 5 : 3, 1, outer_info);
    uint64_t script_context = context_of(made, ITYPE_SCRIPT_CONTEXT, outer_info, native);
    mkheap_put(heap, table, 32, script_context);
    uint64_t modules = context_of(made, ITYPE_MODULE_CONTEXT, module_info, script_context);
    mkheap_put(heap, modules, 32, module);
    uint64_t context = context_of(made, ITYPE_FUNCTION_CONTEXT, info, modules);
    context = context_of(made, ITYPE_BLOCK_CONTEXT, info, context);
    mkheap_put(heap, context, 48, object_of(made, ITYPE_CONTEXT_CELL, 40, 40));
    uint64_t names = array_of(made, ITYPE_NAME_TO_INDEX_HASH_TABLE, 9);
    mkheap_put(heap, names, 32, mkheap_smi(3));
    uint64_t script = script_of(made);
    uint64_t shared = definition_of(made, script, text_of(made, "name"));
    definition_of(made, script, info);
    uint64_t closure = object_of(made, ITYPE_JS_FUNCTION, 64, 64);
    mkheap_put(heap, closure, heap->v8.layout->function_shared, shared);
    mkheap_put(heap, closure, heap->v8.layout->function_context, context);
    uint64_t bound = object_of(made, ITYPE_JS_BOUND_FUNCTION, 48, 48);
    mkheap_put(heap, bound, 24, closure);
    uint64_t generator = object_of(made, ITYPE_JS_GENERATOR_OBJECT, 80, 80);
    mkheap_put(heap, generator, 24, closure);
    mkheap_put(heap, generator, 32, context);
    object_of(made, ITYPE_CLASS_POSITIONS, 24, 24);
    object_of(made, ITYPE_DEBUG_INFO, 80, 80);
    object_of(made, ITYPE_JS_OBJECT, 24, 24);
}

// --- changing it ---------------------------------------------------------------------------------

static void change(struct made *made, const uint8_t *bytes, size_t size)
{
    struct mkheap *heap = made->heap;
    uint64_t words = (heap->top - heap->page.start) / 8;
    for (; size >= 4; bytes += 4, size -= 4) {
        uint64_t address =
            heap->page.start + 8 * ((bytes[0] | (uint64_t)bytes[1] << 8) % words), word;
        uint64_t object = made->objects[bytes[3] % made->count];
        memcpy(&word, mkheap_at(heap, address), sizeof word);
        switch (bytes[2] % 8) {
        case 0:
            word = object;
            break;
        case 1:
            word = object | V8_WEAK_TAG;
            break;
        case 2:
            word = mkheap_smi((int8_t)bytes[3]);
            break;
        case 3:
            word = mkheap_smi(INT32_MAX - bytes[3]);
            break;
        case 4:
            word ^= 1ull << bytes[3] % 64;
            break;
        case 5:
            word = word << 8 | bytes[3];
            break;
        case 6:
            word = ~0ull << bytes[3] % 64;
            break;
        default:
            word = heap->maps[bytes[3] % ITYPE_COUNT];
        }
        memcpy(mkheap_at(heap, address), &word, sizeof word);
    }
}

// --- looking at it -------------------------------------------------------------------------------

static void use_scopes(const struct v8 *v8, uint64_t address)
{
    struct scope_list *list;
    struct scope_entry entry;
    struct v8_object object;
    struct v8_scope scope;
    struct v8_variables variables;
    struct v8_variable variable;
    char name[64];
    if (!v8_object_at(v8, address, &object) || v8_context_of(v8, &object) == 0 ||
        !scope_list_create(v8, v8_context_of(v8, &object), 10000, &list))
        return;
    for (size_t i = 0; i < list->count && i < LOOKS; i++) {
        if (!v8_scope_at(v8, list->entries[i].context, &scope))
            abort();
        v8_variables_open(v8, &scope, &variables);
        for (uint32_t n = 0; n <= variables.count && n < LOOKS; n++)
            if (v8_variables_at(&variables, n, &variable))
                v8_variable_name(v8, &variable, name, sizeof name);
        v8_variables_close(&variables);
    }
    if (list->variables > 0 && !scope_list_find(list, list->variables - 1, &entry))
        abort();
    job_release(&list->job);
}

static void use_lines(const struct v8 *v8, const struct v8_script *script)
{
    struct source_lines *lines;
    uint32_t line, start, end, next, again;
    bool last = false;
    if (!source_lines_create(v8, script, &lines))
        return;
    uint32_t length = script->has_source ? script->source.length : 0;
    for (uint32_t i = 0; i < LOOKS; i++) {
        uint32_t position = i < LOOKS / 2 ? i : length - length / (i - LOOKS / 2 + 2);
        if (!source_lines_find(lines, position, &line, &start))
            continue;
        if (start > position)
            abort();
        if (source_lines_end(lines, start, &end, &next, &last) && (end < start || next < end))
            abort();
        if (source_lines_start(lines, line, &again))
            sink += again;
    }
    sink += source_lines_count(lines);
    source_lines_destroy(lines);
}

static void use_source(const struct v8 *v8, const struct v8_source *source)
{
    struct source_rows *rows;
    struct source_piece piece;
    if (source->first > source->end || source->end > source->script.source.length)
        abort();
    for (int64_t context = SOURCE_EXACT; context < 2; context++) {
        if (!source_rows_create(v8, source, context, LOOKS, &rows))
            continue;
        for (uint64_t n = 0; n < rows->rows && n < LOOKS; n++)
            if (source_rows_at(rows, n, &piece) && piece.first > piece.end)
                abort();
        job_release(&rows->job);
    }
}

static void use_object(const struct v8 *v8, uint64_t address)
{
    struct v8_function function;
    struct v8_script script;
    struct v8_source source;
    struct v8_scope_info info;
    char name[64];
    if (v8_function_at(v8, address, &function))
        sink += v8_function_name(v8, &function, name, sizeof name);
    if (v8_script_at(v8, address, &script)) {
        sink += v8_script_name(v8, &script, name, sizeof name);
        use_lines(v8, &script);
    }
    if (v8_scope_info_at(v8, address, &info) && info.size > info.object.size)
        abort();
    if (v8_source_at(v8, address, &source) == SOURCE_FOUND)
        use_source(v8, &source);
    use_scopes(v8, address);
}

static void use_jobs(const struct made *made)
{
    const struct v8 *v8 = &made->heap->v8;
    struct object_index *index;
    struct functions *functions;
    struct scope_owner *owner;
    struct lane *lane;
    if (!index_create(v8, &index) || !lane_create(0, NULL, NULL, &lane))
        abort();
    struct index_bits *bits = index_page_bits(index, 0);
    for (size_t i = 0; i < made->count; i++) {
        uint64_t bit = (v8_untag(made->objects[i]) - MKHEAP_BASE) / 8;
        bits->starts[bit / 64] |= 1ull << bit % 64;
    }
    index_page_done(index, 0);
    if (!index_finish(index) || !functions_create(v8, index, -1, &functions) ||
        !scope_owner_create(v8, v8_untag(made->objects[made->count / 2]), &owner))
        abort();
    lane_submit(lane, &functions->job);
    lane_submit(lane, &owner->job);
    sink += functions->function_count + atomic_load(&owner->shared);
    job_release(&functions->job);
    job_release(&owner->job);
    lane_destroy(lane);
    index_destroy(index);
}

// --- the target ----------------------------------------------------------------------------------

static void write_seeds(const char *folder)
{
    static const uint8_t seeds[][9] = {
        {0}, {1}, {2}, {3}, {4}, {5}, {6}, {7},
        {5, 20, 0, 0, 1, 40, 0, 2, 255}, {15, 80, 0, 4, 33, 9, 1, 3, 7}, {14, 0, 1, 7, 20, 3, 1, 6, 32},
    };
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char name[] = "seed-a";
        name[5] = (char)('a' + i);
        fuzz_seed(folder, name, seeds[i], i < 8 ? 1 : sizeof seeds[i]);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_main(*argc, *argv, write_seeds);
    return 0;
}

// The heap of a line, as it was made: once, and then restored.
static struct made *fresh(size_t line)
{
    static struct made made[LAYOUT_LINES];
    static uint8_t pristine[LAYOUT_LINES][HEAP_SIZE];
    uint8_t *bytes;
    if (made[line].heap == NULL) {
        made[line].heap = mkheap_new(layouts[line].name, HEAP_SIZE);
        make(&made[line]);
        for (unsigned type = 0; type < ITYPE_COUNT; type++) // maps that changes may put into objects
            if (made[line].heap->maps[type] == 0)
                made[line].heap->maps[type] = made[line].heap->maps[ITYPE_MAP];
        bytes = mkheap_at(made[line].heap, MKHEAP_BASE);
        memcpy(pristine[line], bytes, HEAP_SIZE);
    }
    bytes = mkheap_at(made[line].heap, MKHEAP_BASE);
    memcpy(bytes, pristine[line], HEAP_SIZE);
    return &made[line];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    struct made *made = fresh(bytes[0] % LAYOUT_LINES);
    change(made, bytes + 1, size - 1 < 400 ? size - 1 : 400);
    for (size_t i = 0; i < made->count; i++)
        use_object(&made->heap->v8, v8_untag(made->objects[i]));
    if (bytes[0] / LAYOUT_LINES % 8 == 1) // they cost more than all the rest
        use_jobs(made);
    return 0;
}
