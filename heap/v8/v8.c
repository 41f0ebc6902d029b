#include "heap/v8/v8.h"

#include "heap/v8/calibrate/calibrate.h"
#include "heap/v8/layout/layout_function.h"
#include "heap/v8/layout/version.h"
#include "heap/v8/naming/chain_memo.h"
#include "heap/v8/object/survivors.h"
#include "heap/v8/object/well_known.h"
#include "heap/v8/space/areas.h"
#include "heap/v8/space/lost_pages.h"
#include "heap/v8/space/page_lists.h"
#include "heap/v8/space/pages.h"
#include "heap/v8/space/thread_isolate.h"
#include "heap/v8/string/string_starts.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CALIBRATE_ROUNDS = 3 }; // what types point at tells more, the more types are known

void v8_warn(struct v8 *v8, const char *format, ...)
{
    size_t capacity = sizeof v8->warnings / sizeof *v8->warnings;
    if (v8->warning_count == capacity)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(v8->warnings[v8->warning_count++], sizeof *v8->warnings, format, args);
    va_end(args);
}

const struct v8_page *v8_page_at(const struct v8 *v8, uint64_t address)
{
    size_t low = 0, high = v8->page_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v8->pages[middle].base <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct v8_page *page = &v8->pages[low - 1];
    uint64_t size = page->size > V8_PAGE_SIZE ? page->size : V8_PAGE_SIZE;
    return address < page->base + size ? page : NULL;
}

// --- choosing the layout -------------------------------------------------------------------------

static void free_pages(struct v8 *v8)
{
    struct page_scan scan = {.pages = v8->pages, .count = v8->page_count,
                             .isolates = v8->isolates, .isolate_count = v8->isolate_count};
    page_scan_free(&scan);
}

static void take_scan(struct v8 *v8, struct page_scan *scan)
{
    free_pages(v8);
    v8->pages = scan->pages;
    v8->page_count = scan->count;
    v8->isolates = scan->isolates;
    v8->isolate_count = scan->isolate_count;
}

// Use a line's table if it leads to isolates, and where it says. False: out of memory.
static bool try_table(struct v8 *v8, size_t line, struct page_scan *scan)
{
    const struct layout *layout = &layouts[line];
    if (!pages_scan(v8->memory, layout, scan))
        return false;
    if (scan->isolate_count > 0 && scan->heap_offset == layout->isolate.heap &&
        scan->heap_isolate == layout->isolate.heap_isolate) {
        v8->layout = layout;
        v8->line = line;
    } else {
        page_scan_free(scan);
    }
    return true;
}

// The table of this very version; of any, when the version is unknown (0).
static bool choose_table(struct v8 *v8, unsigned version, struct page_scan *scan)
{
    v8->line = layout_line(version);
    for (size_t line = 0; line < LAYOUT_LINES && v8->layout == NULL; line++)
        if ((version == 0 || line == v8->line) && line != v8->without &&
            !try_table(v8, line, scan))
            return false;
    return true;
}

// The nearest table, for what calibration cannot find out.
static bool choose_by_structure(struct v8 *v8, unsigned version, struct page_scan *scan)
{
    bool excluded[LAYOUT_LINES + 1] = {false};
    excluded[v8->without] = true;
    if (v8->line == LAYOUT_LINES || v8->line == v8->without) {
        v8->foreign = true;
        v8->line = layout_nearest(version, excluded);
    }
    v8->adapted = layouts[v8->line];
    v8->layout = &v8->adapted;
    return calibrate_pages(v8, version, scan);
}

static bool choose_layout(struct v8 *v8, struct error *error)
{
    struct version_found found;
    struct page_scan scan = {0};
    unsigned version = 0;
    if (version_find(v8->memory, &found)) {
        snprintf(v8->version, sizeof v8->version, "%s", found.v8);
        snprintf(v8->node_version, sizeof v8->node_version, "%s", found.node);
        version = v8->release = version_number(found.major, found.minor);
    }
    if (!choose_table(v8, version, &scan) ||
        (v8->layout == NULL && !choose_by_structure(v8, version, &scan)))
        return error_set(error, ERROR_MEMORY, "out of memory");
    take_scan(v8, &scan);
    uint64_t missing = dump_info(v8->dump)->missing_bytes;
    if (v8->isolate_count > 0)
        return true;
    if (missing > 0)
        return error_set(error, ERROR_FORMAT,
                         "no V8 heap found: the core is truncated, %llu bytes are missing",
                         (unsigned long long)missing);
    return error_set(error, ERROR_FORMAT, "no V8 heap found: not a Node.js process, or its memory "
                                          "was not saved");
}

// --- metadata ------------------------------------------------------------------------------------

// v8dbg_type_<Class>__<TYPE>_TYPE = instance type number (tools/gen-postmortem-metadata.py).
static bool take_symbol(void *context, const struct dump_symbol *symbol)
{
    struct v8 *v8 = context;
    uint32_t value;
    const char *name = strstr(symbol->name, "__");
    if (name == NULL || !memory_u32(v8->memory, symbol->address, &value))
        return true;
    char type[96];
    size_t length = strlen(name + 2);
    static const char suffix[] = "_TYPE";
    if (length <= sizeof suffix - 1 || length >= sizeof type)
        return true;
    memcpy(type, name + 2, length + 1);
    length -= sizeof suffix - 1;
    if (strcmp(type + length, suffix) != 0)
        return true;
    type[length] = '\0';
    itype_map_symbol(&v8->types, type, (uint16_t)value);
    v8->metadata |= METADATA_SYMBOLS;
    return true;
}

// What the heap looks like is known; for objects, begin with the line that they are most like.
static void take_row(struct v8 *v8)
{
    struct layout row = layouts[v8->line];
    row.chunk = v8->adapted.chunk;
    row.space = v8->adapted.space;
    row.isolate = v8->adapted.isolate;
    row.areas = v8->adapted.areas;
    if (v8->release != 0)
        row.area_is_used = layout_area_is_used(v8->release);
    v8->adapted = row;
    v8->scope = &layout_scopes[v8->line];
}

// Types first by what their maps look like; with these sizes are found, so that objects can be
// walked; then again by what the objects hold, and sizes by objects that are certain.
static bool calibrate_objects(struct v8 *v8, struct map_facts *facts, struct evidence *evidence)
{
    if ((v8->foreign && !calibrate_types(&v8->types, evidence, &v8->line)) ||
        !calibrate_sizes(&v8->size_rules, facts))
        return false;
    size_rules_init(&v8->size_rules, &v8->types, v8->line);
    for (int i = 0; i < CALIBRATE_ROUNDS; i++) {
        map_facts_walk(facts);
        if (v8->foreign) {
            evidence_read(evidence, &v8->types);
            if (!calibrate_types(&v8->types, evidence, &v8->line))
                return false;
            size_rules_init(&v8->size_rules, &v8->types, v8->line);
        }
        if (!calibrate_sizes(&v8->size_rules, facts))
            return false;
    }
    if (v8->foreign) {
        take_row(v8);
        calibrate_fields(v8, facts);
    }
    return true;
}

static bool calibrate(struct v8 *v8)
{
    struct map_facts facts;
    struct evidence evidence = {0};
    bool done = map_facts_read(v8, &facts) && evidence_create(&facts, &evidence) &&
                calibrate_objects(v8, &facts, &evidence);
    evidence_free(&evidence);
    map_facts_free(&facts);
    return done;
}

static bool read_metadata(struct v8 *v8, struct error *error)
{
    v8->scope = &layout_scopes[v8->line];
    itype_map_init(&v8->types, v8->line);
    v8->metadata = METADATA_TABLES;
    dump_symbols(v8->dump, 1u << STT_OBJECT, "v8dbg_type_", take_symbol, v8);
    itype_map_finish(&v8->types);
    if (v8->layout == &v8->adapted && !calibrate(v8))
        return error_set(error, ERROR_MEMORY, "out of memory");
    size_rules_init(&v8->size_rules, &v8->types, v8->line);
    return true;
}

// --- spaces --------------------------------------------------------------------------------------

static struct v8_space *space_of(struct v8 *v8, const struct v8_page *page)
{
    for (size_t i = 0; i < v8->space_count; i++)
        if (v8->spaces[i].kind == page->kind && v8->spaces[i].isolate == page->isolate &&
            v8->spaces[i].owner == page->owner)
            return &v8->spaces[i];
    struct v8_space *spaces = realloc(v8->spaces, (v8->space_count + 1) * sizeof *spaces);
    if (spaces == NULL)
        return NULL;
    v8->spaces = spaces;
    spaces[v8->space_count] = (struct v8_space){
        .kind = (enum space_kind)page->kind, .isolate = page->isolate, .owner = page->owner};
    return &spaces[v8->space_count++];
}

// The main thread's isolate is number 0, as everybody expects.
static void number_isolates(struct v8 *v8)
{
    size_t count, main = SIZE_MAX;
    const struct dump_thread *threads = dump_threads(v8->dump, &count);
    for (size_t i = 0; i < count && main == SIZE_MAX; i++)
        if (threads[i].tid == dump_info(v8->dump)->pid)
            main = v8_thread_isolate(v8, &threads[i]);
    if (main == SIZE_MAX || main == 0)
        return;
    struct v8_isolate first = v8->isolates[0];
    v8->isolates[0] = v8->isolates[main];
    v8->isolates[main] = first;
    for (size_t i = 0; i < v8->page_count; i++) {
        uint16_t isolate = v8->pages[i].isolate;
        if (isolate == 0 || isolate == main)
            v8->pages[i].isolate = (uint16_t)(isolate == 0 ? main : 0);
    }
}

static bool find_spaces(struct v8 *v8, struct error *error)
{
    for (size_t i = 0; i < v8->page_count; i++) {
        struct v8_space *space = space_of(v8, &v8->pages[i]);
        if (space == NULL)
            return error_set(error, ERROR_MEMORY, "out of memory");
        space->pages++;
        space->size += v8->pages[i].size;
    }
    return true;
}

static bool mark_pages(struct v8 *v8, struct error *error)
{
    if (!page_lists_mark(v8))
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < v8->isolate_count; i++)
        if (v8->isolates[i].gc)
            v8_warn(v8, "isolate %zu was in the middle of a garbage collection: counts include "
                        "garbage, and objects in two places", i);
    return true;
}

static bool find_areas(struct v8 *v8, struct error *error)
{
    struct area_list list = {0};
    if (!areas_of_spaces(v8, &list)) {
        areas_free(&list);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    v8->areas = list.items;
    v8->area_count = list.count;
    return true;
}

static size_t line_named(const char *name)
{
    size_t line = 0;
    while (line < LAYOUT_LINES && (name == NULL || strcmp(layouts[line].name, name) != 0))
        line++;
    return line;
}

bool v8_open(const struct dump *dump, const char *without_line, struct v8 **ret,
             struct error *error)
{
    struct v8 *v8 = calloc(1, sizeof *v8);
    if (v8 == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    v8->dump = dump;
    v8->memory = dump_memory(dump);
    v8->without = line_named(without_line);
    if (!choose_layout(v8, error)) {
        v8_close(v8);
        return false;
    }
    number_isolates(v8);
    if (!lost_pages_find(v8)) {
        v8_close(v8);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    if (!find_spaces(v8, error) || !mark_pages(v8, error) || !find_areas(v8, error) ||
        !read_metadata(v8, error)) {
        v8_close(v8);
        return false;
    }
    v8->string_starts = string_starts_create();
    v8->chain_memo = chain_memo_create();
    if (v8->string_starts == NULL || v8->chain_memo == NULL || !survivors_find(v8)) {
        v8_close(v8);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    v8_well_known_find(v8);
    if (v8->foreign)
        v8_warn(v8, "no table was made for V8 %s: types, sizes and places are inferred from their "
                    "structure and from V8 %s",
                v8->version[0] != '\0' ? v8->version : "of this version", v8->layout->name);
    *ret = v8;
    return true;
}

void v8_close(struct v8 *v8)
{
    if (v8 == NULL)
        return;
    free_pages(v8);
    free(v8->spaces);
    free(v8->areas);
    free(v8->survivors);
    string_starts_destroy(v8->string_starts);
    chain_memo_destroy(v8->chain_memo);
    free(v8->size_rules.by_number);
    free(v8->adapted_scope);
    free(v8);
}
