// Which types of V8 are shown with fields that have no name: unnamed CORE. A line for each type met that
// has words by their offsets ("+24") alone: type, objects of it, the first offsets, an example.
#include "heap/graph/index/index.h"
#include "heap/heap.h"
#include "heap/v8/decode/inspect.h"
#include "heap/v8/v8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 200, FIELDS = 64 }; // looked at of each type, and of each object

struct seen {
    uint64_t objects, unnamed, example;
    char offsets[80];
};

static void note(struct seen *seen, const char *name)
{
    size_t used = strlen(seen->offsets);
    size_t room = sizeof seen->offsets - used;
    char wanted[FIELD_NAME_MAX + 2];
    snprintf(wanted, sizeof wanted, " %s ", name);
    if (strstr(seen->offsets, wanted) == NULL && strlen(wanted) < room)
        snprintf(seen->offsets + used, room, "%s", used > 0 ? wanted + 1 : wanted);
}

static void look(const struct v8 *v8, uint64_t address, struct seen *seen)
{
    static struct v8_inspection in;
    struct v8_field field;
    bool unnamed = false;
    if (!v8_inspect(v8, address, INSPECT_HIDDEN, &in))
        return;
    for (uint64_t i = 0; i < in.count && i < FIELDS; i++) {
        if (!v8_inspect_field(&in, i, &field) || field.name[0] != '+')
            continue;
        unnamed |= field.kind != FIELD_PROPERTY;
        if (field.kind != FIELD_PROPERTY)
            note(seen, field.name);
    }
    seen->unnamed += unnamed;
    if (unnamed && seen->example == 0)
        seen->example = address;
}

int main(int argc, char **argv)
{
    static struct seen types[ITYPE_COUNT];
    struct heap *heap;
    struct error error;
    if (argc != 2 || !heap_open(argv[1], &(struct heap_options){.threads = 0}, &heap, &error)) {
        fprintf(stderr, "unnamed: %s\n", argc != 2 ? "usage: unnamed CORE" : error.text);
        return EXIT_FAILURE;
    }
    heap_start(heap, STAGE_WALK);
    const struct object_index *index = heap_index(heap);
    for (uint64_t i = 0; i < index->count; i++) {
        uint64_t address = index_address(index, (uint32_t)i);
        struct v8_object object;
        if (!v8_object_at(heap_v8(heap), address, &object))
            continue;
        struct seen *seen = &types[object.shape.type];
        if (seen->objects++ < EXAMPLES)
            look(heap_v8(heap), address, seen);
    }
    for (size_t i = 0; i < ITYPE_COUNT; i++)
        if (types[i].unnamed > 0)
            printf("%s\t%" PRIu64 "\t%s\t0x%" PRIx64 "\n", itype_name((enum itype)i),
                   types[i].objects, types[i].offsets, types[i].example);
    heap_close(heap);
    return EXIT_SUCCESS;
}
