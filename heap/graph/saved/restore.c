// Using an index: parts made of the records of format.h, each checked against what contains it.
#include "heap/graph/saved/saved.h"

#include "heap/graph/saved/index_file.h"
#include "heap/graph/saved/restore.h"

#include <stdlib.h>
#include <string.h>

// --- index ---------------------------------------------------------------------------------------

// Objects start where eight bytes of the page can be read: passes over pages rely on it.
static bool bits_fit(const struct v8_page *page, const struct index_bits *bits)
{
    uint64_t first = (page->start - page->base) / 8, end = first + page->readable / 8;
    for (uint64_t word = 0; word < INDEX_WORDS; word++) {
        uint64_t from = 64 * word, allowed = ~0ull;
        if (from < first)
            allowed &= first - from >= 64 ? 0 : ~0ull << (first - from);
        if (end < from + 64)
            allowed &= end <= from ? 0 : ~0ull >> (64 - (end - from));
        if ((bits->starts[word] & ~allowed) != 0)
            return false;
    }
    return true;
}

static bool restore_page(struct restoring *restoring, size_t number, const struct saved_page *page,
                         const struct index_bits *bits)
{
    const struct v8_page *bytes = &restoring->v8->pages[number];
    struct object_index *index = restoring->index;
    if (page->has_bits == 0) {
        index->pages[number].count = page->objects;
        return page->objects == 0 ||
               (page->objects == 1 && bytes->large && bytes->readable >= 8);
    }
    struct index_bits *own = bytes->large ? NULL : index_page_bits(index, number);
    if (own == NULL || !bits_fit(bytes, bits))
        return false;
    memcpy(own->starts, bits->starts, sizeof own->starts);
    return index_page_done(index, number) == page->objects;
}

static bool restore_index(struct restoring *restoring)
{
    uint64_t pages, bit_count, used = 0;
    const struct saved_page *page = index_file_section(restoring->file, SAVED_PAGES, &pages);
    const struct index_bits *bits = index_file_section(restoring->file, SAVED_BITS, &bit_count);
    if (pages != restoring->v8->page_count)
        return false;
    for (size_t i = 0; i < pages; i++) {
        bool has_bits = page[i].has_bits != 0;
        if ((has_bits && used >= bit_count) ||
            !restore_page(restoring, i, &page[i], has_bits ? &bits[used] : NULL))
            return false;
        used += has_bits;
    }
    return index_finish(restoring->index) && restoring->index->count == restoring->sums->objects;
}

// --- walk ----------------------------------------------------------------------------------------

static bool accounts_fit(const struct restoring *restoring, const struct walk_page *accounts)
{
    for (size_t i = 0; i < restoring->v8->page_count; i++) {
        const struct v8_page *page = &restoring->v8->pages[i];
        const struct walk_page *account = &accounts[i];
        const uint64_t parts[] = {account->object_bytes,    account->free_bytes,
                                  account->filler_bytes,    account->area_bytes,
                                  account->forwarded_bytes, account->unwalked_bytes};
        uint64_t left = page->end - page->start;
        for (size_t n = 0; n < sizeof parts / sizeof *parts; n++) {
            if (parts[n] > left)
                return false;
            left -= parts[n];
        }
        if (account->objects != restoring->index->pages[i].count)
            return false;
    }
    return true;
}

static bool restore_walk(struct restoring *restoring)
{
    uint64_t count, total_count;
    const struct walk_page *accounts =
        index_file_section(restoring->file, SAVED_ACCOUNTS, &count);
    const struct walk_total *totals =
        index_file_section(restoring->file, SAVED_TOTALS, &total_count);
    if (count != restoring->v8->page_count || !accounts_fit(restoring, accounts))
        return false;
    for (uint64_t i = 0; i < total_count; i++)
        if (totals[i].isolate != V8_NO_ISOLATE &&
            totals[i].isolate >= restoring->v8->isolate_count)
            return false;
    return walk_restore(restoring->walk, totals, total_count, accounts);
}

// --- names ---------------------------------------------------------------------------------------

static bool restore_name(struct restoring *restoring, struct renamed *renamed,
                         const struct saved_renamed *record)
{
    uint64_t size;
    const char *texts = index_file_section(restoring->file, SAVED_TEXTS, &size);
    if (record->text >= size || memchr(texts + record->text, 0, size - record->text) == NULL ||
        index_id(restoring->index, record->address) == INDEX_NONE)
        return false;
    uint32_t name = type_names_add(restoring->names, texts + record->text);
    return name != UINT32_MAX && renamed_add(renamed, record->address, name);
}

static bool restore_renamed(struct restoring *restoring)
{
    uint64_t count;
    const struct saved_renamed *records =
        index_file_section(restoring->file, SAVED_RENAMED, &count);
    struct renamed *renamed = count <= restoring->index->count ? renamed_new(count) : NULL;
    bool done = renamed != NULL;
    for (uint64_t i = 0; i < count && done; i++)
        done = restore_name(restoring, renamed, &records[i]);
    restoring->parts.renamed = renamed;
    return done;
}

// --- types ---------------------------------------------------------------------------------------

static bool restore_row(const struct restoring *restoring, const struct saved_type *record,
                        struct type_row *row)
{
    // Where no example was near, there is none.
    bool example = record->example == 0 ||
                   index_id(restoring->index, record->example) != INDEX_NONE;
    if (row->map != record->map || row->isolate != record->isolate ||
        row->renamed != record->renamed || row->count != record->count || !example)
        return false;
    row->example = record->example;
    row->retained = record->retained;
    row->outermost = record->outermost;
    row->unreachable = record->unreachable;
    return true;
}

static bool restore_types(struct restoring *restoring)
{
    const struct table_source source = {.v8 = restoring->v8, .walk = restoring->walk,
                                        .names = restoring->names, .index = restoring->index,
                                        .renamed = restoring->parts.renamed,
                                        .any_example = true};
    uint64_t count;
    const struct saved_type *records = index_file_section(restoring->file, SAVED_TYPES, &count);
    struct type_table *table = type_table_create(&source, true);
    bool done = table != NULL && table->shapes == count;
    for (uint64_t i = 0; i < count && done; i++)
        done = restore_row(restoring, &records[i], &table->by_shape[i]);
    if (done)
        table->constructors =
            type_rows_fold(table->by_shape, table->shapes, table->by_constructor);
    restoring->parts.types = table;
    return done;
}

// --- all -----------------------------------------------------------------------------------------

static const struct saved_sums *sums_of(const struct index_file *file)
{
    uint64_t count;
    const struct saved_sums *sums = index_file_section(file, SAVED_SUMS, &count);
    return count == 1 ? sums : NULL;
}

bool saved_read(const char *path, const struct core_mark *mark, const struct v8 *v8,
                struct object_index *index, struct walk *walk, struct type_names *names,
                struct pool *pool, struct saved_parts *ret, struct error *error)
{
    struct restoring restoring = {.v8 = v8, .index = index, .walk = walk, .names = names,
                                  .pool = pool};
    if (!index_file_open(path, mark, pool, &restoring.file, error))
        return false;
    restoring.parts.file = restoring.file;
    restoring.sums = sums_of(restoring.file);
    bool done = restoring.sums != NULL && restore_index(&restoring) && restore_walk(&restoring) &&
                restore_renamed(&restoring) && restore_graph(&restoring) &&
                restore_dominators(&restoring) && restore_types(&restoring) &&
                index_file_lost(restoring.file) == 0;
    if (done) {
        *ret = restoring.parts;
        return true;
    }
    saved_parts_destroy(&restoring.parts);
    return error_set(error, ERROR_FORMAT, "%s: damaged", path);
}

void saved_parts_destroy(struct saved_parts *parts)
{
    type_table_release(parts->types);
    dominators_destroy(parts->dominators);
    graph_clear(&parts->graph);
    renamed_destroy(parts->renamed);
    index_file_close(parts->file);
    *parts = (struct saved_parts){0};
}
