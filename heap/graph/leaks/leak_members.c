#include "heap/graph/leaks/leak_members.h"

#include "heap/array.h"
#include "heap/graph/leaks/leak_spots.h"

#include <stdlib.h>
#include <string.h>

enum {
    TYPES = 32,  // types of one suspect's members told apart; the rest counts as members only
    STORES = 4,  // layers of stores
    CHECK_INTERVAL = 1 << 18,
};

struct member_type {
    uint32_t type, example;
    uint64_t count, retained;
};

struct members {
    uint64_t all, retained;
    struct member_type types[TYPES];
    size_t type_count;
};

// Whose members an object's children are.
struct holder {
    uint32_t node; // a suspect or one of its stores
    uint32_t leak;
};

struct counting {
    const struct leak_source *source;
    struct job *job;
    struct leak *leaks;
    struct members *members;  // parallel to leaks
    struct holder *holders;   // sorted by node
    size_t holder_count, holder_capacity;
    uint64_t *bits;           // of each holder
    uint64_t last_map;        // of the member before
    uint32_t last_type;
};

static bool add_holder(struct counting *counting, uint32_t node, uint32_t leak)
{
    if (!array_reserve(&counting->holders, counting->holder_count, &counting->holder_capacity,
                       sizeof *counting->holders))
        return false;
    counting->holders[counting->holder_count++] = (struct holder){node, leak};
    return true;
}

static int by_node(const void *a, const void *b)
{
    const struct holder *left = a, *right = b;
    return left->node < right->node ? -1 : left->node > right->node;
}

static uint32_t leak_of(const struct counting *counting, uint32_t node)
{
    struct holder key = {.node = node};
    const struct holder *found = bsearch(&key, counting->holders, counting->holder_count,
                                         sizeof *counting->holders, by_node);
    return found == NULL ? UINT32_MAX : found->leak;
}

// --- stores --------------------------------------------------------------------------------------

// Does an object belong to the suspect that dominates it, as a store?
static bool is_store(const struct leak_source *source, uint32_t id, uint32_t node)
{
    struct v8_object object;
    enum store_role role;
    return v8_object_at(source->namer.v8, edges_address(source->namer.edges, id), &object) &&
           edge_owner(&source->namer, &object, &role) == edges_address(source->namer.edges, node);
}

// The suspects' stores, found among what their holders refer to: few objects each, so that no pass
// over the heap is needed.
static bool find_stores(struct counting *counting, uint32_t leak)
{
    const struct leak_source *source = counting->source;
    uint32_t node = counting->leaks[leak].node, layer[STORES + 1] = {node};
    size_t found = 1;
    for (size_t at = 0; at < found && at < STORES; at++) {
        uint64_t words[64], word = 0;
        size_t count = edges_at(source->namer.edges, edges_address(source->namer.edges, layer[at]),
                                &word, words, 64);
        if (!add_holder(counting, layer[at], leak))
            return false;
        for (size_t i = 0; i < count && found <= STORES && at == 0; i++) {
            uint32_t id = edge_target(source->namer.edges, words[i]);
            if ((words[i] & 3) == EDGE_STRONG && id != INDEX_NONE && id != node &&
                dominators_of(source->dominators, id) == node && is_store(source, id, node))
                layer[found++] = id;
        }
    }
    return true;
}

// --- members -------------------------------------------------------------------------------------

static uint32_t type_of_member(struct counting *counting, uint32_t id)
{
    const struct leak_source *source = counting->source;
    struct v8_object object;
    if (!v8_object_at(source->namer.v8, edges_address(source->namer.edges, id), &object))
        return UINT32_MAX;
    if (object.shape.map == counting->last_map)
        return counting->last_type;
    uint32_t type =
        type_name_of_object(source->namer.v8, source->names, source->renamed, &object);
    // Objects of one shape that are named by themselves are few: the next one decides anew.
    counting->last_map =
        renamed_name(source->renamed, object.address) == UINT32_MAX ? object.shape.map : 0;
    return counting->last_type = type;
}

static void add_member(struct counting *counting, uint32_t leak, uint32_t id)
{
    struct members *members = &counting->members[leak];
    uint32_t type = type_of_member(counting, id);
    uint64_t retained = dominators_retained(counting->source->dominators, id);
    size_t i = 0;
    members->all++;
    members->retained += retained;
    // What is large enough is a suspect of its own, but for those that make a group.
    if (counting->leaks[leak].kind == LEAK_MANY &&
        retained > counting->source->dominators->total / LEAK_SHARE)
        return;
    while (i < members->type_count && members->types[i].type != type)
        i++;
    if (i == TYPES)
        return;
    if (i == members->type_count)
        members->types[members->type_count++] = (struct member_type){.type = type, .example = id};
    members->types[i].count++;
    members->types[i].retained += retained;
}

static bool count_members(struct counting *counting)
{
    const struct dominators *dominators = counting->source->dominators;
    const struct dominator_node *nodes = dominators_nodes(dominators);
    for (uint32_t id = 0; id < dominators->count; id++) {
        uint32_t dominator = nodes[id].dominator;
        if (id % CHECK_INTERVAL == 0) {
            atomic_fetch_add(&counting->job->done, CHECK_INTERVAL);
            if (job_cancelled(counting->job))
                return false;
        }
        if (dominator >= DOMINATOR_ROOT ||
            (counting->bits[dominator / 64] >> (dominator % 64) & 1) == 0 ||
            leak_of(counting, id) == leak_of(counting, dominator))
            continue;
        add_member(counting, leak_of(counting, dominator), id);
    }
    return true;
}

static bool is_global(const struct leak_source *source, uint32_t id)
{
    struct v8_object object;
    return v8_object_at(source->namer.v8, edges_address(source->namer.edges, id), &object) &&
           (object.shape.type == ITYPE_JS_GLOBAL_OBJECT ||
            object.shape.type == ITYPE_NATIVE_CONTEXT);
}

static void settle(const struct leak_source *source, struct leak *leak,
                   const struct members *members)
{
    size_t best = 0;
    leak->members = members->all;
    leak->own = leak->retained - members->retained;
    if (leak->kind == LEAK_MANY && leak->own >= leak->bytes / 2)
        leak->kind = LEAK_LARGE;
    for (size_t i = 1; i < members->type_count; i++)
        if (members->types[i].retained > members->types[best].retained)
            best = i;
    if (leak->kind == LEAK_MANY && is_global(source, leak->node)) {
        uint64_t most = members->type_count > 0 ? members->types[best].retained : 0;
        leak->bytes = most >= leak->bytes / 2 ? most : 0;
    }
    if (members->type_count == 0 || leak->kind == LEAK_CHAIN)
        return;
    leak->member_type = members->types[best].type;
    leak->alike = members->types[best].count;
    leak->example = members->types[best].example;
}

bool leak_members_count(const struct leak_source *source, struct job *job, struct leak *leaks,
                        size_t count)
{
    struct counting counting = {.source = source, .job = job, .leaks = leaks};
    counting.members = calloc(count + 1, sizeof *counting.members);
    counting.bits = calloc(source->dominators->count / 64 + 1, sizeof *counting.bits);
    bool done = counting.members != NULL && counting.bits != NULL;
    for (size_t i = 0; done && i < count; i++)
        done = find_stores(&counting, (uint32_t)i);
    for (size_t i = 0; done && i < counting.holder_count; i++)
        counting.bits[counting.holders[i].node / 64] |= 1ull << (counting.holders[i].node % 64);
    if (done && counting.holder_count > 0)
        qsort(counting.holders, counting.holder_count, sizeof *counting.holders, by_node);
    done = done && (count == 0 || count_members(&counting));
    for (size_t i = 0; done && i < count; i++)
        settle(source, &leaks[i], &counting.members[i]);
    free(counting.members);
    free(counting.holders);
    free(counting.bits);
    return done;
}
