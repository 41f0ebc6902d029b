#include "heap/graph/roots/root_list.h"
#include "heap/v8/object/object.h"

#include <stdlib.h>

enum {
    ROOTS_MAX = 4096,          // entries of a root table
    NODE_SIZE = 32,            // src/handles/global-handles.cc: Node
    NODES_IN_BLOCK = 256,
    NODE_INDEX = 10,
    NODE_FLAGS = 11,
    BLOCK_NEXT = NODES_IN_BLOCK * NODE_SIZE,
    BLOCKS_MAX = 1 << 20,
    SCOPE_BLOCK = 1022 * 8,    // src/handles/handles-inl.h, kHandleBlockSize
    SCOPE_BLOCKS_MAX = 1 << 16,
    IMPLEMENTER_REACH = 0x400, // HandleScopeImplementer keeps its blocks this near its start
    ISOLATE_WORDS = 0x20000 / 8,
};

static uint64_t word_at(const struct root_list *list, uint64_t address)
{
    uint64_t word;
    memory_u64(list->v8->memory, address, &word);
    return word;
}

static struct root root_of(enum root_kind kind, size_t isolate, uint64_t slot)
{
    return (struct root){.kind = (uint8_t)kind, .certainty = ROOT_EXACT, .slot = slot,
                         .isolate = (uint16_t)isolate};
}

// --- root table ----------------------------------------------------------------------------------

// The table ends where a word is neither a reference nor a Smi: raw function addresses of the
// external reference table follow (IsolateData, src/execution/isolate-data.h).
static void find_root_table(struct root_list *list, size_t number)
{
    const struct v8_isolate *isolate = &list->v8->isolates[number];
    if (list->v8->layout->isolate.roots < 0 || isolate->address == 0)
        return;
    uint64_t start = isolate->address + (uint64_t)list->v8->layout->isolate.roots;
    uint32_t entry = 0;
    for (; entry < ROOTS_MAX; entry++) {
        uint64_t slot = start + 8 * (uint64_t)entry, word = word_at(list, slot);
        struct root root = root_of(ROOT_TABLE, number, slot);
        root.place = entry;
        if (!root_add(list, root, word) && (uint32_t)word != 0)
            break;
    }
    root_known(list, start, start + 8 * (uint64_t)entry);
}

// --- global handles ------------------------------------------------------------------------------

// GlobalHandles begins with its isolate, and its NodeSpace with a pointer back to it.
static uint64_t node_space_of(const struct root_list *list, uint64_t handles, uint64_t isolate)
{
    if (handles == 0 || (handles & 7) != 0 || word_at(list, handles) != isolate)
        return 0;
    for (uint64_t offset = 8; offset <= 16; offset += 8) {
        uint64_t space = word_at(list, handles + offset);
        if (space != 0 && (space & 7) == 0 && word_at(list, space) == handles)
            return space;
    }
    return 0;
}

static uint64_t find_node_space(const struct root_list *list, const struct v8_isolate *isolate)
{
    int32_t at = list->v8->layout->isolate.global_handles;
    uint64_t space = at < 0 ? 0
                            : node_space_of(list, word_at(list, isolate->address + (uint64_t)at),
                                            isolate->address);
    for (uint64_t i = 0; i < ISOLATE_WORDS && space == 0; i++)
        space = node_space_of(list, word_at(list, isolate->address + 8 * i), isolate->address);
    return space;
}

// States in the flags byte: free 0, normal 1, weak 2, then pending or near death. Three bits wide up
// to V8 10, two from 11; bits above them are flags that a weak node sets.
static void add_node(struct root_list *list, size_t isolate, uint64_t node, uint8_t flags)
{
    unsigned state = flags & (list->v8->layout->major >= 11 ? 3u : 7u);
    struct root root = root_of(ROOT_GLOBAL_HANDLE, isolate, node);
    root.weak = state != 1;
    if (state != 0)
        root_add(list, root, word_at(list, node));
}

// True when it is a block: every node knows its number.
static bool add_block(struct root_list *list, size_t isolate, uint64_t block)
{
    uint8_t nodes[NODES_IN_BLOCK * NODE_SIZE];
    if (memory_read(list->v8->memory, block, nodes, sizeof nodes, NULL) != MEM_OK)
        return false;
    for (size_t i = 0; i < NODES_IN_BLOCK; i++)
        if (nodes[i * NODE_SIZE + NODE_INDEX] != i)
            return false;
    for (size_t i = 0; i < NODES_IN_BLOCK; i++)
        add_node(list, isolate, block + i * NODE_SIZE, nodes[i * NODE_SIZE + NODE_FLAGS]);
    root_known(list, block, block + sizeof nodes);
    return true;
}

static void find_global_handles(struct root_list *list, size_t number)
{
    const struct v8_isolate *isolate = &list->v8->isolates[number];
    uint64_t space = isolate->address == 0 ? 0 : find_node_space(list, isolate);
    uint64_t block = space == 0 ? 0 : word_at(list, space + 8);
    for (size_t i = 0; block != 0 && i < BLOCKS_MAX; i++) {
        if (!add_block(list, number, block))
            break;
        block = word_at(list, block + BLOCK_NEXT);
    }
}

// --- handle scopes -------------------------------------------------------------------------------

static void add_handles(struct root_list *list, size_t isolate, uint64_t start, uint64_t end)
{
    for (uint64_t slot = start; slot < end; slot += 8)
        root_add(list, root_of(ROOT_HANDLE_SCOPE, isolate, slot), word_at(list, slot));
    root_known(list, start, start + SCOPE_BLOCK);
}

// A vector {data, capacity, size} or {begin, end, …} whose last element is the current block.
static bool blocks_at(const struct root_list *list, uint64_t address, uint64_t current,
                      uint64_t *data, uint64_t *count)
{
    *data = word_at(list, address);
    uint64_t capacity = word_at(list, address + 8);
    *count = word_at(list, address + 16);
    return (*data & 7) == 0 && *data != 0 && *count > 0 && *count <= capacity &&
           *count < SCOPE_BLOCKS_MAX && word_at(list, *data + 8 * (*count - 1)) == current;
}

static bool find_blocks(const struct root_list *list, const struct v8_isolate *isolate,
                        uint64_t current, uint64_t *data, uint64_t *count)
{
    for (uint64_t i = 0; i < ISOLATE_WORDS; i++) {
        uint64_t implementer = word_at(list, isolate->address + 8 * i);
        const struct segment *segment = memory_segment(list->v8->memory, implementer);
        if ((implementer & 7) != 0 || segment == NULL || !(segment->perm & SEGMENT_WRITE) ||
            v8_page_at(list->v8, implementer) != NULL)
            continue;
        for (uint64_t at = 0; at < IMPLEMENTER_REACH; at += 8)
            if (blocks_at(list, implementer + at, current, data, count))
                return true;
    }
    return false;
}

static void find_handle_scopes(struct root_list *list, size_t number)
{
    const struct v8_isolate *isolate = &list->v8->isolates[number];
    int32_t at = list->v8->layout->isolate.handle_scope;
    if (at < 0 || isolate->address == 0)
        return;
    uint64_t next = word_at(list, isolate->address + (uint64_t)at);
    uint64_t limit = word_at(list, isolate->address + (uint64_t)at + 8);
    uint64_t current = limit - SCOPE_BLOCK, data, count;
    if (limit < SCOPE_BLOCK || next < current || next > limit || (next & 7) != 0)
        return;
    add_handles(list, number, current, next);
    if (!find_blocks(list, isolate, current, &data, &count))
        return;
    for (uint64_t i = 0; i + 1 < count; i++) {
        uint64_t block = word_at(list, data + 8 * i);
        add_handles(list, number, block, block + SCOPE_BLOCK);
    }
}

// --- global objects ------------------------------------------------------------------------------

// Where DevTools begins to count distances: the global object of every context that a handle holds,
// from V8 14 on the context itself (V8HeapExplorer::SetGcSubrootReference in
// src/profiler/heap-snapshot-generator.cc). Contexts of vm.createContext() are held weakly.
static const bool begins_at_context[LAYOUT_LINES] = {[LAYOUT_LINES - 1] = true};

enum { CONTEXT_GLOBAL = 32 }; // src/objects/contexts.h, EXTENSION_INDEX of a native context

static void add_global(struct root_list *list, const struct v8_object *context, size_t isolate)
{
    uint64_t word = begins_at_context[list->v8->line] ? context->address + V8_TAG
                                                      : v8_word(context, CONTEXT_GLOBAL);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == ROOT_GLOBAL && list->items[i].target == v8_untag(word))
            return;
    root_add(list, root_of(ROOT_GLOBAL, isolate, 0), word);
}

// Without a handle that holds one, every context counts.
static void add_all_globals(struct root_list *list, struct walk *walk)
{
    struct walk_count *counts;
    size_t count;
    struct v8_object context;
    if (walk == NULL || !walk_shapes(walk, &counts, &count))
        return;
    for (size_t i = 0; i < count; i++)
        if (counts[i].shape.type == ITYPE_NATIVE_CONTEXT &&
            v8_object_at(list->v8, counts[i].example, &context))
            add_global(list, &context, counts[i].isolate);
    free(counts);
}

static void find_globals(struct root_list *list, struct walk *walk)
{
    size_t handles = list->count;
    struct v8_object context;
    for (size_t i = 0; i < handles; i++) {
        struct root root = list->items[i];
        if (root.kind == ROOT_GLOBAL_HANDLE && !root.weak &&
            v8_object_at(list->v8, root.target, &context) &&
            context.shape.type == ITYPE_NATIVE_CONTEXT)
            add_global(list, &context, root.isolate);
    }
    if (list->count == handles)
        add_all_globals(list, walk);
}

void root_tables_find(struct root_list *list, struct walk *walk)
{
    for (size_t i = 0; i < list->v8->isolate_count; i++) {
        find_root_table(list, i);
        find_global_handles(list, i);
        find_handle_scopes(list, i);
    }
    find_globals(list, walk);
}
