#include "heap/graph/index/walk.h"

#include "heap/dump/checked.h"
#include "heap/v8/naming/class_name.h"
#include "heap/v8/naming/retype.h"
#include "heap/v8/object/object.h"
#include "heap/v8/object/survivors.h"
#include "heap/v8/space/areas.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    TABLE_START = 1024,   // slots of a worker's shape table at first
    GUESSES = 4096,       // power of two
    FORWARDED_MAX = 8,    // times that an object moved before its first page was freed
    RESYNC_CHAIN = 4,     // objects in a row that make a start after damage certain
};

// Per-worker counts: no sharing on the hot path. The lock is held while a page is walked, and by
// whoever copies the counts. What the inner loop touches of a shape is one cache line; the shape
// itself is beside it, in `shapes`.
struct shape_slot {
    uint64_t key;         // slot_key() of the map word and the isolate; 0: empty
    uint64_t count, bytes;
    uint64_t example;
    uint32_t fixed_size;  // 0: counted, see below, or neither
    uint32_t header, mask; // size = (header + unit * (u32 at `at` >> shift & mask)) rounded to 8
    uint16_t isolate;
    uint8_t at, shift, unit;
    bool is_counted, is_object; // false: neither, filler or free memory
    bool is_plain;        // an object that is named as its shape is
};

_Static_assert(sizeof(struct shape_slot) <= 64, "one cache line");

struct worker {
    pthread_mutex_t lock;
    struct shape_slot *slots;
    struct v8_shape *shapes; // parallel to slots
    size_t mask, used;
    uint64_t *unusual;       // addresses of objects that are not plain
    size_t unusual_count;
    uint32_t guesses[GUESSES]; // slot that came after two others the last time
};

struct walk {
    const struct v8 *v8;
    struct object_index *index;
    struct walk_page *pages;
    uint8_t *walked;            // of each page: it is through
    struct worker *workers;
    size_t worker_count;
    uint64_t total;
    atomic_bool cancelled, failed;
    atomic_uint_least64_t done, objects;
    struct area_list areas;     // candidates, scanned when a page first needs them
    pthread_mutex_t areas_lock;
    bool areas_ready;
    void (*observe)(void *context);
    void *observe_context;
};

// --- shapes of a worker --------------------------------------------------------------------------

// Map words have 47 significant bits: the isolate goes above them.
static inline uint64_t slot_key(uint64_t word, uint16_t isolate)
{
    return word ^ (uint64_t)isolate << 48;
}

static size_t slot_hash(uint64_t word, size_t mask)
{
    return (size_t)(word * 0x9e3779b97f4a7c15ull >> 32) & mask;
}

static size_t free_slot(const struct shape_slot *slots, size_t mask, uint64_t key)
{
    size_t at = slot_hash(key, mask);
    while (slots[at].key != 0)
        at = (at + 1) & mask;
    return at;
}

static bool table_create(struct worker *worker, size_t size)
{
    worker->slots = aligned_alloc(64, size * sizeof *worker->slots);
    worker->shapes = calloc(size, sizeof *worker->shapes);
    worker->mask = size - 1;
    if (worker->slots == NULL || worker->shapes == NULL)
        return false;
    memset(worker->slots, 0, size * sizeof *worker->slots);
    return true;
}

static void table_free(struct worker *worker)
{
    free(worker->slots);
    free(worker->shapes);
}

static bool grow(struct worker *worker)
{
    struct worker bigger = {0};
    if (!table_create(&bigger, 2 * (worker->mask + 1))) {
        table_free(&bigger);
        return false;
    }
    for (size_t i = 0; i <= worker->mask; i++) {
        if (worker->slots[i].key == 0)
            continue;
        size_t at = free_slot(bigger.slots, bigger.mask, worker->slots[i].key);
        bigger.slots[at] = worker->slots[i];
        bigger.shapes[at] = worker->shapes[i];
    }
    table_free(worker);
    worker->slots = bigger.slots;
    worker->shapes = bigger.shapes;
    worker->mask = bigger.mask;
    memset(worker->guesses, 0, sizeof worker->guesses);
    return true;
}

static void slot_fill(const struct v8 *v8, struct shape_slot *slot, const struct v8_shape *shape)
{
    const struct size_rule *rule = &shape->rule;
    slot->fixed_size = (uint32_t)shape->fixed_size;
    slot->is_counted = shape->fixed_size == 0 && rule->kind == SIZE_COUNTED && rule->align == 8;
    slot->header = rule->header;
    slot->mask = rule->mask;
    slot->at = rule->at;
    slot->shift = rule->shift;
    slot->unit = rule->unit;
    slot->is_object = shape->type != ITYPE_FREE_SPACE && shape->type != ITYPE_FILLER;
    slot->is_plain = slot->is_object && !v8_retypes(v8, shape) && !v8_class_varies(v8, shape);
}

static struct shape_slot *slot_add(struct walk *walk, struct worker *worker, uint64_t word,
                                   uint16_t isolate)
{
    uint64_t key = slot_key(word, isolate);
    struct v8_shape shape;
    if (!v8_is_strong(word) || !v8_shape_read(walk->v8, v8_untag(word), &shape))
        return NULL;
    if (2 * (worker->used + 1) > worker->mask && !grow(worker)) {
        atomic_store(&walk->failed, true);
        return NULL;
    }
    size_t at = free_slot(worker->slots, worker->mask, key);
    worker->used++;
    worker->shapes[at] = shape;
    worker->slots[at] = (struct shape_slot){.key = key, .isolate = isolate};
    slot_fill(walk->v8, &worker->slots[at], &shape);
    return &worker->slots[at];
}

static inline struct shape_slot *slot_find(struct walk *walk, struct worker *worker,
                                           uint64_t word, uint16_t isolate)
{
    uint64_t key = slot_key(word, isolate);
    size_t at = slot_hash(key, worker->mask);
    for (;; at = (at + 1) & worker->mask) {
        if (worker->slots[at].key == key && word != 0)
            return &worker->slots[at];
        if (worker->slots[at].key == 0)
            return slot_add(walk, worker, word, isolate);
    }
}

// --- one page ------------------------------------------------------------------------------------

struct cursor {
    struct walk *walk;
    struct worker *worker;
    const struct v8_page *page;
    struct walk_page *account;
    struct index_bits *bits;
    uint64_t at, end;   // offsets from page->start
    uint64_t run;       // from here to `at` one object after the other was counted
};

static uint64_t word_at(const struct cursor *cursor, uint64_t at)
{
    uint64_t word;
    memcpy(&word, cursor->page->bytes + at, sizeof word);
    return word;
}

static inline struct shape_slot *slot_at(const struct cursor *cursor, uint64_t at)
{
    return slot_find(cursor->walk, cursor->worker, word_at(cursor, at), cursor->page->isolate);
}

static const struct v8_shape *shape_of(const struct cursor *cursor, const struct shape_slot *slot)
{
    return &cursor->worker->shapes[slot - cursor->worker->slots];
}

// 0: it does not fit, or is not known.
static inline uint64_t size_at(const struct cursor *cursor, const struct shape_slot *slot,
                               uint64_t at)
{
    uint64_t available = cursor->end - at, size = slot->fixed_size;
    if (size == 0 && slot->is_counted && available >= slot->at + 4u) {
        uint32_t word;
        memcpy(&word, cursor->page->bytes + at + slot->at, sizeof word);
        size = slot->header + slot->unit * (uint64_t)(word >> slot->shift & slot->mask) + 7;
        size &= ~7ull;
    } else if (size == 0) {
        size = v8_object_size(cursor->walk->v8, shape_of(cursor, slot), cursor->page->bytes + at,
                              available);
    }
    return size <= available ? size : 0;
}

// Fillers and free memory are accounted for; objects that may have a name of their own are noted.
static void count_special(struct cursor *cursor, const struct shape_slot *slot, uint64_t size)
{
    struct worker *worker = cursor->worker;
    if (!slot->is_object) {
        *(shape_of(cursor, slot)->type == ITYPE_FILLER ? &cursor->account->filler_bytes
                                                       : &cursor->account->free_bytes) += size;
        return;
    }
    uint64_t *unusual = array_grow(worker->unusual, worker->unusual_count, sizeof *unusual);
    if (unusual == NULL) {
        atomic_store(&cursor->walk->failed, true);
        return;
    }
    worker->unusual = unusual;
    unusual[worker->unusual_count++] = cursor->page->start + cursor->at;
}

static inline void count_object(struct cursor *cursor, struct shape_slot *slot, uint64_t size)
{
    uint64_t bit = (cursor->page->start - cursor->page->base + cursor->at) / 8;
    slot->count++;
    slot->bytes += size;
    if (cursor->bits != NULL)
        cursor->bits->starts[bit / 64] |= (uint64_t)slot->is_object << (bit % 64);
    if (!slot->is_plain)
        count_special(cursor, slot, size);
}

// The slot of the shape at the cursor, when it is not the one guessed.
static struct shape_slot *slot_by_hash(struct cursor *cursor, uint64_t word, size_t history)
{
    struct worker *worker = cursor->worker;
    struct shape_slot *slot = slot_find(cursor->walk, worker, word, cursor->page->isolate);
    if (slot == NULL)
        return NULL;
    if (slot->count == 0)
        slot->example = cursor->page->start + cursor->at;
    worker->guesses[history] = (uint32_t)(slot - worker->slots);
    return slot;
}

// Walk objects up to offset `stop` or the first word that begins none. Finding a shape by its hash
// is a chain of loads that the next object has to wait for. Objects are born in patterns, though:
// guessing that the two shapes before are followed by what followed them the last time is no such
// chain, when the guess is right.
static void walk_objects(struct cursor *cursor, uint64_t stop)
{
    const struct worker *worker = cursor->worker;
    size_t history = 0;
    while (cursor->at < stop) {
        uint64_t word = word_at(cursor, cursor->at);
        struct shape_slot *slot = &worker->slots[worker->guesses[history]];
        if ((slot->key != slot_key(word, cursor->page->isolate) || word == 0) &&
            (slot = slot_by_hash(cursor, word, history)) == NULL)
            return;
        uint64_t size = size_at(cursor, slot, cursor->at);
        if (size == 0)
            return;
        count_object(cursor, slot, size);
        cursor->at += size;
        history = (history << 5 ^ (size_t)(slot - worker->slots)) & (GUESSES - 1);
    }
}

static const struct v8_area *scanned_area(struct walk *walk, uint64_t top)
{
    pthread_mutex_lock(&walk->areas_lock);
    if (!walk->areas_ready) {
        walk->areas_ready = areas_scan(walk->v8, &walk->areas);
        if (!walk->areas_ready) {
            areas_free(&walk->areas);
            atomic_store(&walk->failed, true);
        }
    }
    pthread_mutex_unlock(&walk->areas_lock);
    return area_at(walk->areas.items, walk->areas.count, top);
}

// The copy of an object that the scavenger or an evacuation moved: the map word is its address. A
// page that was evacuated in an earlier collection may still be there, and its copies moved again.
static const struct v8_page *forwarded_to(const struct cursor *cursor, uint64_t *copy)
{
    uint64_t word = word_at(cursor, cursor->at);
    for (int moves = 0; moves < FORWARDED_MAX; moves++) {
        if (word == 0 || (word & 7) != 0)
            return NULL;
        const struct v8_page *page = v8_page_at(cursor->walk->v8, word);
        if (page == NULL || word < page->start || word - page->start >= page->readable ||
            page->readable - (word - page->start) < sizeof word)
            return NULL;
        *copy = word;
        memcpy(&word, page->bytes + (*copy - page->start), sizeof word);
        if ((word & V8_TAG_MASK) == V8_TAG)
            return page;
    }
    return NULL;
}

static uint64_t forwarded_size(const struct cursor *cursor)
{
    uint64_t copy = 0, word;
    const struct v8_page *page = forwarded_to(cursor, &copy);
    if (page == NULL)
        return 0;
    memcpy(&word, page->bytes + (copy - page->start), sizeof word);
    struct shape_slot *slot = slot_find(cursor->walk, cursor->worker, word, cursor->page->isolate);
    if (slot == NULL)
        return 0;
    uint64_t size = v8_object_size(cursor->walk->v8, shape_of(cursor, slot),
                                   page->bytes + (copy - page->start),
                                   page->start + page->readable - copy);
    return size <= cursor->end - cursor->at ? size : 0;
}

// Do several objects in a row begin here?
static bool chain_at(const struct cursor *cursor, uint64_t at)
{
    for (int i = 0; i < RESYNC_CHAIN && at < cursor->end; i++) {
        struct shape_slot *slot = slot_at(cursor, at);
        uint64_t size = slot == NULL ? 0 : size_at(cursor, slot, at);
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

// Nothing begins here that we know: take the bytes as unwalked up to the next certain object.
static void skip_damage(struct cursor *cursor)
{
    uint64_t from = cursor->at;
    do
        cursor->at += 8;
    while (cursor->at < cursor->end && !chain_at(cursor, cursor->at));
    if (cursor->at > cursor->end)
        cursor->at = cursor->end;
    if (cursor->account->gaps++ == 0)
        cursor->account->first_unwalked = cursor->page->start + from;
    cursor->account->unwalked_bytes += cursor->at - from;
}

// --- objects that were none ----------------------------------------------------------------------
//
// What an allocator of a background thread has claimed and not filled holds objects of earlier times,
// which look like any others until one of them does not end where the area does: then nothing begins
// behind it.

// Where the object behind the one at `at` begins; `end` behind the last, or when it is none.
static uint64_t behind(const struct cursor *cursor, uint64_t at)
{
    struct shape_slot *slot = slot_at(cursor, at);
    uint64_t size = slot == NULL ? 0 : size_at(cursor, slot, at);
    return size == 0 ? cursor->end : at + size;
}

// An area with this top whose end lies in (after, before). NULL: there is none.
static const struct v8_area *area_between(const struct area_list *areas, uint64_t top,
                                          uint64_t after, uint64_t before)
{
    const struct v8_area *area = area_at(areas->items, areas->count, top);
    for (; area != NULL && area < areas->items + areas->count && area->top == top; area++)
        if (area->limit > after && area->limit < before)
            return area;
    return NULL;
}

// The area that was walked into: it begins where an object was counted and ends inside the last one. Of
// several the one that is filled most: the others are from before.
static const struct v8_area *area_passed(const struct cursor *cursor)
{
    const struct v8_area *passed = NULL;
    uint64_t start = cursor->page->start, last = cursor->run;
    for (uint64_t at = cursor->run; at < cursor->at; at = behind(cursor, at))
        last = at;
    for (uint64_t at = cursor->run; at < cursor->at; at = behind(cursor, at)) {
        const struct v8_area *area =
            area_between(&cursor->walk->areas, start + at, start + last, start + cursor->at);
        if (area != NULL)
            passed = area;
    }
    return passed;
}

static void uncount(struct cursor *cursor, struct shape_slot *slot, uint64_t at, uint64_t size)
{
    uint64_t bit = (cursor->page->start - cursor->page->base + at) / 8;
    slot->count--;
    slot->bytes -= size;
    cursor->bits->starts[bit / 64] &= ~((uint64_t)slot->is_object << (bit % 64));
    if (slot->is_plain)
        return;
    if (slot->is_object)
        cursor->worker->unusual_count--; // the last ones that were noted
    else
        *(shape_of(cursor, slot)->type == ITYPE_FILLER ? &cursor->account->filler_bytes
                                                       : &cursor->account->free_bytes) -= size;
}

// Nothing begins at the cursor. True: it had passed an area, which is left out now.
static bool take_back(struct cursor *cursor)
{
    const struct v8_area *area = area_passed(cursor);
    if (area == NULL)
        return false;
    uint64_t top = area->top - cursor->page->start, size;
    for (uint64_t at = top; at < cursor->at; at += size) {
        struct shape_slot *slot = slot_at(cursor, at);
        size = size_at(cursor, slot, at);
        uncount(cursor, slot, at, size);
    }
    memset(cursor->worker->guesses, 0, sizeof cursor->worker->guesses); // examples are found anew
    cursor->at = area->limit - cursor->page->start;
    cursor->account->area_bytes += cursor->at - top;
    return true;
}

// The first trusted area of the page at or behind the cursor.
static const struct v8_area *next_area(const struct cursor *cursor)
{
    const struct v8 *v8 = cursor->walk->v8;
    uint64_t from = cursor->page->start + cursor->at, to = cursor->page->start + cursor->end;
    for (size_t i = 0; i < v8->area_count; i++)
        if (v8->areas[i].top >= from && v8->areas[i].top < to)
            return &v8->areas[i];
    return NULL;
}

static void step_over(struct cursor *cursor)
{
    uint64_t address = cursor->page->start + cursor->at;
    const struct v8_area *area = scanned_area(cursor->walk, address), *next = next_area(cursor);
    uint64_t size = forwarded_size(cursor);
    // One that a current area lies in is a stale copy.
    if (area != NULL && (next == NULL || next->top >= area->limit)) {
        uint64_t limit = area->limit - cursor->page->start;
        limit = limit < cursor->end ? limit : cursor->end;
        cursor->account->area_bytes += limit - cursor->at;
        cursor->at = limit;
    } else if (size != 0) {
        cursor->account->forwarded_bytes += size;
        cursor->at += size;
    } else if (!take_back(cursor)) {
        skip_damage(cursor);
    }
}

static void walk_regular(struct cursor *cursor)
{
    while (cursor->at < cursor->end) {
        const struct v8_area *area = next_area(cursor);
        uint64_t stop = area != NULL ? area->top - cursor->page->start : cursor->end;
        cursor->run = cursor->at;
        walk_objects(cursor, stop);
        if (area != NULL && cursor->at == stop) {
            uint64_t limit = area->limit - cursor->page->start;
            limit = limit < cursor->end ? limit : cursor->end;
            cursor->account->area_bytes += limit - cursor->at;
            cursor->at = limit;
        } else if (cursor->at < stop) {
            step_over(cursor);
        }
    }
}

static void walk_large(struct cursor *cursor)
{
    uint64_t word = cursor->end >= 8 ? word_at(cursor, 0) : 0;
    if (word == cursor->page->start)
        word = survivor_map_word(cursor->walk->v8, word);
    struct shape_slot *slot =
        slot_find(cursor->walk, cursor->worker, word, cursor->page->isolate);
    uint64_t size = slot == NULL ? 0 : size_at(cursor, slot, 0);
    if (size == 0) {
        cursor->account->gaps = 1;
        cursor->account->first_unwalked = cursor->page->start;
        cursor->account->unwalked_bytes = cursor->end;
        return;
    }
    if (slot->count == 0)
        slot->example = cursor->page->start;
    count_object(cursor, slot, size);
    cursor->account->objects = slot->is_object;
    cursor->account->free_bytes += cursor->end - size; // the object shrank in place
}

static uint64_t other_bytes(const struct walk_page *account)
{
    return account->free_bytes + account->filler_bytes + account->area_bytes +
           account->forwarded_bytes + account->unwalked_bytes;
}

static bool walk_page(void *context, size_t worker, size_t number)
{
    struct walk *walk = context;
    const struct v8_page *page = &walk->v8->pages[number];
    struct cursor cursor = {.walk = walk, .worker = &walk->workers[worker], .page = page,
                            .account = &walk->pages[number], .end = page->readable & ~7ull};
    if (atomic_load_explicit(&walk->cancelled, memory_order_relaxed))
        return false;
    if (page->state == PAGE_FREE || walk->walked[number])
        return true;
    if (!page->large) {
        cursor.bits = index_page_bits(walk->index, number);
        if (cursor.bits == NULL) {
            atomic_store(&walk->failed, true);
            return false;
        }
    }
    pthread_mutex_lock(&cursor.worker->lock);
    if (page->large)
        walk_large(&cursor);
    else
        walk_regular(&cursor);
    pthread_mutex_unlock(&cursor.worker->lock);
    if (atomic_load(&walk->failed))
        return false;
    uint64_t missing = page->end - page->start - cursor.end;
    if (missing > 0 && cursor.account->gaps++ == 0)
        cursor.account->first_unwalked = page->start + cursor.end;
    cursor.account->unwalked_bytes += missing;
    if (page->large)
        walk->index->pages[number].count = (uint32_t)cursor.account->objects;
    else
        cursor.account->objects = index_page_done(walk->index, number);
    cursor.account->object_bytes = page->end - page->start - other_bytes(cursor.account);
    walk->walked[number] = 1;
    atomic_fetch_add(&walk->done, page->end - page->start);
    atomic_fetch_add(&walk->objects, cursor.account->objects);
    if (walk->observe != NULL)
        walk->observe(walk->observe_context);
    return true;
}

// --- all pages -----------------------------------------------------------------------------------

bool walk_create(const struct v8 *v8, struct object_index *index, size_t workers,
                 struct walk **ret)
{
    struct walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL)
        return false;
    walk->v8 = v8;
    walk->index = index;
    pthread_mutex_init(&walk->areas_lock, NULL);
    walk->pages = calloc(v8->page_count + 1, sizeof *walk->pages);
    walk->walked = calloc(v8->page_count + 1, sizeof *walk->walked);
    walk->workers = calloc(workers, sizeof *walk->workers);
    bool done = walk->pages != NULL && walk->walked != NULL && walk->workers != NULL;
    for (; done && walk->worker_count < workers; walk->worker_count++) {
        struct worker *worker = &walk->workers[walk->worker_count];
        pthread_mutex_init(&worker->lock, NULL);
        done = table_create(worker, TABLE_START);
    }
    for (size_t i = 0; i < v8->page_count; i++)
        if (v8->pages[i].state != PAGE_FREE)
            walk->total += v8->pages[i].end - v8->pages[i].start;
    if (!done) {
        walk_destroy(walk);
        return false;
    }
    *ret = walk;
    return true;
}

void walk_destroy(struct walk *walk)
{
    if (walk == NULL)
        return;
    for (size_t i = 0; i < walk->worker_count; i++) {
        pthread_mutex_destroy(&walk->workers[i].lock);
        table_free(&walk->workers[i]);
        free(walk->workers[i].unusual);
    }
    pthread_mutex_destroy(&walk->areas_lock);
    areas_free(&walk->areas);
    free(walk->workers);
    free(walk->walked);
    free(walk->pages);
    free(walk);
}

void walk_observe(struct walk *walk, void (*observe)(void *context), void *context)
{
    walk->observe = observe;
    walk->observe_context = context;
}

bool walk_run(struct walk *walk, struct pool *pool)
{
    return pool_run(pool, walk->v8->page_count, walk_page, walk) &&
           !atomic_load(&walk->cancelled) && !atomic_load(&walk->failed) &&
           index_finish(walk->index);
}

void walk_cancel(struct walk *walk)
{
    atomic_store(&walk->cancelled, true);
}

void walk_forget(struct walk *walk)
{
    for (size_t i = 0; i < walk->worker_count; i++) {
        struct worker *worker = &walk->workers[i];
        pthread_mutex_lock(&worker->lock);
        memset(worker->slots, 0, (worker->mask + 1) * sizeof *worker->slots);
        memset(worker->guesses, 0, sizeof worker->guesses);
        worker->used = worker->unusual_count = 0;
        pthread_mutex_unlock(&worker->lock);
    }
    memset(walk->pages, 0, walk->v8->page_count * sizeof *walk->pages);
    memset(walk->walked, 0, walk->v8->page_count * sizeof *walk->walked);
    atomic_store(&walk->done, 0);
    atomic_store(&walk->objects, 0);
    atomic_store(&walk->failed, false);
    index_reset(walk->index);
}

void walk_again(struct walk *walk)
{
    // A page that memory ran out on was counted in part: all is counted anew.
    if (atomic_load(&walk->failed))
        walk_forget(walk);
    atomic_store(&walk->cancelled, false);
}

static bool restore_total(struct walk *walk, const struct walk_total *total)
{
    struct worker *worker = &walk->workers[0];
    uint64_t word = total->map | V8_TAG;
    struct shape_slot *slot = slot_find(walk, worker, word, (uint16_t)total->isolate);
    if (slot == NULL || slot->count != 0)
        return false;
    slot->count = total->count;
    slot->bytes = total->bytes;
    slot->example = total->example;
    return total->count > 0;
}

bool walk_restore(struct walk *walk, const struct walk_total *totals, size_t count,
                  const struct walk_page *pages)
{
    uint64_t objects = 0;
    bool done = true;
    pthread_mutex_lock(&walk->workers[0].lock);
    for (size_t i = 0; i < count && done; i++)
        done = restore_total(walk, &totals[i]);
    pthread_mutex_unlock(&walk->workers[0].lock);
    for (size_t i = 0; i < walk->v8->page_count && done; i++) {
        walk->walked[i] = 1;
        walk->pages[i] = pages[i];
        objects += pages[i].objects;
    }
    atomic_store(&walk->done, walk->total);
    atomic_store(&walk->objects, objects);
    return done;
}

void walk_progress(const struct walk *walk, uint64_t *done, uint64_t *total, uint64_t *objects)
{
    *done = atomic_load(&walk->done);
    *total = walk->total;
    *objects = atomic_load(&walk->objects);
}

const struct walk_page *walk_pages(const struct walk *walk)
{
    return walk->pages;
}

// Open-addressed by shape and isolate, so that the workers' counts of one shape meet.
static struct walk_count *count_of(struct walk_count *counts, size_t mask,
                                   const struct shape_slot *slot, uint64_t map)
{
    size_t at = slot_hash(slot->key, mask);
    while (counts[at].shape.map != 0 &&
           (counts[at].shape.map != map || counts[at].isolate != slot->isolate))
        at = (at + 1) & mask;
    return &counts[at];
}

static void merge(struct walk_count *counts, size_t mask, const struct worker *worker)
{
    for (size_t i = 0; i <= worker->mask; i++) {
        const struct shape_slot *slot = &worker->slots[i];
        if (slot->key == 0 || slot->count == 0)
            continue;
        const struct v8_shape *shape = &worker->shapes[i];
        struct walk_count *count = count_of(counts, mask, slot, shape->map);
        count->shape = *shape;
        count->isolate = slot->isolate;
        count->count += slot->count;
        count->bytes += slot->bytes;
        if (count->example == 0 || (slot->example != 0 && slot->example < count->example))
            count->example = slot->example;
    }
}

bool walk_shapes(struct walk *walk, struct walk_count **ret, size_t *count)
{
    size_t used = 0, size = 64, kept = 0;
    for (size_t i = 0; i < walk->worker_count; i++)
        pthread_mutex_lock(&walk->workers[i].lock);
    for (size_t i = 0; i < walk->worker_count; i++)
        used += walk->workers[i].used;
    while (size < 2 * used)
        size *= 2;
    struct walk_count *counts = calloc(size, sizeof *counts);
    for (size_t i = 0; i < walk->worker_count && counts != NULL; i++)
        merge(counts, size - 1, &walk->workers[i]);
    for (size_t i = 0; i < walk->worker_count; i++)
        pthread_mutex_unlock(&walk->workers[i].lock);
    if (counts == NULL)
        return false;
    for (size_t i = 0; i < size; i++)
        if (counts[i].shape.map != 0)
            counts[kept++] = counts[i];
    *ret = counts;
    *count = kept;
    return true;
}

bool walk_unusual(const struct walk *walk, uint64_t **ret, size_t *count)
{
    size_t total = 0;
    for (size_t i = 0; i < walk->worker_count; i++)
        total += walk->workers[i].unusual_count;
    uint64_t *all = calloc(total + 1, sizeof *all);
    if (all == NULL)
        return false;
    *ret = all;
    *count = total;
    for (size_t i = 0; i < walk->worker_count; i++) {
        const struct worker *worker = &walk->workers[i];
        if (worker->unusual_count > 0)
            memcpy(all, worker->unusual, worker->unusual_count * sizeof *all);
        all += worker->unusual_count;
    }
    return true;
}
