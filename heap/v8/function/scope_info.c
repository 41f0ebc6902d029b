#include "heap/v8/function/scope_info.h"

#include <stdlib.h>

enum {
    FLAG_KIND = 15,              // scope type, the lowest four bits in all lines
    ALLOCATED_ON_STACK = 1,      // src/common/globals.h VariableAllocationInfo
    ALLOCATED_IN_CONTEXT = 2,
    RECEIVER_SHIFT = 7,
    FUNCTION_KIND_BEFORE_OUTER = 5, // the five bits of the function's kind end at `outer`
    MODE_MASK = 15,              // of the properties of a variable
    TABLE_CAPACITY = 32,         // NameToIndexHashTable: Smi capacity, a FixedArray's third element
    TABLE_ENTRIES = 40,
};

static bool bit(uint32_t flags, unsigned number)
{
    return number < LAYOUT_NO_BIT && (flags >> number & 1) != 0;
}

// A cursor over the parts. `at` may run beyond the object: that is checked at the end, and reads
// there give 0.
struct parts {
    const struct layout_scope *layout;
    const struct v8_object *object;
    struct v8_scope_info *info;
    uint64_t at;
};

static uint64_t take(struct parts *parts)
{
    uint64_t word = v8_word(parts->object, parts->at);
    parts->at += 8;
    return word;
}

static uint64_t take_if(struct parts *parts, unsigned flag)
{
    return bit(parts->info->flags, flag) ? take(parts) : 0;
}

static void take_names(struct parts *parts)
{
    struct v8_scope_info *info = parts->info;
    if (info->locals < parts->layout->inline_names) {
        info->names = (uint32_t)parts->at;
        parts->at += 8 * (uint64_t)info->locals;
    } else {
        info->table = take(parts);
    }
    info->infos = (uint32_t)parts->at;
    parts->at += 8 * (uint64_t)info->locals;
}

static void take_own_name(struct parts *parts)
{
    uint32_t allocated = parts->info->flags >> parts->layout->function_variable & 3;
    if (allocated == 0)
        return;
    parts->info->own_name = (uint32_t)parts->at;
    parts->info->own_name_in_context = allocated == ALLOCATED_IN_CONTEXT;
    parts->at += 16;
}

static void take_positions(struct parts *parts, unsigned number)
{
    uint32_t set = parts->layout->positioned;
    if (!parts->info->empty)
        set |= parts->layout->positioned_unless_empty;
    if ((set >> number & 1) == 0)
        return;
    parts->info->start = v8_smi(take(parts));
    parts->info->end = v8_smi(take(parts));
}

static uint32_t take_count(struct parts *parts)
{
    return (uint32_t)v8_smi(take(parts));
}

static void take_parts(struct parts *parts)
{
    const struct layout_scope *layout = parts->layout;
    struct v8_scope_info *info = parts->info;
    unsigned number = info->flags & FLAG_KIND;
    bool module = number == layout->module_number;
    if (module && layout->module_count_first)
        info->module_count = take_count(parts);
    take_names(parts);
    take_if(parts, layout->saved_class);
    uint32_t receiver = info->flags >> RECEIVER_SHIFT & 3;
    if (layout->receiver_slot &&
        (receiver == ALLOCATED_ON_STACK || receiver == ALLOCATED_IN_CONTEXT))
        take(parts);
    take_own_name(parts);
    info->inferred_name = take_if(parts, layout->inferred_name);
    take_positions(parts, number);
    info->outer = take_if(parts, layout->outer);
    take_if(parts, layout->block_list);
    if (module) {
        take(parts); // SourceTextModuleInfo
        if (!layout->module_count_first)
            info->module_count = take_count(parts);
        info->module_variables = (uint32_t)parts->at;
        parts->at += 24 * (uint64_t)info->module_count;
    }
    take_if(parts, layout->dependent_code);
    if (layout->parameter_bits && info->kind == SCOPE_FUNCTION)
        take(parts);
}

bool v8_scope_info_at(const struct v8 *v8, uint64_t address, struct v8_scope_info *ret)
{
    const struct layout_scope *layout = v8->scope;
    memset(ret, 0, sizeof *ret);
    ret->start = ret->end = SCOPE_NOWHERE;
    if (!v8_object_at(v8, address, &ret->object) || ret->object.shape.type != ITYPE_SCOPE_INFO)
        return false;
    ret->flags = v8_u32(&ret->object, layout->flags);
    ret->parameters = v8_u32(&ret->object, layout->parameters);
    ret->locals = v8_u32(&ret->object, layout->locals);
    ret->kind = (enum scope_kind)layout->kinds[ret->flags & FLAG_KIND];
    ret->empty = bit(ret->flags, layout->empty);
    ret->context_extension = layout->extension_always || bit(ret->flags, layout->extension);
    unsigned kind = ret->flags >> (layout->outer - FUNCTION_KIND_BEFORE_OUTER);
    ret->function_kind =
        (enum function_kind)layout_functions[v8->line].kinds[kind % LAYOUT_FUNCTION_KINDS];
    if (layout->positions != 0) {
        ret->start = v8_smi(v8_word(&ret->object, layout->positions));
        ret->end = v8_smi(v8_word(&ret->object, layout->positions + 8u));
    }
    if (ret->object.size <= layout->locals)
        return ret->object.size == 16; // 7.8 and 8.4: the empty ScopeInfo is an empty array
    struct parts parts = {.layout = layout, .object = &ret->object, .info = ret,
                          .at = layout->parts};
    take_parts(&parts);
    ret->size = (uint32_t)parts.at;
    return parts.at <= ret->object.size;
}

bool v8_scope_info_of(const struct v8 *v8, uint64_t tagged, struct v8_scope_info *ret)
{
    struct v8_object object;
    return v8_is_strong(tagged) && v8_object_of(v8, tagged, &object) &&
           v8_scope_info_at(v8, object.address, ret);
}

// --- variables -----------------------------------------------------------------------------------

static enum variable_mode mode_of(const struct v8 *v8, uint64_t properties)
{
    return (enum variable_mode)
        v8->scope->modes[(uint32_t)v8_smi(properties) & MODE_MASK];
}

// Entries of the table that fit into it.
static uint64_t table_open(const struct v8 *v8, uint64_t tagged, struct v8_object *ret)
{
    if (!v8_object_of(v8, tagged, ret) || ret->size < TABLE_ENTRIES)
        return 0;
    uint64_t capacity = (uint32_t)v8_smi(v8_word(ret, TABLE_CAPACITY));
    uint64_t fit = (ret->size - TABLE_ENTRIES) / 16;
    return capacity < fit ? capacity : fit;
}

// Entry `i`: a name and the number of its local. Unused entries hold something else.
static bool table_entry(const struct v8_object *table, uint64_t i, uint64_t *name, uint32_t *local)
{
    uint64_t number = v8_word(table, TABLE_ENTRIES + 16 * i + 8);
    *name = v8_word(table, TABLE_ENTRIES + 16 * i);
    *local = (uint32_t)v8_smi(number);
    return v8_is_smi(number) && v8_is_strong(*name);
}

static uint64_t name_in_table(const struct v8 *v8, uint64_t tagged, uint32_t index)
{
    struct v8_object table;
    uint64_t capacity = table_open(v8, tagged, &table), name;
    uint32_t local;
    for (uint64_t i = 0; i < capacity; i++)
        if (table_entry(&table, i, &name, &local) && local == index)
            return name;
    return 0;
}

uint64_t *v8_scope_info_names(const struct v8 *v8, const struct v8_scope_info *info)
{
    struct v8_object table;
    if (info->table == 0 || info->locals == 0)
        return NULL;
    uint64_t *names = calloc(info->locals, sizeof *names); // `locals` words fit into the object
    if (names == NULL)
        return NULL;
    uint64_t capacity = table_open(v8, info->table, &table), name;
    uint32_t local;
    for (uint64_t i = 0; i < capacity; i++)
        if (table_entry(&table, i, &name, &local) && local < info->locals)
            names[local] = name;
    return names;
}

bool v8_scope_info_local(const struct v8 *v8, const struct v8_scope_info *info, uint32_t index,
                         const uint64_t *names, struct v8_scope_local *ret)
{
    if (index >= info->locals)
        return false;
    *ret = (struct v8_scope_local){.slot = index};
    if (info->names != 0)
        ret->name = v8_word(&info->object, info->names + 8 * (uint64_t)index);
    else
        ret->name = names != NULL ? names[index] : name_in_table(v8, info->table, index);
    ret->mode = mode_of(v8, v8_word(&info->object, info->infos + 8 * (uint64_t)index));
    return true;
}

bool v8_scope_info_module(const struct v8 *v8, const struct v8_scope_info *info, uint32_t index,
                          struct v8_scope_local *ret)
{
    if (index >= info->module_count)
        return false;
    uint64_t at = info->module_variables + 24 * (uint64_t)index;
    *ret = (struct v8_scope_local){
        .name = v8_word(&info->object, at),
        .cell = v8_smi(v8_word(&info->object, at + 8)),
        .mode = mode_of(v8, v8_word(&info->object, at + 16)),
    };
    return true;
}

bool v8_scope_info_own_name(const struct v8_scope_info *info, uint64_t *name, int32_t *slot)
{
    if (info->own_name == 0)
        return false;
    *name = v8_word(&info->object, info->own_name);
    *slot = info->own_name_in_context ? v8_smi(v8_word(&info->object, info->own_name + 8)) : -1;
    return !v8_is_smi(*name);
}

uint64_t v8_scope_info_function_name(const struct v8_scope_info *info)
{
    uint64_t name = info->own_name != 0 ? v8_word(&info->object, info->own_name) : 0;
    return v8_is_smi(name) ? 0 : name;
}

// --- words ---------------------------------------------------------------------------------------

const char *scope_kind_name(enum scope_kind kind)
{
    static const char *const names[SCOPE_KIND_COUNT] = {
        [SCOPE_UNKNOWN] = "?", [SCOPE_CLASS] = "class", [SCOPE_EVAL] = "eval",
        [SCOPE_FUNCTION] = "function", [SCOPE_MODULE] = "module", [SCOPE_SCRIPT] = "script",
        [SCOPE_CATCH] = "catch", [SCOPE_BLOCK] = "block", [SCOPE_WITH] = "with",
        [SCOPE_SHADOW_REALM] = "realm",
    };
    return names[(size_t)kind < SCOPE_KIND_COUNT ? kind : SCOPE_UNKNOWN];
}

const char *variable_mode_name(enum variable_mode mode)
{
    static const char *const names[VARIABLE_MODE_COUNT] = {
        [VARIABLE_UNKNOWN] = "", [VARIABLE_LET] = "let", [VARIABLE_CONST] = "const",
        [VARIABLE_USING] = "using", [VARIABLE_AWAIT_USING] = "await using",
        [VARIABLE_VAR] = "var", [VARIABLE_DYNAMIC] = "dynamic",
        [VARIABLE_PRIVATE_METHOD] = "private method",
        [VARIABLE_PRIVATE_ACCESSOR] = "private accessor",
    };
    return names[(size_t)mode < VARIABLE_MODE_COUNT ? mode : VARIABLE_UNKNOWN];
}
