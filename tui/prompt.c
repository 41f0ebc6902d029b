#include "tui/prompt.h"

#include "views/text.h"

#include <stdlib.h>
#include <string.h>

// --- history -------------------------------------------------------------------------------------

static void remove_line(struct prompt_history *history, size_t index)
{
    free(history->lines[index]);
    history->count--;
    memmove(&history->lines[index], &history->lines[index + 1],
            (history->count - index) * sizeof *history->lines);
}

void prompt_history_add(struct prompt_history *history, const char *line)
{
    char *copy = *line != '\0' ? strdup(line) : NULL;
    if (copy == NULL)
        return;
    for (size_t i = history->count; i-- > 0;) {
        if (strcmp(history->lines[i], line) == 0)
            remove_line(history, i);
    }
    if (history->count == PROMPT_HISTORY_MAX)
        remove_line(history, 0);
    history->lines[history->count++] = copy;
}

void prompt_history_clear(struct prompt_history *history)
{
    while (history->count > 0)
        remove_line(history, history->count - 1);
}

// --- completions ---------------------------------------------------------------------------------

bool completions_add(struct completions *completions, const char *word)
{
    if (completions->count == COMPLETIONS_MAX)
        return false;
    char *copy = strdup(word);
    if (copy == NULL)
        return false;
    completions->words[completions->count++] = copy;
    return true;
}

static void stop_completing(struct prompt *prompt)
{
    for (size_t i = 0; i < prompt->completions.count; i++)
        free(prompt->completions.words[i]);
    prompt->completions = (struct completions){.count = 0};
    prompt->completing = false;
}

// --- editing -------------------------------------------------------------------------------------

static void set_text(struct prompt *prompt, const char *text)
{
    size_t length = strlen(text);
    if (length >= PROMPT_MAX)
        length = PROMPT_MAX - 1;
    memmove(prompt->text, text, length);
    prompt->text[length] = '\0';
    prompt->length = prompt->cursor = length;
}

void prompt_begin(struct prompt *prompt, const char *label, const char *text,
                  struct prompt_history *history, prompt_complete *complete, void *data)
{
    memset(prompt, 0, sizeof *prompt);
    strncpy(prompt->label, label, sizeof prompt->label - 1);
    prompt->history = history;
    prompt->history_at = history != NULL ? history->count : 0;
    prompt->complete = complete;
    prompt->data = data;
    set_text(prompt, text);
}

void prompt_end(struct prompt *prompt)
{
    stop_completing(prompt);
}

void prompt_insert(struct prompt *prompt, const char *text, size_t length)
{
    if (length > PROMPT_MAX - 1 - prompt->length)
        return;
    memmove(prompt->text + prompt->cursor + length, prompt->text + prompt->cursor,
            prompt->length - prompt->cursor + 1);
    memcpy(prompt->text + prompt->cursor, text, length);
    prompt->length += length;
    prompt->cursor += length;
}

// Beginning of the unit (a character with its marks) before `at`.
static size_t unit_before(const struct prompt *prompt, size_t at)
{
    size_t begin = 0;
    struct text_unit unit;
    for (size_t i = 0; i < at && text_unit(prompt->text + i, prompt->length - i, TEXT_UTF8, &unit);
         i += unit.consumed)
        begin = i;
    return begin;
}

static size_t unit_after(const struct prompt *prompt, size_t at)
{
    struct text_unit unit;
    if (!text_unit(prompt->text + at, prompt->length - at, TEXT_UTF8, &unit))
        return prompt->length;
    return at + unit.consumed;
}

static size_t word_before(const struct prompt *prompt)
{
    size_t at = prompt->cursor;
    while (at > 0 && prompt->text[at - 1] == ' ')
        at--;
    while (at > 0 && prompt->text[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_after(const struct prompt *prompt)
{
    size_t at = prompt->cursor;
    while (at < prompt->length && prompt->text[at] == ' ')
        at++;
    while (at < prompt->length && prompt->text[at] != ' ')
        at++;
    return at;
}

static enum prompt_result erase(struct prompt *prompt, size_t begin, size_t end)
{
    memmove(prompt->text + begin, prompt->text + end, prompt->length - end + 1);
    prompt->length -= end - begin;
    prompt->cursor = begin;
    return PROMPT_EDITING;
}

static enum prompt_result go(struct prompt *prompt, size_t cursor)
{
    prompt->cursor = cursor;
    return PROMPT_EDITING;
}

static enum prompt_result backspace(struct prompt *prompt)
{
    if (prompt->length == 0)
        return PROMPT_CANCELLED;
    return erase(prompt, unit_before(prompt, prompt->cursor), prompt->cursor);
}

// Older (or newer) lines that begin with what was typed.
static enum prompt_result recall(struct prompt *prompt, int step)
{
    const struct prompt_history *history = prompt->history;
    if (history == NULL)
        return PROMPT_UNCHANGED;
    if (prompt->history_at == history->count)
        strcpy(prompt->typed, prompt->text);
    size_t length = strlen(prompt->typed);
    for (size_t at = prompt->history_at; step < 0 ? at > 0 : at < history->count;) {
        at += (size_t)step;
        if (at == history->count) {
            set_text(prompt, prompt->typed);
            prompt->history_at = at;
            return PROMPT_EDITING;
        }
        if (strncmp(history->lines[at], prompt->typed, length) == 0) {
            set_text(prompt, history->lines[at]);
            prompt->history_at = at;
            return PROMPT_EDITING;
        }
    }
    return PROMPT_UNCHANGED;
}

// --- completing ----------------------------------------------------------------------------------

static void show_candidate(struct prompt *prompt)
{
    const struct completions *completions = &prompt->completions;
    set_text(prompt, prompt->completed);
    prompt->cursor = prompt->completed_cursor;
    if (prompt->candidate == completions->count)
        return;
    erase(prompt, completions->start, prompt->cursor);
    const char *word = completions->words[prompt->candidate];
    prompt_insert(prompt, word, strlen(word));
}

static bool begin_completing(struct prompt *prompt)
{
    if (prompt->complete == NULL)
        return false;
    stop_completing(prompt);
    prompt->completions.start = prompt->cursor;
    prompt->complete(prompt->data, prompt->text, prompt->cursor, &prompt->completions);
    strcpy(prompt->completed, prompt->text);
    prompt->completed_cursor = prompt->cursor;
    prompt->candidate = prompt->completions.count;
    prompt->completing = true;
    return prompt->completions.count > 0;
}

static enum prompt_result complete(struct prompt *prompt, int step)
{
    if (!prompt->completing && !begin_completing(prompt))
        return PROMPT_UNCHANGED;
    size_t count = prompt->completions.count;
    if (count == 0)
        return PROMPT_UNCHANGED;
    prompt->candidate = (prompt->candidate + (step > 0 ? 1 : count)) % (count + 1);
    show_candidate(prompt);
    if (count == 1 && prompt->candidate == 0) {
        // Nothing to choose: the word is done, the next Tab is for the next one.
        bool joined = prompt->completions.joined;
        stop_completing(prompt);
        if (!joined)
            prompt_insert(prompt, " ", 1);
    }
    return PROMPT_EDITING;
}

// --- actions -------------------------------------------------------------------------------------

enum prompt_result prompt_action(struct prompt *prompt, enum action action)
{
    size_t end = prompt->length, at = prompt->cursor;
    if (action == ACTION_PROMPT_COMPLETE)
        return complete(prompt, 1);
    if (action == ACTION_PROMPT_COMPLETE_BACK)
        return complete(prompt, -1);
    stop_completing(prompt);
    switch (action) {
    case ACTION_PROMPT_ACCEPT:
        return PROMPT_ACCEPTED;
    case ACTION_PROMPT_CANCEL:
        return PROMPT_CANCELLED;
    case ACTION_PROMPT_SUSPEND:
        return PROMPT_SUSPENDED;
    case ACTION_PROMPT_LEFT:
        return go(prompt, unit_before(prompt, at));
    case ACTION_PROMPT_RIGHT:
        return go(prompt, unit_after(prompt, at));
    case ACTION_PROMPT_WORD_LEFT:
        return go(prompt, word_before(prompt));
    case ACTION_PROMPT_WORD_RIGHT:
        return go(prompt, word_after(prompt));
    case ACTION_PROMPT_HOME:
        return go(prompt, 0);
    case ACTION_PROMPT_END:
        return go(prompt, end);
    case ACTION_PROMPT_BACKSPACE:
        return backspace(prompt);
    case ACTION_PROMPT_DELETE:
        return erase(prompt, at, unit_after(prompt, at)), go(prompt, at);
    case ACTION_PROMPT_DELETE_WORD:
        return erase(prompt, word_before(prompt), at);
    case ACTION_PROMPT_DELETE_HOME:
        return erase(prompt, 0, at);
    case ACTION_PROMPT_DELETE_END:
        return erase(prompt, at, end);
    case ACTION_PROMPT_OLDER:
        return recall(prompt, -1);
    case ACTION_PROMPT_NEWER:
        return recall(prompt, 1);
    default:
        return PROMPT_UNCHANGED;
    }
}

static enum prompt_result insert_key(struct prompt *prompt, struct key key)
{
    char bytes[4];
    // What was pasted stays one line.
    if (!key_is_text(key))
        key = (struct key){.kind = KEY_CHARACTER, .code = ' '};
    stop_completing(prompt);
    size_t length = text_encode(key.code, bytes);
    prompt_insert(prompt, bytes, length);
    prompt->history_at = prompt->history != NULL ? prompt->history->count : 0;
    return PROMPT_EDITING;
}

enum prompt_result prompt_key(struct prompt *prompt, const struct keymap *keymap, struct key key,
                              bool pasted)
{
    const struct binding *binding;
    if (pasted)
        return insert_key(prompt, key);
    if (keymap_lookup(keymap, CONTEXT_PROMPT, &key, 1, &binding) == KEYMAP_BOUND)
        return prompt_action(prompt, binding->action);
    return key_is_text(key) ? insert_key(prompt, key) : PROMPT_UNCHANGED;
}

// --- drawing -------------------------------------------------------------------------------------

int prompt_draw(const struct prompt *prompt, struct pen *pen)
{
    enum text_charset charset = canvas_charset(pen->canvas);
    pen_label(pen, ROLE_PROMPT, prompt->label);
    // The line scrolls so that the cursor, and one column for it, is always seen.
    size_t before = text_columns(prompt->text, prompt->cursor, charset);
    size_t room = pen_left(pen) > 1 ? (size_t)pen_left(pen) - 1 : 1;
    pen->skip = before > room ? before - room : 0;
    int cursor = pen->column + (int)(before - pen->skip);
    pen_text(pen, ROLE_TEXT, prompt->text, prompt->length);
    pen_fill(pen, ROLE_TEXT, NULL);
    return cursor;
}

bool prompt_draw_candidates(const struct prompt *prompt, struct pen *pen)
{
    const struct completions *completions = &prompt->completions;
    if (!prompt->completing || completions->count < 2)
        return false;
    // Begin with the one that is shown when all of them are too wide.
    size_t begin = 0, width = 0;
    for (size_t i = 0; i < completions->count; i++) {
        width += text_columns(completions->words[i], strlen(completions->words[i]),
                              canvas_charset(pen->canvas)) +
                 2;
        if (i <= prompt->candidate && width > (size_t)pen_left(pen)) {
            begin = i;
            width = 0;
        }
    }
    for (size_t i = begin; i < completions->count && pen_left(pen) > 2; i++) {
        enum role role = i == prompt->candidate ? ROLE_TAB_FOCUS : ROLE_TEXT;
        pen_repeat(pen, ROLE_TEXT, NULL, 1);
        pen_text(pen, role, completions->words[i], strlen(completions->words[i]));
        pen_repeat(pen, ROLE_TEXT, NULL, 1);
    }
    pen_fill(pen, ROLE_TEXT, NULL);
    return true;
}
