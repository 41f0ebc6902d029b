#include "views/inspect_json.h"

#include "heap/v8/decode/preview.h"
#include "heap/v8/naming/class_name.h"
#include "heap/v8/string/string.h"
#include "heap/v8/value/number.h"
#include "views/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRING_UNITS_MAX = 1 << 20, // longer strings are cut, and say so
    STRING_PIECE = 1 << 16,
    BIGINT_TEXT = 1 << 15,
};

static void put_field(const struct inspect_json *json, const struct v8_field *field,
                      unsigned depth);

// --- values --------------------------------------------------------------------------------------

static void put_string(struct json_writer *writer, const struct v8 *v8,
                       const struct v8_object *object)
{
    struct v8_string string;
    bool damaged = true;
    uint32_t next = 0;
    if (!v8_string_at(v8, object->address, &string)) {
        json_null(writer);
        return;
    }
    uint32_t units = string.length < STRING_UNITS_MAX ? string.length : STRING_UNITS_MAX;
    size_t capacity = (size_t)units * 3 + 8;
    char *text = malloc(capacity);
    size_t length = text == NULL ? 0
                                 : v8_string_utf8(v8, &string, 0, text, capacity, &next, &damaged);
    json_text(writer, text != NULL ? text : "", length);
    free(text);
    json_key(writer, "length");
    json_number(writer, string.length);
    if (next < string.length) {
        json_key(writer, damaged ? "damaged" : "cut");
        json_bool(writer, true);
    }
}

static void put_text(struct json_writer *writer, const char *text)
{
    json_string(writer, text);
    json_key(writer, "length");
    json_number(writer, strlen(text));
}

static void put_number(struct json_writer *writer, double number)
{
    char text[NUMBER_TEXT];
    v8_number_text(number, text);
    if (isfinite(number) && !(number == 0 && signbit(number)))
        fputs(text, writer->out), writer->comma = true;
    else
        json_string(writer, text);
}

static void put_bigint(struct json_writer *writer, const struct v8_object *object)
{
    char *text = malloc(BIGINT_TEXT);
    size_t length = 0;
    size_t used = text == NULL ? 0 : v8_bigint_text(object, text, BIGINT_TEXT - 1, &length);
    if (text != NULL && used == length) {
        text[used++] = 'n';
        text[used] = '\0';
    }
    json_text(writer, text != NULL ? text : "", used);
    free(text);
}

static void put_preview(const struct inspect_json *json, const struct v8_value *value)
{
    char text[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, text, sizeof text);
    v8_preview(json->v8, value, true, &out);
    json_text(json->writer, text, out.used);
}

static void put_accessor(const struct inspect_json *json, const struct v8_value *value)
{
    char text[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, text, sizeof text);
    v8_preview_accessor(json->v8, value, &out);
    json_text(json->writer, text, out.used);
}

// The key "value" and its value.
static void put_value(const struct inspect_json *json, const struct v8_value *value,
                      const struct v8_what *what)
{
    struct json_writer *writer = json->writer;
    json_key(writer, "value");
    if (what->object.shape.type == ITYPE_ACCESSOR_PAIR ||
        what->object.shape.type == ITYPE_ACCESSOR_INFO) {
        put_accessor(json, value);
        return;
    }
    switch (what->kind) {
    case KIND_STRING:
        if (value->form == VALUE_STRING)
            put_text(writer, value->text);
        else
            put_string(writer, json->v8, &what->object);
        return;
    case KIND_NUMBER:
        if (value->form == VALUE_INTEGER)
            json_signed(writer, value->integer);
        else if (value->form == VALUE_UNSIGNED)
            json_number(writer, value->word);
        else
            put_number(writer, what->number);
        return;
    case KIND_BOOLEAN:
        json_bool(writer, what->truth);
        return;
    case KIND_UNDEFINED:
    case KIND_NULL:
    case KIND_HOLE:
    case KIND_CLEARED:
        json_null(writer);
        return;
    case KIND_WORDS:
    case KIND_UNKNOWN:
        if (value->text != NULL)
            json_string(writer, value->text);
        else
            json_null(writer);
        return;
    case KIND_BIGINT:
        if (what->object.address != 0) {
            put_bigint(writer, &what->object);
            return;
        }
        break;
    default:
        break;
    }
    put_preview(json, value);
}

static void put_address(struct json_writer *writer, const char *key, uint64_t address)
{
    json_key(writer, key);
    if (address != 0)
        json_address(writer, address);
    else
        json_null(writer);
}

static void put_type(const struct inspect_json *json, const struct v8_value *value,
                     const struct v8_what *what)
{
    char type[CLASS_NAME_MAX];
    v8_type_text(json->v8, value, type);
    json_key(json->writer, "type");
    json_string(json->writer, type);
    put_value(json, value, what);
    put_address(json->writer, "address", what->object.address);
    if (what->weak) {
        json_key(json->writer, "weak");
        json_bool(json->writer, true);
    }
}

// --- fields --------------------------------------------------------------------------------------

static bool has_fields(enum value_kind kind)
{
    return kind == KIND_OBJECT || kind == KIND_FUNCTION || kind == KIND_INTERNAL;
}

static void put_fields(const struct inspect_json *json, uint64_t address, unsigned depth)
{
    struct v8_inspection in;
    struct v8_field field;
    if (!v8_inspect(json->v8, address, json->flags, &in))
        return;
    uint64_t count = in.count < json->fields ? in.count : json->fields;
    if (count < in.count) {
        json_key(json->writer, "field_count");
        json_number(json->writer, in.count);
    }
    json_key(json->writer, "fields");
    json_begin_array(json->writer);
    for (uint64_t i = 0; i < count; i++) {
        v8_inspect_field(&in, i, &field);
        put_field(json, &field, depth);
    }
    json_end_array(json->writer);
}

static void put_flags(struct json_writer *writer, const struct v8_field *field)
{
    static const struct {
        unsigned flag;
        const char *key;
        bool value;
    } flags[] = {
        {FIELD_NOT_ENUMERABLE, "enumerable", false}, {FIELD_READ_ONLY, "writable", false},
        {FIELD_WEAK, "weak", true},                  {FIELD_SYMBOL, "symbol", true},
        {FIELD_NAME_CUT, "name_cut", true},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if ((field->flags & flags[i].flag) != 0) {
            json_key(writer, flags[i].key);
            json_bool(writer, flags[i].value);
        }
    }
}

static void put_key(const struct inspect_json *json, const struct v8_value *key)
{
    struct v8_what what;
    if (key->form == VALUE_ABSENT)
        return;
    v8_value_what(json->v8, key, &what);
    json_key(json->writer, "key");
    json_begin_object(json->writer);
    put_type(json, key, &what);
    json_end_object(json->writer);
}

// `depth` levels may still be written below the field.
static void put_field(const struct inspect_json *json, const struct v8_field *field,
                      unsigned depth)
{
    struct json_writer *writer = json->writer;
    struct v8_what what;
    v8_value_what(json->v8, &field->value, &what);
    json_begin_object(writer);
    json_key(writer, "name");
    json_string(writer, field->name);
    json_key(writer, "kind");
    json_string(writer, field_kind_name(field->kind));
    put_key(json, &field->key);
    put_type(json, &field->value, &what);
    put_address(writer, "slot", field->slot);
    put_flags(writer, field);
    if (depth > 1 && has_fields(what.kind) && what.object.address != 0)
        put_fields(json, what.object.address, depth - 1);
    json_end_object(writer);
}

static void put_measures(const struct inspect_json *json, uint64_t address)
{
    uint64_t retained = MEASURE_UNKNOWN, distance = MEASURE_UNKNOWN;
    if (json->heap != NULL) {
        retained = measure_retained(json->heap, address);
        distance = measure_distance(json->heap, address);
    }
    json_key(json->writer, "retained");
    if (retained == MEASURE_UNKNOWN)
        json_null(json->writer);
    else
        json_number(json->writer, retained);
    json_key(json->writer, "distance");
    if (distance == MEASURE_UNKNOWN || distance == UINT32_MAX)
        json_null(json->writer);
    else
        json_number(json->writer, distance);
}

void inspect_json_write(const struct inspect_json *json, const struct v8_value *value)
{
    struct json_writer *writer = json->writer;
    struct v8_inspection in;
    struct v8_what what;
    v8_value_what(json->v8, value, &what);
    json_begin_object(writer);
    put_type(json, value, &what);
    bool object = what.object.address != 0 && v8_inspect(json->v8, what.object.address, 0, &in);
    if (object) {
        json_key(writer, "kind");
        json_string(writer, in.kind);
        json_key(writer, "instance_type");
        json_string(writer, itype_name((enum itype)what.object.shape.type));
        put_address(writer, "shape", what.object.shape.map);
        json_key(writer, "shallow");
        json_number(writer, what.object.size);
        put_measures(json, what.object.address);
        if (json->depth > 0)
            put_fields(json, what.object.address, json->depth);
    }
    json_end_object(writer);
}
