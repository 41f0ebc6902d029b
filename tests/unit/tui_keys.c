// Every key that the help shows, in every view, with every preset: what it does has to happen. Played on
// the sample core, and checked against the table of actions: an action without an effect here is a mistake.
#include "tui/explorer_state.h"

#include "heap/heap.h"
#include "keymap/builtin.h"
#include "tui/help.h"
#include "views/command.h"

#include <inttypes.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLE "tests/sample/sample.core.zst"

enum {
    ROWS_TRIED = 16, // until one is found that a key can do something with
    COMMANDS_MAX = 3,
};

struct walk {
    struct explorer explorer;
    struct explorer_options options;
    char object[32], function[32], exports[32]; // addresses; exports: held by the function's module
    enum key_context context;
    char commands[COMMANDS_MAX][64]; // that open its view
    size_t command_count;
    const char *command;             // the one in use
    struct place *untouched;         // what it opened, while no key did anything to it; NULL
    bool scrolled;                   // to the right end, as far as that goes
    bool shown[ACTION_COUNT];        // by the help of the context
    unsigned pressed, failed, worked[ACTION_COUNT];
};

// How things were before a key.
struct before {
    struct place *place;
    char command[PROMPT_MAX], order[64];
    uint64_t count, position;
    unsigned line;
    size_t tab;
    bool reverse;
    char *frame;
};

// --- state ---------------------------------------------------------------------------------------

static struct list *list_of(struct walk *walk)
{
    return explorer_list(&walk->explorer);
}

static uint64_t count_of(struct walk *walk)
{
    bool exact;
    return list_of(walk) != NULL ? list_count(list_of(walk), &exact) : 0;
}

static char *draw(struct walk *walk)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    walk->explorer.messages.fresh = false;
    explorer_settle(&walk->explorer);
    canvas_snapshot(walk->explorer.canvas, out);
    fclose(out);
    return text;
}

static void note(struct walk *walk, struct before *before, bool frame)
{
    struct explorer *explorer = &walk->explorer;
    const char *sort = NULL;
    *before = (struct before){.place = explorer_place(explorer),
                              .count = count_of(walk),
                              .tab = explorer_tab(explorer)};
    if (before->place != NULL)
        snprintf(before->command, sizeof before->command, "%s", before->place->command);
    if (list_of(walk) != NULL) {
        before->position = list_position(list_of(walk));
        before->line = list_line(list_of(walk));
        view_sort_get(list_view(list_of(walk)), &sort, &before->reverse);
    }
    before->frame = frame ? draw(walk) : NULL;
}

static const char *command_now(struct walk *walk)
{
    struct place *place = explorer_place(&walk->explorer);
    return place != NULL ? place->command : "";
}

static bool says_something(const struct walk *walk)
{
    return walk->explorer.messages.fresh;
}

static void touch(struct walk *walk)
{
    place_unref(walk->untouched);
    walk->untouched = NULL;
}

// What a key did something to is not used again.
static void open_command(struct walk *walk)
{
    struct explorer *explorer = &walk->explorer;
    bool same = walk->untouched != NULL && strcmp(walk->untouched->command, walk->command) == 0;
    if (same && explorer_go_to(explorer, walk->untouched))
        return;
    touch(walk);
    if (!explorer_go(explorer, walk->command))
        fail_msg("%s: %s", walk->command, messages_last(&explorer->messages)->text);
    if (explorer_place(explorer) != NULL)
        walk->untouched = place_ref(explorer_place(explorer));
}

// Begin again: the view of the context on top, its first rows seen, nothing half typed.
static void reset(struct walk *walk, uint64_t row)
{
    struct explorer *explorer = &walk->explorer;
    if (explorer->prompting != PROMPT_NONE)
        explorer_prompt_result(explorer, PROMPT_CANCELLED);
    explorer->choice.kind = CHOICE_NONE;
    explorer->pending_count = 0;
    explorer->count = 0;
    explorer->zoomed = explorer->quit = false;
    explorer->cancelled_at = 0;
    explorer_focus(explorer, TAB_SEGMENTS); // there is a way back
    open_command(walk);
    explorer_settle(explorer);
    if (list_of(walk) != NULL) {
        list_move_to(list_of(walk), row);
        if (walk->scrolled)
            list_scroll_sideways(list_of(walk), 1000);
    }
    frame_draw(explorer);
    explorer->messages.fresh = false;
    assert_int_equal(explorer_context(explorer), walk->context);
}

static void press(struct walk *walk, const struct binding *binding)
{
    for (size_t i = 0; i < binding->count; i++)
        explorer_key(&walk->explorer, binding->keys[i]);
    walk->pressed++;
}

// --- effects -------------------------------------------------------------------------------------

typedef bool effect_check(struct walk *walk, enum action action, const struct before *before);

static bool moves_down(struct walk *walk, enum action action, const struct before *before)
{
    (void)action;
    return before->count < 2 || list_position(list_of(walk)) > before->position;
}

static bool moves_up(struct walk *walk, enum action action, const struct before *before)
{
    (void)action;
    return before->count < 2 || list_position(list_of(walk)) < before->position;
}

static uint64_t top_now(struct walk *walk)
{
    return list_position(list_of(walk)) - list_line(list_of(walk));
}

static bool scrolls(struct walk *walk, enum action action, const struct before *before)
{
    uint64_t top = before->position - before->line;
    int rows = canvas_rows(walk->explorer.canvas);
    if (before->count <= (uint64_t)rows)
        return true; // all of it may be seen
    return action == ACTION_SCROLL_DOWN ? top_now(walk) == top + 1 : top_now(walk) + 1 == top;
}

static bool to_line(struct walk *walk, enum action action, const struct before *before)
{
    unsigned line = list_line(list_of(walk));
    if (before->count < 3)
        return true;
    return action == ACTION_SCREEN_TOP ? line == 0 && before->line != 0 : line > 0;
}

static bool frame_changes(struct walk *walk, enum action action, const struct before *before)
{
    (void)action;
    if (says_something(walk))
        return true;
    char *now = draw(walk);
    bool changed = strcmp(now, before->frame) != 0;
    free(now);
    return changed;
}

static bool leads_on(struct walk *walk, enum action action, const struct before *before)
{
    (void)action;
    return explorer_place(&walk->explorer) != before->place ||
           walk->explorer.prompting == PROMPT_COMMAND || count_of(walk) != before->count;
}

static bool unfolds(struct walk *walk, enum action action, const struct before *before)
{
    (void)action;
    return count_of(walk) != before->count || strcmp(command_now(walk), before->command) != 0;
}

static bool asks(struct walk *walk, enum action action, const struct before *before)
{
    static const char *const commands[ACTION_COUNT] = {
        [ACTION_ASK_INSPECT] = "inspect 0x", [ACTION_ASK_REFS] = "refs 0x",
        [ACTION_ASK_OUT] = "out 0x",         [ACTION_ASK_PATH] = "path 0x",
        [ACTION_ASK_TYPE] = "objects ",      [ACTION_ASK_SOURCE] = "source 0x",
        [ACTION_ASK_CLOSURE] = "closure 0x", [ACTION_ASK_BYTES] = "bytes 0x",
        [ACTION_ASK_WHATIS] = "whatis 0x",   [ACTION_EXCLUDE] = "leaks --without 0x"};
    return explorer_place(&walk->explorer) != before->place &&
           strncmp(command_now(walk), commands[action], strlen(commands[action])) == 0;
}

static bool prompts(struct walk *walk, enum action action, const struct before *before)
{
    static const enum prompt_use uses[ACTION_COUNT] = {
        [ACTION_SEARCH] = PROMPT_SEARCH,   [ACTION_SEARCH_BACK] = PROMPT_SEARCH_BACK,
        [ACTION_FILTER] = PROMPT_FILTER,   [ACTION_WRITE] = PROMPT_WRITE,
        [ACTION_COMMAND] = PROMPT_COMMAND, [ACTION_NOTE] = PROMPT_NOTE};
    (void)before;
    return walk->explorer.prompting == uses[action] && uses[action] != PROMPT_NONE;
}

static bool chooses(struct walk *walk, enum action action, const struct before *before)
{
    static const enum choice_kind kinds[ACTION_COUNT] = {[ACTION_SORT] = CHOICE_SORT,
                                                         [ACTION_MARK] = CHOICE_MARK,
                                                         [ACTION_MARK_GO] = CHOICE_MARK_GO};
    (void)before;
    return walk->explorer.choice.kind == kinds[action] && kinds[action] != CHOICE_NONE;
}

static bool turns(struct walk *walk, enum action action, const struct before *before)
{
    const char *sort;
    bool reverse;
    (void)action;
    view_sort_get(list_view(list_of(walk)), &sort, &reverse);
    return reverse != before->reverse;
}

static bool says(struct walk *walk, enum action action, const struct before *before)
{
    (void)action, (void)before;
    return says_something(walk);
}

static bool copies(struct walk *walk, enum action action, const struct before *before)
{
    (void)action, (void)before;
    return says_something(walk) &&
           strncmp(messages_last(&walk->explorer.messages)->text, "sent to the terminal", 20) == 0;
}

static bool tabs(struct walk *walk, enum action action, const struct before *before)
{
    size_t tab = explorer_tab(&walk->explorer);
    if (action >= ACTION_TAB_1 && action <= ACTION_TAB_8)
        return tab == (size_t)(action - ACTION_TAB_1);
    return tab != before->tab;
}

static bool goes_elsewhere(struct walk *walk, enum action action, const struct before *before)
{
    (void)action;
    return explorer_place(&walk->explorer) != before->place || walk->explorer.quit;
}

static bool helps(struct walk *walk, enum action action, const struct before *before)
{
    char wanted[64];
    (void)action, (void)before;
    snprintf(wanted, sizeof wanted, "help %s", context_infos[walk->context].name);
    return strcmp(command_now(walk), wanted) == 0;
}

static bool shows_messages(struct walk *walk, enum action action, const struct before *before)
{
    (void)action, (void)before;
    return strcmp(command_now(walk), "messages") == 0;
}

static bool quits(struct walk *walk, enum action action, const struct before *before)
{
    (void)action, (void)before;
    return walk->explorer.quit;
}

// Drawing afresh and stopping show nowhere but on a terminal (tests/terminal): here they must only not be
// refused.
static bool is_silent(struct walk *walk, enum action action, const struct before *before)
{
    (void)action, (void)before;
    return !says_something(walk);
}

enum start {
    FIRST_ROW,
    LAST_ROW,
    ANY_ROW, // one of the first rows: what can be done depends on it
};

static const struct {
    effect_check *check;
    enum start start;
    bool frame; // what is drawn before is needed
    bool back;  // come back from somewhere first
} effects[ACTION_COUNT] = {
    [ACTION_DOWN] = {.check = moves_down},
    [ACTION_UP] = {.check = moves_up, .start = LAST_ROW},
    [ACTION_LEFT] = {.check = frame_changes, .start = ANY_ROW, .frame = true},
    [ACTION_RIGHT] = {.check = frame_changes, .start = ANY_ROW, .frame = true},
    [ACTION_SCROLL_LEFT] = {.check = frame_changes, .frame = true},
    [ACTION_SCROLL_RIGHT] = {.check = frame_changes, .frame = true},
    [ACTION_TOP] = {.check = moves_up, .start = LAST_ROW},
    [ACTION_BOTTOM] = {.check = moves_down},
    [ACTION_PAGE_DOWN] = {.check = moves_down},
    [ACTION_PAGE_UP] = {.check = moves_up, .start = LAST_ROW},
    [ACTION_HALF_DOWN] = {.check = moves_down},
    [ACTION_HALF_UP] = {.check = moves_up, .start = LAST_ROW},
    [ACTION_SCROLL_DOWN] = {.check = scrolls},
    [ACTION_SCROLL_UP] = {.check = scrolls, .start = LAST_ROW},
    [ACTION_SCREEN_TOP] = {.check = to_line, .start = LAST_ROW},
    [ACTION_SCREEN_MIDDLE] = {.check = to_line},
    [ACTION_SCREEN_BOTTOM] = {.check = to_line},
    [ACTION_FOLLOW] = {.check = leads_on, .start = ANY_ROW},
    [ACTION_UNFOLD] = {.check = unfolds, .start = ANY_ROW},
    [ACTION_BACK] = {.check = goes_elsewhere},
    [ACTION_FORWARD] = {.check = goes_elsewhere, .back = true},
    [ACTION_MARK] = {.check = chooses},
    [ACTION_MARK_GO] = {.check = chooses},
    [ACTION_ASK_INSPECT] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_REFS] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_OUT] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_PATH] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_TYPE] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_SOURCE] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_CLOSURE] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_BYTES] = {.check = asks, .start = ANY_ROW},
    [ACTION_ASK_WHATIS] = {.check = asks, .start = ANY_ROW},
    [ACTION_EXCLUDE] = {.check = asks, .start = ANY_ROW},
    [ACTION_NOTE] = {.check = prompts, .start = ANY_ROW},
    [ACTION_SEARCH] = {.check = prompts},
    [ACTION_SEARCH_BACK] = {.check = prompts},
    [ACTION_SEARCH_NEXT] = {.check = says},
    [ACTION_SEARCH_PREVIOUS] = {.check = says},
    [ACTION_FILTER] = {.check = prompts},
    [ACTION_SORT] = {.check = chooses},
    [ACTION_SORT_REVERSE] = {.check = turns},
    [ACTION_WRITE] = {.check = prompts},
    [ACTION_COPY_ADDRESS] = {.check = copies, .start = ANY_ROW},
    [ACTION_COPY_VALUE] = {.check = copies},
    [ACTION_COPY_PATH] = {.check = copies, .start = ANY_ROW},
    [ACTION_COPY_ROW] = {.check = copies},
    [ACTION_PANE_NEXT] = {.check = tabs},
    [ACTION_PANE_PREVIOUS] = {.check = tabs},
    [ACTION_TAB_1] = {.check = tabs},
    [ACTION_TAB_2] = {.check = tabs},
    [ACTION_TAB_3] = {.check = tabs},
    [ACTION_TAB_4] = {.check = tabs},
    [ACTION_TAB_5] = {.check = tabs},
    [ACTION_TAB_6] = {.check = tabs},
    [ACTION_TAB_7] = {.check = tabs},
    [ACTION_TAB_8] = {.check = tabs},
    [ACTION_SPLIT_LEFT] = {.check = says},
    [ACTION_SPLIT_RIGHT] = {.check = says},
    [ACTION_ZOOM] = {.check = says},
    [ACTION_CLOSE] = {.check = goes_elsewhere},
    [ACTION_HELP] = {.check = helps},
    [ACTION_COMMAND] = {.check = prompts},
    [ACTION_MESSAGES] = {.check = shows_messages},
    [ACTION_REDRAW] = {.check = is_silent},
    [ACTION_CANCEL] = {.check = says},
    [ACTION_SUSPEND] = {.check = is_silent},
    [ACTION_QUIT] = {.check = quits},
};

// --- pressing ------------------------------------------------------------------------------------

static void complain(struct walk *walk, const struct binding *binding, const char *what)
{
    char keys[128];
    binding_format(binding, keys, sizeof keys);
    walk->failed++;
    print_error("%s, %s: %s (%s) %s\n", walk->options.keymap, context_infos[walk->context].name, keys,
                action_infos[binding->action].name, what);
}

static bool try_row(struct walk *walk, const struct binding *binding, uint64_t row)
{
    struct before before;
    walk->scrolled = binding->action == ACTION_SCROLL_LEFT;
    if (effects[binding->action].check == goes_elsewhere)
        touch(walk); // there has to be a way to the view, to come back from
    reset(walk, row);
    if (effects[binding->action].back)
        explorer_back(&walk->explorer, false);
    note(walk, &before, effects[binding->action].frame);
    walk->explorer.messages.fresh = false;
    press(walk, binding);
    bool works = effects[binding->action].check(walk, binding->action, &before);
    free(before.frame);
    if (works || walk->scrolled)
        touch(walk);
    return works;
}

// Does the key work on any row of the view that `walk->command` opens? `*silent` when it does nothing and
// says nothing on one.
static bool try_view(struct walk *walk, const struct binding *binding, bool *silent)
{
    enum action action = binding->action;
    if (effects[action].start == FIRST_ROW)
        return try_row(walk, binding, 0);
    reset(walk, 0);
    uint64_t count = count_of(walk);
    uint64_t last = count > 0 ? count - 1 : 0;
    if (effects[action].start != ANY_ROW)
        return try_row(walk, binding, last);
    for (uint64_t row = 0; row <= last; row++) {
        if (row == ROWS_TRIED)
            row = last;
        if (try_row(walk, binding, row))
            return true;
        *silent |= !says_something(walk);
    }
    return false;
}

static void try_key(void *data, const struct binding *binding)
{
    struct walk *walk = data;
    const struct binding *found;
    enum action action = binding->action;
    bool works = false, silent = false;
    if (action == ACTION_LINE || !explorer_can(action))
        return;
    assert_int_equal(keymap_lookup(walk->explorer.keymap, walk->context, binding->keys, binding->count,
                                   &found),
                     KEYMAP_BOUND);
    assert_int_equal(found->action, action);
    // What another preset takes over from the default one was played there.
    bool own = strncmp(binding->file, walk->options.keymap, strlen(walk->options.keymap)) == 0;
    if (!own) {
        walk->worked[action]++;
        return;
    }
    if (effects[action].check == NULL) {
        complain(walk, binding, "is in no table of effects");
        return;
    }
    for (size_t i = 0; !works && i < walk->command_count; i++) {
        walk->command = walk->commands[i];
        works = try_view(walk, binding, &silent);
    }
    walk->worked[action] += works;
    if (silent)
        complain(walk, binding, "does nothing and says nothing");
    else if (works != walk->shown[action])
        complain(walk, binding, works ? "works, but the help does not show it"
                                      : "is shown in the help and does nothing");
}

static void note_shown(struct walk *walk)
{
    struct view *help = help_view(walk->explorer.keymap, walk->context, explorer_can);
    struct row *row = malloc(sizeof *row);
    bool exact;
    assert_non_null(help);
    assert_non_null(row);
    memset(walk->shown, 0, sizeof walk->shown);
    row->wanted = ROW_WANT_ALL;
    for (uint64_t i = 0, count = view_count(help, &exact); i < count; i++) {
        enum action action;
        view_row(help, i, row);
        const struct cell *name = &row->cells[2];
        if (action_find(name->text, name->length, &action))
            walk->shown[action] = true;
    }
    free(row);
    view_destroy(help);
    assert_true(walk->shown[ACTION_DOWN] && walk->shown[ACTION_HELP]);
}

// Characters that no binding begins with say so.
static void try_unbound(struct walk *walk)
{
    unsigned tried = 0;
    for (uint32_t code = '!'; code < 0x7f; code++) {
        struct key key = {.kind = KEY_CHARACTER, .code = code};
        const struct binding *binding;
        if ((code >= '0' && code <= '9') ||
            keymap_lookup(walk->explorer.keymap, walk->context, &key, 1, &binding) !=
                KEYMAP_UNBOUND)
            continue;
        struct binding typed = {.keys = {key}, .count = 1};
        char wanted[64], name[32];
        binding_format(&typed, name, sizeof name);
        snprintf(wanted, sizeof wanted, "%s does nothing here", name);
        reset(walk, 0);
        press(walk, &typed);
        assert_true(says_something(walk));
        assert_string_equal(messages_last(&walk->explorer.messages)->text, wanted);
        tried++;
    }
    assert_true(tried > 5);
}

// --- views ---------------------------------------------------------------------------------------

// Commands that open the view, in which every key of its help has something to do.
static const struct {
    enum key_context context;
    const char *commands[COMMANDS_MAX]; // %o: an object, %f: a function
} views[] = {
    {CONTEXT_SUMMARY, {"summary"}},
    {CONTEXT_INFO, {"info"}},
    {CONTEXT_SEGMENTS, {"segments"}},
    {CONTEXT_SPACES, {"spaces"}},
    {CONTEXT_TYPES, {"types"}},
    {CONTEXT_OBJECTS, {"objects SignedRequest", "objects (closure)"}},
    {CONTEXT_INSPECT, {"inspect %o", "inspect %f"}},
    {CONTEXT_REFS, {"refs %o", "refs %f --by type", "refs %e"}},
    {CONTEXT_OUT, {"out %o", "out %f"}},
    {CONTEXT_PATH, {"path %o"}},
    {CONTEXT_ROOTS, {"roots"}},
    {CONTEXT_DOMINATORS, {"dominators", "dominators --filter type:closure"}},
    {CONTEXT_LEAKS, {"leaks"}},
    {CONTEXT_STRINGS, {"strings"}},
    {CONTEXT_DUPLICATES, {"strings --duplicates"}},
    {CONTEXT_SCRIPTS, {"scripts"}},
    {CONTEXT_FUNCTIONS, {"functions"}},
    {CONTEXT_SOURCE, {"source %f"}},
    {CONTEXT_CLOSURE, {"closure %f"}},
    {CONTEXT_THREADS, {"threads"}},
    {CONTEXT_STACK, {"stack"}},
    {CONTEXT_WHATIS, {"whatis %f"}},
    {CONTEXT_BYTES, {"bytes %f"}},
    {CONTEXT_HELP, {"help types"}},
    {CONTEXT_COMMANDS, {"commands"}},
    {CONTEXT_MESSAGES, {"messages"}},
    {CONTEXT_MARKS, {"marks"}},
};

static void fill_in(const struct walk *walk, const char *command, char *out, size_t capacity)
{
    size_t plain = strcspn(command, "%");
    bool any = command[plain] != '\0';
    const char *address = !any                         ? ""
                          : command[plain + 1] == 'o' ? walk->object
                          : command[plain + 1] == 'e' ? walk->exports
                                                      : walk->function;
    snprintf(out, capacity, "%.*s%s%s", (int)plain, command, address, any ? command + plain + 2 : "");
}

static void take_address(struct walk *walk, const char *command, char address[32])
{
    address[0] = '\0';
    assert_true(explorer_go(&walk->explorer, command));
    explorer_settle(&walk->explorer);
    const struct row *row = list_row(list_of(walk));
    for (uint64_t i = 1; row != NULL && row->target == 0 && i < count_of(walk); i++) {
        list_move_to(list_of(walk), i);
        row = list_row(list_of(walk));
    }
    assert_non_null(row);
    assert_true(row->target != 0);
    snprintf(address, 32, "0x%" PRIx64, row->target);
}

static void walk_views(struct walk *walk)
{
    char command[64];
    take_address(walk, "objects SignedRequest", walk->object);
    take_address(walk, "functions --filter function:^signHandler$", walk->function);
    snprintf(command, sizeof command, "refs %s", walk->function);
    take_address(walk, command, walk->exports);
    marks_set(&walk->explorer, 'a');
    messages_add(&walk->explorer.messages, false, "one for the list");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        size_t tab;
        walk->context = views[i].context;
        walk->command_count = 0;
        for (size_t n = 0; n < COMMANDS_MAX && views[i].commands[n] != NULL; n++)
            fill_in(walk, views[i].commands[n], walk->commands[walk->command_count++],
                    sizeof walk->commands[0]);
        walk->command = walk->commands[0];
        if (!explorer_tab_of(walk->command, &tab))
            continue; // a command still to come
        note_shown(walk);
        keymap_each(walk->explorer.keymap, walk->context, try_key, walk);
        walk->command = walk->commands[0];
        try_unbound(walk);
    }
}

static void play_preset(struct heap *heap, const char *keymap)
{
    static const struct term_options screen = {.offscreen = true, .columns = 64, .rows = 20};
    struct walk *walk = calloc(1, sizeof *walk);
    struct error error;
    char message[128];
    assert_non_null(walk);
    walk->options.keymap = keymap;
    walk->explorer.heap = heap;
    walk->explorer.options = &walk->options;
    assert_true(term_open(&screen, &walk->explorer.term, message, sizeof message, &error));
    assert_true(explorer_init(&walk->explorer, &error));
    explorer_settle(&walk->explorer);
    walk_views(walk);
    print_message("%s: %u keys pressed\n", keymap, walk->pressed);
    for (int action = ACTION_NONE + 1; action < ACTION_LINE; action++) {
        if (walk->worked[action] == 0 && action_infos[action].context != CONTEXT_PROMPT &&
            keymap_keys_of(walk->explorer.keymap, CONTEXT_GENERIC, action, 1, message, 64) > 0 &&
            explorer_can(action))
            fail_msg("%s: %s never worked", keymap, action_infos[action].name);
    }
    unsigned failed = walk->failed;
    touch(walk);
    explorer_deinit(&walk->explorer);
    term_close(walk->explorer.term);
    free(walk);
    assert_int_equal(failed, 0);
}

// --- the prompt ----------------------------------------------------------------------------------

static void offer(void *data, const char *line, size_t cursor, struct completions *ret)
{
    (void)data, (void)line;
    ret->start = cursor;
    completions_add(ret, "one");
    completions_add(ret, "two");
}

struct editing {
    struct prompt prompt;
    struct prompt_history history;
    const struct keymap *keymap;
    unsigned pressed;
};

// What becomes of "ab cd|ef gh" by each action, '|' being the cursor.
static const struct {
    const char *after; // NULL: see `result`
    enum prompt_result result;
} edits[ACTION_COUNT] = {
    [ACTION_PROMPT_ACCEPT] = {NULL, PROMPT_ACCEPTED},
    [ACTION_PROMPT_CANCEL] = {NULL, PROMPT_CANCELLED},
    [ACTION_PROMPT_SUSPEND] = {NULL, PROMPT_SUSPENDED},
    [ACTION_PROMPT_COMPLETE] = {"ab cdone|ef gh"},
    [ACTION_PROMPT_COMPLETE_BACK] = {"ab cdtwo|ef gh"},
    [ACTION_PROMPT_LEFT] = {"ab c|def gh"},
    [ACTION_PROMPT_RIGHT] = {"ab cde|f gh"},
    [ACTION_PROMPT_WORD_LEFT] = {"ab |cdef gh"},
    [ACTION_PROMPT_WORD_RIGHT] = {"ab cdef| gh"},
    [ACTION_PROMPT_HOME] = {"|ab cdef gh"},
    [ACTION_PROMPT_END] = {"ab cdef gh|"},
    [ACTION_PROMPT_BACKSPACE] = {"ab c|ef gh"},
    [ACTION_PROMPT_DELETE] = {"ab cd|f gh"},
    [ACTION_PROMPT_DELETE_WORD] = {"ab |ef gh"},
    [ACTION_PROMPT_DELETE_HOME] = {"|ef gh"},
    [ACTION_PROMPT_DELETE_END] = {"ab cd|"},
    [ACTION_PROMPT_OLDER] = {"ab cdef gh older|"},
    [ACTION_PROMPT_NEWER] = {"ab cdef gh newer|"},
};

static void edit(void *data, const struct binding *binding)
{
    struct editing *editing = data;
    struct prompt *prompt = &editing->prompt;
    enum action action = binding->action;
    char now[PROMPT_MAX + 1];
    prompt_begin(prompt, ":", "ab cdef gh", &editing->history, offer, NULL);
    prompt->cursor = 5;
    if (action == ACTION_PROMPT_NEWER) {
        prompt_action(prompt, ACTION_PROMPT_OLDER);
        prompt_action(prompt, ACTION_PROMPT_OLDER);
    }
    enum prompt_result result = prompt_key(prompt, editing->keymap, binding->keys[0], false);
    int cut = (int)prompt->cursor;
    snprintf(now, sizeof now, "%.*s|%s", cut, prompt->text, prompt->text + cut);
    prompt_end(prompt);
    assert_int_equal(binding->count, 1);
    assert_int_equal(result, edits[action].result);
    if (edits[action].after != NULL)
        assert_string_equal(now, action == ACTION_PROMPT_OLDER ? "ab cdef gh newer|" : edits[action].after);
    else
        assert_true(result != PROMPT_EDITING); // or the action is in no table of edits
    editing->pressed++;
}

static void every_key_of_the_prompt(void **state)
{
    (void)state;
    for (size_t i = 0; keymap_builtin_name(i) != NULL; i++) {
        struct editing editing = {.pressed = 0};
        struct keymap *keymap = keymap_create();
        assert_true(keymap_load(keymap, keymap_builtin_name(i), NULL, NULL));
        editing.keymap = keymap;
        prompt_history_add(&editing.history, "ab cdef gh older");
        prompt_history_add(&editing.history, "ab cdef gh newer");
        keymap_each(keymap, CONTEXT_PROMPT, edit, &editing);
        assert_true(editing.pressed > 20);
        prompt_history_clear(&editing.history);
        keymap_destroy(keymap);
    }
}

// --- all of it -----------------------------------------------------------------------------------

// A view without a context of its own would have the help of none.
static void every_view_has_a_context(void **state)
{
    size_t count;
    const struct command *const *commands = command_list(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        enum key_context context;
        const struct view_ops *ops = commands[i]->rows;
        if (ops != NULL && !context_find(ops->name, strlen(ops->name), &context))
            fail_msg("the view '%s' has no context", ops->name);
    }
}

// Each context is played, or it could say anything.
static void every_context_is_played(void **state)
{
    (void)state;
    for (int context = 0; context < CONTEXT_COUNT; context++) {
        bool played = context == CONTEXT_GENERIC || context == CONTEXT_PROMPT;
        for (size_t i = 0; i < sizeof views / sizeof *views; i++)
            played |= (int)views[i].context == context;
        if (!played)
            fail_msg("no key is pressed in '%s'", context_infos[context].name);
    }
}

static void every_key_of_the_help(void **state)
{
    for (size_t i = 0; keymap_builtin_name(i) != NULL; i++)
        play_preset(*state, keymap_builtin_name(i));
}

static int open_sample(void **state)
{
    static const struct heap_options options = {.dump.no_executable = true};
    struct heap *heap;
    struct error error;
    setlocale(LC_CTYPE, "C.UTF-8");
    if (!heap_open(SAMPLE, &options, &heap, &error))
        return -1;
    heap_start(heap, STAGE_DOMINATE);
    heap_wait(heap, STAGE_DOMINATE);
    *state = heap;
    return 0;
}

static int close_sample(void **state)
{
    heap_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_has_a_context),
        cmocka_unit_test(every_context_is_played),
        cmocka_unit_test(every_key_of_the_prompt),
        cmocka_unit_test(every_key_of_the_help),
    };
    return cmocka_run_group_tests_name("tui_keys", tests, open_sample, close_sample);
}
