// The explorer over made-up views: keys in, state out, no terminal and no heap.
#include "tui/explorer_state.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// --- a tree: three branches of two leaves each ---------------------------------------------------

enum {
    BRANCHES = 3,
    LEAVES = 2,
};

struct tree {
    struct view view;
    bool open[BRANCHES];
    bool unknown; // no rows yet
};

static const struct column tree_columns[] = {
    {.name = "name", .flags = COLUMN_GROW},
    {.name = "size", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
};

static uint64_t tree_count(struct view *view, bool *exact)
{
    const struct tree *tree = (struct tree *)view;
    uint64_t count = BRANCHES;
    *exact = !tree->unknown;
    if (tree->unknown)
        return 0;
    for (int i = 0; i < BRANCHES; i++)
        count += tree->open[i] ? LEAVES : 0;
    return count;
}

// Branch and leaf (-1: the branch itself) of a row.
static int tree_row(const struct tree *tree, uint64_t index, int *leaf)
{
    int branch = 0;
    *leaf = -1;
    for (; branch < BRANCHES; branch++) {
        uint64_t rows = 1 + (tree->open[branch] ? LEAVES : 0);
        if (index < rows) {
            *leaf = (int)index - 1;
            break;
        }
        index -= rows;
    }
    return branch;
}

static uint64_t tree_id(struct view *view, uint64_t index)
{
    int leaf, branch = tree_row((struct tree *)view, index, &leaf);
    return (uint64_t)(branch * 10 + leaf + 2);
}

static void tree_fill(struct view *view, uint64_t index, struct row *row)
{
    int leaf, branch = tree_row((struct tree *)view, index, &leaf);
    row->id = tree_id(view, index);
    row->depth = leaf >= 0;
    row->target = leaf >= 0 ? 0x1000 + row->id : 0;
    if (leaf < 0)
        row->expander = ((struct tree *)view)->open[branch] ? EXPAND_OPEN : EXPAND_CLOSED;
    row_format(row, 0, ROLE_NAME, leaf < 0 ? "branch %d" : "leaf %d.%d", branch, leaf);
    row_size(row, 1, (uint64_t)(100 * (branch + 1)));
}

static bool tree_expand(struct view *view, uint64_t index, bool open)
{
    int leaf, branch = tree_row((struct tree *)view, index, &leaf);
    if (leaf >= 0)
        return false;
    ((struct tree *)view)->open[branch] = open;
    return true;
}

static bool tree_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    if (row->depth == 0)
        return false;
    snprintf(command, capacity, "bytes 0x%x", (unsigned)row->target);
    return true;
}

static void tree_status(struct view *view, struct view_status *status)
{
    (void)view;
    snprintf(status->title, sizeof status->title, "tree");
}

static const struct view_ops tree_ops = {
    .name = "inspect",
    .columns = tree_columns,
    .column_count = 2,
    .tree = true,
    .count = tree_count,
    .fill = tree_fill,
    .id = tree_id,
    .expand = tree_expand,
    .follow = tree_follow,
    .status = tree_status,
};

// --- a bench -------------------------------------------------------------------------------------

struct bench {
    struct explorer explorer;
    unsigned opened; // views
    char last[128];  // command opened last
};

static bool open_tree(void *data, const char *command, struct view **ret, struct error *error)
{
    struct bench *bench = data;
    if (strstr(command, "0xbad") != NULL)
        return error_set(error, ERROR_FAULT, "nothing there");
    struct tree *tree = calloc(1, sizeof *tree);
    tree->view.ops = &tree_ops;
    tree->unknown = strstr(command, "0xlate") != NULL;
    *ret = &tree->view;
    bench->opened++;
    snprintf(bench->last, sizeof bench->last, "%s", command);
    return true;
}

static int begin(void **state)
{
    static const struct term_options options = {.offscreen = true, .columns = 80, .rows = 24};
    struct bench *bench = calloc(1, sizeof *bench);
    struct error error;
    char message[128];
    setlocale(LC_CTYPE, "C.UTF-8");
    bench->explorer.opener = open_tree;
    bench->explorer.opener_data = bench;
    if (!term_open(&options, &bench->explorer.term, message, sizeof message, &error) ||
        !explorer_init(&bench->explorer, &error))
        return -1;
    explorer_settle(&bench->explorer);
    *state = bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;
    explorer_deinit(&bench->explorer);
    term_close(bench->explorer.term);
    free(bench);
    return 0;
}

static void type(struct bench *bench, const char *keys)
{
    while (*keys != '\0') {
        struct key key = {.kind = KEY_CHARACTER, .code = ' '};
        if (*keys == ' ')
            keys++;
        else
            assert_true(key_parse(&keys, &key));
        explorer_key(&bench->explorer, key);
        explorer_settle(&bench->explorer);
    }
}

static uint64_t position(const struct bench *bench)
{
    return list_position(explorer_list(&bench->explorer));
}

static const char *message(const struct bench *bench)
{
    const struct message *last = messages_last(&bench->explorer.messages);
    return last != NULL ? last->text : "";
}

static void counts_and_sequences(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>2j");
    assert_int_equal(position(bench), 2);
    type(bench, "gg");
    assert_int_equal(position(bench), 0);
    type(bench, "2G");
    assert_int_equal(position(bench), 1);
    type(bench, "99999999999999999999j");
    assert_int_equal(position(bench), BRANCHES - 1);
    type(bench, "g<Escape>k");
    assert_int_equal(position(bench), BRANCHES - 2);
    type(bench, "gx");
    assert_string_equal(message(bench), "gx does nothing here");
}

// Keys come faster than rows.
static void keys_before_rows(void **state)
{
    static const char *const keys[] = {"<Enter>", "j", "k", "gg", "G", "<C-d>",
                                       "H",       "l", "u", "i",  "r", "a"};
    struct bench *bench = *state;
    explorer_go(&bench->explorer, "inspect 0xlate");
    explorer_settle(&bench->explorer);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        messages_add(&bench->explorer.messages, false, "none");
        type(bench, keys[i]);
        assert_string_equal(message(bench), "no rows yet");
    }
    type(bench, "<M-2>i");
    assert_string_equal(message(bench), "there is no object on this row");
}

static void trees_open_and_close(void **state)
{
    struct bench *bench = *state;
    bool exact;
    struct list *list = (type(bench, "<M-2>j"), explorer_list(&bench->explorer));
    type(bench, "l");
    assert_int_equal(list_count(list, &exact), BRANCHES + LEAVES);
    type(bench, "lj"); // into it
    assert_int_equal(position(bench), 3);
    type(bench, "l"); // a leaf
    assert_int_equal(position(bench), 3);
    type(bench, "h"); // to the parent
    assert_int_equal(position(bench), 1);
    type(bench, "h"); // closed
    assert_int_equal(list_count(list, &exact), BRANCHES);
    type(bench, "u");
    assert_int_equal(list_count(list, &exact), BRANCHES + LEAVES);
    type(bench, "u");
    assert_int_equal(list_count(list, &exact), BRANCHES);
    type(bench, "<Enter>"); // leads nowhere, so it opens
    assert_int_equal(list_count(list, &exact), BRANCHES + LEAVES);
}

static void opening_above_keeps_the_row(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>jjlj"); // a leaf of the last branch
    uint64_t id = list_id(explorer_list(&bench->explorer));
    view_expand(list_view(explorer_list(&bench->explorer)), 0, true);
    list_reordered(explorer_list(&bench->explorer));
    assert_int_equal(list_id(explorer_list(&bench->explorer)), id);
    assert_int_equal(position(bench), 3 + LEAVES);
}

static void hops_and_back(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>ljj");
    struct list *before = explorer_list(&bench->explorer);
    uint64_t id = list_id(before);
    type(bench, "<Enter>");
    assert_string_equal(bench->last, "bytes 0x1003");
    assert_int_equal(explorer_tab(&bench->explorer), TAB_OBJECT);
    type(bench, "j<C-o>");
    assert_int_equal(explorer_tab(&bench->explorer), TAB_SEGMENTS);
    assert_ptr_equal(explorer_list(&bench->explorer), before);
    assert_int_equal(list_id(before), id);
    type(bench, "]");
    assert_int_equal(explorer_tab(&bench->explorer), TAB_OBJECT);
    assert_int_equal(position(bench), 1);
    type(bench, "[[[");
    assert_string_equal(message(bench), "no place before");
}

// Places left long ago are text only, and are made anew with filter, sort and row.
static void far_places_come_back_from_text(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>&branch<Enter>osj");
    struct place *place = explorer_place(&bench->explorer); // the jump list keeps it
    uint64_t id = list_id(place->list);
    char command[64];
    for (int i = 0; i < 2 * JUMPS_ALIVE; i++) {
        snprintf(command, sizeof command, "segments --filter %d", i);
        assert_true(explorer_go(&bench->explorer, command));
    }
    assert_null(place->list);
    for (int i = 0; i < 2 * JUMPS_ALIVE; i++)
        type(bench, "<C-o>");
    assert_ptr_equal(explorer_place(&bench->explorer), place);
    assert_non_null(place->list);
    assert_string_equal(view_filter_text(list_view(place->list)), "branch");
    const char *sort;
    bool reverse;
    view_sort_get(list_view(place->list), &sort, &reverse);
    assert_string_equal(sort, "size");
    assert_int_equal(list_id(place->list), id);
}

static void jumps_are_bounded(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < JUMPS_MAX + 20; i++)
        assert_true(explorer_go(&bench->explorer, "segments"));
    assert_int_equal(bench->explorer.jumps.count, JUMPS_MAX);
    unsigned alive = 0;
    for (size_t i = 0; i < bench->explorer.jumps.count; i++)
        alive += bench->explorer.jumps.places[i]->list != NULL;
    assert_true(alive <= JUMPS_ALIVE + 2);
}

static void a_view_that_fails_changes_nothing(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>j:bytes 0xbad<Enter>");
    assert_string_equal(message(bench), "nothing there");
    assert_int_equal(explorer_tab(&bench->explorer), TAB_SEGMENTS);
    assert_int_equal(position(bench), 1);
}

static void letters_in_prompts_are_no_commands(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>:qQ<C-c>");
    assert_false(bench->explorer.quit);
    type(bench, "/q<Escape>&Q<Escape>oq");
    assert_false(bench->explorer.quit);
    type(bench, ":q<Enter>");
    assert_true(bench->explorer.quit);
}

static void leaving(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2><M-3>q");
    assert_false(bench->explorer.quit);
    assert_int_equal(explorer_tab(&bench->explorer), TAB_SEGMENTS);
    type(bench, "qq");
    assert_true(bench->explorer.quit);
}

static void keys_do_nothing_unseen(void **state)
{
    struct bench *bench = *state;
    type(bench, "<M-2>");
    term_set_size(bench->explorer.term, 40, 10);
    type(bench, "jj:");
    term_set_size(bench->explorer.term, 80, 24);
    explorer_settle(&bench->explorer);
    assert_int_equal(position(bench), 0);
    assert_int_equal(bench->explorer.prompting, PROMPT_NONE);
    term_set_size(bench->explorer.term, 40, 10);
    type(bench, "q");
    assert_true(bench->explorer.quit);
}

// Every key of the help, in every tab: none may break anything.
static void press(void *data, const struct binding *binding)
{
    struct bench *bench = data;
    if (binding->action == ACTION_SUSPEND)
        return;
    for (size_t i = 0; i < binding->count; i++)
        explorer_key(&bench->explorer, binding->keys[i]);
    explorer_settle(&bench->explorer);
    struct key escape = {.kind = KEY_SYMBOL, .code = TERMKEY_SYM_ESCAPE};
    explorer_key(&bench->explorer, escape);
    explorer_settle(&bench->explorer);
    bench->explorer.quit = false;
}

static void every_key_everywhere(void **state)
{
    struct bench *bench = *state;
    for (int round = 0; round < 3; round++) {
        term_set_size(bench->explorer.term, round == 0 ? 80 : round == 1 ? 130 : 200, 30);
        for (size_t tab = 0; tab < TAB_COUNT; tab++) {
            explorer_focus(&bench->explorer, tab);
            keymap_each(bench->explorer.keymap, explorer_context(&bench->explorer), press, bench);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_and_sequences, begin, end),
        cmocka_unit_test_setup_teardown(keys_before_rows, begin, end),
        cmocka_unit_test_setup_teardown(trees_open_and_close, begin, end),
        cmocka_unit_test_setup_teardown(opening_above_keeps_the_row, begin, end),
        cmocka_unit_test_setup_teardown(hops_and_back, begin, end),
        cmocka_unit_test_setup_teardown(far_places_come_back_from_text, begin, end),
        cmocka_unit_test_setup_teardown(jumps_are_bounded, begin, end),
        cmocka_unit_test_setup_teardown(a_view_that_fails_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(letters_in_prompts_are_no_commands, begin, end),
        cmocka_unit_test_setup_teardown(leaving, begin, end),
        cmocka_unit_test_setup_teardown(keys_do_nothing_unseen, begin, end),
        cmocka_unit_test_setup_teardown(every_key_everywhere, begin, end),
    };
    return cmocka_run_group_tests_name("tui_explorer", tests, NULL, NULL);
}
