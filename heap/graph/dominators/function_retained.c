// The dominator tree of closures alone: each below the nearest closure above it. One walk through
// that with a count for each function and script of how many of its closures are on the way to here.
#include "heap/graph/dominators/function_retained.h"

#include "heap/array.h"
#include "heap/v8/function/function.h"

#include <stdlib.h>
#include <string.h>

enum { CHECK_INTERVAL = 4096 }; // objects between two looks at whether to stop

#define NOBODY UINT32_MAX

struct closure {
    uint32_t id, function, script; // script NOBODY: none
    uint32_t above;                // the nearest closure that dominates it; NOBODY: none
    uint32_t first, next;          // child and sibling; NOBODY: none
};

struct list {
    struct closure *items;
    size_t count, capacity;
};

struct summing {
    struct function_retained *retained;
    struct job *job;
    const struct functions *functions;
    const struct dominators *dominators;
    uint32_t *scripts;  // of each function
    struct list *lists; // of each worker; in the first one in the end: all
    size_t list_count;
    struct big_array nearest; // uint32_t by id: closure at or above it, plus 1; NOBODY: none is
    uint32_t *function_open, *script_open;
    uint32_t first; // of the closures that none is above
    uint64_t looked;
};

// --- all closures --------------------------------------------------------------------------------

static int by_address(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

// Place of an address in a list sorted by it, which is the first member of its items.
static uint32_t place_of(uint64_t address, const void *items, size_t count, size_t size)
{
    const char *found = bsearch(&address, items, count, size, by_address);
    return found == NULL ? NOBODY : (uint32_t)((size_t)(found - (const char *)items) / size);
}

static bool find_scripts(struct summing *sum)
{
    const struct functions *functions = sum->functions;
    sum->scripts = calloc(functions->function_count + 1, sizeof *sum->scripts);
    if (sum->scripts == NULL)
        return false;
    for (size_t i = 0; i < functions->function_count; i++) {
        struct v8_function function;
        bool known = v8_function_at(functions->v8, functions->functions[i].shared, &function);
        sum->scripts[i] = known && function.script != 0
                              ? place_of(v8_untag(function.script), functions->scripts,
                                         functions->script_count, sizeof *functions->scripts)
                              : NOBODY;
    }
    return true;
}

static bool add_closure(struct summing *sum, struct list *list, uint64_t address, uint32_t id)
{
    const struct functions *functions = sum->functions;
    struct v8_object object;
    if (!v8_object_at(functions->v8, address, &object) ||
        dominators_of(sum->dominators, id) == DOMINATOR_NONE)
        return true;
    uint64_t shared = v8_untag(v8_word(&object, functions->v8->layout->function_shared));
    uint32_t function = place_of(shared, functions->functions, functions->function_count,
                                 sizeof *functions->functions);
    if (function == NOBODY)
        return true;
    if (!array_reserve(&list->items, list->count, &list->capacity, sizeof *list->items))
        return false;
    list->items[list->count++] = (struct closure){.id = id,
                                                  .function = function,
                                                  .script = sum->scripts[function],
                                                  .above = NOBODY,
                                                  .first = NOBODY,
                                                  .next = NOBODY};
    return true;
}

static bool is_closure(const struct summing *sum, uint64_t word)
{
    const struct edge_shape *shape = edges_shape(sum->retained->edges, word);
    return shape != NULL && itype_is_js_function(&sum->functions->v8->types, shape->shape.number);
}

static bool look_at_page(struct summing *sum, struct list *list, size_t number)
{
    const struct index_page *page = &sum->functions->index->pages[number];
    const struct v8_page *bytes = &sum->functions->v8->pages[number];
    uint64_t last = 0, word;
    uint32_t id = page->first;
    bool closure = false;
    for (size_t i = 0; i < INDEX_WORDS; i++)
        for (uint64_t bits = page->bits->starts[i]; bits != 0; bits &= bits - 1, id++) {
            uint64_t address = page->base + 8 * (64 * i + (uint64_t)__builtin_ctzll(bits));
            memcpy(&word, bytes->bytes + (address - bytes->start), sizeof word);
            if (word != last)
                closure = is_closure(sum, word);
            last = word;
            if (closure && !add_closure(sum, list, address, id))
                return false;
        }
    return true;
}

static bool find_on_page(void *context, size_t worker, size_t number)
{
    struct summing *sum = context;
    const struct functions *functions = sum->functions;
    if (job_cancelled(sum->job))
        return false;
    atomic_fetch_add_explicit(&sum->job->done, 1, memory_order_relaxed);
    return functions->index->pages[number].bits == NULL || // closures are never large
           (functions->isolate >= 0 &&
            functions->v8->pages[number].isolate != functions->isolate) ||
           look_at_page(sum, &sum->lists[worker], number);
}

// All lists into the first one.
static bool join_lists(struct summing *sum)
{
    struct list *all = &sum->lists[0];
    size_t count = 0, at = all->count;
    for (size_t i = 0; i < sum->list_count; i++)
        count += sum->lists[i].count;
    struct closure *items = realloc(all->items, (count + 1) * sizeof *items);
    if (items == NULL)
        return false;
    all->items = items;
    all->count = all->capacity = count;
    for (size_t i = 1; i < sum->list_count; i++) {
        if (sum->lists[i].count > 0)
            memcpy(items + at, sum->lists[i].items, sum->lists[i].count * sizeof *items);
        at += sum->lists[i].count;
    }
    return true;
}

// --- their tree ----------------------------------------------------------------------------------

static bool stopped(struct summing *sum)
{
    return ++sum->looked % CHECK_INTERVAL == 0 && job_cancelled(sum->job);
}

// The nearest closure at or above an object, noted for all that lie between. Each object is gone
// over twice at most, whatever lies below it. `*ret` NOBODY: there is none. False: stopped.
static bool climb(struct summing *sum, uint32_t from, uint32_t *ret)
{
    uint32_t *nearest = sum->nearest.bytes, id = from, found = NOBODY;
    for (; id < sum->dominators->count; id = dominators_of(sum->dominators, id)) {
        if (nearest[id] != 0) {
            found = nearest[id];
            break;
        }
        if (stopped(sum))
            return false;
    }
    for (uint32_t at = from; at != id; at = dominators_of(sum->dominators, at))
        nearest[at] = found;
    *ret = found == NOBODY ? NOBODY : found - 1;
    return true;
}

static bool link_closures(struct summing *sum)
{
    struct list *all = &sum->lists[0];
    uint32_t *nearest = sum->nearest.bytes;
    sum->first = NOBODY;
    for (uint32_t i = 0; i < all->count; i++)
        nearest[all->items[i].id] = i + 1;
    for (uint32_t i = 0; i < all->count; i++) {
        struct closure *closure = &all->items[i];
        if (!climb(sum, dominators_of(sum->dominators, closure->id), &closure->above))
            return false;
        uint32_t *list = closure->above == NOBODY ? &sum->first : &all->items[closure->above].first;
        closure->next = *list;
        *list = i;
    }
    return true;
}

static void enter(struct summing *sum, const struct closure *closure)
{
    uint64_t size = dominators_retained(sum->dominators, closure->id);
    if (sum->function_open[closure->function]++ == 0)
        sum->retained->by_function[closure->function] += size;
    if (closure->script != NOBODY && sum->script_open[closure->script]++ == 0)
        sum->retained->by_script[closure->script] += size;
}

static void leave(struct summing *sum, const struct closure *closure)
{
    sum->function_open[closure->function]--;
    if (closure->script != NOBODY)
        sum->script_open[closure->script]--;
}

static bool walk_tree(struct summing *sum)
{
    const struct closure *all = sum->lists[0].items;
    uint32_t at = sum->first;
    while (at != NOBODY) {
        enter(sum, &all[at]);
        if (stopped(sum))
            return false;
        if (all[at].first != NOBODY) {
            at = all[at].first;
            continue;
        }
        for (; at != NOBODY; at = all[at].above) {
            leave(sum, &all[at]);
            if (all[at].next != NOBODY)
                break;
        }
        if (at != NOBODY)
            at = all[at].next;
    }
    return true;
}

// --- all -----------------------------------------------------------------------------------------

static bool allocate(struct summing *sum, struct pool *pool)
{
    size_t functions = sum->functions->function_count + 1;
    size_t scripts = sum->functions->script_count + 1;
    sum->list_count = pool_width(pool);
    sum->lists = calloc(sum->list_count, sizeof *sum->lists);
    sum->function_open = calloc(functions, sizeof *sum->function_open);
    sum->script_open = calloc(scripts, sizeof *sum->script_open);
    sum->retained->by_function = calloc(functions, sizeof *sum->retained->by_function);
    sum->retained->by_script = calloc(scripts, sizeof *sum->retained->by_script);
    return sum->lists != NULL && sum->function_open != NULL && sum->script_open != NULL &&
           sum->retained->by_function != NULL && sum->retained->by_script != NULL &&
           big_array_create(4 * (uint64_t)sum->dominators->count, big_array_limit(),
                            &sum->nearest) &&
           find_scripts(sum);
}

static void release(struct summing *sum)
{
    for (size_t i = 0; sum->lists != NULL && i < sum->list_count; i++)
        free(sum->lists[i].items);
    free(sum->lists);
    free(sum->scripts);
    free(sum->function_open);
    free(sum->script_open);
    big_array_destroy(&sum->nearest);
}

static bool run(struct job *job, struct pool *pool)
{
    struct function_retained *retained = (struct function_retained *)job;
    struct summing sum = {.retained = retained,
                          .job = job,
                          .functions = retained->functions,
                          .dominators = retained->dominators};
    size_t pages = sum.functions->index->page_count;
    if (job_state(&retained->functions->job) != JOB_DONE)
        return false;
    atomic_store(&job->total, pages);
    bool done = allocate(&sum, pool) && pool_run(pool, pages, find_on_page, &sum) &&
                join_lists(&sum) && link_closures(&sum) && walk_tree(&sum);
    release(&sum);
    return done;
}

static void destroy(struct job *job)
{
    struct function_retained *retained = (struct function_retained *)job;
    job_release(&retained->functions->job);
    free(retained->by_function);
    free(retained->by_script);
    free(retained);
}

bool function_retained_create(struct functions *functions, const struct edges *edges,
                              const struct dominators *dominators, struct function_retained **ret)
{
    static const struct job_ops ops = {
        .doing = "adding up what closures retain", .run = run, .destroy = destroy};
    struct function_retained *retained = calloc(1, sizeof *retained);
    if (retained == NULL)
        return false;
    job_init(&retained->job, &ops);
    job_hold(&functions->job);
    retained->functions = functions;
    retained->edges = edges;
    retained->dominators = dominators;
    *ret = retained;
    return true;
}
