// Questions that one key answers: which column, which mark, really replace the file.
#include "tui/explorer_state.h"

#include "tui/columns.h"

#include <stdio.h>
#include <string.h>

static bool is_plain(struct key key)
{
    return key.kind == KEY_CHARACTER && key.modifiers == 0;
}

static void choose_column(struct explorer *explorer, struct key key)
{
    const struct choice *choice = &explorer->choice;
    for (size_t i = 0; i < choice->count && is_plain(key); i++) {
        if (key.code == (uint32_t)choice->letters[i]) {
            explorer_sort_by(explorer, choice->columns[i]);
            return;
        }
    }
}

static void choose_mark(struct explorer *explorer, struct key key, bool go)
{
    bool letter = is_plain(key) && key.code >= 'a' && key.code <= 'z';
    bool before = is_plain(key) && (key.code == '\'' || key.code == '`');
    if (go && (letter || before))
        marks_go(explorer, (char)key.code);
    else if (letter)
        marks_set(explorer, (char)key.code);
    else if (key.kind != KEY_SYMBOL)
        messages_add(&explorer->messages, false, "marks are the letters a to z");
}

void explorer_choose(struct explorer *explorer, struct key key)
{
    enum choice_kind kind = explorer->choice.kind;
    explorer->choice.kind = CHOICE_NONE;
    switch (kind) {
    case CHOICE_SORT:
        choose_column(explorer, key);
        break;
    case CHOICE_MARK:
    case CHOICE_MARK_GO:
        choose_mark(explorer, key, kind == CHOICE_MARK_GO);
        break;
    case CHOICE_OVERWRITE:
        if (is_plain(key) && (key.code == 'y' || key.code == 'Y'))
            take_begin(explorer);
        else
            take_stop(explorer, "not written");
        break;
    case CHOICE_NONE:
        break;
    }
}

// --- drawing -------------------------------------------------------------------------------------

static void draw_columns(struct explorer *explorer, struct pen *pen)
{
    const struct view_ops *ops = list_view(explorer_list(explorer))->ops;
    const struct choice *choice = &explorer->choice;
    pen_label(pen, ROLE_PROMPT, " sort by: ");
    for (size_t i = 0; i < choice->count; i++) {
        char letter[2] = {choice->letters[i], '\0'};
        pen_label(pen, ROLE_KEY, letter);
        pen_format(pen, ROLE_TEXT, " %s  ", column_title(&ops->columns[choice->columns[i]]));
    }
}

static void draw_marks(struct explorer *explorer, struct pen *pen)
{
    bool any = explorer->before != NULL;
    pen_label(pen, ROLE_PROMPT, " go to mark: ");
    if (any) {
        pen_label(pen, ROLE_KEY, "'");
        pen_label(pen, ROLE_TEXT, " where you were  ");
    }
    for (size_t i = 0; i < MARKS; i++) {
        const struct place *place = explorer->marks[i];
        char letter[2] = {(char)('a' + i), '\0'};
        if (place == NULL)
            continue;
        any = true;
        pen_label(pen, ROLE_KEY, letter);
        pen_repeat(pen, ROLE_TEXT, NULL, 1);
        pen_text(pen, ROLE_TEXT, place->command, strlen(place->command));
        pen_repeat(pen, ROLE_TEXT, NULL, 2);
    }
    if (!any)
        pen_label(pen, ROLE_DIM, "none is set yet; m and a letter marks a place");
}

void choice_draw(struct explorer *explorer, struct pen *pen)
{
    switch (explorer->choice.kind) {
    case CHOICE_SORT:
        draw_columns(explorer, pen);
        break;
    case CHOICE_MARK:
        pen_label(pen, ROLE_PROMPT, " mark this place with a letter, a to z");
        break;
    case CHOICE_MARK_GO:
        draw_marks(explorer, pen);
        break;
    case CHOICE_OVERWRITE:
        pen_label(pen, ROLE_PROMPT, " ");
        pen_text(pen, ROLE_PROMPT, explorer->writing.path, strlen(explorer->writing.path));
        pen_label(pen, ROLE_PROMPT, " is there already. Replace it? ");
        pen_label(pen, ROLE_KEY, "y");
        pen_label(pen, ROLE_TEXT, "/");
        pen_label(pen, ROLE_KEY, "n");
        break;
    case CHOICE_NONE:
        break;
    }
}
