// Key files: what they bind, and what they get wrong.
#include "keymap/keymap.h"
#include "keymap/builtin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct log {
    char text[4096];
};

static void note(void *data, const char *message)
{
    struct log *log = data;
    size_t used = strlen(log->text);
    snprintf(log->text + used, sizeof log->text - used, "%s\n", message);
}

static bool load(struct keymap *keymap, const char *name, const char *text, struct log *log)
{
    log->text[0] = '\0';
    return keymap_load_text(keymap, name, text, strlen(text), note, log);
}

static enum keymap_result press(const struct keymap *keymap, enum key_context context,
                                const char *written, enum action *ret)
{
    struct key keys[KEYMAP_SEQUENCE_MAX];
    size_t count = 0;
    const struct binding *binding = NULL;
    for (const char *at = written; *at != '\0'; count++)
        assert_true(key_parse(&at, &keys[count]));
    enum keymap_result result = keymap_lookup(keymap, context, keys, count, &binding);
    *ret = result == KEYMAP_BOUND ? binding->action : ACTION_NONE;
    return result;
}

static void assert_bound(const struct keymap *keymap, enum key_context context, const char *written,
                         enum action wanted)
{
    enum action action;
    assert_int_equal(press(keymap, context, written, &action), KEYMAP_BOUND);
    assert_int_equal(action, wanted);
}

static void sequences_and_prefixes(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    struct log log;
    enum action action;
    assert_true(load(keymap, "a.keys", "generic gg top\ngeneric gt pane-next\n\n# x\n", &log));
    assert_int_equal(press(keymap, CONTEXT_TYPES, "g", &action), KEYMAP_PREFIX);
    assert_bound(keymap, CONTEXT_TYPES, "gg", ACTION_TOP);
    assert_bound(keymap, CONTEXT_GENERIC, "gt", ACTION_PANE_NEXT);
    assert_int_equal(press(keymap, CONTEXT_TYPES, "gx", &action), KEYMAP_UNBOUND);
    assert_int_equal(press(keymap, CONTEXT_PROMPT, "gg", &action), KEYMAP_UNBOUND);
    keymap_destroy(keymap);
}

static void contexts_override_their_parent(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    struct log log;
    enum action action;
    assert_true(load(keymap, "a.keys",
                     "generic x bytes\ntypes x :types --by shape\nstrings x none\n", &log));
    assert_bound(keymap, CONTEXT_GENERIC, "x", ACTION_ASK_BYTES);
    assert_bound(keymap, CONTEXT_OBJECTS, "x", ACTION_ASK_BYTES);
    assert_bound(keymap, CONTEXT_TYPES, "x", ACTION_LINE);
    assert_int_equal(press(keymap, CONTEXT_STRINGS, "x", &action), KEYMAP_UNBOUND);
    keymap_destroy(keymap);
}

static void later_files_win(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    struct log log;
    enum action action;
    assert_true(load(keymap, "a.keys", "generic x bytes\ngeneric y down\n", &log));
    assert_true(load(keymap, "b.keys", "generic x up\ngeneric y none\n", &log));
    assert_bound(keymap, CONTEXT_GENERIC, "x", ACTION_UP);
    assert_int_equal(press(keymap, CONTEXT_GENERIC, "y", &action), KEYMAP_UNBOUND);
    assert_true(load(keymap, "c.keys", "generic yy down\n", &log)); // `y` is free now
    keymap_destroy(keymap);
}

static void mistakes_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"generic x jump\n", "a.keys:1: unknown action 'jump'\n"},
        {"\nfoo x up\n", "a.keys:2: unknown context 'foo'\n"},
        {"generic <Foo> up", "a.keys:1: unknown key at '<Foo>'\n"},
        {"generic x\n", "a.keys:1: expected: context keys action\n"},
        {"generic   # nothing\n", "a.keys:1: expected: context keys action\n"},
        {"generic x up\ngeneric x down\n", "a.keys:2: x is bound on line 1 already\n"},
        {"generic gg up\ngeneric g down\n",
         "a.keys:2: g clashes with gg (a.keys:1): one begins with the other\n"},
        {"generic g up\ntypes gg down\n",
         "a.keys:2: gg clashes with g (a.keys:1): one begins with the other\n"},
        {"prompt x up\n", "a.keys:1: 'up' does nothing in context 'prompt'\n"},
        {"types x accept\n", "a.keys:1: 'accept' does nothing in context 'types'\n"},
        {"generic abcdefg up\n", "a.keys:1: more than 6 keys in abcdefg\n"},
        {"source\n", "a.keys:1: source needs a file or a preset\n"},
        {"source /no/such.keys\n",
         "a.keys:1: cannot open /no/such.keys: No such file or directory\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct keymap *keymap = keymap_create();
        struct log log;
        assert_false(load(keymap, "a.keys", cases[i].text, &log));
        assert_string_equal(log.text, cases[i].message);
        keymap_destroy(keymap);
    }
}

static void a_mistake_leaves_the_other_lines(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    struct log log;
    assert_false(load(keymap, "a.keys", "generic x jump\r\ngeneric y up\r\n", &log));
    assert_bound(keymap, CONTEXT_GENERIC, "y", ACTION_UP);
    keymap_destroy(keymap);
}

static void sources_files_beside_it(void **state)
{
    (void)state;
    char folder[] = "/tmp/dumpdive-keys-XXXXXX";
    char inner[64], outer[64];
    assert_non_null(mkdtemp(folder));
    snprintf(inner, sizeof inner, "%s/inner.keys", folder);
    snprintf(outer, sizeof outer, "%s/outer.keys", folder);
    FILE *file = fopen(inner, "w");
    assert_non_null(file);
    fputs("source default\ngeneric x nothing\nsource outer.keys\n", file);
    fclose(file);
    file = fopen(outer, "w");
    assert_non_null(file);
    fputs("source inner.keys\n", file);
    fclose(file);

    struct keymap *keymap = keymap_create();
    struct log log = {.text = ""};
    assert_false(keymap_load(keymap, outer, note, &log));
    assert_non_null(strstr(log.text, "inner.keys:2: unknown action 'nothing'\n"));
    assert_non_null(strstr(log.text, "files source each other too deeply\n"));
    assert_bound(keymap, CONTEXT_GENERIC, "j", ACTION_DOWN);
    keymap_destroy(keymap);
    unlink(inner);
    unlink(outer);
    rmdir(folder);
}

static void presets_have_no_mistakes(void **state)
{
    (void)state;
    static const char *const presets[] = {"default", "vim", "less"};
    for (size_t i = 0; i < 3; i++) {
        struct keymap *keymap = keymap_create();
        struct log log = {.text = ""};
        bool good = keymap_load(keymap, presets[i], note, &log);
        assert_string_equal(log.text, "");
        assert_true(good);
        assert_bound(keymap, CONTEXT_TYPES, "<Down>", ACTION_DOWN);
        assert_bound(keymap, CONTEXT_TYPES, "<C-z>", ACTION_SUSPEND);
        keymap_destroy(keymap);
    }
}

// The help shows every action: each must have a key in the default preset.
static void every_action_has_a_default_key(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    keymap_load(keymap, "default", NULL, NULL);
    for (int i = ACTION_NONE + 1; i < ACTION_LINE; i++) {
        char keys[256];
        keymap_keys_of(keymap, action_infos[i].context, i, 9, keys, sizeof keys);
        if (i != ACTION_SEARCH_BACK && keys[0] == '\0')
            fail_msg("no key for %s", action_infos[i].name);
    }
    keymap_destroy(keymap);
}

static void lists_the_keys_of_an_action(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    struct log log;
    char keys[64];
    load(keymap, "a.keys", "generic j down\ntypes <Down> down\ntypes j up\n", &log);
    keymap_keys_of(keymap, CONTEXT_TYPES, ACTION_DOWN, 9, keys, sizeof keys);
    assert_string_equal(keys, "<Down>");
    keymap_keys_of(keymap, CONTEXT_GENERIC, ACTION_DOWN, 9, keys, sizeof keys);
    assert_string_equal(keys, "j");
    keymap_destroy(keymap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_and_prefixes),
        cmocka_unit_test(contexts_override_their_parent),
        cmocka_unit_test(later_files_win),
        cmocka_unit_test(mistakes_name_file_and_line),
        cmocka_unit_test(a_mistake_leaves_the_other_lines),
        cmocka_unit_test(sources_files_beside_it),
        cmocka_unit_test(presets_have_no_mistakes),
        cmocka_unit_test(every_action_has_a_default_key),
        cmocka_unit_test(lists_the_keys_of_an_action),
    };
    return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
