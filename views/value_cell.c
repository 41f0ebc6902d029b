#include "views/value_cell.h"

#include "heap/v8/decode/preview.h"
#include "heap/v8/naming/class_name.h"

enum role value_role(enum value_kind kind)
{
    static const enum role roles[] = {
        [KIND_UNKNOWN] = ROLE_BAD,
        [KIND_UNDEFINED] = ROLE_VALUE_KEYWORD,
        [KIND_NULL] = ROLE_VALUE_KEYWORD,
        [KIND_BOOLEAN] = ROLE_VALUE_KEYWORD,
        [KIND_NUMBER] = ROLE_VALUE_NUMBER,
        [KIND_STRING] = ROLE_STRING,
        [KIND_SYMBOL] = ROLE_STRING,
        [KIND_BIGINT] = ROLE_VALUE_NUMBER,
        [KIND_FUNCTION] = ROLE_VALUE_FUNCTION,
        [KIND_OBJECT] = ROLE_VALUE_OBJECT,
        [KIND_HOLE] = ROLE_VALUE_KEYWORD,
        [KIND_INTERNAL] = ROLE_INTERNAL,
        [KIND_CLEARED] = ROLE_VALUE_KEYWORD,
        [KIND_ADDRESS] = ROLE_ADDRESS,
        [KIND_WORDS] = ROLE_TEXT,
    };
    return roles[kind];
}

void row_value(struct row *row, const struct value_columns *columns, const struct v8 *v8,
               const struct v8_value *value, bool body)
{
    struct v8_what what;
    char text[PREVIEW_TEXT];
    struct print out;
    _Static_assert((int)PREVIEW_TEXT >= (int)CLASS_NAME_MAX, "used for both");
    v8_value_what(v8, value, &what);
    if ((row->wanted & 1u << columns->value) != 0) {
        print_begin(&out, text, sizeof text);
        v8_preview(v8, value, body, &out);
        row_text_n(row, columns->value, value_role(what.kind), text, out.used);
    }
    v8_type_text(v8, value, text);
    row_text(row, columns->type, ROLE_NAME, text);
    if (what.object.address != 0 && what.kind != KIND_HOLE)
        row_address(row, columns->address, what.object.address);
}

void row_accessor(struct row *row, const struct value_columns *columns, const struct v8 *v8,
                  const struct v8_value *value)
{
    char text[PREVIEW_TEXT];
    struct print out;
    print_begin(&out, text, sizeof text);
    v8_preview_accessor(v8, value, &out);
    row_text_n(row, columns->value, ROLE_VALUE_KEYWORD, text, out.used);
    row_text(row, columns->type, ROLE_NAME, "accessor");
}
