#include "heap/v8/object/slot_names.h"

// Names of words in the lines from `first` to `last` (indexes of layouts).
struct name_row {
    enum itype type;
    uint8_t first, last;
    uint8_t word;
    const char *name;
};

enum { L7, L8, L9, L10, L11, L12, L13, L14, LAST = L14 };

static const struct name_row rows[] = {
    {ITYPE_JS_MAP, L7, LAST, 3, "table"},
    {ITYPE_JS_SET, L7, LAST, 3, "table"},
    {ITYPE_JS_WEAK_MAP, L7, LAST, 3, "table"},
    {ITYPE_JS_WEAK_SET, L7, LAST, 3, "table"},
    {ITYPE_JS_MAP_KEY_ITERATOR, L7, LAST, 3, "table"},
    {ITYPE_JS_MAP_VALUE_ITERATOR, L7, LAST, 3, "table"},
    {ITYPE_JS_MAP_KEY_VALUE_ITERATOR, L7, LAST, 3, "table"},
    {ITYPE_JS_SET_VALUE_ITERATOR, L7, LAST, 3, "table"},
    {ITYPE_JS_SET_KEY_VALUE_ITERATOR, L7, LAST, 3, "table"},
    {ITYPE_JS_BOUND_FUNCTION, L7, LAST, 3, "bound_function"},
    {ITYPE_JS_BOUND_FUNCTION, L7, LAST, 4, "bound_this"},
    {ITYPE_JS_BOUND_FUNCTION, L7, LAST, 5, "bindings"},
    {ITYPE_JS_PROMISE, L7, LAST, 3, "reactions_or_result"},
    {ITYPE_JS_WEAK_REF, L7, LAST, 3, "target"},
    {ITYPE_JS_TYPED_ARRAY, L7, L12, 3, "buffer"},
    {ITYPE_JS_TYPED_ARRAY, L13, LAST, 4, "buffer"},
    {ITYPE_JS_DATA_VIEW, L7, L12, 3, "buffer"},
    {ITYPE_JS_DATA_VIEW, L13, LAST, 4, "buffer"},
    {ITYPE_JS_GLOBAL_PROXY, L7, LAST, 3, "native_context"},
    {ITYPE_JS_GLOBAL_OBJECT, L7, L12, 3, "native_context"},
    {ITYPE_JS_GLOBAL_OBJECT, L7, L12, 4, "global_proxy"},
    {ITYPE_JS_GLOBAL_OBJECT, L13, LAST, 3, "global_proxy"},
    {ITYPE_JS_PROXY, L7, LAST, 2, "target"},
    {ITYPE_JS_PROXY, L7, LAST, 3, "handler"},
    {ITYPE_JS_REG_EXP, L7, LAST, 3, "data"},
    {ITYPE_JS_REG_EXP, L7, LAST, 4, "source"},
    {ITYPE_JS_PRIMITIVE_WRAPPER, L7, LAST, 3, "value"},
    {ITYPE_JS_ARRAY_ITERATOR, L7, LAST, 3, "iterated_object"},
    {ITYPE_JS_FINALIZATION_REGISTRY, L8, LAST, 3, "native_context"},
    {ITYPE_JS_FINALIZATION_REGISTRY, L8, LAST, 4, "cleanup"},
    {ITYPE_JS_FINALIZATION_REGISTRY, L8, LAST, 5, "active_cells"},
    {ITYPE_JS_FINALIZATION_REGISTRY, L8, LAST, 6, "cleared_cells"},
    {ITYPE_JS_FINALIZATION_REGISTRY, L8, LAST, 7, "key_map"},

    {ITYPE_MAP, L7, LAST, 3, "prototype"},
    {ITYPE_MAP, L7, LAST, 5, "descriptors"},
    {ITYPE_MAP, L7, L7, 6, "layout_descriptor"},
    {ITYPE_MAP, L7, L7, 7, "dependent_code"},
    {ITYPE_MAP, L7, L7, 8, "prototype_validity_cell"},
    {ITYPE_MAP, L8, LAST, 6, "dependent_code"},
    {ITYPE_MAP, L8, LAST, 7, "prototype_validity_cell"},
    {ITYPE_DESCRIPTOR_ARRAY, L7, L13, 2, "enum_cache"},
    {ITYPE_DESCRIPTOR_ARRAY, L14, LAST, 3, "enum_cache"},
    {ITYPE_ENUM_CACHE, L7, LAST, 1, "keys"},
    {ITYPE_ENUM_CACHE, L7, LAST, 2, "indices"},

    {ITYPE_SHARED_FUNCTION_INFO, L7, L12, 1, "function_data"},
    {ITYPE_SHARED_FUNCTION_INFO, L7, L12, 2, "name_or_scope_info"},
    {ITYPE_SHARED_FUNCTION_INFO, L7, L12, 3, "raw_outer_scope_info_or_feedback_metadata"},
    {ITYPE_SHARED_FUNCTION_INFO, L7, L11, 4, "script_or_debug_info"},
    {ITYPE_SHARED_FUNCTION_INFO, L12, L12, 4, "script"},
    {ITYPE_SHARED_FUNCTION_INFO, L13, LAST, 1, "trusted_function_data"},
    {ITYPE_SHARED_FUNCTION_INFO, L13, LAST, 2, "untrusted_function_data"},
    {ITYPE_SHARED_FUNCTION_INFO, L13, LAST, 3, "name_or_scope_info"},
    {ITYPE_SHARED_FUNCTION_INFO, L13, LAST, 4, "raw_outer_scope_info_or_feedback_metadata"},
    {ITYPE_SHARED_FUNCTION_INFO, L13, LAST, 5, "script"},
    {ITYPE_SCRIPT, L7, LAST, 1, "source"},
    {ITYPE_SCRIPT, L7, LAST, 2, "name"},
    {ITYPE_SCRIPT, L7, LAST, 5, "context_data"},
    {ITYPE_SCRIPT, L7, LAST, 7, "line_ends"},
    {ITYPE_SCRIPT, L7, LAST, 9, "eval_from_shared_or_wrapped_arguments"},
    {ITYPE_SCRIPT, L7, LAST, 11, "shared_function_infos"},
    {ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA, L7, LAST, 1, "inferred_name"},
    {ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA, L7, LAST, 1, "inferred_name"},
    {ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA, L7, LAST, 3, "preparse_data"},
    {ITYPE_BYTECODE_ARRAY, L7, L11, 2, "constant_pool"},
    {ITYPE_BYTECODE_ARRAY, L7, L11, 3, "handler_table"},
    {ITYPE_BYTECODE_ARRAY, L7, L11, 4, "source_position_table"},
    {ITYPE_BYTECODE_ARRAY, L12, LAST, 2, "wrapper"},
    {ITYPE_BYTECODE_ARRAY, L12, LAST, 3, "source_position_table"},
    {ITYPE_BYTECODE_ARRAY, L12, LAST, 4, "handler_table"},
    {ITYPE_BYTECODE_ARRAY, L12, LAST, 5, "constant_pool"},

    {ITYPE_CELL, L7, LAST, 1, "value"},
    {ITYPE_FEEDBACK_CELL, L7, LAST, 1, "value"},
    {ITYPE_CONTEXT_CELL, L14, LAST, 1, "value"},
    {ITYPE_PROPERTY_CELL, L7, LAST, 1, "name"},
    {ITYPE_PROPERTY_CELL, L7, LAST, 3, "value"},
    {ITYPE_PROPERTY_CELL, L7, LAST, 4, "dependent_code"},
    {ITYPE_ACCESSOR_PAIR, L7, LAST, 1, "getter"},
    {ITYPE_ACCESSOR_PAIR, L7, LAST, 2, "setter"},
    {ITYPE_ACCESSOR_INFO, L8, LAST, 1, "name"},
    {ITYPE_SYMBOL, L7, LAST, 2, "name"},
    {ITYPE_ALLOCATION_SITE, L7, LAST, 1, "transition_info"},
    {ITYPE_ALLOCATION_SITE, L7, LAST, 2, "nested_site"},
    {ITYPE_ALLOCATION_SITE, L7, LAST, 3, "dependent_code"},
    {ITYPE_ALLOCATION_SITE, L7, LAST, 5, "weak_next"},
    {ITYPE_WEAK_CELL, L7, LAST, 1, "finalization_registry"},
    {ITYPE_WEAK_CELL, L7, L13, 2, "target"},
    {ITYPE_WEAK_CELL, L7, L7, 3, "holdings"},
    {ITYPE_WEAK_CELL, L8, L13, 3, "unregister_token"},
    {ITYPE_WEAK_CELL, L8, L13, 4, "holdings"},
    {ITYPE_WEAK_CELL, L14, LAST, 2, "holdings"},
    {ITYPE_WEAK_CELL, L14, LAST, 3, "target"},
    {ITYPE_WEAK_CELL, L14, LAST, 4, "unregister_token"},
    {ITYPE_PROMISE_REACTION, L7, L11, 1, "next"},
    {ITYPE_PROMISE_REACTION, L7, L11, 2, "reject_handler"},
    {ITYPE_PROMISE_REACTION, L7, L11, 3, "fulfill_handler"},
    {ITYPE_PROMISE_REACTION, L7, L11, 4, "promise_or_capability"},
    {ITYPE_PROMISE_REACTION, L12, LAST, 2, "next"},
    {ITYPE_PROMISE_REACTION, L12, LAST, 3, "reject_handler"},
    {ITYPE_PROMISE_REACTION, L12, LAST, 4, "fulfill_handler"},
    {ITYPE_PROMISE_REACTION, L12, LAST, 5, "promise_or_capability"},
    {ITYPE_PROMISE_CAPABILITY, L7, LAST, 1, "promise"},
    {ITYPE_PROMISE_CAPABILITY, L7, LAST, 2, "resolve"},
    {ITYPE_PROMISE_CAPABILITY, L7, LAST, 3, "reject"},
    {ITYPE_CALL_SITE_INFO, L10, L11, 1, "receiver_or_instance"},
    {ITYPE_CALL_SITE_INFO, L10, L11, 2, "function"},
    {ITYPE_CALL_SITE_INFO, L10, L11, 3, "code_object"},
    {ITYPE_CALL_SITE_INFO, L12, LAST, 1, "code_object"},
    {ITYPE_CALL_SITE_INFO, L12, LAST, 2, "receiver_or_instance"},
    {ITYPE_CALL_SITE_INFO, L12, LAST, 3, "function"},
};

// Words that functions, generators, contexts and strings of all kinds have.
static const char *name_of_function(const struct v8 *v8, uint64_t word, enum itype target)
{
    static const char *const by_word[3][5] = {
        {"shared", "context", "feedback_cell", "code", "prototype"},
        {"code", "shared", "context", "feedback_cell", "prototype"},
    };
    size_t layout = v8->layout->function_shared == 24 ? 0 : 1;
    if (word == 7 && target == ITYPE_MAP)
        return "initial_map";
    return word >= 3 && word <= 7 ? by_word[layout][word - 3] : NULL;
}

static const char *name_of_generator(uint64_t word)
{
    switch (word) {
    case 3:
        return "function";
    case 4:
        return "context";
    case 5:
        return "receiver";
    case 6:
        return "input_or_debug_pos";
    case 9:
        return "parameters_and_registers";
    default:
        return NULL;
    }
}

static const char *name_of_map_word(const struct v8 *v8, uint64_t word, enum itype target)
{
    bool old = v8->layout->unboxed_doubles; // a layout descriptor comes before
    if (word == 4)
        return target == ITYPE_MAP               ? "back_pointer"
               : target == ITYPE_NATIVE_CONTEXT ? "native_context"
               : target == ITYPE_FUNCTION_TEMPLATE_INFO ? "constructor_function_data"
                                                        : "constructor";
    if (word == (old ? 9u : 8u))
        return target == ITYPE_TRANSITION_ARRAY ? "transitions"
               : target == ITYPE_PROTOTYPE_INFO ? "prototype_info"
                                                : "transition";
    return NULL;
}

static const char *name_of_string(const struct v8 *v8, uint16_t number, uint64_t word)
{
    static const char *const first[8] = {[1] = "first", [3] = "parent", [5] = "actual"};
    (void)v8;
    if (word == 2)
        return first[number & 7];
    return word == 3 && (number & 7) == 1 ? "second" : NULL;
}

static const char *name_of_context(const struct v8_shape *shape, uint64_t word)
{
    static const char *const names[] = {"scope_info", "previous", "extension"};
    if (shape->type == ITYPE_NATIVE_CONTEXT && word == 4)
        return "global_object";
    return word >= 2 && word <= 4 ? names[word - 2] : NULL;
}

static const char *name_by_row(const struct v8 *v8, enum itype type, uint64_t word)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].type == type && rows[i].word == word && v8->line >= rows[i].first &&
            v8->line <= rows[i].last)
            return rows[i].name;
    return NULL;
}

const char *v8_slot_name(const struct v8 *v8, const struct v8_shape *shape, uint64_t word,
                         enum itype target)
{
    const char *name = NULL;
    if (word == 0)
        return "map";
    if (itype_is_string(&v8->types, shape->number))
        return name_of_string(v8, shape->number, word);
    if (itype_is_context(&v8->types, shape->number))
        return name_of_context(shape, word);
    if (shape->type == ITYPE_MAP)
        name = name_of_map_word(v8, word, target);
    else if (itype_is_js_function(&v8->types, shape->number))
        name = name_of_function(v8, word, target);
    else if (shape->type == ITYPE_JS_GENERATOR_OBJECT ||
             shape->type == ITYPE_JS_ASYNC_FUNCTION_OBJECT ||
             shape->type == ITYPE_JS_ASYNC_GENERATOR_OBJECT)
        name = name_of_generator(word);
    if (name == NULL)
        name = name_by_row(v8, (enum itype)shape->type, word);
    if (name == NULL && itype_is_js_receiver(&v8->types, shape->number) && word <= 2)
        name = word == 1 ? "properties" : "elements";
    return name;
}
