#include "heap/graph/index/renamed.h"

#include "heap/v8/naming/class_name.h"
#include "heap/v8/naming/retype.h"

#include <stdlib.h>

enum {
    TABLE_START = 1024,
    NO_TYPE = 0xff,
};

// While they are being found: what is known of an object that something refers to.
struct candidate {
    uint64_t address; // 0: empty slot
    uint32_t name;    // when it was named by itself; UINT32_MAX: it was not
    uint8_t type;     // enum node_type that V8 files it under, or NO_TYPE
    uint8_t depth;    // levels below it that were visited
};

struct finding {
    const struct v8 *v8;
    const struct object_index *index;
    struct type_names *names;
    struct candidate *slots;
    size_t mask, used;
    bool failed;
};

static size_t hash(uint64_t address, size_t mask)
{
    return (size_t)(address * 0x9e3779b97f4a7c15ull >> 32) & mask;
}

static struct candidate *slot_of(struct candidate *slots, size_t mask, uint64_t address)
{
    size_t at = hash(address, mask);
    while (slots[at].address != 0 && slots[at].address != address)
        at = (at + 1) & mask;
    return &slots[at];
}

static bool grow(struct finding *finding)
{
    size_t mask = finding->slots == NULL ? TABLE_START - 1 : 2 * finding->mask + 1;
    struct candidate *slots = calloc(mask + 1, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; finding->slots != NULL && i <= finding->mask; i++)
        if (finding->slots[i].address != 0)
            *slot_of(slots, mask, finding->slots[i].address) = finding->slots[i];
    free(finding->slots);
    finding->slots = slots;
    finding->mask = mask;
    return true;
}

static struct candidate *candidate_of(struct finding *finding, uint64_t address)
{
    if (2 * (finding->used + 1) > finding->mask && !grow(finding)) {
        finding->failed = true;
        return NULL;
    }
    struct candidate *slot = slot_of(finding->slots, finding->mask, address);
    if (slot->address == 0) {
        *slot = (struct candidate){.address = address, .name = UINT32_MAX, .type = NO_TYPE};
        finding->used++;
    }
    return slot;
}

static bool retyped(void *context, uint64_t address, enum node_type type, int depth)
{
    struct finding *finding = context;
    if (index_id(finding->index, address) == INDEX_NONE)
        return false;
    struct candidate *candidate = candidate_of(finding, address);
    if (candidate == NULL)
        return false;
    bool known = candidate->type == type && candidate->depth >= depth;
    candidate->type = (uint8_t)type;
    if (candidate->depth < depth)
        candidate->depth = (uint8_t)depth;
    return !known;
}

static void name_by_itself(struct finding *finding, const struct v8_object *object)
{
    char text[CLASS_NAME_MAX];
    if (!v8_class_name(finding->v8, &object->shape, object->address, text))
        return;
    uint32_t name = type_names_add(finding->names, text);
    uint32_t shape_name = type_names_of(finding->names, &object->shape);
    finding->failed |= name == UINT32_MAX || shape_name == UINT32_MAX;
    if (name == shape_name)
        return;
    struct candidate *candidate = candidate_of(finding, object->address);
    if (candidate != NULL)
        candidate->name = name;
}

// The name of a candidate; UINT32_MAX: that of its shape.
static uint32_t name_of(struct finding *finding, const struct candidate *candidate)
{
    struct v8_object object;
    if (candidate->type == NO_TYPE)
        return candidate->name;
    uint32_t name =
        type_names_add(finding->names, node_type_group((enum node_type)candidate->type));
    if (name == UINT32_MAX)
        finding->failed = true;
    if (!v8_object_at(finding->v8, candidate->address, &object))
        return name;
    uint32_t shape_name = type_names_of(finding->names, &object.shape);
    finding->failed |= shape_name == UINT32_MAX;
    return name == shape_name ? UINT32_MAX : name;
}

struct renamed *renamed_new(size_t capacity)
{
    struct renamed *renamed = calloc(1, sizeof *renamed);
    size_t size = TABLE_START;
    if (renamed == NULL)
        return NULL;
    while (size < 2 * capacity + 2)
        size *= 2;
    renamed->slots = calloc(size, sizeof *renamed->slots);
    renamed->mask = size - 1;
    if (renamed->slots != NULL)
        return renamed;
    free(renamed);
    return NULL;
}

bool renamed_add(struct renamed *renamed, uint64_t address, uint32_t name)
{
    size_t at = hash(address, renamed->mask);
    for (; renamed->slots[at].address != 0; at = (at + 1) & renamed->mask)
        if (renamed->slots[at].address == address)
            return false;
    renamed->slots[at] = (struct renamed_object){.address = address, .name = name};
    renamed->count++;
    return true;
}

static void keep(struct finding *finding, struct renamed *renamed)
{
    for (size_t i = 0; finding->slots != NULL && i <= finding->mask; i++) {
        const struct candidate *candidate = &finding->slots[i];
        uint32_t name = candidate->address == 0 ? UINT32_MAX : name_of(finding, candidate);
        if (name != UINT32_MAX)
            renamed_add(renamed, candidate->address, name);
    }
}

bool renamed_create(const struct v8 *v8, const struct object_index *index, struct type_names *names,
                    const uint64_t *unusual, size_t count, struct renamed **ret)
{
    struct finding finding = {.v8 = v8, .index = index, .names = names};
    struct v8_retype visitor = {.context = &finding, .visit = retyped};
    struct v8_object object;
    for (size_t i = 0; i < count && !finding.failed; i++) {
        if (!v8_object_at(v8, unusual[i], &object))
            continue;
        v8_retype(v8, &object, &visitor);
        name_by_itself(&finding, &object);
    }
    struct renamed *renamed = finding.failed ? NULL : renamed_new(finding.used);
    if (renamed != NULL)
        keep(&finding, renamed);
    free(finding.slots);
    if (renamed == NULL || finding.failed) {
        renamed_destroy(renamed);
        return false;
    }
    *ret = renamed;
    return true;
}

void renamed_destroy(struct renamed *renamed)
{
    if (renamed == NULL)
        return;
    free(renamed->slots);
    free(renamed);
}

uint32_t renamed_name(const struct renamed *renamed, uint64_t address)
{
    if (renamed == NULL || renamed->count == 0)
        return UINT32_MAX;
    size_t at = hash(address, renamed->mask);
    for (; renamed->slots[at].address != 0; at = (at + 1) & renamed->mask)
        if (renamed->slots[at].address == address)
            return renamed->slots[at].name;
    return UINT32_MAX;
}

uint32_t type_name_of_object(const struct v8 *v8, struct type_names *names,
                             const struct renamed *renamed, const struct v8_object *object)
{
    char text[CLASS_NAME_MAX];
    uint32_t name = renamed_name(renamed, object->address);
    if (name != UINT32_MAX)
        return name;
    if (renamed == NULL && v8_class_name(v8, &object->shape, object->address, text))
        return type_names_add(names, text);
    return type_names_of(names, &object->shape);
}

// --- sums ----------------------------------------------------------------------------------------

static int by_row(const void *a, const void *b)
{
    const struct renamed_group *left = a, *right = b;
    if (left->map != right->map)
        return left->map < right->map ? -1 : 1;
    if (left->isolate != right->isolate)
        return left->isolate < right->isolate ? -1 : 1;
    return left->name != right->name
               ? (left->name < right->name ? -1 : 1)
               : (left->example > right->example) - (left->example < right->example);
}

static bool group_of(const struct v8 *v8, const struct renamed_object *renamed,
                     struct renamed_group *ret)
{
    struct v8_object object;
    const struct v8_page *page = v8_page_at(v8, renamed->address);
    if (page == NULL || !v8_object_at(v8, renamed->address, &object))
        return false;
    *ret = (struct renamed_group){.map = object.shape.map,
                                  .name = renamed->name,
                                  .isolate = page->isolate,
                                  .count = 1,
                                  .bytes = object.size,
                                  .example = renamed->address};
    return true;
}

bool renamed_groups(const struct renamed *renamed, const struct v8 *v8, struct renamed_group **ret,
                    size_t *count)
{
    struct renamed_group *groups = calloc(renamed->count + 1, sizeof *groups);
    size_t single = 0, kept = 0;
    if (groups == NULL)
        return false;
    for (size_t i = 0; i <= renamed->mask; i++)
        if (renamed->slots[i].address != 0 && single < renamed->count)
            single += group_of(v8, &renamed->slots[i], &groups[single]);
    qsort(groups, single, sizeof *groups, by_row);
    for (size_t i = 0; i < single; i++) {
        struct renamed_group *last = &groups[kept > 0 ? kept - 1 : 0];
        if (kept > 0 && last->map == groups[i].map && last->isolate == groups[i].isolate &&
            last->name == groups[i].name) {
            last->count++;
            last->bytes += groups[i].bytes;
        } else {
            groups[kept++] = groups[i];
        }
    }
    *ret = groups;
    *count = kept;
    return true;
}
