// What is typed at the bottom: commands, filters, searches.
#include "tui/explorer_state.h"

#include "keymap/builtin.h"
#include "tui/complete.h"
#include "tui/own.h"
#include "tui/session.h"
#include "views/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const labels[PROMPT_USES] = {
    [PROMPT_COMMAND] = ":",
    [PROMPT_FILTER] = "&",
    [PROMPT_SEARCH] = "/",
    [PROMPT_SEARCH_BACK] = "?",
    [PROMPT_WRITE] = "write to file: ",
    [PROMPT_NOTE] = "note: ",
};

static void offer_options(const struct command_option *options, const char *line, size_t cursor,
                          struct completions *ret)
{
    for (; options != NULL && options->name != NULL; options++)
        complete_offer(ret, line, cursor, options->name);
}

static void complete_command(void *data, const char *line, size_t cursor, struct completions *ret)
{
    const struct explorer *explorer = data;
    enum own_id own;
    size_t count, first = strspn(line, " :");
    const struct command *const *commands = command_list(&count);
    ret->start = cursor;
    while (ret->start > first && line[ret->start - 1] != ' ')
        ret->start--;
    if (ret->start == first) {
        for (size_t i = 0; i < count; i++)
            complete_offer(ret, line, cursor, commands[i]->name);
        for (size_t i = 0; i < OWN_COUNT; i++)
            complete_offer(ret, line, cursor, own_commands[i].name);
        return;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line + first, " "), line + first);
    const struct command *command = command_find(name);
    if (command != NULL && line[ret->start] == '-') {
        offer_options(command->options, line, cursor, ret);
        offer_options(command_common_options(), line, cursor, ret);
    } else if (command != NULL && command->arguments != NULL &&
               strncmp(command->arguments, "ADDR", 4) == 0) {
        complete_properties(explorer->heap, line, cursor, ret);
    } else if (command != NULL && command->arguments != NULL &&
               strstr(command->arguments, "TYPE") != NULL) {
        complete_types(explorer->heap, line, cursor, ret);
    } else if (own_find(name, &own, NULL) && own == OWN_THEME) {
        for (size_t i = 0; theme_name(i) != NULL; i++)
            complete_offer(ret, line, cursor, theme_name(i));
    } else if (own_find(name, &own, NULL) && own == OWN_KEYMAP) {
        for (size_t i = 0; keymap_builtin_name(i) != NULL; i++)
            complete_offer(ret, line, cursor, keymap_builtin_name(i));
    } else if (own_find(name, &own, NULL) && own == OWN_SET) {
        struct setting_info info;
        for (size_t i = 0; config_info(i, &info); i++)
            complete_offer(ret, line, cursor, info.name);
    }
}

// Names of columns, for COLUMN:REGEX.
static void complete_filter(void *data, const char *line, size_t cursor, struct completions *ret)
{
    struct list *list = explorer_list(data);
    ret->start = line[0] == '!' && cursor > 0;
    for (size_t i = 0; list != NULL && i < list_view(list)->ops->column_count; i++) {
        char word[128];
        snprintf(word, sizeof word, "%s:", list_view(list)->ops->columns[i].name);
        complete_offer(ret, line, cursor, word);
    }
}

void explorer_prompt(struct explorer *explorer, enum prompt_use use, const char *text)
{
    prompt_complete *complete = use == PROMPT_COMMAND  ? complete_command
                                : use == PROMPT_FILTER ? complete_filter
                                                       : NULL;
    explorer->prompting = use;
    if (use == PROMPT_FILTER)
        live_begin(explorer);
    prompt_begin(&explorer->prompt, labels[use], text, &explorer->histories[use], complete,
                 explorer);
}

static void set(struct explorer *explorer, const char *what, const char *name)
{
    char line[PROMPT_MAX + 8];
    snprintf(line, sizeof line, "%s %s", what, name);
    explorer_set(explorer, line);
}

static void run_session(struct explorer *explorer, enum own_id id, const char *path)
{
    struct error error = {.text = "which file?"};
    if (id == OWN_SAVE_SESSION && !explorer_may_write(explorer))
        return;
    bool good = *path != '\0' && (id == OWN_SESSION ? session_load(explorer, path, &error)
                                                   : session_save(explorer, path, &error));
    if (!good)
        messages_add(&explorer->messages, true, "%s", error.text);
    else if (id == OWN_SAVE_SESSION)
        messages_add(&explorer->messages, false, "session written to %s", path);
}

static void resume(struct explorer *explorer)
{
    if (!heap_resume(explorer->heap))
        messages_add(&explorer->messages, true, "still stopping; try again");
    else if (!heap_busy(explorer->heap))
        messages_add(&explorer->messages, false, "nothing was stopped");
}

static void save_index(struct explorer *explorer, const char *path)
{
    struct error error;
    if (!explorer_may_write(explorer))
        return;
    if (!heap_save_index(explorer->heap, *path != '\0' ? path : NULL, &error))
        messages_add(&explorer->messages, true, "%s", error.text);
}

// Commands that change the explorer instead of opening a view.
static bool run_own(struct explorer *explorer, const char *line)
{
    enum own_id id;
    const char *arguments;
    if (!own_find(line, &id, &arguments))
        return false;
    const char *wanted = own_commands[id].arguments;
    if (*arguments == '\0' && wanted != NULL && *wanted != '[' && !own_commands[id].view)
        messages_add(&explorer->messages, true, "usage: %s %s", own_commands[id].name, wanted);
    else if (id == OWN_QUIT)
        explorer->quit = true;
    else if (id == OWN_THEME)
        set(explorer, "theme", arguments);
    else if (id == OWN_KEYMAP)
        set(explorer, "keymap", arguments);
    else if (id == OWN_SET)
        explorer_set(explorer, arguments);
    else if (id == OWN_SAVE_CONFIG)
        explorer_save_config(explorer, arguments);
    else if (id == OWN_SAVE_SESSION || id == OWN_SESSION)
        run_session(explorer, id, arguments);
    else if (id == OWN_RESUME)
        resume(explorer);
    else if (id == OWN_SAVE_INDEX)
        save_index(explorer, arguments);
    else
        return false;
    return true;
}

static void run_line(struct explorer *explorer, const char *line)
{
    line += strspn(line, " ");
    bool row_number = *line != '\0' && strspn(line, "0123456789") == strlen(line);
    if (*line == '\0' || run_own(explorer, line))
        return;
    if (row_number && strlen(line) < 10)
        explorer_act(explorer, ACTION_TOP, (uint64_t)atoll(line));
    else
        explorer_go(explorer, line);
}

static void accept(struct explorer *explorer, enum prompt_use use, const char *line)
{
    prompt_history_add(&explorer->histories[use], line);
    switch (use) {
    case PROMPT_COMMAND:
        run_line(explorer, line);
        break;
    case PROMPT_FILTER:
        live_end(explorer, line);
        break;
    case PROMPT_SEARCH:
    case PROMPT_SEARCH_BACK:
        find_begin(explorer, line, use == PROMPT_SEARCH);
        break;
    case PROMPT_WRITE:
        take_write(explorer, line);
        break;
    case PROMPT_NOTE:
        if (!notes_set(&explorer->notes, explorer->noting, line))
            messages_add(&explorer->messages, true, "out of memory");
        break;
    default:
        break;
    }
}

void explorer_prompt_result(struct explorer *explorer, enum prompt_result result)
{
    enum prompt_use use = explorer->prompting;
    if (result == PROMPT_SUSPENDED)
        term_suspend(explorer->term);
    if (result == PROMPT_EDITING && use == PROMPT_FILTER)
        live_typed(explorer);
    if (result != PROMPT_ACCEPTED && result != PROMPT_CANCELLED)
        return;
    prompt_end(&explorer->prompt);
    explorer->prompting = PROMPT_NONE;
    if (result == PROMPT_CANCELLED && use == PROMPT_FILTER)
        live_end(explorer, NULL);
    if (result == PROMPT_ACCEPTED)
        accept(explorer, use, explorer->prompt.text);
}
