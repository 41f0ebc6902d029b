// Functions as values: closures, classes, bound functions. Source and scopes are told elsewhere
// (function.h, script.h); here they are fields to follow.
#include "heap/v8/decode.h"
#include "heap/v8/function.h"
#include "heap/v8/layout_value.h"
#include "heap/v8/preview.h"
#include "heap/v8/script.h"
#include "heap/v8/source_lines.h"

#include <inttypes.h>
#include <stdio.h>

enum { // src/objects/js-function.h, map.h
    FUNCTION_PROTOTYPE = 56, // a prototype, an initial map that has it, or the hole
    MAP_BIT_FIELD = 14,
    MAP_PROTOTYPE = 24,
    HAS_PROTOTYPE_SLOT = 0x80,
    LENGTH_UNKNOWN = 0xffff, // until the function is compiled
};

// "server.js:20:12"
static void print_location(const struct v8 *v8, const struct v8_function *function,
                           struct print *out)
{
    char name[SCRIPT_NAME_MAX];
    struct v8_script script;
    struct source_lines *lines;
    int64_t line, column;
    if (!v8_script_of(v8, function->script, &script))
        return;
    v8_script_name(v8, &script, name, sizeof name);
    print_text(out, name);
    if (function->start < 0 || !script.has_source || !source_lines_create(v8, &script, &lines))
        return;
    if (source_lines_place(lines, (uint32_t)function->start, &line, &column))
        print_format(out, ":%" PRId64 ":%" PRId64, line, column);
    source_lines_destroy(lines);
}

static void open_function(struct v8_inspection *in)
{
    struct v8_function function;
    struct print out;
    if (v8_function_of(in->v8, &in->object, NULL, &function)) {
        print_begin(&out, in->text, sizeof in->text);
        print_location(in->v8, &function, &out);
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

static void title_of_function(const struct v8 *v8, const struct v8_object *object,
                              const char *name, struct print *out)
{
    struct v8_function function;
    char text[FUNCTION_NAME_MAX];
    (void)name;
    if (!v8_function_of(v8, object, NULL, &function)) {
        print_text(out, "function");
        return;
    }
    v8_function_name(v8, &function, text, sizeof text);
    print_text(out, word_of_kind(function.kind));
    print_text(out, " ");
    print_text(out, text);
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

static bool native_of_function(const struct v8_inspection *in, const char *name,
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
        *ret = function.name != 0 ? v8_tagged(function.name) : v8_words("");
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

static void title_of_bound(const struct v8 *v8, const struct v8_object *object, const char *name,
                           struct print *out)
{
    struct v8_function function;
    char text[FUNCTION_NAME_MAX] = "(anonymous)";
    (void)name;
    if (v8_function_of(v8, object, NULL, &function))
        v8_function_name(v8, &function, text, sizeof text);
    print_text(out, "bound ");
    print_text(out, text);
}

const struct v8_decoder decoder_bound = {.kind = "bound function", .flags = DECODER_WHOLE,
                                         .open = open_bound, .title = title_of_bound};
