// The line where commands, filters and searches are typed: editing, history, completion.
#ifndef DUMPDIVE_TUI_PROMPT_H
#define DUMPDIVE_TUI_PROMPT_H

#include "keymap/keymap.h"
#include "tui/canvas.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PROMPT_MAX = 2048,        // bytes of a line
    PROMPT_HISTORY_MAX = 200, // lines
    COMPLETIONS_MAX = 64,
};

// What is typed at it.
enum prompt_use {
    PROMPT_NONE,
    PROMPT_COMMAND,
    PROMPT_FILTER,
    PROMPT_SEARCH,
    PROMPT_SEARCH_BACK,
    PROMPT_WRITE,
    PROMPT_NOTE,
    PROMPT_USES,
};

// Lines typed before, oldest first. Zero: none.
struct prompt_history {
    char *lines[PROMPT_HISTORY_MAX];
    size_t count;
};

// Remember a line; one that was there moves to the end. Empty lines are not kept.
void prompt_history_add(struct prompt_history *history, const char *line);
void prompt_history_clear(struct prompt_history *history);

// What could stand at the cursor.
struct completions {
    size_t start; // byte of the line where the word to be replaced begins
    bool joined;  // more of the word may follow: no blank behind it
    size_t count;
    char *words[COMPLETIONS_MAX]; // malloc'd
};

// Add a candidate; false when there is no more room.
bool completions_add(struct completions *completions, const char *word);

// Fill in what could replace the word that ends at `cursor`.
typedef void prompt_complete(void *data, const char *line, size_t cursor, struct completions *ret);

enum prompt_result {
    PROMPT_EDITING,   // go on
    PROMPT_UNCHANGED, // the key meant nothing here
    PROMPT_ACCEPTED,  // `text` is the line
    PROMPT_CANCELLED,
    PROMPT_SUSPENDED, // the user wants the shell; go on afterwards
};

struct prompt {
    char label[64];
    char text[PROMPT_MAX]; // NUL-terminated UTF-8
    size_t length, cursor; // bytes
    struct prompt_history *history;
    size_t history_at;         // line of the history that is shown; its count: none
    char typed[PROMPT_MAX];    // what was typed before the history was asked
    prompt_complete *complete; // may be NULL
    void *data;
    struct completions completions;
    bool completing;
    size_t candidate;           // shown; completions.count: what was typed
    char completed[PROMPT_MAX]; // the line before completion
    size_t completed_cursor;
};

// Begin with a text, the cursor at its end. `history` (may be NULL) stays the caller's.
void prompt_begin(struct prompt *prompt, const char *label, const char *text,
                  struct prompt_history *history, prompt_complete *complete, void *data);
void prompt_end(struct prompt *prompt);

// One key, by the keymap's context "prompt"; keys without a meaning there that are text are
// inserted. Pasted keys are text, whatever they are bound to.
enum prompt_result prompt_key(struct prompt *prompt, const struct keymap *keymap, struct key key,
                              bool pasted);
// One action of context "prompt".
enum prompt_result prompt_action(struct prompt *prompt, enum action action);
void prompt_insert(struct prompt *prompt, const char *text, size_t length);

// Draw it; returns the column of the cursor.
int prompt_draw(const struct prompt *prompt, struct pen *pen);
// Draw the candidates, the one in the line marked. False: there is nothing to choose from.
bool prompt_draw_candidates(const struct prompt *prompt, struct pen *pen);

#endif
