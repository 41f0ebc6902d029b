// Settings, keymaps and themes while the program runs.
#include "tui/explorer_state.h"

#include "tui/config.h"
#include "tui/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void note_mistake(void *data, const char *message)
{
    messages_add(data, true, "%s", message);
}

bool explorer_configure(struct explorer *explorer, const struct explorer_options *options)
{
    explorer->settings = *options;
    explorer->options = &explorer->settings;
    explorer->config = config_load(&explorer->settings, note_mistake, &explorer->messages);
    return explorer->config != NULL;
}

void explorer_unconfigure(struct explorer *explorer)
{
    while (explorer->retired_count > 0)
        keymap_destroy(explorer->retired[--explorer->retired_count]);
    keymap_destroy(explorer->keymap);
    config_destroy(explorer->config);
}

bool explorer_may_write(struct explorer *explorer)
{
    if (explorer->options == NULL || !explorer->options->secure)
        return true;
    messages_add(&explorer->messages, true, "no file is written: --secure");
    return false;
}

// A file of the user's folders comes before what is built in under that name.
static const char *file_of(const char *name, const char *suffix, char path[PATHS_MAX])
{
    return paths_find(name, suffix, path) ? path : name;
}

bool explorer_use_keymap(struct explorer *explorer, const char *name)
{
    char path[PATHS_MAX];
    struct keymap *keymap =
        explorer->retired_count < KEYMAPS_MAX ? keymap_create() : NULL;
    if (keymap == NULL)
        return false;
    keymap_load(keymap, file_of(name, "keys", path), note_mistake, &explorer->messages);
    // A file of one's own that says nothing of leaving should not leave one without a way out.
    struct key quit = {.kind = KEY_CHARACTER, .code = 'q'};
    const struct binding *binding;
    if (keymap_lookup(keymap, CONTEXT_GENERIC, &quit, 1, &binding) == KEYMAP_UNBOUND &&
        keymap_keys_of(keymap, CONTEXT_GENERIC, ACTION_QUIT, 1, (char[64]){0}, 64) == 0)
        keymap_load(keymap, "default", note_mistake, &explorer->messages);
    if (explorer->keymap != NULL)
        explorer->retired[explorer->retired_count++] = explorer->keymap;
    explorer->keymap = keymap;
    return true;
}

void explorer_use_theme(struct explorer *explorer, const char *name, bool anyway)
{
    struct theme theme;
    char path[PATHS_MAX];
    if (theme_load(&theme, file_of(name, "theme", path), note_mistake, &explorer->messages) || anyway)
        canvas_set_theme(explorer->canvas, &theme);
}

static void take_over(struct explorer *explorer, const char *name)
{
    const struct explorer_options *settings = &explorer->settings;
    if (strcmp(name, "theme") == 0) {
        explorer_use_theme(explorer, settings->theme, false);
        canvas_redraw(explorer->canvas);
    } else if (strcmp(name, "keymap") == 0) {
        if (!explorer_use_keymap(explorer, settings->keymap))
            messages_add(&explorer->messages, true, "keymaps were changed too often");
    } else if (strcmp(name, "mouse") == 0) {
        term_set_mouse(explorer->term, settings->mouse);
    } else if (strcmp(name, "secure") != 0 && strcmp(name, "history") != 0 &&
               strstr(name, "-panes-from") == NULL) {
        messages_add(&explorer->messages, false, "%s: at the next start, when :save-config kept it",
                     name);
    }
}

void explorer_set(struct explorer *explorer, const char *line)
{
    char name[64];
    struct error error;
    size_t length = strcspn(line, " =");
    const char *value = line + length + strspn(line + length, " =");
    snprintf(name, sizeof name, "%.*s", (int)length, line);
    bool secure = explorer->settings.secure;
    if (explorer->config == NULL)
        return;
    if (!config_change(explorer->config, name, value, &explorer->settings, &error))
        messages_add(&explorer->messages, true, "%s", error.text);
    else
        take_over(explorer, name);
    // What forbids to write cannot be taken back from inside.
    explorer->settings.secure |= secure;
}

void explorer_save_config(struct explorer *explorer, const char *path)
{
    if (!explorer_may_write(explorer))
        return;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (out != NULL)
        config_write(&explorer->settings, out);
    bool good = out != NULL && !ferror(out);
    if (out != NULL ? fclose(out) != 0 : file < 0 || close(file) != 0)
        good = false;
    if (good)
        messages_add(&explorer->messages, false, "settings written to %s", path);
    else
        messages_add(&explorer->messages, true, "cannot write %s: %s", path, strerror(errno));
}
