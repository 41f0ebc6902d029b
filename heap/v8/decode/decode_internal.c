// What V8 keeps and JavaScript cannot reach: fields by the table, then elements, then whatever words
// no row of the table names.
#include "heap/v8/decode/decode.h"
#include "heap/v8/function/function_name.h"
#include "heap/v8/naming/class_name.h"
#include "heap/v8/string/string.h"

#include <inttypes.h>
#include <stdio.h>

enum row_kind { ROW_TAGGED, ROW_PTR, ROW_U64, ROW_U32, ROW_I32, ROW_U16, ROW_I16, ROW_U8,
                ROW_F64 };

static const struct row {
    enum itype type;
    enum row_kind kind;
    const char *name, *hidden_name;
    uint16_t offset[LAYOUT_LINES];
} rows[] = {
#define X(type_, name_, kind_, ...)                                                                \
    {ITYPE_##type_, ROW_##kind_, #name_, "[" #name_ "]", {__VA_ARGS__}},
#include "heap/v8/layout/fields.def"
#undef X
};

// A field of each entry of a list; the next one of the same list stands behind it.
static const struct entry_row {
    enum itype type;
    uint8_t unit;
    struct row row; // `offset` of it is unused: it differs by the entry
    uint8_t offset;
} entry_rows[] = {
#define X(type_, unit_, name_, kind_, offset_)                                                     \
    {ITYPE_##type_, unit_, {.kind = ROW_##kind_, .name = #name_}, offset_},
#include "heap/v8/layout/entry_fields.def"
#undef X
};

enum {
    ROWS = sizeof rows / sizeof *rows,
    ENTRY_ROWS = sizeof entry_rows / sizeof *entry_rows,
    TITLE_PROPERTIES = 8,
};

static uint64_t row_size(enum row_kind kind)
{
    static const uint8_t sizes[] = {[ROW_TAGGED] = 8, [ROW_PTR] = 8, [ROW_U64] = 8, [ROW_U32] = 4,
                                    [ROW_I32] = 4,    [ROW_U16] = 2, [ROW_I16] = 2, [ROW_U8] = 1,
                                    [ROW_F64] = 8};
    return sizes[kind];
}

static struct v8_value row_value(const struct v8_object *object, const struct row *row,
                                 uint64_t offset)
{
    uint64_t word = v8_word(object, offset);
    struct v8_value value = {.form = VALUE_UNSIGNED};
    switch (row->kind) {
    case ROW_TAGGED:
        return v8_tagged(word);
    case ROW_PTR:
        value.form = VALUE_ADDRESS;
        value.word = word;
        return value;
    case ROW_F64:
        value.form = VALUE_DOUBLE;
        memcpy(&value.number, &word, sizeof word);
        return value;
    case ROW_I32:
        value.form = VALUE_INTEGER;
        value.integer = (int32_t)v8_u32(object, offset);
        return value;
    case ROW_I16:
        value.form = VALUE_INTEGER;
        value.integer = (int16_t)v8_u16(object, offset);
        return value;
    case ROW_U64:
        value.word = word;
        return value;
    case ROW_U32:
        value.word = v8_u32(object, offset);
        return value;
    case ROW_U16:
        value.word = v8_u16(object, offset);
        return value;
    case ROW_U8:
        value.word = v8_u8(object, offset);
        return value;
    }
    return value;
}

// Call for each row of the type: those of one type stand together.
static const struct row *next_row(const struct v8 *v8, const struct v8_object *object,
                                  enum itype type, const struct row *after)
{
    const struct row *row = after == NULL ? rows : after + 1;
    for (; row < rows + ROWS; row++) {
        uint64_t offset = row->offset[v8->line];
        if (row->type == type && offset != 0 && offset + row_size(row->kind) <= object->size)
            return row;
    }
    return NULL;
}

// Functions have a type for each builtin constructor, all laid out alike.
static enum itype table_type(const struct v8_inspection *in)
{
    return in->value_kind == KIND_FUNCTION && in->object.shape.type != ITYPE_JS_BOUND_FUNCTION &&
                   in->object.shape.type != ITYPE_JS_WRAPPED_FUNCTION
               ? ITYPE_JS_FUNCTION
               : (enum itype)in->object.shape.type;
}

void decode_table_fields(struct v8_inspection *in)
{
    const struct v8_object *object = &in->object;
    if (in->value_kind != KIND_OBJECT && in->value_kind != KIND_FUNCTION)
        return;
    decode_hidden(in, "[properties]", v8_tagged(v8_word(object, 8)),
                  decode_slot_address(object, 8));
    decode_hidden(in, "[elements]", v8_tagged(v8_word(object, 16)),
                  decode_slot_address(object, 16));
    if (in->decoder == &decoder_object)
        return; // it has shown them already
    const struct row *row = NULL;
    while ((row = next_row(in->v8, object, table_type(in), row)) != NULL) {
        uint64_t offset = row->offset[in->v8->line];
        decode_hidden(in, row->hidden_name, row_value(object, row, offset),
                      object->address + offset);
    }
}

void decode_own_fields(struct v8_inspection *in)
{
    const struct row *row = NULL;
    while ((row = next_row(in->v8, &in->object, table_type(in), row)) != NULL) {
        uint64_t offset = row->offset[in->v8->line];
        decode_slot(in, row->hidden_name, row_value(&in->object, row, offset),
                    in->object.address + offset, FIELD_QUIET);
    }
}

// --- elements ------------------------------------------------------------------------------------

static bool element_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                          struct v8_field *ret)
{
    uint64_t offset = section->header + section->unit * row, word = v8_word(&section->object, offset);
    (void)in;
    ret->kind = FIELD_ELEMENT;
    ret->index = row;
    ret->flags = FIELD_QUIET;
    ret->slot = section->object.address + offset;
    ret->value = v8_tagged(word);
    if (section->unit == 1) {
        ret->value.form = VALUE_UNSIGNED;
        ret->value.word = v8_u8(&section->object, offset);
    } else if (section->object.shape.type == ITYPE_FIXED_DOUBLE_ARRAY) {
        ret->value.form = VALUE_DOUBLE;
        memcpy(&ret->value.number, &word, sizeof word);
    }
    snprintf(ret->name, sizeof ret->name, "%" PRIu64, row);
    return true;
}

static size_t entry_row_count(size_t first)
{
    size_t end = first;
    while (end < ENTRY_ROWS && entry_rows[end].type == entry_rows[first].type &&
           entry_rows[end].unit == entry_rows[first].unit)
        end++;
    return end - first;
}

// "3.key"
static bool entry_row_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                            struct v8_field *ret)
{
    size_t count = entry_row_count(section->detail);
    const struct entry_row *field = &entry_rows[section->detail + row % count];
    uint64_t offset = section->header + field->unit * (row / count) + field->offset;
    (void)in;
    ret->kind = FIELD_INTERNAL;
    ret->flags = FIELD_QUIET;
    ret->index = row;
    ret->value = row_value(&section->object, &field->row, offset);
    ret->slot = section->object.address + offset;
    snprintf(ret->name, sizeof ret->name, "%" PRIu64 ".%s", row / count, field->row.name);
    return true;
}

// The entries of an object that is a list of them, by the names of their fields.
static bool add_entries(struct v8_inspection *in)
{
    const struct size_rule *rule = &in->object.shape.rule;
    size_t first = 0;
    while (first < ENTRY_ROWS && (entry_rows[first].type != (enum itype)in->object.shape.type ||
                                  entry_rows[first].unit != rule->unit))
        first++;
    if (first == ENTRY_ROWS || in->object.shape.fixed_size != 0 || rule->kind != SIZE_COUNTED)
        return false;
    uint64_t count = v8_u32(&in->object, rule->at) >> rule->shift & rule->mask;
    struct v8_section *section = decode_section(in, &in->object, rule->header, rule->unit, count);
    section->field = entry_row_field;
    section->detail = (unsigned)first;
    section->count = section->slots * entry_row_count(first);
    return true;
}

// Arrays are what the size rule calls counted words or bytes.
static bool add_elements(struct v8_inspection *in)
{
    const struct size_rule *rule = &in->object.shape.rule;
    bool bytes = in->object.shape.type == ITYPE_BYTE_ARRAY ||
                 in->object.shape.type == ITYPE_TRUSTED_BYTE_ARRAY;
    if (in->object.shape.fixed_size != 0 || rule->kind != SIZE_COUNTED ||
        (rule->unit != 8 && !bytes))
        return false;
    uint64_t count = v8_u32(&in->object, rule->at) >> rule->shift & rule->mask;
    struct v8_section *section = decode_section(in, &in->object, rule->header, rule->unit, count);
    section->field = element_field;
    return true;
}

static bool word_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                       struct v8_field *ret)
{
    uint64_t slot;
    if (!v8_section_slot(in, section, row, &slot))
        return false;
    uint64_t offset = section->header + 8 * slot;
    ret->kind = FIELD_INTERNAL;
    ret->flags = FIELD_QUIET;
    ret->index = row;
    ret->value = v8_tagged(v8_word(&section->object, offset));
    ret->slot = section->object.address + offset;
    snprintf(ret->name, sizeof ret->name, "+%" PRIu64, offset);
    return true;
}

// No row of the table covers any part of the word.
static bool is_unnamed(struct v8_inspection *in, const struct v8_section *section, uint64_t slot)
{
    uint64_t start = section->header + 8 * slot;
    const struct row *row = NULL;
    while ((row = next_row(in->v8, &in->object, table_type(in), row)) != NULL) {
        uint64_t offset = row->offset[in->v8->line];
        if (offset < start + 8 && offset + row_size(row->kind) > start)
            return false;
    }
    return true;
}

void decode_words(struct v8_inspection *in)
{
    if (add_entries(in) || add_elements(in))
        return;
    struct v8_section *section = decode_section(in, &in->object, 8, 8, UINT64_MAX);
    section->field = word_field;
    section->used = is_unnamed;
    v8_section_count(in, section);
}

static void open_internal(struct v8_inspection *in)
{
    const struct row *row = NULL;
    bool named = false;
    while ((row = next_row(in->v8, &in->object, table_type(in), row)) != NULL) {
        uint64_t offset = row->offset[in->v8->line];
        decode_slot(in, row->name, row_value(&in->object, row, offset),
                    in->object.address + offset, FIELD_QUIET);
        named = true;
    }
    // What follows the fields of an object of variable size is code or packed data.
    bool code = in->object.shape.type == ITYPE_BYTECODE_ARRAY ||
                in->object.shape.type == ITYPE_INSTRUCTION_STREAM;
    if (in->object.shape.fixed_size != 0 || !named ||
        (in->object.shape.rule.kind == SIZE_COUNTED && !code))
        decode_words(in);
}

// --- titles --------------------------------------------------------------------------------------

static void print_map(const struct v8 *v8, const struct v8_object *map, struct print *out)
{
    struct v8_shape shape;
    struct v8_properties list;
    struct v8_property property;
    char text[CLASS_NAME_MAX];
    if (!v8_shape_read(v8, map->address, &shape))
        return;
    if (!itype_is_js_receiver(&v8->types, shape.number)) {
        print_format(out, " (%s)", itype_name((enum itype)shape.type));
        return;
    }
    v8_class_name(v8, &shape, 0, text);
    print_format(out, " (%s", text);
    if (v8_properties_open_shape(v8, map->address, &list)) {
        print_text(out, " {");
        for (uint32_t i = 0; i < list.count && i < TITLE_PROPERTIES; i++) {
            print_text(out, i > 0 ? ", " : "");
            if (v8_properties_at(&list, i, &property) &&
                v8_property_name(v8, property.name, text, sizeof text) != PROPERTY_BAD_NAME)
                print_text(out, text);
        }
        print_text(out, list.count > TITLE_PROPERTIES ? ", …}" : "}");
    }
    print_text(out, ")");
}

// The field that says which object of its type it is.
static uint64_t name_word(const struct v8 *v8, const struct v8_object *object)
{
    const struct row *row = NULL;
    if (object->shape.type == ITYPE_SHARED_FUNCTION_INFO)
        return v8_function_debug_name(v8, object);
    while ((row = next_row(v8, object, (enum itype)object->shape.type, row)) != NULL)
        if (row->kind == ROW_TAGGED && strcmp(row->name, "name") == 0)
            return v8_word(object, row->offset[v8->line]);
    return 0;
}

static void title_of_internal(const struct v8 *v8, const struct v8_object *object,
                              const char *name, struct print *out)
{
    const struct size_rule *rule = &object->shape.rule;
    char text[FIELD_NAME_MAX];
    print_text(out, name);
    if (object->shape.type == ITYPE_MAP) {
        print_map(v8, object, out);
    } else if (v8_string_short(v8, name_word(v8, object), text, sizeof text) && text[0] != '\0') {
        print_format(out, " (%s)", text);
    } else if (object->shape.fixed_size == 0 && rule->kind == SIZE_COUNTED &&
               (rule->unit == 8 || rule->unit == 1)) {
        print_text(out, "(");
        print_count(out, v8_u32(object, rule->at) >> rule->shift & rule->mask);
        print_text(out, ")");
    }
}

const struct v8_decoder decoder_internal = {.kind = "internal", .open = open_internal,
                                            .title = title_of_internal, .flags = DECODER_WHOLE};
