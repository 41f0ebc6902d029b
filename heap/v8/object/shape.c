#include "heap/v8/object/shape.h"

#include <string.h>

enum { // src/objects/map.h; the same in all supported versions
    MAP_SIZE_IN_WORDS = 8,
    MAP_INOBJECT_START = 9,
    MAP_INSTANCE_TYPE = 12,
    SCOPE_LEAST = 32, // bytes of a ScopeInfo without any variables
};

// While a full collection moves objects, maps move too: where one was, the address of its copy is.
static uint64_t moved_map(const struct v8 *v8, uint64_t map)
{
    uint64_t word;
    if ((map & 7) == 0 && v8_page_at(v8, map) != NULL && memory_u64(v8->memory, map, &word) &&
        word != 0 && (word & 7) == 0)
        return word;
    return map;
}

static bool is_meta_map(const struct v8 *v8, uint64_t word)
{
    uint16_t number;
    return (word & V8_TAG_MASK) == V8_TAG && v8_page_at(v8, word - V8_TAG) != NULL &&
           memory_u16(v8->memory, moved_map(v8, word - V8_TAG) + MAP_INSTANCE_TYPE, &number) &&
           number == v8->types.number[ITYPE_MAP];
}

static bool is_map(const struct v8 *v8, uint64_t map)
{
    uint64_t meta, meta_meta;
    return (map & 7) == 0 && v8_page_at(v8, map) != NULL && memory_u64(v8->memory, map, &meta) &&
           is_meta_map(v8, meta) &&
           memory_u64(v8->memory, moved_map(v8, meta - V8_TAG), &meta_meta) &&
           is_meta_map(v8, meta_meta);
}

// Wasm objects keep their size in the map's bytes that JavaScript objects use for something else
// (WasmStruct::GcSafeSize, WasmArray::SizeFor in src/wasm/wasm-objects-inl.h).
static void wasm_size(struct v8_shape *shape, const uint8_t header[16])
{
    if (shape->type == ITYPE_WASM_STRUCT)
        shape->fixed_size = 8u * (header[MAP_SIZE_IN_WORDS] | header[MAP_INOBJECT_START] << 8);
    else if (shape->type == ITYPE_WASM_ARRAY)
        shape->rule = (struct size_rule){.kind = SIZE_COUNTED, .header = 24, .at = 16, .align = 8,
                                         .unit = header[MAP_SIZE_IN_WORDS], .mask = UINT32_MAX};
}

static const struct size_rule *rule_of(const struct size_rules *rules,
                                       const struct v8_shape *shape)
{
    if (rules->by_number != NULL && shape->number < ITYPE_NUMBER_MAX &&
        rules->by_number[shape->number].kind != SIZE_UNKNOWN)
        return &rules->by_number[shape->number];
    return &rules->by_type[shape->type];
}

bool v8_shape_read(const struct v8 *v8, uint64_t map, struct v8_shape *ret)
{
    uint8_t header[16];
    map = moved_map(v8, map);
    if (!is_map(v8, map) || memory_read(v8->memory, map, header, sizeof header, NULL) != MEM_OK)
        return false;
    memset(ret, 0, sizeof *ret);
    ret->map = map;
    memcpy(&ret->number, header + MAP_INSTANCE_TYPE, sizeof ret->number);
    ret->type = (uint16_t)itype_of(&v8->types, ret->number);
    if (ret->type == ITYPE_WASM_STRUCT || ret->type == ITYPE_WASM_ARRAY) {
        wasm_size(ret, header);
        return true;
    }
    ret->fixed_size = 8u * header[MAP_SIZE_IN_WORDS];
    if (ret->fixed_size == 0)
        ret->rule = *rule_of(&v8->size_rules, ret);
    return true;
}

// V8 11.3: an InstructionStream's size is in its Code object (src/objects/instruction-stream.h,
// code.h: instruction_size and metadata_size).
static uint64_t size_by_code(const struct v8 *v8, const uint8_t *object, uint64_t available)
{
    uint64_t code;
    uint32_t instructions, metadata;
    if (available < 16)
        return 0;
    memcpy(&code, object + 8, sizeof code);
    if ((code & V8_TAG_MASK) != V8_TAG || v8_page_at(v8, code - V8_TAG) == NULL ||
        !memory_u32(v8->memory, code - V8_TAG + 0x38, &instructions) ||
        !memory_u32(v8->memory, code - V8_TAG + 0x3c, &metadata))
        return 0;
    return (16 + (uint64_t)instructions + metadata + 63) & ~63ull;
}

static uint64_t counted(const struct size_rule *rule, const uint8_t *object)
{
    uint32_t word;
    memcpy(&word, object + rule->at, sizeof word);
    uint64_t size = rule->header + rule->unit * (uint64_t)(word >> rule->shift & rule->mask);
    return (size + rule->align - 1) & ~((uint64_t)rule->align - 1);
}

static uint64_t summed(const struct size_rule *rule, const uint8_t *object)
{
    uint32_t counts[2];
    memcpy(counts, object + rule->at, sizeof counts);
    uint64_t size = rule->header + (uint64_t)counts[0] + counts[1];
    return (size + rule->align - 1) & ~((uint64_t)rule->align - 1);
}

uint64_t v8_object_size(const struct v8 *v8, const struct v8_shape *shape, const uint8_t *object,
                        uint64_t available)
{
    uint64_t size = shape->fixed_size;
    const struct size_rule *rule = &shape->rule;
    if (size == 0 && rule->kind == SIZE_COUNTED && available >= rule->at + 4u)
        size = counted(rule, object);
    else if (size == 0 && rule->kind == SIZE_COMPUTED && available >= 64)
        size = rule->compute(object, available);
    else if (size == 0 && rule->kind == SIZE_COMPUTED) {
        uint8_t copy[64] = {0}; // near the end of the page: the fields that tell may be cut off
        memcpy(copy, object, available);
        size = rule->compute(copy, sizeof copy);
    } else if (size == 0 && rule->kind == SIZE_BY_CODE)
        size = size_by_code(v8, object, available);
    else if (size == 0 && rule->kind == SIZE_SUM && available >= rule->at + 8u)
        size = summed(rule, object);
    else if (size == 0 && rule->kind == SIZE_SCOPE && available >= SCOPE_LEAST)
        size = size_of_scope(object, available, rule->mask);
    return size <= available ? size : 0;
}
