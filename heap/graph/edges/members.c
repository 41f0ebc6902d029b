#include "heap/graph/edges/members.h"

#include <stdlib.h>
#include <string.h>

static int by_map(const void *a, const void *b)
{
    const struct members_shape *left = a, *right = b;
    return left->map < right->map ? -1 : left->map > right->map;
}

static bool is_member(const struct members *members, const struct v8_page *page, uint64_t address)
{
    const struct members_shape *shape = members->shapes;
    if (shape == NULL)
        return true;
    struct members_shape key = {0};
    memcpy(&key.map, page->bytes + (address - page->start), sizeof key.map);
    key.map -= V8_TAG;
    if (members->filter.shape_count > 1)
        shape = bsearch(&key, shape, members->filter.shape_count, sizeof key, by_map);
    if (shape == NULL || shape->map != key.map)
        return false;
    uint32_t name = shape->mixed ? renamed_name(members->filter.renamed, address) : UINT32_MAX;
    return name == UINT32_MAX ? shape->named : name == members->filter.name;
}

// Visit the page's members in order until `visit` returns false.
static void each_member(const struct members *members, size_t number,
                        bool (*visit)(void *context, uint64_t address), void *context)
{
    const struct index_page *page = &members->index->pages[number];
    const struct v8_page *bytes = &members->v8->pages[number];
    if (members->filter.isolate >= 0 && bytes->isolate != members->filter.isolate)
        return;
    if (page->bits == NULL) {
        if (page->count == 1 && is_member(members, bytes, page->start))
            visit(context, page->start);
        return;
    }
    for (size_t word = 0; word < INDEX_WORDS; word++)
        for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1) {
            uint64_t address = page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits));
            if (is_member(members, bytes, address) && !visit(context, address))
                return;
        }
}

static bool count_one(void *context, uint64_t address)
{
    (void)address;
    ++*(uint32_t *)context;
    return true;
}

static bool count_page(void *context, size_t worker, size_t number)
{
    struct members *members = context;
    (void)worker;
    if (job_cancelled(&members->job))
        return false;
    each_member(members, number, count_one, &members->counts[number]);
    const struct v8_page *page = &members->v8->pages[number];
    atomic_fetch_add(&members->job.done, page->end - page->start);
    atomic_fetch_add(&members->job.items, members->counts[number]);
    return true;
}

static bool run(struct job *job, struct pool *pool)
{
    struct members *members = (struct members *)job;
    uint64_t bytes = 0;
    for (size_t i = 0; i < members->v8->page_count; i++)
        bytes += members->v8->pages[i].end - members->v8->pages[i].start;
    atomic_store(&job->total, bytes);
    if (!pool_run(pool, members->v8->page_count, count_page, members))
        return false;
    for (size_t i = 0; i < members->v8->page_count; i++) {
        members->before[i] = members->total;
        members->total += members->counts[i];
    }
    return true;
}

static void destroy(struct job *job)
{
    struct members *members = (struct members *)job;
    free(members->shapes);
    free(members->counts);
    free(members->before);
    free(members);
}

static const struct job_ops ops = {
    .doing = "finding the objects of a type",
    .run = run,
    .destroy = destroy,
};

// Note which shapes have renamed objects: only theirs are looked up one by one.
static bool find_mixed(struct members *members)
{
    struct renamed_group *groups;
    size_t count;
    if (members->filter.renamed == NULL)
        return true;
    if (!renamed_groups(members->filter.renamed, members->v8, &groups, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct members_shape key = {.map = groups[i].map};
        struct members_shape *shape =
            bsearch(&key, members->shapes, members->filter.shape_count, sizeof key, by_map);
        if (shape != NULL)
            shape->mixed = true;
    }
    free(groups);
    return true;
}

// Copied and sorted, each shape once (it may have been given once for each isolate).
static bool take_shapes(struct members *members, const struct members_filter *filter)
{
    size_t kept = 0;
    members->shapes = calloc(filter->shape_count + 1, sizeof *members->shapes);
    if (members->shapes == NULL)
        return false;
    memcpy(members->shapes, filter->shapes, filter->shape_count * sizeof *filter->shapes);
    qsort(members->shapes, filter->shape_count, sizeof *members->shapes, by_map);
    for (size_t i = 0; i < filter->shape_count; i++)
        if (kept == 0 || members->shapes[kept - 1].map != members->shapes[i].map)
            members->shapes[kept++] = members->shapes[i];
        else
            members->shapes[kept - 1].named |= members->shapes[i].named;
    members->filter.shapes = members->shapes;
    members->filter.shape_count = kept;
    return find_mixed(members);
}

bool members_create(const struct v8 *v8, const struct object_index *index,
                    const struct members_filter *filter, struct members **ret)
{
    struct members *members = calloc(1, sizeof *members);
    if (members == NULL)
        return false;
    job_init(&members->job, &ops);
    members->v8 = v8;
    members->index = index;
    members->filter = *filter;
    members->counts = calloc(v8->page_count + 1, sizeof *members->counts);
    members->before = calloc(v8->page_count + 1, sizeof *members->before);
    if (members->counts == NULL || members->before == NULL ||
        (filter->shapes != NULL && !take_shapes(members, filter))) {
        job_release(&members->job);
        return false;
    }
    *ret = members;
    return true;
}

struct seek {
    uint64_t address;        // the last one looked at
    uint64_t target, passed; // the address sought, and how many lie before it
};

static bool seek_address(void *context, uint64_t address)
{
    struct seek *seek = context;
    seek->address = address;
    seek->passed += address < seek->target;
    return address < seek->target;
}

void members_cursor_free(struct members_cursor *cursor)
{
    free(cursor->addresses);
    *cursor = (struct members_cursor){0};
}

// The last page with at most n members before it.
static size_t page_of(const struct members *members, uint64_t n)
{
    size_t low = 0, high = members->v8->page_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (members->before[middle] <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

static bool remember(void *context, uint64_t address)
{
    struct members_cursor *cursor = context;
    size_t count = (size_t)(cursor->end - cursor->first);
    if (count == cursor->capacity) // the page was counted: it has no more than that
        return false;
    cursor->addresses[count] = address;
    cursor->end++;
    return true;
}

static bool look_at(const struct members *members, struct members_cursor *cursor, size_t page)
{
    size_t count = members->counts[page];
    cursor->first = cursor->end = members->before[page];
    if (cursor->capacity < count) {
        free(cursor->addresses);
        cursor->addresses = calloc(count, sizeof *cursor->addresses);
        cursor->capacity = cursor->addresses != NULL ? count : 0;
    }
    each_member(members, page, remember, cursor);
    return cursor->end > cursor->first;
}

uint64_t members_address(const struct members *members, struct members_cursor *cursor, uint64_t n)
{
    if (n >= members->total)
        return 0;
    if (n < cursor->first || n >= cursor->end)
        if (!look_at(members, cursor, page_of(members, n)) || n >= cursor->end)
            return 0;
    return cursor->addresses[n - cursor->first];
}

bool members_find(const struct members *members, uint64_t address, uint64_t *ret)
{
    size_t number = index_page_of(members->index, address);
    if (number == SIZE_MAX)
        return false;
    struct seek seek = {.target = address};
    each_member(members, number, seek_address, &seek);
    *ret = members->before[number] + seek.passed;
    return seek.address == address;
}
