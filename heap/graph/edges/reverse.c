#include "heap/graph/edges/reverse.h"

#include "heap/array.h"
#include "heap/graph/edges/streams.h"

#include <stdlib.h>
#include <string.h>

enum {
    PLACE_INVALID = (1 << STREAM_PLACE_BITS) - 2, // no object starts there
    PAGE_WORDS = V8_PAGE_SIZE / 8,
};

// Where references to a chunk of 256 KiB go.
struct chunk_route {
    uint64_t chunk;   // address / V8_PAGE_SIZE; 0: free place in the table
    uint32_t stretch; // or ROUTE_READ_ONLY
    uint32_t place;   // of the chunk's first word in the stretch
    bool moved;       // may hold objects that a collection moved away
};

enum { ROUTE_READ_ONLY = UINT32_MAX };

struct ephemeron_list {
    struct ephemeron *items;
    size_t count, capacity;
};

struct worker {
    struct stream_set set;
    struct ephemeron_list ephemerons;
    uint64_t read_only;
    struct edge_batch batch;
};

struct stretch_work {
    uint64_t base;    // where its lists begin
    uint64_t entries; // strong ones, found or not
    uint64_t strong;  // those that point to an object
    uint32_t first_page, end_page;
};

struct build {
    struct reverse *reverse;
    const struct edges *edges;
    const struct object_index *index;
    struct job *job;
    struct chunk_route *routes;
    size_t route_mask;
    struct stretch_work *stretches;
    struct worker *workers;
    size_t worker_count;
    atomic_bool failed;
};

// --- routes --------------------------------------------------------------------------------------

static inline const struct chunk_route *route_of(const struct build *build, uint64_t address)
{
    uint64_t chunk = address / V8_PAGE_SIZE;
    for (size_t at = index_hash(chunk, build->route_mask);; at = (at + 1) & build->route_mask) {
        const struct chunk_route *route = &build->routes[at];
        if (route->chunk == chunk || route->chunk == 0)
            return route->chunk == 0 ? NULL : route;
    }
}

static void add_route(struct build *build, uint64_t base, struct chunk_route route)
{
    route.chunk = base / V8_PAGE_SIZE;
    size_t at = index_hash(route.chunk, build->route_mask);
    while (build->routes[at].chunk != 0)
        at = (at + 1) & build->route_mask;
    build->routes[at] = route;
}

bool reverse_stretches_create(struct reverse *reverse)
{
    const struct object_index *index = reverse->edges->index;
    size_t count = (index->page_count + REVERSE_STRETCH_PAGES - 1) / REVERSE_STRETCH_PAGES;
    reverse->stretches = calloc(count + 1, sizeof *reverse->stretches);
    if (reverse->stretches == NULL)
        return false;
    reverse->stretch_count = count;
    for (size_t i = 0; i < count; i++) {
        size_t first = i * REVERSE_STRETCH_PAGES, end = first + REVERSE_STRETCH_PAGES;
        reverse->stretches[i].first_id = index->pages[first].first;
        for (size_t j = first; j < end && j < index->page_count; j++)
            reverse->stretches[i].count += index->pages[j].count;
    }
    return true;
}

static bool make_stretches(struct build *build)
{
    const struct v8 *v8 = build->edges->v8;
    struct reverse *reverse = build->reverse;
    size_t pages = v8->page_count, slots = 64;
    while (slots < 2 * pages + 2)
        slots *= 2;
    build->route_mask = slots - 1;
    build->routes = calloc(slots, sizeof *build->routes);
    if (build->routes == NULL || !reverse_stretches_create(reverse))
        return false;
    build->stretches = calloc(reverse->stretch_count + 1, sizeof *build->stretches);
    if (build->stretches == NULL)
        return false;
    for (size_t i = 0; i < reverse->stretch_count; i++) {
        size_t first = i * REVERSE_STRETCH_PAGES, end = first + REVERSE_STRETCH_PAGES;
        end = end < pages ? end : pages;
        build->stretches[i].first_page = (uint32_t)first;
        build->stretches[i].end_page = (uint32_t)end;
        for (size_t j = first; j < end; j++) {
            bool read_only = v8->pages[j].kind == SPACE_READ_ONLY;
            add_route(build, v8->pages[j].base, (struct chunk_route){
                .stretch = read_only ? ROUTE_READ_ONLY : (uint32_t)i,
                .place = (uint32_t)(j - first) * PAGE_WORDS,
                .moved = build->edges->moved[j]});
        }
    }
    return true;
}

// --- first pass: references into streams ---------------------------------------------------------

static bool add_ephemeron(struct ephemeron_list *list, struct ephemeron ephemeron)
{
    if (!array_reserve(&list->items, list->count, &list->capacity, sizeof *list->items))
        return false;
    list->items[list->count++] = ephemeron;
    return true;
}

// Where a reference leads, when the object it points to may have been moved away.
static uint64_t settle(const struct build *build, uint64_t address)
{
    uint32_t id = edge_target(build->edges, address);
    return id == INDEX_NONE ? 0 : edges_address(build->edges, id);
}

// Sets the stretch and place an address lies in; false: no page, or one of no interest.
static inline bool locate(const struct build *build, struct worker *worker, uint64_t address,
                          uint32_t *stretch, uint32_t *place)
{
    const struct chunk_route *route = route_of(build, address);
    if (route == NULL)
        return false;
    if (route->moved) {
        address = settle(build, address);
        route = address == 0 ? NULL : route_of(build, address);
        if (route == NULL)
            return false;
    }
    if (route->stretch == ROUTE_READ_ONLY) {
        worker->read_only++;
        return false;
    }
    *stretch = route->stretch;
    *place = route->place + (uint32_t)(address % V8_PAGE_SIZE / 8);
    return (address & 7) == 0 && *place < PLACE_INVALID;
}

static bool push_other(const struct build *build, struct worker *worker, uint32_t source,
                       const uint64_t *words, size_t at)
{
    uint64_t word = words[at], address = word & ~(uint64_t)EDGE_STRENGTH;
    uint32_t stretch, place;
    if (!locate(build, worker, address, &stretch, &place))
        return true;
    if ((word & 3) == EDGE_WEAK)
        return stream_other(&worker->set, stretch, place, source, REVERSE_WEAK);
    uint32_t key = edge_target(build->edges, words[at - 1]);
    struct ephemeron ephemeron = {key, edge_target(build->edges, address), source};
    if (key == INDEX_NONE || ephemeron.value == INDEX_NONE)
        return true;
    return add_ephemeron(&worker->ephemerons, ephemeron) &&
           stream_other(&worker->set, stretch, place, source, REVERSE_BY_TABLE) &&
           stream_other(&worker->set, stretch, place, key, REVERSE_BY_KEY);
}

static bool push_batch(const struct build *build, struct worker *worker)
{
    const struct edge_batch *batch = &worker->batch;
    size_t at = 0;
    for (uint32_t i = 0; i < batch->count; i++)
        for (uint32_t source = batch->first + i; at < batch->ends[i]; at++) {
            uint64_t word = batch->words[at];
            uint32_t stretch, place;
            if ((word & 3) != EDGE_STRONG) {
                if (!push_other(build, worker, source, batch->words, at))
                    return false;
            } else if (locate(build, worker, word - EDGE_STRONG, &stretch, &place) &&
                       !stream_strong(&worker->set, stretch, place, source)) {
                return false;
            }
        }
    return true;
}

static bool scan_page(void *context, size_t number, size_t page)
{
    struct build *build = context;
    struct worker *worker = &build->workers[number];
    struct edge_scan scan;
    if (job_cancelled(build->job))
        return false;
    edge_scan_begin(&scan, build->edges, page);
    for (unsigned n = 0; edge_scan_next(&scan, &worker->batch); n++)
        if (!push_batch(build, worker) || (n % 64 == 63 && job_cancelled(build->job))) {
            atomic_store(&build->failed, true);
            return false;
        }
    const struct v8_page *bytes = &build->edges->v8->pages[page];
    atomic_fetch_add_explicit(&build->job->done, bytes->end - bytes->start, memory_order_relaxed);
    return true;
}

// --- second pass: streams into lists -------------------------------------------------------------

// Id of the object that starts at a place of the stretch, counted from the stretch's first; or
// PLACE_INVALID.
static inline uint32_t resolve(const struct build *build, const struct stretch_work *work,
                               uint32_t first_id, uint32_t place)
{
    const struct index_page *page = &build->index->pages[work->first_page + place / PAGE_WORDS];
    uint64_t at = place % PAGE_WORDS;
    if (page->bits == NULL)
        return page->count == 1 && page->start == page->base + 8 * at ? page->first - first_id
                                                                      : PLACE_INVALID;
    uint64_t word = page->bits->starts[at / 64], bit = 1ull << (at % 64);
    if ((word & bit) == 0)
        return PLACE_INVALID;
    return page->first - first_id + page->bits->before[at / 64] +
           (uint32_t)__builtin_popcountll(word & (bit - 1));
}

static int compare_others(const void *a, const void *b)
{
    const struct reverse_other *left = a, *right = b;
    if (left->target != right->target)
        return left->target < right->target ? -1 : 1;
    if (left->source != right->source)
        return left->source < right->source ? -1 : 1;
    return left->kind - right->kind;
}

static bool add_other(struct reverse_stretch *stretch, size_t *capacity, struct reverse_other other)
{
    if (!array_reserve(&stretch->others, stretch->other_count, capacity, sizeof *stretch->others))
        return false;
    stretch->others[stretch->other_count++] = other;
    return true;
}

// Count each object's references in counts[], and give the entries ids in place of places.
static bool count_entries(struct build *build, size_t number, uint32_t *counts)
{
    struct reverse_stretch *stretch = &build->reverse->stretches[number];
    struct stretch_work *work = &build->stretches[number];
    size_t capacity = 0;
    for (size_t i = 0; i < build->worker_count; i++) {
        struct stream_reader reader;
        stream_read(&build->workers[i].set.streams[number], &reader);
        while (stream_next(&reader)) {
            uint32_t id = resolve(build, work, stretch->first_id, reader.place);
            if (reader.kind == REVERSE_KINDS) {
                stream_set_place(&reader, id);
                if (id != PLACE_INVALID) {
                    counts[id]++;
                    work->strong++;
                }
            } else if (id != PLACE_INVALID &&
                       !add_other(stretch, &capacity,
                                  (struct reverse_other){stretch->first_id + id, reader.source,
                                                         (uint8_t)reader.kind}))
                return false;
        }
    }
    if (stretch->other_count > 1)
        qsort(stretch->others, stretch->other_count, sizeof *stretch->others, compare_others);
    return true;
}

static bool next_strong(struct stream_reader *reader)
{
    while (stream_next(reader))
        if (reader->kind == REVERSE_KINDS)
            return true;
    return false;
}

// The sources of one reader up to `limit` into the lists; false: the stream is through.
static bool fill_until(struct stream_reader *reader, uint32_t limit, uint32_t *cursors,
                       uint32_t *sources)
{
    do {
        if (reader->source > limit)
            return true;
        if (reader->place != PLACE_INVALID)
            sources[cursors[reader->place]++] = reader->source;
    } while (next_strong(reader));
    return false;
}

// Merge the workers' streams: each is in ascending order of source, and so are the lists then.
static void fill_lists(struct build *build, size_t number, struct stream_reader *readers,
                       uint32_t *cursors, uint32_t *sources)
{
    size_t live = 0;
    for (size_t i = 0; i < build->worker_count; i++) {
        stream_read(&build->workers[i].set.streams[number], &readers[live]);
        live += next_strong(&readers[live]);
    }
    while (live > 0) {
        size_t least = 0;
        uint32_t limit = UINT32_MAX;
        for (size_t i = 1; i < live; i++)
            if (readers[i].source < readers[least].source)
                least = i;
        for (size_t i = 0; i < live; i++)
            if (i != least && readers[i].source < limit)
                limit = readers[i].source;
        if (!fill_until(&readers[least], limit, cursors, sources))
            readers[least] = readers[--live];
    }
}

static bool fill_stretch(struct build *build, size_t number)
{
    struct reverse *reverse = build->reverse;
    struct reverse_stretch *stretch = &reverse->stretches[number];
    struct stretch_work *work = &build->stretches[number];
    uint32_t *starts = (uint32_t *)reverse->starts.bytes + stretch->first_id;
    uint32_t *sources = (uint32_t *)reverse->sources.bytes + work->base;
    struct stream_reader *readers = calloc(build->worker_count, sizeof *readers);
    if (readers == NULL || !count_entries(build, number, starts)) {
        free(readers);
        return false;
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < stretch->count; i++) {
        uint32_t count = starts[i];
        starts[i] = next;
        next += count;
    }
    fill_lists(build, number, readers, starts, sources);
    free(readers);
    memset(sources + next, 0xff, (work->entries - next) * sizeof *sources);
    // Each cursor stands at its list's end, where the next list begins.
    for (uint32_t i = stretch->count; i-- > 0;) {
        uint64_t start = work->base + (i > 0 ? starts[i - 1] : 0);
        starts[i] = (uint32_t)start;
        if ((stretch->first_id + i) % REVERSE_BLOCK == 0)
            reverse->bases[(stretch->first_id + i) / REVERSE_BLOCK] = start;
    }
    return true;
}

static bool finish_stretch(void *context, size_t worker, size_t number)
{
    struct build *build = context;
    struct stretch_work *work = &build->stretches[number];
    (void)worker;
    if (job_cancelled(build->job))
        return false;
    if (!fill_stretch(build, number)) {
        atomic_store(&build->failed, true);
        return false;
    }
    for (size_t i = 0; i < build->worker_count; i++)
        stream_drop(&build->workers[i].set.streams[number]);
    uint64_t bytes = 0;
    for (size_t i = work->first_page; i < work->end_page; i++)
        bytes += build->edges->v8->pages[i].end - build->edges->v8->pages[i].start;
    atomic_fetch_add_explicit(&build->job->done, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&build->job->items, work->strong, memory_order_relaxed);
    return true;
}

// --- both ----------------------------------------------------------------------------------------

// Where the lists of each stretch begin. False: too many references to one stretch.
static bool lay_out(struct build *build, uint64_t *total)
{
    *total = 0;
    for (size_t i = 0; i < build->reverse->stretch_count; i++) {
        struct stretch_work *work = &build->stretches[i];
        work->base = *total;
        for (size_t j = 0; j < build->worker_count; j++)
            work->entries += build->workers[j].set.streams[i].strong;
        if (work->entries >= UINT32_MAX)
            return false;
        *total += work->entries;
    }
    return true;
}

static int compare_ephemerons(const void *a, const void *b)
{
    const struct ephemeron *left = a, *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->table != right->table ? (left->table < right->table ? -1 : 1) : 0;
}

static bool gather_ephemerons(struct build *build)
{
    struct reverse *reverse = build->reverse;
    size_t count = 0;
    for (size_t i = 0; i < build->worker_count; i++)
        count += build->workers[i].ephemerons.count;
    reverse->ephemerons = calloc(count + 1, sizeof *reverse->ephemerons);
    if (reverse->ephemerons == NULL)
        return false;
    for (size_t i = 0; i < build->worker_count; i++) {
        struct ephemeron_list *list = &build->workers[i].ephemerons;
        for (size_t j = 0; j < list->count; j++)
            reverse->ephemerons[reverse->ephemeron_count++] = list->items[j];
        free(list->items);
        *list = (struct ephemeron_list){0};
    }
    qsort(reverse->ephemerons, count, sizeof *reverse->ephemerons, compare_ephemerons);
    return true;
}

static bool make_arrays(struct build *build, uint64_t limit)
{
    struct reverse *reverse = build->reverse;
    uint64_t objects = build->index->count, total;
    if (!lay_out(build, &total))
        return false;
    uint64_t starts = (objects + 1) * sizeof(uint32_t), sources = total * sizeof(uint32_t);
    reverse->bases = calloc(objects / REVERSE_BLOCK + 2, sizeof *reverse->bases);
    if (reverse->bases == NULL || !big_array_create(starts, limit, &reverse->starts) ||
        !big_array_create(sources, starts < limit ? limit - starts : 0, &reverse->sources))
        return false;
    ((uint32_t *)reverse->starts.bytes)[objects] = (uint32_t)total;
    if (objects % REVERSE_BLOCK == 0)
        reverse->bases[objects / REVERSE_BLOCK] = total;
    return gather_ephemerons(build);
}

static bool make_workers(struct build *build, size_t count, uint64_t limit)
{
    build->workers = calloc(count, sizeof *build->workers);
    if (build->workers == NULL)
        return false;
    for (; build->worker_count < count; build->worker_count++)
        if (!streams_create(&build->workers[build->worker_count].set,
                            build->reverse->stretch_count, limit / count))
            return false;
    return true;
}

static void free_build(struct build *build)
{
    for (size_t i = 0; i < build->worker_count; i++) {
        streams_destroy(&build->workers[i].set);
        free(build->workers[i].ephemerons.items);
    }
    free(build->workers);
    free(build->routes);
    free(build->stretches);
}

static void add_totals(struct build *build)
{
    struct reverse *reverse = build->reverse;
    for (size_t i = 0; i < build->worker_count; i++)
        reverse->read_only += build->workers[i].read_only;
    for (size_t i = 0; i < reverse->stretch_count; i++) {
        reverse->strong += build->stretches[i].strong;
        reverse->others += reverse->stretches[i].other_count;
    }
}

bool reverse_create(const struct edges *edges, struct job *job, struct pool *pool, uint64_t limit,
                    struct reverse **ret)
{
    struct reverse *reverse = calloc(1, sizeof *reverse);
    if (reverse == NULL)
        return false;
    reverse->edges = edges;
    struct build build = {.reverse = reverse, .edges = edges, .index = edges->index, .job = job};
    bool done = make_stretches(&build) && make_workers(&build, pool_width(pool), limit) &&
                pool_run(pool, edges->v8->page_count, scan_page, &build) &&
                make_arrays(&build, limit) &&
                pool_run(pool, reverse->stretch_count, finish_stretch, &build);
    if (done) {
        add_totals(&build);
        *ret = reverse;
    } else {
        reverse_destroy(reverse);
    }
    free_build(&build);
    return done;
}

void reverse_destroy(struct reverse *reverse)
{
    if (reverse == NULL)
        return;
    for (size_t i = 0; reverse->stretches != NULL && i < reverse->stretch_count; i++)
        free(reverse->stretches[i].others);
    free(reverse->stretches);
    free(reverse->ephemerons);
    free(reverse->bases);
    big_array_destroy(&reverse->starts);
    big_array_destroy(&reverse->sources);
    free(reverse);
}

// --- looking up ----------------------------------------------------------------------------------

static uint64_t start_of(const struct reverse *reverse, uint64_t id)
{
    uint64_t base = reverse->bases[id / REVERSE_BLOCK];
    return base + (uint32_t)(((const uint32_t *)reverse->starts.bytes)[id] - (uint32_t)base);
}

const uint32_t *reverse_of(const struct reverse *reverse, uint32_t id, uint64_t *count)
{
    const uint32_t *list = reverse->sources.bytes;
    uint64_t start = start_of(reverse, id), low = start, high = start_of(reverse, (uint64_t)id + 1);
    if (high > low && list[high - 1] == INDEX_NONE) { // a gap follows
        while (low < high) {
            uint64_t middle = low + (high - low) / 2;
            if (list[middle] == INDEX_NONE)
                high = middle;
            else
                low = middle + 1;
        }
    }
    *count = high - start;
    return list + start;
}

static const struct reverse_stretch *stretch_of(const struct reverse *reverse, uint32_t id)
{
    size_t low = 0, high = reverse->stretch_count - 1;
    while (low < high) { // the last one that begins at or before it
        size_t middle = low + (high - low + 1) / 2;
        if (reverse->stretches[middle].first_id <= id)
            low = middle;
        else
            high = middle - 1;
    }
    return &reverse->stretches[low];
}

const struct reverse_other *reverse_others_of(const struct reverse *reverse, uint32_t id,
                                              size_t *count)
{
    const struct reverse_stretch *stretch = stretch_of(reverse, id);
    size_t low = 0, high = stretch->other_count, end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (stretch->others[middle].target < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low, high = stretch->other_count; end < high;) {
        size_t middle = end + (high - end) / 2;
        if (stretch->others[middle].target <= id)
            end = middle + 1;
        else
            high = middle;
    }
    *count = end - low;
    return stretch->others + low;
}

const struct ephemeron *reverse_ephemerons_of(const struct reverse *reverse, uint32_t key,
                                              size_t *count)
{
    size_t low = 0, high = reverse->ephemeron_count, end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reverse->ephemerons[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < reverse->ephemeron_count && reverse->ephemerons[end].key == key;)
        end++;
    *count = end - low;
    return reverse->ephemerons + low;
}

bool reverse_has(const struct reverse *reverse, uint32_t id)
{
    size_t page = index_page_of(reverse->edges->index, edges_address(reverse->edges, id));
    return page != SIZE_MAX && reverse->edges->v8->pages[page].kind != SPACE_READ_ONLY;
}

uint64_t reverse_bytes(const struct reverse *reverse)
{
    uint64_t bytes = reverse->starts.size + reverse->sources.size +
                     reverse->ephemeron_count * sizeof *reverse->ephemerons;
    for (size_t i = 0; i < reverse->stretch_count; i++)
        bytes += reverse->stretches[i].other_count * sizeof *reverse->stretches[i].others;
    return bytes;
}
