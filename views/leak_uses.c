#include "views/leak_uses.h"

#include "heap/graph/graph.h"
#include "heap/heap.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/scope.h"
#include "heap/v8/string/string_reader.h"

#include <stdlib.h>
#include <string.h>

enum {
    REFERRERS = 1 << 17, // of a scope that are looked at: some 10 ms
    DEFINITIONS = 64, // whose text is
    TEXT_MAX = 1 << 18, // code units of one function's
};

struct search {
    const struct v8 *v8;
    uint64_t scope;
    const char *variable;
    uint64_t seen[DEFINITIONS];
    size_t seen_count;
    struct leak_use *found;
    size_t count;
};

// --- text ----------------------------------------------------------------------------------------

static uint16_t *read_units(const struct v8 *v8, const struct v8_script *script, uint32_t first,
                            uint32_t end, size_t *count)
{
    struct v8_string_reader reader;
    struct v8_string_chunk chunk;
    *count = 0;
    if (end - first > TEXT_MAX)
        end = first + TEXT_MAX;
    uint16_t *units = malloc(((size_t)(end - first) + 1) * sizeof *units);
    if (units == NULL)
        return NULL;
    v8_string_read(&reader, v8, &script->source, first, end);
    while (v8_string_next(&reader, &chunk) && chunk.units <= end - first - *count) {
        for (uint32_t i = 0; i < chunk.units; i++)
            units[*count + i] =
                (uint16_t)(chunk.two_byte ? chunk.bytes[2 * i] | chunk.bytes[2 * i + 1] << 8
                                          : chunk.bytes[i]);
        *count += chunk.units;
    }
    return units;
}

static bool is_word(uint16_t unit)
{
    return unit >= 0x80 || unit == '_' || unit == '$' || (unit >= '0' && unit <= '9') ||
           ((unit | 0x20) >= 'a' && (unit | 0x20) <= 'z');
}

static bool matches(const uint16_t *units, size_t left, const char *text)
{
    size_t i = 0;
    for (; text[i] != '\0'; i++)
        if (i >= left || units[i] != (unsigned char)text[i])
            return false;
    return true;
}

// "a[k] = v": an assignment behind the bracket that closes.
static bool is_assignment(const uint16_t *units, size_t left)
{
    size_t i = 1;
    for (int depth = 1; i < left && depth > 0 && units[i] != '\n'; i++)
        depth += units[i] == '[' ? 1 : units[i] == ']' ? -1 : 0;
    while (i < left && units[i] == ' ')
        i++;
    return i + 1 < left && units[i] == '=' && units[i + 1] != '=';
}

static bool adds(const uint16_t *units, size_t left)
{
    static const char *const calls[] = {".push(",  ".unshift(", ".set(",     ".add(",
                                        ".append(", ".enqueue(", ".on(", ".once(",
                                        ".addListener(", ".addEventListener("};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (matches(units, left, calls[i]))
            return true;
    return left > 0 && units[0] == '[' && is_assignment(units, left);
}

// The mention that adds to the variable, else the first one. SIZE_MAX: there is none.
static size_t find_mention(const uint16_t *units, size_t count, const char *name, bool *grows)
{
    size_t length = strlen(name), first = SIZE_MAX;
    *grows = false;
    for (size_t i = 0; i + length <= count; i++) {
        if (!matches(units + i, count - i, name) || (i > 0 && is_word(units[i - 1])) ||
            (i > 0 && units[i - 1] == '.' && (i < 2 || units[i - 2] != '.')) ||
            (i + length < count && is_word(units[i + length])))
            continue;
        if (first == SIZE_MAX)
            first = i;
        if (adds(units + i + length, count - i - length)) {
            *grows = true;
            return i;
        }
    }
    return first;
}

// --- functions -----------------------------------------------------------------------------------

static bool is_new(struct search *search, uint64_t definition)
{
    for (size_t i = 0; i < search->seen_count; i++)
        if (search->seen[i] == definition)
            return false;
    if (search->seen_count == DEFINITIONS)
        return false;
    search->seen[search->seen_count++] = definition;
    return true;
}

static bool comes_before(const struct leak_use *a, const struct leak_use *b)
{
    if (a->grows != b->grows)
        return a->grows;
    return a->start < b->start;
}

// Keep the uses in order, and of too many the first ones.
static void keep(struct search *search, const struct leak_use *use)
{
    size_t at = search->count;
    while (at > 0 && comes_before(use, &search->found[at - 1]))
        at--;
    if (at == LEAK_USES)
        return;
    if (search->count < LEAK_USES)
        search->count++;
    memmove(&search->found[at + 1], &search->found[at],
            (search->count - 1 - at) * sizeof *search->found);
    search->found[at] = *use;
}

static void look_at_function(struct search *search, const struct v8_object *closure)
{
    const struct v8 *v8 = search->v8;
    struct leak_use use = {.closure = closure->address};
    struct v8_function function;
    struct v8_script script;
    uint32_t first, end;
    size_t count;
    if (!v8_function_of(v8, closure, NULL, &function) ||
        !is_new(search, function.object.address) || function.script == 0 ||
        !v8_script_of(v8, function.script, &script) || !script.has_source ||
        !v8_function_extent(v8, &function, closure->address, &first, &end) || first >= end ||
        end > script.source.length)
        return;
    uint16_t *units = read_units(v8, &script, first, end, &count);
    size_t at = units != NULL ? find_mention(units, count, search->variable, &use.grows) : SIZE_MAX;
    free(units);
    if (at == SIZE_MAX || !source_text_at(v8, &script, first + (uint32_t)at, &use.at))
        return;
    v8_function_name(v8, &function, use.function, sizeof use.function);
    use.start = first;
    keep(search, &use);
}

size_t leak_uses(struct heap *heap, uint64_t scope, const char *variable,
                 struct leak_use ret[LEAK_USES])
{
    const struct reverse *reverse = graph_reverse(heap_graph(heap));
    const struct object_index *index = heap_index(heap);
    struct search search = {.v8 = heap_v8(heap), .scope = scope, .variable = variable,
                            .found = ret};
    struct v8_object object;
    uint64_t count;
    uint32_t id;
    if (reverse == NULL || index == NULL || (id = index_id(index, scope)) == INDEX_NONE)
        return 0;
    const uint32_t *sources = reverse_of(reverse, id, &count);
    for (uint64_t i = 0; i < count && i < REFERRERS; i++)
        if (v8_object_at(search.v8, index_address(index, sources[i]), &object) &&
            itype_is_js_function(&search.v8->types, object.shape.number) &&
            v8_context_of(search.v8, &object) == scope)
            look_at_function(&search, &object);
    return search.count;
}
