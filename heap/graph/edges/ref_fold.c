#include "heap/graph/edges/ref_fold.h"

#include "heap/array.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUPS_MAX = 1 << 16, // more names than these fall under one
    CACHE_SLOTS = 256,
    PROGRESS = 1024,
    SHOWN_MAX = 256, // groups that are shown while the job runs
};

// Names of edges, interned.
struct labels {
    char **texts;
    size_t count, capacity;
    uint32_t *slots; // hash → number + 1
    size_t mask;
};

// The group of a shape's word, where it does not depend on the object.
struct cached {
    uint64_t map, word;
    uint32_t group; // + 1
};

// A group as it was when the job last looked up from its work.
struct shown {
    struct ref_group group;
    const char *label;
};

struct ref_fold_work {
    pthread_mutex_t lock; // of `shown`
    struct shown shown[SHOWN_MAX];
    size_t shown_count;
    struct labels labels;
    uint32_t *slots; // hash of groups → number + 1
    size_t mask, capacity;
    struct cached cache[CACHE_SLOTS];
    uint64_t plain[CACHE_SLOTS]; // map words of which all objects are named alike
    uint32_t last;               // source of the reference before
    // The source read last.
    uint32_t source;
    struct v8_object object;
    enum store_role role;
    uint64_t owner;
    uint32_t type; // of the owner, or of the object
};

// --- labels --------------------------------------------------------------------------------------

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 0x100000001b3ull;
    return hash ^ hash >> 29;
}

static bool grow_slots(uint32_t **slots, size_t *mask, size_t count)
{
    if (*slots != NULL && 2 * (count + 1) <= *mask)
        return false;
    size_t size = *slots == NULL ? 256 : 2 * (*mask + 1);
    uint32_t *bigger = calloc(size, sizeof *bigger);
    if (bigger == NULL)
        return false;
    free(*slots);
    *slots = bigger;
    *mask = size - 1;
    return true;
}

static uint32_t *label_slot(const struct labels *labels, const char *text)
{
    size_t at = (size_t)hash_text(text) & labels->mask;
    while (labels->slots[at] != 0 && strcmp(labels->texts[labels->slots[at] - 1], text) != 0)
        at = (at + 1) & labels->mask;
    return &labels->slots[at];
}

// Number of a text; UINT32_MAX: out of memory.
static uint32_t label_of(struct labels *labels, const char *text)
{
    if (grow_slots(&labels->slots, &labels->mask, labels->count))
        for (size_t i = 0; i < labels->count; i++)
            *label_slot(labels, labels->texts[i]) = (uint32_t)i + 1;
    if (labels->slots == NULL)
        return UINT32_MAX;
    uint32_t *slot = label_slot(labels, text);
    if (*slot != 0)
        return *slot - 1;
    if (!array_reserve(&labels->texts, labels->count, &labels->capacity, sizeof *labels->texts))
        return UINT32_MAX;
    char *copy = strdup(text);
    if (copy == NULL)
        return UINT32_MAX;
    labels->texts[labels->count++] = copy;
    *slot = (uint32_t)labels->count;
    return *slot - 1;
}

// --- groups --------------------------------------------------------------------------------------

static uint32_t *group_slot(const struct ref_fold *fold, const struct ref_group *group)
{
    const struct ref_fold_work *work = fold->work;
    uint64_t key = ((uint64_t)group->type << 32 | group->label) * 8 + group->kind;
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15ull >> 32) & work->mask;
    for (; work->slots[at] != 0; at = (at + 1) & work->mask) {
        const struct ref_group *other = &fold->groups[work->slots[at] - 1];
        if (other->type == group->type && other->label == group->label &&
            other->kind == group->kind)
            break;
    }
    return &work->slots[at];
}

// Number of the group, made when there is none; UINT32_MAX: out of memory.
static uint32_t group_of(struct ref_fold *fold, const struct ref_group *group)
{
    struct ref_fold_work *work = fold->work;
    if (grow_slots(&work->slots, &work->mask, fold->group_count))
        for (size_t i = 0; i < fold->group_count; i++)
            *group_slot(fold, &fold->groups[i]) = (uint32_t)i + 1;
    if (work->slots == NULL)
        return UINT32_MAX;
    uint32_t *slot = group_slot(fold, group);
    if (*slot != 0)
        return *slot - 1;
    if (!array_reserve(&fold->groups, fold->group_count, &work->capacity, sizeof *fold->groups))
        return UINT32_MAX;
    fold->groups[fold->group_count++] = *group;
    *slot = (uint32_t)fold->group_count;
    return *slot - 1;
}

static void count_in(struct ref_group *group, uint64_t from, uint32_t distance)
{
    group->count++;
    if (distance < group->distance || group->example == 0) {
        group->distance = distance;
        group->example = from;
    }
}

// --- one reference -------------------------------------------------------------------------------

static uint32_t type_of(const struct ref_fold *fold, uint64_t address)
{
    struct v8_object object;
    if (!v8_object_at(fold->list.namer.v8, address, &object))
        return UINT32_MAX - 1;
    return type_name_of_object(fold->list.namer.v8, fold->names, fold->renamed, &object);
}

// Read the object that has the word, unless it is the one seen last.
static bool enter_source(struct ref_fold *fold, uint32_t source)
{
    struct ref_fold_work *work = fold->work;
    const struct edge_namer *namer = &fold->list.namer;
    if (source == work->source)
        return work->object.size != 0;
    work->source = source;
    work->object.size = 0;
    if (!v8_object_at(namer->v8, edges_address(namer->edges, source), &work->object)) {
        work->object.size = 0;
        return false;
    }
    work->owner = edge_owner(namer, &work->object, &work->role);
    if (work->owner == 0)
        work->role = STORE_NONE;
    work->type = UINT32_MAX; // worked out when needed
    return true;
}

static uint32_t type_of_source(struct ref_fold *fold)
{
    struct ref_fold_work *work = fold->work;
    if (work->type == UINT32_MAX)
        work->type = type_of(fold, work->owner != 0 ? work->owner : work->object.address);
    return work->type;
}

static const char *label_text(const struct ref_fold *fold, const struct edge_name *name)
{
    if (name->numbered)
        return "[…]";
    return fold->work->labels.count < GROUPS_MAX ? name->text : "…";
}

static uint32_t find_group(struct ref_fold *fold, uint32_t type, const struct edge_name *name)
{
    struct ref_group group = {.type = type, .kind = (uint8_t)name->kind, .distance = REACH_NONE};
    group.label = label_of(&fold->work->labels, label_text(fold, name));
    return group.label == UINT32_MAX ? UINT32_MAX : group_of(fold, &group);
}

static struct cached *cached_at(struct ref_fold_work *work, uint64_t map, uint64_t word)
{
    return &work->cache[(map / 8 * 31 + word) % CACHE_SLOTS];
}

static uint64_t *plain_at(struct ref_fold_work *work, uint64_t map_word)
{
    return &work->plain[map_word / 8 % CACHE_SLOTS];
}

// Names of words of JavaScript objects depend on the shape alone, when its type does, too.
static struct cached *cache_of(struct ref_fold *fold, uint64_t word)
{
    struct ref_fold_work *work = fold->work;
    const struct v8 *v8 = fold->list.namer.v8;
    uint64_t map_word = work->object.shape.map | V8_TAG;
    if (work->role != STORE_NONE ||
        !itype_is_js_receiver(&v8->types, work->object.shape.number) ||
        v8_class_varies(v8, &work->object.shape))
        return NULL;
    *plain_at(work, map_word) = map_word;
    if (renamed_name(fold->renamed, work->object.address) != UINT32_MAX)
        return NULL;
    return cached_at(work, work->object.shape.map, word);
}

static uint32_t group_of_word(struct ref_fold *fold, uint64_t word, bool weak)
{
    struct ref_fold_work *work = fold->work;
    const struct edge_namer *namer = &fold->list.namer;
    struct cached *cached = weak ? NULL : cache_of(fold, word);
    struct edge_name name;
    if (cached != NULL && cached->group != 0 && cached->map == work->object.shape.map &&
        cached->word == word)
        return cached->group - 1;
    uint64_t value = edges_address(namer->edges, fold->list.id) | (weak ? V8_WEAK_TAG : V8_TAG);
    edge_name_in(namer, &work->object, word, value, work->role, work->owner, &name);
    uint32_t type = name.from == work->object.address && work->owner != 0
                        ? type_of(fold, name.from)
                        : type_of_source(fold);
    uint32_t group = find_group(fold, type, &name);
    if (cached != NULL && group != UINT32_MAX)
        *cached = (struct cached){work->object.shape.map, word, group + 1};
    return group;
}

static uint32_t distance_of(const struct ref_fold *fold, uint32_t source)
{
    return fold->reach == NULL ? REACH_NONE - 1 : reach_distance(fold->reach, source);
}

// One like others before it, without reading more than its map. False: it is not.
static bool fold_alike(struct ref_fold *fold, uint32_t source, uint64_t from, uint64_t *word)
{
    struct ref_fold_work *work = fold->work;
    const struct edges *edges = fold->list.namer.edges;
    uint64_t available, map_word, address = edges_address(edges, source);
    const uint8_t *object = edges_bytes(edges, address, &available);
    if (object == NULL)
        return false;
    memcpy(&map_word, object, sizeof map_word);
    if (map_word == 0 || *plain_at(work, map_word) != map_word ||
        renamed_name(fold->renamed, address) != UINT32_MAX)
        return false;
    uint64_t found = edges_find(edges, address, from, fold->list.id, EDGE_STRONG);
    uint64_t map = v8_untag(map_word);
    const struct cached *cached = cached_at(work, map, found);
    if (cached->group == 0 || cached->map != map || cached->word != found)
        return false;
    *word = found;
    count_in(&fold->groups[cached->group - 1], address, distance_of(fold, source));
    return true;
}

// A strong reference; `*word` is that of the one before when the source is the same.
static bool fold_strong(struct ref_fold *fold, uint32_t source, uint64_t *word)
{
    struct ref_fold_work *work = fold->work;
    const struct edge_namer *namer = &fold->list.namer;
    uint64_t from = source == work->last ? *word + 1 : 0;
    work->last = source;
    if (fold_alike(fold, source, from, word) || !enter_source(fold, source))
        return true;
    *word = edges_find(namer->edges, work->object.address, from, fold->list.id, EDGE_STRONG);
    if (*word == UINT64_MAX)
        return true;
    uint32_t group = group_of_word(fold, *word, false);
    if (group == UINT32_MAX)
        return false;
    count_in(&fold->groups[group],
             work->owner != 0 ? work->owner : work->object.address, distance_of(fold, source));
    return true;
}

static bool fold_any(struct ref_fold *fold, uint64_t index)
{
    struct reference reference;
    ref_list_at(&fold->list, index, &reference);
    uint32_t type = UINT32_MAX, distance = 0;
    if (reference.root != NULL) {
        snprintf(reference.name.text, sizeof reference.name.text, "%s",
                 root_kind_name((enum root_kind)reference.root->kind));
        reference.name.kind = reference.root->weak ? EDGE_KIND_WEAK : EDGE_KIND_INTERNAL;
    } else {
        type = type_of(fold, reference.from);
        distance = distance_of(fold, reference.source);
    }
    uint32_t group = find_group(fold, type, &reference.name);
    if (group == UINT32_MAX)
        return false;
    count_in(&fold->groups[group], reference.from, distance);
    return true;
}

// --- the job -------------------------------------------------------------------------------------

// Those that hold the object before those that do not; of as many the nearest to a root.
static int by_count(const void *a, const void *b)
{
    const struct ref_group *left = a, *right = b;
    bool left_weak = left->kind == EDGE_KIND_WEAK, right_weak = right->kind == EDGE_KIND_WEAK;
    if (left_weak != right_weak)
        return left_weak ? 1 : -1;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    if (left->distance != right->distance)
        return left->distance < right->distance ? -1 : 1;
    if (left->example != right->example)
        return left->example < right->example ? -1 : 1;
    return left->label < right->label ? -1 : left->label > right->label;
}

// Let those who look see the largest groups so far. Without memory they see those from before.
static void show(struct ref_fold *fold)
{
    struct ref_fold_work *work = fold->work;
    size_t count = fold->group_count;
    struct ref_group *groups = malloc((count + 1) * sizeof *groups);
    if (groups == NULL)
        return;
    if (count > 0)
        memcpy(groups, fold->groups, count * sizeof *groups);
    qsort(groups, count, sizeof *groups, by_count);
    pthread_mutex_lock(&work->lock);
    work->shown_count = count < SHOWN_MAX ? count : SHOWN_MAX;
    for (size_t i = 0; i < work->shown_count; i++)
        work->shown[i] = (struct shown){groups[i], work->labels.texts[groups[i].label]};
    pthread_mutex_unlock(&work->lock);
    free(groups);
}

static bool fold_all(struct ref_fold *fold)
{
    uint64_t word = 0, roots = fold->list.root_count;
    for (uint64_t i = 0; i < fold->list.total; i++) {
        bool strong = i >= roots && i < roots + fold->list.strong_count;
        if (!(strong ? fold_strong(fold, fold->list.strong[i - roots], &word) : fold_any(fold, i)))
            return false;
        if (i % PROGRESS == PROGRESS - 1) {
            atomic_store(&fold->job.done, i + 1);
            if (((i + 1) & i) == 0) // after twice as many
                show(fold);
            if (job_cancelled(&fold->job))
                return false;
        }
    }
    atomic_store(&fold->job.done, fold->list.total);
    return true;
}

static bool run(struct job *job, struct pool *pool)
{
    struct ref_fold *fold = (struct ref_fold *)job;
    (void)pool;
    atomic_store(&job->total, fold->list.total);
    bool done = fold_all(fold);
    if (fold->group_count > 1)
        qsort(fold->groups, fold->group_count, sizeof *fold->groups, by_count);
    atomic_store(&job->items, fold->group_count);
    return done;
}

static void destroy(struct job *job)
{
    struct ref_fold *fold = (struct ref_fold *)job;
    if (fold->work != NULL) {
        for (size_t i = 0; i < fold->work->labels.count; i++)
            free(fold->work->labels.texts[i]);
        free(fold->work->labels.texts);
        free(fold->work->labels.slots);
        free(fold->work->slots);
        pthread_mutex_destroy(&fold->work->lock);
    }
    free(fold->work);
    free(fold->groups);
    free(fold);
}

bool ref_fold_create(const struct ref_list *list, struct type_names *names,
                     const struct renamed *renamed, const struct reach *reach,
                     struct ref_fold **ret)
{
    static const struct job_ops ops = {
        .doing = "folding references", .run = run, .destroy = destroy};
    struct ref_fold *fold = calloc(1, sizeof *fold);
    if (fold == NULL)
        return false;
    job_init(&fold->job, &ops);
    fold->list = *list;
    fold->names = names;
    fold->renamed = renamed;
    fold->reach = reach;
    fold->work = calloc(1, sizeof *fold->work);
    if (fold->work == NULL) {
        free(fold);
        return false;
    }
    pthread_mutex_init(&fold->work->lock, NULL);
    fold->work->source = fold->work->last = INDEX_NONE;
    *ret = fold;
    return true;
}

size_t ref_fold_count(struct ref_fold *fold)
{
    if (job_ended(&fold->job))
        return fold->group_count;
    pthread_mutex_lock(&fold->work->lock);
    size_t count = fold->work->shown_count;
    pthread_mutex_unlock(&fold->work->lock);
    return count;
}

bool ref_fold_group(struct ref_fold *fold, size_t index, struct ref_group *ret, const char **label)
{
    if (job_ended(&fold->job)) {
        if (index >= fold->group_count)
            return false;
        *ret = fold->groups[index];
        *label = fold->work->labels.texts[ret->label];
        return true;
    }
    pthread_mutex_lock(&fold->work->lock);
    bool there = index < fold->work->shown_count;
    if (there) {
        *ret = fold->work->shown[index].group;
        *label = fold->work->shown[index].label;
    }
    pthread_mutex_unlock(&fold->work->lock);
    return there;
}
