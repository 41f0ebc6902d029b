#include "heap/graph/roots.h"

#include "heap/v8/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const struct v8 *v8;
    const struct object_index *index;
    struct roots *roots;
    size_t capacity;
};

static bool add(struct search *search, struct root root)
{
    struct roots *roots = search->roots;
    root.id = index_id(search->index, root.target);
    if (root.id == INDEX_NONE)
        return true;
    if (roots->count == search->capacity) {
        search->capacity = search->capacity > 0 ? 2 * search->capacity : 1024;
        struct root *items = realloc(roots->items, search->capacity * sizeof *items);
        if (items == NULL)
            return false;
        roots->items = items;
    }
    roots->items[roots->count++] = root;
    return true;
}

static bool scan_words(struct search *search, const struct segment *segment, uint64_t from,
                       uint64_t to)
{
    for (uint64_t at = (from + 7) & ~7ull; at + 8 <= to; at += 8) {
        uint64_t word;
        memcpy(&word, segment->bytes + (at - segment->start), sizeof word);
        if (!v8_is_strong(word) || v8_page_at(search->v8, at) != NULL)
            continue;
        if (!add(search, (struct root){.slot = at, .target = word - V8_TAG, .kind = ROOT_ANONYMOUS,
                                       .isolate = V8_NO_ISOLATE,
                                       .certainty = ROOT_CONSERVATIVE}))
            return false;
    }
    return true;
}

static bool scan_segment(struct search *search, const struct segment *segment)
{
    uint64_t at = segment->start, end;
    if ((segment->perm & SEGMENT_WRITE) == 0 || segment->readable == 0)
        return true;
    for (end = segment->start + segment->readable;
         memory_data(search->v8->memory, segment, &at, &end);
         at = end, end = segment->start + segment->readable)
        if (!scan_words(search, segment, at, end))
            return false;
    return true;
}

// src/objects/contexts.h: slot 2 of a native context is its global object.
static bool add_globals(struct search *search)
{
    for (size_t i = 0; i < search->index->page_count; i++) {
        const struct index_page *page = &search->index->pages[i];
        for (size_t word = 0; page->bits != NULL && word < INDEX_WORDS; word++)
            for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1) {
                uint64_t address =
                    page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits)), map;
                uint16_t type;
                struct v8_object context;
                if (!memory_u64(search->v8->memory, address, &map) ||
                    !memory_u16(search->v8->memory, map + 11, &type) ||
                    type != search->v8->types.number[ITYPE_NATIVE_CONTEXT] ||
                    !v8_object_at(search->v8, address, &context))
                    continue;
                // The first context is the end of the list that its last slot begins: the main one.
                struct v8_object next;
                uint64_t global = v8_untag(v8_word(&context, 32));
                if (v8_object_of(search->v8, v8_word(&context, context.size - 16), &next) &&
                    next.shape.type == ITYPE_NATIVE_CONTEXT)
                    continue;
                if (!add(search, (struct root){.target = search->v8->line == LAYOUT_LINES - 1
                                                             ? address : global,
                                               .kind = ROOT_GLOBAL,
                                               .isolate = search->v8->pages[i].isolate}))
                    return false;
            }
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct root *left = a, *right = b;
    if (left->target != right->target)
        return left->target < right->target ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind - right->kind;
    return left->slot < right->slot ? -1 : left->slot > right->slot;
}

bool roots_find(const struct v8 *v8, const struct object_index *index, struct job *job,
                struct pool *pool, struct roots **ret)
{
    struct roots *roots = calloc(1, sizeof *roots);
    struct search search = {.v8 = v8, .index = index, .roots = roots};
    (void)pool;
    bool done = roots != NULL && add_globals(&search);
    for (size_t i = 0; done && i < v8->memory->count; i++)
        done = !job_cancelled(job) && scan_segment(&search, &v8->memory->segments[i]);
    if (!done) {
        roots_destroy(roots);
        return false;
    }
    qsort(roots->items, roots->count, sizeof *roots->items, compare);
    *ret = roots;
    return true;
}

void roots_destroy(struct roots *roots)
{
    if (roots == NULL)
        return;
    free(roots->items);
    free(roots);
}

const struct root *roots_of(const struct roots *roots, uint32_t id, size_t *count)
{
    size_t low = 0, high = roots->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roots->items[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0; low + *count < roots->count && roots->items[low + *count].id == id;)
        ++*count;
    return roots->items + low;
}

const char *root_kind_name(enum root_kind kind)
{
    static const char *const names[ROOT_KIND_COUNT] = {
        [ROOT_GLOBAL] = "global object", [ROOT_TABLE] = "root table",
        [ROOT_GLOBAL_HANDLE] = "global handle", [ROOT_TRACED_HANDLE] = "traced handle",
        [ROOT_ETERNAL_HANDLE] = "eternal handle", [ROOT_HANDLE_SCOPE] = "handle scope",
        [ROOT_STACK] = "stack", [ROOT_REGISTER] = "register", [ROOT_MALLOC] = "malloc",
        [ROOT_DATA] = "data", [ROOT_ANONYMOUS] = "anonymous memory",
    };
    return names[kind];
}

void root_text(const struct v8 *v8, const struct root *root, char *buffer, size_t capacity)
{
    (void)v8;
    snprintf(buffer, capacity, "%s", root_kind_name((enum root_kind)root->kind));
}
