// ArrayBuffer, SharedArrayBuffer, typed arrays (Node's Buffer among them) and DataView, with their
// bytes (src/objects/js-array-buffer.h).
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/value/number.h"

#include <inttypes.h>
#include <stdio.h>

enum { // src/objects/js-array-buffer.tq
    BUFFER_DETACHED = 4,
    BUFFER_SHARED = 16,
    VIEW_TRACKS_LENGTH = 1,
    MAP_BIT_FIELD2 = 15, // src/objects/map.h
    EXTENSION_WORDS = 4,
};

static const struct {
    uint8_t size;
    const char *name;
} elements[] = {
    [TYPED_NONE] = {1, "bytes"},         [TYPED_UINT8] = {1, "uint8"},
    [TYPED_INT8] = {1, "int8"},          [TYPED_UINT16] = {2, "uint16"},
    [TYPED_INT16] = {2, "int16"},        [TYPED_UINT32] = {4, "uint32"},
    [TYPED_INT32] = {4, "int32"},        [TYPED_FLOAT32] = {4, "float32"},
    [TYPED_FLOAT64] = {8, "float64"},    [TYPED_UINT8_CLAMPED] = {1, "uint8 clamped"},
    [TYPED_BIGUINT64] = {8, "biguint64"}, [TYPED_BIGINT64] = {8, "bigint64"},
    [TYPED_FLOAT16] = {2, "float16"},
};

static const struct layout_value *layout_of(const struct v8 *v8)
{
    return &layout_values[v8->line];
}

// --- memory --------------------------------------------------------------------------------------

// What a buffer or view covers.
struct span {
    enum typed_element type;
    uint64_t data, length; // address; bytes
    uint64_t buffer;       // tagged, of a view
    uint64_t offset;
    bool detached, shared;
};

// A growable SharedArrayBuffer leaves its length to the backing store, to which one of the first
// words of the ArrayBufferExtension points; BackingStore begins with {buffer_start, byte_length}
// (src/objects/js-array-buffer.h, backing-store.h).
static uint64_t length_in_store(const struct v8 *v8, const struct v8_object *buffer, uint64_t data)
{
    uint64_t extension[EXTENSION_WORDS], store[2];
    const struct layout_value *layout = layout_of(v8);
    if (layout->buffer_extension == 0 || data == 0 ||
        memory_read(v8->memory, v8_word(buffer, layout->buffer_extension), extension,
                    sizeof extension, NULL) != MEM_OK)
        return 0;
    for (int i = 0; i < EXTENSION_WORDS; i++)
        if (memory_read(v8->memory, extension[i], store, sizeof store, NULL) == MEM_OK &&
            store[0] == data)
            return store[1];
    return 0;
}

static bool read_buffer(const struct v8 *v8, const struct v8_object *object, struct span *ret)
{
    const struct layout_value *layout = layout_of(v8);
    *ret = (struct span){.data = v8_word(object, layout->buffer_store),
                         .length = v8_word(object, layout->buffer_length)};
    uint32_t flags = v8_u32(object, layout->buffer_flags);
    ret->detached = (flags & BUFFER_DETACHED) != 0;
    ret->shared = (flags & BUFFER_SHARED) != 0;
    if (ret->length == 0 && ret->shared && layout->buffer_max_length != 0 &&
        v8_word(object, layout->buffer_max_length) != 0)
        ret->length = length_in_store(v8, object, ret->data);
    if (ret->detached)
        ret->length = ret->data = 0;
    return object->shape.type == ITYPE_JS_ARRAY_BUFFER;
}

static enum typed_element type_of(const struct v8 *v8, const struct v8_object *object)
{
    const struct layout_value *layout = layout_of(v8);
    struct v8_object map;
    if (!v8_object_at(v8, object->shape.map, &map))
        return TYPED_NONE;
    unsigned kind = (v8_u8(&map, MAP_BIT_FIELD2) & v8->layout->elements_kind_mask) >>
                    v8->layout->elements_kind_shift;
    unsigned at = kind - layout->typed_first;
    return at < LAYOUT_TYPED_KINDS ? (enum typed_element)layout->typed_kinds[at] : TYPED_NONE;
}

// A view on a resizable buffer may follow its length, or be out of bounds: then it has none.
static void clip_to_buffer(const struct v8 *v8, const struct v8_object *object,
                           const struct span *buffer, struct span *view)
{
    const struct layout_value *layout = layout_of(v8);
    bool follows = layout->view_flags != 0 &&
                   (v8_u32(object, layout->view_flags) & VIEW_TRACKS_LENGTH) != 0;
    uint64_t left = buffer->length > view->offset ? buffer->length - view->offset : 0;
    view->detached = buffer->detached;
    view->shared = buffer->shared;
    if (follows)
        view->length = left / elements[view->type].size * elements[view->type].size;
    else if (view->length > left)
        view->length = 0;
}

static bool read_view(const struct v8 *v8, const struct v8_object *object, struct span *ret)
{
    const struct layout_value *layout = layout_of(v8);
    struct v8_object buffer_object;
    struct span buffer;
    *ret = (struct span){.type = type_of(v8, object), .buffer = v8_word(object, layout->view_buffer),
                         .offset = v8_word(object, layout->view_offset),
                         .length = v8_word(object, layout->view_length)};
    if (!v8_object_of(v8, ret->buffer, &buffer_object) ||
        !read_buffer(v8, &buffer_object, &buffer))
        return false;
    bool typed = object->shape.type != ITYPE_JS_DATA_VIEW &&
                 object->shape.type != ITYPE_JS_RAB_GSAB_DATA_VIEW;
    uint64_t base = typed ? v8_word(object, layout->typed_base) : 0;
    ret->data = base != 0 ? v8_word(object, layout->typed_external) + base // in a ByteArray
                          : buffer.data + ret->offset;
    if (base == 0)
        clip_to_buffer(v8, object, &buffer, ret);
    return true;
}

static bool read_span(const struct v8 *v8, const struct v8_object *object, struct span *ret)
{
    return object->shape.type == ITYPE_JS_ARRAY_BUFFER ? read_buffer(v8, object, ret)
                                                       : read_view(v8, object, ret);
}

// --- elements ------------------------------------------------------------------------------------

static double float16(uint16_t bits)
{
    int exponent = bits >> 10 & 31;
    double fraction = bits & 1023, value;
    if (exponent == 31)
        value = fraction != 0 ? __builtin_nan("") : __builtin_inf();
    else if (exponent == 0)
        value = __builtin_ldexp(fraction, -24);
    else
        value = __builtin_ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -value : value;
}

static struct v8_value element_value(enum typed_element type, const uint8_t bytes[8])
{
    uint64_t word;
    float single;
    struct v8_value value = {.form = VALUE_INTEGER};
    memcpy(&word, bytes, sizeof word);
    memcpy(&single, bytes, sizeof single);
    switch (type) {
    case TYPED_INT8:
        value.integer = (int8_t)word;
        return value;
    case TYPED_INT16:
        value.integer = (int16_t)word;
        return value;
    case TYPED_INT32:
        value.integer = (int32_t)word;
        return value;
    case TYPED_FLOAT16:
        return v8_number(float16((uint16_t)word));
    case TYPED_FLOAT32:
        return v8_number((double)single);
    case TYPED_FLOAT64:
        value.form = VALUE_DOUBLE;
        break;
    case TYPED_BIGINT64:
        value.form = VALUE_BIGINT;
        break;
    case TYPED_BIGUINT64:
        value.form = VALUE_BIGUINT;
        break;
    default:
        value.form = VALUE_UNSIGNED;
    }
    value.word = elements[type].size == 8 ? word
                                          : word & ((1ull << 8 * elements[type].size) - 1);
    return value;
}

static bool element_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                          struct v8_field *ret)
{
    enum typed_element type = (enum typed_element)section->detail;
    uint64_t address = section->header + section->unit * row;
    uint8_t bytes[8] = {0};
    ret->kind = FIELD_ELEMENT;
    ret->index = row;
    ret->slot = address;
    snprintf(ret->name, sizeof ret->name, "%" PRIu64, row);
    if (memory_read(in->v8->memory, address, bytes, section->unit, NULL) == MEM_OK)
        ret->value = element_value(type, bytes);
    else
        ret->value = v8_unknown("not saved in the core");
    return true;
}

static struct v8_value unsigned_value(uint64_t number)
{
    return (struct v8_value){.form = VALUE_UNSIGNED, .word = number};
}

static void open_span(struct v8_inspection *in)
{
    struct span span;
    if (!read_span(in->v8, &in->object, &span))
        return;
    if (span.buffer != 0) {
        uint64_t offset = layout_of(in->v8)->view_buffer;
        decode_slot(in, "[[ViewedArrayBuffer]]", v8_tagged(span.buffer),
                    decode_slot_address(&in->object, offset), FIELD_QUIET);
        decode_slot(in, "[[ByteOffset]]", unsigned_value(span.offset), 0, FIELD_QUIET);
    }
    decode_slot(in, "[[ByteLength]]", unsigned_value(span.length), 0, FIELD_QUIET);
    if (span.detached)
        decode_slot(in, "[[Detached]]", v8_words("detached"), 0, 0);
    decode_slot(in, "[[Data]]", (struct v8_value){.form = VALUE_ADDRESS, .word = span.data}, 0,
                FIELD_QUIET);
    // Rows lie in memory that is no object's: the section keeps an address for a header.
    struct v8_section *section = decode_section(in, &in->object, 0, 1, 0);
    section->header = span.data;
    section->unit = elements[span.type].size;
    section->slots = section->count = span.data != 0 ? span.length / section->unit : 0;
    section->detail = span.type == TYPED_NONE ? TYPED_UINT8 : span.type;
    section->field = element_field;
}

static void title_of_span(const struct v8 *v8, const struct v8_object *object, const char *name,
                          struct print *out)
{
    struct span span;
    print_text(out, name);
    if (!read_span(v8, object, &span))
        return;
    print_text(out, "(");
    print_count(out, span.length / elements[span.type].size);
    print_text(out, ")");
}

const struct v8_decoder decoder_array_buffer = {.kind = "array buffer", .flags = DECODER_LIST,
                                                .open = open_span, .title = title_of_span};
const struct v8_decoder decoder_typed_array = {.kind = "typed array", .flags = DECODER_LIST,
                                               .open = open_span, .title = title_of_span};
const struct v8_decoder decoder_data_view = {.kind = "data view", .flags = DECODER_LIST,
                                             .open = open_span, .title = title_of_span};
