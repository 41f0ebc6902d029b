#include "heap/graph/edges/scope_list.h"

#include "heap/array.h"

#include <stdlib.h>

enum { SLICE = 4096 };

static bool push(struct scope_list *list, struct scope_entry entry)
{
    if (!array_reserve(&list->entries, list->count, &list->capacity, sizeof *list->entries))
        return false;
    list->entries[list->count++] = entry;
    return true;
}

// List up to `slice` more scopes. The lock is held.
static void extend(struct scope_list *list, size_t slice)
{
    struct v8_scope scope;
    struct v8_variables variables;
    for (size_t i = 0; i < slice && !list->through; i++) {
        if (!v8_scope_chain_next(&list->chain, &scope)) {
            list->through = true;
            break;
        }
        v8_variables_open(list->v8, &scope, &variables);
        struct scope_entry entry = {.context = scope.context.address, .first = list->variables,
                                    .count = variables.count, .scope = (uint32_t)list->count};
        v8_variables_close(&variables);
        list->variables += entry.count;
        list->failed = !push(list, entry);
        list->through = list->failed;
    }
}

static bool run(struct job *job, struct pool *pool)
{
    struct scope_list *list = (struct scope_list *)job;
    bool through = false;
    (void)pool;
    while (!through) {
        if (job_cancelled(job))
            return false;
        pthread_mutex_lock(&list->lock);
        extend(list, SLICE);
        through = list->through;
        atomic_store(&job->items, list->count);
        pthread_mutex_unlock(&list->lock);
    }
    return !list->failed;
}

static void destroy(struct job *job)
{
    struct scope_list *list = (struct scope_list *)job;
    pthread_mutex_destroy(&list->lock);
    free(list->entries);
    free(list);
}

static const struct job_ops ops = {
    .doing = "listing scopes",
    .run = run,
    .destroy = destroy,
};

bool scope_list_create(const struct v8 *v8, uint64_t context, size_t slice,
                       struct scope_list **ret)
{
    struct scope_list *list = calloc(1, sizeof *list);
    if (list == NULL)
        return false;
    job_init(&list->job, &ops);
    pthread_mutex_init(&list->lock, NULL);
    list->v8 = v8;
    v8_scope_chain_begin(&list->chain, v8, context);
    extend(list, slice);
    *ret = list;
    return true;
}

void scope_list_known(struct scope_list *list, size_t *scopes, uint64_t *variables, bool *through,
                      bool *damaged)
{
    pthread_mutex_lock(&list->lock);
    *scopes = list->count;
    *variables = list->variables;
    *through = list->through && !list->failed;
    *damaged = list->chain.damaged;
    pthread_mutex_unlock(&list->lock);
}

bool scope_list_find(struct scope_list *list, uint64_t n, struct scope_entry *ret)
{
    pthread_mutex_lock(&list->lock);
    size_t low = 0, high = list->count;
    while (low < high) { // the first scope that begins behind the variable
        size_t middle = low + (high - low) / 2;
        if (list->entries[middle].first <= n)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low > 0 && n < list->variables;
    if (found)
        *ret = list->entries[low - 1];
    pthread_mutex_unlock(&list->lock);
    return found;
}
