#include "heap/v8/function_name.h"

#include "heap/v8/string.h"

enum {
    UNCOMPILED_INFERRED_NAME = 8, // src/objects/shared-function-info.tq UncompiledData
    SCOPE_TYPE_MASK = 15,
    RECEIVER_SHIFT = 7, // of 7.8 to 9.4: VariableAllocationInfo of the receiver
    RECEIVER_MASK = 3,
    ON_STACK = 1,
    IN_CONTEXT = 2,
};

// What a scope info says of its function's name.
struct scope_names {
    uint64_t function, inferred; // tagged; 0: none
};

static uint64_t text_or_nothing(const struct v8 *v8, uint64_t word)
{
    struct v8_string string;
    return v8_string_of(v8, word, &string) && string.length > 0 ? word : 0;
}

// Offset of the word behind the names of local variables and what is said of each.
static uint64_t behind_locals(const struct layout_scope_info *layout,
                              const struct v8_object *scope, uint32_t flags)
{
    uint64_t locals = v8_u32(scope, layout->locals), at = layout->names;
    if (locals > scope->size / 8)
        return scope->size;
    if (layout->module != 0 && (flags & SCOPE_TYPE_MASK) == layout->module)
        at += 8;
    bool table = layout->table_from != 0 && locals >= layout->table_from;
    at += 8 * (table ? 1 : locals) + 8 * locals;
    if (flags & layout->class_variable)
        at += 8;
    uint32_t receiver = flags >> RECEIVER_SHIFT & RECEIVER_MASK;
    return layout->receiver && (receiver == ON_STACK || receiver == IN_CONTEXT) ? at + 8 : at;
}

static struct scope_names scope_names(const struct v8 *v8, const struct v8_object *scope)
{
    const struct layout_scope_info *layout = &v8->layout->scope_info;
    struct scope_names names = {0};
    if (scope->size < layout->names)
        return names; // the empty scope info of 7.8 and 8.4 has no fields
    uint32_t flags = v8_u32(scope, layout->flags);
    uint64_t at = behind_locals(layout, scope, flags);
    if (flags & layout->function_variable) {
        names.function = text_or_nothing(v8, v8_word(scope, at));
        at += 16; // and where the variable lives
    }
    if (flags & layout->inferred_name)
        names.inferred = text_or_nothing(v8, v8_word(scope, at));
    return names;
}

// The string or scope info of a function.
static uint64_t name_word(const struct v8 *v8, const struct v8_object *shared)
{
    return shared->shape.type == ITYPE_SHARED_FUNCTION_INFO
               ? v8_word(shared, v8->layout->sfi_name)
               : 0;
}

static bool scope_of(const struct v8 *v8, uint64_t word, struct v8_object *scope)
{
    return v8_is_strong(word) && v8_object_at(v8, v8_untag(word), scope) &&
           scope->shape.type == ITYPE_SCOPE_INFO;
}

uint64_t v8_function_own_name(const struct v8 *v8, const struct v8_object *shared)
{
    struct v8_object scope;
    uint64_t word = name_word(v8, shared);
    return scope_of(v8, word, &scope) ? scope_names(v8, &scope).function
                                      : text_or_nothing(v8, word);
}

uint64_t v8_function_debug_name(const struct v8 *v8, const struct v8_object *shared)
{
    struct v8_object object;
    uint64_t word = name_word(v8, shared);
    if (scope_of(v8, word, &object)) {
        struct scope_names names = scope_names(v8, &object);
        return names.function != 0 ? names.function : names.inferred;
    }
    uint64_t name = text_or_nothing(v8, word);
    if (name != 0 || !v8_object_of(v8, v8_word(shared, v8->layout->sfi_data), &object))
        return name;
    switch (object.shape.type) {
    case ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA:
    case ITYPE_UNCOMPILED_DATA_WITH_PREPARSE_DATA_AND_JOB:
    case ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA:
    case ITYPE_UNCOMPILED_DATA_WITHOUT_PREPARSE_DATA_WITH_JOB:
        return text_or_nothing(v8, v8_word(&object, UNCOMPILED_INFERRED_NAME));
    default:
        return 0;
    }
}
