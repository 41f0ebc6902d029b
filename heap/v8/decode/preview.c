#include "heap/v8/decode/preview.h"

#include "heap/v8/decode/decode.h"
#include "heap/v8/naming/class_name.h"
#include "heap/v8/naming/constructor_name.h"
#include "heap/v8/string/string.h"
#include "heap/v8/value/number.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    NESTED_UNITS = 48,   // code units of a string within another value
    TOP_UNITS = 256,
    STRING_TAIL = 24, // bytes of: …" (1,073,741,799)
    BODY_FIELDS = 12,
    BODY_ELEMENTS = 24,
    BODY_LOOKED_AT = 64, // fields, shown or not
    SYMBOL_DESCRIPTION = 16,
    BIGINT_DIGITS = 40,
};

// --- primitives ----------------------------------------------------------------------------------

// JavaScript's escapes for what would end or hide in a literal. Returns "" for an ordinary byte.
static const char *escape(uint8_t byte, char buffer[8])
{
    static const char names[] = "0??????abtnvfr";
    buffer[0] = '\0';
    if (byte == '"' || byte == '\\')
        snprintf(buffer, 8, "\\%c", byte);
    else if (byte >= '\b' && byte <= '\r')
        snprintf(buffer, 8, "\\%c", names[byte]);
    else if (byte < 0x20)
        snprintf(buffer, 8, "\\x%02x", byte);
    return buffer;
}

static void print_escaped(struct print *out, const char *text, size_t length)
{
    char buffer[8];
    size_t plain = 0;
    for (size_t i = 0; i < length; i++) {
        if (escape((uint8_t)text[i], buffer)[0] == '\0')
            continue;
        print_bytes(out, text + plain, i - plain);
        print_text(out, buffer);
        plain = i + 1;
    }
    print_bytes(out, text + plain, length - plain);
}

// How many bytes of the text, in whole characters, leave room for a tail when they are escaped.
static size_t fitting(const struct print *out, const char *text, size_t length, size_t tail)
{
    char buffer[8];
    size_t room = print_room(out) > tail ? print_room(out) - tail : 0, used = 0, end = 0;
    for (size_t i = 0; i < length; i++) {
        const char *escaped = escape((uint8_t)text[i], buffer);
        if ((text[i] & 0xc0) != 0x80)
            end = i;
        used += escaped[0] != '\0' ? strlen(escaped) : 1;
        if (used > room)
            return end;
    }
    return length;
}

void v8_preview_string(const struct v8 *v8, const struct v8_object *object, uint32_t units,
                       struct print *out)
{
    struct v8_string string;
    char text[TOP_UNITS * 3 + 8];
    uint32_t next;
    bool damaged;
    if (!v8_string_at(v8, object->address, &string)) {
        print_text(out, "<damaged string>");
        return;
    }
    size_t capacity = units < TOP_UNITS ? units * 3 + 5 : sizeof text;
    if (capacity > print_room(out) + 1)
        capacity = print_room(out) + 1;
    size_t length = v8_string_utf8(v8, &string, 0, text, capacity, &next, &damaged);
    print_text(out, "\"");
    bool cut = next < string.length;
    size_t fits = length;
    // What stands alone ends within the room there is: that it was cut has to be seen.
    if (units == TOP_UNITS && fitting(out, text, length, cut ? STRING_TAIL : 1) < length) {
        fits = fitting(out, text, length, STRING_TAIL);
        cut = true;
    }
    print_escaped(out, text, fits);
    print_text(out, damaged ? "\"<damaged>" : cut ? "…\"" : "\"");
    if (cut) {
        print_text(out, " (");
        print_count(out, string.length);
        print_text(out, ")");
    }
}

static void print_symbol(const struct v8 *v8, const struct v8_object *symbol, struct print *out)
{
    char text[FIELD_NAME_MAX];
    v8_property_name(v8, symbol->address | V8_TAG, text, sizeof text);
    print_escaped(out, text, strlen(text));
}

static void print_bigint(const struct v8_object *object, struct print *out)
{
    char text[BIGINT_DIGITS + 1];
    size_t length;
    v8_bigint_text(object, text, sizeof text, &length);
    print_text(out, text);
    print_text(out, length < sizeof text ? "n" : "…n (");
    if (length >= sizeof text) {
        print_count(out, length);
        print_text(out, " digits)");
    }
}

static void print_raw(const struct v8_value *value, struct print *out)
{
    char text[NUMBER_TEXT];
    switch (value->form) {
    case VALUE_DOUBLE:
        v8_number_text(value->number, text);
        print_text(out, text);
        return;
    case VALUE_INTEGER:
    case VALUE_BIGINT:
        print_format(out, "%" PRId64 "%s", value->integer, value->form == VALUE_BIGINT ? "n" : "");
        return;
    case VALUE_UNSIGNED:
    case VALUE_BIGUINT:
        print_format(out, "%" PRIu64 "%s", value->word, value->form == VALUE_BIGUINT ? "n" : "");
        return;
    case VALUE_ADDRESS:
        print_format(out, "0x%" PRIx64, value->word);
        if (value->text != NULL)
            print_format(out, " (%s)", value->text);
        return;
    case VALUE_STRING:
        print_text(out, "\"");
        print_escaped(out, value->text, strlen(value->text));
        print_text(out, "\"");
        return;
    case VALUE_WORDS:
    case VALUE_UNKNOWN:
        print_format(out, "<%s>", value->text != NULL ? value->text : "unknown");
        return;
    default:
        print_text(out, "<hole>");
    }
}

// --- names ---------------------------------------------------------------------------------------

// "FIXED_ARRAY" → "FixedArray"
static void camel_case(const char *name, char *buffer)
{
    size_t used = 0;
    bool begins = true;
    for (; *name != '\0' && used + 1 < CLASS_NAME_MAX; name++) {
        if (*name == '_') {
            begins = true;
            continue;
        }
        bool upper = *name >= 'A' && *name <= 'Z';
        buffer[used++] = upper && !begins ? (char)(*name - 'A' + 'a') : *name;
        begins = false;
    }
    buffer[used] = '\0';
}

// The class, as the type table says it.
static void class_of_object(const struct v8 *v8, const struct v8_what *what, char *buffer)
{
    if (what->object.shape.type == ITYPE_JS_PROXY) // "(system)" there
        snprintf(buffer, CLASS_NAME_MAX, "Proxy");
    else if (what->kind == KIND_OBJECT)
        v8_class_name(v8, &what->object.shape, what->object.address, buffer);
    else
        camel_case(itype_name((enum itype)what->object.shape.type), buffer);
}

void v8_type_text(const struct v8 *v8, const struct v8_value *value, char *buffer)
{
    struct v8_what what;
    v8_value_what(v8, value, &what);
    if (what.kind == KIND_OBJECT || what.kind == KIND_INTERNAL)
        class_of_object(v8, &what, buffer);
    else
        snprintf(buffer, CLASS_NAME_MAX, "%s", value_kind_name(what.kind));
}

// --- objects -------------------------------------------------------------------------------------

static void brief(const struct v8 *v8, const struct v8_value *value, struct print *out);

static void print_title(const struct v8 *v8, const struct v8_what *what,
                        const struct v8_decoder *decoder, struct print *out)
{
    char name[CLASS_NAME_MAX];
    // The person who wrote the program knows it as a Buffer, whatever V8 made it from.
    if (what->kind != KIND_OBJECT ||
        !v8_prototype_name(v8, &what->object.shape, name, sizeof name))
        class_of_object(v8, what, name);
    if (decoder->title != NULL)
        decoder->title(v8, &what->object, name, out);
    else
        print_text(out, name);
}

static bool is_identifier(const char *name)
{
    const char *at = name;
    for (; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at == '_' ||
                      *at == '$' || (uint8_t)*at >= 0x80;
        if (!letter && (at == name || *at < '0' || *at > '9'))
            return false;
    }
    return at != name;
}

static void print_name(const struct v8_field *field, struct print *out)
{
    if ((field->flags & FIELD_SYMBOL) != 0) {
        print_text(out, field->name[0] == '#' ? "" : "[");
        print_escaped(out, field->name, strlen(field->name));
        print_text(out, field->name[0] == '#' ? "" : "]");
    } else if (field->kind == FIELD_ELEMENT || field->kind == FIELD_INTERNAL ||
               is_identifier(field->name)) {
        print_text(out, field->name);
    } else {
        print_text(out, "\"");
        print_escaped(out, field->name, strlen(field->name));
        print_text(out, "\"");
    }
}

void v8_preview_accessor(const struct v8 *v8, const struct v8_value *value, struct print *out)
{
    struct v8_what what, part[2];
    v8_value_what(v8, value, &what);
    if (what.object.shape.type != ITYPE_ACCESSOR_PAIR) {
        print_text(out, "[native accessor]");
        return;
    }
    for (int i = 0; i < 2; i++) // src/objects/struct.h AccessorPair: getter 8, setter 16
        v8_word_what(v8, v8_word(&what.object, 8 + 8u * (unsigned)i), &part[i]);
    bool get = part[0].kind == KIND_FUNCTION || part[0].kind == KIND_INTERNAL;
    bool set = part[1].kind == KIND_FUNCTION || part[1].kind == KIND_INTERNAL;
    print_text(out, get && set ? "[Getter/Setter]" : set ? "[Setter]" : "[Getter]");
}

static void print_field(const struct v8 *v8, const struct v8_field *field, bool named,
                        struct print *out)
{
    if (field->kind == FIELD_ENTRY) {
        if (field->key.form != VALUE_ABSENT) {
            brief(v8, &field->key, out);
            print_text(out, " => ");
        }
        brief(v8, &field->value, out);
        return;
    }
    if (named && (field->flags & FIELD_ALONE) == 0) {
        print_name(field, out);
        print_text(out, ": ");
    }
    if (field->kind == FIELD_ACCESSOR)
        v8_preview_accessor(v8, &field->value, out);
    else
        brief(v8, &field->value, out);
}

static bool is_shown(const struct v8_field *field)
{
    return field->kind != FIELD_HIDDEN && (field->flags & FIELD_QUIET) == 0 &&
           ((field->flags & FIELD_NOT_ENUMERABLE) == 0 || field->kind == FIELD_ELEMENT);
}

struct body {
    struct print *out;
    bool alone;      // the last item had no name, and so has this one: "<fulfilled>: 5"
    bool list;       // elements without their indexes
    bool opened;
    unsigned shown;
    uint64_t holes;  // of a list, not printed yet
    uint64_t next;   // index of a list's next element
};

enum { BODY_END = 8 }; // bytes that "…" and the closing bracket take, and some

static void begin_item(struct body *body)
{
    print_text(body->out, body->alone    ? ": "
                          : body->opened ? ", "
                          : body->list   ? "["
                                         : "{");
    body->opened = true;
}

// False when what was printed from `before` on leaves no room for the end: then "…" stands for it.
static bool end_item(struct body *body, size_t before)
{
    body->shown++;
    if (print_room(body->out) >= BODY_END && !body->out->full)
        return true;
    print_back(body->out, before);
    body->opened = body->shown > 1;
    body->alone = false;
    begin_item(body);
    return false;
}

static bool put_holes(struct body *body)
{
    size_t before = body->out->used;
    if (body->holes == 0)
        return true;
    begin_item(body);
    print_text(body->out, "<");
    print_count(body->out, body->holes);
    print_text(body->out, body->holes == 1 ? " empty item>" : " empty items>");
    body->holes = 0;
    return end_item(body, before);
}

static bool put_field(struct body *body, const struct v8 *v8, const struct v8_field *field)
{
    bool element = body->list && field->kind == FIELD_ELEMENT;
    bool alone = (field->flags & FIELD_ALONE) != 0;
    if (element) {
        body->holes += field->index - body->next;
        body->next = field->index + 1;
        if (field->value.form == VALUE_ABSENT) {
            body->holes++;
            return true;
        }
    }
    if (!put_holes(body))
        return false;
    size_t before = body->out->used;
    body->alone = body->alone && alone;
    begin_item(body);
    body->alone = alone;
    print_field(v8, field, !element, body->out);
    return end_item(body, before);
}

static void print_body(struct v8_inspection *in, bool titled, struct print *out)
{
    bool list = (in->decoder->flags & DECODER_LIST) != 0;
    struct body body = {.out = out, .list = list};
    struct v8_field field;
    unsigned most = list ? BODY_ELEMENTS : BODY_FIELDS;
    size_t start = out->used;
    bool fits = true, unknown = false; // an element that is not known says it for those behind it
    uint64_t i = 0;
    if (titled)
        print_text(out, " ");
    for (; i < in->count && i < BODY_LOOKED_AT && body.shown < most && fits && !unknown; i++) {
        v8_inspect_field(in, i, &field);
        if (is_shown(&field))
            fits = put_field(&body, in->v8, &field);
        unknown = list && field.value.form == VALUE_UNKNOWN;
    }
    fits = fits && put_holes(&body);
    if (!body.opened && (in->decoder->flags & DECODER_WHOLE) != 0 && titled) {
        print_back(out, start);
        return;
    }
    if (!body.opened)
        print_text(out, list ? "[" : "{");
    if (!fits)
        print_text(out, "…");
    else if (i < in->count && (body.shown == most || i == BODY_LOOKED_AT || unknown))
        print_text(out, body.shown > 0 ? ", …" : "…");
    print_text(out, list ? "]" : "}");
}

static bool print_primitive(const struct v8 *v8, const struct v8_what *what, uint32_t units,
                            struct print *out)
{
    char text[NUMBER_TEXT];
    switch (what->kind) {
    case KIND_UNDEFINED:
    case KIND_NULL:
        print_text(out, value_kind_name(what->kind));
        return true;
    case KIND_BOOLEAN:
        print_text(out, what->truth ? "true" : "false");
        return true;
    case KIND_NUMBER:
        v8_number_text(what->number, text);
        print_text(out, text);
        return true;
    case KIND_STRING:
        v8_preview_string(v8, &what->object, units, out);
        return true;
    case KIND_SYMBOL:
        print_symbol(v8, &what->object, out);
        return true;
    case KIND_BIGINT:
        print_bigint(&what->object, out);
        return true;
    case KIND_HOLE:
        print_text(out, "<hole>");
        return true;
    case KIND_CLEARED:
        print_text(out, "<cleared>");
        return true;
    default:
        return false;
    }
}

// Without fields: what stands for a value within another.
static void brief(const struct v8 *v8, const struct v8_value *value, struct print *out)
{
    struct v8_what what;
    v8_value_what(v8, value, &what);
    if (value->form != VALUE_TAGGED) {
        print_raw(value, out);
        return;
    }
    if (what.object.address == 0 && what.kind != KIND_NUMBER && what.kind != KIND_CLEARED) {
        print_format(out, what.kind == KIND_ADDRESS ? "0x%" PRIx64 : "<no object at 0x%" PRIx64 ">",
                     value->word);
        return;
    }
    if (print_primitive(v8, &what, NESTED_UNITS, out))
        return;
    const struct v8_decoder *decoder = v8_decoder_of(v8, &what.object, what.kind);
    size_t before = out->used;
    print_title(v8, &what, decoder, out);
    if (out->used == before)
        print_text(out, (decoder->flags & DECODER_LIST) != 0 ? "[…]" : "{…}");
}

void decode_entry_name(const struct v8 *v8, const struct v8_value *key, struct v8_field *ret)
{
    struct print out;
    print_begin(&out, ret->name, sizeof ret->name);
    brief(v8, key, &out);
    if (out.full)
        ret->flags |= FIELD_NAME_CUT;
}

void v8_preview_object(const struct v8 *v8, uint64_t address, bool body, struct print *out)
{
    struct v8_value value = v8_tagged(address | V8_TAG);
    v8_preview(v8, &value, body, out);
}

void v8_preview(const struct v8 *v8, const struct v8_value *value, bool body, struct print *out)
{
    struct v8_inspection in;
    struct v8_what what;
    if (value->form != VALUE_TAGGED || !body) {
        brief(v8, value, out);
        return;
    }
    v8_value_what(v8, value, &what);
    if (what.object.address == 0 || print_primitive(v8, &what, TOP_UNITS, out) ||
        !v8_inspect(v8, what.object.address, 0, &in)) {
        if (what.object.address == 0)
            brief(v8, value, out);
        return;
    }
    size_t before = out->used;
    print_title(v8, &what, in.decoder, out);
    print_body(&in, out->used > before, out);
}
