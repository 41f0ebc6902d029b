#include "heap/graph/search/string_search.h"

#include "heap/graph/search/string_pass.h"
#include "heap/v8/string/string_reader.h"

#include <stdlib.h>

enum { ASK_EVERY = 1024 }; // strings between looks at whether the job was cancelled

struct search_worker {
    struct string_pass pass;
    struct v8_string_reader reader;
    char *text; // SEARCH_TEXT bytes and a NUL, made when first needed
    uint32_t turn;
};

struct page_search {
    struct string_search *search;
    struct search_worker *worker;
    size_t number; // of the worker
    struct search_page *page;
    uint64_t base;
    bool failed;
};

// --- one string ----------------------------------------------------------------------------------

static bool is_ascii(const uint8_t *bytes, size_t length)
{
    uint64_t eight, any = 0;
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&eight, bytes, sizeof eight);
        any |= eight;
    }
    for (; length > 0; length--)
        any |= *bytes++;
    return (any & 0x8080808080808080) == 0;
}

// Text that lies there as it is to be searched is not copied.
static bool in_place(struct search_worker *worker, const struct v8 *v8,
                     const struct v8_string *string, struct v8_string_chunk *ret)
{
    if (string->length == 0) {
        ret->bytes = (const uint8_t *)"";
        ret->units = 0;
        return true;
    }
    if (string->two_byte)
        return false;
    if (v8_string_in_place(string, ret))
        return is_ascii(ret->bytes, ret->units);
    v8_string_read(&worker->reader, v8, string, 0, string->length);
    return v8_string_next(&worker->reader, ret) && ret->units == string->length &&
           !ret->two_byte && is_ascii(ret->bytes, ret->units);
}

static bool has_text(struct search_worker *worker)
{
    if (worker->text == NULL)
        worker->text = malloc(SEARCH_TEXT + 1);
    return worker->text != NULL;
}

static enum search_answer ask(struct page_search *at, const struct v8_string *string)
{
    struct string_search *search = at->search;
    struct v8_string_chunk chunk;
    uint32_t next;
    if (in_place(at->worker, search->v8, string, &chunk))
        return search->question->ask(search->question, at->number, (const char *)chunk.bytes,
                                     chunk.units);
    if (!has_text(at->worker)) {
        at->failed = true;
        return SEARCH_UNDECIDED;
    }
    // A character takes at most three bytes a unit: what a short string needs is not asked to fill.
    size_t room = string->length < SEARCH_TEXT / 3 ? 3 * (size_t)string->length + 1 : SEARCH_TEXT + 1;
    size_t length =
        v8_string_utf8(search->v8, string, 0, at->worker->text, room, &next, NULL);
    enum search_answer answer =
        search->question->ask(search->question, at->number, at->worker->text, length);
    if (next < string->length && answer != SEARCH_YES)
        atomic_fetch_add(&search->cut, 1);
    return answer;
}

static bool keep(struct page_search *at, uint64_t address)
{
    struct search_page *page = at->page;
    uint32_t *found = page->found;
    if ((page->count & (page->count - 1)) == 0) { // full at every power of two
        found = reallocarray(found, page->count == 0 ? 1 : 2 * (size_t)page->count, sizeof *found);
        if (found == NULL)
            return false;
        page->found = found;
    }
    found[page->count++] = (uint32_t)((address - at->base) / 8);
    return true;
}

static bool visit(void *context, const struct v8_string *string)
{
    struct page_search *at = context;
    if (++at->worker->turn % ASK_EVERY == 0 && job_cancelled(&at->search->job))
        return false;
    enum search_answer answer = ask(at, string);
    if (answer == SEARCH_NO)
        return true;
    if (answer == SEARCH_UNDECIDED)
        atomic_fetch_add(&at->search->undecided, 1);
    at->failed = at->failed || !keep(at, string->object.address);
    return !at->failed;
}

// --- all of them ---------------------------------------------------------------------------------

static bool search_page(void *context, size_t worker, size_t number)
{
    struct string_search *search = context;
    const struct v8_page *page = &search->v8->pages[number];
    struct page_search at = {.search = search, .worker = &search->workers[worker],
                             .number = worker, .page = &search->pages[number],
                             .base = search->index->pages[number].base};
    if (job_cancelled(&search->job))
        return false;
    if (search->isolate >= 0 && page->isolate != search->isolate)
        return true;
    bool done = string_pass_page(&at.worker->pass, search->v8, search->index, number, visit, &at);
    atomic_fetch_add(&search->job.done, page->end - page->start);
    atomic_fetch_add(&search->job.items, at.page->count);
    return done && !at.failed;
}

static bool run(struct job *job, struct pool *pool)
{
    struct string_search *search = (struct string_search *)job;
    uint64_t bytes = 0;
    for (size_t i = 0; i < search->v8->page_count; i++)
        bytes += search->v8->pages[i].end - search->v8->pages[i].start;
    atomic_store(&job->total, bytes);
    search->workers = calloc(pool_width(pool), sizeof *search->workers);
    if (search->workers == NULL)
        return false;
    search->worker_count = pool_width(pool);
    if (search->question->prepare != NULL &&
        !search->question->prepare(search->question, search->worker_count))
        return false;
    if (!pool_run(pool, search->v8->page_count, search_page, search))
        return false;
    for (size_t i = 0; i < search->v8->page_count; i++) {
        search->pages[i].before = search->total;
        search->total += search->pages[i].count;
    }
    return true;
}

static void destroy(struct job *job)
{
    struct string_search *search = (struct string_search *)job;
    for (size_t i = 0; search->pages != NULL && i < search->v8->page_count; i++)
        free(search->pages[i].found);
    for (size_t i = 0; i < search->worker_count; i++)
        free(search->workers[i].text);
    search->question->destroy(search->question);
    free(search->pages);
    free(search->workers);
    free(search);
}

static const struct job_ops ops = {
    .doing = "searching strings",
    .run = run,
    .destroy = destroy,
};

bool string_search_create(const struct v8 *v8, const struct object_index *index,
                          struct search_question *question, int64_t isolate,
                          struct string_search **ret)
{
    struct string_search *search = calloc(1, sizeof *search);
    if (search == NULL) {
        question->destroy(question);
        return false;
    }
    job_init(&search->job, &ops);
    search->v8 = v8;
    search->index = index;
    search->question = question;
    search->isolate = isolate;
    search->pages = calloc(v8->page_count + 1, sizeof *search->pages);
    if (search->pages == NULL) {
        job_release(&search->job);
        return false;
    }
    *ret = search;
    return true;
}

// --- finds by number -----------------------------------------------------------------------------

uint64_t string_search_address(const struct string_search *search, uint64_t n)
{
    size_t low = 0, high = search->v8->page_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (search->pages[middle].before <= n)
            low = middle;
        else
            high = middle;
    }
    const struct search_page *page = &search->pages[low];
    if (n - page->before >= page->count)
        return 0;
    return search->index->pages[low].base + 8ull * page->found[n - page->before];
}

bool string_search_find(const struct string_search *search, uint64_t address, uint64_t *ret)
{
    size_t number = index_page_of(search->index, address);
    if (number == SIZE_MAX)
        return false;
    const struct search_page *page = &search->pages[number];
    uint64_t offset = (address - search->index->pages[number].base) / 8;
    uint32_t low = 0, high = page->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (page->found[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = page->before + low;
    return low < page->count && page->found[low] == offset;
}
