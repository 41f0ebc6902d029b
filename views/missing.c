#include "views/missing.h"

#include "heap/graph/graph.h"
#include "heap/v8/v8.h"
#include "views/format.h"

#include <stdio.h>
#include <string.h>

void missing_add(char *text, size_t capacity, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, capacity - used, "%s%s", used > 0 ? ", " : "", more);
}

void missing_of_dump(const struct heap *heap, char *text, size_t capacity)
{
    char size[FORMAT_MAX], line[128];
    const struct dump *dump = heap_dump(heap);
    uint32_t problems = dump_problems(dump);
    uint64_t missing = dump_info(dump)->missing_bytes + dump_lost_bytes(dump);
    if (missing > 0) {
        snprintf(line, sizeof line, "the core is truncated: %s are missing",
                 format_size(size, missing));
        missing_add(text, capacity, line);
    } else if ((problems & DUMP_DAMAGED) != 0) {
        missing_add(text, capacity, "the compressed core is damaged at its end");
    }
    if ((problems & DUMP_BAD_SEGMENTS) != 0)
        missing_add(text, capacity,
                    "some program headers of the core are malformed and were ignored");
}

void missing_of_heap(const struct heap *heap, char *text, size_t capacity)
{
    char number[FORMAT_MAX], line[128];
    const struct v8 *v8 = heap_v8(heap);
    uint64_t objects, walked, unwalked;
    missing_of_dump(heap, text, capacity);
    heap_totals(heap, &objects, &walked, &unwalked);
    if (unwalked > 0) {
        snprintf(line, sizeof line, "%s of the heap could not be walked (damaged or not saved)",
                 format_size(number, unwalked));
        missing_add(text, capacity, line);
    }
    if (v8->lost_pages > 0) {
        snprintf(line, sizeof line, "at least %s pages of the heap were not found (damaged)",
                 format_count(number, v8->lost_pages));
        missing_add(text, capacity, line);
    }
    const struct edges *edges = graph_edges(heap_graph(heap));
    if (edges != NULL && edges->lost_dispatch > 0)
        missing_add(
            text, capacity,
            "V8's dispatch table was not found: what functions hold by their code is missing");
}
