#include "tui/explorer.h"

#include "heap/heap.h"
#include "tui/explorer_state.h"
#include "tui/help.h"
#include "tui/history.h"
#include "tui/loop.h"
#include "tui/own.h"
#include "tui/record.h"
#include "tui/script.h"
#include "tui/session.h"
#include "views/command.h"
#include "views/format.h"
#include "views/process_text.h"

#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ESCAPE_DELAY = 50,      // milliseconds
    PENDING_HELP_MS = 400,  // after which a lone prefix shows what could follow
    COUNT_MAX = 1000000000, // typed before a key
    WHEEL_ROWS = 3,
    WORK_REDRAW_MS = 250, // between frames while a job of a list that is seen runs
    WAIT_MS = 500, // for something to be published, while what a script sees is not complete
};

static const struct explorer_options no_options;

// --- opening views -------------------------------------------------------------------------------

static bool open_help(struct explorer *explorer, const char *context, struct view **ret,
                      struct error *error)
{
    enum key_context where = CONTEXT_GENERIC;
    if (*context != '\0' && !context_find(context, strlen(context), &where))
        return error_set(error, ERROR_USAGE, "there is no context '%s'", context);
    *ret = help_view(explorer->keymap, where, explorer_can);
    return *ret != NULL || error_set(error, ERROR_MEMORY, "out of memory");
}

static bool open_own(struct explorer *explorer, enum own_id id, const char *arguments,
                     struct view **ret, struct error *error)
{
    switch (id) {
    case OWN_HELP:
        return open_help(explorer, arguments, ret, error);
    case OWN_COMMANDS:
        *ret = commands_view();
        break;
    case OWN_MESSAGES:
        *ret = messages_view(&explorer->messages);
        break;
    case OWN_MARKS:
        *ret = marks_view(explorer);
        break;
    default:
        *ret = NULL;
    }
    return *ret != NULL || error_set(error, ERROR_MEMORY, "out of memory");
}

// The explorer's own commands, then those of the views.
static bool open_view(void *data, const char *command, struct view **ret, struct error *error)
{
    struct explorer *explorer = data;
    struct command_line *line;
    enum own_id id;
    const char *arguments;
    if (own_view_find(command, &id, &arguments))
        return open_own(explorer, id, arguments, ret, error);
    if (!command_parse(command, &line, error))
        return false;
    bool good = command_open(explorer->heap, line, ret, error);
    command_line_destroy(line);
    if (good && (*ret)->ops->single)
        *ret = record_view(*ret);
    return good && (*ret != NULL || error_set(error, ERROR_MEMORY, "out of memory"));
}

// --- keys ----------------------------------------------------------------------------------------

static bool take_digit(struct explorer *explorer, struct key key)
{
    bool digit = key.kind == KEY_CHARACTER && key.modifiers == 0 && key.code >= '0' &&
                 key.code <= '9' && (key.code != '0' || explorer->count > 0);
    if (!digit || explorer->pending_count > 0)
        return false;
    explorer->count = explorer->count * 10 + (key.code - '0');
    if (explorer->count > COUNT_MAX)
        explorer->count = COUNT_MAX;
    return true;
}

static void forget_pending(struct explorer *explorer)
{
    explorer->pending_count = 0;
    explorer->pending_shown = false;
    explorer->count = 0;
}

static void run_binding(struct explorer *explorer, const struct binding *binding)
{
    uint64_t count = explorer->count;
    forget_pending(explorer);
    if (binding->action == ACTION_LINE)
        explorer_go(explorer, binding->command);
    else
        explorer_act(explorer, binding->action, count);
}

static void say_unbound(struct explorer *explorer)
{
    struct binding typed = {.count = explorer->pending_count};
    char keys[KEYMAP_SEQUENCE_MAX * KEY_NAME_MAX];
    memcpy(typed.keys, explorer->pending, sizeof typed.keys);
    binding_format(&typed, keys, sizeof keys);
    messages_add(&explorer->messages, false, "%s does nothing here", keys);
}

static void command_key(struct explorer *explorer, struct key key)
{
    const struct binding *binding;
    bool escape = key.kind == KEY_SYMBOL && key.code == TERMKEY_SYM_ESCAPE;
    if (escape && (explorer->pending_count > 0 || explorer->count > 0)) {
        forget_pending(explorer);
        return;
    }
    explorer->pending[explorer->pending_count++] = key;
    explorer->pending_since = loop_now();
    switch (keymap_lookup(explorer->keymap, explorer_context(explorer), explorer->pending,
                          explorer->pending_count, &binding)) {
    case KEYMAP_BOUND:
        run_binding(explorer, binding);
        return;
    case KEYMAP_PREFIX:
        return;
    case KEYMAP_UNBOUND:
        explorer->pending_count--;
        if (take_digit(explorer, key))
            return;
        explorer->pending_count++;
        if (!escape)
            say_unbound(explorer);
        forget_pending(explorer);
    }
}

void explorer_key(struct explorer *explorer, struct key key)
{
    bool small = layout_too_small(canvas_columns(explorer->canvas), canvas_rows(explorer->canvas));
    explorer->messages.fresh = false;
    if (small) {
        // What nobody sees must not happen: only leaving works.
        if (key.kind == KEY_CHARACTER && (key.code == 'q' || key.code == 'Q'))
            explorer->quit = true;
    } else if (explorer->prompting != PROMPT_NONE) {
        explorer_prompt_result(
            explorer, prompt_key(&explorer->prompt, explorer->keymap, key, explorer->pasting));
    } else if (explorer->choice.kind != CHOICE_NONE) {
        explorer_choose(explorer, key);
    } else if (!explorer->pasting) {
        command_key(explorer, key);
    }
}

// --- mouse ---------------------------------------------------------------------------------------

static void mouse(struct explorer *explorer, const struct term_event *event)
{
    const struct layout *layout = &explorer->layout;
    for (size_t i = 0; i < layout->count && explorer->prompting == PROMPT_NONE; i++) {
        const struct rect *rect = &layout->rects[i];
        struct place *place = explorer->panes[layout->panes[i]];
        bool inside = event->row >= rect->row && event->row < rect->row + rect->height &&
                      event->column >= rect->column && event->column < rect->column + rect->width;
        if (!inside)
            continue;
        explorer_focus(explorer, layout->panes[i]);
        if (place == NULL || place->list == NULL)
            return;
        if (event->button == 4 || event->button == 5)
            list_scroll(place->list, event->button == 4 ? -WHEEL_ROWS : WHEEL_ROWS);
        else if (event->button == 1)
            list_move_to_screen(place->list, event->row - rect->row - 2);
        return;
    }
}

// --- what the loop asks for ----------------------------------------------------------------------

static enum loop_redraw on_event(void *data, const struct term_event *event)
{
    struct explorer *explorer = data;
    if (event->kind == TERM_KEY)
        explorer_key(explorer, event->key);
    else if (event->kind == TERM_MOUSE)
        mouse(explorer, event);
    else
        explorer->pasting = event->kind == TERM_PASTE_BEGIN;
    return REDRAW_NOW;
}

// The lists that are seen take what was published. True when they changed.
static bool refresh_seen(struct explorer *explorer)
{
    bool changed = false;
    struct place *seen[SEEN_MAX];
    size_t count = explorer_seen(explorer, seen);
    for (size_t i = 0; i < count; i++) {
        // Rows that are being written stay where they are.
        if (seen[i] != explorer->writing.place)
            changed |= list_refresh(seen[i]->list);
    }
    return changed;
}

static bool is_busy(struct explorer *explorer)
{
    struct place *seen[SEEN_MAX];
    size_t count = explorer_seen(explorer, seen);
    for (size_t i = 0; i < count; i++) {
        if (view_busy(list_view(seen[i]->list)))
            return true;
    }
    return false;
}

static enum loop_redraw on_published(void *data)
{
    struct explorer *explorer = data;
    heap_drain(explorer->heap);
    news_take(explorer);
    refresh_seen(explorer);
    return REDRAW_SOON; // figures of progress changed, if nothing else
}

static enum loop_redraw on_work(void *data, bool *more)
{
    struct explorer *explorer = data;
    bool was_finding = explorer->find.place != NULL;
    *more = was_finding && find_work(explorer);
    if (was_finding)
        return *more ? REDRAW_SOON : REDRAW_NOW;
    bool was_writing = explorer->writing.file != NULL;
    if (was_writing && take_work(explorer)) {
        *more = true;
        return REDRAW_SOON;
    }
    bool was_busy = is_busy(explorer) || was_writing;
    bool changed = was_busy && refresh_seen(explorer);
    *more = is_busy(explorer);
    if (was_busy && !*more)
        return REDRAW_NOW;
    return changed || was_busy ? REDRAW_SOON : REDRAW_NONE;
}

// Milliseconds until the keys that could follow are shown; -1: nothing waits for that.
static int until_pending_help(const struct explorer *explorer)
{
    if (explorer->pending_count == 0 || explorer->pending_shown)
        return -1;
    uint64_t due = explorer->pending_since + PENDING_HELP_MS, now = loop_now();
    return due > now ? (int)(due - now) : 0;
}

// Milliseconds until the first of the lists that are seen has rested; -1: none rests.
static int until_rested(struct explorer *explorer)
{
    int first = -1;
    struct place *seen[SEEN_MAX];
    size_t count = explorer_seen(explorer, seen);
    for (size_t i = 0; i < count; i++) {
        int due = view_due(list_view(seen[i]->list));
        if (due >= 0 && (first < 0 || due < first))
            first = due;
    }
    return first;
}

// Milliseconds until how far the jobs are is drawn again; -1: none runs.
static int until_work_redrawn(struct explorer *explorer)
{
    bool working = false;
    struct place *seen[SEEN_MAX];
    size_t count = explorer_seen(explorer, seen);
    for (size_t i = 0; i < count; i++)
        working |= view_working(list_view(seen[i]->list));
    if (!working)
        return -1;
    uint64_t due = explorer->drawn_at + WORK_REDRAW_MS, now = loop_now();
    return due > now ? (int)(due - now) : 0;
}

static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int on_next_tick(void *data)
{
    int list = sooner(until_rested(data), until_work_redrawn(data));
    return sooner(list, sooner(live_due(data), until_pending_help(data)));
}

static enum loop_redraw on_tick(void *data)
{
    struct explorer *explorer = data;
    if (live_due(explorer) == 0) {
        live_apply(explorer);
        return REDRAW_NOW;
    }
    if (until_pending_help(explorer) == 0) {
        explorer->pending_shown = true;
        return REDRAW_NOW;
    }
    if (until_work_redrawn(explorer) == 0)
        return REDRAW_SOON;
    return REDRAW_NONE; // lists that have rested are due for on_work, which comes next
}

static enum loop_redraw on_interrupt(void *data)
{
    explorer_act(data, ACTION_CANCEL, 0);
    return REDRAW_NOW;
}

static void on_draw(void *data)
{
    struct explorer *explorer = data;
    explorer->drawn_at = loop_now();
    frame_draw(explorer);
}

static bool is_done(void *data)
{
    return ((const struct explorer *)data)->quit;
}

// Wait for the stages that were asked for, and for an index that is being saved.
static void wait_for_heap(struct explorer *explorer)
{
    struct stage_progress progress;
    for (int stage = 0; explorer->heap != NULL && stage < STAGE_COUNT; stage++) {
        heap_progress(explorer->heap, stage, &progress);
        if (progress.state == STAGE_RUNNING)
            heap_wait(explorer->heap, stage);
    }
    if (explorer->heap != NULL) {
        heap_index_wait(explorer->heap);
        heap_drain(explorer->heap);
    }
}

static bool is_complete(struct explorer *explorer)
{
    struct place *seen[SEEN_MAX];
    size_t count = explorer_seen(explorer, seen);
    for (size_t i = 0; i < count; i++) {
        struct view_status status = {.complete = true};
        view_status(list_view(seen[i]->list), &status);
        if (!status.complete)
            return false;
    }
    return explorer->alive.job == NULL;
}

void explorer_wait(struct explorer *explorer)
{
    struct pollfd wake = {.fd = explorer->heap != NULL ? heap_wake_fd(explorer->heap) : -1,
                          .events = POLLIN};
    explorer_settle(explorer);
    while (!is_complete(explorer) && poll(&wake, 1, WAIT_MS) > 0)
        explorer_settle(explorer);
}

void explorer_settle(struct explorer *explorer)
{
    bool more;
    if (live_due(explorer) >= 0)
        live_apply(explorer);
    do {
        frame_draw(explorer); // opens what is seen
        wait_for_heap(explorer);
        news_take(explorer);
        refresh_seen(explorer);
        on_work(explorer, &more);
    } while (more);
    frame_draw(explorer);
}

// --- beginning and end ---------------------------------------------------------------------------

static bool has_color(const struct explorer_options *options)
{
    const char *no_color = getenv("NO_COLOR");
    if (options->color != COLOR_AUTO)
        return options->color == COLOR_ALWAYS;
    return no_color == NULL || *no_color == '\0';
}

static bool make_canvas(struct explorer *explorer)
{
    const struct explorer_options *options = explorer->options;
    bool utf8 = !options->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    explorer->canvas = canvas_create(utf8 ? TEXT_UTF8 : TEXT_ASCII, has_color(options));
    if (explorer->canvas == NULL)
        return false;
    explorer_use_theme(explorer, options->theme != NULL ? options->theme : "default", true);
    return true;
}

// The tabs that are seen first, when there is room for several.
static void order_tabs(struct explorer *explorer)
{
    static const size_t first[] = {TAB_SUMMARY,    TAB_TYPES, TAB_SEGMENTS, TAB_OBJECT,
                                   TAB_REFERENCES, TAB_LEAKS, TAB_STACK,    TAB_MORE};
    explorer->recent_count = 0;
    for (size_t i = 0; i < TAB_COUNT; i++) {
        if (tab_exists(first[i]))
            explorer->recent[explorer->recent_count++] = first[i];
    }
}

// What the first line says of the process.
static void describe_process(struct explorer *explorer)
{
    if (explorer->heap == NULL || heap_dump(explorer->heap) == NULL)
        return;
    char version[32], command[160], died[16];
    process_version(explorer->heap, version, sizeof version);
    process_command(explorer->heap, command, sizeof command);
    process_signal(explorer->heap, died, sizeof died);
    snprintf(explorer->process, sizeof explorer->process, "%s%spid %d%s%s · %s", version,
             version[0] != '\0' ? " · " : "",
             (int)dump_info(heap_dump(explorer->heap))->pid, died[0] != '\0' ? " · " : "", died,
             command);
}

bool explorer_init(struct explorer *explorer, struct error *error)
{
    if (explorer->options == NULL)
        explorer->options = &no_options;
    if (explorer->opener == NULL) {
        explorer->opener = open_view;
        explorer->opener_data = explorer;
    }
    const char *keys = explorer->options->keymap;
    if (!explorer_use_keymap(explorer, keys != NULL ? keys : "default") || !make_canvas(explorer))
        return error_set(error, ERROR_MEMORY, "out of memory");
    order_tabs(explorer);
    describe_process(explorer);
    if (explorer->options->session != NULL) {
        struct error trouble;
        if (!session_load(explorer, explorer->options->session, &trouble))
            messages_add(&explorer->messages, true, "%s", trouble.text);
    }
    if (explorer->options->command != NULL)
        explorer_go(explorer, explorer->options->command);
    return true;
}

void explorer_deinit(struct explorer *explorer)
{
    live_end(explorer, NULL);
    if (explorer->prompting != PROMPT_NONE)
        prompt_end(&explorer->prompt);
    take_stop(explorer, NULL);
    alive_clear(&explorer->alive);
    place_unref(explorer->twin);
    marks_clear(explorer);
    notes_clear(&explorer->notes);
    jumps_clear(&explorer->jumps);
    for (size_t i = 0; i < TAB_COUNT; i++) {
        place_unref(explorer->panes[i]);
        free(explorer->troubles[i]);
    }
    for (size_t i = 0; i < PROMPT_USES; i++)
        prompt_history_clear(&explorer->histories[i]);
    view_match_destroy(explorer->find.match);
    explorer_unconfigure(explorer);
    canvas_destroy(explorer->canvas);
    messages_clear(&explorer->messages);
}

static int run_loop(struct explorer *explorer, unsigned escape_delay)
{
    const struct loop_client client = {
        .data = explorer,
        .event = on_event,
        .published = on_published,
        .work = on_work,
        .next_tick = on_next_tick,
        .tick = on_tick,
        .interrupted = on_interrupt,
        .draw = on_draw,
        .done = is_done,
    };
    return loop_run(&client, explorer->term, heap_wake_fd(explorer->heap), escape_delay);
}

static int run(struct explorer *explorer, const char *message, unsigned escape_delay,
               struct error *error)
{
    const char *script = explorer->options->script;
    if (message[0] != '\0')
        messages_add(&explorer->messages, true, "%s", message);
    frame_draw(explorer);
    heap_give_way(explorer->heap);
    heap_start(explorer->heap, STAGE_DOMINATE);
    if (script == NULL)
        return run_loop(explorer, escape_delay);
    return script_play(explorer, script, stdout, error) ? 0 : -1;
}

// As the settings say: on the terminal, or off screen for a script.
static bool open_terminal(struct explorer *explorer, char *message, size_t capacity,
                          struct error *error)
{
    const struct explorer_options *options = explorer->options;
    struct term_options term_options = {
        .escape_delay = options->escape_delay > 0 ? options->escape_delay : ESCAPE_DELAY,
        .mouse = options->mouse,
        .offscreen = options->script != NULL,
        .columns = options->columns > 0 ? options->columns : 80,
        .rows = options->rows > 0 ? options->rows : 24,
    };
    return term_open(&term_options, &explorer->term, message, capacity, error);
}

// Is what was typed kept for the next run?
static bool keeps_history(const struct explorer *explorer)
{
    const struct explorer_options *options = explorer->options;
    return options->script == NULL && !options->secure && !options->no_history;
}

int explorer_run(struct heap *heap, const struct explorer_options *options, struct error *error)
{
    struct explorer *explorer = calloc(1, sizeof *explorer);
    char message[256] = "";
    if (explorer == NULL || !explorer_configure(explorer, options)) {
        error_set(error, ERROR_MEMORY, "out of memory");
        free(explorer);
        return 2;
    }
    explorer->heap = heap;
    if (keeps_history(explorer))
        history_load(explorer->histories);
    int result = -1;
    if (open_terminal(explorer, message, sizeof message, error) && explorer_init(explorer, error))
        result = run(explorer, message,
                     explorer->options->escape_delay > 0 ? explorer->options->escape_delay
                                                         : ESCAPE_DELAY,
                     error);
    if (result >= 0 && keeps_history(explorer))
        history_save(explorer->histories);
    explorer_deinit(explorer);
    term_close(explorer->term);
    free(explorer);
    // Ended by a signal: end as it ends everybody, now that the terminal is as it was.
    if (result > 0)
        raise(result);
    return result < 0 ? 2 : 0;
}
