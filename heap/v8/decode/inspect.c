#include "heap/v8/decode/inspect.h"

#include "heap/v8/decode/decode.h"
#include "heap/v8/decode/decode_error.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

enum {
    MAP_PROTOTYPE = 24, // src/objects/map.h, the same in all supported versions
    PROPERTIES_SIFTED = 4096,
};

const char *field_kind_name(enum field_kind kind)
{
    static const char *const names[] = {
        [FIELD_PROPERTY] = "property", [FIELD_ACCESSOR] = "accessor", [FIELD_ELEMENT] = "element",
        [FIELD_ENTRY] = "entry",       [FIELD_VARIABLE] = "variable",
        [FIELD_INTERNAL] = "internal", [FIELD_HIDDEN] = "hidden",
    };
    return names[kind];
}

// --- sections ------------------------------------------------------------------------------------

static struct v8_section *add_section(struct v8_inspection *in)
{
    assert(in->section_count < INSPECT_SECTIONS); // a decoder adds a fixed number of them
    struct v8_section *section = &in->sections[in->section_count++];
    memset(section, 0, sizeof *section);
    return section;
}

struct v8_section *decode_section(struct v8_inspection *in, const struct v8_object *object,
                                  uint64_t header, uint64_t unit, uint64_t slots)
{
    struct v8_section *section = add_section(in);
    uint64_t room = object->size > header ? (object->size - header) / unit : 0;
    section->object = *object;
    section->header = header;
    section->unit = unit;
    section->slots = section->count = slots < room ? slots : room;
    return section;
}

void v8_section_count(struct v8_inspection *in, struct v8_section *section)
{
    section->count = 0;
    for (uint64_t slot = 0; slot < section->slots; slot++)
        section->count += section->used(in, section, slot);
}

// Rows known by their slots: every `stride`th as far as one came, and the one found last.
static void nearest_known(const struct v8_section *section, uint64_t stride, uint64_t row,
                          uint64_t *at_row, uint64_t *at_slot)
{
    *at_row = *at_slot = 0;
    if (section->row <= row) {
        *at_row = section->row;
        *at_slot = section->slot;
    }
    for (uint64_t mark = row / stride; mark * stride > *at_row; mark--) {
        if (section->marks[mark] != 0) {
            *at_row = mark * stride;
            *at_slot = section->marks[mark];
            return;
        }
    }
}

bool v8_section_slot(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                     uint64_t *slot)
{
    uint64_t stride, at_row, at;
    *slot = row;
    if (section->used == NULL)
        return row < section->slots;
    stride = section->count / INSPECT_MARKS + 1;
    for (nearest_known(section, stride, row, &at_row, &at); at < section->slots; at++) {
        if (!section->used(in, section, at))
            continue;
        if (at_row % stride == 0)
            section->marks[at_row / stride % INSPECT_MARKS] = at;
        if (at_row == row) {
            section->row = row;
            *slot = section->slot = at;
            return true;
        }
        at_row++;
    }
    return false;
}

// --- slots ---------------------------------------------------------------------------------------

void decode_slot(struct v8_inspection *in, const char *name, struct v8_value value, uint64_t slot,
                 unsigned flags)
{
    if (in->slot_count < INSPECT_SLOTS)
        in->slots[in->slot_count++] = (struct v8_slot){
            .name = name, .kind = FIELD_INTERNAL, .value = value, .slot = slot, .flags = flags};
}

void decode_word(struct v8_inspection *in, const char *name, uint64_t offset)
{
    decode_slot(in, name, v8_tagged(v8_word(&in->object, offset)),
                decode_slot_address(&in->object, offset), 0);
}

void decode_hidden(struct v8_inspection *in, const char *name, struct v8_value value, uint64_t slot)
{
    if (in->hidden_count < INSPECT_SLOTS)
        in->hidden[in->hidden_count++] = (struct v8_slot){
            .name = name, .kind = FIELD_HIDDEN, .value = value, .slot = slot,
            .flags = FIELD_QUIET};
}

static void take_slot(const struct v8_slot *slot, struct v8_field *ret)
{
    ret->kind = slot->kind;
    ret->flags = slot->flags;
    ret->value = slot->value;
    ret->slot = slot->slot;
    snprintf(ret->name, sizeof ret->name, "%s", slot->name);
}

// --- named properties ----------------------------------------------------------------------------

static void take_accessor(struct v8_inspection *in, struct v8_field *ret)
{
    struct v8_what what;
    ret->kind = FIELD_ACCESSOR;
    v8_value_what(in->v8, &ret->value, &what);
    if (what.object.shape.type != ITYPE_ACCESSOR_INFO)
        return;
    struct v8_value value;
    if ((in->decoder->native != NULL && in->decoder->native(in, ret->name, &value)) ||
        (strcmp(ret->name, "stack") == 0 && decode_stack(in->v8, &in->object, &value))) {
        ret->kind = FIELD_PROPERTY;
        ret->value = value;
    }
}

static void take_property(struct v8_inspection *in, const struct v8_property *property,
                          struct v8_field *ret)
{
    ret->kind = FIELD_PROPERTY;
    ret->name_word = property->name;
    ret->slot = property->slot;
    ret->value = property->place == PROPERTY_NOWHERE ? v8_unknown("its place is damaged")
                                                     : v8_tagged(property->value);
    if (property->raw_double) {
        ret->value.form = VALUE_DOUBLE;
        memcpy(&ret->value.number, &property->value, sizeof ret->value.number);
    }
    if ((property->attributes & PROPERTY_DONT_ENUM) != 0)
        ret->flags |= FIELD_NOT_ENUMERABLE;
    if ((property->attributes & PROPERTY_READ_ONLY) != 0)
        ret->flags |= FIELD_READ_ONLY;
    enum property_name_kind kind =
        v8_property_name(in->v8, property->name, ret->name, sizeof ret->name);
    if (kind == PROPERTY_BAD_NAME)
        snprintf(ret->name, sizeof ret->name, "(no name)");
    if (kind != PROPERTY_STRING)
        ret->flags |= FIELD_SYMBOL;
    if (kind == PROPERTY_PRIVATE)
        ret->kind = FIELD_HIDDEN, ret->flags |= FIELD_QUIET;
    if (strlen(ret->name) + 8 > sizeof ret->name)
        ret->flags |= FIELD_NAME_CUT;
    if (property->accessor && kind != PROPERTY_PRIVATE)
        take_accessor(in, ret);
}

static bool property_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    struct v8_property property;
    uint64_t index;
    if (!v8_section_slot(in, section, row, &index) ||
        !v8_properties_at(&in->properties, (uint32_t)index, &property))
        return false;
    take_property(in, &property, ret);
    return true;
}

// V8 and Node.js keep notes under symbols of their own, which JavaScript does not see.
static bool is_public(struct v8_inspection *in, const struct v8_section *section, uint64_t slot)
{
    struct v8_property property;
    char start[8];
    (void)section;
    return !v8_properties_at(&in->properties, (uint32_t)slot, &property) ||
           v8_property_name(in->v8, property.name, start, sizeof start) != PROPERTY_PRIVATE;
}

static void add_properties(struct v8_inspection *in)
{
    if (!v8_properties_open(in->v8, &in->holder, &in->properties))
        return;
    struct v8_section *section = add_section(in);
    section->field = property_field;
    section->slots = section->count = in->properties.count;
    // Looking at every name costs too much for a table of many; it has hardly any such symbols.
    if ((in->flags & INSPECT_HIDDEN) == 0 && section->slots <= PROPERTIES_SIFTED) {
        section->used = is_public;
        v8_section_count(in, section);
    }
}

// --- opening -------------------------------------------------------------------------------------

static void add_hidden(struct v8_inspection *in)
{
    struct v8_object map;
    decode_hidden(in, "[map]", v8_tagged(v8_word(&in->object, 0)), in->object.address);
    if ((in->value_kind == KIND_OBJECT || in->value_kind == KIND_FUNCTION) &&
        v8_object_at(in->v8, in->object.shape.map, &map))
        decode_hidden(in, "[prototype]", v8_tagged(v8_word(&map, MAP_PROTOTYPE)),
                      map.address + MAP_PROTOTYPE);
    decode_table_fields(in);
}

bool v8_inspect(const struct v8 *v8, uint64_t address, unsigned flags, struct v8_inspection *ret)
{
    struct v8_what what;
    ret->properties.count = 0;
    ret->count = ret->section_count = ret->slot_count = ret->hidden_count = 0;
    ret->window_first = ret->window_count = 0;
    if (!v8_object_what(v8, address, &what))
        return false;
    ret->v8 = v8;
    ret->object = ret->holder = what.object;
    ret->value_kind = what.kind;
    ret->flags = flags;
    ret->decoder = v8_decoder_of(v8, &what.object, what.kind);
    ret->kind = ret->decoder->kind;
    if (ret->decoder->open != NULL)
        ret->decoder->open(ret);
    if (what.kind == KIND_OBJECT || what.kind == KIND_FUNCTION)
        add_properties(ret);
    if ((flags & INSPECT_HIDDEN) != 0)
        add_hidden(ret);
    ret->count = ret->slot_count + ret->hidden_count;
    for (size_t i = 0; i < ret->section_count; i++)
        ret->count += ret->sections[i].count;
    return true;
}

bool v8_inspect_key(struct v8_inspection *in, uint64_t index, struct v8_value *ret)
{
    if (index < in->slot_count)
        return false;
    index -= in->slot_count;
    for (size_t i = 0; i < in->section_count; i++) {
        struct v8_section *section = &in->sections[i];
        if (index < section->count)
            return section->key != NULL && section->key(in, section, index, ret);
        index -= section->count;
    }
    return false;
}

static bool find_field(struct v8_inspection *in, uint64_t index, struct v8_field *ret)
{
    if (index < in->slot_count) {
        take_slot(&in->slots[index], ret);
        return true;
    }
    index -= in->slot_count;
    for (size_t i = 0; i < in->section_count; i++) {
        if (index < in->sections[i].count)
            return in->sections[i].field(in, &in->sections[i], index, ret);
        index -= in->sections[i].count;
    }
    if (index >= in->hidden_count)
        return false;
    take_slot(&in->hidden[index], ret);
    return true;
}

static void clear_field(struct v8_field *field)
{
    memset(field, 0, offsetof(struct v8_field, name) + 1);
}

bool v8_inspect_entry(struct v8_inspection *in, int32_t key, struct v8_field *ret)
{
    clear_field(ret);
    for (size_t i = 0; i < in->section_count; i++) {
        struct v8_section *section = &in->sections[i];
        if (section->entry != NULL)
            return section->entry(in, section, key, ret);
    }
    return false;
}

bool v8_inspect_field(struct v8_inspection *in, uint64_t index, struct v8_field *ret)
{
    clear_field(ret);
    if (find_field(in, index, ret))
        return true;
    ret->kind = FIELD_INTERNAL;
    ret->value = v8_unknown("not readable");
    snprintf(ret->name, sizeof ret->name, "(field %" PRIu64 ")", index);
    return false;
}

uint64_t v8_inspect_part_end(const struct v8_inspection *in, uint64_t index)
{
    uint64_t end = in->slot_count;
    for (size_t i = 0; end <= index && i < in->section_count; i++)
        end += in->sections[i].count;
    return end > index ? end : in->count;
}

// --- by name -------------------------------------------------------------------------------------

// An array index in its one spelling: "0", "17", not "017".
static bool parse_index(const char *name, uint64_t *ret)
{
    uint64_t value = 0;
    const char *at = name;
    for (; *at >= '0' && *at <= '9' && value < UINT32_MAX; at++)
        value = value * 10 + (uint64_t)(*at - '0');
    *ret = value;
    return at != name && *at == '\0' && value < UINT32_MAX && (name[0] != '0' || name[1] == '\0');
}

// Elements are in order of their indexes, so the row of one is found by halving.
static bool find_element(struct v8_inspection *in, uint64_t index, struct v8_field *ret)
{
    uint64_t row = in->slot_count, low = 0;
    for (size_t i = 0; i < in->section_count; row += in->sections[i++].count) {
        uint64_t high = in->sections[i].count;
        if (in->sections[i].count == 0 || !v8_inspect_field(in, row, ret) ||
            ret->kind != FIELD_ELEMENT)
            continue;
        if (index < high && v8_inspect_field(in, row + index, ret) && ret->index == index)
            return true;
        for (low = 0; low < high;) {
            uint64_t middle = low + (high - low) / 2;
            if (!v8_inspect_field(in, row + middle, ret))
                return false;
            if (ret->index == index)
                return true;
            if (ret->index < index)
                low = middle + 1;
            else
                high = middle;
        }
    }
    return false;
}

bool v8_inspect_find(struct v8_inspection *in, const char *name, struct v8_field *ret)
{
    struct v8_property property;
    uint64_t index;
    if (parse_index(name, &index) && find_element(in, index, ret))
        return true;
    clear_field(ret);
    if (v8_property_find_text(in->v8, &in->holder, name, false, &property)) {
        take_property(in, &property, ret);
        return true;
    }
    for (size_t i = 0; i < in->slot_count; i++) {
        if (strcmp(in->slots[i].name, name) != 0)
            continue;
        take_slot(&in->slots[i], ret);
        return true;
    }
    return false;
}
