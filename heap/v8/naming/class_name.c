#include "heap/v8/naming/class_name.h"

#include "heap/v8/naming/constructor_name.h"

#include <stdio.h>

// What is a JavaScript object to DevTools without being one to V8.
static const char *system_object(const struct v8_shape *shape)
{
    return shape->type == ITYPE_WASM_STRUCT || shape->type == ITYPE_WASM_ARRAY
               ? "(wasm object)" // V8 names them by their module's names
               : "system / Context";
}

bool v8_class_name(const struct v8 *v8, const struct v8_shape *shape, uint64_t example,
                   char *buffer)
{
    struct v8_object object;
    bool by_object, known = example != 0 && v8_object_at(v8, example, &object);
    enum node_type type = v8_node_type(v8, shape, &by_object);
    if (by_object && known)
        type = v8_node_type_of(v8, &object);
    if (type == NODE_OBJECT && shape->number >= v8->types.first_js_object)
        return v8_constructor_name(v8, shape, known ? &object : NULL, buffer, CLASS_NAME_MAX);
    const char *group = node_type_group(type);
    snprintf(buffer, CLASS_NAME_MAX, "%s", group != NULL ? group : system_object(shape));
    return by_object;
}

bool v8_class_varies(const struct v8 *v8, const struct v8_shape *shape)
{
    char buffer[CLASS_NAME_MAX];
    bool by_object;
    if (v8_node_type(v8, shape, &by_object) != NODE_OBJECT ||
        shape->number < v8->types.first_js_object)
        return by_object;
    return v8_constructor_may_vary(v8, shape) && v8_class_name(v8, shape, 0, buffer);
}
