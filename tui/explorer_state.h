// What the explorer is made of. Private to tui/explorer*.c, tui/find.c and tui/frame.c.
#ifndef DUMPDIVE_TUI_EXPLORER_STATE_H
#define DUMPDIVE_TUI_EXPLORER_STATE_H

#include "keymap/keymap.h"
#include "tui/canvas.h"
#include "tui/explorer.h"
#include "tui/layout.h"
#include "tui/list.h"
#include "tui/messages.h"
#include "tui/place.h"
#include "tui/prompt.h"
#include "tui/tabs.h"
#include "tui/term.h"
#include "views/view.h"

enum prompt_use {
    PROMPT_NONE,
    PROMPT_COMMAND,
    PROMPT_FILTER,
    PROMPT_SEARCH,
    PROMPT_SEARCH_BACK,
    PROMPT_USES,
};

// A search under way or last done; its pattern is highlighted.
struct find {
    struct view_match *match; // NULL: none
    bool forward;
    struct place *place; // where it is under way; NULL: it is not
    struct view_search search;
    uint64_t looked; // rows to look at in all
};

// A choice of one of few things by one letter.
struct choice {
    bool open;
    size_t count;
    size_t columns[VIEW_COLUMNS_MAX];
    char letters[VIEW_COLUMNS_MAX];
};

struct explorer {
    struct heap *heap; // NULL in tests of the frame
    const struct explorer_options *options;
    place_opener *opener; // of views
    void *opener_data;
    struct term *term;
    struct canvas *canvas;
    struct keymap *keymap;
    struct messages messages;

    struct place *panes[TAB_COUNT]; // what each tab shows; NULL: nothing yet
    char *troubles[TAB_COUNT];      // why a tab shows nothing
    size_t recent[TAB_COUNT];       // tabs, the one in use first
    size_t recent_count;
    bool zoomed;
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
    struct choice choice;

    uint64_t cancelled_at; // when C-c was last pressed with nothing to stop
    uint64_t generation;   // of the heap, as last taken
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
// Make sure that what is seen is open. Once a frame.
void explorer_open_seen(struct explorer *explorer);

// --- explorer_act.c: actions ----------------------------------------------------------------------

void explorer_act(struct explorer *explorer, enum action action, uint64_t count);
// Can the action do anything: is the command behind it there?
bool explorer_can(enum action action);
void explorer_follow(struct explorer *explorer);
bool explorer_choose(struct explorer *explorer, struct key key);

// --- find.c: filter and search --------------------------------------------------------------------

void find_begin(struct explorer *explorer, const char *pattern, bool forward);
void find_again(struct explorer *explorer, bool same_direction);
void find_stop(struct explorer *explorer);
// Search on for a while. True while it goes on.
bool find_work(struct explorer *explorer);
void find_filter(struct explorer *explorer, const char *filter);

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
