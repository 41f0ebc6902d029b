#include "heap/graph/edges/out_list.h"

#include "heap/v8/value/properties.h"
#include "heap/v8/value/value.h"

#include <stdio.h>
#include <stdlib.h>

enum { // src/objects/map.h, accessors
    MAP_INOBJECT_START = 9,
    MAP_INSTANCE_TYPE = 12,
    MAP_PROTOTYPE = 24,
    MAP_BIT_FIELD = 14,
    MAP_HAS_PROTOTYPE_SLOT = 1 << 7,
    FUNCTION_PROTOTYPE = 56, // or the initial map, which has it
    RECEIVER_HEADER = 3,
    STORE_HEADER = 1,
    TABLE_WORD = 24,
    PAIR_GETTER = 8,
    PAIR_SETTER = 16,
};

// --- which words are rows ------------------------------------------------------------------------

// V8 leaves references to these out of snapshots (IsEssentialObject), unless they are a program's
// values.
static bool is_essential(const struct out_list *list, uint64_t word)
{
    struct v8_object target;
    size_t page = index_page_of(list->namer.edges->index, word);
    if (page == SIZE_MAX || list->namer.v8->pages[page].kind != SPACE_READ_ONLY ||
        !v8_object_of(list->namer.v8, v8_untag(word) | V8_TAG, &target))
        return true;
    switch ((enum itype)target.shape.type) {
    case ITYPE_ODDBALL:
    case ITYPE_HOLE:
        return false;
    case ITYPE_FIXED_ARRAY:
    case ITYPE_BYTE_ARRAY:
    case ITYPE_WEAK_FIXED_ARRAY:
    case ITYPE_PROPERTY_ARRAY:
        return target.size > 16;
    default:
        return true;
    }
}

static bool is_hole(const struct out_list *list, uint64_t word)
{
    return v8_is_hole(list->namer.v8, v8_untag(word) | V8_TAG);
}

// Fields that no property uses yet hold the map of fillers (src/objects/map.h, slack tracking).
static bool is_slack(const struct out_list *list, uint64_t word)
{
    struct v8_object map;
    return v8_object_of(list->namer.v8, v8_untag(word) | V8_TAG, &map) &&
           map.shape.type == ITYPE_MAP &&
           v8_u16(&map, MAP_INSTANCE_TYPE) == list->namer.v8->types.number[ITYPE_FILLER];
}

// The pointer in a word of a section, or 0.
static uint64_t row_word(const struct out_list *list, const struct out_section *section,
                         uint64_t word)
{
    uint64_t pointer = edges_word(list->namer.edges, section->object.address, word);
    if (pointer == 0 || index_page_of(list->namer.edges->index, pointer) == SIZE_MAX)
        return 0;
    if (section->own ? !is_essential(list, pointer) : is_hole(list, pointer))
        return 0;
    if (section->slack && is_slack(list, pointer))
        return 0;
    // Of a dictionary only what has a name of its own.
    if (section->role != STORE_NONE && section->object.shape.type != ITYPE_FIXED_ARRAY &&
        section->object.shape.type != ITYPE_PROPERTY_ARRAY) {
        struct edge_name name;
        edge_name_in(&list->namer, &section->object, word, pointer, section->role, list->address,
                     &name);
        if (name.from != list->address || (name.kind == EDGE_KIND_WEAK && !is_essential(list, pointer)))
            return 0;
    }
    return pointer;
}

static bool count_section(const struct out_list *list, struct out_section *section)
{
    for (uint64_t word = section->first; word < section->end; word++) {
        if (row_word(list, section, word) == 0)
            continue;
        if (section->count % OUT_MARK == 0) {
            uint64_t *marks = realloc(section->marks,
                                      (section->count / OUT_MARK + 1) * sizeof *marks);
            if (marks == NULL)
                return false;
            section->marks = marks;
            marks[section->count / OUT_MARK] = word;
        }
        section->count++;
    }
    return true;
}

// --- opening -------------------------------------------------------------------------------------

static bool add_section(struct out_list *list, const struct v8_object *object,
                        enum store_role role, uint64_t first, uint64_t end, bool own)
{
    struct out_section *section = &list->sections[list->section_count++];
    uint64_t words = edges_words(list->namer.edges, object->address);
    *section = (struct out_section){.object = *object, .role = role, .first = first,
                                    .end = end < words ? end : words, .own = own,
                                    .slack = role == STORE_NONE && !own};
    return count_section(list, section);
}

static bool add_store(struct out_list *list, const struct v8_object *owner, uint64_t offset,
                      enum store_role role)
{
    struct v8_object store;
    uint64_t word = v8_word(owner, offset);
    size_t page = index_page_of(list->namer.edges->index, word);
    if (!v8_is_strong(word) || page == SIZE_MAX ||
        list->namer.v8->pages[page].kind == SPACE_READ_ONLY ||
        !v8_object_of(list->namer.v8, word, &store))
        return true;
    return add_section(list, &store, role, STORE_HEADER, UINT64_MAX, false);
}

static bool add_extra(struct out_list *list, struct out_extra extra)
{
    if (!v8_is_strong(extra.value) || list->extra_count == OUT_EXTRAS_MAX)
        return true;
    if ((list->extra_count & (list->extra_count - 1)) == 0) {
        size_t capacity = list->extra_count > 0 ? 2 * list->extra_count : 4;
        struct out_extra *extras = realloc(list->extras, capacity * sizeof *extras);
        if (extras == NULL)
            return false;
        list->extras = extras;
    }
    list->extras[list->extra_count++] = extra;
    return true;
}

static bool add_accessor(struct out_list *list, const struct v8_property *property)
{
    struct v8_object pair;
    if (!v8_object_of(list->namer.v8, property->value, &pair) ||
        pair.shape.type != ITYPE_ACCESSOR_PAIR)
        return true;
    // In a dictionary the pair is a row already.
    if ((property->place == PROPERTY_IN_DESCRIPTOR || property->place == PROPERTY_IN_CELL) &&
        !add_extra(list, (struct out_extra){property->name, property->value, ""}))
        return false;
    for (unsigned at = PAIR_GETTER; at <= PAIR_SETTER; at += 8) {
        struct out_extra extra = {property->name, v8_word(&pair, at),
                                  at == PAIR_GETTER ? "get " : "set "};
        if (v8_is_strong(extra.value) && is_essential(list, extra.value) &&
            !add_extra(list, extra))
            return false;
    }
    return true;
}

// `prototype` of a function that has an initial map, and the prototype of the object itself.
static bool add_prototypes(struct out_list *list, const struct v8_object *object,
                           const struct v8_object *map)
{
    struct v8_object initial;
    if (itype_is_js_function(&list->namer.v8->types, object->shape.number) &&
        (v8_u8(map, MAP_BIT_FIELD) & MAP_HAS_PROTOTYPE_SLOT) != 0 &&
        v8_object_of(list->namer.v8, v8_word(object, FUNCTION_PROTOTYPE), &initial) &&
        initial.shape.type == ITYPE_MAP &&
        !add_extra(list, (struct out_extra){0, v8_word(&initial, MAP_PROTOTYPE), "prototype"}))
        return false;
    return add_extra(list, (struct out_extra){0, v8_word(map, MAP_PROTOTYPE), "__proto__"});
}

static bool add_extras(struct out_list *list, const struct v8_object *object)
{
    struct v8_properties properties;
    struct v8_property property;
    struct v8_object map;
    uint32_t cursor = 0;
    if (v8_properties_open(list->namer.v8, object, &properties))
        while (v8_properties_next(&properties, &cursor, &property)) {
            bool variable = properties.store == PROPERTIES_GLOBAL;
            struct out_extra value = {property.name, property.value, ""};
            if (property.accessor ? !add_accessor(list, &property)
                                  : variable && !add_extra(list, value))
                return false;
        }
    return !v8_object_at(list->namer.v8, object->shape.map, &map) ||
           add_prototypes(list, object, &map);
}

static bool has_table(enum itype type)
{
    return type == ITYPE_JS_MAP || type == ITYPE_JS_SET || type == ITYPE_JS_WEAK_MAP ||
           type == ITYPE_JS_WEAK_SET;
}

static bool open_receiver(struct out_list *list, const struct v8_object *object)
{
    struct v8_object map;
    uint64_t fields = RECEIVER_HEADER;
    if (v8_object_at(list->namer.v8, object->shape.map, &map) &&
        v8_u8(&map, MAP_INOBJECT_START) >= RECEIVER_HEADER)
        fields = v8_u8(&map, MAP_INOBJECT_START);
    return add_section(list, object, STORE_NONE, fields, UINT64_MAX, false) &&
           add_store(list, object, 8, STORE_PROPERTIES) &&
           add_store(list, object, 16, STORE_ELEMENTS) &&
           (!has_table((enum itype)object->shape.type) ||
            add_store(list, object, TABLE_WORD, STORE_TABLE)) &&
           add_extras(list, object) &&
           add_section(list, object, STORE_NONE, 0, fields, true);
}

bool out_list_open(const struct edge_namer *namer, uint64_t address, struct out_list *ret)
{
    struct v8_object object;
    *ret = (struct out_list){.namer = *namer, .address = address};
    if (!v8_object_at(namer->v8, address, &object))
        return false;
    bool receiver = itype_is_js_receiver(&namer->v8->types, object.shape.number) &&
                    object.shape.type != ITYPE_JS_PROXY;
    bool done = receiver ? open_receiver(ret, &object)
                         : add_section(ret, &object, STORE_NONE, 0, UINT64_MAX, true);
    for (size_t i = 0; i < ret->section_count; i++)
        ret->total += ret->sections[i].count;
    ret->total += ret->extra_count;
    if (!done)
        out_list_close(ret);
    return done;
}

void out_list_close(struct out_list *list)
{
    for (size_t i = 0; i < list->section_count; i++)
        free(list->sections[i].marks);
    free(list->extras);
    *list = (struct out_list){0};
}

// --- rows ----------------------------------------------------------------------------------------

static void extra_at(const struct out_list *list, const struct out_extra *extra,
                     struct out_edge *ret)
{
    char name[EDGE_NAME_MAX - 8];
    ret->to = v8_untag(extra->value);
    ret->name = (struct edge_name){.from = list->address, .kind = EDGE_KIND_PROPERTY};
    if (extra->name == 0) {
        snprintf(ret->name.text, sizeof ret->name.text, "%s", extra->prefix);
        return;
    }
    v8_property_name(list->namer.v8, extra->name, name, sizeof name);
    ret->name.kind = extra->prefix[0] != '\0' ? EDGE_KIND_ACCESSOR : EDGE_KIND_PROPERTY;
    snprintf(ret->name.text, sizeof ret->name.text, "%s%s", extra->prefix, name);
}

static void section_at(const struct out_list *list, struct out_section *section,
                       uint64_t row, struct out_edge *ret)
{
    bool behind = section->next_row == row && row > 0;
    uint64_t word = behind ? section->next_word : section->marks[row / OUT_MARK], pointer = 0;
    for (uint64_t skip = behind ? 1 : row % OUT_MARK + 1; word < section->end; word++) {
        pointer = row_word(list, section, word);
        if (pointer != 0 && --skip == 0)
            break;
    }
    section->next_row = row + 1;
    section->next_word = word + 1;
    uint64_t value = (pointer & ~(uint64_t)EDGE_STRENGTH) |
                     ((pointer & 3) == EDGE_WEAK ? V8_WEAK_TAG : V8_TAG);
    ret->to = edges_address(list->namer.edges, edge_target(list->namer.edges, pointer));
    edge_name_in(&list->namer, &section->object, word, value, section->role, list->address,
                 &ret->name);
}

void out_list_at(struct out_list *list, uint64_t index, struct out_edge *ret)
{
    *ret = (struct out_edge){0};
    for (size_t i = 0; i < list->section_count; i++) {
        struct out_section *section = &list->sections[i];
        if (i + 1 == list->section_count) { // V8's own fields come last
            if (index < list->extra_count) {
                extra_at(list, &list->extras[index], ret);
                return;
            }
            index -= list->extra_count;
        }
        if (index < section->count) {
            section_at(list, section, index, ret);
            return;
        }
        index -= section->count;
    }
}
