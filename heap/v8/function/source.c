#include "heap/v8/function/source.h"

#include "heap/v8/function/scope.h"
#include "heap/v8/value/properties.h"

enum { // src/objects/map.h, js-generator.tq; the same in all lines
    MAP_PROTOTYPE = 24,
    MAP_CONSTRUCTOR = 32,
    GENERATOR_FUNCTION = 24,
    BACK_POINTERS_MAX = 2048,
    SCOPES_MAX = 4096,
};

static enum source_result source_of_function(const struct v8 *v8, uint64_t closure,
                                             struct v8_source *ret)
{
    ret->has_function = true;
    if (ret->function.script == 0)
        return SOURCE_NATIVE;
    if (!v8_script_of(v8, ret->function.script, &ret->script) || !ret->script.has_source)
        return SOURCE_MISSING;
    uint32_t length = ret->script.source.length;
    if (!v8_function_extent(v8, &ret->function, closure, &ret->first, &ret->end)) {
        ret->first = 0;
        ret->end = length;
    }
    ret->end = ret->end < length ? ret->end : length;
    ret->first = ret->first < ret->end ? ret->first : ret->end;
    return SOURCE_FOUND;
}

static enum source_result source_of_script(const struct v8 *v8, uint64_t address,
                                           struct v8_source *ret)
{
    ret->whole = true;
    if (!v8_script_at(v8, address, &ret->script) || !ret->script.has_source)
        return SOURCE_MISSING;
    ret->end = ret->script.source.length;
    return SOURCE_FOUND;
}

// Blocks and the like belong to the function, eval, module or script around them.
static enum source_result source_of_scope(const struct v8 *v8, uint64_t tagged,
                                          struct v8_source *ret)
{
    static const bool has_code[SCOPE_KIND_COUNT] = {
        [SCOPE_FUNCTION] = true, [SCOPE_EVAL] = true, [SCOPE_MODULE] = true, [SCOPE_SCRIPT] = true};
    struct v8_scope_info info;
    for (int i = 0; i < SCOPES_MAX && v8_scope_info_of(v8, tagged, &info); i++) {
        if (has_code[info.kind]) {
            ret->scope_info = info.object.address;
            return SOURCE_BY_SCOPE;
        }
        tagged = info.outer;
    }
    return SOURCE_NO_FUNCTION;
}

// The function an object is an instance of: what its prototype calls the constructor, else the one
// its map came from.
static bool constructor_of(const struct v8 *v8, const struct v8_object *object,
                           struct v8_object *ret)
{
    struct v8_object map, prototype;
    struct v8_property property;
    if (!v8_object_at(v8, object->shape.map, &map))
        return false;
    if (v8_object_of(v8, v8_word(&map, MAP_PROTOTYPE), &prototype) &&
        itype_is_js_receiver(&v8->types, prototype.shape.number) &&
        v8_property_find_text(v8, &prototype, "constructor", false, &property) &&
        !property.accessor && !property.raw_double && v8_object_of(v8, property.value, ret) &&
        itype_is_js_function(&v8->types, ret->shape.number))
        return true;
    for (int i = 0; i < BACK_POINTERS_MAX; i++) {
        if (!v8_object_of(v8, v8_word(&map, MAP_CONSTRUCTOR), ret))
            return false;
        if (ret->shape.type != ITYPE_MAP)
            return itype_is_js_function(&v8->types, ret->shape.number);
        map = *ret;
    }
    return false;
}

static bool is_generator(enum itype type)
{
    return type == ITYPE_JS_GENERATOR_OBJECT || type == ITYPE_JS_ASYNC_FUNCTION_OBJECT ||
           type == ITYPE_JS_ASYNC_GENERATOR_OBJECT;
}

enum source_result v8_source_at(const struct v8 *v8, uint64_t address, struct v8_source *ret)
{
    struct v8_object object, function;
    struct v8_scope scope;
    uint64_t closure = 0;
    memset(ret, 0, sizeof *ret);
    if (!v8_object_of(v8, v8_untag(address) + V8_TAG, &object))
        return SOURCE_NO_OBJECT;
    enum itype type = (enum itype)object.shape.type;
    if (type == ITYPE_SCRIPT)
        return source_of_script(v8, object.address, ret);
    if (type == ITYPE_SHARED_FUNCTION_INFO && v8_function_at(v8, object.address, &ret->function))
        return source_of_function(v8, 0, ret);
    if (type == ITYPE_SCOPE_INFO)
        return source_of_scope(v8, object.address + V8_TAG, ret);
    if (v8_scope_at(v8, object.address, &scope))
        return scope.has_info ? source_of_scope(v8, scope.info.object.address + V8_TAG, ret)
                              : SOURCE_NO_FUNCTION;
    if (is_generator(type) && v8_object_of(v8, v8_word(&object, GENERATOR_FUNCTION), &function))
        object = function;
    if (v8_function_of(v8, &object, &closure, &ret->function))
        return source_of_function(v8, closure, ret);
    if (itype_is_js_receiver(&v8->types, object.shape.number) &&
        constructor_of(v8, &object, &function) &&
        v8_function_of(v8, &function, &closure, &ret->function))
        return source_of_function(v8, closure, ret);
    return SOURCE_NO_FUNCTION;
}
