#include "heap/v8/layout/instance_type.h"

#include "heap/v8/layout/layout.h"

#include <stdlib.h>
#include <string.h>

#define NO ITYPE_NO_NUMBER

static const struct {
    const char *name;
    uint16_t number[LAYOUT_LINES];
} type_table[ITYPE_COUNT] = {
    [ITYPE_UNKNOWN] = {"?", {NO, NO, NO, NO, NO, NO, NO, NO}},
#define X(name, ...) [ITYPE_##name] = {#name, {__VA_ARGS__}},
#include "heap/v8/layout/instance_types.def"
#undef X
};

// v8dbg's names that are not those of the table.
static const struct {
    const char *symbol, *name;
} symbol_names[] = {
    {"STRING", "SEQ_TWO_BYTE_STRING"},
    {"ONE_BYTE_STRING", "SEQ_ONE_BYTE_STRING"},
    {"INTERNALIZED_STRING", "INTERNALIZED_TWO_BYTE_STRING"},
    {"ONE_BYTE_INTERNALIZED_STRING", "INTERNALIZED_ONE_BYTE_STRING"},
    {"JS_REGEXP", "JS_REG_EXP"},
    {"BIGINT", "BIG_INT_BASE"},
};

const char *itype_name(enum itype type)
{
    return (size_t)type < ITYPE_COUNT ? type_table[type].name : "?";
}

static uint16_t number_or(const struct itype_map *map, enum itype type, uint16_t fallback)
{
    return map->number[type] != NO ? map->number[type] : fallback;
}

static uint16_t smallest(const struct itype_map *map, const enum itype *types, size_t count)
{
    uint16_t least = NO;
    for (size_t i = 0; i < count; i++)
        if (map->number[types[i]] < least)
            least = map->number[types[i]];
    return least;
}

// Class boundaries (IsString, IsJSObject, ...) follow from the numbers of single types.
static void find_boundaries(struct itype_map *map)
{
    static const enum itype receivers[] = {ITYPE_JS_PROXY, ITYPE_JS_GLOBAL_OBJECT,
                                           ITYPE_JS_GLOBAL_PROXY, ITYPE_JS_MODULE_NAMESPACE,
                                           ITYPE_WASM_STRUCT, ITYPE_WASM_ARRAY};
    static const enum itype objects[] = {ITYPE_JS_GLOBAL_OBJECT, ITYPE_JS_GLOBAL_PROXY,
                                         ITYPE_JS_MODULE_NAMESPACE};
    map->first_nonstring = number_or(map, ITYPE_SYMBOL, 64);
    map->first_js_receiver = smallest(map, receivers, sizeof receivers / sizeof *receivers);
    map->first_js_object = smallest(map, objects, sizeof objects / sizeof *objects);
    map->first_js_function = number_or(map, ITYPE_JS_FUNCTION, NO);
    map->last_js_function = number_or(map, ITYPE_JS_FUNCTION, 0);
    if (map->number[ITYPE_JS_CLASS_CONSTRUCTOR] != NO)
        map->last_js_function = map->number[ITYPE_JS_CLASS_CONSTRUCTOR];
    else if (map->number[ITYPE_JS_REG_EXP_CONSTRUCTOR] != NO)
        map->last_js_function = map->number[ITYPE_JS_REG_EXP_CONSTRUCTOR];
    map->first_context = number_or(map, ITYPE_AWAIT_CONTEXT, NO);
    map->last_context = number_or(map, ITYPE_WITH_CONTEXT, 0);
}

static void index_by_number(struct itype_map *map)
{
    memset(map->type, 0, sizeof map->type);
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        if (map->number[type] < ITYPE_NUMBER_MAX)
            map->type[map->number[type]] = (uint16_t)type;
    find_boundaries(map);
}

void itype_map_init(struct itype_map *map, size_t line)
{
    memset(map, 0, sizeof *map);
    for (unsigned type = 0; type < ITYPE_COUNT; type++) {
        map->number[type] = type_table[type].number[line];
        map->source[type] = map->number[type] != NO ? ITYPE_FROM_TABLE : ITYPE_FROM_NOWHERE;
    }
    index_by_number(map);
}

static enum itype type_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof symbol_names / sizeof *symbol_names; i++)
        if (strcmp(symbol_names[i].symbol, name) == 0)
            name = symbol_names[i].name;
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        if (strcmp(type_table[type].name, name) == 0)
            return (enum itype)type;
    return ITYPE_UNKNOWN;
}

void itype_map_symbol(struct itype_map *map, const char *name, uint16_t number)
{
    enum itype type = type_by_name(name);
    if (type == ITYPE_UNKNOWN)
        return;
    map->number[type] = number;
    map->source[type] = ITYPE_FROM_SYMBOL;
}

void itype_map_finish(struct itype_map *map)
{
    index_by_number(map);
}
