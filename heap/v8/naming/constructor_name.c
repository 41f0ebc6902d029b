#include "heap/v8/naming/constructor_name.h"

#include "heap/v8/function/function_name.h"
#include "heap/v8/naming/chain_memo.h"
#include "heap/v8/object/well_known.h"
#include "heap/v8/string/string.h"
#include "heap/v8/value/properties.h"

#include <stdio.h>

enum { // src/objects/map.h, the same in all supported versions
    MAP_BIT_FIELD2 = 15,
    MAP_BIT_FIELD3 = 16,
    MAP_PROTOTYPE = 24,
    MAP_CONSTRUCTOR = 32,
    NEW_TARGET_IS_BASE = 1,  // of bit field 2
    PROTOTYPE_MAP = 1 << 20, // of bit field 3
    DICTIONARY_MAP = 1 << 21,
    INTERESTING_SYMBOLS = 1 << 28, // objects may have an own Symbol.toStringTag
    TUPLE_FIRST = 8,
    WRAPPER_VALUE = 24,
    CUT_MARK = 16,            // bytes that "…#12345678" replaces at least
    BACK_POINTERS_MAX = 2048, // a map has at most 1020 properties, each one step
    LEARN_FROM = 8,           // levels of a prototype chain that are worth remembering
};

struct lookup {
    const struct v8 *v8;
    const struct v8_object *object; // NULL: of the shape
    struct v8_object map;
    const struct v8_well_known *known;
    bool by_object;
    char *buffer;
    size_t capacity;
};

// --- from the map --------------------------------------------------------------------------------

// Of a text too long for the buffer: an ellipsis and a hash in the place of its end, so that two
// names that begin alike stay two.
static void mark_cut(const struct lookup *lookup, const struct v8_string *string, size_t used)
{
    uint64_t hash = 0;
    size_t at = used < CUT_MARK ? 0 : used - CUT_MARK;
    while (at > 0 && (lookup->buffer[at] & 0xc0) == 0x80)
        at--; // not within a character
    v8_string_hash(lookup->v8, string, &hash);
    snprintf(lookup->buffer + at, lookup->capacity - at, "\xe2\x80\xa6#%08x", (uint32_t)hash);
}

static bool take_text(const struct lookup *lookup, uint64_t text)
{
    struct v8_string string;
    uint32_t next;
    bool damaged;
    if (!v8_string_of(lookup->v8, text, &string))
        return false;
    size_t used =
        v8_string_utf8(lookup->v8, &string, 0, lookup->buffer, lookup->capacity, &next, &damaged);
    if (next < string.length && !damaged)
        mark_cut(lookup, &string, used);
    return true;
}

// The function that made objects of this map, following the shapes it grew from. In a Tuple2 with
// the prototype when that is no object (src/objects/map.h GetConstructor).
static bool constructor_of_map(const struct lookup *lookup, struct v8_object *ret)
{
    *ret = lookup->map;
    for (int i = 0; i < BACK_POINTERS_MAX && ret->shape.type == ITYPE_MAP; i++)
        if (!v8_object_of(lookup->v8, v8_word(ret, MAP_CONSTRUCTOR), ret))
            return false;
    return ret->shape.type != ITYPE_TUPLE2 ||
           v8_object_of(lookup->v8, v8_word(ret, TUPLE_FIRST), ret);
}

static bool shared_of(const struct lookup *lookup, const struct v8_object *function,
                      struct v8_object *ret)
{
    const struct v8 *v8 = lookup->v8;
    return itype_is_js_function(&v8->types, function->shape.number) &&
           v8_object_of(v8, v8_word(function, v8->layout->function_shared), ret);
}

// --- the prototype chain -------------------------------------------------------------------------

enum found {
    FOUND_NOTHING, // or an accessor, which is passed over
    FOUND_DATA,
    FOUND_PROXY, // the lookup ends here without a value
};

static enum found data_of(const struct lookup *lookup, const struct v8_object *holder,
                          uint64_t name, const char *text, uint64_t *value)
{
    struct v8_property property;
    if (holder->shape.type == ITYPE_JS_PROXY)
        return FOUND_PROXY;
    bool found = name != 0
                     ? v8_property_find(lookup->v8, holder, name, &property)
                     : v8_property_find_text(lookup->v8, holder, text, text[0] == 'S', &property);
    if (!found || property.accessor)
        return FOUND_NOTHING;
    *value = property.raw_double ? 0 : property.value;
    return FOUND_DATA;
}

static enum found tag_of(const struct lookup *lookup, const struct v8_object *holder,
                         uint64_t *value)
{
    return data_of(lookup, holder, lookup->known->to_string_tag, "Symbol.toStringTag", value);
}

static enum found constructor_of(const struct lookup *lookup, const struct v8_object *holder,
                                 uint64_t *value)
{
    return data_of(lookup, holder, lookup->known->constructor, "constructor", value);
}

static bool take_constructor(const struct lookup *lookup, uint64_t word);

// The tag if it is a string, else the constructor if it has a name.
static enum found tag_or_constructor_of(const struct lookup *lookup,
                                        const struct v8_object *holder, uint64_t *value)
{
    if (tag_of(lookup, holder, value) == FOUND_DATA && take_text(lookup, *value))
        return FOUND_DATA;
    if (constructor_of(lookup, holder, value) == FOUND_DATA && take_constructor(lookup, *value))
        return FOUND_DATA;
    return FOUND_NOTHING;
}

static enum found name_of(const struct lookup *lookup, const struct v8_object *holder,
                          uint64_t *value)
{
    return data_of(lookup, holder, lookup->known->name, "name", value);
}

// Does a map say that its objects may have an own tag? `*value`: the same one for all of them.
static bool may_be_tagged(const struct lookup *lookup, uint64_t *value)
{
    uint32_t bits = v8_u32(&lookup->map, MAP_BIT_FIELD3);
    struct v8_property property;
    *value = 0;
    if ((bits & INTERESTING_SYMBOLS) == 0)
        return false;
    if ((bits & DICTIONARY_MAP) != 0 || lookup->known->to_string_tag == 0)
        return true;
    if (!v8_shape_property_find(lookup->v8, lookup->map.address, lookup->known->to_string_tag,
                                &property) ||
        property.accessor)
        return false;
    if (property.place == PROPERTY_IN_DESCRIPTOR)
        *value = property.value;
    return true;
}

// The receiver's own tag. Without a receiver, what its map knows of one.
static enum found own_tag(struct lookup *lookup, uint64_t *value)
{
    if (!may_be_tagged(lookup, value))
        return FOUND_NOTHING;
    if (*value != 0)
        return FOUND_DATA;
    lookup->by_object = true;
    return lookup->object != NULL ? tag_of(lookup, lookup->object, value) : FOUND_NOTHING;
}

static bool prototype_of(const struct lookup *lookup, const struct v8_object *map,
                         struct v8_object *ret)
{
    return v8_object_of(lookup->v8, v8_word(map, MAP_PROTOTYPE), ret) &&
           itype_is_js_receiver(&lookup->v8->types, ret->shape.number);
}

static bool next_on_chain(const struct lookup *lookup, struct v8_object *holder)
{
    struct v8_object map;
    return v8_object_at(lookup->v8, holder->shape.map, &map) && prototype_of(lookup, &map, holder);
}

// Is a chain a circle, by damage? The object at a power of two of its steps is compared with those
// behind it.
static bool comes_again(uint64_t steps, uint64_t address, uint64_t *before)
{
    if (address == *before)
        return true;
    if ((steps & (steps - 1)) == 0)
        *before = address;
    return false;
}

// What a search that begins at `holder` finds on the chain: a word, 0 for nothing. V8 sets no limit
// to the length of chains.
static uint64_t search_chain(const struct lookup *lookup, struct v8_object holder,
                             enum chain_search search)
{
    static enum found (*const get[])(const struct lookup *, const struct v8_object *, uint64_t *) = {
        [CHAIN_TAG] = tag_of, [CHAIN_CONSTRUCTOR] = constructor_of, [CHAIN_NAME] = name_of,
        [CHAIN_BY_LEVEL] = tag_or_constructor_of,
    };
    struct chain_memo *memo = lookup->v8->chain_memo;
    struct v8_object first = holder;
    uint64_t value = 0, found = 0, levels = 0, before = 0;
    bool more = itype_is_js_receiver(&lookup->v8->types, holder.shape.number);
    while (more && !chain_memo_know(memo, search, holder.address, &found)) {
        enum found how = get[search](lookup, &holder, &value);
        if (how == FOUND_DATA)
            found = value;
        more = how == FOUND_NOTHING && !comes_again(++levels, holder.address, &before) &&
               next_on_chain(lookup, &holder);
    }
    for (holder = first; levels >= LEARN_FROM && levels > 0; levels--) {
        chain_memo_learn(memo, search, holder.address, found);
        if (!next_on_chain(lookup, &holder))
            break;
    }
    return found;
}

// --- functions -----------------------------------------------------------------------------------

// JSFunction::GetDebugName (V8 14, src/objects/js-function.cc): a string as the property "name",
// unless that still is the accessor that all functions begin with.
static bool own_function_name(const struct lookup *lookup, const struct v8_object *function,
                              uint64_t *ret)
{
    struct v8_property property;
    struct v8_string string;
    if (!lookup->v8->layout->naming.own_function_name ||
        (v8_shape_property_find(lookup->v8, function->shape.map, lookup->known->name, &property) &&
         property.accessor))
        return false;
    *ret = search_chain(lookup, *function, CHAIN_NAME);
    return v8_string_of(lookup->v8, *ret, &string);
}

// A function's name, unless it has none or says nothing.
static bool function_name(const struct lookup *lookup, const struct v8_object *function)
{
    struct v8_object shared;
    struct v8_string string;
    uint64_t name;
    if (!shared_of(lookup, function, &shared))
        return false;
    if (!own_function_name(lookup, function, &name))
        name = v8_function_debug_name(lookup->v8, &shared);
    return v8_string_of(lookup->v8, name, &string) && string.length > 0 &&
           !v8_string_equals(lookup->v8, name, "Object") && take_text(lookup, name);
}

static bool name_of_map_constructor(const struct lookup *lookup)
{
    struct v8_object function;
    if ((v8_u8(&lookup->map, MAP_BIT_FIELD2) & NEW_TARGET_IS_BASE) == 0 ||
        (v8_u32(&lookup->map, MAP_BIT_FIELD3) & PROTOTYPE_MAP) != 0 ||
        !constructor_of_map(lookup, &function))
        return false;
    return function_name(lookup, &function);
}

static bool take_constructor(const struct lookup *lookup, uint64_t word)
{
    struct v8_object function;
    return v8_object_of(lookup->v8, word, &function) && function_name(lookup, &function);
}

static bool name_by_level(struct lookup *lookup)
{
    struct v8_object prototype;
    uint64_t value;
    if (own_tag(lookup, &value) == FOUND_DATA && take_text(lookup, value))
        return true;
    if (!prototype_of(lookup, &lookup->map, &prototype))
        return false;
    value = search_chain(lookup, prototype, CHAIN_BY_LEVEL);
    return take_text(lookup, value) || take_constructor(lookup, value);
}

static bool name_by_property(struct lookup *lookup)
{
    struct v8_object prototype;
    uint64_t value = 0;
    enum found own = own_tag(lookup, &value);
    bool more = prototype_of(lookup, &lookup->map, &prototype);
    if (own != FOUND_DATA)
        value = more ? search_chain(lookup, prototype, CHAIN_TAG) : 0;
    if (take_text(lookup, value))
        return true;
    return more && take_constructor(lookup, search_chain(lookup, prototype, CHAIN_CONSTRUCTOR));
}

// --- by kind: JSReceiver::class_name -------------------------------------------------------------

static const struct {
    enum itype type;
    const char *name;
} kinds[] = {
    {ITYPE_JS_ARGUMENTS_OBJECT, "Arguments"},
    {ITYPE_JS_ARRAY, "Array"},
    {ITYPE_JS_ARRAY_BUFFER, "ArrayBuffer"},
    {ITYPE_JS_ARRAY_ITERATOR, "Array Iterator"},
    {ITYPE_JS_DATE, "Date"},
    {ITYPE_JS_ERROR, "Error"},
    {ITYPE_JS_GENERATOR_OBJECT, "Generator"},
    {ITYPE_JS_ASYNC_FUNCTION_OBJECT, "Generator"},
    {ITYPE_JS_ASYNC_GENERATOR_OBJECT, "Generator"},
    {ITYPE_JS_MAP, "Map"},
    {ITYPE_JS_MAP_KEY_ITERATOR, "Map Iterator"},
    {ITYPE_JS_MAP_KEY_VALUE_ITERATOR, "Map Iterator"},
    {ITYPE_JS_MAP_VALUE_ITERATOR, "Map Iterator"},
    {ITYPE_JS_SET, "Set"},
    {ITYPE_JS_SET_KEY_VALUE_ITERATOR, "Set Iterator"},
    {ITYPE_JS_SET_VALUE_ITERATOR, "Set Iterator"},
    {ITYPE_JS_WEAK_MAP, "WeakMap"},
    {ITYPE_JS_WEAK_SET, "WeakSet"},
    {ITYPE_JS_GLOBAL_PROXY, "global"},
    {ITYPE_JS_WRAPPED_FUNCTION, "Function"},
};

static const char *const typed_old[] = {"Uint8",        "Int8",      "Uint16",  "Int16",
                                        "Uint32",       "Int32",     "Float32", "Float64",
                                        "Uint8Clamped", "BigUint64", "BigInt64"};
static const char *const typed_new[] = {"Uint8",        "Int8",    "Uint16",    "Int16",
                                        "Uint32",       "Int32",   "BigUint64", "BigInt64",
                                        "Uint8Clamped", "Float32", "Float64",   "Float16"};

enum { TYPED_AFTER_DICTIONARY = 5 }; // kinds of arguments and string wrappers are between

// Typed arrays, by elements kind (src/objects/elements-kind.h); those over resizable buffers follow
// in the same order. NULL: not one.
static const char *typed_array(const struct lookup *lookup)
{
    const struct layout *layout = lookup->v8->layout;
    unsigned kind = (v8_u8(&lookup->map, MAP_BIT_FIELD2) & layout->elements_kind_mask) >>
                    layout->elements_kind_shift;
    unsigned first = layout->elements_dictionary + TYPED_AFTER_DICTIONARY;
    size_t count = layout->typed_bigint_early ? sizeof typed_new / sizeof *typed_new
                                              : sizeof typed_old / sizeof *typed_old;
    if (kind < first || kind - first >= 2 * count)
        return NULL;
    return (layout->typed_bigint_early ? typed_new : typed_old)[(kind - first) % count];
}

static const char *kind_of_primitive(const struct lookup *lookup, uint64_t word)
{
    struct v8_object value;
    if (v8_is_smi(word))
        return "Number";
    if (!v8_object_of(lookup->v8, word, &value))
        return "Object";
    if (itype_is_string(&lookup->v8->types, value.shape.number))
        return "String";
    switch (value.shape.type) {
    case ITYPE_HEAP_NUMBER:
        return "Number";
    case ITYPE_SYMBOL:
        return "Symbol";
    case ITYPE_BIG_INT_BASE:
        return "BigInt";
    case ITYPE_ODDBALL:
        return "Boolean";
    case ITYPE_SCRIPT:
        return "Script";
    default:
        return "Object";
    }
}

static void name_of_kind(struct lookup *lookup, const struct v8_shape *shape)
{
    const char *name = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].type == shape->type)
            name = kinds[i].name;
    if (shape->type == ITYPE_JS_GLOBAL_PROXY && lookup->v8->layout->naming.marks_globals)
        name = "Object"; // as the object behind it
    if (shape->type == ITYPE_JS_PRIMITIVE_WRAPPER) {
        lookup->by_object = true;
        name = lookup->object == NULL
                   ? "Object"
                   : kind_of_primitive(lookup, v8_word(lookup->object, WRAPPER_VALUE));
    }
    const char *typed = shape->type == ITYPE_JS_TYPED_ARRAY ? typed_array(lookup) : NULL;
    if (typed != NULL)
        snprintf(lookup->buffer, lookup->capacity, "%sArray", typed);
    else
        snprintf(lookup->buffer, lookup->capacity, "%s", name != NULL ? name : "Object");
}

// What V8 14's snapshots add to the names of global objects and their proxies.
static void mark_global(struct lookup *lookup, const struct v8_shape *shape)
{
    const char *mark = shape->type == ITYPE_JS_GLOBAL_OBJECT  ? " (global*)"
                       : shape->type == ITYPE_JS_GLOBAL_PROXY ? " (global)"
                                                              : "";
    size_t used = strlen(lookup->buffer);
    if (lookup->v8->layout->naming.marks_globals)
        snprintf(lookup->buffer + used, lookup->capacity - used, "%s", mark);
}

bool v8_constructor_name(const struct v8 *v8, const struct v8_shape *shape,
                         const struct v8_object *object, char *buffer, size_t capacity)
{
    struct lookup lookup = {.v8 = v8,
                            .object = object,
                            .buffer = buffer,
                            .capacity = capacity,
                            .known = v8_well_known_of(v8, shape->map)};
    if (!v8_object_at(v8, shape->map, &lookup.map)) {
        snprintf(buffer, capacity, "Object");
        return false;
    }
    if (name_of_map_constructor(&lookup))
        return false;
    bool named = v8->layout->naming.by_level ? name_by_level(&lookup) : name_by_property(&lookup);
    if (!named)
        name_of_kind(&lookup, shape);
    mark_global(&lookup, shape);
    return lookup.by_object;
}

bool v8_prototype_name(const struct v8 *v8, const struct v8_shape *shape, char *buffer,
                       size_t capacity)
{
    struct lookup lookup = {.v8 = v8, .buffer = buffer, .capacity = capacity,
                            .known = v8_well_known_of(v8, shape->map)};
    struct v8_object prototype;
    uint64_t value;
    return v8_object_at(v8, shape->map, &lookup.map) &&
           (v8_u32(&lookup.map, MAP_BIT_FIELD3) & PROTOTYPE_MAP) == 0 &&
           prototype_of(&lookup, &lookup.map, &prototype) &&
           constructor_of(&lookup, &prototype, &value) == FOUND_DATA &&
           take_constructor(&lookup, value);
}

bool v8_constructor_may_vary(const struct v8 *v8, const struct v8_shape *shape)
{
    struct lookup lookup = {.v8 = v8, .known = v8_well_known_of(v8, shape->map)};
    uint64_t value;
    return v8_object_at(v8, shape->map, &lookup.map) &&
           (shape->type == ITYPE_JS_PRIMITIVE_WRAPPER ||
            (may_be_tagged(&lookup, &value) && value == 0));
}
