// Functions as values: closures, classes, bound functions. Source and scopes are told elsewhere
// (function.h, script.h); here they are fields to follow.
#include "heap/v8/decode/decode.h"
#include "heap/v8/decode/decode_error.h"
#include "heap/v8/function/function.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/object/well_known.h"
#include "heap/v8/string/string.h"

#include <stdio.h>

enum { // src/objects/js-function.h, map.h
    FUNCTION_PROTOTYPE = 56, // a prototype, an initial map that has it, or the hole
    MAP_BIT_FIELD = 14,
    MAP_PROTOTYPE = 24,
    HAS_PROTOTYPE_SLOT = 0x80,
    WRAPPED_TARGET = 24,
    LENGTH_UNKNOWN = 0xffff, // until the function is compiled
};

static void open_function(struct v8_inspection *in)
{
    struct v8_function function;
    struct print out;
    if (v8_function_of(in->v8, &in->object, NULL, &function)) {
        print_begin(&out, in->text, sizeof in->text);
        if (function.start >= 0)
            decode_place(in->v8, &function, (uint32_t)function.start, &out);
        if (out.used == 0)
            print_text(&out, function_state_name(function.state));
        decode_slot(in, "[[FunctionLocation]]", v8_words(in->text), 0, FIELD_QUIET);
    }
    uint64_t context = in->v8->layout->function_context;
    decode_slot(in, "[[Scope]]", v8_tagged(v8_word(&in->object, context)),
                decode_slot_address(&in->object, context), FIELD_QUIET);
    decode_elements(in, UINT64_MAX);
}

static const char *word_of_kind(enum function_kind kind)
{
    switch (kind) {
    case FUNCTION_ASYNC_ARROW:
    case FUNCTION_ASYNC:
    case FUNCTION_ASYNC_METHOD:
        return "async function";
    case FUNCTION_ASYNC_GENERATOR:
    case FUNCTION_ASYNC_GENERATOR_METHOD:
        return "async function*";
    case FUNCTION_GENERATOR:
    case FUNCTION_GENERATOR_METHOD:
        return "function*";
    default:
        return function_kind_is_class(kind) ? "class" : "function";
    }
}

// A function's name may have been redefined; then that is what JavaScript sees.
static bool own_name(const struct v8 *v8, const struct v8_object *object, char *buffer,
                     size_t capacity)
{
    const struct v8_well_known *known = v8_well_known_of(v8, object->address);
    struct v8_property property;
    return known != NULL && known->name != 0 &&
           v8_property_find(v8, object, known->name, &property) && !property.accessor &&
           v8_string_short(v8, property.value, buffer, capacity) && buffer[0] != '\0';
}

static void print_function_name(const struct v8 *v8, const struct v8_object *object,
                                const struct v8_function *function, struct print *out)
{
    char text[FUNCTION_NAME_MAX];
    if (!own_name(v8, object, text, sizeof text))
        v8_function_name(v8, function, text, sizeof text);
    print_text(out, text);
}

static void title_of_function(const struct v8 *v8, const struct v8_object *object,
                              const char *name, struct print *out)
{
    struct v8_function function;
    (void)name;
    if (!v8_function_of(v8, object, NULL, &function)) {
        print_text(out, "function");
        return;
    }
    print_text(out, word_of_kind(function.kind));
    print_text(out, " ");
    print_function_name(v8, object, &function, out);
}

// --- properties that V8 computes -----------------------------------------------------------------

static bool prototype_of(const struct v8_inspection *in, struct v8_value *ret)
{
    struct v8_object map;
    struct v8_what what;
    if (!v8_object_at(in->v8, in->object.shape.map, &map) ||
        (v8_u8(&map, MAP_BIT_FIELD) & HAS_PROTOTYPE_SLOT) == 0)
        return false;
    *ret = v8_tagged(v8_word(&in->object, FUNCTION_PROTOTYPE));
    v8_value_what(in->v8, ret, &what);
    if (what.object.shape.type == ITYPE_MAP)
        *ret = v8_tagged(v8_word(&what.object, MAP_PROTOTYPE));
    else if (what.kind == KIND_HOLE)
        *ret = v8_words("not created yet");
    return true;
}

// SharedFunctionInfo::name_should_print_as_anonymous.
static bool is_anonymous(const struct v8 *v8, const struct v8_function *function)
{
    uint32_t flags = v8_u32(&function->object, layout_functions[v8->line].flags);
    return (flags >> layout_values[v8->line].shared_anonymous_bit & 1) != 0;
}

static bool native_of_function(struct v8_inspection *in, const char *name,
                               struct v8_value *ret)
{
    struct v8_function function;
    if (strcmp(name, "prototype") == 0)
        return prototype_of(in, ret);
    if (!v8_function_of(in->v8, &in->object, NULL, &function))
        return false;
    if (strcmp(name, "length") == 0) {
        uint16_t length = v8_u16(&function.object, layout_values[in->v8->line].shared_length);
        *ret = length == LENGTH_UNKNOWN
                   ? v8_words("not compiled yet")
                   : (struct v8_value){.form = VALUE_UNSIGNED, .word = length};
        return true;
    }
    if (strcmp(name, "name") == 0) {
        *ret = function.name != 0 ? v8_tagged(function.name)
                                  : v8_string_value(is_anonymous(in->v8, &function) ? "anonymous"
                                                                                    : "");
        return true;
    }
    return false;
}

const struct v8_decoder decoder_function = {
    .kind = "function", .flags = DECODER_WHOLE, .open = open_function, .title = title_of_function,
    .native = native_of_function,
};

// --- bound functions -----------------------------------------------------------------------------

static void open_bound(struct v8_inspection *in)
{
    decode_slot(in, "[[TargetFunction]]", v8_tagged(v8_word(&in->object, BOUND_TARGET)),
                decode_slot_address(&in->object, BOUND_TARGET), FIELD_QUIET);
    decode_slot(in, "[[BoundThis]]", v8_tagged(v8_word(&in->object, BOUND_THIS)),
                decode_slot_address(&in->object, BOUND_THIS), FIELD_QUIET);
    decode_slot(in, "[[BoundArgs]]", v8_tagged(v8_word(&in->object, BOUND_ARGUMENTS)),
                decode_slot_address(&in->object, BOUND_ARGUMENTS), FIELD_QUIET);
}

enum { BOUND_MAX = 64 }; // functions bound again and again that are followed

// The function at the end, how many are bound around it, and how many arguments they add.
static bool find_target(const struct v8 *v8, const struct v8_object *object, unsigned *bound,
                        uint64_t *arguments, struct v8_object *ret)
{
    struct v8_object list;
    *ret = *object;
    *arguments = 0;
    for (*bound = 0; ret->shape.type == ITYPE_JS_BOUND_FUNCTION; ++*bound) {
        if (v8_object_of(v8, v8_word(ret, BOUND_ARGUMENTS), &list) &&
            list.shape.type == ITYPE_FIXED_ARRAY)
            *arguments += (uint32_t)v8_smi(v8_word(&list, 8));
        if (*bound == BOUND_MAX || !v8_object_of(v8, v8_word(ret, BOUND_TARGET), ret))
            return false;
    }
    return true;
}

// With `said`, the name as JavaScript reads it, which is empty where there is none in the source.
static void print_bound_name(const struct v8 *v8, const struct v8_object *object, bool said,
                             struct print *out)
{
    char text[FUNCTION_NAME_MAX] = "";
    struct v8_function function;
    struct v8_object target;
    uint64_t arguments;
    unsigned bound;
    bool found = find_target(v8, object, &bound, &arguments, &target) &&
                 v8_function_of(v8, &target, NULL, &function);
    for (unsigned i = 0; i < bound; i++)
        print_text(out, "bound ");
    if (!found)
        return;
    if (!said)
        print_function_name(v8, &target, &function, out);
    else if (function.name == 0)
        print_text(out, is_anonymous(v8, &function) ? "anonymous" : "");
    else if (v8_string_short(v8, function.name, text, sizeof text))
        print_text(out, text);
}

static void title_of_bound(const struct v8 *v8, const struct v8_object *object, const char *name,
                           struct print *out)
{
    char text[FUNCTION_NAME_MAX];
    (void)name;
    print_text(out, "function ");
    if (own_name(v8, object, text, sizeof text))
        print_text(out, text);
    else
        print_bound_name(v8, object, false, out);
}

// src/objects/js-function.cc JSBoundFunction::GetName and GetLength.
static bool native_of_bound(struct v8_inspection *in, const char *name, struct v8_value *ret)
{
    struct v8_function function;
    struct v8_object target;
    uint64_t arguments;
    unsigned bound;
    struct print out;
    if (strcmp(name, "name") == 0) {
        print_begin(&out, in->text, sizeof in->text);
        print_bound_name(in->v8, &in->object, true, &out);
        *ret = v8_string_value(in->text);
        return true;
    }
    if (strcmp(name, "length") != 0 ||
        !find_target(in->v8, &in->object, &bound, &arguments, &target) ||
        !v8_function_of(in->v8, &target, NULL, &function))
        return false;
    uint16_t length = v8_u16(&function.object, layout_values[in->v8->line].shared_length);
    *ret = length == LENGTH_UNKNOWN ? v8_words("not compiled yet")
                                    : (struct v8_value){.form = VALUE_UNSIGNED, .word = length};
    if (length != LENGTH_UNKNOWN)
        ret->word = length > arguments ? length - arguments : 0;
    return true;
}

const struct v8_decoder decoder_bound = {.kind = "bound function", .flags = DECODER_WHOLE,
                                         .open = open_bound, .title = title_of_bound,
                                         .native = native_of_bound};

// --- functions of another realm ------------------------------------------------------------------

// What a ShadowRealm hands out for a function of its own (src/objects/js-function.tq).
static bool wrapped_target(const struct v8 *v8, const struct v8_object *object,
                           struct v8_object *ret)
{
    return v8_object_of(v8, v8_word(object, WRAPPED_TARGET), ret);
}

static void open_wrapped(struct v8_inspection *in)
{
    decode_slot(in, "[[WrappedTargetFunction]]", v8_tagged(v8_word(&in->object, WRAPPED_TARGET)),
                decode_slot_address(&in->object, WRAPPED_TARGET), FIELD_QUIET);
}

static void title_of_wrapped(const struct v8 *v8, const struct v8_object *object, const char *name,
                             struct print *out)
{
    struct v8_object target;
    struct v8_function function;
    (void)name;
    print_text(out, "function ");
    if (wrapped_target(v8, object, &target) && v8_function_of(v8, &target, NULL, &function))
        print_function_name(v8, &target, &function, out);
}

// src/objects/js-function.cc JSWrappedFunction::GetName and GetLength.
static bool native_of_wrapped(struct v8_inspection *in, const char *name, struct v8_value *ret)
{
    struct v8_inspection target = {.v8 = in->v8};
    return wrapped_target(in->v8, &in->object, &target.object) &&
           native_of_function(&target, name, ret);
}

const struct v8_decoder decoder_wrapped = {.kind = "wrapped function", .flags = DECODER_WHOLE,
                                           .open = open_wrapped, .title = title_of_wrapped,
                                           .native = native_of_wrapped};
