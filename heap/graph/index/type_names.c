#include "heap/graph/index/type_names.h"

#include "heap/array.h"
#include "heap/v8/naming/class_name.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct shape_name {
    uint64_t map; // 0: empty
    uint32_t id;
};

struct type_names {
    const struct v8 *v8;
    pthread_mutex_t lock;
    char **texts;
    size_t count, capacity;
    struct shape_name *shapes; // hash by map
    size_t mask, used;
    uint32_t *index;           // hash of texts: id + 1
    size_t index_mask;
};

enum { TABLE_START = 1024 };

static size_t hash_u64(uint64_t value, size_t mask)
{
    return (size_t)(value * 0x9e3779b97f4a7c15ull >> 32) & mask;
}

static size_t hash_text(const char *text, size_t mask)
{
    uint64_t hash = 0xcbf29ce484222325ull; // FNV-1a
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
    return (size_t)(hash ^ hash >> 32) & mask;
}

bool type_names_create(const struct v8 *v8, struct type_names **ret)
{
    struct type_names *names = calloc(1, sizeof *names);
    if (names == NULL)
        return false;
    names->v8 = v8;
    pthread_mutex_init(&names->lock, NULL);
    names->mask = names->index_mask = TABLE_START - 1;
    names->shapes = calloc(TABLE_START, sizeof *names->shapes);
    names->index = calloc(TABLE_START, sizeof *names->index);
    if (names->shapes == NULL || names->index == NULL) {
        type_names_destroy(names);
        return false;
    }
    *ret = names;
    return true;
}

void type_names_destroy(struct type_names *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < names->count; i++)
        free(names->texts[i]);
    free(names->texts);
    free(names->shapes);
    free(names->index);
    pthread_mutex_destroy(&names->lock);
    free(names);
}

static uint32_t *index_slot(uint32_t *index, size_t mask, char *const *texts, const char *text)
{
    size_t at = hash_text(text, mask);
    while (index[at] != 0 && strcmp(texts[index[at] - 1], text) != 0)
        at = (at + 1) & mask;
    return &index[at];
}

static bool index_grow(struct type_names *names)
{
    size_t mask = 2 * names->index_mask + 1;
    uint32_t *index = calloc(mask + 1, sizeof *index);
    if (index == NULL)
        return false;
    for (size_t i = 0; i < names->count; i++)
        *index_slot(index, mask, names->texts, names->texts[i]) = (uint32_t)i + 1;
    free(names->index);
    names->index = index;
    names->index_mask = mask;
    return true;
}

static bool texts_grow(struct type_names *names)
{
    return array_reserve(&names->texts, names->count, &names->capacity, sizeof *names->texts);
}

static uint32_t intern(struct type_names *names, const char *text)
{
    uint32_t *slot = index_slot(names->index, names->index_mask, names->texts, text);
    if (*slot != 0)
        return *slot - 1;
    if (2 * (names->count + 1) > names->index_mask) {
        if (!index_grow(names))
            return UINT32_MAX;
        slot = index_slot(names->index, names->index_mask, names->texts, text);
    }
    char *copy = strdup(text);
    if (copy == NULL || !texts_grow(names)) {
        free(copy);
        return UINT32_MAX;
    }
    names->texts[names->count++] = copy;
    *slot = (uint32_t)names->count;
    return (uint32_t)names->count - 1;
}

static struct shape_name *shape_slot(struct shape_name *shapes, size_t mask, uint64_t map)
{
    size_t at = hash_u64(map, mask);
    while (shapes[at].map != 0 && shapes[at].map != map)
        at = (at + 1) & mask;
    return &shapes[at];
}

static bool shapes_grow(struct type_names *names)
{
    size_t mask = 2 * names->mask + 1;
    struct shape_name *shapes = calloc(mask + 1, sizeof *shapes);
    if (shapes == NULL)
        return false;
    for (size_t i = 0; i <= names->mask; i++)
        if (names->shapes[i].map != 0)
            *shape_slot(shapes, mask, names->shapes[i].map) = names->shapes[i];
    free(names->shapes);
    names->shapes = shapes;
    names->mask = mask;
    return true;
}

uint32_t type_names_add(struct type_names *names, const char *text)
{
    pthread_mutex_lock(&names->lock);
    uint32_t id = intern(names, text);
    pthread_mutex_unlock(&names->lock);
    return id;
}

uint32_t type_names_of(struct type_names *names, const struct v8_shape *shape)
{
    char text[CLASS_NAME_MAX];
    pthread_mutex_lock(&names->lock);
    uint32_t id = shape_slot(names->shapes, names->mask, shape->map)->id;
    bool known = shape_slot(names->shapes, names->mask, shape->map)->map != 0;
    pthread_mutex_unlock(&names->lock);
    if (known)
        return id;
    v8_class_name(names->v8, shape, 0, text);
    pthread_mutex_lock(&names->lock);
    id = UINT32_MAX;
    if (2 * (names->used + 1) <= names->mask || shapes_grow(names)) {
        id = intern(names, text);
        struct shape_name *slot = shape_slot(names->shapes, names->mask, shape->map);
        names->used += slot->map == 0 && id != UINT32_MAX;
        if (id != UINT32_MAX)
            *slot = (struct shape_name){.map = shape->map, .id = id};
    }
    pthread_mutex_unlock(&names->lock);
    return id;
}

const char *type_names_text(struct type_names *names, uint32_t id)
{
    pthread_mutex_lock(&names->lock);
    const char *text = id < names->count ? names->texts[id] : "?";
    pthread_mutex_unlock(&names->lock);
    return text;
}

uint32_t type_names_find(struct type_names *names, const char *text)
{
    pthread_mutex_lock(&names->lock);
    uint32_t slot = *index_slot(names->index, names->index_mask, names->texts, text);
    pthread_mutex_unlock(&names->lock);
    return slot == 0 ? UINT32_MAX : slot - 1;
}
