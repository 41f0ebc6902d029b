// Plain objects and instances of classes, and the primitives that are heap objects.
#include "heap/v8/decode/decode.h"
#include "heap/v8/string/string.h"
#include "heap/v8/value/number.h"

#include <stdio.h>

enum { // src/objects/string.h, name.h, oddball.h
    STRING_FIRST = 16,
    STRING_SECOND = 24,
    SYMBOL_DESCRIPTION = 16,
};

static void open_object(struct v8_inspection *in)
{
    decode_own_fields(in);
    decode_elements(in, UINT64_MAX);
}

static void title_of_object(const struct v8 *v8, const struct v8_object *object, const char *name,
                            struct print *out)
{
    (void)v8, (void)object;
    if (strcmp(name, "Object") != 0)
        print_text(out, name);
}

const struct v8_decoder decoder_object = {
    .kind = "object", .open = open_object, .title = title_of_object,
};

// --- strings -------------------------------------------------------------------------------------

static void open_string(struct v8_inspection *in)
{
    struct v8_string string;
    if (!v8_string_at(in->v8, in->object.address, &string))
        return;
    static const char *const first[] = {[STRING_CONS] = "first", [STRING_SLICED] = "parent",
                                        [STRING_THIN] = "actual"};
    decode_slot(in, "length", (struct v8_value){.form = VALUE_UNSIGNED, .word = string.length},
                decode_slot_address(&in->object, 8), FIELD_QUIET);
    decode_slot(in, "representation", v8_words(v8_string_kind_name(&string)), 0, FIELD_QUIET);
    decode_slot(in, "encoding", v8_words(string.two_byte ? "two-byte" : "one-byte"), 0,
                FIELD_QUIET);
    if (string.kind == STRING_CONS || string.kind == STRING_SLICED || string.kind == STRING_THIN)
        decode_word(in, first[string.kind], STRING_FIRST);
    if (string.kind == STRING_CONS)
        decode_word(in, "second", STRING_SECOND);
    if (string.kind == STRING_SLICED)
        decode_word(in, "offset", STRING_SECOND);
    if (string.kind == STRING_EXTERNAL)
        decode_slot(in, "resource",
                    (struct v8_value){.form = VALUE_ADDRESS,
                                      .word = v8_word(&in->object, STRING_FIRST)},
                    decode_slot_address(&in->object, STRING_FIRST), FIELD_QUIET);
}

const struct v8_decoder decoder_string = {.kind = "string", .open = open_string,
                                          .flags = DECODER_WHOLE};

// --- others --------------------------------------------------------------------------------------

static void open_symbol(struct v8_inspection *in)
{
    decode_word(in, "description", SYMBOL_DESCRIPTION);
}

const struct v8_decoder decoder_symbol = {.kind = "symbol", .open = open_symbol,
                                          .flags = DECODER_WHOLE};
const struct v8_decoder decoder_number = {.kind = "number", .flags = DECODER_WHOLE};
const struct v8_decoder decoder_bigint = {.kind = "bigint", .flags = DECODER_WHOLE};
const struct v8_decoder decoder_oddball = {.kind = "oddball", .flags = DECODER_WHOLE};

// --- choosing ------------------------------------------------------------------------------------

const struct v8_decoder *v8_decoder_of(const struct v8 *v8, const struct v8_object *object,
                                       enum value_kind kind)
{
    static const struct v8_decoder *const by_type[ITYPE_COUNT] = {
        [ITYPE_JS_ARRAY] = &decoder_array,
        [ITYPE_JS_ARGUMENTS_OBJECT] = &decoder_arguments,
        [ITYPE_JS_ARRAY_BUFFER] = &decoder_array_buffer,
        [ITYPE_JS_TYPED_ARRAY] = &decoder_typed_array,
        [ITYPE_JS_DETACHED_TYPED_ARRAY] = &decoder_typed_array,
        [ITYPE_JS_DATA_VIEW] = &decoder_data_view,
        [ITYPE_JS_RAB_GSAB_DATA_VIEW] = &decoder_data_view,
        [ITYPE_JS_MAP] = &decoder_map,
        [ITYPE_JS_SET] = &decoder_set,
        [ITYPE_JS_MAP_KEY_ITERATOR] = &decoder_collection_iterator,
        [ITYPE_JS_MAP_VALUE_ITERATOR] = &decoder_collection_iterator,
        [ITYPE_JS_MAP_KEY_VALUE_ITERATOR] = &decoder_collection_iterator,
        [ITYPE_JS_SET_VALUE_ITERATOR] = &decoder_collection_iterator,
        [ITYPE_JS_SET_KEY_VALUE_ITERATOR] = &decoder_collection_iterator,
        [ITYPE_JS_WEAK_MAP] = &decoder_weak_map,
        [ITYPE_JS_WEAK_SET] = &decoder_weak_set,
        [ITYPE_JS_WEAK_REF] = &decoder_weak_ref,
        [ITYPE_JS_FINALIZATION_REGISTRY] = &decoder_registry,
        [ITYPE_JS_PROMISE] = &decoder_promise,
        [ITYPE_JS_GENERATOR_OBJECT] = &decoder_generator,
        [ITYPE_JS_ASYNC_FUNCTION_OBJECT] = &decoder_generator,
        [ITYPE_JS_ASYNC_GENERATOR_OBJECT] = &decoder_generator,
        [ITYPE_JS_PRIMITIVE_WRAPPER] = &decoder_wrapper,
        [ITYPE_JS_API_OBJECT] = &decoder_api,
        [ITYPE_JS_SPECIAL_API_OBJECT] = &decoder_api,
        [ITYPE_JS_GLOBAL_PROXY] = &decoder_global_proxy,
        [ITYPE_JS_MODULE_NAMESPACE] = &decoder_namespace,
        [ITYPE_JS_DEFERRED_MODULE_NAMESPACE] = &decoder_namespace,
        [ITYPE_JS_ERROR] = &decoder_error,
        [ITYPE_JS_DATE] = &decoder_date,
        [ITYPE_JS_REG_EXP] = &decoder_regexp,
        [ITYPE_JS_PROXY] = &decoder_proxy,
        [ITYPE_JS_BOUND_FUNCTION] = &decoder_bound,
        [ITYPE_JS_SYNC_DISPOSABLE_STACK] = &decoder_disposable,
        [ITYPE_JS_ASYNC_DISPOSABLE_STACK] = &decoder_disposable,
        [ITYPE_JS_WRAPPED_FUNCTION] = &decoder_wrapped,
        [ITYPE_WASM_GLOBAL_OBJECT] = &decoder_wasm_global,
        [ITYPE_JS_TEMPORAL_DURATION] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_INSTANT] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_PLAIN_DATE] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_PLAIN_DATE_TIME] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_PLAIN_MONTH_DAY] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_PLAIN_TIME] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_PLAIN_YEAR_MONTH] = &decoder_temporal,
        [ITYPE_JS_TEMPORAL_ZONED_DATE_TIME] = &decoder_temporal,
    };
    static const struct v8_decoder *const by_kind[] = {
        [KIND_UNDEFINED] = &decoder_oddball, [KIND_NULL] = &decoder_oddball,
        [KIND_BOOLEAN] = &decoder_oddball,   [KIND_NUMBER] = &decoder_number,
        [KIND_STRING] = &decoder_string,     [KIND_SYMBOL] = &decoder_symbol,
        [KIND_BIGINT] = &decoder_bigint,     [KIND_FUNCTION] = &decoder_function,
        [KIND_OBJECT] = &decoder_object,     [KIND_HOLE] = &decoder_oddball,
    };
    const struct v8_decoder *decoder = by_type[object->shape.type];
    // API objects have a range of numbers of their own, none of which has a name.
    if (object->shape.type == ITYPE_UNKNOWN && kind == KIND_OBJECT)
        return &decoder_api;
    if (itype_is_context(&v8->types, object->shape.number))
        return &decoder_context;
    if (decoder == NULL && kind < sizeof by_kind / sizeof *by_kind)
        decoder = by_kind[kind];
    return decoder != NULL ? decoder : &decoder_internal;
}
