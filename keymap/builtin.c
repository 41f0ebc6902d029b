#include "keymap/builtin.h"

#include <string.h>

EMBED(keys_default, "keymap/default.keys");
EMBED(keys_vim, "keymap/vim.keys");
EMBED(keys_less, "keymap/less.keys");

static const struct embedded presets[] = {
    {.name = "default", .begin = keys_default_begin, .end = keys_default_end},
    {.name = "vim", .begin = keys_vim_begin, .end = keys_vim_end},
    {.name = "less", .begin = keys_less_begin, .end = keys_less_end},
};

const struct embedded *keymap_builtin(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    }
    return NULL;
}

const char *keymap_builtin_name(size_t index)
{
    return index < sizeof presets / sizeof *presets ? presets[index].name : NULL;
}
