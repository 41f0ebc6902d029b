#include "heap/graph/edges/scope_owner.h"

#include "heap/v8/object/object.h"

#include <stdlib.h>

// Definitions are small and old: neither in large pages nor where new objects are.
static bool may_hold(const struct v8_page *page)
{
    return !page->large && page->kind != SPACE_NEW && page->state == PAGE_LIVE;
}

static uint64_t search_page(const struct scope_owner *owner, const struct v8_page *page)
{
    uint64_t wanted = owner->scope_info + V8_TAG, word;
    uint64_t offset = owner->v8->layout->sfi_name;
    struct v8_object object;
    for (uint64_t at = offset; at + 8 <= page->readable; at += 8) {
        memcpy(&word, page->bytes + at, sizeof word);
        if (word == wanted && v8_object_at(owner->v8, page->start + at - offset, &object) &&
            object.shape.type == ITYPE_SHARED_FUNCTION_INFO)
            return object.address;
    }
    return 0;
}

// Tasks go from the first page on around all of them.
static bool task(void *context, size_t worker, size_t number)
{
    struct scope_owner *owner = context;
    const struct v8_page *page =
        &owner->v8->pages[(owner->start + number) % owner->v8->page_count];
    (void)worker;
    if (job_cancelled(&owner->job) || atomic_load(&owner->shared) != 0)
        return false;
    if (may_hold(page)) {
        uint64_t found = search_page(owner, page);
        if (found != 0)
            atomic_store(&owner->shared, found);
    }
    atomic_fetch_add(&owner->job.done, page->end - page->start);
    return true;
}

static bool run(struct job *job, struct pool *pool)
{
    struct scope_owner *owner = (struct scope_owner *)job;
    uint64_t bytes = 0;
    for (size_t i = 0; i < owner->v8->page_count; i++)
        bytes += owner->v8->pages[i].end - owner->v8->pages[i].start;
    atomic_store(&job->total, bytes);
    pool_run(pool, owner->v8->page_count, task, owner);
    return !job_cancelled(job);
}

static const struct job_ops ops = {
    .doing = "looking for the function of a scope",
    .run = run,
};

bool scope_owner_create(const struct v8 *v8, uint64_t scope_info, struct scope_owner **ret)
{
    struct scope_owner *owner = calloc(1, sizeof *owner);
    if (owner == NULL)
        return false;
    job_init(&owner->job, &ops);
    owner->v8 = v8;
    owner->scope_info = scope_info;
    const struct v8_page *page = v8_page_at(v8, scope_info);
    owner->start = page != NULL ? (size_t)(page - v8->pages) : 0;
    *ret = owner;
    return true;
}
