// Key files and theme files may hold anything. What is bound can be looked up and written down.
#include "keymap/keymap.h"
#include "tests/support/fuzz.h"
#include "tui/style.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_message(void *data, const char *message)
{
    (void)data;
    require(strncmp(message, "fuzz:", 5) == 0);
}

static void check_binding(void *data, const struct binding *binding)
{
    const struct keymap *keymap = data;
    char text[KEYMAP_SEQUENCE_MAX * KEY_NAME_MAX];
    const struct binding *found;
    struct key key;
    size_t count = 0;
    require(keymap_lookup(keymap, binding->context, binding->keys, binding->count, &found) ==
            KEYMAP_BOUND);
    require(found == binding);
    binding_format(binding, text, sizeof text);
    for (const char *at = text; *at != '\0'; count++)
        require(key_parse(&at, &key) && key_equal(key, binding->keys[count]));
    require(count == binding->count);
}

static void read_keys(const char *text, size_t size)
{
    struct keymap *keymap = keymap_create();
    require(keymap != NULL);
    keymap_load_text(keymap, "fuzz", text, size, check_message, NULL);
    for (int context = 0; context < CONTEXT_COUNT; context++)
        keymap_each(keymap, context, check_binding, keymap);
    keymap_destroy(keymap);
}

static void read_theme(const char *text, size_t size)
{
    static struct theme theme;
    theme_clear(&theme);
    theme_load_text(&theme, "fuzz", text, size, check_message, NULL);
    for (int role = 0; role < ROLE_COUNT; role++) {
        char line[128];
        static const int colors[] = {0, 8, 16, 256, 1 << 24};
        style_format(theme.styles[role], line, sizeof line);
        for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
            style_format(style_reduce(theme.styles[role], colors[i]), line, sizeof line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    // Other files are not read: what they hold is not the input's doing.
    if (memmem(bytes, size, "source", 6) != NULL)
        return 0;
    read_keys((const char *)bytes, size);
    read_theme((const char *)bytes, size);
    return 0;
}

static void write_seeds(const char *folder)
{
    static const char keys[] = "# keys\ngeneric gg top\ngeneric <C-f> page-down\n"
                               "types x :types --by shape\nprompt <S-Tab> none\n";
    static const char theme[] = "row.selected = default on blue bold\ntype.string=green # so\n"
                                "addr = 214 on #1a2b3c dim italic underline reverse\n";
    fuzz_seed(folder, "keys", keys, sizeof keys - 1);
    fuzz_seed(folder, "theme", theme, sizeof theme - 1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_main(*argc, *argv, write_seeds);
    return 0;
}
