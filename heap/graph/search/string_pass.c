#include "heap/graph/search/string_pass.h"

enum { STRING_LENGTH = 12 }; // src/objects/string.h

static bool is_string(struct string_pass *pass, const struct v8 *v8, uint64_t map, size_t *slot)
{
    *slot = (map * 0x9e3779b97f4a7c15) >> 32 & (STRING_PASS_MAPS - 1);
    if (pass->maps[*slot].map == map)
        return pass->maps[*slot].string;
    struct v8_shape *shape = &pass->maps[*slot].shape;
    bool string = v8_is_strong(map) && v8_shape_read(v8, v8_untag(map), shape) &&
                  itype_is_string(&v8->types, shape->number);
    pass->maps[*slot].map = map;
    pass->maps[*slot].string = string;
    return string;
}

static bool read_string(const struct string_pass *pass, const struct v8 *v8, size_t slot,
                        const struct v8_page *page, uint64_t address, struct v8_string *ret)
{
    struct v8_object *object = &ret->object;
    object->address = address;
    object->bytes = page->bytes + (address - page->start);
    object->shape = pass->maps[slot].shape;
    object->size = v8_object_size(v8, &object->shape, object->bytes,
                                  page->readable - (address - page->start));
    return object->size != 0 && v8_string_describe(v8, ret);
}

// One object; `map` is its first word.
static bool visit_object(struct string_pass *pass, const struct v8 *v8, const struct v8_page *page,
                         uint64_t address,
                         bool (*visit)(void *context, const struct v8_string *string),
                         void *context)
{
    struct v8_string string;
    uint64_t map;
    size_t slot;
    if (address - page->start + 8 > page->readable)
        return true;
    memcpy(&map, page->bytes + (address - page->start), sizeof map);
    return !is_string(pass, v8, map, &slot) ||
           !read_string(pass, v8, slot, page, address, &string) || visit(context, &string);
}

bool string_pass_page(struct string_pass *pass, const struct v8 *v8,
                      const struct object_index *index, size_t number,
                      bool (*visit)(void *context, const struct v8_string *string), void *context)
{
    const struct index_page *page = &index->pages[number];
    const struct v8_page *bytes = &v8->pages[number];
    if (page->bits == NULL)
        return page->count != 1 || visit_object(pass, v8, bytes, page->start, visit, context);
    for (size_t word = 0; word < INDEX_WORDS; word++)
        for (uint64_t bits = page->bits->starts[word]; bits != 0; bits &= bits - 1) {
            uint64_t address = page->base + 8 * (64 * word + (uint64_t)__builtin_ctzll(bits));
            if (!visit_object(pass, v8, bytes, address, visit, context))
                return false;
        }
    return true;
}
