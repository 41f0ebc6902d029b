#include "keymap/keymap.h"

#include "keymap/builtin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct keymap {
    struct binding *bindings; // in the order they were read
    size_t count, capacity;
    char **names; // of files, and commands: what bindings point to
    size_t name_count;
};

// One file being read.
struct reader {
    struct lines lines; // first; its name is kept by the keymap
    struct keymap *keymap;
};

struct keymap *keymap_create(void)
{
    return calloc(1, sizeof(struct keymap));
}

void keymap_destroy(struct keymap *keymap)
{
    if (keymap == NULL)
        return;
    for (size_t i = 0; i < keymap->name_count; i++)
        free(keymap->names[i]);
    free(keymap->names);
    free(keymap->bindings);
    free(keymap);
}

// A copy that lives as long as the keymap; "" when out of memory.
static const char *keep(struct keymap *keymap, const char *text)
{
    for (size_t i = 0; i < keymap->name_count; i++) {
        if (strcmp(keymap->names[i], text) == 0)
            return keymap->names[i];
    }
    char **names = realloc(keymap->names, (keymap->name_count + 1) * sizeof *names);
    if (names == NULL)
        return "";
    keymap->names = names;
    char *copy = strdup(text);
    if (copy == NULL)
        return "";
    names[keymap->name_count++] = copy;
    return copy;
}

static bool begins_with(const struct binding *longer, const struct key *keys, size_t count)
{
    if (longer->count < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!key_equal(longer->keys[i], keys[i]))
            return false;
    }
    return true;
}

static bool same_keys(const struct binding *a, const struct binding *b)
{
    return a->count == b->count && begins_with(a, b->keys, b->count);
}

static bool related(enum key_context a, enum key_context b)
{
    return a == b || context_infos[a].parent == b || context_infos[b].parent == a;
}

// The binding that makes `fresh` impossible to type, or the other way round.
static const struct binding *find_clash(const struct keymap *keymap, const struct binding *fresh)
{
    if (fresh->action == ACTION_NONE)
        return NULL;
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *old = &keymap->bindings[i];
        if (old->action == ACTION_NONE || old->count == fresh->count ||
            !related(old->context, fresh->context))
            continue;
        if (begins_with(old, fresh->keys, fresh->count) ||
            begins_with(fresh, old->keys, old->count))
            return old;
    }
    return NULL;
}

static struct binding *find_same(struct keymap *keymap, const struct binding *fresh)
{
    for (size_t i = 0; i < keymap->count; i++) {
        struct binding *old = &keymap->bindings[i];
        if (old->context == fresh->context && same_keys(old, fresh))
            return old;
    }
    return NULL;
}

static void add_binding(struct reader *reader, const struct binding *fresh)
{
    struct keymap *keymap = reader->keymap;
    char keys[128], other[128];
    binding_format(fresh, keys, sizeof keys);
    struct binding *same = find_same(keymap, fresh);
    if (same != NULL && same->file == fresh->file && same->line != fresh->line) {
        lines_mistake(&reader->lines, "%s is bound on line %u already", keys, same->line);
        return;
    }
    const struct binding *clash = find_clash(keymap, fresh);
    if (clash != NULL) {
        binding_format(clash, other, sizeof other);
        lines_mistake(&reader->lines, "%s clashes with %s (%s:%u): one begins with the other", keys,
                      other, clash->file, clash->line);
        return;
    }
    if (same != NULL) {
        *same = *fresh;
        return;
    }
    if (keymap->count == keymap->capacity) {
        size_t capacity = keymap->capacity == 0 ? 128 : keymap->capacity * 2;
        struct binding *grown = realloc(keymap->bindings, capacity * sizeof *grown);
        if (grown == NULL) {
            lines_mistake(&reader->lines, "out of memory");
            return;
        }
        keymap->bindings = grown;
        keymap->capacity = capacity;
    }
    keymap->bindings[keymap->count++] = *fresh;
}

static bool parse_keys(struct reader *reader, const char *word, struct binding *binding)
{
    for (const char *at = word; *at != '\0';) {
        if (binding->count == KEYMAP_SEQUENCE_MAX) {
            lines_mistake(&reader->lines, "more than %d keys in %s", KEYMAP_SEQUENCE_MAX, word);
            return false;
        }
        if (!key_parse(&at, &binding->keys[binding->count])) {
            lines_mistake(&reader->lines, "unknown key at '%s'", at);
            return false;
        }
        binding->count++;
    }
    return true;
}

static bool parse_action(struct reader *reader, const char *word, struct binding *binding)
{
    if (word[0] == ':' && word[1] != '\0') {
        binding->action = ACTION_LINE;
        binding->command = keep(reader->keymap, word + 1);
    } else if (strcmp(word, "none") == 0) {
        binding->action = ACTION_NONE;
    } else if (!action_find(word, strlen(word), &binding->action)) {
        lines_mistake(&reader->lines, "unknown action '%s'", word);
        return false;
    }
    if (!action_allowed(binding->action, binding->context)) {
        lines_mistake(&reader->lines, "'%s' does nothing in context '%s'", word,
                      context_infos[binding->context].name);
        return false;
    }
    return true;
}

static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t");
    char *end = word + strcspn(word, " \t");
    *rest = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

// Cut a comment: a '#' at the beginning or behind a blank.
static void cut_comment(char *line)
{
    for (char *at = line; (at = strchr(at, '#')) != NULL; at++) {
        if (at == line || at[-1] == ' ' || at[-1] == '\t') {
            *at = '\0';
            break;
        }
    }
}

static bool load(struct reader *parent, const char *name);

static void read_line(struct lines *lines, char *line)
{
    struct reader *reader = (struct reader *)lines;
    cut_comment(line);
    char *rest = lines_trim(line);
    char *context = next_word(&rest);
    if (*context == '\0')
        return;
    if (strcmp(context, "source") == 0) {
        char *name = next_word(&rest);
        if (*name == '\0')
            lines_mistake(&reader->lines, "source needs a file or a preset");
        else
            load(reader, name);
        return;
    }
    struct binding binding = {.file = lines->name, .line = lines->line};
    if (!context_find(context, strlen(context), &binding.context)) {
        lines_mistake(&reader->lines, "unknown context '%s'", context);
        return;
    }
    char *keys = next_word(&rest);
    rest += strspn(rest, " \t");
    if (*keys == '\0' || *rest == '\0') {
        lines_mistake(&reader->lines, "expected: context keys action");
        return;
    }
    if (parse_keys(reader, keys, &binding) && parse_action(reader, rest, &binding))
        add_binding(reader, &binding);
}

static bool load(struct reader *parent, const char *name)
{
    char path[4096];
    const struct embedded *builtin = keymap_builtin(name);
    struct reader reader = {.keymap = parent->keymap};
    if (!lines_source(&reader.lines, &parent->lines))
        return false;
    if (builtin != NULL) {
        snprintf(path, sizeof path, "%s.keys", name);
        reader.lines.name = keep(parent->keymap, path);
        lines_text(&reader.lines, builtin->begin, (size_t)(builtin->end - builtin->begin));
    } else {
        lines_path(&parent->lines, name, path, sizeof path);
        reader.lines.path = path;
        reader.lines.name = keep(parent->keymap, path);
        lines_file(&reader.lines, path, &parent->lines);
    }
    parent->lines.failed |= reader.lines.failed;
    return !parent->lines.failed;
}

bool keymap_load(struct keymap *keymap, const char *name, lines_report *report, void *data)
{
    struct reader top = {
        .lines = {.name = "keymap", .report = report, .data = data, .read = read_line},
        .keymap = keymap};
    return load(&top, name);
}

bool keymap_load_text(struct keymap *keymap, const char *name, const char *text, size_t length,
                      lines_report *report, void *data)
{
    struct reader reader = {.lines = {.path = name,
                                      .name = keep(keymap, name),
                                      .report = report,
                                      .data = data,
                                      .read = read_line},
                            .keymap = keymap};
    lines_text(&reader.lines, text, length);
    return !reader.lines.failed;
}

// Is an inherited binding replaced or un-bound in the context itself?
static bool masked(const struct keymap *keymap, enum key_context context,
                   const struct binding *inherited)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *own = &keymap->bindings[i];
        if (own->context == context && same_keys(own, inherited))
            return true;
    }
    return false;
}

static bool in_force(const struct keymap *keymap, enum key_context context,
                     const struct binding *binding)
{
    if (binding->action == ACTION_NONE)
        return false;
    if (binding->context == context)
        return true;
    return context_infos[context].parent == binding->context && !masked(keymap, context, binding);
}

enum keymap_result keymap_lookup(const struct keymap *keymap, enum key_context context,
                                 const struct key *keys, size_t count, const struct binding **ret)
{
    enum keymap_result result = KEYMAP_UNBOUND;
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (!begins_with(binding, keys, count) || !in_force(keymap, context, binding))
            continue;
        if (binding->count == count) {
            *ret = binding;
            return KEYMAP_BOUND;
        }
        result = KEYMAP_PREFIX;
    }
    return result;
}

void keymap_each(const struct keymap *keymap, enum key_context context,
                 void (*visit)(void *data, const struct binding *binding), void *data)
{
    for (int inherited = 0; inherited < 2; inherited++) {
        for (size_t i = 0; i < keymap->count; i++) {
            const struct binding *binding = &keymap->bindings[i];
            if ((binding->context != context) == inherited && in_force(keymap, context, binding))
                visit(data, binding);
        }
    }
}

size_t binding_format(const struct binding *binding, char *out, size_t capacity)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < binding->count; i++) {
        char name[KEY_NAME_MAX];
        size_t length = key_format(binding->keys[i], name, sizeof name);
        if (used + length >= capacity)
            break;
        memcpy(out + used, name, length + 1);
        used += length;
    }
    return used;
}

struct key_names {
    enum action action;
    size_t limit;
    char *out;
    size_t used, capacity;
};

static void collect_name(void *data, const struct binding *binding)
{
    struct key_names *names = data;
    if (binding->action != names->action || names->limit == 0)
        return;
    char keys[KEYMAP_SEQUENCE_MAX * KEY_NAME_MAX];
    size_t length = binding_format(binding, keys, sizeof keys);
    const char *comma = names->used > 0 ? ", " : "";
    if (names->used + length + 3 > names->capacity)
        return;
    names->limit--;
    names->used += (size_t)snprintf(names->out + names->used, names->capacity - names->used, "%s%s",
                                    comma, keys);
}

size_t keymap_keys_of(const struct keymap *keymap, enum key_context context, enum action action,
                      size_t limit, char *out, size_t capacity)
{
    struct key_names names = {.action = action, .limit = limit, .out = out, .capacity = capacity};
    out[0] = '\0';
    keymap_each(keymap, context, collect_name, &names);
    return names.used;
}
