#include "heap/v8/class_name.h"

#include "heap/v8/string.h"

#include <stdio.h>

enum { // src/objects/map.h, the same in all supported versions
    MAP_CONSTRUCTOR = 32,
    BACK_POINTERS_MAX = 2048,
};

static enum node_type type_of_string(uint16_t number)
{
    int kind = number & 7;
    return kind == 1 ? NODE_CONS_STRING : kind == 3 ? NODE_SLICED_STRING : NODE_STRING;
}

enum node_type v8_node_type(const struct v8 *v8, const struct v8_shape *shape)
{
    if (itype_is_string(&v8->types, shape->number))
        return type_of_string(shape->number);
    if (itype_is_js_function(&v8->types, shape->number))
        return NODE_CLOSURE;
    if (itype_is_js_receiver(&v8->types, shape->number))
        return NODE_OBJECT;
    return NODE_HIDDEN;
}

static bool constructor_name(const struct v8 *v8, uint64_t map, char *buffer)
{
    struct v8_object object;
    uint64_t word = 0;
    if (!v8_object_at(v8, map, &object))
        return false;
    for (int i = 0; i < BACK_POINTERS_MAX; i++) {
        word = v8_word(&object, MAP_CONSTRUCTOR);
        if (!v8_object_of(v8, word, &object) || object.shape.type != ITYPE_MAP)
            break;
    }
    if (!v8_object_of(v8, word, &object) ||
        !itype_is_js_function(&v8->types, object.shape.number))
        return false;
    if (!v8_object_of(v8, v8_word(&object, v8->layout->function_shared), &object))
        return false;
    return v8_string_short(v8, v8_word(&object, v8->layout->sfi_name), buffer, CLASS_NAME_MAX) &&
           buffer[0] != '\0';
}

void v8_class_name(const struct v8 *v8, const struct v8_shape *shape, uint64_t example,
                   char *buffer)
{
    static const char *const groups[] = {
        [NODE_HIDDEN] = "(system)", [NODE_ARRAY] = "(array)", [NODE_STRING] = "(string)",
        [NODE_CODE] = "(compiled code)", [NODE_CLOSURE] = "(closure)", [NODE_REGEXP] = "(regexp)",
        [NODE_HEAP_NUMBER] = "(number)", [NODE_SYNTHETIC] = "(synthetic)",
        [NODE_CONS_STRING] = "(concatenated string)", [NODE_SLICED_STRING] = "(sliced string)",
        [NODE_SYMBOL] = "(symbol)", [NODE_BIGINT] = "(bigint)",
        [NODE_OBJECT_SHAPE] = "(object shape)",
    };
    (void)example;
    enum node_type type = v8_node_type(v8, shape);
    if (type == NODE_OBJECT && constructor_name(v8, shape->map, buffer))
        return;
    snprintf(buffer, CLASS_NAME_MAX, "%s",
             type == NODE_OBJECT || groups[type] == NULL ? "Object" : groups[type]);
}
