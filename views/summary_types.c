// The opening page: what fills the heap.
#include "views/summary_page.h"

#include "heap/graph/index/types.h"
#include "heap/heap.h"
#include "heap/v8/value/properties.h"
#include "views/command.h"
#include "views/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TYPES_SHOWN = 4,
    QUOTED_MAX = SUMMARY_TEXT - 16,
};

// What V8 needs for itself; a person who looks for a leak looks for something else first.
static const char *const own[] = {"(array)", "(object shape)", "(compiled code)", "(system)"};

static bool is_own(const struct type_row *type)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(type->name, own[i]) == 0)
            return true;
    return strncmp(type->name, "system / ", 9) == 0;
}

static int by_size(const void *a, const void *b)
{
    const struct type_row *left = *(const struct type_row *const *)a;
    const struct type_row *right = *(const struct type_row *const *)b;
    return left->shallow < right->shallow ? 1 : left->shallow > right->shallow ? -1 : 0;
}

static void add_type(struct summary_page *page, const char *topic, const struct type_row *type,
                     uint64_t bytes)
{
    char quoted[QUOTED_MAX];
    struct summary_line *line = summary_add(page, topic);
    line->role = ROLE_NAME;
    snprintf(line->what, sizeof line->what, "%s", type->name);
    line->count = type->count;
    line->size = type->shallow;
    line->retained = type->retained;
    line->share = bytes > 0 ? (double)type->shallow / (double)bytes : 0;
    if (command_quote(type->name, strlen(type->name), quoted, sizeof quoted))
        snprintf(line->command, sizeof line->command, "objects %s", quoted);
}

static void add_largest(struct summary_page *page, const struct type_table *table)
{
    uint64_t kept = 0, objects = 0;
    size_t shown = 0, count = 0;
    const struct type_row **rows = calloc(table->constructors + 1, sizeof *rows);
    if (rows == NULL)
        return;
    for (size_t i = 0; i < table->constructors; i++) {
        const struct type_row *type = &table->by_constructor[i];
        if (!is_own(type)) {
            rows[count++] = type;
            continue;
        }
        kept += type->shallow;
        objects += type->count;
    }
    qsort(rows, count, sizeof *rows, by_size);
    for (; shown < count && shown < TYPES_SHOWN; shown++)
        add_type(page, shown == 0 ? "types" : "", rows[shown], table->bytes);
    free(rows);
    if (objects == 0)
        return;
    struct summary_line *line = summary_add(page, shown == 0 ? "types" : "");
    snprintf(line->what, sizeof line->what, "V8's own");
    line->role = ROLE_DIM;
    line->count = objects;
    line->size = kept;
    line->share = table->bytes > 0 ? (double)kept / (double)table->bytes : 0;
    snprintf(line->command, sizeof line->command,
             "types --filter 'type:^(\\(array\\)|\\(object shape\\)|\\(compiled code\\)|"
             "\\(system\\)|system / )'");
}

// --- what Node.js has open -----------------------------------------------------------------------

static const char *const node_types[] = {
    "Server",        "Socket",   "TLSSocket", "IncomingMessage", "ServerResponse", "ClientRequest",
    "Http2Session", "Http2Stream", "Timeout", "Immediate",       "Promise",        "Worker",
    "ChildProcess", "FSReqCallback", "FileHandle", "AbortController",
};

// The first row by shape with this name; they are sorted by it.
static size_t find_shapes(const struct type_table *table, const char *name)
{
    size_t low = 0, high = table->shapes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(table->by_shape[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The prototype of a class is named like its objects. It has a shape of its own, and a constructor.
static bool is_prototype(const struct v8 *v8, const struct type_row *shape)
{
    struct v8_object object;
    struct v8_property property;
    return shape->count == 1 && v8_object_at(v8, shape->example, &object) &&
           v8_property_find_text(v8, &object, "constructor", false, &property);
}

// Objects that something still holds, without garbage that nobody collected yet.
static uint64_t count_alive(const struct v8 *v8, const struct type_table *table, const char *name)
{
    uint64_t count = 0;
    for (size_t i = find_shapes(table, name); i < table->shapes; i++) {
        const struct type_row *shape = &table->by_shape[i];
        if (strcmp(shape->name, name) != 0)
            break;
        if (shape->unreachable <= shape->count && !is_prototype(v8, shape))
            count += shape->count - shape->unreachable;
    }
    return count;
}

static void add_open(struct summary_page *page, const struct type_table *table)
{
    char figure[FORMAT_MAX], text[SUMMARY_TEXT] = "", names[SUMMARY_TEXT] = "";
    size_t used = 0, named = 0;
    for (size_t i = 0; i < sizeof node_types / sizeof *node_types; i++) {
        uint64_t count = count_alive(heap_v8(page->heap), table, node_types[i]);
        if (count == 0)
            continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s",
                                 used > 0 ? " · " : "", format_count(figure, count),
                                 node_types[i]);
        named += (size_t)snprintf(names + named, sizeof names - named, "%s%s",
                                  named > 0 ? "|" : "", node_types[i]);
    }
    if (used == 0)
        return;
    struct summary_line *line = summary_add(page, "alive");
    memcpy(line->what, text, sizeof line->what);
    snprintf(line->command, sizeof line->command, "types --filter 'type:^(%.400s)$'", names);
}

void summary_add_types(struct summary_page *page)
{
    struct type_table *table = heap_types(page->heap);
    if (table != NULL)
        add_largest(page, table);
    type_table_release(table);
}

void summary_add_open(struct summary_page *page)
{
    struct type_table *table = heap_types(page->heap);
    if (table != NULL)
        add_open(page, table);
    type_table_release(table);
}
