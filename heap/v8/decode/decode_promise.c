// Promises: their state, what they became, and who waits for them.
//
// A pending promise holds a list of reactions (src/objects/promise.h). What an async function awaits
// has a reaction whose handlers are closures over a context that holds the function's generator
// object (src/builtins/builtins-async-gen.cc): that is the one who waits.
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    STATE_PENDING,
    STATE_FULFILLED,
    STATE_REJECTED,
    STATE_MASK = 3,
    AWAIT_GENERATOR = 32, // slot 2 of the context of await's handlers
};

static bool is_generator(const struct v8_object *object)
{
    return object->shape.type == ITYPE_JS_ASYNC_FUNCTION_OBJECT ||
           object->shape.type == ITYPE_JS_ASYNC_GENERATOR_OBJECT ||
           object->shape.type == ITYPE_JS_GENERATOR_OBJECT;
}

// The async function that goes on when this reaction's handler is called; 0: none.
static uint64_t awaiting(const struct v8 *v8, const struct v8_object *reaction)
{
    struct v8_object handler, context, generator;
    uint64_t word = v8_word(reaction, layout_values[v8->line].reaction_fulfill);
    if (!v8_object_of(v8, word, &handler) ||
        !itype_is_js_function(&v8->types, handler.shape.number) ||
        !v8_object_of(v8, v8_word(&handler, v8->layout->function_context), &context) ||
        !itype_is_context(&v8->types, context.shape.number) ||
        context.shape.type == ITYPE_NATIVE_CONTEXT)
        return 0;
    uint64_t found = v8_word(&context, AWAIT_GENERATOR);
    return v8_object_of(v8, found, &generator) && is_generator(&generator) ? found : 0;
}

static bool reaction_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    const struct layout_value *layout = &layout_values[in->v8->line];
    struct v8_object reaction;
    // The list begins with the newest: rows begin with the oldest.
    if (!decode_list_find(in, section, section->count - 1 - row, &reaction))
        return false;
    uint64_t waiting = awaiting(in->v8, &reaction);
    uint64_t then = v8_word(&reaction, layout->reaction_fulfill);
    bool has_then = v8_is_strong(then) && !v8_is_undefined(in->v8, then);
    ret->kind = FIELD_INTERNAL;
    ret->index = row;
    ret->flags = FIELD_QUIET;
    ret->slot = reaction.address;
    ret->value = waiting != 0 ? v8_tagged(waiting)
                 : has_then   ? v8_tagged(then)
                              : v8_tagged(v8_word(&reaction, layout->reaction_promise));
    snprintf(ret->name, sizeof ret->name, "[[%s %" PRIu64 "]]",
             waiting != 0 ? "AwaitedBy"
             : has_then   ? "Then"
                          : "Reaction",
             row);
    return true;
}

static void add_reactions(struct v8_inspection *in)
{
    struct v8_object first;
    if (v8_object_of(in->v8, v8_word(&in->object, PROMISE_RESULT), &first) &&
        first.shape.type == ITYPE_PROMISE_REACTION)
        decode_list(in, &first, layout_values[in->v8->line].reaction_next)->field =
            reaction_field;
}

static void open_promise(struct v8_inspection *in)
{
    static const char *const states[] = {"pending", "fulfilled", "rejected", "unknown"};
    int state = v8_smi(v8_word(&in->object, PROMISE_FLAGS)) & STATE_MASK;
    decode_slot(in, "[[PromiseState]]", v8_words(states[state]),
                decode_slot_address(&in->object, PROMISE_FLAGS), FIELD_ALONE);
    if (state == STATE_PENDING)
        add_reactions(in);
    else
        decode_slot(in, "[[PromiseResult]]", v8_tagged(v8_word(&in->object, PROMISE_RESULT)),
                    decode_slot_address(&in->object, PROMISE_RESULT), FIELD_ALONE);
}

const struct v8_decoder decoder_promise = {.kind = "promise", .open = open_promise};
