// What each action does.
#include "tui/explorer_state.h"

#include "heap/heap.h"
#include "tui/columns.h"
#include "tui/loop.h"
#include "views/command.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    SIDEWAYS = 10,      // columns of one step
    QUIT_WITHIN = 1000, // milliseconds between two C-c that quit
};

typedef void action_function(struct explorer *explorer, uint64_t count);

static uint64_t once(uint64_t count)
{
    return count > 0 ? count : 1;
}

// As far as anyone types; more would overflow.
static int64_t steps(uint64_t count)
{
    return count > INT64_MAX / 4 ? INT64_MAX / 4 : (int64_t)once(count);
}

// --- moving --------------------------------------------------------------------------------------

// These are called with a list only.
static void down(struct explorer *explorer, uint64_t count)
{
    list_move(explorer_list(explorer), steps(count));
}

static void up(struct explorer *explorer, uint64_t count)
{
    list_move(explorer_list(explorer), -steps(count));
}

static void scroll_sideways(struct explorer *explorer, int direction, uint64_t count)
{
    int times = count > 1000 ? 1000 : (int)once(count);
    if (!list_scroll_sideways(explorer_list(explorer), direction * SIDEWAYS * times))
        messages_add(&explorer->messages, false,
                     direction < 0 ? "this is the left end" : "no columns further right");
}

static void scroll_left(struct explorer *explorer, uint64_t count)
{
    scroll_sideways(explorer, -1, count);
}

static void scroll_right(struct explorer *explorer, uint64_t count)
{
    scroll_sideways(explorer, 1, count);
}

static void left(struct explorer *explorer, uint64_t count)
{
    struct list *list = explorer_list(explorer);
    if (refs_cross(explorer, false))
        return;
    if (!list_view(list)->ops->tree)
        scroll_left(explorer, count);
    else if (!list_expand(list, false) && !list_to_parent(list))
        messages_add(&explorer->messages, false, "nothing to close here");
}

static void right(struct explorer *explorer, uint64_t count)
{
    struct list *list = explorer_list(explorer);
    if (refs_cross(explorer, true))
        return;
    if (!list_view(list)->ops->tree) {
        scroll_right(explorer, count);
        return;
    }
    const struct row *row = list_row(list);
    bool open = row != NULL && row->expander == EXPAND_OPEN;
    if (open)
        list_move(list, 1);
    else if (!list_expand(list, true))
        messages_add(&explorer->messages, false, "nothing to open here");
}

static void top(struct explorer *explorer, uint64_t count)
{
    list_move_to(explorer_list(explorer), once(count) - 1);
}

static void bottom(struct explorer *explorer, uint64_t count)
{
    list_move_to(explorer_list(explorer), count > 0 ? count - 1 : UINT64_MAX);
}

static void page_down(struct explorer *explorer, uint64_t count)
{
    list_page(explorer_list(explorer), steps(count > 100000 ? 100000 : count), false);
}

static void page_up(struct explorer *explorer, uint64_t count)
{
    list_page(explorer_list(explorer), -steps(count > 100000 ? 100000 : count), false);
}

static void half_down(struct explorer *explorer, uint64_t count)
{
    list_page(explorer_list(explorer), steps(count > 100000 ? 100000 : count), true);
}

static void half_up(struct explorer *explorer, uint64_t count)
{
    list_page(explorer_list(explorer), -steps(count > 100000 ? 100000 : count), true);
}

static void scroll_down(struct explorer *explorer, uint64_t count)
{
    list_scroll(explorer_list(explorer), steps(count));
}

static void scroll_up(struct explorer *explorer, uint64_t count)
{
    list_scroll(explorer_list(explorer), -steps(count));
}

static void screen_top(struct explorer *explorer, uint64_t count)
{
    (void)count;
    list_move_to_line(explorer_list(explorer), LIST_TOP);
}

static void screen_middle(struct explorer *explorer, uint64_t count)
{
    (void)count;
    list_move_to_line(explorer_list(explorer), LIST_MIDDLE);
}

static void screen_bottom(struct explorer *explorer, uint64_t count)
{
    (void)count;
    list_move_to_line(explorer_list(explorer), LIST_BOTTOM);
}

static void unfold(struct explorer *explorer, uint64_t count)
{
    (void)count;
    struct list *list = explorer_list(explorer);
    const struct row *row = list_row(list);
    char command[PROMPT_MAX];
    if (row != NULL && refs_unfold(explorer, row, command, sizeof command))
        explorer_go(explorer, command);
    else if (!list_expand(list, true) && !list_expand(list, false))
        messages_add(&explorer->messages, false, "nothing to open here");
}

// --- following -----------------------------------------------------------------------------------

void explorer_follow(struct explorer *explorer)
{
    char command[PROMPT_MAX] = "";
    struct list *list = explorer_list(explorer);
    const struct row *row = list != NULL ? list_row(list) : NULL;
    if (row == NULL)
        return;
    struct view *view = list_view(list);
    bool leads = refs_hop(explorer, row, command, sizeof command);
    if (!leads)
        leads = view->ops->follow != NULL && view->ops->follow(view, row, command, sizeof command);
    if (!leads && row->target != 0 && command_find("inspect") != NULL) {
        snprintf(command, sizeof command, "inspect 0x%" PRIx64, row->target);
        leads = true;
    }
    size_t length = strlen(command);
    if (leads && strncmp(command, "mark ", 5) == 0)
        marks_go(explorer, command[5]);
    else if (leads && length > 0 && command[length - 1] == ' ')
        explorer_prompt(explorer, PROMPT_COMMAND, command);
    else if (leads)
        explorer_go(explorer, command);
    else if (!list_expand(list, true) && !list_expand(list, false))
        messages_add(&explorer->messages, false, "this row leads nowhere");
}

static void follow(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_follow(explorer);
}

static void back(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_back(explorer, false);
}

static void forward(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_back(explorer, true);
}

// The command behind an action that asks about the object under the cursor.
static const char *question(enum action action)
{
    switch (action) {
    case ACTION_ASK_INSPECT:
        return "inspect";
    case ACTION_ASK_REFS:
        return "refs";
    case ACTION_ASK_OUT:
        return "out";
    case ACTION_ASK_PATH:
        return "path";
    case ACTION_ASK_TYPE:
        return "objects";
    case ACTION_ASK_SOURCE:
        return "source";
    case ACTION_ASK_CLOSURE:
        return "closure";
    case ACTION_ASK_BYTES:
        return "bytes";
    case ACTION_ASK_WHATIS:
        return "whatis";
    default:
        return NULL;
    }
}

bool explorer_can(enum action action)
{
    const char *command = question(action);
    if (action >= ACTION_TAB_1 && action <= ACTION_TAB_8)
        return tab_exists((size_t)(action - ACTION_TAB_1));
    return command == NULL || command_find(command) != NULL;
}

static void ask_type(struct explorer *explorer, const struct row *row)
{
    const struct view_ops *ops = list_view(explorer_list(explorer))->ops;
    char name[1024], command[1100];
    for (size_t i = 0; i < ops->column_count; i++) {
        const struct cell *cell = &row->cells[i];
        if (strcmp(ops->columns[i].name, "type") != 0 || cell->kind != CELL_TEXT)
            continue;
        if (!command_quote(cell->text, cell->length, name, sizeof name))
            break;
        snprintf(command, sizeof command, "objects %s", name);
        explorer_go(explorer, command);
        return;
    }
    messages_add(&explorer->messages, false, "the type of this row is not known");
}

// Views that know which source belongs to a row say so.
static bool ask_source(struct explorer *explorer, const struct row *row)
{
    const struct view_ops *ops = list_view(explorer_list(explorer))->ops;
    char command[128];
    for (size_t i = 0; row != NULL && i < ops->column_count; i++) {
        const struct cell *cell = &row->cells[i];
        if (strcmp(ops->columns[i].name, "source") != 0 || cell->kind != CELL_TEXT ||
            cell->length >= sizeof command)
            continue;
        snprintf(command, sizeof command, "%.*s", (int)cell->length, cell->text);
        explorer_go(explorer, command);
        return true;
    }
    return false;
}

static void say_no_rows(struct explorer *explorer)
{
    bool exact = true;
    if (explorer_list(explorer) != NULL)
        list_count(explorer_list(explorer), &exact);
    messages_add(&explorer->messages, false, exact ? "there are no rows here" : "no rows yet");
}

static bool has_rows(struct explorer *explorer)
{
    bool exact;
    return explorer_list(explorer) != NULL && list_count(explorer_list(explorer), &exact) > 0;
}

void explorer_no_object(struct explorer *explorer)
{
    if (has_rows(explorer))
        messages_add(&explorer->messages, false, "there is no object on this row");
    else
        say_no_rows(explorer);
}

static void ask(struct explorer *explorer, enum action action)
{
    char command[64];
    struct list *list = explorer_list(explorer);
    const struct row *row = list != NULL ? list_row(list) : NULL;
    uint64_t target = explorer_target(explorer);
    if (!explorer_can(action)) {
        messages_add(&explorer->messages, false, "there is no command '%s'", question(action));
    } else if (action == ACTION_ASK_TYPE && row != NULL) {
        ask_type(explorer, row);
    } else if (action == ACTION_ASK_SOURCE && ask_source(explorer, row)) {
        return;
    } else if (target == 0) {
        explorer_no_object(explorer);
    } else {
        if (action == ACTION_ASK_REFS || action == ACTION_ASK_OUT)
            refs_command(action, target, command, sizeof command);
        else
            snprintf(command, sizeof command, "%s 0x%" PRIx64, question(action), target);
        explorer_go(explorer, command);
    }
}

// The address that a view of one object is about; 0: it is about more.
uint64_t explorer_subject(const struct place *place)
{
    const struct command *command;
    char word[64];
    size_t length = strcspn(place->command, " ");
    uint64_t address = 0;
    snprintf(word, sizeof word, "%.*s", (int)length, place->command);
    command = command_find(word);
    if (command == NULL || command->arguments == NULL || strncmp(command->arguments, "ADDR", 4) != 0)
        return 0;
    const char *argument = place->command + length + strspn(place->command + length, " ");
    snprintf(word, sizeof word, "%.*s", (int)strcspn(argument, " "), argument);
    return command_address(word, "", &address, NULL) ? address : 0;
}

uint64_t explorer_target(struct explorer *explorer)
{
    struct list *list = explorer_list(explorer);
    const struct row *row = list != NULL ? list_row(list) : NULL;
    if (row != NULL && row->target != 0)
        return row->target;
    return list != NULL ? explorer_subject(explorer_place(explorer)) : 0;
}

// The suspects without the one under the cursor, or that it is a line of.
static void exclude(struct explorer *explorer, uint64_t count)
{
    (void)count;
    struct list *list = explorer_list(explorer);
    const struct row *row = list_row(list);
    const char *before = explorer_place(explorer)->command;
    char command[PROMPT_MAX];
    if (row != NULL && row->depth > 0 && list_to_parent(list))
        row = list_row(list);
    if (row == NULL)
        return;
    bool again = strstr(before, " --without ") != NULL;
    snprintf(command, sizeof command, "%s%s0x%" PRIx64, before, again ? "," : " --without ",
             row->target);
    explorer_go(explorer, command);
}

// --- taking along --------------------------------------------------------------------------------

static void write_rows(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_prompt(explorer, PROMPT_WRITE, "");
}

static void note(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer->noting = explorer_target(explorer);
    const char *text = notes_get(&explorer->notes, explorer->noting);
    if (explorer->noting != 0)
        explorer_prompt(explorer, PROMPT_NOTE, text != NULL ? text : "");
    else
        explorer_no_object(explorer);
}

static void mark(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer->choice.kind = CHOICE_MARK;
}

static void mark_go(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer->choice.kind = CHOICE_MARK_GO;
}

// --- finding and sorting -------------------------------------------------------------------------

static void search(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_prompt(explorer, PROMPT_SEARCH, "");
}

static void search_back(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_prompt(explorer, PROMPT_SEARCH_BACK, "");
}

static void search_next(struct explorer *explorer, uint64_t count)
{
    (void)count;
    find_again(explorer, true);
}

static void search_previous(struct explorer *explorer, uint64_t count)
{
    (void)count;
    find_again(explorer, false);
}

static void filter(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_prompt(explorer, PROMPT_FILTER, "");
}

static bool is_sortable(const struct column *column)
{
    return (column->flags & (COLUMN_UNSORTED | COLUMN_HIDDEN)) == 0;
}

void explorer_sort_by(struct explorer *explorer, size_t column)
{
    struct list *list = explorer_list(explorer);
    struct error error;
    if (explorer->writing.place == explorer_place(explorer))
        take_stop(explorer, "not written: the order changed");
    if (!view_sort(list_view(list), list_view(list)->ops->columns[column].name, false, &error))
        messages_add(&explorer->messages, true, "%s", error.text);
    list_reordered(list);
}

// The first letter of a column's title that no other column took.
static char free_letter(const struct choice *choice, const char *title)
{
    for (; *title != '\0'; title++) {
        char letter = (char)tolower((unsigned char)*title);
        if (isalnum((unsigned char)letter) &&
            memchr(choice->letters, letter, choice->count) == NULL)
            return letter;
    }
    return (char)('1' + choice->count);
}

static void sort(struct explorer *explorer, uint64_t count)
{
    const struct view_ops *ops = list_view(explorer_list(explorer))->ops;
    struct choice *choice = &explorer->choice;
    choice->count = 0;
    for (size_t i = 0; i < ops->column_count; i++) {
        if (!is_sortable(&ops->columns[i]))
            continue;
        choice->letters[choice->count] = free_letter(choice, column_title(&ops->columns[i]));
        choice->columns[choice->count++] = i;
    }
    if (count > 0 && count <= choice->count)
        explorer_sort_by(explorer, choice->columns[count - 1]);
    else if (choice->count == 0)
        messages_add(&explorer->messages, false, "nothing to sort by here");
    else
        choice->kind = CHOICE_SORT;
}

static void sort_reverse(struct explorer *explorer, uint64_t count)
{
    (void)count;
    struct list *list = explorer_list(explorer);
    const char *column;
    bool reverse;
    struct error error;
    if (explorer->writing.place == explorer_place(explorer))
        take_stop(explorer, "not written: the order changed");
    view_sort_get(list_view(list), &column, &reverse);
    if (!view_sort(list_view(list), column, !reverse, &error))
        messages_add(&explorer->messages, true, "%s", error.text);
    list_reordered(list);
}

// --- panes ---------------------------------------------------------------------------------------

static void go_to_tab(struct explorer *explorer, size_t tab)
{
    if (tab >= TAB_COUNT || !tab_exists(tab)) {
        messages_add(&explorer->messages, false, "there is no tab %zu", tab + 1);
        return;
    }
    // Asked for once more, a tab shows what it began with.
    const char *first = tab_first_command(tab);
    const struct place *place = explorer->panes[tab];
    find_stop(explorer);
    if (tab != explorer_tab(explorer))
        explorer_show_tab(explorer, tab);
    else if (first != NULL && (place == NULL || strcmp(place->command, first) != 0))
        explorer_go(explorer, first);
}

static void step_tab(struct explorer *explorer, size_t step, uint64_t count)
{
    size_t tab = explorer_tab(explorer);
    if (count > 0) {
        go_to_tab(explorer, count - 1);
        return;
    }
    do
        tab = (tab + step) % TAB_COUNT;
    while (!tab_exists(tab));
    find_stop(explorer);
    explorer_focus(explorer, tab); // looking around is no hop to come back from
}

static void pane_next(struct explorer *explorer, uint64_t count)
{
    step_tab(explorer, 1, count);
}

static void pane_previous(struct explorer *explorer, uint64_t count)
{
    step_tab(explorer, TAB_COUNT - 1, count);
}

static void zoom(struct explorer *explorer, uint64_t count)
{
    (void)count;
    if (explorer->layout.count < 2 && !explorer->zoomed) {
        messages_add(&explorer->messages, false, "only one pane is seen");
        return;
    }
    explorer->zoomed = !explorer->zoomed;
}

static void move_split(struct explorer *explorer, int by)
{
    enum { STEP = 4, MOST = 24 };
    if (explorer->layout.count < 2)
        messages_add(&explorer->messages, false, "there is no split: only one pane is seen");
    else if (explorer->shift + by * STEP <= MOST && explorer->shift + by * STEP >= -MOST)
        explorer->shift += by * STEP;
}

static void split_left(struct explorer *explorer, uint64_t count)
{
    move_split(explorer, -(int)(count > 10 ? 10 : once(count)));
}

static void split_right(struct explorer *explorer, uint64_t count)
{
    move_split(explorer, (int)(count > 10 ? 10 : once(count)));
}

static void close_view(struct explorer *explorer, uint64_t count)
{
    (void)count;
    if (explorer->jumps.count > 0 && explorer->jumps.at > 0)
        explorer_back(explorer, false);
    else
        explorer->quit = true;
}

// --- program -------------------------------------------------------------------------------------

static void help(struct explorer *explorer, uint64_t count)
{
    (void)count;
    char command[64];
    snprintf(command, sizeof command, "help %s", context_infos[explorer_context(explorer)].name);
    explorer_go(explorer, command);
}

static void command_line(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_prompt(explorer, PROMPT_COMMAND, "");
}

static void show_messages(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer_go(explorer, "messages");
}

static void redraw(struct explorer *explorer, uint64_t count)
{
    (void)count;
    canvas_redraw(explorer->canvas);
}

static void cancel(struct explorer *explorer, uint64_t count)
{
    (void)count;
    uint64_t now = loop_now();
    if (explorer->find.place != NULL) {
        find_stop(explorer);
        messages_add(&explorer->messages, false, "search stopped");
    } else if (explorer->writing.place != NULL) {
        take_stop(explorer, "writing stopped; there is no file");
    } else if (explorer->heap != NULL && heap_busy(explorer->heap)) {
        heap_cancel(explorer->heap);
        messages_add(&explorer->messages, false, "stopped; what was found stays (:resume goes on)");
    } else if (explorer->cancelled_at != 0 && now - explorer->cancelled_at < QUIT_WITHIN) {
        explorer->quit = true;
    } else {
        explorer->cancelled_at = now;
        messages_add(&explorer->messages, false, "nothing to stop; once more quits");
    }
}

static void suspend(struct explorer *explorer, uint64_t count)
{
    (void)count;
    term_suspend(explorer->term);
}

static void quit(struct explorer *explorer, uint64_t count)
{
    (void)count;
    explorer->quit = true;
}

// --- the table -----------------------------------------------------------------------------------

static const struct {
    action_function *run;
    bool needs_list;
    bool needs_row; // and thus a list
} actions[ACTION_COUNT] = {
    [ACTION_DOWN] = {.run = down, .needs_row = true},
    [ACTION_UP] = {.run = up, .needs_row = true},
    [ACTION_LEFT] = {.run = left, .needs_row = true},
    [ACTION_RIGHT] = {.run = right, .needs_row = true},
    [ACTION_SCROLL_LEFT] = {.run = scroll_left, .needs_list = true},
    [ACTION_SCROLL_RIGHT] = {.run = scroll_right, .needs_list = true},
    [ACTION_TOP] = {.run = top, .needs_row = true},
    [ACTION_BOTTOM] = {.run = bottom, .needs_row = true},
    [ACTION_PAGE_DOWN] = {.run = page_down, .needs_row = true},
    [ACTION_PAGE_UP] = {.run = page_up, .needs_row = true},
    [ACTION_HALF_DOWN] = {.run = half_down, .needs_row = true},
    [ACTION_HALF_UP] = {.run = half_up, .needs_row = true},
    [ACTION_SCROLL_DOWN] = {.run = scroll_down, .needs_row = true},
    [ACTION_SCROLL_UP] = {.run = scroll_up, .needs_row = true},
    [ACTION_SCREEN_TOP] = {.run = screen_top, .needs_row = true},
    [ACTION_SCREEN_MIDDLE] = {.run = screen_middle, .needs_row = true},
    [ACTION_SCREEN_BOTTOM] = {.run = screen_bottom, .needs_row = true},
    [ACTION_FOLLOW] = {.run = follow, .needs_row = true},
    [ACTION_UNFOLD] = {.run = unfold, .needs_row = true},
    [ACTION_BACK] = {.run = back},
    [ACTION_FORWARD] = {.run = forward},
    [ACTION_MARK] = {.run = mark, .needs_list = true},
    [ACTION_MARK_GO] = {.run = mark_go},
    [ACTION_EXCLUDE] = {.run = exclude, .needs_row = true},
    [ACTION_NOTE] = {.run = note, .needs_list = true},
    [ACTION_WRITE] = {.run = write_rows, .needs_list = true},
    [ACTION_SEARCH] = {.run = search, .needs_list = true},
    [ACTION_SEARCH_BACK] = {.run = search_back, .needs_list = true},
    [ACTION_SEARCH_NEXT] = {.run = search_next, .needs_list = true},
    [ACTION_SEARCH_PREVIOUS] = {.run = search_previous, .needs_list = true},
    [ACTION_FILTER] = {.run = filter, .needs_list = true},
    [ACTION_SORT] = {.run = sort, .needs_list = true},
    [ACTION_SORT_REVERSE] = {.run = sort_reverse, .needs_list = true},
    [ACTION_PANE_NEXT] = {.run = pane_next},
    [ACTION_PANE_PREVIOUS] = {.run = pane_previous},
    [ACTION_SPLIT_LEFT] = {.run = split_left},
    [ACTION_SPLIT_RIGHT] = {.run = split_right},
    [ACTION_ZOOM] = {.run = zoom},
    [ACTION_CLOSE] = {.run = close_view},
    [ACTION_HELP] = {.run = help},
    [ACTION_COMMAND] = {.run = command_line},
    [ACTION_MESSAGES] = {.run = show_messages},
    [ACTION_REDRAW] = {.run = redraw},
    [ACTION_CANCEL] = {.run = cancel},
    [ACTION_SUSPEND] = {.run = suspend},
    [ACTION_QUIT] = {.run = quit},
};

void explorer_act(struct explorer *explorer, enum action action, uint64_t count)
{
    if (action != ACTION_CANCEL)
        explorer->cancelled_at = 0;
    if (question(action) != NULL)
        ask(explorer, action);
    else if (action >= ACTION_COPY_ADDRESS && action <= ACTION_COPY_ROW) {
        if (explorer_list(explorer) != NULL)
            take_copy(explorer, action);
    } else if (action >= ACTION_TAB_1 && action <= ACTION_TAB_8)
        go_to_tab(explorer, (size_t)(action - ACTION_TAB_1));
    else if ((actions[action].needs_list && explorer_list(explorer) == NULL) ||
             (actions[action].needs_row && !has_rows(explorer)))
        say_no_rows(explorer);
    else if (actions[action].run != NULL)
        actions[action].run(explorer, count);
}
