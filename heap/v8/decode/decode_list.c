// Objects that are linked into a list: rows are their numbers.
#include "heap/v8/decode/decode.h"

static bool is_link(const struct v8_object *object, const struct v8_object *first)
{
    return object->shape.type == first->shape.type;
}

// Where the list bites its tail, the walk meets a place it marked (Brent's cycle finding).
static uint64_t count_links(const struct v8 *v8, const struct v8_object *first, uint64_t next)
{
    struct v8_object link = *first;
    uint64_t count = 1, marked = first->address, renew = 2;
    while (v8_object_of(v8, v8_word(&link, next), &link) && is_link(&link, first) &&
           link.address != marked) {
        if (++count == renew) {
            marked = link.address;
            renew *= 2;
        }
    }
    return count;
}

struct v8_section *decode_list(struct v8_inspection *in, const struct v8_object *first,
                               uint64_t next)
{
    struct v8_section *section = decode_section(in, first, next, 1, 0);
    section->header = next;
    section->count = count_links(in->v8, first, next);
    section->slot = first->address;
    return section;
}

// Go back to the nearest place before `row` that the walk came by.
static void go_back(struct v8_section *section, uint64_t row, uint64_t stride)
{
    uint64_t mark = row / stride;
    while (mark > 0 && section->marks[mark] == 0)
        mark--;
    section->row = mark * stride;
    section->slot = mark > 0 ? section->marks[mark] : section->object.address;
}

bool decode_list_find(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                      struct v8_object *ret)
{
    uint64_t stride = section->count / INSPECT_MARKS + 1;
    if (row >= section->count)
        return false;
    if (row < section->row)
        go_back(section, row, stride);
    while (v8_object_at(in->v8, section->slot, ret) && is_link(ret, &section->object)) {
        if (section->row % stride == 0)
            section->marks[section->row / stride] = section->slot;
        if (section->row == row)
            return true;
        section->slot = v8_untag(v8_word(ret, section->header));
        section->row++;
    }
    go_back(section, 0, stride);
    return false;
}
