#include "heap/v8/function/script.h"

#include <stdio.h>

enum { // src/objects/script.tq, the same in all lines
    SOURCE = 8,
    NAME = 16,
    LINE_OFFSET = 24,
    COLUMN_OFFSET = 32,
    TYPE = 48,
    LINE_ENDS = 56,
    ID = 64,
    EVAL_FROM = 72, // or the parameters of a wrapped function
    FLAG_EVAL = 1,
};

static uint64_t string_or_none(const struct v8 *v8, uint64_t word)
{
    struct v8_string string;
    return v8_string_of(v8, word, &string) && string.length > 0 ? word : 0;
}

// The word when it refers to an object of this type.
static uint64_t typed(const struct v8 *v8, uint64_t word, enum itype type)
{
    struct v8_object object;
    return v8_object_of(v8, word, &object) && object.shape.type == type ? word : 0;
}

bool v8_script_at(const struct v8 *v8, uint64_t address, struct v8_script *ret)
{
    const struct layout_script *layout = &layout_scripts[v8->line];
    memset(ret, 0, sizeof *ret);
    if (!v8_object_at(v8, address, &ret->object) || ret->object.shape.type != ITYPE_SCRIPT)
        return false;
    uint64_t type = v8_word(&ret->object, TYPE);
    ret->type = v8_is_smi(type) && (uint32_t)v8_smi(type) < SCRIPT_TYPE_COUNT
                    ? (enum script_type)v8_smi(type)
                    : SCRIPT_TYPE_COUNT;
    ret->id = v8_smi(v8_word(&ret->object, ID));
    ret->name = string_or_none(v8, v8_word(&ret->object, NAME));
    ret->source_url = string_or_none(v8, v8_word(&ret->object, layout->source_url));
    ret->by_eval = (v8_smi(v8_word(&ret->object, layout->flags)) & FLAG_EVAL) != 0;
    ret->has_source = v8_string_of(v8, v8_word(&ret->object, SOURCE), &ret->source);
    ret->line_offset = v8_smi(v8_word(&ret->object, LINE_OFFSET));
    ret->column_offset = v8_smi(v8_word(&ret->object, COLUMN_OFFSET));
    if (ret->type == SCRIPT_WASM)
        return true; // the words below mean something else
    ret->line_ends = typed(v8, v8_word(&ret->object, LINE_ENDS), ITYPE_FIXED_ARRAY);
    uint64_t from = v8_word(&ret->object, EVAL_FROM);
    ret->eval_from = typed(v8, from, ITYPE_SHARED_FUNCTION_INFO);
    ret->wrapped_parameters = typed(v8, from, ITYPE_FIXED_ARRAY);
    return true;
}

bool v8_script_of(const struct v8 *v8, uint64_t tagged, struct v8_script *ret)
{
    struct v8_object object;
    return v8_object_of(v8, tagged, &object) && v8_script_at(v8, object.address, ret);
}

bool v8_script_name(const struct v8 *v8, const struct v8_script *script, char *buffer,
                    size_t capacity)
{
    uint64_t name = script->source_url != 0 ? script->source_url : script->name;
    if (name != 0 && v8_string_short(v8, name, buffer, capacity))
        return true;
    snprintf(buffer, capacity, "VM%d", script->id);
    return false;
}

const char *script_type_name(enum script_type type)
{
    static const char *const names[SCRIPT_TYPE_COUNT] = {
        [SCRIPT_NATIVE] = "native",   [SCRIPT_EXTENSION] = "extension",
        [SCRIPT_NORMAL] = "normal",   [SCRIPT_WASM] = "wasm",
        [SCRIPT_INSPECTOR] = "inspector",
    };
    return (size_t)type < SCRIPT_TYPE_COUNT ? names[type] : "?";
}
