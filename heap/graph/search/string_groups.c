#include "heap/graph/search/string_groups.h"

#include "heap/graph/search/string_pass.h"

#include <stdlib.h>

enum { CANCEL_EVERY = 4096 }; // strings between looks at whether the job was cancelled

struct entry {
    uint32_t high, low; // of the hash
    uint32_t id;
};

struct entries {
    struct entry *items;
    size_t count, capacity;
};

struct string_groups_worker {
    struct string_pass pass;
    struct entries parts[STRING_PARTS];
    uint32_t turn;
};

// --- hashes --------------------------------------------------------------------------------------

struct page_work {
    struct string_groups *groups;
    struct string_groups_worker *worker;
    bool failed;
};

static bool push(struct entries *list, struct entry entry)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        struct entry *items = reallocarray(list->items, capacity, sizeof *items);
        if (items == NULL)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = entry;
    return true;
}

static bool hash_string(void *context, const struct v8_string *string)
{
    struct page_work *work = context;
    struct string_groups *groups = work->groups;
    uint64_t hash;
    if (++work->worker->turn % CANCEL_EVERY == 0 && job_cancelled(&groups->job))
        return false;
    if (string->length == 0 ||
        (string->kind != STRING_SEQUENTIAL && string->kind != STRING_EXTERNAL))
        return true;
    if (!v8_string_hash(groups->v8, string, &hash)) {
        atomic_fetch_add(&groups->damaged, 1);
        return true;
    }
    struct entry entry = {.high = (uint32_t)(hash >> 32), .low = (uint32_t)hash,
                          .id = index_id(groups->index, string->object.address)};
    work->failed = !push(&work->worker->parts[hash >> 58], entry);
    return !work->failed;
}

static bool hash_page(void *context, size_t worker, size_t number)
{
    struct string_groups *groups = context;
    const struct v8_page *page = &groups->v8->pages[number];
    struct page_work work = {.groups = groups, .worker = &groups->workers[worker]};
    if (job_cancelled(&groups->job))
        return false;
    if (groups->isolate >= 0 && page->isolate != groups->isolate)
        return true;
    bool done = string_pass_page(&work.worker->pass, groups->v8, groups->index, number,
                                 hash_string, &work);
    atomic_fetch_add(&groups->job.done, page->end - page->start);
    return done && !work.failed;
}

// --- groups --------------------------------------------------------------------------------------

static int by_hash(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    if (left->high != right->high)
        return left->high < right->high ? -1 : 1;
    if (left->low != right->low)
        return left->low < right->low ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

// The part's entries of all workers, sorted; the workers' lists are given up.
static bool gather(struct string_groups *groups, size_t part, struct entries *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < groups->worker_count; i++)
        count += groups->workers[i].parts[part].count;
    *ret = (struct entries){.items = calloc(count + 1, sizeof *ret->items)};
    if (ret->items == NULL)
        return false;
    for (size_t i = 0; i < groups->worker_count; i++) {
        struct entries *list = &groups->workers[i].parts[part];
        if (list->count > 0)
            memcpy(ret->items + ret->count, list->items, list->count * sizeof *list->items);
        ret->count += list->count;
        free(list->items);
        *list = (struct entries){0};
    }
    qsort(ret->items, ret->count, sizeof *ret->items, by_hash);
    return true;
}

static bool string_by_id(const struct string_groups *groups, uint32_t id, struct v8_string *ret)
{
    return v8_string_at(groups->v8, index_address(groups->index, id), ret);
}

// Bytes that would be saved without the string, those outside of the heap included.
static uint64_t bytes_of(const struct v8_string *string)
{
    uint64_t outside = (uint64_t)string->length << string->two_byte;
    return string->object.size + (string->kind == STRING_EXTERNAL ? outside : 0);
}

// Of entries with one hash: those that read as the first become a group, the others stay, moved to
// the front. Returns how many stay.
static size_t take_group(const struct string_groups *groups, struct entry *entries, size_t count,
                         struct string_group *ret)
{
    struct v8_string first, other;
    size_t left = 0;
    *ret = (struct string_group){.example = entries[0].id, .count = 1};
    if (!string_by_id(groups, entries[0].id, &first))
        return 0;
    for (size_t i = 1; i < count; i++) {
        if (!string_by_id(groups, entries[i].id, &other))
            continue;
        if (!v8_string_same(groups->v8, &first, &other)) {
            entries[left++] = entries[i];
            continue;
        }
        ret->count++;
        ret->wasted += bytes_of(&other);
    }
    ret->bytes = ret->wasted + bytes_of(&first);
    return left;
}

static bool add_group(struct string_groups *groups, size_t part, const struct string_group *group)
{
    size_t count = groups->parts[part].count;
    if ((count & (count - 1)) == 0) { // full at every power of two
        struct string_group *items = reallocarray(
            groups->parts[part].items, count == 0 ? 1 : 2 * count, sizeof *items);
        if (items == NULL)
            return false;
        groups->parts[part].items = items;
    }
    groups->parts[part].items[groups->parts[part].count++] = *group;
    return true;
}

static bool group_part(void *context, size_t worker, size_t part)
{
    struct string_groups *groups = context;
    struct entries list;
    struct string_group group;
    (void)worker;
    if (!gather(groups, part, &list))
        return false;
    bool done = true;
    for (size_t at = 0, end; at < list.count && done; at = end) {
        for (end = at + 1; end < list.count && list.items[end].high == list.items[at].high &&
                           list.items[end].low == list.items[at].low;)
            end++;
        size_t left = end - at;
        while (left > 1 && done) {
            left = take_group(groups, list.items + at, left, &group);
            done = group.count < 2 || add_group(groups, part, &group);
        }
        done = done && !job_cancelled(&groups->job);
    }
    free(list.items);
    return done;
}

// --- the job -------------------------------------------------------------------------------------

static int by_waste(const void *a, const void *b)
{
    const struct string_group *left = a, *right = b;
    if (left->wasted != right->wasted)
        return left->wasted > right->wasted ? -1 : 1;
    return left->example < right->example ? -1 : left->example > right->example;
}

static bool join_parts(struct string_groups *groups)
{
    size_t count = 0;
    for (size_t i = 0; i < STRING_PARTS; i++)
        count += groups->parts[i].count;
    groups->groups = calloc(count + 1, sizeof *groups->groups);
    if (groups->groups == NULL)
        return false;
    for (size_t i = 0; i < STRING_PARTS; i++)
        for (size_t k = 0; k < groups->parts[i].count; k++) {
            groups->groups[groups->count++] = groups->parts[i].items[k];
            groups->wasted += groups->parts[i].items[k].wasted;
            groups->strings += groups->parts[i].items[k].count;
        }
    qsort(groups->groups, groups->count, sizeof *groups->groups, by_waste);
    atomic_store(&groups->job.items, groups->count);
    return true;
}

static bool run(struct job *job, struct pool *pool)
{
    struct string_groups *groups = (struct string_groups *)job;
    uint64_t bytes = 0;
    for (size_t i = 0; i < groups->v8->page_count; i++)
        bytes += groups->v8->pages[i].end - groups->v8->pages[i].start;
    atomic_store(&job->total, bytes);
    groups->workers = calloc(pool_width(pool), sizeof *groups->workers);
    if (groups->workers == NULL)
        return false;
    groups->worker_count = pool_width(pool);
    return pool_run(pool, groups->v8->page_count, hash_page, groups) &&
           pool_run(pool, STRING_PARTS, group_part, groups) && join_parts(groups);
}

static void destroy(struct job *job)
{
    struct string_groups *groups = (struct string_groups *)job;
    for (size_t i = 0; i < groups->worker_count; i++)
        for (size_t part = 0; part < STRING_PARTS; part++)
            free(groups->workers[i].parts[part].items);
    for (size_t part = 0; part < STRING_PARTS; part++)
        free(groups->parts[part].items);
    free(groups->workers);
    free(groups->groups);
    free(groups);
}

static const struct job_ops ops = {
    .doing = "finding strings that say the same",
    .run = run,
    .destroy = destroy,
};

bool string_groups_create(const struct v8 *v8, const struct object_index *index, int64_t isolate,
                          struct string_groups **ret)
{
    struct string_groups *groups = calloc(1, sizeof *groups);
    if (groups == NULL)
        return false;
    job_init(&groups->job, &ops);
    groups->v8 = v8;
    groups->index = index;
    groups->isolate = isolate;
    *ret = groups;
    return true;
}
