// One frame: title, tabs, panes, status, and the last line, which says what the keys at hand do.
#include "tui/explorer_state.h"

#include "heap/heap.h"
#include "views/command.h"
#include "views/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS_ABOVE = 2, // title and tabs
    ROWS_BELOW = 2, // status and keys
    ALIVE_FROM = 18, // rows of the screen
    PENDING_NAMES = 12,
    STATUS_GAP = 1, // between the two sides of the status line
};

// --- title and tabs ------------------------------------------------------------------------------

static void draw_title(struct explorer *explorer, struct pen pen)
{
    const struct explorer_options *options = explorer->options;
    const char *core = options->core != NULL ? options->core : "";
    const char *slash = strrchr(core, '/');
    core = slash != NULL ? slash + 1 : core;
    struct pen right = pen_at(explorer->canvas, pen.row, pen.end - 9, 9);
    pen.end -= 10;
    pen_repeat(&pen, ROLE_TITLE, NULL, 1);
    pen_text(&pen, ROLE_TITLE_FOCUS, core, strlen(core));
    if (explorer->process[0] != '\0') {
        pen_format(&pen, ROLE_TITLE, " %s ", canvas_glyphs(explorer->canvas)->dot);
        pen_label(&pen, ROLE_TITLE, explorer->process);
    }
    pen_label(&right, ROLE_TITLE, "dumpdive");
}

static bool is_seen(const struct explorer *explorer, size_t tab)
{
    for (size_t i = 0; i < explorer->layout.count; i++) {
        if (explorer->layout.panes[i] == tab)
            return true;
    }
    return false;
}

// Columns of the tabs with a blank on either side of each.
static int tabs_width(void)
{
    int width = 0;
    for (size_t tab = 0; tab < TAB_COUNT; tab++) {
        const char *title = tab_infos[tab].title;
        if (tab_exists(tab))
            width += (int)text_columns(title, strlen(title), TEXT_UTF8) + 4;
    }
    return width;
}

static void draw_tabs(struct explorer *explorer, struct pen pen)
{
    bool tight = tabs_width() > pen_left(&pen);
    if (tight)
        pen_repeat(&pen, ROLE_TAB, NULL, 1);
    for (size_t tab = 0; tab < TAB_COUNT; tab++) {
        if (!tab_exists(tab))
            continue;
        enum role role = tab == explorer_tab(explorer) ? ROLE_TAB_FOCUS
                         : is_seen(explorer, tab)      ? ROLE_TITLE_FOCUS
                                                       : ROLE_TAB;
        pen_format(&pen, role, "%s%zu %s ", tight ? "" : " ", tab + 1, tab_infos[tab].title);
    }
}

// --- panes ---------------------------------------------------------------------------------------

static void draw_border(struct explorer *explorer, const struct rect *rect)
{
    const char *line = canvas_glyphs(explorer->canvas)->vertical;
    for (int row = rect->row; row < rect->row + rect->height; row++) {
        struct pen pen = pen_at(explorer->canvas, row, rect->column + rect->width, 1);
        pen_repeat(&pen, ROLE_BORDER, line, 1);
    }
}

// Filters as they were typed, one after the other.
static void draw_filters(struct pen *pen, const struct view *view)
{
    const char *filter = view_filter_text(view);
    while (*filter != '\0') {
        size_t length = strcspn(filter, "\n");
        pen_label(pen, ROLE_KEY, " &");
        pen_text(pen, ROLE_MATCH, filter, length);
        filter += length + (filter[length] == '\n');
    }
}

static void draw_pane_title(struct explorer *explorer, struct pen pen, const struct place *place,
                            bool focused)
{
    const char *line = canvas_glyphs(explorer->canvas)->horizontal;
    pen_repeat(&pen, ROLE_BORDER, line, 1);
    if (place != NULL && place->list != NULL) {
        struct view_status status;
        view_status(list_view(place->list), &status);
        enum role role = focused ? ROLE_TITLE_FOCUS : ROLE_TITLE;
        pen_repeat(&pen, role, NULL, 1);
        pen_text(&pen, role, status.title, strlen(status.title));
        if (status.detail[0] != '\0') {
            pen_format(&pen, ROLE_TITLE, " %s ", canvas_glyphs(explorer->canvas)->dot);
            pen_label(&pen, ROLE_TITLE, status.detail);
        }
        draw_filters(&pen, list_view(place->list));
        pen_repeat(&pen, role, NULL, 1);
    }
    pen_fill(&pen, ROLE_BORDER, line);
}

static void draw_nothing(struct explorer *explorer, const struct rect *rect, size_t tab)
{
    struct pen pen = pen_at(explorer->canvas, rect->row + 1, rect->column + 1, rect->width - 2);
    const char *trouble = explorer->troubles[tab];
    if (trouble != NULL)
        pen_text(&pen, ROLE_ERROR, trouble, strlen(trouble));
    else if (tab_infos[tab].hint != NULL)
        pen_label(&pen, ROLE_DIM, tab_infos[tab].hint);
}

static void draw_place(struct explorer *explorer, const struct rect *rect, struct place *place,
                       bool focused)
{
    struct rect inside = {rect->row + 1, rect->column, rect->height - 1, rect->width};
    draw_pane_title(explorer, pen_at(explorer->canvas, rect->row, rect->column, rect->width), place,
                    focused);
    if (place != NULL && place->list != NULL)
        list_draw(place->list, explorer->canvas, inside, focused, explorer->find.match);
}

// Who refers to the object on the left, what it refers to on the right.
static void draw_sides(struct explorer *explorer, const struct rect *rect, struct place *place,
                       bool focused)
{
    struct place *twin = explorer->twin;
    bool right = refs_is_right(place);
    struct rect rects[2] = {*rect, *rect};
    rects[0].width = (rect->width - 1) / 2;
    rects[1].column += rects[0].width + 1;
    rects[1].width -= rects[0].width + 1;
    draw_place(explorer, &rects[right], place, focused);
    draw_place(explorer, &rects[!right], twin, false);
    draw_border(explorer, &rects[0]);
}

static void draw_pane(struct explorer *explorer, const struct rect *rect, size_t tab)
{
    struct place *place = explorer->panes[tab];
    bool focused = tab == explorer_tab(explorer);
    struct rect inside = {rect->row + 1, rect->column, rect->height - 1, rect->width};
    if (tab == TAB_REFERENCES && explorer_sees_twin(explorer) && place->list != NULL &&
        explorer->twin->list != NULL) {
        draw_sides(explorer, rect, place, focused);
        return;
    }
    draw_place(explorer, rect, place, focused);
    if (place == NULL || place->list == NULL)
        draw_nothing(explorer, &inside, tab);
}

// A pane that comes to be seen, by a larger screen or by giving it back, takes what was published while
// it was not.
static void refresh_revealed(struct explorer *explorer, const struct layout *before)
{
    for (size_t i = 0; i < explorer->layout.count; i++) {
        struct place *place = explorer->panes[explorer->layout.panes[i]];
        bool seen = false;
        for (size_t n = 0; n < before->count; n++)
            seen |= before->panes[n] == explorer->layout.panes[i];
        if (!seen && place != NULL && place->list != NULL && place != explorer->writing.place)
            list_refresh(place->list);
    }
}

static void draw_panes(struct explorer *explorer, struct rect area)
{
    struct layout *layout = &explorer->layout;
    const struct layout before = *layout;
    static const size_t about_one[] = {TAB_OBJECT, TAB_REFERENCES};
    static const size_t about_all[] = {TAB_LEAKS, TAB_SEGMENTS}; // while none is chosen
    bool chosen = explorer->panes[TAB_OBJECT] != NULL || explorer->panes[TAB_REFERENCES] != NULL ||
                  explorer_tab(explorer) == TAB_OBJECT || explorer_tab(explorer) == TAB_REFERENCES;
    layout->two_from = explorer->options->two_from;
    layout->three_from = explorer->options->three_from;
    if (!explorer->zoomed && layout_has_four(layout, area) && tab_exists(TAB_REFERENCES))
        layout_make_four(layout, area, explorer->recent, explorer->recent_count,
                         chosen ? about_one : about_all, explorer->shift);
    else
        layout_make(layout, area, explorer->recent, explorer->recent_count, explorer->zoomed,
                    explorer->shift);
    explorer_open_seen(explorer);
    refresh_revealed(explorer, &before);
    for (size_t i = 0; i < layout->count; i++) {
        draw_pane(explorer, &layout->rects[i], layout->panes[i]);
        if (layout->rects[i].column + layout->rects[i].width < area.column + area.width)
            draw_border(explorer, &layout->rects[i]);
    }
}

// --- status --------------------------------------------------------------------------------------

static const char *const stage_names[STAGE_COUNT] = {
    [STAGE_WALK] = "walk", [STAGE_GRAPH] = "graph", [STAGE_DOMINATE] = "retained"};

static void describe_stage(const struct stage_progress *progress, const char *name, char *text,
                           size_t capacity)
{
    char items[FORMAT_MAX];
    if (progress->state == STAGE_RUNNING && progress->total > 0)
        snprintf(text, capacity, "%s %.0f %% %s", name,
                 (double)progress->done / (double)progress->total * 100,
                 format_count(items, progress->items));
    else
        snprintf(text, capacity, "%s %s", name,
                 progress->state == STAGE_RUNNING     ? "waits"
                 : progress->state == STAGE_DONE      ? "done"
                 : progress->state == STAGE_CANCELLED ? "stopped"
                                                      : "failed");
}

// How far the work on the heap is, for the right of the status line.
static void describe_progress(struct explorer *explorer, char *text, size_t capacity)
{
    size_t used = 0, done = 0;
    text[0] = '\0';
    for (int stage = 0; explorer->heap != NULL && stage < STAGE_COUNT && used < capacity; stage++) {
        struct stage_progress progress;
        char one[96];
        heap_progress(explorer->heap, stage, &progress);
        done += progress.state == STAGE_DONE;
        if (progress.state == STAGE_IDLE)
            continue;
        describe_stage(&progress, stage_names[stage], one, sizeof one);
        used += (size_t)snprintf(text + used, capacity - used, "%s%s", used > 0 ? " · " : "", one);
    }
    if (done == STAGE_COUNT)
        snprintf(text, capacity, "complete");
}

static void draw_position(struct explorer *explorer, struct pen *pen)
{
    struct list *list = explorer_list(explorer);
    char position[FORMAT_MAX], count[FORMAT_MAX];
    bool exact;
    if (list == NULL)
        return;
    uint64_t rows = list_count(list, &exact);
    if (rows == 0)
        pen_label(pen, ROLE_STATUS, exact ? " no rows" : " no rows yet");
    else
        pen_format(pen, ROLE_STATUS, " %s/%s%s", format_count(position, list_position(list) + 1),
                   exact ? "" : ">=", format_count(count, rows));
}

static void draw_state(struct explorer *explorer, struct pen *pen)
{
    struct list *list = explorer_list(explorer);
    struct view_status status;
    if (list == NULL)
        return;
    view_status(list_view(list), &status);
    const char *dot = canvas_glyphs(explorer->canvas)->dot;
    if (status.order[0] != '\0')
        pen_format(pen, ROLE_STATUS, " %s %s", dot, status.order);
    if (status.missing[0] != '\0') {
        pen_format(pen, ROLE_STATUS, " %s ", dot);
        pen_label(pen, ROLE_WARN, status.missing);
    }
    if (explorer->find.place != NULL && explorer->find.looked > 0)
        pen_format(pen, ROLE_STATUS, " %s searching: %u %%", dot,
                   (unsigned)(100 - explorer->find.search.left * 100 / explorer->find.looked));
    if (explorer->writing.file != NULL)
        pen_format(pen, ROLE_STATUS, " %s written: %" PRIu64 " rows", dot, explorer->writing.rows);
    const struct row *row = list_row(list);
    const char *note =
        row != NULL && row->target != 0 ? notes_get(&explorer->notes, row->target) : NULL;
    if (note != NULL) {
        pen_format(pen, ROLE_STATUS, " %s ", dot);
        pen_text(pen, ROLE_MESSAGE, note, strlen(note));
    }
}

// How one came here, when that was more than one step.
static void draw_trail(struct explorer *explorer, struct pen *pen)
{
    const struct place *place = explorer_place(explorer);
    if (place == NULL || place->trail == NULL || strchr(place->trail, '\n') == NULL)
        return;
    pen_format(pen, ROLE_STATUS, " %s ", canvas_glyphs(explorer->canvas)->dot);
    steps_draw(pen, ROLE_STATUS, place->trail, false);
}

static void draw_alive(struct explorer *explorer, struct pen pen)
{
    uint64_t target = explorer_target(explorer);
    alive_ask(&explorer->alive, explorer->heap, target);
    const char *text = alive_text(&explorer->alive, target);
    if (text == NULL)
        return;
    pen_label(&pen, ROLE_HEADING, " why alive ");
    steps_draw(&pen, ROLE_EDGE, text, true);
}

static void describe_pending(const struct explorer *explorer, char *text, size_t capacity)
{
    size_t used = 0;
    text[0] = '\0';
    if (explorer->count > 0)
        used = (size_t)snprintf(text, capacity, "%" PRIu64, explorer->count);
    for (size_t i = 0; i < explorer->pending_count && used + KEY_NAME_MAX < capacity; i++)
        used += key_format(explorer->pending[i], text + used, capacity - used);
}

static void draw_status(struct explorer *explorer, struct pen pen)
{
    char text[256], pending[128];
    describe_progress(explorer, text, sizeof text);
    describe_pending(explorer, pending, sizeof pending);
    enum text_charset charset = canvas_charset(explorer->canvas);
    int width = (int)text_columns(text, strlen(text), charset) + 2;
    int pending_width = pending[0] != '\0' ? (int)strlen(pending) + 2 : 0;
    int most = pen_left(&pen) * 2 / 3;
    if (width > most)
        width = most;
    struct pen left = pen_part(&pen, pen_left(&pen) - width - pending_width - STATUS_GAP);
    pen_repeat(&pen, ROLE_STATUS, NULL, STATUS_GAP);
    draw_position(explorer, &left);
    draw_state(explorer, &left);
    draw_trail(explorer, &left);
    pen_format(&pen, ROLE_KEY, pending_width > 0 ? "%s  " : "%s", pending);
    pen_label(&pen, ROLE_DIM, text);
}

// --- the last line -------------------------------------------------------------------------------

struct hint {
    enum action action;
    const char *text;
    bool for_target; // only on a row with an object
};

static const struct hint hints[] = {
    {ACTION_TAB_3, "types", false},         {ACTION_TAB_6, "leaks", false},
    {ACTION_FOLLOW, "follow", false},       {ACTION_ASK_SOURCE, "source", true},
    {ACTION_EXCLUDE, "exclude", true},      {ACTION_ASK_INSPECT, "inspect", true},
    {ACTION_ASK_REFS, "who refers", true},  {ACTION_ASK_PATH, "why alive", true},
    {ACTION_ASK_TYPE, "all of type", true}, {ACTION_BACK, "back", false},
    {ACTION_PANE_NEXT, "next", false},      {ACTION_COMMAND, "command", false},
    {ACTION_FILTER, "filter", false},       {ACTION_SEARCH, "search", false},
    {ACTION_SORT, "sort", false},
};

static bool has_type(struct explorer *explorer)
{
    const struct view_ops *ops = list_view(explorer_list(explorer))->ops;
    for (size_t i = 0; i < ops->column_count; i++) {
        if (strcmp(ops->columns[i].name, "type") == 0)
            return strcmp(ops->name, "objects") != 0; // they are those of the type already
    }
    return false;
}

static bool is_hint_due(struct explorer *explorer, const struct hint *hint, const struct row *row)
{
    if (!explorer_can(hint->action) ||
        !action_useful(hint->action, explorer_context(explorer)))
        return false;
    if (hint->action == ACTION_TAB_3 || hint->action == ACTION_TAB_6)
        return explorer_tab(explorer) == TAB_SUMMARY;
    if (hint->action == ACTION_ASK_SOURCE || hint->action == ACTION_EXCLUDE)
        return explorer_tab(explorer) == TAB_LEAKS;
    if (hint->action == ACTION_BACK)
        return explorer->jumps.count > 1 && explorer->jumps.at > 0;
    if (hint->action == ACTION_ASK_TYPE && (row == NULL || !has_type(explorer)))
        return false;
    // A row of a view of one object that leads nowhere is about that object, which is seen already.
    return !hint->for_target ||
           (row != NULL && (hint->action == ACTION_ASK_INSPECT ? row->target
                                                               : explorer_target(explorer)) != 0);
}

// "key text  "; nothing when the action has no key or it does not fit.
static void draw_hint(struct explorer *explorer, struct pen *pen, enum action action,
                      const char *text)
{
    char keys[64];
    keymap_keys_of(explorer->keymap, explorer_context(explorer), action, 1, keys, sizeof keys);
    size_t length = strlen(keys);
    char *name = keys;
    if (length > 4 && keys[0] == '<' && keys[length - 1] == '>' && strchr(keys + 1, '<') == NULL) {
        keys[length - 1] = '\0'; // as people say it: Enter, C-o
        name++;
    }
    if (*name == '\0' || (int)(strlen(name) + strlen(text)) + 3 > pen_left(pen))
        return;
    pen_repeat(pen, ROLE_STATUS, NULL, 1);
    pen_text(pen, ROLE_KEY, name, strlen(name));
    pen_format(pen, ROLE_STATUS, " %s ", text);
}

static void draw_hints(struct explorer *explorer, struct pen pen)
{
    struct list *list = explorer_list(explorer);
    const struct row *row = list != NULL ? list_row(list) : NULL;
    struct pen right = pen_at(explorer->canvas, pen.row, pen.end - 18, 18);
    pen.end -= 18;
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (is_hint_due(explorer, &hints[i], row))
            draw_hint(explorer, &pen, hints[i].action, hints[i].text);
    }
    draw_hint(explorer, &right, ACTION_HELP, "keys");
    bool last = explorer->jumps.count == 0 || explorer->jumps.at == 0;
    draw_hint(explorer, &right, ACTION_CLOSE, last ? "quit" : "close");
}

// What a number can be for: a tab above all, for these have numbers too.
static void draw_count_hints(struct explorer *explorer, struct pen pen)
{
    uint64_t count = explorer->count;
    char text[64];
    if (count <= TAB_COUNT && tab_exists((size_t)count - 1)) {
        snprintf(text, sizeof text, "tab %s", tab_infos[count - 1].title);
        draw_hint(explorer, &pen, ACTION_PANE_NEXT, text);
    }
    snprintf(text, sizeof text, "row %" PRIu64, count);
    draw_hint(explorer, &pen, ACTION_BOTTOM, text);
    snprintf(text, sizeof text, "%" PRIu64 " down", count);
    draw_hint(explorer, &pen, ACTION_DOWN, text);
    pen_repeat(&pen, ROLE_STATUS, NULL, 1);
    pen_label(&pen, ROLE_KEY, "Escape");
    pen_label(&pen, ROLE_STATUS, " forget it");
}

struct continuations {
    const struct explorer *explorer;
    struct pen *pen;
    int left;
};

static void draw_continuation(void *data, const struct binding *binding)
{
    struct continuations *more = data;
    const struct explorer *explorer = more->explorer;
    if (binding->count <= explorer->pending_count || more->left == 0)
        return;
    for (size_t i = 0; i < explorer->pending_count; i++) {
        if (!key_equal(binding->keys[i], explorer->pending[i]))
            return;
    }
    char name[KEYMAP_SEQUENCE_MAX * KEY_NAME_MAX];
    struct binding rest = *binding;
    rest.count -= explorer->pending_count;
    memmove(rest.keys, rest.keys + explorer->pending_count, rest.count * sizeof *rest.keys);
    binding_format(&rest, name, sizeof name);
    const char *what =
        binding->command != NULL ? binding->command : action_infos[binding->action].name;
    pen_label(more->pen, ROLE_KEY, name);
    pen_format(more->pen, ROLE_STATUS, " %s  ", what);
    more->left--;
}

static void draw_continuations(struct explorer *explorer, struct pen pen)
{
    struct continuations more = {.explorer = explorer, .pen = &pen, .left = PENDING_NAMES};
    pen_repeat(&pen, ROLE_STATUS, NULL, 1);
    keymap_each(explorer->keymap, explorer_context(explorer), draw_continuation, &more);
}

static void draw_message(struct explorer *explorer, struct pen pen)
{
    const struct message *message = messages_last(&explorer->messages);
    pen_repeat(&pen, ROLE_MESSAGE, NULL, 1);
    pen_text(&pen, message->error ? ROLE_ERROR : ROLE_MESSAGE, message->text,
             strlen(message->text));
}

// Returns the column of the cursor; negative: none.
static int draw_last_line(struct explorer *explorer, struct pen pen)
{
    if (explorer->prompting != PROMPT_NONE)
        return prompt_draw(&explorer->prompt, &pen);
    if (explorer->choice.kind != CHOICE_NONE)
        choice_draw(explorer, &pen);
    else if (explorer->pending_shown)
        draw_continuations(explorer, pen);
    else if (explorer->messages.fresh)
        draw_message(explorer, pen);
    else if (explorer->count > 0)
        draw_count_hints(explorer, pen);
    else
        draw_hints(explorer, pen);
    return -1;
}

// --- all of it -----------------------------------------------------------------------------------

static void draw_too_small(struct explorer *explorer, int columns, int rows)
{
    struct pen pen = pen_at(explorer->canvas, rows / 2, 0, columns);
    pen_format(&pen, ROLE_WARN, "too small: %dx%d of at least %dx%d", columns, rows,
               LAYOUT_COLUMNS_MIN, LAYOUT_ROWS_MIN);
}

void frame_draw(struct explorer *explorer)
{
    struct canvas *canvas = explorer->canvas;
    int columns = canvas_columns(canvas), rows = canvas_rows(canvas);
    canvas_begin(canvas);
    if (layout_too_small(columns, rows)) {
        draw_too_small(explorer, columns, rows);
        canvas_end(canvas, -1, 0);
        return;
    }
    // A line that tells why the object under the cursor is alive, where there is room for one.
    int below = ROWS_BELOW + (rows >= ALIVE_FROM && command_find("path") != NULL);
    draw_panes(explorer, (struct rect){ROWS_ABOVE, 0, rows - ROWS_ABOVE - below, columns});
    if (below > ROWS_BELOW)
        draw_alive(explorer, pen_at(canvas, rows - below, 0, columns));
    draw_title(explorer, pen_at(canvas, 0, 0, columns));
    draw_tabs(explorer, pen_at(canvas, 1, 0, columns));
    struct pen status = pen_at(canvas, rows - 2, 0, columns);
    if (explorer->prompting == PROMPT_NONE || !prompt_draw_candidates(&explorer->prompt, &status))
        draw_status(explorer, status);
    int cursor = draw_last_line(explorer, pen_at(canvas, rows - 1, 0, columns));
    canvas_end(canvas, cursor >= 0 ? rows - 1 : -1, cursor);
}
