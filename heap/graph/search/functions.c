#include "heap/graph/search/functions.h"

#include "heap/array.h"
#include "heap/v8/function/function.h"

#include <stdlib.h>
#include <string.h>

enum {
    TABLE_START = 4096, // slots of a worker's table at first; power of two
    MAPS = 1024,        // what a worker remembers of maps; power of two
};

enum what { // an object is
    OTHER,
    CLOSURE,
    DEFINITION,
    SCRIPT,
};

struct functions_worker {
    struct function_count *slots; // open addressing by `shared`
    size_t mask, used;
    uint64_t *scripts;
    size_t script_count, script_capacity;
    struct {
        uint64_t word; // map word as it stands in objects
        uint8_t what;
    } maps[MAPS];
};

// --- one worker ----------------------------------------------------------------------------------

static size_t hash(uint64_t word, size_t mask)
{
    return (size_t)(word * 0x9e3779b97f4a7c15ull >> 32) & mask;
}

static struct function_count *slot_of(struct function_count *slots, size_t mask, uint64_t shared)
{
    size_t at = hash(shared, mask);
    while (slots[at].shared != 0 && slots[at].shared != shared)
        at = (at + 1) & mask;
    return &slots[at];
}

static bool grow(struct functions_worker *worker)
{
    size_t size = worker->slots == NULL ? TABLE_START : 2 * (worker->mask + 1);
    struct function_count *slots = calloc(size, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; worker->slots != NULL && i <= worker->mask; i++)
        if (worker->slots[i].shared != 0)
            *slot_of(slots, size - 1, worker->slots[i].shared) = worker->slots[i];
    free(worker->slots);
    worker->slots = slots;
    worker->mask = size - 1;
    return true;
}

// Count a closure of a definition, or with address 0 note the definition alone.
static bool note(struct functions_worker *worker, uint64_t shared, uint64_t closures,
                 uint64_t example)
{
    if (2 * (worker->used + 1) > worker->mask + 1 && !grow(worker))
        return false;
    struct function_count *slot = slot_of(worker->slots, worker->mask, shared);
    worker->used += slot->shared == 0;
    slot->shared = shared;
    slot->closures += closures;
    if (example != 0 && (slot->example == 0 || example < slot->example))
        slot->example = example;
    return true;
}

static bool note_script(struct functions_worker *worker, uint64_t address)
{
    if (!array_reserve(&worker->scripts, worker->script_count, &worker->script_capacity,
                       sizeof *worker->scripts))
        return false;
    worker->scripts[worker->script_count++] = address;
    return true;
}

static enum what what_is(const struct v8 *v8, uint64_t word)
{
    struct v8_shape shape;
    if (!v8_is_strong(word) || !v8_shape_read(v8, v8_untag(word), &shape))
        return OTHER;
    if (itype_is_js_function(&v8->types, shape.number))
        return CLOSURE;
    return shape.type == ITYPE_SHARED_FUNCTION_INFO ? DEFINITION
           : shape.type == ITYPE_SCRIPT             ? SCRIPT
                                                    : OTHER;
}

static enum what what_of(const struct v8 *v8, struct functions_worker *worker, uint64_t word)
{
    size_t at = hash(word, MAPS - 1);
    if (worker->maps[at].word != word) {
        worker->maps[at].what = (uint8_t)what_is(v8, word);
        worker->maps[at].word = word;
    }
    return (enum what)worker->maps[at].what;
}

static bool note_closure(const struct v8 *v8, struct functions_worker *worker, uint64_t address)
{
    struct v8_object closure, shared;
    if (!v8_object_at(v8, address, &closure) ||
        !v8_object_of(v8, v8_word(&closure, v8->layout->function_shared), &shared) ||
        shared.shape.type != ITYPE_SHARED_FUNCTION_INFO)
        return true;
    return note(worker, shared.address, 1, address);
}

static bool look(struct functions *functions, struct functions_worker *worker,
                 const struct v8_page *page, uint64_t address)
{
    uint64_t word;
    memcpy(&word, page->bytes + (address - page->start), sizeof word);
    switch (what_of(functions->v8, worker, word)) {
    case CLOSURE:
        return note_closure(functions->v8, worker, address);
    case DEFINITION:
        return note(worker, address, 0, 0);
    case SCRIPT:
        return note_script(worker, address);
    default:
        return true;
    }
}

static bool look_at_page(struct functions *functions, struct functions_worker *worker,
                         size_t number)
{
    const struct index_page *page = &functions->index->pages[number];
    if (page->bits == NULL)
        return true; // neither functions nor scripts are ever large
    for (size_t i = 0; i < INDEX_WORDS; i++)
        for (uint64_t bits = page->bits->starts[i]; bits != 0; bits &= bits - 1)
            if (!look(functions, worker, &functions->v8->pages[number],
                      page->base + 8 * (64 * i + (uint64_t)__builtin_ctzll(bits))))
                return false;
    return true;
}

static bool task(void *context, size_t worker, size_t number)
{
    struct functions *functions = context;
    const struct v8_page *page = &functions->v8->pages[number];
    if (job_cancelled(&functions->job))
        return false;
    if ((functions->isolate < 0 || page->isolate == functions->isolate) &&
        !look_at_page(functions, &functions->workers[worker], number))
        return false;
    atomic_fetch_add(&functions->job.done, page->end - page->start);
    atomic_fetch_add(&functions->job.items, functions->index->pages[number].count);
    return true;
}

// --- putting them together -----------------------------------------------------------------------

static int by_shared(const void *a, const void *b)
{
    uint64_t left = ((const struct function_count *)a)->shared;
    uint64_t right = ((const struct function_count *)b)->shared;
    return left < right ? -1 : left > right;
}

static int by_script(const void *a, const void *b)
{
    uint64_t left = ((const struct script_count *)a)->script;
    uint64_t right = ((const struct script_count *)b)->script;
    return left < right ? -1 : left > right;
}

static bool merge_functions(struct functions *functions)
{
    struct functions_worker *all = &functions->workers[0];
    for (size_t w = 1; w < functions->worker_count; w++) {
        const struct functions_worker *worker = &functions->workers[w];
        for (size_t i = 0; worker->slots != NULL && i <= worker->mask; i++) {
            const struct function_count *slot = &worker->slots[i];
            if (slot->shared != 0 && !note(all, slot->shared, slot->closures, slot->example))
                return false;
        }
    }
    functions->functions = calloc(all->used + 1, sizeof *functions->functions);
    if (functions->functions == NULL)
        return false;
    for (size_t i = 0; all->slots != NULL && i <= all->mask; i++) {
        if (all->slots[i].shared == 0)
            continue;
        functions->closures += all->slots[i].closures;
        functions->functions[functions->function_count++] = all->slots[i];
    }
    qsort(functions->functions, functions->function_count, sizeof *functions->functions,
          by_shared);
    return true;
}

static void count_definitions(struct functions *functions)
{
    struct v8_function function;
    for (size_t i = 0; i < functions->function_count; i++) {
        if (!v8_function_at(functions->v8, functions->functions[i].shared, &function) ||
            function.script == 0)
            continue;
        struct script_count key = {.script = v8_untag(function.script)};
        struct script_count *found = bsearch(&key, functions->scripts, functions->script_count,
                                             sizeof key, by_script);
        if (found != NULL)
            found->functions++;
    }
}

static bool merge_scripts(struct functions *functions)
{
    size_t count = 0;
    for (size_t w = 0; w < functions->worker_count; w++)
        count += functions->workers[w].script_count;
    functions->scripts = calloc(count + 1, sizeof *functions->scripts);
    if (functions->scripts == NULL)
        return false;
    for (size_t w = 0; w < functions->worker_count; w++)
        for (size_t i = 0; i < functions->workers[w].script_count; i++)
            functions->scripts[functions->script_count++].script = functions->workers[w].scripts[i];
    qsort(functions->scripts, functions->script_count, sizeof *functions->scripts, by_script);
    count_definitions(functions);
    return true;
}

static void free_workers(struct functions *functions)
{
    for (size_t i = 0; i < functions->worker_count; i++) {
        free(functions->workers[i].slots);
        free(functions->workers[i].scripts);
    }
    free(functions->workers);
    functions->workers = NULL;
    functions->worker_count = 0;
}

static bool run(struct job *job, struct pool *pool)
{
    struct functions *functions = (struct functions *)job;
    uint64_t bytes = 0;
    for (size_t i = 0; i < functions->v8->page_count; i++)
        bytes += functions->v8->pages[i].end - functions->v8->pages[i].start;
    atomic_store(&job->total, bytes);
    functions->workers = calloc(pool_width(pool), sizeof *functions->workers);
    if (functions->workers == NULL)
        return false;
    functions->worker_count = pool_width(pool);
    bool done = pool_run(pool, functions->v8->page_count, task, functions) &&
                merge_functions(functions) && merge_scripts(functions);
    free_workers(functions);
    return done;
}

static void destroy(struct job *job)
{
    struct functions *functions = (struct functions *)job;
    free_workers(functions);
    free(functions->functions);
    free(functions->scripts);
    free(functions);
}

static const struct job_ops ops = {
    .doing = "counting closures",
    .run = run,
    .destroy = destroy,
};

bool functions_create(const struct v8 *v8, const struct object_index *index, int64_t isolate,
                      struct functions **ret)
{
    struct functions *functions = calloc(1, sizeof *functions);
    if (functions == NULL)
        return false;
    job_init(&functions->job, &ops);
    functions->v8 = v8;
    functions->index = index;
    functions->isolate = isolate;
    *ret = functions;
    return true;
}
