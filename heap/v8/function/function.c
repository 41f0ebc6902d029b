#include "heap/v8/function/function.h"

#include "heap/v8/string/string.h"
#include "heap/v8/value/properties.h"

#include <stdio.h>

enum {
    UNCOMPILED_INFERRED_NAME = 8, // src/objects/shared-function-info.tq
    UNCOMPILED_START = 16,
    UNCOMPILED_END = 20,
    BOUND_TARGET = 24,            // src/objects/js-function.tq JSBoundFunction
    BOUND_MAX = 4096,             // bound functions bound again; more is taken for a cycle
    CLASS_POSITIONS_START = 8,    // src/objects/class... ClassPositions
    CLASS_POSITIONS_END = 16,
    FLAG_STRICT = 1 << 6,
    FLAG_KIND = LAYOUT_FUNCTION_KINDS - 1,
    SYNTAX_SHIFT = 7,
    SYNTAX_MASK = 7,
    TOKEN_TOO_FAR = 0xffff,
};

// --- parts of a definition -----------------------------------------------------------------------

static enum function_state state_of_data(enum itype type)
{
    switch (type) {
    case ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA:
    case ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA_AND_JOB:
    case ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA:
    case ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA_WITH_JOB:
        return FUNCTION_LAZY;
    case ITYPE_BYTECODE_ARRAY:
    case ITYPE_INTERPRETER_DATA:
    case ITYPE_BASELINE_DATA:
    case ITYPE_CODE:
    case ITYPE_CODE_DATA_CONTAINER:
        return FUNCTION_COMPILED;
    case ITYPE_FUNCTION_TEMPLATE_INFO:
        return FUNCTION_API;
    case ITYPE_WASM_FUNCTION_DATA:
    case ITYPE_WASM_CAPI_FUNCTION_DATA:
    case ITYPE_WASM_EXPORTED_FUNCTION_DATA:
    case ITYPE_WASM_JS_FUNCTION_DATA:
    case ITYPE_ASM_WASM_DATA:
        return FUNCTION_WASM;
    default:
        return FUNCTION_STATE_UNKNOWN;
    }
}

// Function data is one word up to 12.4; then one for data in trusted space and one for the rest,
// and the one not used is a Smi.
static void read_data(const struct v8 *v8, struct v8_function *function, struct v8_object *data)
{
    uint64_t words[2] = {v8_word(&function->object, v8->layout->sfi_data), 0};
    if (v8->layout->sfi_untrusted_data != 0)
        words[1] = v8_word(&function->object, v8->layout->sfi_untrusted_data);
    data->size = 0;
    for (int i = 0; i < 2; i++) {
        if (v8_is_strong(words[i]) && v8_object_of(v8, words[i], data)) {
            function->state = state_of_data((enum itype)data->shape.type);
            return;
        }
    }
    data->size = 0;
    uint64_t number = v8->layout->sfi_untrusted_data != 0 ? words[1] : words[0];
    if (v8_is_smi(number)) {
        function->state = FUNCTION_BUILTIN;
        function->builtin = v8_smi(number);
    }
}

static uint64_t text_or_none(const struct v8 *v8, uint64_t word)
{
    struct v8_string string;
    return v8_string_of(v8, word, &string) && string.length > 0 ? word : 0;
}

static void read_compiled(const struct v8 *v8, struct v8_function *function,
                          const struct v8_scope_info *info)
{
    function->scope_info = info->object.address + V8_TAG;
    function->name = text_or_none(v8, v8_scope_info_function_name(info));
    function->inferred_name = text_or_none(v8, info->inferred_name);
    function->start = info->start;
    function->end = info->end;
}

static void read_lazy(const struct v8 *v8, struct v8_function *function,
                      const struct v8_object *data)
{
    function->inferred_name = text_or_none(v8, v8_word(data, UNCOMPILED_INFERRED_NAME));
    function->start = (int32_t)v8_u32(data, UNCOMPILED_START);
    function->end = (int32_t)v8_u32(data, UNCOMPILED_END);
}

static void check_positions(struct v8_function *function, uint32_t token_offset)
{
    if (function->start < 0 || function->end < function->start) {
        function->start = function->end = function->first = FUNCTION_NOWHERE;
        return;
    }
    function->first = function->start;
    if (token_offset != TOKEN_TOO_FAR && (int64_t)token_offset <= function->start)
        function->first -= (int32_t)token_offset;
}

// The script, or a DebugInfo (once a breakpoint was set) that knows the script.
static uint64_t script_of(const struct v8 *v8, uint64_t word)
{
    struct v8_object object, inner;
    if (!v8_object_of(v8, word, &object))
        return 0;
    if (object.shape.type == ITYPE_SCRIPT)
        return word;
    if (object.shape.type != ITYPE_DEBUG_INFO)
        return 0;
    for (uint64_t at = 8; at < object.size; at += 8)
        if (v8_object_of(v8, v8_word(&object, at), &inner) && inner.shape.type == ITYPE_SCRIPT)
            return v8_word(&object, at);
    return 0;
}

bool v8_function_at(const struct v8 *v8, uint64_t address, struct v8_function *ret)
{
    const struct layout_function *layout = &layout_functions[v8->line];
    struct v8_scope_info info;
    struct v8_object data;
    memset(ret, 0, sizeof *ret);
    ret->start = ret->end = ret->first = FUNCTION_NOWHERE;
    ret->builtin = -1;
    if (!v8_object_at(v8, address, &ret->object) ||
        ret->object.shape.type != ITYPE_SHARED_FUNCTION_INFO)
        return false;
    uint32_t flags = v8_u32(&ret->object, layout->flags);
    ret->kind = (enum function_kind)layout->kinds[flags & FLAG_KIND];
    ret->syntax = (enum function_syntax)(flags >> SYNTAX_SHIFT & SYNTAX_MASK);
    ret->strict = (flags & FLAG_STRICT) != 0;
    ret->literal_id = (int32_t)v8_u32(&ret->object, layout->literal_id);
    ret->script = script_of(v8, v8_word(&ret->object, v8->layout->sfi_script));
    read_data(v8, ret, &data);
    uint64_t name = v8_word(&ret->object, v8->layout->sfi_name);
    if (v8_scope_info_of(v8, name, &info))
        read_compiled(v8, ret, &info);
    else
        ret->name = text_or_none(v8, name);
    if (ret->state == FUNCTION_LAZY && ret->scope_info == 0)
        read_lazy(v8, ret, &data);
    ret->top_level = ret->script != 0 && ret->literal_id == 0;
    check_positions(ret, v8_u16(&ret->object, layout->token_offset));
    return true;
}

// --- closures ------------------------------------------------------------------------------------

uint64_t v8_bound_target(const struct v8 *v8, const struct v8_object *object)
{
    struct v8_object at = *object;
    for (int i = 0; i < BOUND_MAX && at.shape.type == ITYPE_JS_BOUND_FUNCTION; i++) {
        if (!v8_object_of(v8, v8_word(&at, BOUND_TARGET), &at))
            return 0;
    }
    return at.shape.type == ITYPE_JS_BOUND_FUNCTION ? 0 : at.address;
}

bool v8_function_of(const struct v8 *v8, const struct v8_object *object, uint64_t *closure,
                    struct v8_function *ret)
{
    struct v8_object at = *object, shared;
    if (at.shape.type == ITYPE_JS_BOUND_FUNCTION &&
        !v8_object_at(v8, v8_bound_target(v8, object), &at))
        return false;
    if (!itype_is_js_function(&v8->types, at.shape.number) ||
        !v8_object_of(v8, v8_word(&at, v8->layout->function_shared), &shared) ||
        !v8_function_at(v8, shared.address, ret))
        return false;
    if (closure != NULL)
        *closure = at.address;
    return true;
}

bool v8_function_name(const struct v8 *v8, const struct v8_function *function, char *buffer,
                      size_t capacity)
{
    uint64_t name = function->name != 0 ? function->name : function->inferred_name;
    if (name != 0 && v8_string_short(v8, name, buffer, capacity))
        return true;
    snprintf(buffer, capacity, "(anonymous)");
    return false;
}

// --- source --------------------------------------------------------------------------------------

// Where a class stands is kept in a private property of its constructor, whose own positions are
// those of the method `constructor` (src/objects/js-function.cc JSFunction::ToString).
static bool class_extent(const struct v8 *v8, uint64_t closure, uint32_t *first, uint32_t *end)
{
    struct v8_properties properties;
    struct v8_property property;
    struct v8_object object, positions;
    uint32_t cursor = 0;
    if (!v8_object_at(v8, closure, &object) || !v8_properties_open(v8, &object, &properties))
        return false;
    while (v8_properties_next(&properties, &cursor, &property)) {
        if (property.raw_double || !v8_object_of(v8, property.value, &positions) ||
            positions.shape.type != ITYPE_CLASS_POSITIONS)
            continue;
        int32_t from = v8_smi(v8_word(&positions, CLASS_POSITIONS_START));
        int32_t to = v8_smi(v8_word(&positions, CLASS_POSITIONS_END));
        if (from < 0 || to < from)
            return false;
        *first = (uint32_t)from;
        *end = (uint32_t)to;
        return true;
    }
    return false;
}

bool v8_function_extent(const struct v8 *v8, const struct v8_function *function, uint64_t closure,
                        uint32_t *first, uint32_t *end)
{
    if (function->script == 0 || function->first < 0)
        return false;
    if (function_kind_is_class(function->kind) && class_extent(v8, closure, first, end))
        return true;
    *first = (uint32_t)function->first;
    *end = (uint32_t)function->end;
    return true;
}

// --- words ---------------------------------------------------------------------------------------

const char *function_kind_name(enum function_kind kind)
{
    static const char *const names[FUNCTION_KIND_COUNT] = {
        [FUNCTION_KIND_UNKNOWN] = "?",
        [FUNCTION_NORMAL] = "function",
        [FUNCTION_MODULE] = "module",
        [FUNCTION_ASYNC_MODULE] = "async module",
        [FUNCTION_CONSTRUCTOR] = "class constructor",
        [FUNCTION_DEFAULT_CONSTRUCTOR] = "class constructor",
        [FUNCTION_DERIVED_CONSTRUCTOR] = "derived class constructor",
        [FUNCTION_DEFAULT_DERIVED_CONSTRUCTOR] = "derived class constructor",
        [FUNCTION_GETTER] = "getter",
        [FUNCTION_SETTER] = "setter",
        [FUNCTION_ARROW] = "arrow function",
        [FUNCTION_ASYNC_ARROW] = "async arrow function",
        [FUNCTION_ASYNC] = "async function",
        [FUNCTION_ASYNC_METHOD] = "async method",
        [FUNCTION_ASYNC_GENERATOR_METHOD] = "async generator method",
        [FUNCTION_ASYNC_GENERATOR] = "async generator function",
        [FUNCTION_GENERATOR] = "generator function",
        [FUNCTION_GENERATOR_METHOD] = "generator method",
        [FUNCTION_METHOD] = "method",
        [FUNCTION_MEMBERS_INITIALIZER] = "class fields initializer",
        [FUNCTION_STATIC_INITIALIZER] = "class static initializer",
    };
    return names[(size_t)kind < FUNCTION_KIND_COUNT ? kind : FUNCTION_KIND_UNKNOWN];
}

const char *function_state_name(enum function_state state)
{
    static const char *const names[FUNCTION_STATE_COUNT] = {
        [FUNCTION_STATE_UNKNOWN] = "?", [FUNCTION_LAZY] = "lazy",
        [FUNCTION_COMPILED] = "compiled", [FUNCTION_BUILTIN] = "builtin",
        [FUNCTION_API] = "native", [FUNCTION_WASM] = "wasm",
    };
    return names[(size_t)state < FUNCTION_STATE_COUNT ? state : FUNCTION_STATE_UNKNOWN];
}
