// Writing an index: each part as the records of format.h.
#include "heap/graph/saved/saved.h"

#include "heap/graph/saved/index_writer.h"

#include <stdlib.h>
#include <string.h>

// --- index and walk ------------------------------------------------------------------------------

static void put_index(struct index_writer *writer, const struct object_index *index)
{
    index_writer_section(writer, SAVED_PAGES);
    for (size_t i = 0; i < index->page_count; i++) {
        struct saved_page page = {.objects = index->pages[i].count,
                                  .has_bits = index->pages[i].bits != NULL};
        index_writer_put(writer, &page, sizeof page);
    }
    index_writer_section(writer, SAVED_BITS);
    for (size_t i = 0; i < index->page_count; i++)
        if (index->pages[i].bits != NULL)
            index_writer_put(writer, index->pages[i].bits, sizeof *index->pages[i].bits);
}

static bool put_walk(struct index_writer *writer, struct walk *walk, size_t pages)
{
    struct walk_count *counts;
    size_t count;
    index_writer_section(writer, SAVED_ACCOUNTS);
    index_writer_put(writer, walk_pages(walk), pages * sizeof(struct walk_page));
    if (!walk_shapes(walk, &counts, &count))
        return false;
    index_writer_section(writer, SAVED_TOTALS);
    for (size_t i = 0; i < count; i++) {
        struct walk_total total = {.map = counts[i].shape.map, .isolate = counts[i].isolate,
                                   .count = counts[i].count, .bytes = counts[i].bytes,
                                   .example = counts[i].example};
        if (total.count > 0)
            index_writer_put(writer, &total, sizeof total);
    }
    free(counts);
    return true;
}

// Names are few, and each belongs to many objects.
static void put_texts(struct index_writer *writer, const struct renamed *renamed, struct type_names *names,
                      uint64_t *places)
{
    uint64_t at = 0;
    index_writer_section(writer, SAVED_TEXTS);
    for (size_t i = 0; i <= renamed->mask; i++) {
        const struct renamed_object *object = &renamed->slots[i];
        if (object->address == 0 || places[object->name] != UINT64_MAX)
            continue;
        const char *text = type_names_text(names, object->name);
        places[object->name] = at;
        at += strlen(text) + 1;
        index_writer_put(writer, text, strlen(text) + 1);
    }
}

static bool put_renamed(struct index_writer *writer, const struct renamed *renamed, struct type_names *names)
{
    uint32_t most = 0;
    for (size_t i = 0; i <= renamed->mask; i++)
        if (renamed->slots[i].address != 0 && renamed->slots[i].name > most)
            most = renamed->slots[i].name;
    uint64_t *places = malloc(((size_t)most + 1) * sizeof *places);
    if (places == NULL)
        return false;
    memset(places, 0xff, ((size_t)most + 1) * sizeof *places);
    put_texts(writer, renamed, names, places);
    index_writer_section(writer, SAVED_RENAMED);
    for (size_t i = 0; i <= renamed->mask; i++) {
        const struct renamed_object *object = &renamed->slots[i];
        struct saved_renamed record = {.address = object->address,
                                       .text = places[object->name]};
        if (object->address != 0)
            index_writer_put(writer, &record, sizeof record);
    }
    free(places);
    return true;
}

// --- references ----------------------------------------------------------------------------------

static uint64_t source_count(const struct reverse *reverse)
{
    uint32_t count = reverse->edges->index->count;
    uint64_t base = reverse->bases[count / REVERSE_BLOCK];
    return base + (uint32_t)(((const uint32_t *)reverse->starts.bytes)[count] - (uint32_t)base);
}

static void put_others(struct index_writer *writer, const struct reverse *reverse)
{
    index_writer_section(writer, SAVED_OTHER_COUNTS);
    for (size_t i = 0; i < reverse->stretch_count; i++) {
        uint64_t count = reverse->stretches[i].other_count;
        index_writer_put(writer, &count, sizeof count);
    }
    index_writer_section(writer, SAVED_OTHERS);
    for (size_t i = 0; i < reverse->stretch_count; i++)
        for (size_t j = 0; j < reverse->stretches[i].other_count; j++) {
            struct reverse_other other;
            memset(&other, 0, sizeof other); // what pads a record says nothing
            other.target = reverse->stretches[i].others[j].target;
            other.source = reverse->stretches[i].others[j].source;
            other.kind = reverse->stretches[i].others[j].kind;
            index_writer_put(writer, &other, sizeof other);
        }
}

static void put_reverse(struct index_writer *writer, const struct reverse *reverse)
{
    uint64_t objects = reverse->edges->index->count;
    index_writer_section(writer, SAVED_STARTS);
    index_writer_put(writer, reverse->starts.bytes, (objects + 1) * sizeof(uint32_t));
    index_writer_section(writer, SAVED_BASES);
    index_writer_put(writer, reverse->bases, (objects / REVERSE_BLOCK + 1) * sizeof(uint64_t));
    index_writer_section(writer, SAVED_SOURCES);
    index_writer_put(writer, reverse->sources.bytes, source_count(reverse) * sizeof(uint32_t));
    put_others(writer, reverse);
    index_writer_section(writer, SAVED_EPHEMERONS);
    index_writer_put(writer, reverse->ephemerons,
                     reverse->ephemeron_count * sizeof *reverse->ephemerons);
}

static void put_roots(struct index_writer *writer, const struct roots *roots)
{
    index_writer_section(writer, SAVED_ROOTS);
    for (size_t i = 0; i < roots->count; i++) {
        const struct root *root = &roots->items[i];
        struct saved_root record = {.slot = root->slot, .target = root->target, .id = root->id,
                                    .place = root->place, .isolate = root->isolate,
                                    .kind = root->kind, .certainty = root->certainty,
                                    .weak = root->weak};
        index_writer_put(writer, &record, sizeof record);
    }
}

// --- what follows from them ----------------------------------------------------------------------

static void put_results(struct index_writer *writer, const struct saved_source *source)
{
    const struct dominators *dominators = source->dominators;
    const struct reach *reach = source->graph->reach;
    index_writer_section(writer, SAVED_LEVELS);
    index_writer_put(writer, reach->levels.bytes, (uint64_t)dominators->count * reach->width);
    index_writer_section(writer, SAVED_NODES);
    index_writer_put(writer, dominators->nodes.bytes,
                     dominators->count * sizeof(struct dominator_node));
    index_writer_section(writer, SAVED_LARGE);
    index_writer_put(writer, dominators->large,
                     dominators->large_count * sizeof *dominators->large);
}

static void put_types(struct index_writer *writer, const struct type_table *table)
{
    index_writer_section(writer, SAVED_TYPES);
    for (size_t i = 0; i < table->shapes; i++) {
        const struct type_row *row = &table->by_shape[i];
        struct saved_type record = {.map = row->map, .isolate = row->isolate,
                                    .renamed = row->renamed, .count = row->count,
                                    .example = row->example, .retained = row->retained,
                                    .outermost = row->outermost,
                                    .unreachable = row->unreachable};
        index_writer_put(writer, &record, sizeof record);
    }
}

static void put_sums(struct index_writer *writer, const struct saved_source *source)
{
    const struct reverse *reverse = source->graph->reverse;
    const struct reach *reach = source->graph->reach;
    const struct dominators *dominators = source->dominators;
    struct saved_sums sums = {.objects = source->index->count, .shapes = source->types->shapes,
                              .strong = reverse->strong, .read_only = reverse->read_only,
                              .reached = reach->reached, .deepest = reach->deepest,
                              .width = reach->width, .held_bytes = dominators->total,
                              .held = dominators->held, .numbered = dominators->numbered};
    index_writer_section(writer, SAVED_SUMS);
    index_writer_put(writer, &sums, sizeof sums);
}

// --- all -----------------------------------------------------------------------------------------

uint64_t saved_bytes(const struct saved_source *source)
{
    const struct reverse *reverse = source->graph->reverse;
    return reverse_bytes(reverse) + source->graph->reach->levels.size +
           source->dominators->nodes.size +
           source->index->page_count * sizeof(struct index_bits) +
           source->graph->roots->count * sizeof(struct saved_root);
}

bool saved_write(const struct saved_source *source, const struct core_mark *mark, const char *path,
                 struct job *job, struct error *error)
{
    struct index_writer writer;
    atomic_store(&job->total, saved_bytes(source));
    if (!index_writer_open(&writer, path, mark, job, error))
        return false;
    put_index(&writer, source->index);
    bool done = put_walk(&writer, source->walk, source->index->page_count) &&
                put_renamed(&writer, source->renamed, source->names);
    if (done) {
        put_reverse(&writer, source->graph->reverse);
        put_roots(&writer, source->graph->roots);
        put_results(&writer, source);
        put_types(&writer, source->types);
        put_sums(&writer, source);
    }
    return index_writer_close(&writer, done, error);
}
