// Manual pages and completion name everything that the tables know.
#include "tui/manual/generate.h"

#include "keymap/actions.h"
#include "keymap/keymap.h"
#include "tui/options.h"
#include "tui/own.h"
#include "tui/style.h"
#include "views/command.h"
#include "views/role.h"
#include "views/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    DOCUMENTS_MAX = 8,
};

static char *documents[DOCUMENTS_MAX];

// roff's escapes back to what they show.
static void unescape(char *text)
{
    static const struct {
        const char *escape, *plain;
    } escapes[] = {
        {"\\(aq", "'"}, {"\\(ga", "`"}, {"\\(dq", "\""}, {"\\(ha", "^"}, {"\\(ti", "~"},
        {"\\(oq", "`"}, {"\\(cq", "`"}, {"\\e", "\\"},   {"\\-", "-"},   {"\\&", ""},
    };
    char *to = text;
    while (*text != '\0') {
        size_t i = 0;
        while (i < sizeof escapes / sizeof *escapes &&
               strncmp(text, escapes[i].escape, strlen(escapes[i].escape)) != 0)
            i++;
        if (i == sizeof escapes / sizeof *escapes) {
            *to++ = *text++;
            continue;
        }
        text += strlen(escapes[i].escape);
        to = stpcpy(to, escapes[i].plain);
    }
    *to = '\0';
}

// Line breaks of running text.
static void join_lines(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\n')
            *text = ' ';
}

static int write_all(void **state)
{
    (void)state;
    for (size_t i = 0; generate_name(i) != NULL; i++) {
        size_t size;
        FILE *out = open_memstream(&documents[i], &size);
        if (i == DOCUMENTS_MAX || out == NULL || !generate(out, generate_name(i)))
            return -1;
        fclose(out);
        if (strncmp(generate_name(i), "man", 3) == 0)
            unescape(documents[i]);
        join_lines(documents[i]);
    }
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENTS_MAX; i++)
        free(documents[i]);
    return 0;
}

static const char *document(const char *name)
{
    for (size_t i = 0; generate_name(i) != NULL; i++)
        if (strcmp(generate_name(i), name) == 0)
            return documents[i];
    fail_msg("nothing generates %s", name);
    return NULL;
}

__attribute__((format(printf, 2, 3))) static void expect(const char *name, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (strstr(document(name), text) == NULL)
        fail_msg("%s lacks: %s", name, text);
}

static void test_all_sections_are_filled_in(void **state)
{
    (void)state;
    for (size_t i = 0; generate_name(i) != NULL; i++) {
        const char *at = strchr(documents[i], '@');
        for (; at != NULL; at = strchr(at + 1, '@')) {
            size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz-");
            if (length > 0 && at[1 + length] == '@')
                fail_msg("%s: %.*s was left", generate_name(i), (int)length + 2, at);
        }
    }
}

static void expect_option(const struct command_option *option)
{
    expect("man", "Fl \"%s\"", option->name + 1);
    expect("man", "%.60s", option->help);
    if (option->alias != NULL)
        expect("man", "Fl \"%s\"", option->alias + 1);
}

static void test_options(void **state)
{
    (void)state;
    struct command_option option;
    for (size_t i = 0; options_info(i, &option); i++)
        expect_option(&option);
    for (const struct command_option *o = command_common_options(); o->name != NULL; o++)
        expect_option(o);
    assert_null(strstr(document("man"), "--script"));
}

static void test_commands(void **state)
{
    (void)state;
    size_t count;
    const struct command *const *commands = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        const struct command *command = commands[i];
        expect("man", ".It Ic \"%s\"", command->name);
        expect("man", "%s", command->help);
        for (const struct command_option *o = command->options; o && o->name != NULL; o++)
            expect_option(o);
        for (const char *const *alias = command->aliases; alias && *alias != NULL; alias++)
            expect("man", ".Ic \"::%s\"", *alias);
        if (command->rows == NULL)
            fail_msg("the command %s does not say what its columns are: give it .rows (see "
                     "views/command.h)",
                     command->name);
        for (size_t k = 0; k < command->rows->column_count; k++)
            expect("man", ".Cm \"%s\"", command->rows->columns[k].name);
    }
    for (int i = 0; i < OWN_COUNT; i++) {
        expect("man", ".It Ic \"%s\"", own_commands[i].name);
        expect("man", "%s", own_commands[i].help);
    }
}

static void test_actions(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    assert_true(keymap_load(keymap, "default", NULL, NULL));
    for (int action = ACTION_NONE + 1; action < ACTION_LINE; action++) {
        const struct action_info *info = &action_infos[action];
        char keys[64];
        expect("man-keys", ".It Cm \"%s\" %s.", info->name, info->help);
        if (keymap_keys_of(keymap, info->context, action, 1, keys, sizeof keys) == 0)
            continue;
        expect("man", "%s", info->help);
        expect("man", ".It Ic \"%s", keys);
    }
    keymap_destroy(keymap);
}

static void test_files(void **state)
{
    (void)state;
    static const char *const roles[] = {
#define X(id, name, meaning) name,
        ROLES(X)
#undef X
    };
    for (size_t i = 0; i < ROLE_COUNT; i++)
        expect("man-keys", ".It Cm \"%s\"", roles[i]);
    for (int i = 0; i < CONTEXT_COUNT; i++)
        expect("man-keys", ".It Cm \"%s\" %s", context_infos[i].name, context_infos[i].help);
    for (size_t i = 0; theme_name(i) != NULL; i++)
        expect("man-keys", ".Cm \"%s\"", theme_name(i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_sections_are_filled_in),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, write_all, free_all);
}
