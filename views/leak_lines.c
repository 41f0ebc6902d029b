#include "views/leak_lines.h"

#include "heap/graph/index/index.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"

#include <inttypes.h>
#include <stdio.h>

static struct leak_line *add(struct leak_lines *lines, uint64_t target, const char *command)
{
    struct leak_line *line = &lines->lines[lines->count++];
    line->role = ROLE_TEXT;
    line->target = target;
    snprintf(line->command, sizeof line->command, "%s 0x%" PRIx64, command, target);
    return line;
}

static void add_use(struct leak_lines *lines, const struct leak_use *use)
{
    struct leak_line *line = add(lines, use->closure, "source");
    snprintf(line->text, sizeof line->text, "%s %s:%" PRId64 "  %s",
             use->grows ? "grows in" : "named in", use->at.file, use->at.line, use->at.text);
    snprintf(line->command, sizeof line->command, "source 0x%" PRIx64 " --line %" PRId64,
             use->closure, use->at.line);
    line->role = ROLE_SOURCE;
    if (lines->source[0] == '\0')
        snprintf(lines->source, sizeof lines->source, "%s", line->command);
}

static void add_uses(struct leak_lines *lines, const struct leak_holding *holding)
{
    for (size_t i = 0; i < holding->use_count && i < LEAK_LINE_USES; i++) {
        // Where nothing is known to add to it, the first one that names it is a place to begin.
        if (i > 0 && !holding->uses[i].grows)
            break;
        add_use(lines, &holding->uses[i]);
    }
}

// A collection that holds what the suspect is made of, and where it grows.
static void add_keeper(struct heap *heap, uint32_t node, struct leak_lines *lines)
{
    char preview[64];
    struct print out;
    struct leak_holding holding;
    struct leak_line *line = add(lines, index_address(heap_index(heap), node), "inspect");
    leak_holding(heap, node, &holding);
    print_begin(&out, preview, sizeof preview);
    v8_preview_object(heap_v8(heap), line->target, false, &out);
    snprintf(line->text, sizeof line->text, "kept in  %s: %.380s", preview, holding.text);
    if (holding.use_count > 0 && holding.uses[0].grows)
        add_use(lines, &holding.uses[0]);
}

static void add_example(struct heap *heap, const struct leak *leak, struct leak_lines *lines)
{
    char text[LEAK_TEXT - 8];
    struct print out;
    if (leak->members == 0)
        return;
    struct leak_line *line =
        add(lines, index_address(heap_index(heap), leak->example), "inspect");
    print_begin(&out, text, sizeof text);
    v8_preview_object(heap_v8(heap), line->target, true, &out);
    snprintf(line->text, sizeof line->text, "one of  %s", text);
}

void leak_lines(struct heap *heap, const struct leak *leak, struct leak_lines *ret)
{
    uint64_t address = index_address(heap_index(heap), leak->node);
    struct leak_holding holding;
    char text[LEAK_TEXT - 8];
    leak_holding(heap, leak->node, &holding);
    snprintf(ret->holder, sizeof ret->holder, "%s", holding.text);
    ret->source[0] = '\0';
    ret->count = 0;
    struct leak_line *line = add(ret, address, "inspect");
    leak_what(heap, leak, line->text, sizeof line->text);
    add_uses(ret, &holding);
    for (size_t i = 0; i < leak->keeper_count; i++)
        add_keeper(heap, leak->keepers[i], ret);
    add_example(heap, leak, ret);
    line = add(ret, address, "path");
    line->role = ROLE_EDGE;
    snprintf(line->text, sizeof line->text, "held by  %s",
             leak_path(heap, leak, text, sizeof text));
}
