// Generators and async functions that are under way: their state, where they stopped, and their
// variables (src/objects/js-generator.h).
//
// Variables that live in a context have names (the context's scope); those in registers have none
// any more, as V8 forgets them after compiling: the arguments come first, then r0, r1, ...
#include "heap/v8/decode/decode.h"
#include "heap/v8/decode/decode_error.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/source_positions.h"
#include "heap/v8/layout/layout_value.h"

enum { // JSGeneratorObject
    GENERATOR_CLOSED = -1,
    GENERATOR_EXECUTING = -2,
};

static int32_t continuation_of(const struct v8_object *object)
{
    return v8_smi(v8_word(object, GENERATOR_CONTINUATION));
}

static const char *state_of(const struct v8_object *object)
{
    int32_t continuation = continuation_of(object);
    return continuation == GENERATOR_CLOSED      ? "closed"
           : continuation == GENERATOR_EXECUTING ? "running"
           : continuation >= 0                   ? "suspended"
                                                 : "unknown";
}

static bool function_of(const struct v8 *v8, const struct v8_object *object,
                        struct v8_function *ret)
{
    struct v8_object closure;
    return v8_object_of(v8, v8_word(object, GENERATOR_FUNCTION), &closure) &&
           v8_function_of(v8, &closure, NULL, ret);
}

// Where it goes on: the yield or await that it stopped at. The offset counts from the tagged start
// of the BytecodeArray.
static void add_location(struct v8_inspection *in)
{
    struct v8_function function;
    struct v8_object bytecode;
    struct print out;
    uint32_t position;
    int64_t offset = v8_smi(v8_word(&in->object, GENERATOR_POSITION));
    offset -= (int64_t)v8_bytecode_header(in->v8) - V8_TAG;
    if (!function_of(in->v8, &in->object, &function) || offset < 0 ||
        !v8_bytecode_of(in->v8, &function.object, &bytecode) ||
        !v8_source_position(in->v8, &bytecode, (uint32_t)offset, &position))
        return;
    print_begin(&out, in->text, sizeof in->text);
    decode_place(in->v8, &function, position, &out);
    decode_slot(in, "[[GeneratorLocation]]", v8_words(in->text),
                decode_slot_address(&in->object, GENERATOR_POSITION), FIELD_QUIET);
}

static void open_generator(struct v8_inspection *in)
{
    const struct v8_object *object = &in->object;
    decode_slot(in, "[[GeneratorState]]", v8_words(state_of(object)),
                decode_slot_address(object, GENERATOR_CONTINUATION), FIELD_ALONE);
    decode_slot(in, "[[GeneratorFunction]]", v8_tagged(v8_word(object, GENERATOR_FUNCTION)),
                decode_slot_address(object, GENERATOR_FUNCTION), FIELD_QUIET);
    decode_slot(in, "[[GeneratorReceiver]]", v8_tagged(v8_word(object, GENERATOR_RECEIVER)),
                decode_slot_address(object, GENERATOR_RECEIVER), FIELD_QUIET);
    decode_slot(in, "[[Scope]]", v8_tagged(v8_word(object, GENERATOR_CONTEXT)),
                decode_slot_address(object, GENERATOR_CONTEXT), FIELD_QUIET);
    if (object->shape.type == ITYPE_JS_ASYNC_FUNCTION_OBJECT)
        decode_slot(in, "[[Promise]]", v8_tagged(v8_word(object, GENERATOR_PROMISE)),
                    decode_slot_address(object, GENERATOR_PROMISE), FIELD_QUIET);
    if (object->shape.type == ITYPE_JS_ASYNC_GENERATOR_OBJECT)
        decode_slot(in, "[[Queue]]", v8_tagged(v8_word(object, GENERATOR_QUEUE)),
                    decode_slot_address(object, GENERATOR_QUEUE), FIELD_QUIET);
    if (continuation_of(object) < 0)
        return;
    add_location(in);
    decode_slot(in, "[[Registers]]", v8_tagged(v8_word(object, GENERATOR_REGISTERS)),
                decode_slot_address(object, GENERATOR_REGISTERS), FIELD_QUIET);
}

static void title_of_generator(const struct v8 *v8, const struct v8_object *object,
                               const char *name, struct print *out)
{
    struct v8_function function;
    char text[FUNCTION_NAME_MAX];
    (void)name;
    print_text(out, object->shape.type == ITYPE_JS_ASYNC_FUNCTION_OBJECT    ? "AsyncFunction"
                    : object->shape.type == ITYPE_JS_ASYNC_GENERATOR_OBJECT ? "AsyncGenerator"
                                                                            : "Generator");
    if (!function_of(v8, object, &function))
        return;
    v8_function_name(v8, &function, text, sizeof text);
    print_text(out, " ");
    print_text(out, text);
}

const struct v8_decoder decoder_generator = {.kind = "generator", .open = open_generator,
                                             .title = title_of_generator};
