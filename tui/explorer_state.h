// What the explorer is made of. Private to tui/explorer*.c, tui/find.c and tui/frame.c.
#ifndef DUMPDIVE_TUI_EXPLORER_STATE_H
#define DUMPDIVE_TUI_EXPLORER_STATE_H

#include "heap/heap.h"
#include "keymap/keymap.h"
#include "tui/alive.h"
#include "tui/canvas.h"
#include "tui/config.h"
#include "tui/explorer.h"
#include "tui/layout.h"
#include "tui/list.h"
#include "tui/messages.h"
#include "tui/notes.h"
#include "tui/place.h"
#include "tui/prompt.h"
#include "tui/tabs.h"
#include "tui/term.h"
#include "views/view.h"

enum {
    MARKS = 26,
    SEEN_MAX = LAYOUT_PANES_MAX + 1,
    KEYMAPS_MAX = 32,
    TWO_SIDES_FROM = 90, // columns of the reference pane, for both of its sides
};

// A search under way or last done; its pattern is highlighted.
struct find {
    struct view_match *match; // NULL: none
    bool forward;
    struct place *place; // where it is under way; NULL: it is not
    struct view_search search;
    uint64_t looked; // rows to look at in all
};

// A filter that works while it is typed.
struct live {
    struct place *place; // that it filters; NULL: none is typed
    char *base;          // filters that were there before, one per line
    char *applied;       // what of the line is in force; NULL: nothing
    uint64_t due;        // when the line is to be applied, milliseconds; 0: it is
};

// A question that one key answers.
enum choice_kind {
    CHOICE_NONE,
    CHOICE_SORT,
    CHOICE_MARK,
    CHOICE_MARK_GO,
    CHOICE_OVERWRITE, // the file of `writing`
};

struct choice {
    enum choice_kind kind;
    size_t count; // of columns to sort by
    size_t columns[VIEW_COLUMNS_MAX];
    char letters[VIEW_COLUMNS_MAX];
};

// Rows on their way to a file.
struct writing {
    struct place *place; // NULL: nothing is written
    FILE *file;          // NULL: not begun
    char path[PROMPT_MAX], temporary[PROMPT_MAX + 8];
    bool json;
    uint64_t rows; // written
};

// What was said of the work on the heap so far.
struct news {
    enum stage_state stages[STAGE_COUNT], saving;
    bool index; // whether it was used
};

struct explorer {
    struct heap *heap; // NULL in tests of the frame
    const struct explorer_options *options;
    struct config *config;            // what the files say; NULL in tests
    struct explorer_options settings; // as they are now: `options` points here, but in tests
    place_opener *opener; // of views
    void *opener_data;
    struct term *term;
    struct canvas *canvas;
    struct keymap *keymap;
    struct keymap *retired[KEYMAPS_MAX]; // keymaps before: views of help may still show them
    size_t retired_count;
    struct messages messages;

    struct place *panes[TAB_COUNT]; // what each tab shows; NULL: nothing yet
    char *troubles[TAB_COUNT];      // why a tab shows nothing
    size_t recent[TAB_COUNT];       // tabs, the one in use first
    size_t recent_count;
    bool zoomed;
    int shift; // of the split between the left and the right panes, per cent
    struct layout layout;
    struct jumps jumps;

    struct key pending[KEYMAP_SEQUENCE_MAX]; // the beginning of a key sequence
    size_t pending_count;
    uint64_t pending_since;
    bool pending_shown; // what could follow is in the last line
    uint64_t count;     // typed before a key; 0: none
    bool pasting;

    enum prompt_use prompting;
    struct prompt prompt;
    struct prompt_history histories[PROMPT_USES];
    struct find find;
    struct live live;
    struct place *twin; // the other side of what the reference pane shows; NULL: not made
    struct alive alive;
    struct choice choice;
    struct writing writing;
    struct place *marks[MARKS]; // NULL: not set
    struct place *before;       // where one was before the last jump
    struct notes notes;
    uint64_t noting; // address that the note being typed is about

    uint64_t cancelled_at; // when C-c was last pressed with nothing to stop
    uint64_t generation;   // of the heap, as last taken
    uint64_t drawn_at;     // when the last frame was made
    struct news news;
    char process[256];     // what the first line says of it; may hold text of the dump
    bool quit;
};

// The tab in use, its place and list; NULL when it shows nothing.
size_t explorer_tab(const struct explorer *explorer);
struct place *explorer_place(const struct explorer *explorer);
struct list *explorer_list(const struct explorer *explorer);
enum key_context explorer_context(const struct explorer *explorer);

// --- explorer_go.c: places, tabs, panes -----------------------------------------------------------

void explorer_focus(struct explorer *explorer, size_t tab);
// The same as a hop, with a way back.
void explorer_show_tab(struct explorer *explorer, size_t tab);
// Open a command line as a new place, in the tab where such commands are at home.
bool explorer_go(struct explorer *explorer, const char *command);
void explorer_back(struct explorer *explorer, bool forward);
// The tab where a command line is at home. False: there is no such command.
bool explorer_tab_of(const char *command, size_t *ret);
// Go to a place that was made elsewhere, with a way back.
bool explorer_go_to(struct explorer *explorer, struct place *place);
// Is the other side of the reference pane seen, too?
bool explorer_sees_twin(struct explorer *explorer);
// The places that are seen and open.
size_t explorer_seen(struct explorer *explorer, struct place *seen[SEEN_MAX]);
// Make sure that what is seen is open. Once a frame.
void explorer_open_seen(struct explorer *explorer);

// --- explorer_act.c: actions ----------------------------------------------------------------------

void explorer_act(struct explorer *explorer, enum action action, uint64_t count);
// Can the action do anything: is the command behind it there?
bool explorer_can(enum action action);
void explorer_follow(struct explorer *explorer);
// Say that there is no object under the cursor, or no row yet that could have one.
void explorer_no_object(struct explorer *explorer);
void explorer_sort_by(struct explorer *explorer, size_t column);

// --- explorer_choice.c: questions that one key answers ---------------------------------------------

void explorer_choose(struct explorer *explorer, struct key key);
void choice_draw(struct explorer *explorer, struct pen *pen);

// --- explorer_marks.c: marks and notes --------------------------------------------------------------

void marks_set(struct explorer *explorer, char letter);
void marks_go(struct explorer *explorer, char letter);
void marks_clear(struct explorer *explorer);
struct view *marks_view(struct explorer *explorer);
// The object that the row under the cursor is about; 0: none.
uint64_t explorer_target(struct explorer *explorer);

// --- explorer_take.c: files and the clipboard -------------------------------------------------------

void take_copy(struct explorer *explorer, enum action action);
// Write the list in use to a file, asking before one is replaced.
void take_write(struct explorer *explorer, const char *path);
void take_begin(struct explorer *explorer);
// Go on writing for a while. True while some is left.
bool take_work(struct explorer *explorer);
void take_stop(struct explorer *explorer, const char *why);

// The object that a place is about; 0: it is about more.
uint64_t explorer_subject(const struct place *place);

// --- explorer_config.c: settings, keymaps, themes -----------------------------------------------------

// Read the config files; mistakes become messages.
bool explorer_configure(struct explorer *explorer, const struct explorer_options *options);
void explorer_unconfigure(struct explorer *explorer);
// By name or file; mistakes become messages. False: out of memory, or no more of them.
bool explorer_use_keymap(struct explorer *explorer, const char *name);
// One with mistakes is taken only `anyway`, as far as it goes.
void explorer_use_theme(struct explorer *explorer, const char *name, bool anyway);
// "NAME VALUE", as typed after :set.
void explorer_set(struct explorer *explorer, const char *line);
void explorer_save_config(struct explorer *explorer, const char *path);
// May files be written? False: no, and that was said.
bool explorer_may_write(struct explorer *explorer);

// --- explorer_refs.c: the reference pane -------------------------------------------------------------

// Is it one of the two sides: who refers to an object, what it refers to?
bool refs_has_sides(const struct place *place);
bool refs_is_right(const struct place *place);
struct place *refs_twin(struct explorer *explorer);
bool refs_cross(struct explorer *explorer, bool right);
void refs_command(enum action action, uint64_t address, char *command, size_t capacity);
// Commands that a row leads to. False: to none.
bool refs_hop(struct explorer *explorer, const struct row *row, char *command, size_t capacity);
bool refs_unfold(struct explorer *explorer, const struct row *row, char *command, size_t capacity);
bool refs_is_folded(const struct view *view, const struct row *row);

// --- trail.c: breadcrumbs ----------------------------------------------------------------------------

// Note how `place`, about to be gone to, was reached.
void trail_make(struct explorer *explorer, struct place *place);
// The same for the other side of the reference pane, which has none yet.
void trail_of_twin(struct place *twin, const struct place *place);
// Draw steps (one per line of `text`). Where they do not fit, the last ones are seen, and the very
// first one with `keep_first`.
void steps_draw(struct pen *pen, enum role role, const char *text, bool keep_first);

// --- find.c: filter and search --------------------------------------------------------------------

void find_begin(struct explorer *explorer, const char *pattern, bool forward);
void find_again(struct explorer *explorer, bool same_direction);
void find_stop(struct explorer *explorer);
// Search on for a while. True while it goes on.
bool find_work(struct explorer *explorer);
void find_filter(struct explorer *explorer, const char *filter);
// A filter works while it is typed: a moment after the last key, in slices, the run before dropped.
void live_begin(struct explorer *explorer);
void live_typed(struct explorer *explorer);
// Milliseconds until live_apply is due; -1: it is not.
int live_due(const struct explorer *explorer);
void live_apply(struct explorer *explorer);
// Done: the line was accepted, or all is as before.
void live_end(struct explorer *explorer, const char *accepted);

// --- explorer_news.c: how the work on the heap ended -----------------------------------------------

// Say what is new.
void news_take(struct explorer *explorer);

// --- explorer_prompt.c ----------------------------------------------------------------------------

void explorer_prompt(struct explorer *explorer, enum prompt_use use, const char *text);
void explorer_prompt_result(struct explorer *explorer, enum prompt_result result);

// --- frame.c: what is seen ------------------------------------------------------------------------

void frame_draw(struct explorer *explorer);

// --- explorer.c: for scripts and tests ------------------------------------------------------------

// Ready to draw and to take keys, on a terminal that is open. False with `*error` filled.
bool explorer_init(struct explorer *explorer, struct error *error);
void explorer_deinit(struct explorer *explorer);
void explorer_key(struct explorer *explorer, struct key key);
// Take what was published and work until nothing is left to do.
void explorer_settle(struct explorer *explorer);
// The same, and wait for what worker threads are about, until what is seen is complete.
void explorer_wait(struct explorer *explorer);

#endif
