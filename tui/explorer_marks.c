// Marks, notes, and the view of them.
#include "tui/explorer_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void marks_set(struct explorer *explorer, char letter)
{
    struct place *place = explorer_place(explorer);
    struct place **mark = &explorer->marks[letter - 'a'];
    struct place *copy = place != NULL ? place_copy(place) : NULL;
    if (copy == NULL)
        return;
    place_unref(*mark);
    *mark = copy;
    messages_add(&explorer->messages, false, "'%c leads here", letter);
}

static struct place *marked(struct explorer *explorer, char letter)
{
    bool named = letter >= 'a' && letter <= 'z';
    return named ? explorer->marks[letter - 'a'] : explorer->before;
}

void marks_go(struct explorer *explorer, char letter)
{
    const struct place *mark = marked(explorer, letter);
    if (mark == NULL) {
        messages_add(&explorer->messages, false, "'%c is not set", letter);
        return;
    }
    struct place *place = place_copy(mark);
    if (place != NULL)
        explorer_go_to(explorer, place);
    place_unref(place);
}

void marks_clear(struct explorer *explorer)
{
    for (size_t i = 0; i < MARKS; i++) {
        place_unref(explorer->marks[i]);
        explorer->marks[i] = NULL;
    }
    place_unref(explorer->before);
    explorer->before = NULL;
}

// --- the view ------------------------------------------------------------------------------------

enum {
    MARKS_KEY,
    MARKS_WHERE,
    MARKS_TEXT,
};

static const struct column columns[] = {
    [MARKS_KEY] = {.name = "mark"},
    [MARKS_WHERE] = {.name = "where", .min_width = 12},
    [MARKS_TEXT] = {.name = "note", .flags = COLUMN_GROW},
};

struct marks_view {
    struct view view;
    struct explorer *explorer;
};

static size_t marks_count(const struct explorer *explorer)
{
    size_t count = 0;
    for (size_t i = 0; i < MARKS; i++)
        count += explorer->marks[i] != NULL;
    return count;
}

// The letter of the mark that comes as number `index`; 0: there are not so many.
static char letter_at(const struct explorer *explorer, uint64_t index)
{
    for (size_t i = 0; i < MARKS; i++) {
        if (explorer->marks[i] != NULL && index-- == 0)
            return (char)('a' + i);
    }
    return 0;
}

static uint64_t count(struct view *view, bool *exact)
{
    const struct explorer *explorer = ((struct marks_view *)view)->explorer;
    *exact = true;
    return marks_count(explorer) + explorer->notes.count;
}

static const struct note *note_at(const struct explorer *explorer, uint64_t index)
{
    uint64_t marks = marks_count(explorer);
    return index >= marks && index - marks < explorer->notes.count
               ? &explorer->notes.items[index - marks]
               : NULL;
}

static uint64_t id(struct view *view, uint64_t index)
{
    const struct explorer *explorer = ((struct marks_view *)view)->explorer;
    char letter = letter_at(explorer, index);
    const struct note *note = note_at(explorer, index);
    return letter != 0 ? (uint64_t)letter : note != NULL ? note->address : 0;
}

static void fill(struct view *view, uint64_t index, struct row *row)
{
    const struct explorer *explorer = ((struct marks_view *)view)->explorer;
    char letter = letter_at(explorer, index);
    const struct note *note = note_at(explorer, index);
    row->id = id(view, index);
    if (letter != 0) {
        row_format(row, MARKS_KEY, ROLE_KEY, "'%c", letter);
        row_text(row, MARKS_WHERE, ROLE_NAME, explorer->marks[letter - 'a']->command);
    } else if (note != NULL) {
        row->target = note->address;
        row_address(row, MARKS_WHERE, note->address);
        row_text(row, MARKS_TEXT, ROLE_TEXT, note->text);
    }
}

// A mark is more than its command: filter, sort and row come with it.
static bool follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    const struct explorer *explorer = ((struct marks_view *)view)->explorer;
    if (row->target != 0 || row->id < 'a' || row->id > 'z' ||
        explorer->marks[row->id - 'a'] == NULL)
        return false;
    snprintf(command, capacity, "mark %c", (char)row->id);
    return true;
}

static void status(struct view *view, struct view_status *ret)
{
    const struct explorer *explorer = ((struct marks_view *)view)->explorer;
    snprintf(ret->title, sizeof ret->title, "marks and notes");
    snprintf(ret->detail, sizeof ret->detail, "%zu marks · %zu notes", marks_count(explorer),
             explorer->notes.count);
}

static const struct view_ops ops = {
    .name = "marks",
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns,
    .count = count,
    .fill = fill,
    .id = id,
    .follow = follow,
    .status = status,
};

struct view *marks_view(struct explorer *explorer)
{
    struct marks_view *marks = calloc(1, sizeof *marks);
    if (marks == NULL)
        return NULL;
    marks->view.ops = &ops;
    marks->explorer = explorer;
    return &marks->view;
}
