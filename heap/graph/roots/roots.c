#include "heap/graph/roots/roots.h"

#include "heap/array.h"
#include "heap/graph/roots/root_list.h"

#include <stdlib.h>
#include <string.h>

bool root_add(struct root_list *list, struct root root, uint64_t tagged)
{
    if ((tagged & 1) == 0 || (uint32_t)tagged == V8_CLEARED_WEAK)
        return false;
    uint64_t target = tagged & ~(uint64_t)V8_TAG_MASK;
    uint32_t id = index_id(list->index, target);
    if (id == INDEX_NONE)
        return false;
    if (list->held != NULL && list->held(list->held_context, id))
        return true;
    if (!array_reserve(&list->items, list->count, &list->capacity, sizeof *list->items)) {
        list->failed = true;
        return true;
    }
    root.target = target;
    root.id = id;
    list->items[list->count++] = root;
    return true;
}

void root_known(struct root_list *list, uint64_t start, uint64_t end)
{
    if (!array_reserve(&list->known, list->known_count, &list->known_capacity,
                       sizeof *list->known)) {
        list->failed = true;
        return;
    }
    list->known[list->known_count++] = (struct root_range){start, end};
}

static int by_target(const void *a, const void *b)
{
    const struct root *left = a, *right = b;
    if (left->id != right->id)
        return left->id < right->id ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind - right->kind;
    return left->slot < right->slot ? -1 : left->slot > right->slot;
}

static void sort(struct root_list *list)
{
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, by_target);
}

static bool is_lost(const struct root_list *list)
{
    return list->failed || (list->job != NULL && job_cancelled(list->job));
}

bool roots_find(const struct v8 *v8, const struct object_index *index, struct walk *walk,
                bool precise, struct job *job, struct roots **ret)
{
    struct root_list list = {.v8 = v8, .index = index, .job = job};
    struct roots *roots = calloc(1, sizeof *roots);
    if (roots != NULL) {
        root_tables_find(&list, walk);
        if (!precise)
            root_scan(&list, true);
    }
    if (roots == NULL || is_lost(&list)) {
        free(list.known);
        free(list.items);
        free(roots);
        return false;
    }
    sort(&list);
    *roots = (struct roots){.items = list.items, .count = list.count, .known = list.known,
                            .known_count = list.known_count, .precise = precise};
    *ret = roots;
    return true;
}

bool roots_find_rest(struct roots *roots, const struct v8 *v8, const struct object_index *index,
                     bool (*held)(const void *context, uint32_t id), const void *context,
                     struct job *job)
{
    struct root_list list = {.v8 = v8, .index = index, .job = job, .known = roots->known,
                             .known_count = roots->known_count, .held = held,
                             .held_context = context};
    if (roots->precise || v8->dump == NULL) // of a heap made by hand there is no other memory
        return true;
    root_scan(&list, false);
    struct root *items = NULL;
    if (!is_lost(&list) && list.count > 0)
        items = realloc(roots->items, (roots->count + list.count) * sizeof *items);
    bool done = !is_lost(&list) && (list.count == 0 || items != NULL);
    if (items != NULL) {
        memcpy(items + roots->count, list.items, list.count * sizeof *items);
        roots->items = items;
        roots->count += list.count;
        qsort(items, roots->count, sizeof *items, by_target);
    }
    free(list.items);
    return done;
}

void roots_destroy(struct roots *roots)
{
    if (roots == NULL)
        return;
    free(roots->items);
    free(roots->known);
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
    *count = 0;
    while (low + *count < roots->count && roots->items[low + *count].id == id)
        ++*count;
    return *count > 0 ? &roots->items[low] : NULL;
}
