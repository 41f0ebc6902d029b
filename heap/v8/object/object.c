#include "heap/v8/object/object.h"

#include "heap/v8/object/survivors.h"

static const uint8_t *bytes_at(const struct v8 *v8, uint64_t address, uint64_t *available)
{
    const struct v8_page *page = v8_page_at(v8, address);
    if ((address & 7) != 0 || page == NULL || address < page->start ||
        address - page->start >= page->readable)
        return NULL;
    *available = page->readable - (address - page->start);
    return *available >= 8 ? page->bytes + (address - page->start) : NULL;
}

bool v8_object_at(const struct v8 *v8, uint64_t address, struct v8_object *ret)
{
    uint64_t word, available;
    ret->address = address;
    ret->bytes = bytes_at(v8, address, &available);
    if (ret->bytes == NULL)
        return false;
    memcpy(&word, ret->bytes, sizeof word);
    if (word == address)
        word = survivor_map_word(v8, address);
    if (!v8_is_strong(word) || !v8_shape_read(v8, v8_untag(word), &ret->shape))
        return false;
    ret->size = v8_object_size(v8, &ret->shape, ret->bytes, available);
    return ret->size != 0;
}

bool v8_object_of(const struct v8 *v8, uint64_t tagged, struct v8_object *ret)
{
    uint64_t word, available;
    if (v8_is_smi(tagged) || v8_is_cleared(tagged))
        return false;
    if (v8_object_at(v8, v8_untag(tagged), ret))
        return true;
    const uint8_t *bytes = bytes_at(v8, v8_untag(tagged), &available);
    if (bytes == NULL)
        return false;
    memcpy(&word, bytes, sizeof word); // a map word that is an address: the object moved there
    return word != 0 && (word & 7) == 0 && v8_object_at(v8, word, ret);
}
