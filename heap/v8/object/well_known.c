#include "heap/v8/object/well_known.h"

#include "heap/v8/object/object.h"

#include <string.h>

enum { // src/objects/name.h, string.h
    STRING_LENGTH = 12,
    STRING_DATA = 16,
    SYMBOL_DESCRIPTION = 16,
};

// The internalized string of this text on a page, tagged; 0: none.
static uint64_t find_string(const struct v8 *v8, const struct v8_page *page, const char *text)
{
    size_t length = strlen(text);
    const uint8_t *at = page->bytes, *end = page->bytes + page->readable;
    while ((at = memmem(at, (size_t)(end - at), text, length)) != NULL) {
        uint64_t offset = (uint64_t)(at++ - page->bytes);
        struct v8_object object;
        if (offset % 8 == 0 && offset >= STRING_DATA &&
            v8_object_at(v8, page->start + offset - STRING_DATA, &object) &&
            object.shape.type == ITYPE_INTERNALIZED_ONE_BYTE_STRING &&
            v8_u32(&object, STRING_LENGTH) == length)
            return object.address | V8_TAG;
    }
    return 0;
}

// The symbol of this description (a tagged string) on a page, tagged; 0: none.
static uint64_t find_symbol(const struct v8 *v8, const struct v8_page *page, uint64_t description)
{
    uint64_t word;
    for (uint64_t at = SYMBOL_DESCRIPTION; at + 8 <= page->readable; at += 8) {
        struct v8_object object;
        memcpy(&word, page->bytes + at, sizeof word);
        if (word == description &&
            v8_object_at(v8, page->start + at - SYMBOL_DESCRIPTION, &object) &&
            object.shape.type == ITYPE_SYMBOL)
            return object.address | V8_TAG;
    }
    return 0;
}

// The next read-only page of an isolate, or of those that all share, from page *next on.
static const struct v8_page *next_page(const struct v8 *v8, uint16_t isolate, size_t *next)
{
    while (*next < v8->page_count) {
        const struct v8_page *page = &v8->pages[(*next)++];
        if (page->kind == SPACE_READ_ONLY && page->isolate == isolate && page->bytes != NULL)
            return page;
    }
    return NULL;
}

static void find(const struct v8 *v8, uint16_t isolate, struct v8_well_known *ret)
{
    const struct v8_page *page;
    uint64_t tag = 0;
    for (size_t next = 0; (page = next_page(v8, isolate, &next)) != NULL;) {
        if (ret->constructor == 0)
            ret->constructor = find_string(v8, page, "constructor");
        if (ret->name == 0)
            ret->name = find_string(v8, page, "name");
        if (tag == 0)
            tag = find_string(v8, page, "Symbol.toStringTag");
    }
    for (size_t next = 0;
         tag != 0 && ret->to_string_tag == 0 && (page = next_page(v8, isolate, &next)) != NULL;)
        ret->to_string_tag = find_symbol(v8, page, tag);
}

void v8_well_known_find(struct v8 *v8)
{
    find(v8, V8_NO_ISOLATE, &v8->well_known);
    for (size_t i = 0; i < v8->isolate_count; i++)
        find(v8, (uint16_t)i, &v8->isolates[i].well_known);
}

const struct v8_well_known *v8_well_known_of(const struct v8 *v8, uint64_t object)
{
    const struct v8_page *page = v8_page_at(v8, object);
    if (page != NULL && page->isolate < v8->isolate_count &&
        v8->isolates[page->isolate].well_known.constructor != 0)
        return &v8->isolates[page->isolate].well_known;
    return &v8->well_known;
}
