#include "heap/v8/layout/layout_function.h"

// --- numbers to names ----------------------------------------------------------------------------

// src/objects/function-kind.h
static const uint8_t kinds_7_8[LAYOUT_FUNCTION_KINDS] = {
    FUNCTION_NORMAL, FUNCTION_MODULE, FUNCTION_CONSTRUCTOR, FUNCTION_DEFAULT_CONSTRUCTOR,
    FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR, FUNCTION_DERIVED_CONSTRUCTOR, FUNCTION_GETTER,
    FUNCTION_SETTER, FUNCTION_ARROW, FUNCTION_ASYNC_ARROW, FUNCTION_ASYNC, FUNCTION_ASYNC_METHOD,
    FUNCTION_ASYNC_GENERATOR_METHOD, FUNCTION_ASYNC_GENERATOR, FUNCTION_GENERATOR,
    FUNCTION_GENERATOR_METHOD, FUNCTION_METHOD, FUNCTION_MEMBERS_INITIALIZER,
};
static const uint8_t kinds_8_4[LAYOUT_FUNCTION_KINDS] = {
    FUNCTION_NORMAL, FUNCTION_MODULE, FUNCTION_ASYNC_MODULE, FUNCTION_CONSTRUCTOR,
    FUNCTION_DEFAULT_CONSTRUCTOR, FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR,
    FUNCTION_DERIVED_CONSTRUCTOR, FUNCTION_GETTER, FUNCTION_SETTER, FUNCTION_ARROW,
    FUNCTION_ASYNC_ARROW, FUNCTION_ASYNC, FUNCTION_ASYNC_METHOD, FUNCTION_ASYNC_GENERATOR_METHOD,
    FUNCTION_ASYNC_GENERATOR, FUNCTION_GENERATOR, FUNCTION_GENERATOR_METHOD, FUNCTION_METHOD,
    FUNCTION_MEMBERS_INITIALIZER,
};
static const uint8_t kinds_9_4[LAYOUT_FUNCTION_KINDS] = {
    FUNCTION_NORMAL, FUNCTION_MODULE, FUNCTION_ASYNC_MODULE, FUNCTION_CONSTRUCTOR,
    FUNCTION_DEFAULT_CONSTRUCTOR, FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR,
    FUNCTION_DERIVED_CONSTRUCTOR, FUNCTION_GETTER, FUNCTION_GETTER, FUNCTION_SETTER,
    FUNCTION_SETTER, FUNCTION_ARROW, FUNCTION_ASYNC_ARROW, FUNCTION_ASYNC, FUNCTION_ASYNC_METHOD,
    FUNCTION_ASYNC_METHOD, FUNCTION_ASYNC_GENERATOR_METHOD, FUNCTION_ASYNC_GENERATOR_METHOD,
    FUNCTION_ASYNC_GENERATOR, FUNCTION_GENERATOR, FUNCTION_GENERATOR_METHOD,
    FUNCTION_GENERATOR_METHOD, FUNCTION_METHOD, FUNCTION_METHOD, FUNCTION_MEMBERS_INITIALIZER,
    FUNCTION_STATIC_INITIALIZER,
};
// Initializers have two kinds each: whether the other one of the class stands before.
static const uint8_t kinds_14_6[LAYOUT_FUNCTION_KINDS] = {
    FUNCTION_NORMAL, FUNCTION_MODULE, FUNCTION_ASYNC_MODULE, FUNCTION_CONSTRUCTOR,
    FUNCTION_DEFAULT_CONSTRUCTOR, FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR,
    FUNCTION_DERIVED_CONSTRUCTOR, FUNCTION_GETTER, FUNCTION_GETTER, FUNCTION_SETTER,
    FUNCTION_SETTER, FUNCTION_ARROW, FUNCTION_ASYNC_ARROW, FUNCTION_ASYNC, FUNCTION_ASYNC_METHOD,
    FUNCTION_ASYNC_METHOD, FUNCTION_ASYNC_GENERATOR_METHOD, FUNCTION_ASYNC_GENERATOR_METHOD,
    FUNCTION_ASYNC_GENERATOR, FUNCTION_GENERATOR, FUNCTION_GENERATOR_METHOD,
    FUNCTION_GENERATOR_METHOD, FUNCTION_METHOD, FUNCTION_METHOD, FUNCTION_MEMBERS_INITIALIZER,
    FUNCTION_MEMBERS_INITIALIZER, FUNCTION_STATIC_INITIALIZER, FUNCTION_STATIC_INITIALIZER,
};

// src/common/globals.h ScopeType; the first number is that of the empty ScopeInfo, too.
static const uint8_t scopes_7_8[16] = {
    SCOPE_CLASS, SCOPE_EVAL, SCOPE_FUNCTION, SCOPE_MODULE, SCOPE_SCRIPT, SCOPE_CATCH, SCOPE_BLOCK,
    SCOPE_WITH, SCOPE_SHADOW_REALM,
};
static const uint8_t scopes_13_6[16] = {
    SCOPE_SCRIPT, SCOPE_SCRIPT, SCOPE_CLASS, SCOPE_EVAL, SCOPE_FUNCTION, SCOPE_MODULE, SCOPE_CATCH,
    SCOPE_BLOCK, SCOPE_WITH, SCOPE_SHADOW_REALM,
};

// src/common/globals.h VariableMode; temporary variables are never in a context.
static const uint8_t modes_7_8[16] = {
    VARIABLE_LET, VARIABLE_CONST, VARIABLE_VAR, VARIABLE_UNKNOWN, VARIABLE_DYNAMIC,
    VARIABLE_DYNAMIC, VARIABLE_DYNAMIC, VARIABLE_PRIVATE_METHOD, VARIABLE_PRIVATE_ACCESSOR,
    VARIABLE_PRIVATE_ACCESSOR, VARIABLE_PRIVATE_ACCESSOR,
};
static const uint8_t modes_12_4[16] = {
    VARIABLE_LET, VARIABLE_CONST, VARIABLE_USING, VARIABLE_VAR, VARIABLE_UNKNOWN, VARIABLE_DYNAMIC,
    VARIABLE_DYNAMIC, VARIABLE_DYNAMIC, VARIABLE_PRIVATE_METHOD, VARIABLE_PRIVATE_ACCESSOR,
    VARIABLE_PRIVATE_ACCESSOR, VARIABLE_PRIVATE_ACCESSOR,
};
static const uint8_t modes_13_6[16] = {
    VARIABLE_LET, VARIABLE_CONST, VARIABLE_USING, VARIABLE_AWAIT_USING, VARIABLE_VAR,
    VARIABLE_UNKNOWN, VARIABLE_DYNAMIC, VARIABLE_DYNAMIC, VARIABLE_DYNAMIC,
    VARIABLE_PRIVATE_METHOD, VARIABLE_PRIVATE_ACCESSOR, VARIABLE_PRIVATE_ACCESSOR,
    VARIABLE_PRIVATE_ACCESSOR,
};

// --- rows ----------------------------------------------------------------------------------------

#define FUNCTION_12(kinds_, token_)                                                                \
    {.token_offset = (token_), .flags = 48, .literal_id = 52, .kinds = (kinds_)}
#define FUNCTION_24(kinds_)                                                                        \
    {.token_offset = 52, .flags = 56, .literal_id = 60, .kinds = (kinds_)}

const struct layout_function layout_functions[LAYOUT_LINES] = {
    FUNCTION_12(kinds_7_8, 46), FUNCTION_12(kinds_8_4, 44), FUNCTION_12(kinds_9_4, 44),
    FUNCTION_12(kinds_9_4, 44), FUNCTION_12(kinds_9_4, 44), FUNCTION_12(kinds_9_4, 44),
    FUNCTION_24(kinds_9_4), FUNCTION_24(kinds_14_6),
};

const struct layout_script layout_scripts[LAYOUT_LINES] = {
    {.flags = 96, .source_url = 104}, {.flags = 96, .source_url = 104},
    {.flags = 96, .source_url = 104}, {.flags = 96, .source_url = 104},
    {.flags = 104, .source_url = 112}, {.flags = 104, .source_url = 112},
    {.flags = 104, .source_url = 112}, {.flags = 104, .source_url = 112},
};

enum { // sets of ScopeType numbers up to 12.4
    POSITIONED = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8, // eval, function, module, script, realm
    CLASS = 1 << 0,
};

const struct layout_scope layout_scopes[LAYOUT_LINES] = {
    { // 7.8: a FixedArray of Smis
        .flags = 20, .parameters = 28, .locals = 36, .parts = 40, .positioned = POSITIONED,
        .inline_names = UINT32_MAX, .module_number = 3, .receiver_slot = true,
        .saved_class = LAYOUT_NO_BIT, .function_variable = 11, .inferred_name = 13, .outer = 21,
        .extension = LAYOUT_NO_BIT, .block_list = LAYOUT_NO_BIT, .empty = LAYOUT_NO_BIT,
        .dependent_code = LAYOUT_NO_BIT, .kinds = scopes_7_8, .modes = modes_7_8,
        .extension_always = true,
    },
    { // 8.4
        .flags = 20, .parameters = 28, .locals = 36, .parts = 40, .positioned = POSITIONED,
        .inline_names = UINT32_MAX, .module_number = 3, .receiver_slot = true,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = 28, .empty = LAYOUT_NO_BIT,
        .dependent_code = LAYOUT_NO_BIT, .kinds = scopes_7_8, .modes = modes_7_8,
    },
    { // 9.4: an object of its own
        .flags = 12, .parameters = 20, .locals = 28, .parts = 32, .positioned = POSITIONED,
        .inline_names = UINT32_MAX, .module_number = 3, .receiver_slot = true,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = 28, .empty = 29,
        .dependent_code = LAYOUT_NO_BIT, .kinds = scopes_7_8, .modes = modes_7_8,
    },
    { // 10.2
        .flags = 12, .parameters = 20, .locals = 28, .parts = 32, .positioned = POSITIONED,
        .positioned_unless_empty = CLASS, .inline_names = 75, .module_number = 3,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = 28, .empty = 29,
        .dependent_code = LAYOUT_NO_BIT, .kinds = scopes_7_8, .modes = modes_7_8,
    },
    { // 11.3
        .flags = 12, .parameters = 20, .locals = 28, .parts = 32, .positioned = POSITIONED,
        .positioned_unless_empty = CLASS, .inline_names = 75, .module_number = 3,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = 28, .empty = 29,
        .dependent_code = LAYOUT_NO_BIT, .kinds = scopes_7_8, .modes = modes_7_8,
    },
    { // 12.4
        .flags = 12, .parameters = 20, .locals = 28, .parts = 32, .positioned = POSITIONED,
        .positioned_unless_empty = CLASS, .inline_names = 75, .module_number = 3,
        .module_count_first = true,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = 28, .empty = 29,
        .dependent_code = LAYOUT_NO_BIT, .kinds = scopes_7_8, .modes = modes_12_4,
    },
    { // 13.6
        .flags = 8, .parameters = 20, .locals = 28, .parts = 48, .positions = 32,
        .inline_names = 75, .module_number = 5, .module_count_first = true,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = LAYOUT_NO_BIT, .empty = 28,
        .dependent_code = 4, .kinds = scopes_13_6, .modes = modes_13_6,
    },
    { // 14.6
        .flags = 8, .parameters = 20, .locals = 28, .parts = 48, .positions = 32,
        .inline_names = 75, .module_number = 5, .module_count_first = true,
        .parameter_bits = true,
        .saved_class = 10, .function_variable = 12, .inferred_name = 14, .outer = 22,
        .extension = 26, .block_list = LAYOUT_NO_BIT, .empty = 28,
        .dependent_code = 4, .kinds = scopes_13_6, .modes = modes_13_6,
    },
};

const struct layout_module layout_modules[LAYOUT_LINES] = {
    {.exports = 56, .imports = 64}, {.exports = 56, .imports = 64},
    {.exports = 64, .imports = 72}, {.exports = 64, .imports = 72},
    {.exports = 64, .imports = 72}, {.exports = 64, .imports = 72},
    {.exports = 64, .imports = 72}, {.exports = 72, .imports = 80},
};
