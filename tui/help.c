#include "tui/help.h"

#include "views/command.h"
#include "views/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINES_MAX = ACTION_COUNT + 64, // actions, and command lines bound to keys
};

// --- keys ----------------------------------------------------------------------------------------

struct help_line {
    enum action action;
    const struct binding *binding; // of an ACTION_LINE
};

struct help {
    struct view view;
    const struct keymap *keymap;
    enum key_context context;
    size_t count;
    struct help_line lines[LINES_MAX];
};

enum {
    HELP_KEYS,
    HELP_TEXT,
    HELP_ACTION,
    HELP_GROUP,
};

static const struct column help_columns[] = {
    [HELP_KEYS] = {.name = "keys", .min_width = 10, .max_width = 24},
    [HELP_TEXT] = {.name = "help", .title = "what it does", .flags = COLUMN_GROW, .min_width = 50},
    [HELP_ACTION] = {.name = "action", .flags = COLUMN_OPTIONAL},
    [HELP_GROUP] = {.name = "group", .flags = COLUMN_OPTIONAL},
};

static void add_line(void *data, const struct binding *binding)
{
    struct help *help = data;
    if (binding->action == ACTION_LINE && help->count < LINES_MAX)
        help->lines[help->count++] = (struct help_line){ACTION_LINE, binding};
}

// The actions of one context that have a key in `where`, in the order of their list.
static void add_actions(struct help *help, enum key_context of, enum key_context where,
                        help_possible *possible)
{
    char keys[128];
    for (int action = ACTION_NONE + 1; action < ACTION_LINE; action++) {
        if (action_infos[action].context != of || help->count == LINES_MAX ||
            !action_useful(action, where) || (possible != NULL && !possible(action)))
            continue;
        if (keymap_keys_of(help->keymap, where, action, 1, keys, sizeof keys) > 0)
            help->lines[help->count++] = (struct help_line){action, NULL};
    }
}

static uint64_t help_count(struct view *view, bool *exact)
{
    *exact = true;
    return ((struct help *)view)->count;
}

static uint64_t help_id(struct view *view, uint64_t index)
{
    (void)view;
    return index + 1;
}

static void fill_line(struct row *row, const struct binding *binding)
{
    char keys[128];
    binding_format(binding, keys, sizeof keys);
    row_text(row, HELP_KEYS, ROLE_KEY, keys);
    row_format(row, HELP_TEXT, ROLE_TEXT, ":%s", binding->command);
    row_format(row, HELP_ACTION, ROLE_DIM, "%s:%u", binding->file, binding->line);
    row_text(row, HELP_GROUP, ROLE_DIM, "Your own");
}

static void help_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct help *help = (const struct help *)view;
    const struct help_line *line = &help->lines[index];
    row->id = index + 1;
    if (line->binding != NULL) {
        fill_line(row, line->binding);
        return;
    }
    const struct action_info *info = &action_infos[line->action];
    char keys[128];
    enum key_context where = info->context == CONTEXT_PROMPT ? CONTEXT_PROMPT : help->context;
    keymap_keys_of(help->keymap, where, line->action, 4, keys, sizeof keys);
    row_text(row, HELP_KEYS, ROLE_KEY, keys);
    row_text(row, HELP_TEXT, ROLE_TEXT, info->help);
    row_text(row, HELP_ACTION, ROLE_DIM, info->name);
    row_text(row, HELP_GROUP, ROLE_DIM, action_group_titles[info->group]);
}

static void help_status(struct view *view, struct view_status *ret)
{
    const struct help *help = (const struct help *)view;
    const struct context_info *info = &context_infos[help->context];
    snprintf(ret->title, sizeof ret->title, "keys in %s", info->help);
    snprintf(ret->detail, sizeof ret->detail, "%zu actions", help->count);
}

static const struct view_ops help_ops = {
    .name = "help",
    .columns = help_columns,
    .column_count = sizeof help_columns / sizeof *help_columns,
    .count = help_count,
    .fill = help_fill,
    .id = help_id,
    .status = help_status,
};

struct view *help_view(const struct keymap *keymap, enum key_context context,
                       help_possible *possible)
{
    struct help *help = calloc(1, sizeof *help);
    if (help == NULL)
        return NULL;
    help->view.ops = &help_ops;
    help->keymap = keymap;
    help->context = context;
    add_actions(help, CONTEXT_GENERIC, context, possible);
    if (context != CONTEXT_GENERIC && context != CONTEXT_PROMPT)
        add_actions(help, context, context, possible);
    keymap_each(keymap, context, add_line, help);
    add_actions(help, CONTEXT_PROMPT, CONTEXT_PROMPT, possible);
    return &help->view;
}

// --- commands ------------------------------------------------------------------------------------

enum {
    COMMANDS_NAME,
    COMMANDS_ARGUMENTS,
    COMMANDS_HELP,
    COMMANDS_ALIASES,
};

static const struct column commands_columns[] = {
    [COMMANDS_NAME] = {.name = "command"},
    [COMMANDS_ARGUMENTS] = {.name = "arguments"},
    [COMMANDS_HELP] = {.name = "help",
                       .title = "what it shows",
                       .flags = COLUMN_GROW,
                       .min_width = 44},
    [COMMANDS_ALIASES] = {.name = "mdb", .flags = COLUMN_OPTIONAL},
};

static uint64_t commands_count(struct view *view, bool *exact)
{
    (void)view;
    size_t count;
    command_list(&count);
    *exact = true;
    return count;
}

static void commands_fill(struct view *view, uint64_t index, struct row *row)
{
    (void)view;
    size_t count;
    const struct command *command = command_list(&count)[index];
    row->id = index + 1;
    row_text(row, COMMANDS_NAME, ROLE_LINK, command->name);
    row_text(row, COMMANDS_ARGUMENTS, ROLE_TEXT,
             command->arguments != NULL ? command->arguments : "");
    row_text(row, COMMANDS_HELP, ROLE_TEXT, command->help);
    for (size_t i = 0; command->aliases != NULL && command->aliases[i] != NULL; i++) {
        char alias[64];
        snprintf(alias, sizeof alias, "::%s", command->aliases[i]);
        row_list_add(row, COMMANDS_ALIASES, ROLE_DIM, alias);
    }
}

static bool commands_follow(struct view *view, const struct row *row, char *command,
                            size_t capacity)
{
    (void)view;
    size_t count;
    const struct command *const *all = command_list(&count);
    if (row->id == 0 || row->id > count)
        return false;
    // A line that ends in a blank is not complete: the prompt takes it from there.
    const struct command *chosen = all[row->id - 1];
    snprintf(command, capacity, "%s%s", chosen->name, chosen->min_arguments > 0 ? " " : "");
    return true;
}

static void commands_status(struct view *view, struct view_status *ret)
{
    bool exact;
    snprintf(ret->title, sizeof ret->title, "commands");
    snprintf(ret->detail, sizeof ret->detail,
             "%u, also typed after :", (unsigned)commands_count(view, &exact));
}

static const struct view_ops commands_ops = {
    .name = "commands",
    .columns = commands_columns,
    .column_count = sizeof commands_columns / sizeof *commands_columns,
    .count = commands_count,
    .fill = commands_fill,
    .id = help_id,
    .follow = commands_follow,
    .status = commands_status,
};

struct view *commands_view(void)
{
    struct view *view = calloc(1, sizeof *view);
    if (view != NULL)
        view->ops = &commands_ops;
    return view;
}
