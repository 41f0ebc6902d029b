#include "tui/builtin_themes.h"

EMBED(theme_default, "themes/default.theme");
EMBED(theme_mono, "themes/mono.theme");
EMBED(theme_dark, "themes/dark.theme");
EMBED(theme_light, "themes/light.theme");
EMBED(theme_high_contrast, "themes/high-contrast.theme");

static const struct embedded themes[] = {
    {.name = "default", .begin = theme_default_begin, .end = theme_default_end},
    {.name = "mono", .begin = theme_mono_begin, .end = theme_mono_end},
    {.name = "dark", .begin = theme_dark_begin, .end = theme_dark_end},
    {.name = "light", .begin = theme_light_begin, .end = theme_light_end},
    {.name = "high-contrast", .begin = theme_high_contrast_begin, .end = theme_high_contrast_end},
};

const struct embedded *builtin_themes(size_t *count)
{
    *count = sizeof themes / sizeof *themes;
    return themes;
}
