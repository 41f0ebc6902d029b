// Contexts: the variables of a scope that closures share (src/objects/contexts.h).
#include "heap/v8/decode/decode.h"
#include "heap/v8/function/scope.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/string/string.h"

#include <stdio.h>

enum { CELL_VALUE = 8 }; // src/objects/contexts.tq ContextCell

void decode_context_cell(const struct v8 *v8, struct v8_value *value, uint64_t *slot)
{
    struct v8_object cell;
    if (value->form != VALUE_TAGGED || !v8_is_strong(value->word) ||
        !v8_object_of(v8, value->word, &cell) || cell.shape.type != ITYPE_CONTEXT_CELL)
        return;
    *value = v8_tagged(v8_word(&cell, CELL_VALUE));
    *slot = decode_slot_address(&cell, CELL_VALUE);
}

static bool variable_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    struct v8_scope scope;
    struct v8_variables variables;
    struct v8_variable variable;
    (void)section;
    if (!v8_scope_at(in->v8, in->object.address, &scope))
        return false;
    v8_variables_open(in->v8, &scope, &variables);
    bool found = v8_variables_at(&variables, (uint32_t)row, &variable);
    v8_variables_close(&variables);
    ret->kind = variable.accessor ? FIELD_ACCESSOR : FIELD_VARIABLE;
    ret->index = row;
    ret->value = variable.value;
    ret->slot = variable.slot;
    ret->name_word = variable.name;
    if (variable.synthetic)
        ret->flags |= FIELD_QUIET;
    v8_variable_name(in->v8, &variable, ret->name, sizeof ret->name);
    return found;
}

static void open_context(struct v8_inspection *in)
{
    struct v8_scope scope;
    struct v8_variables variables;
    if (!v8_scope_at(in->v8, in->object.address, &scope))
        return;
    if (scope.global) {
        decode_words(in);
        return;
    }
    v8_variables_open(in->v8, &scope, &variables);
    struct v8_section *section = decode_section(in, &in->object, 0, 1, 0);
    section->field = variable_field;
    section->count = variables.count;
    v8_variables_close(&variables);
    if (scope.outer != 0)
        decode_slot(in, "[[Outer]]", v8_tagged(scope.outer), 0, FIELD_QUIET);
    if (scope.extension != 0)
        decode_slot(in, "[[Extension]]", v8_tagged(scope.extension), 0, FIELD_QUIET);
    if (scope.has_info)
        decode_slot(in, "[[ScopeInfo]]", v8_tagged(scope.info.object.address | V8_TAG), 0,
                    FIELD_QUIET);
}

static void title_of_context(const struct v8 *v8, const struct v8_object *object, const char *name,
                             struct print *out)
{
    struct v8_scope scope;
    char text[FIELD_NAME_MAX];
    print_text(out, name);
    if (v8_scope_at(v8, object->address, &scope) && scope.has_info &&
        v8_string_short(v8, v8_scope_info_function_name(&scope.info), text, sizeof text) &&
        text[0] != '\0')
        print_format(out, " (%s)", text);
}

const struct v8_decoder decoder_context = {.kind = "context", .open = open_context,
                                           .title = title_of_context};
