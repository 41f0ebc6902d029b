#include "heap/v8/naming/retype.h"

#include "heap/v8/function/scope_info.h"

enum { // src/objects/*.tq; the same in all lines that retype (10.2 and later)
    ARRAY_LENGTH = 8,
    ARRAY_FIRST = 16,
    SCRIPT_LINE_ENDS = 56,
    SCRIPT_FUNCTIONS = 88,
    SITE_DEPENDENT_CODE = 24,
    ARRAY_BOILERPLATE_ELEMENTS = 16,
    REGEXP_BOILERPLATE_DATA = 8,
    CACHE_KEYS = 8,
    CACHE_INDICES = 16,
    MAP_VALIDITY_CELL = 56,
    PROTOTYPE_USERS = 16,
    PROTOTYPE_CHAIN_KEYS = 24,
    CONSTANT_LEVELS = 3, // RecursivelyTagConstantPool
};

struct retyping {
    const struct v8 *v8;
    const struct layout_code *layout;
    const struct v8_object *object;
    const struct v8_retype *visitor;
    enum node_type type;
};

// V8 leaves its shared empty arrays alone (IsEssentialObject).
static bool is_shared_empty(const struct v8 *v8, const struct v8_object *object)
{
    const struct v8_page *page = v8_page_at(v8, object->address);
    bool array = object->shape.type == ITYPE_FIXED_ARRAY ||
                 object->shape.type == ITYPE_BYTE_ARRAY ||
                 object->shape.type == ITYPE_WEAK_FIXED_ARRAY;
    return array && object->size == ARRAY_FIRST && page != NULL && page->kind == SPACE_READ_ONLY;
}

static bool visit(const struct retyping *retyping, const struct v8_object *object, int depth)
{
    return !is_shared_empty(retyping->v8, object) && object->shape.type != ITYPE_ODDBALL &&
           object->shape.type != ITYPE_HOLE &&
           retyping->visitor->visit(retyping->visitor->context, object->address, retyping->type,
                                    depth);
}

// Whatever the field refers to.
static void field(const struct retyping *retyping, uint64_t offset)
{
    struct v8_object object;
    uint64_t word = v8_word(retyping->object, offset);
    if (v8_is_strong(word) && v8_object_of(retyping->v8, word, &object))
        visit(retyping, &object, 0);
}

// What the field refers to, if it is of one of these types (ended by ITYPE_UNKNOWN).
static bool field_of(const struct retyping *retyping, uint64_t offset, const enum itype *types,
                     struct v8_object *ret)
{
    uint64_t word = v8_word(retyping->object, offset);
    if (!v8_is_strong(word) || !v8_object_of(retyping->v8, word, ret))
        return false;
    while (*types != ITYPE_UNKNOWN && *types != (enum itype)ret->shape.type)
        types++;
    return *types != ITYPE_UNKNOWN;
}

// Every field from `first` on that refers to one of these types.
static void fields_of(const struct retyping *retyping, uint64_t first, const enum itype *types)
{
    struct v8_object object;
    for (uint64_t at = first; at + 8 <= retyping->object->size; at += 8)
        if (field_of(retyping, at, types, &object))
            visit(retyping, &object, 0);
}

// --- code ----------------------------------------------------------------------------------------

// Constants: arrays within arrays to three levels, and dictionaries of class literals.
static void constants(const struct retyping *retyping, uint64_t word, int depth)
{
    struct v8_object object;
    if (!v8_is_strong(word) || !v8_object_of(retyping->v8, word, &object))
        return;
    bool array =
        object.shape.type == ITYPE_FIXED_ARRAY || object.shape.type == ITYPE_TRUSTED_FIXED_ARRAY;
    if (!array && object.shape.type != ITYPE_NAME_DICTIONARY &&
        object.shape.type != ITYPE_NUMBER_DICTIONARY)
        return;
    if (!visit(retyping, &object, array ? depth - 1 : 0) || !array || depth <= 1)
        return;
    for (uint64_t at = ARRAY_FIRST; at + 8 <= object.size; at += 8)
        constants(retyping, v8_word(&object, at), depth - 1);
}

static void of_bytecode_array(const struct retyping *retyping)
{
    constants(retyping, v8_word(retyping->object, retyping->layout->constant_pool),
              CONSTANT_LEVELS);
    field(retyping, retyping->layout->handler_table);
    field(retyping, retyping->layout->source_positions);
}

// Deoptimization data: what it holds of translations, literals and positions, but not what keeps
// those alive (its protected literals) and not functions.
static void of_deoptimization(const struct retyping *retyping, const struct v8_object *data)
{
    static const enum itype types[] = {ITYPE_BYTE_ARRAY,       ITYPE_TRUSTED_BYTE_ARRAY,
                                       ITYPE_WEAK_FIXED_ARRAY, ITYPE_TRUSTED_WEAK_FIXED_ARRAY,
                                       ITYPE_FIXED_ARRAY,      ITYPE_UNKNOWN};
    struct retyping inner = *retyping;
    inner.object = data;
    if (visit(retyping, data, 1))
        fields_of(&inner, ARRAY_FIRST, types);
}

static void of_code(const struct retyping *retyping)
{
    static const enum itype arrays[] = {ITYPE_FIXED_ARRAY, ITYPE_TRUSTED_FIXED_ARRAY,
                                        ITYPE_PROTECTED_FIXED_ARRAY, ITYPE_UNKNOWN};
    static const enum itype bytes[] = {ITYPE_BYTE_ARRAY, ITYPE_TRUSTED_BYTE_ARRAY, ITYPE_UNKNOWN};
    const struct layout_code *layout = retyping->layout;
    struct v8_object object;
    if (layout->relocation != 0 && field_of(retyping, layout->relocation, bytes, &object))
        visit(retyping, &object, 0);
    if (layout->code_stream != 0 && v8_is_smi(v8_word(retyping->object, layout->code_stream)))
        return; // a builtin: its instructions are not on the heap
    if (field_of(retyping, layout->deoptimization, arrays, &object))
        of_deoptimization(retyping, &object);
    if (field_of(retyping, layout->position_table, bytes, &object))
        visit(retyping, &object, 0);
}

static void of_instruction_stream(const struct retyping *retyping)
{
    if (retyping->layout->stream_relocation != 0)
        field(retyping, retyping->layout->stream_relocation);
}

static void of_script(const struct retyping *retyping)
{
    field(retyping, SCRIPT_LINE_ENDS);
    field(retyping, SCRIPT_FUNCTIONS);
    field(retyping, retyping->layout->script_options);
}

static void of_allocation_site(const struct retyping *retyping)
{
    field(retyping, SITE_DEPENDENT_CODE);
}

static void of_array_boilerplate(const struct retyping *retyping)
{
    field(retyping, ARRAY_BOILERPLATE_ELEMENTS);
}

static void of_regexp_boilerplate(const struct retyping *retyping)
{
    field(retyping, REGEXP_BOILERPLATE_DATA);
}

static void of_scope_info(const struct retyping *retyping)
{
    struct v8_scope_info info;
    struct v8_object table;
    if (v8_scope_info_at(retyping->v8, retyping->object->address, &info) && info.table != 0 &&
        v8_object_of(retyping->v8, info.table, &table))
        visit(retyping, &table, 0);
}

static void of_feedback_vector(const struct retyping *retyping)
{
    static const enum itype types[] = {ITYPE_WEAK_FIXED_ARRAY, ITYPE_FIXED_ARRAY, ITYPE_UNKNOWN};
    fields_of(retyping, retyping->layout->feedback_slots, types);
}

// --- shapes --------------------------------------------------------------------------------------

static void of_map(const struct retyping *retyping)
{
    static const enum itype types[] = {ITYPE_CELL, ITYPE_UNKNOWN};
    struct v8_object object;
    if (field_of(retyping, MAP_VALIDITY_CELL, types, &object))
        visit(retyping, &object, 0);
}

static void of_enum_cache(const struct retyping *retyping)
{
    field(retyping, CACHE_KEYS);
    field(retyping, CACHE_INDICES);
}

static void of_prototype_info(const struct retyping *retyping)
{
    static const enum itype types[] = {ITYPE_WEAK_ARRAY_LIST, ITYPE_FIXED_ARRAY, ITYPE_UNKNOWN};
    struct v8_object object;
    if (field_of(retyping, PROTOTYPE_USERS, types, &object))
        visit(retyping, &object, 0);
    if (field_of(retyping, PROTOTYPE_CHAIN_KEYS, types, &object))
        visit(retyping, &object, 0);
}

static void of_transition_array(const struct retyping *retyping)
{
    static const enum itype types[] = {ITYPE_WEAK_FIXED_ARRAY, ITYPE_UNKNOWN};
    struct v8_object object;
    if (field_of(retyping, ARRAY_FIRST, types, &object)) // prototype transitions
        visit(retyping, &object, 0);
}

// --- dispatch ------------------------------------------------------------------------------------

static const struct {
    enum itype type;
    char lines[LAYOUT_LINES + 1]; // as in node_type.c: what the line makes of it
    void (*retype)(const struct retyping *retyping);
} rules[] = {
    {ITYPE_BYTECODE_ARRAY, "...ccccc", of_bytecode_array},
    {ITYPE_CODE, "...ccccc", of_code},
    {ITYPE_INSTRUCTION_STREAM, "....cccc", of_instruction_stream},
    {ITYPE_SCRIPT, "...ccccc", of_script},
    {ITYPE_ALLOCATION_SITE, "...ccccc", of_allocation_site},
    {ITYPE_ARRAY_BOILERPLATE_DESCRIPTION, "...ccccc", of_array_boilerplate},
    {ITYPE_REG_EXP_BOILERPLATE_DESCRIPTION, "...ccccc", of_regexp_boilerplate},
    {ITYPE_SCOPE_INFO, "...ccccc", of_scope_info},
    {ITYPE_FEEDBACK_VECTOR, "...ccccc", of_feedback_vector},
    {ITYPE_MAP, "....ssss", of_map},
    {ITYPE_ENUM_CACHE, "....ssss", of_enum_cache},
    {ITYPE_PROTOTYPE_INFO, "....ssss", of_prototype_info},
    {ITYPE_TRANSITION_ARRAY, "....ssss", of_transition_array},
};

enum { RULES = sizeof rules / sizeof *rules };

static size_t rule_of(const struct v8 *v8, const struct v8_shape *shape)
{
    for (size_t i = 0; i < RULES; i++)
        if (rules[i].type == shape->type)
            return rules[i].lines[v8->line] == '.' ? RULES : i;
    return RULES;
}

bool v8_retypes(const struct v8 *v8, const struct v8_shape *shape)
{
    return rule_of(v8, shape) < RULES;
}

void v8_retype(const struct v8 *v8, const struct v8_object *object, const struct v8_retype *visitor)
{
    size_t rule = rule_of(v8, &object->shape);
    if (rule == RULES)
        return;
    struct retyping retyping = {.v8 = v8,
                                .layout = &v8->layout->code,
                                .object = object,
                                .visitor = visitor,
                                .type = rules[rule].lines[v8->line] == 's' ? NODE_OBJECT_SHAPE
                                                                           : NODE_CODE};
    rules[rule].retype(&retyping);
}
