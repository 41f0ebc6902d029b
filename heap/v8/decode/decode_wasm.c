// Objects of WebAssembly: their fields by the table, and what a global holds
// (src/wasm/wasm-objects.h WasmGlobalObject).
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"

#include <stdio.h>

enum wasm_type { WASM_I32, WASM_I64, WASM_F32, WASM_F64, WASM_OTHER };

enum { FIXED_DATA = 16 };

static enum wasm_type type_of(const struct layout_value *layout, const struct v8_object *object)
{
    uint32_t type = (uint32_t)v8_smi(v8_word(object, layout->global_type)) & layout->global_type_mask;
    for (enum wasm_type i = WASM_I32; i < WASM_OTHER; i++)
        if (type == layout->global_types[i])
            return i;
    return WASM_OTHER;
}

// The bytes of a value that is no reference, in the store of an ArrayBuffer.
static bool value_in_buffer(const struct v8 *v8, const struct v8_object *buffer, uint64_t offset,
                            enum wasm_type type, struct v8_value *ret)
{
    const struct layout_value *layout = &layout_values[v8->line];
    static const uint8_t sizes[] = {[WASM_I32] = 4, [WASM_I64] = 8, [WASM_F32] = 4, [WASM_F64] = 8};
    uint64_t word = 0, length = v8_word(buffer, layout->buffer_length);
    float single;
    if (type == WASM_OTHER || buffer->shape.type != ITYPE_JS_ARRAY_BUFFER || offset > length ||
        length - offset < sizes[type] ||
        memory_read(v8->memory, v8_word(buffer, layout->buffer_store) + offset, &word, sizes[type],
                    NULL) != MEM_OK)
        return false;
    memcpy(&single, &word, sizeof single);
    if (type == WASM_F64 || type == WASM_F32) {
        *ret = v8_number(single);
        if (type == WASM_F64)
            memcpy(&ret->number, &word, sizeof word);
    } else {
        ret->form = type == WASM_I64 ? VALUE_BIGINT : VALUE_INTEGER;
        ret->integer = type == WASM_I64 ? (int64_t)word : (int32_t)word;
    }
    return true;
}

static bool value_of(const struct v8 *v8, const struct v8_object *object, struct v8_value *ret)
{
    const struct layout_value *layout = &layout_values[v8->line];
    struct v8_object store;
    int32_t offset = v8_smi(v8_word(object, layout->global_offset));
    if (offset < 0)
        return false;
    if (v8_object_of(v8, v8_word(object, layout->global_buffer), &store))
        if (value_in_buffer(v8, &store, (uint64_t)offset, type_of(layout, object), ret))
            return true;
    if (!v8_object_of(v8, v8_word(object, layout->global_tagged), &store) ||
        store.shape.type != ITYPE_FIXED_ARRAY || FIXED_DATA + 8 * (uint64_t)offset + 8 > store.size)
        return false;
    *ret = v8_tagged(v8_word(&store, FIXED_DATA + 8 * (uint64_t)offset));
    return true;
}

static void open_global(struct v8_inspection *in)
{
    struct v8_value value;
    if (value_of(in->v8, &in->object, &value))
        decode_slot(in, "[[Value]]", value, 0, FIELD_ALONE);
    decode_own_fields(in);
    decode_elements(in, UINT64_MAX);
}

const struct v8_decoder decoder_wasm_global = {.kind = "wasm global", .open = open_global};
