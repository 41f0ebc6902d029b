// Where a V8 without a table has what of the objects on its heap: each field is tried where any line
// has it, on all objects looked at. What no trial decides stays as the nearest line has it, and is
// said (v8_warn).
#include "heap/v8/calibrate/calibrate.h"

#include "heap/v8/function/scope_info.h"

#include <stdlib.h>

enum {
    MAP_SIZE_WORDS_UNBOXED = 10, // maps had a layout descriptor while doubles were in objects (7.8)
    MAP_BIT_FIELD2 = 15,         // src/objects/map.h
    MAP_BIT_FIELD3 = 16,
    MAP_DESCRIPTORS = 40,
    DICTIONARY_MAP = 1 << 21,
    DESCRIPTOR_SIZE = 24,
    OWN_MASK = 0x3ff,            // number of own descriptors, from bit 10 of bit field 3
    OBJECT_ELEMENTS = 16,
    NAME_HASH = 8,               // src/objects/name.h
    TABLE_CAPACITY = 32,         // of a dictionary
    TABLE_FIRST = 40,            // of a dictionary: behind elements, deleted and capacity
    TABLE_ENTRY = 24,
    PROPERTIES_MAX = 1 << 16,    // that are looked at
    ENOUGH = 95,                 // percent
    SCOPE_LINE_OLD = 4,          // 11.3: a line whose scopes have positions among their parts
    SCOPE_LINE_NEW = 6,          // 13.6: one whose positions have a fixed place
};

struct fields {
    struct v8 *v8;
    const struct map_facts *facts;
    struct layout *layout;
};

static const struct map_kind *kind_of(const struct fields *fields, enum itype type)
{
    uint16_t number = fields->v8->types.number[type];
    const struct map_kind *kind = map_facts_kind(fields->facts, number);
    return kind != NULL && kind->samples > 0 ? kind : NULL;
}

static bool sample_at(const struct fields *fields, const struct map_kind *kind, size_t i,
                      struct v8_object *ret)
{
    const struct map_sample *sample = &fields->facts->samples[kind->first_sample + i];
    return v8_object_at(fields->v8, sample->page->start + sample->at, ret);
}

// --- words that point at objects of a type -------------------------------------------------------

static bool is_type(const struct fields *fields, uint16_t number, enum itype type)
{
    const struct itype_map *types = &fields->v8->types;
    return type == ITYPE_FUNCTION_CONTEXT ? itype_is_context_type(itype_of(types, number))
           : type == ITYPE_SEQ_ONE_BYTE_STRING ? itype_is_string(types, number)
                                               : itype_of(types, number) == type;
}

// Percent of a word's values that point at objects of these types; Smis are none.
static unsigned share(const struct fields *fields, const struct map_word *word, enum itype a,
                      enum itype b)
{
    unsigned all = word->raw + word->others, there = 0;
    for (size_t i = 0; i < MAPS_TARGETS && word->targets[i].count > 0; i++) {
        uint16_t number = word->targets[i].number;
        all += word->targets[i].count;
        if (is_type(fields, number, a) || is_type(fields, number, b))
            there += word->targets[i].count;
    }
    return all == 0 ? 0 : 100 * there / all;
}

// The word of objects of a type that mostly points at objects of these types: its offset, 0: none.
static uint8_t find_word(const struct fields *fields, enum itype holder, enum itype a, enum itype b)
{
    const struct map_kind *kind = kind_of(fields, holder);
    size_t best = MAPS_WORDS;
    unsigned most = 50;
    for (size_t i = 0; i < MAPS_WORDS && kind != NULL; i++) {
        unsigned now = share(fields, &kind->words[i], a, b);
        if (now > most) {
            most = now;
            best = i;
        }
    }
    return best < MAPS_WORDS ? (uint8_t)(8 * (best + 1)) : 0;
}

static void take_word(struct fields *fields, uint8_t *field, enum itype holder, enum itype a,
                      enum itype b, const char *what)
{
    uint8_t found = find_word(fields, holder, a, b);
    if (found != 0)
        *field = found;
    else
        v8_warn(fields->v8, "this V8 has no table, and %s was not found: shown as in V8 %s", what,
                layouts[fields->v8->line].name);
}

// The function's data lies before its name, in one word or (from 13) in two.
static void find_function_fields(struct fields *fields)
{
    struct layout *layout = fields->layout;
    take_word(fields, &layout->function_shared, ITYPE_JS_FUNCTION, ITYPE_SHARED_FUNCTION_INFO,
              ITYPE_SHARED_FUNCTION_INFO, "the definition of a function");
    take_word(fields, &layout->function_context, ITYPE_JS_FUNCTION, ITYPE_FUNCTION_CONTEXT,
              ITYPE_FUNCTION_CONTEXT, "the context of a function");
    take_word(fields, &layout->sfi_name, ITYPE_SHARED_FUNCTION_INFO, ITYPE_SCOPE_INFO,
              ITYPE_SEQ_ONE_BYTE_STRING, "the name of a function");
    take_word(fields, &layout->sfi_script, ITYPE_SHARED_FUNCTION_INFO, ITYPE_SCRIPT, ITYPE_ODDBALL,
              "the script of a function");
    layout->sfi_data = 8;
    layout->sfi_untrusted_data = layout->sfi_name > 16 ? 16 : 0;
}

// A Script's host-defined options are an array behind its flags, which the compiler tags as code
// (retype.h). Before them are texts or undefined.
static void find_script_options(struct fields *fields)
{
    const struct map_kind *kind = kind_of(fields, ITYPE_SCRIPT);
    unsigned most = 0;
    for (size_t line = 0; line < LAYOUT_LINES && kind != NULL; line++) {
        uint8_t at = layouts[line].code.script_options;
        unsigned arrays = 0;
        for (size_t i = 0; at != 0 && i < kind->samples; i++) {
            struct v8_object script, options;
            arrays += sample_at(fields, kind, i, &script) &&
                      v8_object_of(fields->v8, v8_word(&script, at), &options) &&
                      options.shape.type == ITYPE_FIXED_ARRAY;
        }
        if (arrays > most) {
            most = arrays;
            fields->layout->code.script_options = at;
        }
    }
}

// --- properties ----------------------------------------------------------------------------------

// A property kept in a field has the field's type for a value: a Smi or a weak map. One kept in the
// descriptor has the value itself, an accessor mostly.
static void count_agreeing(const struct fields *fields, const struct v8_object *map,
                           uint8_t location_shift, unsigned *fits, unsigned *all)
{
    struct v8_object table;
    uint32_t own = v8_u32(map, MAP_BIT_FIELD3) >> 10 & OWN_MASK;
    if (!v8_object_of(fields->v8, v8_word(map, MAP_DESCRIPTORS), &table))
        return;
    for (uint32_t i = 0; i < own; i++) {
        uint64_t at = fields->layout->descriptors_header + DESCRIPTOR_SIZE * (uint64_t)i;
        uint64_t details = v8_word(&table, at + 8), value = v8_word(&table, at + 16);
        if (at + DESCRIPTOR_SIZE > table.size || !v8_is_smi(details))
            continue;
        bool in_field = ((uint32_t)v8_smi(details) >> location_shift & 1) == 0;
        ++*all;
        *fits += in_field == !v8_is_strong(value);
    }
}

static unsigned try_location(const struct fields *fields, uint8_t location_shift)
{
    const struct map_facts *facts = fields->facts;
    unsigned fits = 0, all = 0;
    for (size_t i = 0; i <= facts->mask && all < PROPERTIES_MAX; i++) {
        struct v8_object map;
        if (facts->words[i] != 0 &&
            itype_is_js_receiver(&fields->v8->types, facts->numbers[i]) &&
            v8_object_of(fields->v8, facts->words[i], &map) &&
            (v8_u32(&map, MAP_BIT_FIELD3) & DICTIONARY_MAP) == 0)
            count_agreeing(fields, &map, location_shift, &fits, &all);
    }
    return all == 0 ? 0 : 100 * fits / all;
}

// PropertyDetails: kind, location, (constness,) attributes up to 9.4; kind, constness, attributes,
// location from 10.2 on.
static void find_details(struct fields *fields)
{
    static const struct {
        uint8_t location, attributes;
    } shifts[] = {{1, 3}, {5, 2}};
    unsigned most = 0;
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        unsigned now = try_location(fields, shifts[i].location);
        if (now <= most)
            continue;
        most = now;
        fields->layout->prop_location_shift = shifts[i].location;
        fields->layout->prop_attributes_shift = shifts[i].attributes;
    }
    if (most < ENOUGH)
        v8_warn(fields->v8, "this V8 has no table, and what it says of properties was not "
                            "understood: shown as in V8 %s", layouts[fields->v8->line].name);
}

static void find_descriptors(struct fields *fields)
{
    const struct itype_map *types = &fields->v8->types;
    uint16_t number = types->number[ITYPE_DESCRIPTOR_ARRAY];
    const struct size_rules *rules = &fields->v8->size_rules;
    if (number < ITYPE_NUMBER_MAX && rules->by_number != NULL &&
        rules->by_number[number].kind == SIZE_COUNTED)
        fields->layout->descriptors_header = (uint8_t)rules->by_number[number].header;
}

// NameDictionary: a FixedArray of elements, deleted, capacity, some Smis, and three words an entry.
static void find_dictionary_prefix(struct fields *fields)
{
    const struct map_kind *kind = kind_of(fields, ITYPE_NAME_DICTIONARY);
    struct v8_object object;
    for (size_t i = 0; kind != NULL && i < kind->samples; i++) {
        if (!sample_at(fields, kind, i, &object))
            continue;
        uint64_t entries =
            TABLE_ENTRY * (uint64_t)(uint32_t)v8_smi(v8_word(&object, TABLE_CAPACITY));
        if (object.size < TABLE_FIRST + entries)
            continue;
        uint64_t prefix = (object.size - TABLE_FIRST - entries) / 8;
        if (prefix < 8) {
            fields->layout->name_dictionary_prefix = (uint8_t)prefix;
            return;
        }
    }
}

// The hash of a name is above some bits that tell of it, two or (7.9 to 8.3) three of them
// (Name::kHashShift, src/objects/name.h): an entry of a dictionary lies where its name's hash puts it, or
// not far behind.
static unsigned count_hashed(const struct fields *fields, const struct v8_object *table,
                             uint32_t shift, unsigned *all)
{
    uint64_t first = TABLE_FIRST + 8ull * fields->layout->name_dictionary_prefix;
    uint64_t capacity = (uint32_t)v8_smi(v8_word(table, TABLE_CAPACITY));
    unsigned fits = 0;
    if (table->size < first || capacity == 0 || (capacity & (capacity - 1)) != 0 ||
        capacity > (table->size - first) / TABLE_ENTRY)
        return 0;
    for (uint64_t i = 0; i < capacity && *all < PROPERTIES_MAX; i++) {
        struct v8_object name;
        if (!v8_object_of(fields->v8, v8_word(table, first + TABLE_ENTRY * i), &name) ||
            (name.shape.type != ITYPE_SYMBOL &&
             !itype_is_string(&fields->v8->types, name.shape.number)))
            continue;
        ++*all;
        fits += (v8_u32(&name, NAME_HASH) >> shift & (capacity - 1)) == i;
    }
    return fits;
}

static void find_hash_shift(struct fields *fields)
{
    static const uint8_t shifts[] = {2, 3};
    const struct map_kind *kind = kind_of(fields, ITYPE_NAME_DICTIONARY);
    fields->layout->name_hash_shift = 0;
    for (size_t k = 0; k < sizeof shifts && kind != NULL; k++) {
        unsigned fits = 0, all = 0;
        for (size_t i = 0; i < kind->samples; i++) {
            struct v8_object table;
            if (sample_at(fields, kind, i, &table))
                fits += count_hashed(fields, &table, shifts[k], &all);
        }
        if (2 * fits > all)
            fields->layout->name_hash_shift = shifts[k];
    }
}

// --- elements ------------------------------------------------------------------------------------

static unsigned kind_of_elements(const struct fields *fields, const struct v8_object *object,
                                 uint8_t mask, uint8_t shift)
{
    struct v8_object map;
    return v8_object_at(fields->v8, object->shape.map, &map)
               ? (v8_u8(&map, MAP_BIT_FIELD2) & mask) >> shift
               : 0;
}

// Arrays of doubles say so in their elements kind: 4, or 5 with holes, in all lines.
static bool doubles_agree(const struct fields *fields, uint8_t mask, uint8_t shift)
{
    const struct map_kind *kind = kind_of(fields, ITYPE_JS_ARRAY);
    struct v8_object object, elements;
    unsigned all = 0, fits = 0;
    for (size_t i = 0; kind != NULL && i < kind->samples; i++) {
        if (!sample_at(fields, kind, i, &object) ||
            !v8_object_of(fields->v8, v8_word(&object, OBJECT_ELEMENTS), &elements))
            continue;
        bool doubles = elements.shape.type == ITYPE_FIXED_DOUBLE_ARRAY;
        if (!doubles && elements.size <= 16)
            continue;
        unsigned number = kind_of_elements(fields, &object, mask, shift);
        all++;
        fits += doubles == (number == 4 || number == 5);
    }
    return all > 0 && 100 * fits >= ENOUGH * all;
}

static void find_elements(struct fields *fields)
{
    static const struct {
        uint8_t mask, shift;
    } kinds[] = {{248, 3}, {252, 2}};
    size_t agreeing = 0, found = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (doubles_agree(fields, kinds[i].mask, kinds[i].shift)) {
            agreeing++;
            found = i;
        }
    }
    if (agreeing != 1)
        return;
    fields->layout->elements_kind_mask = kinds[found].mask;
    fields->layout->elements_kind_shift = kinds[found].shift;
}

// Objects whose elements are a dictionary say so, too.
static void find_dictionary_elements(struct fields *fields)
{
    struct layout *layout = fields->layout;
    unsigned votes[64] = {0}, best = 0;
    for (size_t k = 0; k < fields->facts->kind_count; k++) {
        const struct map_kind *kind = &fields->facts->kinds[k];
        struct v8_object object, elements;
        for (size_t i = 0; i < kind->samples; i++)
            if (itype_is_js_receiver(&fields->v8->types, kind->number) &&
                sample_at(fields, kind, i, &object) &&
                v8_object_of(fields->v8, v8_word(&object, OBJECT_ELEMENTS), &elements) &&
                elements.shape.type == ITYPE_NUMBER_DICTIONARY)
                votes[kind_of_elements(fields, &object, layout->elements_kind_mask,
                                       layout->elements_kind_shift) % 64]++;
    }
    for (unsigned i = 1; i < 64; i++)
        if (votes[i] > votes[best])
            best = i;
    if (votes[best] > 0)
        layout->elements_dictionary = (uint8_t)best;
}

// --- scopes --------------------------------------------------------------------------------------

// How many of the ScopeInfos looked at have exactly the parts that this layout gives them.
static unsigned count_scopes(const struct fields *fields, const struct layout_scope *scope)
{
    const struct map_kind *kind = kind_of(fields, ITYPE_SCOPE_INFO);
    const struct layout_scope *before = fields->v8->scope;
    unsigned fits = 0;
    fields->v8->scope = scope;
    for (size_t i = 0; kind != NULL && i < kind->samples; i++) {
        struct v8_object object;
        struct v8_scope_info info;
        if (sample_at(fields, kind, i, &object) &&
            v8_scope_info_at(fields->v8, object.address, &info))
            fits += info.size == object.size || object.size <= scope->locals;
    }
    fields->v8->scope = before;
    return fits;
}

static void adapt_scope(struct layout_scope *scope, uint32_t parts, const struct layout_scope *old,
                        const struct layout_scope *new)
{
    *scope = (parts & SCOPE_FIXED_POSITIONS) != 0 ? *new : *old;
    scope->receiver_slot = (parts & SCOPE_RECEIVER) != 0;
    scope->positioned_unless_empty = (parts & SCOPE_CLASS_POSITIONS) != 0 ? 1 : 0;
    scope->inline_names = (parts & SCOPE_NAME_TABLE) != 0 ? 75 : UINT32_MAX;
    scope->module_count_first = (parts & SCOPE_MODULE_FIRST) != 0;
    if ((parts & SCOPE_BLOCK_LIST) == 0)
        scope->block_list = LAYOUT_NO_BIT;
    scope->dependent_code = (parts & SCOPE_DEPENDENT_CODE) != 0 ? 4 : LAYOUT_NO_BIT;
    scope->parameter_bits = (parts & SCOPE_PARAMETER_BITS) != 0;
}

// The rows of all lines, and the one that the size rule found describes.
static void find_scope(struct fields *fields)
{
    struct v8 *v8 = fields->v8;
    const struct map_kind *kind = kind_of(fields, ITYPE_SCOPE_INFO);
    const struct layout_scope *best = NULL;
    unsigned most = 0;
    for (size_t i = 0; i < LAYOUT_LINES && kind != NULL; i++) {
        size_t line = (v8->line + i) % LAYOUT_LINES;
        unsigned fits = line == v8->without ? 0 : count_scopes(fields, &layout_scopes[line]);
        if (fits > most) {
            most = fits;
            best = &layout_scopes[line];
        }
    }
    const struct size_rule *rule =
        kind != NULL && v8->size_rules.by_number != NULL ? &v8->size_rules.by_number[kind->number]
                                                         : NULL;
    if (rule != NULL && rule->kind == SIZE_SCOPE && most < kind->samples) {
        v8->adapted_scope = malloc(sizeof *v8->adapted_scope);
        if (v8->adapted_scope == NULL)
            return;
        adapt_scope(v8->adapted_scope, rule->mask, &layout_scopes[SCOPE_LINE_OLD],
                    &layout_scopes[SCOPE_LINE_NEW]);
        unsigned fits = count_scopes(fields, v8->adapted_scope);
        if (fits > most) {
            most = fits;
            best = v8->adapted_scope;
        }
    }
    if (best != NULL && 100 * most >= ENOUGH * kind->samples)
        v8->scope = best;
    else
        v8_warn(v8, "this V8 has no table, and what it says of scopes was not understood: names of "
                    "functions may be missing");
}

// Contexts had an extension and their native context before the variables up to 7.8.
static void find_contexts(struct fields *fields)
{
    const struct map_kind *kind = kind_of(fields, ITYPE_FUNCTION_CONTEXT);
    enum { NATIVE_CONTEXT_WORD = 4 };
    if (kind != NULL)
        fields->layout->context_header =
            share(fields, &kind->words[NATIVE_CONTEXT_WORD], ITYPE_NATIVE_CONTEXT,
                  ITYPE_NATIVE_CONTEXT) >= ENOUGH
                ? 4
                : 2;
}

// Objects whose instance type number nothing has told are shown as such (node_type.h).
static void warn_of_unknown(const struct fields *fields)
{
    const struct itype_map *types = &fields->v8->types;
    size_t unknown = 0, seen = 0;
    for (size_t i = 0; i < fields->facts->kind_count; i++) {
        const struct map_kind *kind = &fields->facts->kinds[i];
        if (kind->samples == 0 || itype_is_string(types, kind->number) ||
            kind->number >= types->first_js_object)
            continue;
        seen++;
        unknown += itype_of(types, kind->number) == ITYPE_UNKNOWN;
    }
    if (unknown > 0)
        v8_warn(fields->v8, "%zu of %zu types of V8's own objects were not recognised: shown as "
                            "(unknown)", unknown, seen);
}

void calibrate_fields(struct v8 *v8, const struct map_facts *facts)
{
    struct fields fields = {.v8 = v8, .facts = facts, .layout = &v8->adapted};
    const struct map_kind *map = kind_of(&fields, ITYPE_MAP);
    v8->adapted.unboxed_doubles = map != NULL && map->size == MAP_SIZE_WORDS_UNBOXED;
    v8->adapted.hole_is_oddball = kind_of(&fields, ITYPE_HOLE) == NULL &&
                                  layouts[v8->line].hole_is_oddball;
    find_descriptors(&fields);
    find_details(&fields);
    find_dictionary_prefix(&fields);
    find_hash_shift(&fields);
    find_elements(&fields);
    find_dictionary_elements(&fields);
    find_function_fields(&fields);
    if (v8->adapted.code.script_options != 0)
        find_script_options(&fields);
    find_contexts(&fields);
    find_scope(&fields);
    warn_of_unknown(&fields);
}
