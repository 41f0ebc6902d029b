#include "heap/v8/function/function_name.h"

#include "heap/v8/function/function.h"

uint64_t v8_function_own_name(const struct v8 *v8, const struct v8_object *shared)
{
    struct v8_function function;
    return v8_function_at(v8, shared->address, &function) ? function.name : 0;
}

uint64_t v8_function_debug_name(const struct v8 *v8, const struct v8_object *shared)
{
    struct v8_function function;
    if (!v8_function_at(v8, shared->address, &function))
        return 0;
    return function.name != 0 ? function.name : function.inferred_name;
}
