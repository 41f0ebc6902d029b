#include "heap/graph/edges/edge_name.h"

#include "heap/v8/decode/preview.h"
#include "heap/v8/function/scope.h"
#include "heap/v8/object/slot_names.h"
#include "heap/v8/value/properties.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    OWNERS_LOOK = 64,  // referrers of a store that are looked at for its owner
    KEY_TEXT = 64,     // bytes of an entry's key
};

enum { // words of stores: src/objects/fixed-array.h, hash-table.h, ordered-hash-table.h
    ARRAY_FIRST = 2,
    DICTIONARY_FIRST = 5, // behind length, elements, deleted, capacity
    GLOBAL_PREFIX = 2,
    NUMBER_PREFIX = 1,
    ORDERED_BUCKETS = 4,
    ORDERED_FIRST = 5,
    TABLE_WORD = 3,       // of a collection
    CELL_NAME = 8,
    CELL_VALUE_WORD = 3,
};

// --- owners --------------------------------------------------------------------------------------

static bool is_collection(enum itype type)
{
    return type == ITYPE_JS_MAP || type == ITYPE_JS_SET || type == ITYPE_JS_WEAK_MAP ||
           type == ITYPE_JS_WEAK_SET;
}

static bool is_table(enum itype type)
{
    return type == ITYPE_ORDERED_HASH_MAP || type == ITYPE_ORDERED_HASH_SET ||
           type == ITYPE_EPHEMERON_HASH_TABLE;
}

bool edge_is_property_store(enum itype type)
{
    switch (type) {
    case ITYPE_FIXED_ARRAY:
    case ITYPE_PROPERTY_ARRAY:
    case ITYPE_NAME_DICTIONARY:
    case ITYPE_GLOBAL_DICTIONARY:
    case ITYPE_NUMBER_DICTIONARY:
    case ITYPE_PROPERTY_CELL:
        return true;
    default:
        return false;
    }
}

static bool may_be_store(enum itype type)
{
    return edge_is_property_store(type) || is_table(type);
}

enum store_role edge_store_role(const struct edge_namer *namer, const struct v8_object *source,
                                const struct v8_object *store)
{
    enum itype type = (enum itype)source->shape.type;
    if (is_table((enum itype)store->shape.type))
        return is_collection(type) && v8_untag(v8_word(source, 8 * TABLE_WORD)) == store->address
                   ? STORE_TABLE
                   : STORE_NONE;
    if (store->shape.type == ITYPE_PROPERTY_CELL)
        return type == ITYPE_GLOBAL_DICTIONARY ? STORE_CELL : STORE_NONE;
    if (!itype_is_js_receiver(&namer->v8->types, source->shape.number) || type == ITYPE_JS_PROXY)
        return STORE_NONE;
    if (v8_untag(v8_word(source, 8)) == store->address && v8_is_strong(v8_word(source, 8)))
        return STORE_PROPERTIES;
    return v8_untag(v8_word(source, 16)) == store->address ? STORE_ELEMENTS : STORE_NONE;
}

// The only referrer with a role. 0: none or several.
static uint64_t only_owner(const struct edge_namer *namer, const struct v8_object *store,
                           enum store_role *role)
{
    uint64_t count, owner = 0;
    uint32_t id = index_id(namer->edges->index, store->address);
    if (id == INDEX_NONE)
        return 0;
    const uint32_t *list = reverse_of(namer->reverse, id, &count);
    for (uint64_t i = 0; i < count && i < OWNERS_LOOK; i++) {
        struct v8_object source;
        if (!v8_object_at(namer->v8, edges_address(namer->edges, list[i]), &source))
            continue;
        enum store_role found = edge_store_role(namer, &source, store);
        if (found == STORE_NONE || source.address == owner)
            continue;
        if (owner != 0)
            return 0;
        owner = source.address;
        *role = found;
    }
    return count <= OWNERS_LOOK || *role == STORE_CELL ? owner : 0;
}

uint64_t edge_owner(const struct edge_namer *namer, const struct v8_object *store,
                    enum store_role *role)
{
    *role = STORE_NONE;
    if (namer->reverse == NULL || !may_be_store((enum itype)store->shape.type))
        return 0;
    uint64_t owner = only_owner(namer, store, role);
    if (owner == 0 || *role != STORE_CELL)
        return owner;
    struct v8_object dictionary; // of a global object
    enum store_role outer = STORE_NONE;
    owner = v8_object_at(namer->v8, owner, &dictionary) ? only_owner(namer, &dictionary, &outer)
                                                        : 0;
    return outer == STORE_PROPERTIES ? owner : 0;
}

// --- names ---------------------------------------------------------------------------------------

static enum itype type_at(const struct edge_namer *namer, uint64_t word)
{
    struct v8_object target;
    return v8_object_of(namer->v8, word, &target) ? (enum itype)target.shape.type : ITYPE_UNKNOWN;
}

static void set_name(struct edge_name *ret, enum edge_kind kind, const char *text)
{
    ret->kind = kind;
    snprintf(ret->text, sizeof ret->text, "%s", text);
}

static void set_number(struct edge_name *ret, enum edge_kind kind, const char *format,
                       uint64_t number)
{
    ret->kind = kind;
    ret->numbered = kind == EDGE_KIND_ELEMENT;
    // cppcheck-suppress wrongPrintfScanfArgNum ; it does not know PRIu64
    snprintf(ret->text, sizeof ret->text, format, number);
}

// False: that is no name (an unused entry of a dictionary).
static bool set_property(const struct edge_namer *namer, uint64_t name, struct edge_name *ret)
{
    ret->kind = EDGE_KIND_PROPERTY;
    return v8_property_name(namer->v8, name, ret->text, sizeof ret->text) != PROPERTY_BAD_NAME;
}

// The property that lies at an address, of a shape with descriptors.
static bool name_described(const struct edge_namer *namer, const struct v8_object *owner,
                           uint64_t slot, struct edge_name *ret)
{
    struct v8_properties properties;
    struct v8_property property;
    uint32_t cursor = 0;
    if (!v8_properties_open(namer->v8, owner, &properties) ||
        properties.store != PROPERTIES_DESCRIPTORS)
        return false;
    while (v8_properties_next(&properties, &cursor, &property))
        if (property.slot == slot && property.place != PROPERTY_IN_DESCRIPTOR)
            return set_property(namer, property.name, ret);
    return false;
}

// A word of a dictionary with {key, value, details}: the property's value, or a key.
static bool name_in_dictionary(const struct edge_namer *namer, const struct v8_object *store,
                               uint64_t word, struct edge_name *ret)
{
    bool numbers = store->shape.type == ITYPE_NUMBER_DICTIONARY;
    uint64_t first = DICTIONARY_FIRST +
                     (numbers ? NUMBER_PREFIX : namer->v8->layout->name_dictionary_prefix);
    if (word < first || (word - first) % 3 != 1)
        return false;
    uint64_t key = v8_word(store, 8 * (word - 1));
    if (!numbers) {
        bool named = set_property(namer, key, ret);
        if (type_at(namer, v8_word(store, 8 * word)) == ITYPE_ACCESSOR_INFO)
            ret->kind = EDGE_KIND_ACCESSOR; // in C++: what it is like is V8's business
        return named;
    }
    struct v8_what what;
    v8_word_what(namer->v8, key, &what);
    if (what.kind != KIND_NUMBER || what.number < 0 || what.number > UINT32_MAX)
        return false;
    set_number(ret, EDGE_KIND_ELEMENT, "[%" PRIu64 "]", (uint64_t)what.number);
    return true;
}

static void name_entry(const struct edge_namer *namer, uint64_t key, struct edge_name *ret)
{
    char text[KEY_TEXT];
    struct print out;
    struct v8_value value = v8_tagged(key);
    print_begin(&out, text, sizeof text);
    v8_preview(namer->v8, &value, false, &out);
    ret->kind = EDGE_KIND_ENTRY;
    ret->numbered = true;
    snprintf(ret->text, sizeof ret->text, "[%s]", text);
}

static bool name_in_table(const struct edge_namer *namer, const struct v8_object *table,
                          uint64_t word, struct edge_name *ret)
{
    uint64_t first = ORDERED_FIRST, unit = 2;
    bool ephemerons = table->shape.type == ITYPE_EPHEMERON_HASH_TABLE;
    if (!ephemerons) {
        first += (uint32_t)v8_smi(v8_word(table, 8 * ORDERED_BUCKETS));
        unit = table->shape.type == ITYPE_ORDERED_HASH_MAP ? 3 : 2;
    }
    if (word < first)
        return false;
    uint64_t part = (word - first) % unit;
    if (part == 0) {
        set_name(ret, ephemerons ? EDGE_KIND_WEAK : EDGE_KIND_ENTRY,
                 table->shape.type == ITYPE_ORDERED_HASH_SET ? "entry" : "key");
        return true;
    }
    if (part != 1 || table->shape.type == ITYPE_ORDERED_HASH_SET)
        return false; // the chain
    name_entry(namer, v8_word(table, 8 * (word - 1)), ret);
    return true;
}

static bool name_in_store(const struct edge_namer *namer, const struct v8_object *store,
                          uint64_t word, enum store_role role, uint64_t address,
                          struct edge_name *ret)
{
    struct v8_object owner;
    enum itype type = (enum itype)store->shape.type;
    if (word == 0 || !v8_object_at(namer->v8, address, &owner))
        return false;
    if (role == STORE_TABLE)
        return name_in_table(namer, store, word, ret);
    if (role == STORE_CELL)
        return word == CELL_VALUE_WORD && set_property(namer, v8_word(store, CELL_NAME), ret);
    if (type == ITYPE_NAME_DICTIONARY || type == ITYPE_NUMBER_DICTIONARY)
        return name_in_dictionary(namer, store, word, ret);
    if (type == ITYPE_PROPERTY_ARRAY)
        return name_described(namer, &owner, store->address + 8 * word, ret);
    if (role != STORE_ELEMENTS || type != ITYPE_FIXED_ARRAY || word < ARRAY_FIRST)
        return false;
    set_number(ret, EDGE_KIND_ELEMENT, "[%" PRIu64 "]", word - ARRAY_FIRST);
    return true;
}

static bool name_variable(const struct edge_namer *namer, const struct v8_object *context,
                          uint64_t word, struct edge_name *ret)
{
    struct v8_scope scope;
    struct v8_scope_local local;
    if (!v8_scope_at(namer->v8, context->address, &scope) || scope.global || !scope.has_info ||
        8 * word < scope.first)
        return false;
    uint64_t index = (8 * word - scope.first) / 8;
    if (index >= scope.info.locals ||
        !v8_scope_info_local(namer->v8, &scope.info, (uint32_t)index, NULL, &local) ||
        local.name == 0)
        return false;
    bool named = set_property(namer, local.name, ret);
    ret->kind = EDGE_KIND_VARIABLE;
    return named;
}

// A word of an array or context that no name is known of: its position.
static void name_position(const struct edge_namer *namer, const struct v8_object *source,
                          uint64_t word, struct edge_name *ret)
{
    uint64_t first = ARRAY_FIRST;
    switch ((enum itype)source->shape.type) {
    case ITYPE_DESCRIPTOR_ARRAY:
        first = namer->v8->layout->descriptors_header / 8;
        break;
    case ITYPE_WEAK_ARRAY_LIST:
    case ITYPE_ARRAY_LIST:
        first = 3;
        break;
    default:
        if (source->shape.fixed_size != 0) {
            set_number(ret, EDGE_KIND_HIDDEN, "+%" PRIu64, 8 * word);
            return;
        }
    }
    if (word < first)
        set_number(ret, EDGE_KIND_HIDDEN, "+%" PRIu64, 8 * word);
    else
        set_number(ret, EDGE_KIND_INTERNAL, "%" PRIu64, word - first);
}

static void name_own(const struct edge_namer *namer, const struct v8_object *source, uint64_t word,
                     uint64_t value, struct edge_name *ret)
{
    bool receiver = itype_is_js_receiver(&namer->v8->types, source->shape.number);
    if (receiver && word >= 3 && name_described(namer, source, source->address + 8 * word, ret))
        return;
    if (itype_is_context(&namer->v8->types, source->shape.number) && word >= 4 &&
        name_variable(namer, source, word, ret))
        return;
    const char *name = v8_slot_name(namer->v8, &source->shape, word, type_at(namer, value));
    if (name != NULL)
        set_name(ret, strcmp(name, "prototype") == 0 && receiver ? EDGE_KIND_PROPERTY
                                                                 : EDGE_KIND_INTERNAL, name);
    else
        name_position(namer, source, word, ret);
}

void edge_name_in(const struct edge_namer *namer, const struct v8_object *source, uint64_t word,
                  uint64_t value, enum store_role role, uint64_t owner, struct edge_name *ret)
{
    *ret = (struct edge_name){.from = owner};
    if (role == STORE_NONE || !name_in_store(namer, source, word, role, owner, ret)) {
        ret->from = source->address;
        name_own(namer, source, word, value, ret);
    }
    if (v8_is_weak(value))
        ret->kind = EDGE_KIND_WEAK;
}

void edge_name(const struct edge_namer *namer, const struct v8_object *source, uint64_t word,
               uint64_t value, bool owners, struct edge_name *ret)
{
    enum store_role role = STORE_NONE;
    uint64_t owner = owners ? edge_owner(namer, source, &role) : 0;
    edge_name_in(namer, source, word, value, owner != 0 ? role : STORE_NONE, owner, ret);
}

const char *edge_kind_name(enum edge_kind kind)
{
    static const char *const names[EDGE_KIND_COUNT] = {
        [EDGE_KIND_PROPERTY] = "property", [EDGE_KIND_ELEMENT] = "element",
        [EDGE_KIND_ENTRY] = "entry",       [EDGE_KIND_VARIABLE] = "variable",
        [EDGE_KIND_ACCESSOR] = "accessor", [EDGE_KIND_INTERNAL] = "internal",
        [EDGE_KIND_HIDDEN] = "hidden",     [EDGE_KIND_WEAK] = "weak",
    };
    return names[kind];
}
