#include "views/leak_uses.h"

#include "heap/graph/graph.h"
#include "heap/heap.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/scope.h"
#include "heap/v8/function/source.h"
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
    uint64_t holder;  // the scope, or the instance
    const char *name; // of the variable or property
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

// Is the name at `at` a variable's, and not a property's of something or part of a longer one? Of a
// property the other way round.
static bool is_mention(const uint16_t *units, size_t count, size_t at, const char *name,
                       bool property)
{
    size_t length = strlen(name);
    bool dot = at > 0 && units[at - 1] == '.' && (at < 2 || units[at - 2] != '.');
    return matches(units + at, count - at, name) && (at == 0 || !is_word(units[at - 1])) &&
           dot == property && (at + length >= count || !is_word(units[at + length]));
}

// From `*from` on the mention that adds to it, else the first one. SIZE_MAX: there is none. `*from`
// is then behind it.
static size_t find_mention(const uint16_t *units, size_t count, const char *name, bool property,
                           size_t *from, bool *grows)
{
    size_t length = strlen(name), first = SIZE_MAX;
    *grows = false;
    for (size_t i = *from; i + length <= count && !*grows; i++) {
        if (!is_mention(units, count, i, name, property))
            continue;
        *grows = adds(units + i + length, count - i - length);
        if (first == SIZE_MAX || *grows)
            first = i;
    }
    *from = first + length;
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
    size_t from = 0, at = SIZE_MAX;
    if (units != NULL)
        at = find_mention(units, count, search->name, false, &from, &use.grows);
    free(units);
    if (at == SIZE_MAX || !source_text_at(v8, &script, first + (uint32_t)at, &use.at))
        return;
    v8_function_name(v8, &function, use.function, sizeof use.function);
    use.start = first;
    keep(search, &use);
}

// The next function that lives in the scope, from referrer `*at` on.
static bool next_closure(struct heap *heap, uint64_t scope, uint64_t *at, struct v8_object *ret)
{
    const struct reverse *reverse = graph_reverse(heap_graph(heap));
    const struct object_index *index = heap_index(heap);
    const struct v8 *v8 = heap_v8(heap);
    uint64_t count;
    uint32_t id;
    if (reverse == NULL || index == NULL || (id = index_id(index, scope)) == INDEX_NONE)
        return false;
    const uint32_t *sources = reverse_of(reverse, id, &count);
    while (*at < count && *at < REFERRERS)
        if (v8_object_at(v8, index_address(index, sources[(*at)++]), ret) &&
            itype_is_js_function(&v8->types, ret->shape.number) &&
            v8_context_of(v8, ret) == scope)
            return true;
    return false;
}

size_t leak_uses(struct heap *heap, uint64_t scope, const char *variable,
                 struct leak_use ret[LEAK_USES])
{
    struct search search = {.v8 = heap_v8(heap), .holder = scope, .name = variable, .found = ret};
    struct v8_object closure;
    uint64_t at = 0;
    while (next_closure(heap, scope, &at, &closure))
        look_at_function(&search, &closure);
    return search.count;
}

bool leak_closure_in(struct heap *heap, uint64_t scope, struct v8_object *ret)
{
    uint64_t at = 0;
    return next_closure(heap, scope, &at, ret);
}

// --- classes -------------------------------------------------------------------------------------

bool leak_class_of(struct heap *heap, uint64_t address, struct v8_source *ret)
{
    struct v8_object object;
    const struct v8 *v8 = heap_v8(heap);
    return v8_object_at(v8, address, &object) &&
           !itype_is_js_function(&v8->types, object.shape.number) &&
           v8_source_at(v8, address, ret) == SOURCE_FOUND && ret->has_function &&
           function_kind_is_class(ret->function.kind) && ret->script.has_source;
}

// Every place of the text that adds to the property, or the first that names it.
static void look_at_class(struct search *search, const struct v8_source *source,
                          const uint16_t *units, size_t count)
{
    struct leak_use use = {.closure = search->holder};
    size_t from = 0, at;
    v8_function_name(search->v8, &source->function, use.function, sizeof use.function);
    while ((at = find_mention(units, count, search->name, true, &from, &use.grows)) !=
           SIZE_MAX) {
        if (!use.grows && search->count > 0)
            break;
        use.start = source->first + (uint32_t)at;
        if (!source_text_at(search->v8, &source->script, use.start, &use.at))
            break;
        keep(search, &use);
        if (!use.grows || search->count == LEAK_USES)
            break;
    }
}

size_t leak_uses_of_property(struct heap *heap, uint64_t owner, const char *property,
                             struct leak_use ret[LEAK_USES])
{
    struct search search = {.v8 = heap_v8(heap), .holder = owner, .name = property,
                            .found = ret};
    struct v8_source source;
    size_t count;
    if (!leak_class_of(heap, owner, &source))
        return 0;
    uint16_t *units = read_units(search.v8, &source.script, source.first, source.end, &count);
    if (units != NULL)
        look_at_class(&search, &source, units, count);
    free(units);
    return search.count;
}
