#include "heap/v8/function/scope.h"

#include "heap/v8/function/function.h"
#include "heap/v8/string/string.h"

#include <stdio.h>
#include <stdlib.h>

enum { // src/objects/contexts.h, js-generator.tq, cell.tq, context-cell of 14.6
    CONTEXT_INFO = 16,
    CONTEXT_OUTER = 24,
    CONTEXT_EXTENSION = 32,
    CONTEXT_SLOTS = 16,    // slot 0
    GENERATOR_CONTEXT = 32,
    CELL_VALUE = 8,
    CELL_STATE = 24,
    CELL_NUMBER = 32,
    CELL_IS_INT32 = 2,     // ContextCell::State: const, Smi, int32, float64, detached
    CELL_IS_FLOAT64 = 3,
    TABLE_CONTEXTS = 24,   // of a ScriptContextTable: what comes before holds no context
};

// --- contexts ------------------------------------------------------------------------------------

static bool is_generator(enum itype type)
{
    return type == ITYPE_JS_GENERATOR_OBJECT || type == ITYPE_JS_ASYNC_FUNCTION_OBJECT ||
           type == ITYPE_JS_ASYNC_GENERATOR_OBJECT;
}

static uint64_t context_at(const struct v8 *v8, uint64_t word)
{
    struct v8_object object;
    return v8_object_of(v8, word, &object) && itype_is_context(&v8->types, object.shape.number)
               ? object.address
               : 0;
}

uint64_t v8_context_of(const struct v8 *v8, const struct v8_object *object)
{
    struct v8_object at = *object;
    if (at.shape.type == ITYPE_JS_BOUND_FUNCTION &&
        !v8_object_at(v8, v8_bound_target(v8, object), &at))
        return 0;
    if (itype_is_context(&v8->types, at.shape.number))
        return at.address;
    if (itype_is_js_function(&v8->types, at.shape.number))
        return context_at(v8, v8_word(&at, v8->layout->function_context));
    if (is_generator((enum itype)at.shape.type))
        return context_at(v8, v8_word(&at, GENERATOR_CONTEXT));
    return 0;
}

// The kind by the context's own type, which is there even when its ScopeInfo is not.
static enum scope_kind kind_of(enum itype type)
{
    switch (type) {
    case ITYPE_BLOCK_CONTEXT:
        return SCOPE_BLOCK;
    case ITYPE_CATCH_CONTEXT:
        return SCOPE_CATCH;
    case ITYPE_EVAL_CONTEXT:
        return SCOPE_EVAL;
    case ITYPE_FUNCTION_CONTEXT:
        return SCOPE_FUNCTION;
    case ITYPE_MODULE_CONTEXT:
        return SCOPE_MODULE;
    case ITYPE_SCRIPT_CONTEXT:
        return SCOPE_SCRIPT;
    case ITYPE_WITH_CONTEXT:
    case ITYPE_DEBUG_EVALUATE_CONTEXT:
        return SCOPE_WITH;
    default:
        return SCOPE_UNKNOWN;
    }
}

bool v8_scope_at(const struct v8 *v8, uint64_t context, struct v8_scope *ret)
{
    memset(ret, 0, sizeof *ret);
    if (!v8_object_at(v8, context, &ret->context) ||
        !itype_is_context(&v8->types, ret->context.shape.number))
        return false;
    enum itype type = (enum itype)ret->context.shape.type;
    ret->global = type == ITYPE_NATIVE_CONTEXT;
    ret->kind = kind_of(type);
    ret->has_info = v8_scope_info_of(v8, v8_word(&ret->context, CONTEXT_INFO), &ret->info);
    if (ret->kind == SCOPE_BLOCK && ret->has_info && ret->info.kind == SCOPE_CLASS)
        ret->kind = SCOPE_CLASS;
    bool extension = ret->global || (ret->has_info && ret->info.context_extension);
    uint64_t outer = v8_word(&ret->context, CONTEXT_OUTER);
    ret->outer = !ret->global && v8_is_strong(outer) ? outer : 0;
    if (extension && v8_is_strong(v8_word(&ret->context, CONTEXT_EXTENSION)))
        ret->extension = v8_word(&ret->context, CONTEXT_EXTENSION);
    ret->first = CONTEXT_SLOTS + 8u * v8->layout->context_header;
    if (extension && !v8->scope->extension_always)
        ret->first += 8;
    return true;
}

// --- the chain -----------------------------------------------------------------------------------

void v8_scope_chain_begin(struct v8_scope_chain *chain, const struct v8 *v8, uint64_t context)
{
    *chain = (struct v8_scope_chain){.v8 = v8, .next = context, .limit = 1};
}

// Leave a marker after 1, 2, 4, ... steps: a circle comes back to it.
static bool is_circle(struct v8_scope_chain *chain, uint64_t context)
{
    if (context == chain->marker)
        return true;
    if (++chain->steps == chain->limit) {
        chain->marker = context;
        chain->limit *= 2;
        chain->steps = 0;
    }
    return false;
}

static void find_table(struct v8_scope_chain *chain)
{
    struct v8_object native, object;
    if (!v8_object_at(chain->v8, chain->native, &native))
        return;
    for (uint64_t at = CONTEXT_SLOTS; at < native.size; at += 8)
        if (v8_is_strong(v8_word(&native, at)) &&
            v8_object_at(chain->v8, v8_untag(v8_word(&native, at)), &object) &&
            object.shape.type == ITYPE_SCRIPT_CONTEXT_TABLE) {
            chain->table = object;
            chain->at = TABLE_CONTEXTS;
            return;
        }
}

static bool next_in_chain(struct v8_scope_chain *chain, struct v8_scope *ret)
{
    if (!v8_scope_at(chain->v8, chain->next, ret) || is_circle(chain, chain->next)) {
        chain->damaged = true;
        chain->next = 0;
        return false;
    }
    if (ret->global) {
        chain->native = chain->next;
        chain->next = 0;
        find_table(chain);
        return false;
    }
    if (ret->kind == SCOPE_SCRIPT)
        chain->script = chain->next;
    struct v8_object outer;
    chain->next = v8_object_of(chain->v8, ret->outer, &outer) ? outer.address : 0;
    chain->damaged = chain->next == 0;
    return true;
}

bool v8_scope_chain_next(struct v8_scope_chain *chain, struct v8_scope *ret)
{
    struct v8_object object;
    if (chain->next != 0 && next_in_chain(chain, ret))
        return true;
    for (; chain->at != 0 && chain->at < chain->table.size; chain->at += 8) {
        uint64_t word = v8_word(&chain->table, chain->at);
        if (v8_is_strong(word) && v8_object_at(chain->v8, v8_untag(word), &object) &&
            object.shape.type == ITYPE_SCRIPT_CONTEXT && object.address != chain->script &&
            v8_scope_at(chain->v8, object.address, ret)) {
            chain->at += 8;
            return true;
        }
    }
    if (chain->through || chain->native == 0)
        return false;
    chain->through = true;
    return v8_scope_at(chain->v8, chain->native, ret);
}

// --- variables -----------------------------------------------------------------------------------

static bool has_own_name(const struct v8_scope *scope)
{
    uint64_t name;
    int32_t slot;
    return scope->has_info && v8_scope_info_own_name(&scope->info, &name, &slot) && slot >= 0;
}

void v8_variables_open(const struct v8 *v8, const struct v8_scope *scope,
                       struct v8_variables *ret)
{
    struct v8_object extension;
    *ret = (struct v8_variables){.v8 = v8, .scope = *scope};
    if (scope->global) {
        ret->object = scope->extension != 0;
    } else {
        if (scope->has_info) {
            ret->locals = scope->info.locals;
            ret->module = scope->kind == SCOPE_MODULE ? scope->info.module_count : 0;
        }
        ret->own = has_own_name(scope);
        if (scope->kind != SCOPE_MODULE && v8_object_of(v8, scope->extension, &extension) &&
            v8_properties_open(v8, &extension, &ret->extension))
            ret->properties = ret->extension.count;
        ret->object = scope->kind == SCOPE_WITH && scope->extension != 0;
    }
    ret->count = ret->locals + ret->own + ret->module + ret->object + ret->properties;
}

void v8_variables_close(struct v8_variables *variables)
{
    free(variables->names);
    variables->names = NULL;
}

// A variable before its declaration ran holds the hole. A cell holds a variable's value since 14.6.
static struct v8_value value_of(const struct v8 *v8, uint64_t word)
{
    struct v8_object object;
    if (v8_is_hole(v8, word))
        return v8_words("not initialised");
    if (v8->types.number[ITYPE_CONTEXT_CELL] == ITYPE_NO_NUMBER ||
        !v8_object_of(v8, word, &object) || object.shape.type != ITYPE_CONTEXT_CELL)
        return v8_tagged(word);
    double number;
    uint64_t bits = v8_word(&object, CELL_NUMBER);
    switch (v8_u32(&object, CELL_STATE)) {
    case CELL_IS_INT32:
        return v8_number((int32_t)bits);
    case CELL_IS_FLOAT64:
        memcpy(&number, &bits, sizeof number);
        return v8_number(number);
    default:
        word = v8_word(&object, CELL_VALUE);
        return v8_is_hole(v8, word) ? v8_words("not initialised") : v8_tagged(word);
    }
}

static bool at_offset(const struct v8_variables *variables, uint64_t offset,
                      struct v8_variable *ret)
{
    const struct v8_object *context = &variables->scope.context;
    if (offset + 8 > context->size) {
        ret->value = v8_unknown("its slot is not in the context");
        return false;
    }
    ret->slot = context->address + offset;
    ret->value = value_of(variables->v8, v8_word(context, offset));
    return true;
}

static bool local_at(struct v8_variables *variables, uint32_t index, struct v8_variable *ret)
{
    struct v8_scope_local local;
    if (variables->names == NULL)
        variables->names = v8_scope_info_names(variables->v8, &variables->scope.info);
    if (!v8_scope_info_local(variables->v8, &variables->scope.info, index, variables->names,
                             &local))
        return false;
    ret->name = local.name;
    ret->mode = local.mode;
    return at_offset(variables, variables->scope.first + 8 * (uint64_t)local.slot, ret);
}

static bool own_at(const struct v8_variables *variables, struct v8_variable *ret)
{
    int32_t slot;
    return v8_scope_info_own_name(&variables->scope.info, &ret->name, &slot) && slot >= 0 &&
           at_offset(variables, CONTEXT_SLOTS + 8 * (uint64_t)slot, ret);
}

// Cell indexes count from 1; exports are positive, imports negative (src/objects/module.h).
static bool module_at(const struct v8_variables *variables, uint32_t index,
                      struct v8_variable *ret)
{
    const struct v8 *v8 = variables->v8;
    const struct layout_module *layout = &layout_modules[v8->line];
    struct v8_scope_local local;
    struct v8_object module, cells, cell;
    ret->value = v8_unknown("its cell cannot be read");
    if (!v8_scope_info_module(v8, &variables->scope.info, index, &local))
        return false;
    ret->name = local.name;
    ret->mode = local.mode;
    uint64_t number = local.cell > 0 ? (uint64_t)local.cell : (uint64_t)(-(int64_t)local.cell);
    if (number == 0 || !v8_object_of(v8, variables->scope.extension, &module) ||
        module.shape.type != ITYPE_SOURCE_TEXT_MODULE ||
        !v8_object_of(v8, v8_word(&module, local.cell > 0 ? layout->exports : layout->imports),
                      &cells) ||
        !v8_object_of(v8, v8_word(&cells, 16 + 8 * (number - 1)), &cell) ||
        cell.shape.type != ITYPE_CELL)
        return false;
    ret->slot = cell.address + CELL_VALUE;
    ret->value = value_of(v8, v8_word(&cell, CELL_VALUE));
    return true;
}

static bool property_at(struct v8_variables *variables, uint32_t index, struct v8_variable *ret)
{
    struct v8_property property;
    ret->value = v8_unknown("not readable");
    if (!v8_properties_at(&variables->extension, index, &property))
        return false;
    ret->name = property.name;
    ret->mode = VARIABLE_VAR;
    ret->accessor = property.accessor;
    ret->slot = property.slot;
    if (property.raw_double) {
        double number;
        memcpy(&number, &property.value, sizeof number);
        ret->value = v8_number(number);
    } else {
        ret->value = v8_tagged(property.value);
    }
    return true;
}

static bool object_at(const struct v8_variables *variables, struct v8_variable *ret)
{
    ret->text = variables->scope.global ? "globalThis" : "(with)";
    ret->synthetic = !variables->scope.global;
    return at_offset(variables, CONTEXT_EXTENSION, ret);
}

// Names that no program can write, and `this` (ScopeInfo::VariableIsSynthetic).
static bool is_synthetic(const struct v8 *v8, uint64_t name)
{
    char text[8];
    if (!v8_string_short(v8, name, text, sizeof text))
        return false;
    return text[0] == '.' || text[0] == '#' || text[0] == '\0' ||
           v8_string_equals(v8, name, "this");
}

bool v8_variables_at(struct v8_variables *variables, uint32_t index, struct v8_variable *ret)
{
    bool done;
    *ret = (struct v8_variable){.value = v8_unknown("not readable")};
    if (index < variables->locals)
        done = local_at(variables, index, ret);
    else if ((index -= variables->locals) < variables->own)
        done = own_at(variables, ret);
    else if ((index -= variables->own) < variables->module)
        done = module_at(variables, index, ret);
    else if ((index -= variables->module) < variables->object)
        done = object_at(variables, ret);
    else if ((index -= variables->object) < variables->properties)
        done = property_at(variables, index, ret);
    else
        return false;
    ret->synthetic = ret->synthetic || (ret->name != 0 && is_synthetic(variables->v8, ret->name));
    return done;
}

void v8_variable_name(const struct v8 *v8, const struct v8_variable *variable, char *buffer,
                      size_t capacity)
{
    if (variable->text != NULL)
        snprintf(buffer, capacity, "%s", variable->text);
    else if (variable->name == 0 ||
             v8_property_name(v8, variable->name, buffer, capacity) == PROPERTY_BAD_NAME)
        snprintf(buffer, capacity, "?");
}
