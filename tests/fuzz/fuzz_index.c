// A saved index that says anything: the sample core's own, changed where the input says, with
// checksums that fit. What is not refused is used by every part that reads it.
//
// Input: changes of 11 bytes each: section, kind (u8 each; see `change`), place (u32), value (u32),
// width (u8).
#include "heap/graph/dominators/dominated.h"
#include "heap/graph/dominators/heap_flow.h"
#include "heap/graph/leaks/leaks.h"
#include "heap/graph/paths/path_find.h"
#include "heap/graph/saved/saved.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "tests/support/fuzz.h"
#include "tests/support/mkindex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAMPLE "tests/sample/sample.core.zst"

enum { CHANGE = 11, CHANGES_MAX = 32, LOOKS = 2000 };

static struct heap *sample; // open all the time: its V8 is what indexes are restored for
static struct core_mark mark;
static struct mkindex whole;
static volatile uint64_t sink;

// --- the index to be changed ---------------------------------------------------------------------

static void make_index(void)
{
    char path[] = "/tmp/dumpdive-fuzz-XXXXXX";
    struct heap_options options = {.dump = {.no_executable = true}};
    struct error error;
    int fd = mkstemp(path);
    if (fd < 0 || !heap_open(SAMPLE, &options, &sample, &error) ||
        !core_mark_take(heap_v8(sample), false, &mark))
        abort();
    close(fd);
    heap_start(sample, STAGE_DOMINATE);
    if (!heap_save_index(sample, path, &error))
        abort();
    heap_index_wait(sample);
    mkindex_read(&whole, path);
    unlink(path);
}

static void change(struct mkindex *index, const uint8_t *input)
{
    struct saved_header *header = mkindex_header(index);
    struct saved_section *section = &header->sections[input[0] % SAVED_SECTIONS];
    uint32_t place, value;
    memcpy(&place, input + 2, sizeof place);
    memcpy(&value, input + 6, sizeof value);
    uint64_t word = (input[1] & 1) != 0 ? ~(uint64_t)value : value;
    size_t width = (size_t)1 << input[10] % 4;
    if ((input[1] & 6) == 6) { // the section itself
        section->size = (input[1] & 8) != 0 ? word : section->size / 2;
        return;
    }
    if (section->size < 8 || section->offset > index->size ||
        section->size > index->size - section->offset)
        return;
    uint64_t record = saved_record((enum saved_section_id)(input[0] % SAVED_SECTIONS));
    uint64_t at = (input[1] & 2) != 0 ? place % section->size / record * record : place;
    memcpy(index->bytes + section->offset + at % (section->size - 7), &word, width);
}

// --- using it ------------------------------------------------------------------------------------

static void use_graph(const struct saved_parts *parts, const struct v8 *v8)
{
    const struct graph *graph = &parts->graph;
    uint32_t count = graph->edges->index->count;
    const struct path_graph paths = {.namer = {v8, graph->edges, graph->reverse},
                                     .shortcuts = graph->shortcuts,
                                     .roots = graph->roots, .reach = graph->reach};
    for (uint32_t n = 0; n < LOOKS && count > 0; n++) {
        uint32_t id = (uint32_t)((uint64_t)n * count / LOOKS);
        uint64_t referrers;
        size_t others;
        struct path path;
        const uint32_t *list = reverse_of(graph->reverse, id, &referrers);
        sink += edges_address(graph->edges, id) + reach_distance(graph->reach, id);
        for (uint64_t i = 0; i < referrers && i < 100; i++)
            sink += list[i] == INDEX_NONE ? 0 : edges_address(graph->edges, list[i]);
        reverse_others_of(graph->reverse, id, &others);
        roots_of(graph->roots, id, &others);
        if (n % 100 == 0 && path_shortest(&paths, id, NULL, &path)) {
            struct edge_name name;
            path_edge(&paths, &path, path.count - 1, &name);
            sink += path.count + (unsigned)name.text[0];
            path_free(&path);
        }
    }
}

static void use_dominators(const struct saved_parts *parts)
{
    const struct dominators *dominators = parts->dominators;
    for (uint32_t id = 0; id < dominators->count; id += 97) {
        uint32_t steps = 0;
        for (uint32_t at = id; at < DOMINATOR_ROOT; at = dominators_of(dominators, at)) {
            sink += dominators_retained(dominators, at);
            if (++steps > dominators->count)
                abort(); // a circle
        }
    }
}

static void run_job(struct job *job)
{
    static struct pool *pool;
    if (pool == NULL && !pool_create(0, &pool))
        abort();
    job->ops->run(job, pool);
    job_release(job);
}

static void use_jobs(const struct saved_parts *parts, const struct v8 *v8,
                     struct type_names *names)
{
    const struct edge_namer namer = {v8, parts->graph.edges, parts->graph.reverse};
    struct leak_source source = {.dominators = parts->dominators, .names = names,
                                 .renamed = parts->renamed, .namer = namer,
                                 .shortcuts = parts->graph.shortcuts};
    struct leaks *leaks;
    struct dominated *dominated;
    if (leaks_create(&source, &leaks))
        run_job(&leaks->job);
    if (dominated_create(parts->dominators, &namer, DOMINATOR_ROOT, &dominated))
        run_job(&dominated->job);
}

static void use_types(const struct type_table *table)
{
    for (size_t i = 0; i < table->constructors; i++)
        sink += strlen(table->by_constructor[i].name) + table->by_constructor[i].retained;
}

static void restore(const char *path)
{
    static struct pool *pool;
    const struct v8 *v8 = heap_v8(sample);
    struct object_index *index;
    struct walk *walk;
    struct type_names *names;
    struct saved_parts parts = {0};
    struct error error;
    if ((pool == NULL && !pool_create(0, &pool)) || !index_create(v8, &index) ||
        !walk_create(v8, index, 1, &walk) || !type_names_create(v8, &names))
        abort();
    if (saved_read(path, &mark, v8, index, walk, names, pool, &parts, &error)) {
        use_graph(&parts, v8);
        use_dominators(&parts);
        use_types(parts.types);
        use_jobs(&parts, v8, names);
    }
    saved_parts_destroy(&parts);
    type_names_destroy(names);
    walk_destroy(walk);
    index_destroy(index);
}

// --- the target ----------------------------------------------------------------------------------

static void write_seeds(const char *folder)
{
    uint8_t input[CHANGE];
    char name[32];
    fuzz_seed(folder, "none", "", 0);
    for (uint8_t id = 0; id < SAVED_SECTIONS; id++)
        for (uint8_t kind = 0; kind < 4; kind++) {
            const uint8_t seed[CHANGE] = {id, kind, 64, 1, 0, 0, 8, 0, 0, 0, 2};
            memcpy(input, seed, sizeof input);
            snprintf(name, sizeof name, "section-%u-%u", id, kind);
            fuzz_seed(folder, name, input, sizeof input);
        }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_main(*argc, *argv, write_seeds);
    make_index();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[32];
    struct mkindex index = {.bytes = malloc(whole.size), .size = whole.size};
    if (index.bytes == NULL)
        abort();
    memcpy(index.bytes, whole.bytes, whole.size);
    for (size_t at = 0; at + CHANGE <= size && at < CHANGE * CHANGES_MAX; at += CHANGE)
        change(&index, bytes + at);
    mkindex_sums(&index);
    int fd = fuzz_file(index.bytes, index.size, path);
    if (fchmod(fd, 0600) != 0)
        abort();
    restore(path);
    close(fd);
    mkindex_free(&index);
    return 0;
}
