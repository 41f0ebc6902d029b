#include "heap/v8/decode/path.h"

#include "heap/v8/decode/preview.h"
#include "heap/v8/string/string.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PROTOTYPES_MAX = 256,
    COMPLETIONS_MAX = 1000,
    COMPLETIONS_SEEN = 100000, // names of an object, or entries of a collection, that are looked at
    MAP_PROTOTYPE = 24, // src/objects/map.h
};

// --- parsing -------------------------------------------------------------------------------------

enum step_kind {
    STEP_NAME,   // .x, ["x"]
    STEP_SYMBOL, // [Symbol(x)]
    STEP_FIELD,  // [[x]], [x]: a field by the name it is shown with
};

struct step {
    enum step_kind kind;
    bool index;  // [3]
    char name[FIELD_NAME_MAX];
};

static bool refuse(struct error *error, const char *path, const char *at, const char *what)
{
    return error_set(error, ERROR_USAGE, "path: %s at character %zu", what,
                     (size_t)(at - path) + 1);
}

static bool ends_name(char c)
{
    return c == '\0' || c == '.' || c == '[';
}

static bool take(struct step *step, size_t *used, char c)
{
    if (*used + 1 >= sizeof step->name)
        return false;
    step->name[(*used)++] = c;
    step->name[*used] = '\0';
    return true;
}

static bool parse_quoted(const char **at, struct step *step)
{
    char quote = *(*at)++;
    size_t used = 0;
    for (; **at != '\0' && **at != quote; (*at)++) {
        char c = **at;
        if (c == '\\' && (*at)[1] != '\0') {
            c = *++*at;
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        if (!take(step, &used, c))
            return false;
    }
    return *(*at)++ == quote && *(*at)++ == ']';
}

// What stands between brackets without quotes: an index, a symbol, or a field as it is shown.
static bool parse_bare(const char **at, struct step *step)
{
    const char *start = *at;
    size_t used = 0;
    bool doubled = *start == '[';
    const char *end = strstr(start, doubled ? "]]" : "]");
    if (end == NULL || end == start)
        return false;
    bool symbol = strncmp(start, "Symbol(", 7) == 0;
    if (symbol && (end = strstr(start, ")]")) != NULL)
        end++;
    if (end == NULL)
        return false;
    bool digits = strspn(start, "0123456789") == (size_t)(end - start);
    step->kind = symbol ? STEP_SYMBOL : digits ? STEP_NAME : STEP_FIELD;
    step->index = digits;
    // Slots are shown in double brackets, hidden fields in single ones.
    const char *from = symbol ? start + 7 : step->kind == STEP_FIELD ? start - 1 : start;
    const char *to = symbol ? end - 1 : step->kind == STEP_FIELD ? end + 1 + doubled : end;
    for (; from < to; from++)
        if (!take(step, &used, *from))
            return false;
    *at = end + 1 + doubled;
    return true;
}

static bool parse_step(const char *path, const char **at, struct step *step, struct error *error)
{
    const char *start = *at;
    size_t used = 0;
    memset(step, 0, sizeof *step);
    if (*start == '[') {
        ++*at;
        bool quoted = **at == '"' || **at == '\'';
        if (!(quoted ? parse_quoted(at, step) : parse_bare(at, step)))
            return refuse(error, path, start, "no closing bracket, or a name too long");
        return true;
    }
    if (*start != '.')
        return refuse(error, path, start, "expected \".\" or \"[\"");
    for (++*at; !ends_name(**at); ++*at)
        if (!take(step, &used, **at))
            return refuse(error, path, start, "a name too long");
    return used > 0 || refuse(error, path, start, "expected a name");
}

// --- looking up ----------------------------------------------------------------------------------

static bool find_symbol(const struct v8 *v8, const struct v8_object *object, const char *text,
                        struct v8_field *ret)
{
    struct v8_property property;
    if (!v8_property_find_text(v8, object, text, true, &property))
        return false;
    ret->kind = property.accessor ? FIELD_ACCESSOR : FIELD_PROPERTY;
    ret->value = v8_tagged(property.value);
    ret->slot = property.slot;
    return true;
}

// Fields by the name they are shown with: few, and before or behind all others.
static bool find_shown(struct v8_inspection *in, const char *name, struct v8_field *ret)
{
    for (uint64_t i = 0; i < in->slot_count; i++)
        if (v8_inspect_field(in, i, ret) && strcmp(ret->name, name) == 0)
            return true;
    for (uint64_t i = in->count - in->hidden_count; i < in->count; i++)
        if (v8_inspect_field(in, i, ret) && strcmp(ret->name, name) == 0)
            return true;
    return false;
}

// Is this the key: a string, or a number as it is written?
static bool is_key(struct v8_string_wanted *wanted, const struct step *step, double number,
                   const struct v8_value *key)
{
    struct v8_what what;
    if (!step->index)
        return v8_string_is(wanted, key->word);
    if (v8_is_smi(key->word))
        return v8_smi(key->word) == number;
    v8_value_what(wanted->v8, key, &what);
    return what.kind == KIND_NUMBER && what.number == number;
}

static bool find_entry(struct v8_inspection *in, const struct step *step, struct v8_field *ret)
{
    struct v8_string_wanted wanted = {.v8 = in->v8, .text = step->name, .length = strlen(step->name)};
    double number = step->index ? strtod(step->name, NULL) : 0;
    struct v8_value key;
    if (step->index && number <= INT32_MAX && v8_inspect_entry(in, (int32_t)number, ret))
        return true;
    // Entries come first.
    for (uint64_t i = in->slot_count; i < in->count && v8_inspect_key(in, i, &key); i++)
        if (is_key(&wanted, step, number, &key))
            return v8_inspect_field(in, i, ret);
    return false;
}

static bool find_inherited(const struct v8 *v8, const struct v8_object *object, const char *name,
                           struct v8_field *ret)
{
    struct v8_inspection in;
    struct v8_object at = *object, map;
    for (int i = 0; i < PROTOTYPES_MAX; i++) {
        if (!v8_object_at(v8, at.shape.map, &map) ||
            !v8_object_of(v8, v8_word(&map, MAP_PROTOTYPE), &at) ||
            !v8_inspect(v8, at.address, 0, &in) || in.value_kind == KIND_NULL)
            return false;
        if (v8_inspect_find(&in, name, ret))
            return true;
    }
    return false;
}

static bool find_step(const struct v8 *v8, const struct v8_object *object, const struct step *step,
                      struct v8_field *ret)
{
    struct v8_inspection in;
    if (!v8_inspect(v8, object->address, INSPECT_HIDDEN, &in))
        return false;
    if (step->kind == STEP_SYMBOL)
        return find_symbol(v8, object, step->name, ret);
    if (step->kind == STEP_FIELD)
        return find_shown(&in, step->name, ret);
    return v8_inspect_find(&in, step->name, ret) || find_entry(&in, step, ret) ||
           ((in.value_kind == KIND_OBJECT || in.value_kind == KIND_FUNCTION) &&
            find_inherited(v8, object, step->name, ret));
}

static bool follow(const struct v8 *v8, const char *path, const char *at, const struct step *step,
                   struct v8_value *value, uint64_t *slot, struct error *error)
{
    struct v8_what what;
    struct v8_field field;
    v8_value_what(v8, value, &what);
    if (what.object.address == 0)
        return refuse(error, path, at, "there is no object before this");
    memset(&field, 0, sizeof field);
    if (!find_step(v8, &what.object, step, &field))
        return refuse(error, path, at, "the object has no such property");
    if (field.kind == FIELD_ACCESSOR)
        return refuse(error, path, at, "this is a getter, which a dump cannot call");
    *value = field.value;
    *slot = field.slot;
    return true;
}

// Resolve as far as `end`.
static bool resolve(const struct v8 *v8, uint64_t address, const char *path, const char *end,
                    struct v8_value *ret, uint64_t *slot, struct error *error)
{
    struct step step;
    *ret = v8_tagged(address | V8_TAG);
    *slot = 0;
    for (const char *at = path; at < end;) {
        const char *start = at;
        if (!parse_step(path, &at, &step, error) ||
            !follow(v8, path, start, &step, ret, slot, error))
            return false;
    }
    return true;
}

bool v8_path_resolve(const struct v8 *v8, uint64_t address, const char *path,
                     struct v8_value *ret, uint64_t *slot, struct error *error)
{
    uint64_t unused;
    return resolve(v8, address, path, path + strlen(path), ret, slot != NULL ? slot : &unused,
                   error);
}

// --- completing ----------------------------------------------------------------------------------

// Where the last step begins, which need not be complete.
static const char *last_step(const char *path)
{
    const char *at = path, *last = path;
    struct step step;
    while (*at != '\0') {
        last = at;
        if (!parse_step(path, &at, &step, NULL))
            return last;
    }
    return last;
}

static bool is_identifier(const char *name)
{
    if (isdigit((unsigned char)*name) || *name == '\0')
        return false;
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && *name != '_' && *name != '$' && *name != '#' &&
            (unsigned char)*name < 0x80)
            return false;
    return true;
}

// A field as it stands in a path.
static void spell(const struct v8_field *field, char *buffer, size_t capacity)
{
    if (field->kind == FIELD_INTERNAL)
        snprintf(buffer, capacity, "%s", field->name);
    else if (field->kind == FIELD_ELEMENT || strncmp(field->name, "Symbol(", 7) == 0)
        snprintf(buffer, capacity, "[%s]", field->name);
    else if (is_identifier(field->name))
        snprintf(buffer, capacity, ".%s", field->name);
    else
        snprintf(buffer, capacity, "[\"%s\"]", field->name);
}

bool v8_path_complete(const struct v8 *v8, uint64_t address, const char *path, size_t *from,
                      bool (*visit)(void *context, const char *text), void *context)
{
    const char *last = last_step(path);
    char text[FIELD_NAME_MAX + 8];
    struct v8_inspection in;
    struct v8_field field;
    struct v8_value value;
    struct v8_what what;
    uint64_t slot;
    *from = (size_t)(last - path);
    if (!resolve(v8, address, path, last, &value, &slot, NULL))
        return false;
    v8_value_what(v8, &value, &what);
    if (what.object.address == 0 || !v8_inspect(v8, what.object.address, 0, &in))
        return false;
    size_t length = strlen(last), found = 0;
    for (uint64_t i = 0, seen = 0; i < in.count && found < COMPLETIONS_MAX; i++) {
        bool there = v8_inspect_field(&in, i, &field);
        if (there && field.kind == FIELD_ELEMENT)
            i = v8_inspect_part_end(&in, i) - 1; // there may be millions, and nobody completes numbers
        if (++seen > COMPLETIONS_SEEN)
            break;
        if (!there || field.kind == FIELD_ELEMENT)
            continue;
        spell(&field, text, sizeof text);
        if (strncmp(text, last, length) == 0) {
            found++;
            if (!visit(context, text))
                break;
        }
    }
    return true;
}
