#include "heap/graph/leaks/leak_keepers.h"

#include "heap/graph/leaks/leak_spots.h"

enum {
    LEAST_ALIKE = 64,   // fewer are no collection
    SEEN_MAX = 512,     // objects looked at
    REFERRERS_MAX = 64, // an object with more is known to all and leads nowhere
    SAMPLE = 64,        // words of a collection
    SAMPLE_ALIKE = 8,   // one of so many pointers leads to an object like the one it was found by
};

struct search {
    const struct leak_source *source;
    struct leak *leak;
    bool itself;             // the suspect is such a collection
    uint32_t seen[SEEN_MAX]; // in the order found: the nearest first
    size_t count;
};

// --- collections ---------------------------------------------------------------------------------

// Do the words of an object lead to many of this type?
static bool holds_many(const struct leak_source *source, uint64_t address, uint64_t words,
                       uint32_t type)
{
    const struct edges *edges = source->namer.edges;
    uint64_t pointers = 0, alike = 0;
    for (uint64_t i = 0; i < SAMPLE; i++) {
        uint64_t word = edges_word(edges, address, words * i / SAMPLE);
        uint32_t target = (word & 3) == EDGE_STRONG ? edge_target(edges, word) : INDEX_NONE;
        if (target == INDEX_NONE)
            continue;
        pointers++;
        alike += leak_type_of(source, target) == type;
    }
    return alike > 1 && alike * SAMPLE_ALIKE >= pointers;
}

// What a collection is for people: the owner of a store.
static uint32_t owner_of(const struct leak_source *source, uint32_t id)
{
    struct v8_object object;
    enum store_role role;
    if (!v8_object_at(source->namer.v8, edges_address(source->namer.edges, id), &object))
        return id;
    uint64_t owner = edge_owner(&source->namer, &object, &role);
    uint32_t owner_id = owner != 0 ? index_id(source->namer.edges->index, owner) : INDEX_NONE;
    return owner_id != INDEX_NONE ? owner_id : id;
}

static void add_keeper(struct search *search, uint32_t id)
{
    struct leak *leak = search->leak;
    for (size_t i = 0; i < leak->keeper_count; i++)
        if (leak->keepers[i] == id)
            return;
    leak->keepers[leak->keeper_count++] = id;
}

// --- search --------------------------------------------------------------------------------------

// What no root leads to holds nothing; nor does what is looked at as though it were gone.
static bool is_reached(const struct search *search, uint32_t id)
{
    const struct dominators *dominators = search->source->dominators;
    return id < dominators->count && dominators_of(dominators, id) != DOMINATOR_NONE;
}

static bool is_new(const struct search *search, uint32_t id)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->seen[i] == id)
            return false;
    return true;
}

// `id` refers to an object of this type. A collection is not looked behind: it ends the search
// there.
static void look_at(struct search *search, uint32_t id, uint32_t type)
{
    const struct leak_source *source = search->source;
    uint64_t address = edges_address(source->namer.edges, id);
    uint64_t words = edges_words(source->namer.edges, address);
    if (words >= search->leak->alike / 2 && holds_many(source, address, words, type)) {
        uint32_t owner = owner_of(source, id);
        search->itself |= owner == search->leak->node;
        add_keeper(search, owner);
    } else if (id != search->leak->node && search->count < SEEN_MAX) {
        search->seen[search->count++] = id;
    }
}

static bool is_through(const struct search *search)
{
    return search->itself || search->leak->keeper_count == LEAK_KEEPERS;
}

static void look_behind(struct search *search, uint32_t id)
{
    uint64_t count;
    const uint32_t *sources = reverse_of(search->source->namer.reverse, id, &count);
    uint32_t type = leak_type_of(search->source, id);
    if (count > REFERRERS_MAX)
        return;
    for (uint64_t i = 0; i < count && !is_through(search); i++)
        if (is_reached(search, sources[i]) && is_new(search, sources[i]))
            look_at(search, sources[i], type);
}

void leak_keepers_find(const struct leak_source *source, struct leak *leak)
{
    struct search search = {.source = source, .leak = leak, .seen = {leak->example}, .count = 1};
    leak->keeper_count = 0;
    if (leak->kind != LEAK_MANY || leak->member_type == UINT32_MAX || leak->alike < LEAST_ALIKE)
        return;
    for (size_t at = 0; at < search.count && !is_through(&search); at++)
        look_behind(&search, search.seen[at]);
    if (search.itself)
        leak->keeper_count = 0;
}
