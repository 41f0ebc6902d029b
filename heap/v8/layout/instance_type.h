// V8's instance types: one canonical enum for all versions, and the numbers of each.
//
// A map carries a 16-bit instance type number whose meaning changes from V8 line to V8 line. The
// rest of the engine speaks the canonical enum; this is the only place that knows numbers.
#ifndef DUMPDIVE_HEAP_V8_LAYOUT_INSTANCE_TYPE_H
#define DUMPDIVE_HEAP_V8_LAYOUT_INSTANCE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum itype {
    ITYPE_UNKNOWN, // a number that no table and no symbol of this version names
#define X(name, ...) ITYPE_##name,
#include "heap/v8/layout/instance_types.def"
#undef X
    ITYPE_COUNT
};

enum {
    ITYPE_NUMBER_MAX = 4096, // numbers above are API object types (16-bit), all alike
    ITYPE_NO_NUMBER = 0xffff,
};

// Where a number came from.
enum itype_source {
    ITYPE_FROM_NOWHERE,
    ITYPE_FROM_TABLE,    // the table of this line
    ITYPE_FROM_SYMBOL,   // v8dbg_type_* of the executable
    ITYPE_FROM_ORDER,    // inferred: its neighbours in the order of types moved alike
    ITYPE_FROM_MAPS,     // inferred: its maps look like those of the type in another line
};

struct itype_map {
    uint16_t number[ITYPE_COUNT];         // ITYPE_NO_NUMBER: none in this version
    uint8_t source[ITYPE_COUNT];          // enum itype_source
    uint16_t type[ITYPE_NUMBER_MAX];      // number → enum itype
    uint16_t first_nonstring;             // numbers below are strings
    uint16_t first_js_object;             // numbers from here on are JSObjects
    uint16_t first_js_receiver;           // proxies and special objects included
    uint16_t first_js_function, last_js_function;
    uint16_t first_context, last_context;
};

// V8's name without "_TYPE": "FIXED_ARRAY". "?" for ITYPE_UNKNOWN.
const char *itype_name(enum itype type);

// Fill `map` with the table of a line (index into layouts, see layout.h).
void itype_map_init(struct itype_map *map, size_t line);

// Record that a symbol gives `number` to the type named by v8dbg ("FIXED_ARRAY"). Unknown names
// are ignored. Call for all symbols, then itype_map_finish.
void itype_map_symbol(struct itype_map *map, const char *name, uint16_t number);

// Index by number, when all numbers are known that will be.
void itype_map_finish(struct itype_map *map);

static inline enum itype itype_of(const struct itype_map *map, uint16_t number)
{
    return number < ITYPE_NUMBER_MAX ? (enum itype)map->type[number] : ITYPE_UNKNOWN;
}

static inline bool itype_is_string(const struct itype_map *map, uint16_t number)
{
    return number < map->first_nonstring;
}

static inline bool itype_is_js_receiver(const struct itype_map *map, uint16_t number)
{
    return number >= map->first_js_receiver;
}

static inline bool itype_is_js_function(const struct itype_map *map, uint16_t number)
{
    return number >= map->first_js_function && number <= map->last_js_function;
}

static inline bool itype_is_context(const struct itype_map *map, uint16_t number)
{
    return number >= map->first_context && number <= map->last_context;
}

static inline bool itype_is_context_type(enum itype type)
{
    return type >= ITYPE_AWAIT_CONTEXT && type <= ITYPE_WITH_CONTEXT;
}

#endif
