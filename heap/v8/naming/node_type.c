#include "heap/v8/naming/node_type.h"

enum {
    SYMBOL_FLAGS = 12, // src/objects/name.h
};

// What is no JavaScript object, string, symbol or number, by line of V8 (the columns of
// instance_types.def):
//
//   a  array       FixedArray and what the line derives from it (InstanceTypeChecker::IsFixedArray)
//   c  code        from 10.2 also what surrounds code: GetSystemEntryType
//   s  shape       from 11.3: maps and what describes them; maps of the read-only space are hidden
//   o  object      "system / Context"
//   .  hidden
static const struct {
    enum itype type;
    char lines[LAYOUT_LINES + 1];
} system_types[] = {
    {ITYPE_FIXED_ARRAY, "aaaaaaaa"},
    {ITYPE_HASH_TABLE, "aaaaaaaa"},
    {ITYPE_EPHEMERON_HASH_TABLE, "aaaaaaaa"},
    {ITYPE_GLOBAL_DICTIONARY, "aaaaaaaa"},
    {ITYPE_NAME_DICTIONARY, "aaaaaaaa"},
    {ITYPE_NAME_TO_INDEX_HASH_TABLE, "aaaaaaaa"},
    {ITYPE_NUMBER_DICTIONARY, "aaaaaaaa"},
    {ITYPE_ORDERED_HASH_MAP, "aaaaaaaa"},
    {ITYPE_ORDERED_HASH_SET, "aaaaaaaa"},
    {ITYPE_ORDERED_NAME_DICTIONARY, "aaaaaaaa"},
    {ITYPE_REGISTERED_SYMBOL_TABLE, "aaaaaaaa"},
    {ITYPE_SIMPLE_NAME_DICTIONARY, "aaaaaaaa"},
    {ITYPE_SIMPLE_NUMBER_DICTIONARY, "aaaaaaaa"},
    {ITYPE_STRING_TABLE, "aaaaaaaa"},
    {ITYPE_FIXED_DOUBLE_ARRAY, "aaaaaaaa"},
    {ITYPE_BYTE_ARRAY, "aaaaaaaa"},
    {ITYPE_SCRIPT_CONTEXT_TABLE, "aaaaa..."},
    {ITYPE_OBJECT_BOILERPLATE_DESCRIPTION, "aaaccccc"},
    {ITYPE_CLOSURE_FEEDBACK_CELL_ARRAY, "aaaccccc"},
    {ITYPE_SCOPE_INFO, "aa.ccccc"},

    {ITYPE_CODE, "cccccccc"},
    {ITYPE_SHARED_FUNCTION_INFO, "cccccccc"},
    {ITYPE_SCRIPT, "cccccccc"},
    {ITYPE_INSTRUCTION_STREAM, "....cccc"},
    {ITYPE_CODE_DATA_CONTAINER, "...c...."},
    {ITYPE_ALLOCATION_SITE, "...ccccc"},
    {ITYPE_ARRAY_BOILERPLATE_DESCRIPTION, "...ccccc"},
    {ITYPE_BYTECODE_ARRAY, "...ccccc"},
    {ITYPE_BYTECODE_WRAPPER, "......cc"},
    {ITYPE_CODE_WRAPPER, "......cc"},
    {ITYPE_FEEDBACK_CELL, "...ccccc"},
    {ITYPE_FEEDBACK_METADATA, "...ccccc"},
    {ITYPE_FEEDBACK_VECTOR, "...ccccc"},
    {ITYPE_INTERPRETER_DATA, "...ccccc"},
    {ITYPE_LOAD_HANDLER, "...ccccc"},
    {ITYPE_STORE_HANDLER, "...ccccc"},
    {ITYPE_PREPARSE_DATA, "...ccccc"},
    {ITYPE_REG_EXP_BOILERPLATE_DESCRIPTION, "...ccccc"},
    {ITYPE_TEMPLATE_OBJECT_DESCRIPTION, "...ccccc"},
    {ITYPE_TURBOFAN_BITSET_TYPE, "...ccccc"},
    {ITYPE_TURBOFAN_HEAP_CONSTANT_TYPE, "...ccccc"},
    {ITYPE_TURBOFAN_OTHER_NUMBER_CONSTANT_TYPE, "...ccccc"},
    {ITYPE_TURBOFAN_RANGE_TYPE, "...ccccc"},
    {ITYPE_TURBOFAN_UNION_TYPE, "...ccccc"},
    {ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA, "...ccccc"},
    {ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA_AND_JOB, "...ccccc"},
    {ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA, "...ccccc"},
    {ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA_WITH_JOB, "...ccccc"},

    {ITYPE_MAP, "....ssss"},
    {ITYPE_DESCRIPTOR_ARRAY, "....ssss"},
    {ITYPE_STRONG_DESCRIPTOR_ARRAY, "....ssss"},
    {ITYPE_TRANSITION_ARRAY, "....ssss"},
    {ITYPE_PROTOTYPE_INFO, "....ssss"},
    {ITYPE_ENUM_CACHE, "....ssss"},

    {ITYPE_AWAIT_CONTEXT, "oooooooo"},
    {ITYPE_BLOCK_CONTEXT, "oooooooo"},
    {ITYPE_CATCH_CONTEXT, "oooooooo"},
    {ITYPE_DEBUG_EVALUATE_CONTEXT, "oooooooo"},
    {ITYPE_EVAL_CONTEXT, "oooooooo"},
    {ITYPE_FUNCTION_CONTEXT, "oooooooo"},
    {ITYPE_MODULE_CONTEXT, "oooooooo"},
    {ITYPE_SCRIPT_CONTEXT, "oooooooo"},
    {ITYPE_WITH_CONTEXT, "oooooooo"},
    {ITYPE_WASM_STRUCT, "....oooo"},
    {ITYPE_WASM_ARRAY, "....oooo"},
};

static enum node_type type_of_letter(char letter)
{
    return letter == 'a'   ? NODE_ARRAY
           : letter == 'c' ? NODE_CODE
           : letter == 's' ? NODE_OBJECT_SHAPE
           : letter == 'o' ? NODE_OBJECT
                           : NODE_HIDDEN;
}

static enum node_type type_of_system(const struct v8 *v8, uint16_t type)
{
    if (type == ITYPE_UNKNOWN && v8->foreign)
        return NODE_UNKNOWN;
    for (size_t i = 0; i < sizeof system_types / sizeof *system_types; i++)
        if (system_types[i].type == type)
            return type_of_letter(system_types[i].lines[v8->line]);
    return NODE_HIDDEN;
}

static enum node_type type_of_string(uint16_t number)
{
    int kind = number & 7; // representation bits
    return kind == 1 ? NODE_CONS_STRING : kind == 3 ? NODE_SLICED_STRING : NODE_STRING;
}

static enum node_type type_of_object(const struct v8 *v8, const struct v8_shape *shape)
{
    if (itype_is_js_function(&v8->types, shape->number) || shape->type == ITYPE_JS_BOUND_FUNCTION)
        return NODE_CLOSURE;
    return shape->type == ITYPE_JS_REG_EXP ? NODE_REGEXP : NODE_OBJECT;
}

enum node_type v8_node_type(const struct v8 *v8, const struct v8_shape *shape, bool *by_object)
{
    *by_object = false;
    if (itype_is_string(&v8->types, shape->number))
        return type_of_string(shape->number);
    if (shape->number >= v8->types.first_js_object)
        return type_of_object(v8, shape);
    enum node_type type = shape->type == ITYPE_HEAP_NUMBER    ? NODE_HEAP_NUMBER
                          : shape->type == ITYPE_BIG_INT_BASE ? NODE_BIGINT
                          : shape->type == ITYPE_SYMBOL       ? NODE_SYMBOL
                                                              : type_of_system(v8, shape->type);
    *by_object = type == NODE_SYMBOL || (shape->type == ITYPE_MAP && type != NODE_HIDDEN);
    return type;
}

// Private symbols and the maps of V8's own objects are hidden.
enum node_type v8_node_type_of(const struct v8 *v8, const struct v8_object *object)
{
    bool by_object;
    enum node_type type = v8_node_type(v8, &object->shape, &by_object);
    if (type == NODE_SYMBOL &&
        (v8_u32(object, SYMBOL_FLAGS) & v8->layout->symbol_private_mask) != 0)
        return NODE_HIDDEN;
    if (type == NODE_OBJECT_SHAPE && by_object) {
        const struct v8_page *page = v8_page_at(v8, object->address);
        return page != NULL && page->kind == SPACE_READ_ONLY ? NODE_HIDDEN : type;
    }
    return type;
}

const char *node_type_group(enum node_type type)
{
    static const char *const groups[] = {
        [NODE_HIDDEN] = "(system)",
        [NODE_ARRAY] = "(array)",
        [NODE_STRING] = "(string)",
        [NODE_CODE] = "(compiled code)",
        [NODE_CLOSURE] = "(closure)",
        [NODE_REGEXP] = "(regexp)",
        [NODE_HEAP_NUMBER] = "(number)",
        [NODE_SYNTHETIC] = "(synthetic)",
        [NODE_CONS_STRING] = "(concatenated string)",
        [NODE_SLICED_STRING] = "(sliced string)",
        [NODE_SYMBOL] = "(symbol)",
        [NODE_BIGINT] = "(bigint)",
        [NODE_OBJECT_SHAPE] = "(object shape)",
        [NODE_UNKNOWN] = "(unknown)",
    };
    return (size_t)type < sizeof groups / sizeof *groups ? groups[type] : NULL;
}
