#include "views/sorter.h"

#include "heap/array.h"

#include <stdlib.h>
#include <string.h>

enum {
    RUN_ROWS = 16384, // sorted in one go: a few milliseconds
    NO_TEXT = 0,      // in `texts`
};

struct run {
    uint64_t first; // index of its first row: the others are stored as distances
    uint32_t count;
    bool sorted;
    uint64_t *numbers; // the key; of a text its first eight bytes, so that most compares end here
    uint32_t *distances;
    uint16_t *order; // places in the arrays above, sorted
    uint32_t *texts; // where the text is in `arena`, plus 1; NULL: no row has one
    char *arena;     // each text as a length byte and its bytes
    size_t arena_used, arena_capacity;
    uint32_t next; // of `order`, while merging
};

// The next row of a run, with what mostly decides a comparison.
struct head {
    uint64_t number; // turned around when descending
    uint64_t first;  // of the run: rows of an earlier run come first among equals
    struct run *run;
};

struct sorter {
    bool descending, has_texts;
    struct run **runs;
    size_t run_count, run_capacity;
    uint64_t count;
    struct index_list empties; // rows without a key, in base order
    uint64_t empties_next;
    struct head *heap; // the next rows of runs that have some left, the least on top
    size_t heap_count;
};

// --- comparing -----------------------------------------------------------------------------------

static int compare_texts(const struct run *a, size_t i, const struct run *b, size_t j)
{
    const char *x = a->arena + a->texts[i] - 1;
    const char *y = b->arena + b->texts[j] - 1;
    uint8_t x_length = (uint8_t)*x, y_length = (uint8_t)*y;
    int result = memcmp(x + 1, y + 1, x_length < y_length ? x_length : y_length);
    return result != 0 ? result : (int)x_length - (int)y_length;
}

static bool has_text(const struct run *run, size_t i)
{
    return run->texts != NULL && run->texts[i] != NO_TEXT;
}

// Of row `i` of one run and row `j` of another, by key alone and ascending.
static int compare_keys(const struct run *a, size_t i, const struct run *b, size_t j)
{
    bool x_text = has_text(a, i), y_text = has_text(b, j);
    if (x_text != y_text)
        return x_text ? 1 : -1;
    if (a->numbers[i] != b->numbers[j])
        return a->numbers[i] < b->numbers[j] ? -1 : 1;
    return x_text ? compare_texts(a, i, b, j) : 0;
}

static int compare_rows(const struct sorter *sorter, const struct run *a, size_t i,
                        const struct run *b, size_t j)
{
    int result = compare_keys(a, i, b, j);
    if (result != 0)
        return sorter->descending ? -result : result;
    uint64_t x = a->first + a->distances[i], y = b->first + b->distances[j];
    return x < y ? -1 : x > y;
}

struct run_order {
    const struct sorter *sorter;
    const struct run *run;
};

static int compare_in_run(const void *left, const void *right, void *context)
{
    const struct run_order *order = context;
    return compare_rows(order->sorter, order->run, *(const uint16_t *)left, order->run,
                        *(const uint16_t *)right);
}

// --- runs ----------------------------------------------------------------------------------------

static void run_destroy(struct run *run)
{
    if (run == NULL)
        return;
    free(run->numbers);
    free(run->distances);
    free(run->order);
    free(run->texts);
    free(run->arena);
    free(run);
}

static struct run *run_create(uint64_t first)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL)
        return NULL;
    run->first = first;
    run->numbers = malloc(RUN_ROWS * sizeof *run->numbers);
    run->distances = malloc(RUN_ROWS * sizeof *run->distances);
    run->order = malloc(RUN_ROWS * sizeof *run->order);
    if (run->numbers == NULL || run->distances == NULL || run->order == NULL) {
        run_destroy(run);
        return NULL;
    }
    return run;
}

// Sort by the bytes of numbers, least byte first; bytes that are the same in all rows cost nothing.
// Stable, so ties keep base order. `places` and `spare` have room for RUN_ROWS.
static void radix_sort(const struct run *run, uint64_t flip, uint16_t *places, uint16_t *spare)
{
    uint16_t *from = places, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        uint32_t starts[257] = {0};
        for (uint32_t i = 0; i < run->count; i++)
            starts[((run->numbers[i] ^ flip) >> shift & 0xff) + 1]++;
        if (starts[((run->numbers[0] ^ flip) >> shift & 0xff) + 1] == run->count)
            continue;
        for (size_t value = 1; value < 257; value++)
            starts[value] += starts[value - 1];
        for (uint32_t i = 0; i < run->count; i++)
            to[starts[(run->numbers[from[i]] ^ flip) >> shift & 0xff]++] = from[i];
        uint16_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != places)
        memcpy(places, from, run->count * sizeof *places);
}

static void run_sort(const struct sorter *sorter, struct run *run)
{
    if (run->sorted)
        return;
    for (uint32_t i = 0; i < run->count; i++)
        run->order[i] = (uint16_t)i;
    if (run->texts == NULL) {
        uint16_t spare[RUN_ROWS];
        radix_sort(run, sorter->descending ? UINT64_MAX : 0, run->order, spare);
    } else {
        struct run_order order = {.sorter = sorter, .run = run};
        qsort_r(run->order, run->count, sizeof *run->order, compare_in_run, &order);
    }
    run->sorted = true;
}

static bool run_reserve_text(struct run *run, size_t length)
{
    if (run->texts == NULL) {
        run->texts = calloc(RUN_ROWS, sizeof *run->texts);
        if (run->texts == NULL)
            return false;
    }
    if (run->arena_used + length + 1 <= run->arena_capacity)
        return true;
    size_t capacity = run->arena_capacity * 2 + length + 4096;
    char *arena = realloc(run->arena, capacity);
    if (arena == NULL)
        return false;
    run->arena = arena;
    run->arena_capacity = capacity;
    return true;
}

static uint64_t text_prefix(const char *text, size_t length)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < length ? (uint8_t)text[i] : 0);
    return prefix;
}

static bool run_add_text(struct run *run, const struct sort_key *key)
{
    size_t length = key->length < SORT_TEXT_MAX ? key->length : SORT_TEXT_MAX;
    if (!run_reserve_text(run, length))
        return false;
    run->numbers[run->count] = text_prefix(key->text, length);
    run->texts[run->count] = (uint32_t)run->arena_used + 1;
    run->arena[run->arena_used++] = (char)length;
    memcpy(run->arena + run->arena_used, key->text, length);
    run->arena_used += length;
    return true;
}

static bool run_add(struct run *run, const struct sort_key *key, uint64_t index)
{
    if (key->text != NULL) {
        if (!run_add_text(run, key))
            return false;
    } else {
        run->numbers[run->count] = key->number;
    }
    run->distances[run->count] = (uint32_t)(index - run->first);
    run->count++;
    run->sorted = false;
    return true;
}

// --- the sorter ----------------------------------------------------------------------------------

struct sorter *sorter_create(bool descending)
{
    struct sorter *sorter = calloc(1, sizeof *sorter);
    if (sorter != NULL)
        sorter->descending = descending;
    return sorter;
}

void sorter_destroy(struct sorter *sorter)
{
    if (sorter == NULL)
        return;
    for (size_t i = 0; i < sorter->run_count; i++)
        run_destroy(sorter->runs[i]);
    free(sorter->runs);
    free(sorter->heap);
    index_list_clear(&sorter->empties);
    free(sorter);
}

uint64_t sorter_count(const struct sorter *sorter)
{
    return sorter->count;
}

static struct run *new_run(struct sorter *sorter, uint64_t first)
{
    if (!array_reserve(&sorter->runs, sorter->run_count, &sorter->run_capacity,
                       sizeof *sorter->runs))
        return NULL;
    struct run *run = run_create(first);
    if (run != NULL)
        sorter->runs[sorter->run_count++] = run;
    return run;
}

// The run that takes row `index`: the last one while it has room and is near enough.
static struct run *open_run(struct sorter *sorter, uint64_t index)
{
    struct run *run = sorter->run_count > 0 ? sorter->runs[sorter->run_count - 1] : NULL;
    if (run != NULL && run->count < RUN_ROWS && index - run->first <= UINT32_MAX)
        return run;
    if (run != NULL)
        run_sort(sorter, run);
    return new_run(sorter, index);
}

bool sorter_add(struct sorter *sorter, const struct sort_key *key, uint64_t index)
{
    if (key->empty) {
        if (!index_list_push(&sorter->empties, index))
            return false;
    } else {
        struct run *run = open_run(sorter, index);
        if (run == NULL || !run_add(run, key, index))
            return false;
    }
    sorter->has_texts = sorter->has_texts || key->text != NULL;
    sorter->count++;
    return true;
}

// --- merging -------------------------------------------------------------------------------------

static bool comes_first(const struct sorter *sorter, const struct head *left,
                        const struct head *right)
{
    if (!sorter->has_texts)
        return left->number != right->number ? left->number < right->number
                                             : left->first < right->first;
    const struct run *a = left->run, *b = right->run;
    return compare_rows(sorter, a, a->order[a->next], b, b->order[b->next]) < 0;
}

static void set_head(const struct sorter *sorter, struct run *run, struct head *head)
{
    uint64_t number = run->numbers[run->order[run->next]];
    *head = (struct head){
        .number = sorter->descending ? ~number : number, .first = run->first, .run = run};
}

static void sift_down(struct sorter *sorter, size_t place)
{
    struct head *heap = sorter->heap;
    for (;;) {
        size_t child = place * 2 + 1;
        if (child >= sorter->heap_count)
            return;
        if (child + 1 < sorter->heap_count && comes_first(sorter, &heap[child + 1], &heap[child]))
            child++;
        if (!comes_first(sorter, &heap[child], &heap[place]))
            return;
        struct head swap = heap[child];
        heap[child] = heap[place];
        heap[place] = swap;
        place = child;
    }
}

bool sorter_merge_begin(struct sorter *sorter)
{
    free(sorter->heap);
    sorter->heap = malloc((sorter->run_count + 1) * sizeof *sorter->heap);
    sorter->heap_count = 0;
    if (sorter->heap == NULL)
        return false;
    for (size_t i = 0; i < sorter->run_count; i++) {
        run_sort(sorter, sorter->runs[i]);
        sorter->runs[i]->next = 0;
        set_head(sorter, sorter->runs[i], &sorter->heap[sorter->heap_count++]);
    }
    for (size_t i = sorter->heap_count / 2; i-- > 0;)
        sift_down(sorter, i);
    sorter->empties_next = 0;
    return true;
}

// Take the least row of all runs.
static uint64_t take_least(struct sorter *sorter)
{
    struct run *run = sorter->heap[0].run;
    uint64_t index = run->first + run->distances[run->order[run->next]];
    run->next++;
    if (run->next < run->count)
        set_head(sorter, run, &sorter->heap[0]);
    else
        sorter->heap[0] = sorter->heap[--sorter->heap_count];
    sift_down(sorter, 0);
    return index;
}

bool sorter_merge_step(struct sorter *sorter, uint64_t rows, struct index_list *list, bool *more)
{
    for (; rows > 0 && sorter->heap_count > 0; rows--)
        if (!index_list_push(list, take_least(sorter)))
            return false;
    for (; rows > 0 && sorter->empties_next < sorter->empties.count; rows--)
        if (!index_list_push(list, index_list_get(&sorter->empties, sorter->empties_next++)))
            return false;
    *more = sorter->heap_count > 0 || sorter->empties_next < sorter->empties.count;
    return true;
}
