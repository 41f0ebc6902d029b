// What was typed at the prompts, from one run to the next.
#include "tui/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
    char folder[64], path[128];
    struct prompt_history typed[PROMPT_USES], read[PROMPT_USES];
};

static int begin(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    strcpy(bench->folder, "/tmp/history-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->path, sizeof bench->path, "%s/dumpdive/history", bench->folder);
    setenv("XDG_STATE_HOME", bench->folder, 1);
    *state = bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;
    char folder[128];
    for (int use = 0; use < PROMPT_USES; use++) {
        prompt_history_clear(&bench->typed[use]);
        prompt_history_clear(&bench->read[use]);
    }
    unlink(bench->path);
    snprintf(folder, sizeof folder, "%s/dumpdive", bench->folder);
    rmdir(folder);
    int left = rmdir(bench->folder); // not when something else was left there
    free(bench);
    return left;
}

static void comes_back(void **state)
{
    struct bench *bench = *state;
    struct stat status;
    prompt_history_add(&bench->typed[PROMPT_COMMAND], "types --by shape");
    prompt_history_add(&bench->typed[PROMPT_FILTER], "type:^Söck");
    prompt_history_add(&bench->typed[PROMPT_NOTE], "secret");
    history_save(bench->typed);
    assert_int_equal(stat(bench->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    history_load(bench->read);
    assert_int_equal(bench->read[PROMPT_COMMAND].count, 1);
    assert_string_equal(bench->read[PROMPT_COMMAND].lines[0], "types --by shape");
    assert_string_equal(bench->read[PROMPT_FILTER].lines[0], "type:^Söck");
    assert_int_equal(bench->read[PROMPT_NOTE].count, 0);
}

static void another_run_is_not_forgotten(void **state)
{
    struct bench *bench = *state;
    prompt_history_add(&bench->read[PROMPT_SEARCH], "theirs");
    history_save(bench->read);
    prompt_history_clear(&bench->read[PROMPT_SEARCH]);
    prompt_history_add(&bench->typed[PROMPT_SEARCH], "ours");
    history_save(bench->typed);
    history_load(bench->read);
    assert_int_equal(bench->read[PROMPT_SEARCH].count, 2);
    assert_string_equal(bench->read[PROMPT_SEARCH].lines[1], "ours");
}

static void is_bounded(void **state)
{
    struct bench *bench = *state;
    char line[32];
    for (int run = 0; run < 3; run++) {
        for (int i = 0; i < PROMPT_HISTORY_MAX; i++) {
            snprintf(line, sizeof line, "%d of run %d", i, run);
            prompt_history_add(&bench->typed[PROMPT_COMMAND], line);
        }
        history_save(bench->typed);
    }
    history_load(bench->read);
    assert_int_equal(bench->read[PROMPT_COMMAND].count, PROMPT_HISTORY_MAX);
    assert_string_equal(bench->read[PROMPT_COMMAND].lines[PROMPT_HISTORY_MAX - 1], "199 of run 2");
}

static void write_file(const struct bench *bench, const char *text, mode_t mode)
{
    FILE *out = fopen(bench->path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(chmod(bench->path, mode), 0);
}

static void other_files_are_left_out(void **state)
{
    struct bench *bench = *state;
    prompt_history_add(&bench->typed[PROMPT_COMMAND], "types");
    history_save(bench->typed);
    write_file(bench, "x no kind\n: \x1b[2Jcontrols\n:no blank\n\n: no end", 0600);
    history_load(bench->read);
    assert_int_equal(bench->read[PROMPT_COMMAND].count, 0);
    write_file(bench, ": types\n", 0622); // others may write it
    history_load(bench->read);
    assert_int_equal(bench->read[PROMPT_COMMAND].count, 0);
    write_file(bench, ": types\n", 0600);
    history_load(bench->read);
    assert_int_equal(bench->read[PROMPT_COMMAND].count, 1);
}

static void nothing_typed_leaves_nothing(void **state)
{
    struct bench *bench = *state;
    prompt_history_add(&bench->typed[PROMPT_NOTE], "secret");
    history_save(bench->typed);
    assert_int_not_equal(access(bench->path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_back, begin, end),
        cmocka_unit_test_setup_teardown(another_run_is_not_forgotten, begin, end),
        cmocka_unit_test_setup_teardown(is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(other_files_are_left_out, begin, end),
        cmocka_unit_test_setup_teardown(nothing_typed_leaves_nothing, begin, end),
    };
    return cmocka_run_group_tests_name("tui_history", tests, NULL, NULL);
}
