// What is filled in in dumpdive.1.in and dumpdive-keys.5.in.
#include "keymap/builtin.h"
#include "keymap/keymap.h"
#include "tui/config.h"
#include "tui/manual/roff.h"
#include "tui/manual/sections.h"
#include "tui/options.h"
#include "tui/own.h"
#include "tui/style.h"
#include "views/command.h"
#include "views/role.h"
#include "views/view.h"

#include <string.h>

enum {
    KEYS_SHOWN = 4, // keys of one action
};

// --- options and commands ------------------------------------------------------------------------

static void write_option(FILE *out, const struct command_option *option)
{
    fputs(".It", out);
    if (option->alias != NULL) {
        roff_flag(out, option->alias);
        fputs(" ,", out);
    }
    roff_flag(out, option->name);
    if (option->argument != NULL) {
        fputs(" Ar", out);
        roff_argument(out, option->argument);
    }
    putc('\n', out);
    roff_prose(out, option->help);
}

static void write_program_options(FILE *out)
{
    struct command_option option;
    roff_list(out, "Ds", false);
    for (size_t i = 0; options_info(i, &option); i++)
        write_option(out, &option);
    roff_list_end(out);
}

static void write_common_options(FILE *out)
{
    roff_list(out, "Ds", false);
    for (const struct command_option *o = command_common_options(); o->name != NULL; o++)
        write_option(out, o);
    roff_list_end(out);
}

static void write_columns(FILE *out, const struct view_ops *rows)
{
    fputs(".Pp\nColumns:\n", out);
    for (size_t i = 0; i < rows->column_count; i++) {
        fputs(".Cm", out);
        roff_argument(out, rows->columns[i].name);
        fputs(i + 1 < rows->column_count ? " ,\n" : " .\n", out);
    }
}

static void write_aliases(FILE *out, const char *const *aliases)
{
    fputs(".Pp\nAlso written:\n", out);
    for (; *aliases != NULL; aliases++) {
        char name[128];
        snprintf(name, sizeof name, "::%s", *aliases);
        fputs(".Ic", out);
        roff_argument(out, name);
        fputs(aliases[1] != NULL ? " ,\n" : " .\n", out);
    }
}

static void write_command_item(FILE *out, const char *name, const char *arguments)
{
    fputs(".It Ic", out);
    roff_argument(out, name);
    if (arguments != NULL) {
        fputs(" Ar", out);
        roff_argument(out, arguments);
    }
    putc('\n', out);
}

static void write_command(FILE *out, const struct command *command)
{
    write_command_item(out, command->name, command->arguments);
    roff_prose(out, command->help);
    if (command->options != NULL) {
        fputs(".Pp\n", out);
        roff_list(out, "Ds", true);
        for (const struct command_option *o = command->options; o->name != NULL; o++)
            write_option(out, o);
        roff_list_end(out);
    }
    if (command->rows != NULL)
        write_columns(out, command->rows);
    if (command->aliases != NULL)
        write_aliases(out, command->aliases);
}

static void write_commands(FILE *out)
{
    size_t count;
    const struct command *const *commands = command_list(&count);
    roff_list(out, "Ds", false);
    for (size_t i = 0; i < count; i++)
        write_command(out, commands[i]);
    roff_list_end(out);
}

static void write_own_commands(FILE *out)
{
    roff_list(out, "Ds", true);
    for (int i = 0; i < OWN_COUNT; i++) {
        write_command_item(out, own_commands[i].name, own_commands[i].arguments);
        roff_prose(out, own_commands[i].help);
    }
    roff_list_end(out);
}

// --- settings ------------------------------------------------------------------------------------

static void write_settings(FILE *out)
{
    struct setting_info info;
    roff_list(out, "Ds", true);
    for (size_t i = 0; config_info(i, &info); i++) {
        char help[512];
        fputs(".It Cm", out);
        roff_argument(out, info.name);
        fputs(" = Ar", out);
        roff_argument(out, info.argument);
        putc('\n', out);
        snprintf(help, sizeof help, "%s (%s)", info.help, info.fallback);
        roff_prose(out, help);
    }
    roff_list_end(out);
}

// --- keys ----------------------------------------------------------------------------------------

static struct keymap *load_preset(const char *name)
{
    struct keymap *keymap = keymap_create();
    if (keymap != NULL)
        keymap_load(keymap, name, NULL, NULL);
    return keymap;
}

static enum key_context home_of(enum action action)
{
    return action_infos[action].context;
}

#define KEYS_WIDTH "j, <Down>, C-n" // as wide as most lists of keys

// A group of actions that have keys by default: keys first.
static void write_group(FILE *out, const struct keymap *keymap, enum action_group group)
{
    char keys[256];
    fprintf(out, ".Ss %s\n", action_group_titles[group]);
    roff_list(out, KEYS_WIDTH, true);
    for (int action = ACTION_NONE + 1; action < ACTION_LINE; action++) {
        if (action_infos[action].group != group ||
            keymap_keys_of(keymap, home_of(action), action, KEYS_SHOWN, keys, sizeof keys) == 0)
            continue;
        roff_item(out, "Ic", keys);
        roff_prose(out, action_infos[action].help);
    }
    roff_list_end(out);
}

struct own_keys {
    FILE *out;
    enum key_context context;
    size_t count;
};

static void write_own_key(void *data, const struct binding *binding)
{
    struct own_keys *own = data;
    char keys[256];
    if (binding->context != own->context)
        return;
    if (own->count++ == 0) {
        fprintf(own->out, ".Ss Keys of %s alone\n", context_infos[own->context].help);
        roff_list(own->out, KEYS_WIDTH, true);
    }
    binding_format(binding, keys, sizeof keys);
    roff_item(own->out, "Ic", keys);
    if (binding->action == ACTION_LINE)
        roff_prose(own->out, binding->command);
    else
        roff_prose(own->out, action_infos[binding->action].help);
}

static void write_keys(FILE *out)
{
    struct keymap *keymap = load_preset("default");
    if (keymap == NULL)
        return;
    for (int group = 0; group < GROUP_COUNT; group++)
        write_group(out, keymap, (enum action_group)group);
    for (int context = 0; context < CONTEXT_COUNT; context++) {
        struct own_keys own = {.out = out, .context = (enum key_context)context};
        if (context_infos[context].parent == own.context) // those of the groups
            continue;
        keymap_each(keymap, own.context, write_own_key, &own);
        if (own.count > 0)
            roff_list_end(out);
    }
    keymap_destroy(keymap);
}

// --- key files -----------------------------------------------------------------------------------

static void write_contexts(FILE *out)
{
    roff_list(out, "dominators", true);
    for (int i = 0; i < CONTEXT_COUNT; i++) {
        roff_item(out, "Cm", context_infos[i].name);
        roff_prose(out, context_infos[i].help);
    }
    roff_list_end(out);
}

struct preset_keys {
    FILE *out;
    const char *preset;
    enum action action;
    size_t count;
};

// One more key that the preset itself binds to the action.
static void write_preset_key(void *data, const struct binding *binding)
{
    struct preset_keys *keys = data;
    char name[256], file[64];
    snprintf(file, sizeof file, "%s.keys", keys->preset);
    if (binding->action != keys->action || binding->context != home_of(keys->action) ||
        strcmp(binding->file, file) != 0)
        return;
    if (keys->count++ == 0 && strcmp(keys->preset, "default") != 0)
        fprintf(keys->out, "\\&%s:\n", keys->preset);
    binding_format(binding, name, sizeof name);
    fputs(".Ic", keys->out);
    roff_argument(keys->out, name);
    putc('\n', keys->out);
}

enum {
    PRESETS_MAX = 8,
};

static void write_action(FILE *out, struct keymap *const presets[], enum action action)
{
    roff_item(out, "Cm", action_infos[action].name);
    char help[512];
    snprintf(help, sizeof help, "%s.", action_infos[action].help);
    roff_prose(out, help);
    for (size_t i = 0; presets[i] != NULL; i++) {
        struct preset_keys keys = {.out = out, .preset = keymap_builtin_name(i), .action = action};
        keymap_each(presets[i], home_of(action), write_preset_key, &keys);
    }
}

static void write_actions(FILE *out)
{
    struct keymap *presets[PRESETS_MAX + 1] = {NULL};
    for (size_t i = 0; i < PRESETS_MAX && keymap_builtin_name(i) != NULL; i++)
        presets[i] = load_preset(keymap_builtin_name(i));
    for (int group = 0; group < GROUP_COUNT; group++) {
        fprintf(out, ".Ss %s\n", action_group_titles[group]);
        roff_list(out, "Ds", true);
        for (int action = ACTION_NONE + 1; action < ACTION_LINE; action++)
            if ((int)action_infos[action].group == group)
                write_action(out, presets, (enum action)action);
        roff_list_end(out);
    }
    for (size_t i = 0; i < PRESETS_MAX; i++)
        keymap_destroy(presets[i]);
}

// --- themes --------------------------------------------------------------------------------------

static void write_roles(FILE *out)
{
    static const struct {
        const char *name, *meaning;
    } roles[ROLE_COUNT] = {
#define X(id, name, meaning) [id] = {name, meaning},
        ROLES(X)
#undef X
    };
    roff_list(out, "type.function", true);
    for (int i = 0; i < ROLE_COUNT; i++) {
        roff_item(out, "Cm", roles[i].name);
        roff_prose(out, roles[i].meaning);
    }
    roff_list_end(out);
}

static void write_themes(FILE *out)
{
    for (size_t i = 0; theme_name(i) != NULL; i++) {
        fputs(".Cm", out);
        roff_argument(out, theme_name(i));
        fputs(theme_name(i + 1) != NULL ? " ,\n" : " .\n", out);
    }
}

const struct section roff_sections[] = {
    {"options", write_program_options},
    {"commands", write_commands},
    {"common-options", write_common_options},
    {"own-commands", write_own_commands},
    {"keys", write_keys},
    {"settings", write_settings},
    {"contexts", write_contexts},
    {"actions", write_actions},
    {"roles", write_roles},
    {"themes", write_themes},
    {0},
};
