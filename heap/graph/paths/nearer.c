#include "heap/graph/paths/nearer.h"

#include "heap/array.h"
#include "heap/v8/value/properties.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    LOOK_MAX = 1 << 20, // references that are looked at
    HOPS_MAX = 4,       // accessor ← pair ← descriptors ← shape ← object
    WORDS = 64,
    PAIR_GETTER = 8,    // src/objects/property.h, bound functions, fixed arrays
    ARRAY_FIRST = 2,
};

// V8's own bookkeeping between an object and what it leads to by a shortcut.
struct between {
    uint32_t id;
    uint32_t last; // what it leads to it by: the one that refers to the object itself, in `items`
    unsigned hops;
};

struct nearer {
    const struct path_graph *graph;
    uint32_t id, level;
    struct between *items;
    size_t count, capacity;
    uint64_t looked;
};

static bool is_nearer(const struct nearer *nearer, uint32_t id)
{
    uint32_t level = reach_level(nearer->graph->reach, id);
    return level != REACH_NONE && level + 1 == nearer->level;
}

static bool object_of(const struct path_graph *graph, uint32_t id, struct v8_object *ret)
{
    return v8_object_at(graph->namer.v8, edges_address(graph->namer.edges, id), ret);
}

// --- names ---------------------------------------------------------------------------------------

static void set_name(struct edge_name *ret, uint64_t from, enum edge_kind kind, const char *text)
{
    *ret = (struct edge_name){.from = from, .kind = kind};
    snprintf(ret->text, sizeof ret->text, "%s", text);
}

// The reference that an object has itself, as store of `owner` (STORE_NONE, 0: of nobody), or as key
// of an ephemeron.
static void name_word(const struct path_graph *graph, uint32_t from, uint32_t to,
                      enum store_role role, uint64_t owner, struct edge_name *ret)
{
    const struct edge_namer *namer = &graph->namer;
    uint64_t address = edges_address(namer->edges, from), target = edges_address(namer->edges, to);
    uint64_t word = edges_find(namer->edges, address, 0, to, EDGE_STRONG);
    struct v8_object source;
    if (word == UINT64_MAX)
        word = edges_find(namer->edges, address, 0, to, EDGE_EPHEMERON);
    if (!v8_object_at(namer->v8, address, &source))
        set_name(ret, address, EDGE_KIND_HIDDEN, "");
    else if (word == UINT64_MAX)
        set_name(ret, address, EDGE_KIND_ENTRY, "value in WeakMap");
    else
        edge_name_in(namer, &source, word, target | V8_TAG, owner != 0 ? role : STORE_NONE, owner,
                     ret);
}

// The accessor with this pair, or the constant that the shape of `holder` has.
static void name_described(const struct path_graph *graph, const struct v8_object *holder,
                           uint64_t value, const char *prefix, struct edge_name *ret)
{
    struct v8_properties properties;
    struct v8_property property;
    uint32_t cursor = 0;
    char name[EDGE_NAME_MAX - 8];
    set_name(ret, holder->address, prefix[0] != '\0' ? EDGE_KIND_ACCESSOR : EDGE_KIND_PROPERTY, "");
    if (!v8_properties_open(graph->namer.v8, holder, &properties))
        return;
    while (v8_properties_next(&properties, &cursor, &property))
        if (v8_is_strong(property.value) && v8_untag(property.value) == value) {
            v8_property_name(graph->namer.v8, property.name, name, sizeof name);
            snprintf(ret->text, sizeof ret->text, "%s%s", prefix, name);
            return;
        }
}

static void name_bound(const struct path_graph *graph, const struct v8_object *holder,
                       const struct v8_object *store, uint32_t id, struct edge_name *ret)
{
    uint64_t word = edges_find(graph->namer.edges, store->address, ARRAY_FIRST, id, EDGE_STRONG);
    set_name(ret, holder->address, EDGE_KIND_INTERNAL, "");
    if (word != UINT64_MAX)
        snprintf(ret->text, sizeof ret->text, "bound_argument_%u", (unsigned)(word - ARRAY_FIRST));
}

// By what `holder` leads to the object of the step: its `via` is what refers to that itself.
static void name_shortcut(const struct path_graph *graph, uint32_t holder,
                          const struct path_step *step, struct edge_name *ret)
{
    uint64_t target = edges_address(graph->namer.edges, step->id);
    struct v8_object owner, store;
    if (!object_of(graph, holder, &owner) || !object_of(graph, step->via, &store)) {
        set_name(ret, 0, EDGE_KIND_HIDDEN, "");
        return;
    }
    switch ((enum itype)store.shape.type) {
    case ITYPE_MAP:
        set_name(ret, owner.address, EDGE_KIND_PROPERTY,
                 owner.shape.map == store.address ? "__proto__" : "prototype");
        break;
    case ITYPE_DESCRIPTOR_ARRAY:
        name_described(graph, &owner, target, "", ret);
        break;
    case ITYPE_ACCESSOR_PAIR:
        name_described(graph, &owner, store.address,
                       v8_untag(v8_word(&store, PAIR_GETTER)) == target ? "get " : "set ", ret);
        break;
    case ITYPE_PROPERTY_CELL: // of a global object's dictionary
        name_word(graph, step->via, step->id, STORE_CELL, owner.address, ret);
        break;
    default:
        if (owner.shape.type == ITYPE_JS_BOUND_FUNCTION &&
            edge_store_role(&graph->namer, &owner, &store) == STORE_NONE)
            name_bound(graph, &owner, &store, step->id, ret);
        else
            name_word(graph, step->via, step->id, edge_store_role(&graph->namer, &owner, &store),
                      owner.address, ret);
    }
}

void path_name_step(const struct path_graph *graph, uint32_t from, const struct path_step *step,
                    struct edge_name *ret)
{
    struct v8_object source;
    enum store_role role = STORE_NONE;
    uint64_t owner = 0;
    if (step->via != INDEX_NONE) {
        name_shortcut(graph, from, step, ret);
        return;
    }
    if (object_of(graph, from, &source))
        owner = edge_owner(&graph->namer, &source, &role);
    name_word(graph, from, step->id, role, owner, ret);
}

// --- what leads to it ----------------------------------------------------------------------------

static bool has_target(struct nearer *nearer, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (edge_target(nearer->graph->namer.edges, words[i]) == nearer->id)
            return true;
    nearer->looked += count;
    return false;
}

// Does an object lead to it by a shortcut?
static bool leads_to(struct nearer *nearer, uint32_t id)
{
    const struct shortcuts *shortcuts = nearer->graph->shortcuts;
    const struct edges *edges = nearer->graph->namer.edges;
    struct shortcut_cursor cursor = {0};
    uint64_t words[WORDS], available, address = edges_address(edges, id);
    const uint8_t *object = edges_bytes(edges, address, &available);
    const struct edge_shape *shape =
        object == NULL ? NULL : edges_shape_of(edges, object, address);
    if (shape == NULL || !shape->receiver)
        return false;
    const struct shortcut_shape *more = shortcuts_shape(shortcuts, shape);
    if (has_target(nearer, shortcuts->words + more->first, more->count))
        return true;
    while (!cursor.done && nearer->looked < LOOK_MAX) {
        size_t count = shortcuts_of(shortcuts, shape, object, available, &cursor, words, WORDS);
        if (has_target(nearer, words, count))
            return true;
    }
    return false;
}

static bool is_between(const struct nearer *nearer, uint32_t id)
{
    struct v8_object object;
    if (!object_of(nearer->graph, id, &object))
        return false;
    enum itype type = (enum itype)object.shape.type;
    return type == ITYPE_MAP || type == ITYPE_DESCRIPTOR_ARRAY || type == ITYPE_ACCESSOR_PAIR ||
           edge_is_property_store(type);
}

// An object that refers to it by a word of its own. INDEX_NONE: there is none.
static uint32_t find_direct(const struct nearer *nearer)
{
    uint64_t count;
    const uint32_t *list = reverse_of(nearer->graph->namer.reverse, nearer->id, &count);
    for (uint64_t i = 0; i < count; i++)
        if (is_nearer(nearer, list[i]))
            return list[i];
    return INDEX_NONE;
}

// Key or table of an ephemeron whose value it is, the other one being reached as well.
static uint32_t find_ephemeron(const struct nearer *nearer)
{
    const struct reverse *reverse = nearer->graph->namer.reverse;
    size_t count, keyed;
    const struct reverse_other *others = reverse_others_of(reverse, nearer->id, &count);
    for (size_t i = 0; i < count; i++) {
        if (others[i].kind != REVERSE_BY_KEY)
            continue;
        const struct ephemeron *list = reverse_ephemerons_of(reverse, others[i].source, &keyed);
        for (size_t j = 0; j < keyed; j++) {
            uint32_t key = list[j].key, table = list[j].table;
            if (list[j].value != nearer->id || reach_level(nearer->graph->reach, key) == REACH_NONE ||
                reach_level(nearer->graph->reach, table) == REACH_NONE)
                continue;
            if (is_nearer(nearer, key) || is_nearer(nearer, table))
                return is_nearer(nearer, key) ? key : table;
        }
    }
    return INDEX_NONE;
}

// Look at what refers to one between, or to the object itself (`at` SIZE_MAX): an object that leads to it
// is found, and more of what may lie between is noted.
static uint32_t look_at(struct nearer *nearer, size_t at)
{
    uint64_t count;
    bool first = at == SIZE_MAX;
    struct between from = {.id = nearer->id};
    if (!first)
        from = nearer->items[at];
    const uint32_t *list = reverse_of(nearer->graph->namer.reverse, from.id, &count);
    for (uint64_t i = 0; i < count && nearer->looked < LOOK_MAX; i++, nearer->looked++) {
        if (i > 0 && list[i] == list[i - 1])
            continue;
        if (!first && is_nearer(nearer, list[i]) && leads_to(nearer, list[i]))
            return list[i];
        if (from.hops == HOPS_MAX || !is_between(nearer, list[i]) ||
            !array_reserve(&nearer->items, nearer->count, &nearer->capacity, sizeof *nearer->items))
            continue;
        nearer->items[nearer->count++] = (struct between){
            .id = list[i], .last = first ? list[i] : from.last, .hops = from.hops + 1};
    }
    return INDEX_NONE;
}

static uint32_t find_shortcut(struct nearer *nearer, uint32_t *between)
{
    uint32_t found = look_at(nearer, SIZE_MAX);
    for (size_t i = 0; i < nearer->count && found == INDEX_NONE && nearer->looked < LOOK_MAX; i++) {
        *between = nearer->items[i].last;
        found = look_at(nearer, i);
    }
    free(nearer->items);
    return found;
}

bool path_nearer(const struct path_graph *graph, struct path_step *step, uint32_t *ret)
{
    struct nearer nearer = {
        .graph = graph, .id = step->id, .level = reach_level(graph->reach, step->id)};
    uint32_t found = find_direct(&nearer);
    step->via = INDEX_NONE;
    if (found == INDEX_NONE)
        found = find_ephemeron(&nearer);
    if (found == INDEX_NONE)
        found = find_shortcut(&nearer, &step->via);
    *ret = found;
    return found != INDEX_NONE;
}
