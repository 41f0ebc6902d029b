#include "heap/graph/edges/ref_list.h"

#include <inttypes.h>
#include <stdio.h>

void ref_list_open(const struct edge_namer *namer, const struct roots *roots, uint32_t id,
                   struct ref_list *ret)
{
    *ret = (struct ref_list){.namer = *namer, .roots = roots, .id = id, .source = INDEX_NONE};
    if (roots != NULL)
        ret->root_list = roots_of(roots, id, &ret->root_count);
    ret->strong = reverse_of(namer->reverse, id, &ret->strong_count);
    ret->others = reverse_others_of(namer->reverse, id, &ret->other_count);
    ret->total = ret->root_count + ret->strong_count + ret->other_count;
}

uint32_t ref_list_source(const struct ref_list *list, uint64_t index)
{
    if (index < list->root_count)
        return INDEX_NONE;
    index -= list->root_count;
    return index < list->strong_count ? list->strong[index]
                                      : list->others[index - list->strong_count].source;
}

// Where in the strong list the source of entry `at` begins.
static uint64_t first_of_source(const struct ref_list *list, uint64_t at)
{
    uint64_t low = 0, high = at;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (list->strong[middle] < list->strong[at])
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The word of strong reference `at`: the n-th of its source that leads to the object.
static uint64_t word_of(struct ref_list *list, uint64_t at)
{
    uint32_t source = list->strong[at];
    uint64_t nth = at - first_of_source(list, at);
    uint64_t address = edges_address(list->namer.edges, source);
    if (list->source != source || list->nth > nth) {
        list->source = source;
        list->nth = 0;
        list->word = edges_find(list->namer.edges, address, 0, list->id, EDGE_STRONG);
    }
    while (list->nth < nth && list->word != UINT64_MAX) {
        list->word = edges_find(list->namer.edges, address, list->word + 1, list->id, EDGE_STRONG);
        list->nth++;
    }
    return list->word;
}

static void name_word(struct ref_list *list, uint64_t address, uint64_t word, bool weak,
                      struct reference *ret)
{
    struct v8_object source;
    uint64_t value = edges_address(list->namer.edges, list->id) | (weak ? V8_WEAK_TAG : V8_TAG);
    if (word == UINT64_MAX || !v8_object_at(list->namer.v8, address, &source)) {
        ret->name = (struct edge_name){.from = address,
                                       .kind = weak ? EDGE_KIND_WEAK : EDGE_KIND_HIDDEN};
        return;
    }
    edge_name(&list->namer, &source, word, value, true, &ret->name);
}

// The value of an ephemeron, as what its key holds.
static void name_by_key(struct ref_list *list, uint64_t address, struct reference *ret)
{
    size_t count;
    const struct ephemeron *ephemerons =
        reverse_ephemerons_of(list->namer.reverse, ret->source, &count);
    uint64_t table = 0, owner;
    struct v8_object object;
    enum store_role role;
    for (size_t i = 0; i < count && table == 0; i++)
        if (ephemerons[i].value == list->id)
            table = edges_address(list->namer.edges, ephemerons[i].table);
    owner = v8_object_at(list->namer.v8, table, &object)
                ? edge_owner(&list->namer, &object, &role)
                : 0;
    ret->name = (struct edge_name){.from = address, .kind = EDGE_KIND_ENTRY, .numbered = true};
    snprintf(ret->name.text, sizeof ret->name.text, "value in WeakMap @%" PRIx64,
             owner != 0 ? owner : table);
}

static void other_at(struct ref_list *list, const struct reverse_other *other,
                     struct reference *ret)
{
    uint64_t address = edges_address(list->namer.edges, other->source);
    bool weak = other->kind == REVERSE_WEAK;
    if (other->kind == REVERSE_BY_KEY)
        name_by_key(list, address, ret);
    else
        name_word(list, address,
                  edges_find(list->namer.edges, address, 0, list->id,
                             weak ? EDGE_WEAK : EDGE_EPHEMERON), weak, ret);
}

void ref_list_at(struct ref_list *list, uint64_t index, struct reference *ret)
{
    *ret = (struct reference){.source = ref_list_source(list, index)};
    if (index < list->root_count) {
        ret->root = &list->root_list[index];
        return;
    }
    index -= list->root_count;
    if (index < list->strong_count)
        name_word(list, edges_address(list->namer.edges, ret->source), word_of(list, index),
                  false, ret);
    else
        other_at(list, &list->others[index - list->strong_count], ret);
    ret->from = ret->name.from;
}
