// The config file: what lines do, what is wrong with others, where it is looked for.
#include "tui/config.h"
#include "tui/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char said[1024];

static void note(void *data, const char *message)
{
    (void)data;
    strncat(said, message, sizeof said - strlen(said) - 1);
    strncat(said, "\n", sizeof said - strlen(said) - 1);
}

static void read_it(struct config *config, const char *text)
{
    said[0] = '\0';
    config_read_text(config, "config", text, note, NULL);
}

static void lines(void **state)
{
    struct explorer_options options = {.theme = "light"};
    struct config *config = config_create();
    (void)state;
    read_it(config, "# mine\n\n keymap = vim\r\ntheme=dark\ncolor = never\nmouse = on\nascii = on\n"
                    "escape-delay = 200\nsecure = on");
    assert_string_equal(said, "");
    config_fill(config, &options);
    assert_string_equal(options.keymap, "vim");
    assert_string_equal(options.theme, "light"); // said on the command line
    assert_int_equal(options.color, COLOR_NEVER);
    assert_true(options.mouse && options.ascii && options.secure);
    assert_int_equal(options.escape_delay, 200);
    config_destroy(config);
}

static void mistakes_have_their_line(void **state)
{
    struct explorer_options options = {.color = COLOR_AUTO};
    struct config *config = config_create();
    (void)state;
    read_it(config, "theme = dark\nthemes = x\nmouse = yes\nnothing\nescape-delay = 0\ncolor = red\n");
    assert_string_equal(said, "config:2: there is no setting 'themes'\n"
                              "config:3: 'yes' is not on or off\n"
                              "config:4: expected: name = value\n"
                              "config:5: escape-delay is 1 to 10000\n"
                              "config:6: 'red' is not auto, never or always\n");
    config_fill(config, &options);
    assert_string_equal(options.theme, "dark");
    assert_false(options.mouse);
    config_destroy(config);
}

static void written_and_read_again(void **state)
{
    struct explorer_options before = {.keymap = "less", .color = COLOR_ALWAYS, .escape_delay = 70},
                            after = {.color = COLOR_AUTO};
    struct config *config = config_create();
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    config_write(&before, out);
    fclose(out);
    read_it(config, text);
    assert_string_equal(said, "");
    config_fill(config, &after);
    assert_string_equal(after.keymap, "less");
    assert_string_equal(after.theme, "default");
    assert_int_equal(after.color, COLOR_ALWAYS);
    assert_int_equal(after.escape_delay, 70);
    config_destroy(config);
    free(text);
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[PATHS_MAX];
    snprintf(path, sizeof path, "%s/dumpdive", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/dumpdive/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void found_by_xdg(void **state)
{
    char folder[] = "/tmp/dumpdive-config-XXXXXX", path[PATHS_MAX], command[64];
    struct explorer_options options = {.color = COLOR_AUTO};
    (void)state;
    assert_non_null(mkdtemp(folder));
    unsetenv("DUMPDIVERC");
    setenv("HOME", "/nonexistent", 1);
    setenv("XDG_CONFIG_HOME", "relative", 1); // to be ignored
    assert_true(paths_user_config(path));
    assert_string_equal(path, "/nonexistent/.config/dumpdive/config");
    setenv("XDG_CONFIG_HOME", folder, 1);
    put(folder, "config", "theme = mine\nbad\n");
    put(folder, "mine.theme", "source dark\n");
    said[0] = '\0';
    struct config *config = config_load(&options, note, NULL);
    assert_string_equal(options.theme, "mine");
    assert_true(strstr(said, "/dumpdive/config:2: expected: name = value") != NULL);
    assert_true(paths_find("mine", "theme", path));
    assert_false(paths_find("mine", "keys", path));
    assert_false(paths_find("./mine", "theme", path)); // a path, as it is
    config_destroy(config);
    setenv("DUMPDIVERC", "/nonexistent/rc", 1);
    said[0] = '\0';
    config_destroy(config_load(&options, note, NULL));
    assert_true(strncmp(said, "/nonexistent/rc:0: ", 19) == 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(mistakes_have_their_line),
        cmocka_unit_test(written_and_read_again),
        cmocka_unit_test(found_by_xdg),
    };
    return cmocka_run_group_tests_name("tui_config", tests, NULL, NULL);
}
