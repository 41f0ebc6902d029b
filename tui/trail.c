// The breadcrumb of a place: the steps that led to it, and by which edge.
#include "tui/explorer_state.h"

#include "views/command.h"
#include "views/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRAIL_MAX = 2048,
    STEP_MAX = 80,
};

static const struct {
    const char *command, *says;
} words[] = {
    {"refs", "held by"},   {"out", "holds"},     {"path", "why alive"}, {"source", "source"},
    {"closure", "scopes"}, {"bytes", "bytes"},   {"whatis", "whatis"},  {"inspect", NULL},
};

static size_t word_length(const char *command)
{
    return strcspn(command, " ");
}

static void add(char *trail, const char *step, size_t length)
{
    size_t used = strlen(trail);
    if (length > STEP_MAX)
        length = STEP_MAX;
    snprintf(trail + used, TRAIL_MAX - used, "%s%.*s", used > 0 ? "\n" : "", (int)length, step);
}

static const struct cell *text_named(const struct view_ops *ops, const struct row *row,
                                     const char *name)
{
    for (size_t i = 0; i < ops->column_count; i++) {
        if (strcmp(ops->columns[i].name, name) == 0 && row->cells[i].kind == CELL_TEXT &&
            row->cells[i].length > 0)
            return &row->cells[i];
    }
    return NULL;
}

// What a row is called as a step: the edge, the variable, or the address.
static void add_row(char *trail, const struct view_ops *ops, const struct row *row)
{
    char text[STEP_MAX + FORMAT_MAX], buffer[FORMAT_MAX];
    const struct cell *edge = text_named(ops, row, "edge"), *type = text_named(ops, row, "type");
    if (edge == NULL)
        edge = text_named(ops, row, "variable");
    if (edge == NULL && ops->tree && row->depth > 0)
        edge = text_named(ops, row, "name");
    if (edge == NULL) {
        format_address(buffer, row->target);
        add(trail, buffer, strlen(buffer));
        return;
    }
    // Who refers is named by what it is and by which of its words; what is held by the word alone.
    bool in = strcmp(ops->name, "refs") == 0 && type != NULL;
    bool dot = edge->text[0] != '[' && edge->text[0] != '.' && edge->text[0] != '(' &&
               memchr(edge->text, ' ', edge->length) == NULL;
    int length = snprintf(text, sizeof text, "%.*s%s%.*s",
                          in ? (type->length < 40 ? (int)type->length : 40) : 0,
                          in ? type->text : "", dot && !in ? "." : in ? " " : "",
                          edge->length < 40 ? (int)edge->length : 40, edge->text);
    add(trail, text, (size_t)length);
}

static const char *word_of(const char *command)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].command) == word_length(command) &&
            strncmp(words[i].command, command, word_length(command)) == 0)
            return words[i].says;
    }
    return NULL;
}

static bool begins_with(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

// How the new place is reached from the row under the cursor.
static void extend(struct explorer *explorer, const struct place *place, char *trail)
{
    struct list *list = explorer_list(explorer);
    const struct place *from = explorer_place(explorer);
    const struct row *row = list != NULL ? list_row(list) : NULL;
    uint64_t subject = explorer_subject(place);
    bool from_row = row != NULL && subject != 0 && row->target == subject;
    bool of_type = begins_with(place->command, "objects ");
    if (from != NULL && from->trail != NULL &&
        (from_row || of_type || (subject != 0 && explorer_subject(from) == subject)))
        snprintf(trail, TRAIL_MAX, "%s", from->trail);
    // Another question about the same object takes the place of the one before.
    char *last = strrchr(trail, '\n');
    if (!from_row && !of_type && last != NULL && word_of(from->command) != NULL)
        *last = '\0';
    if (of_type)
        add(trail, place->command + 8, strlen(place->command + 8));
    else if (from_row && trail[0] != '\0')
        add_row(trail, list_view(list)->ops, row);
}

void trail_make(struct explorer *explorer, struct place *place)
{
    char trail[TRAIL_MAX] = "";
    const char *word = word_of(place->command);
    extend(explorer, place, trail);
    if (trail[0] == '\0')
        add(trail, place->command, strlen(place->command));
    else if (word != NULL)
        add(trail, word, strlen(word));
    free(place->trail);
    place->trail = strdup(trail);
}

// --- drawing -------------------------------------------------------------------------------------

// Columns of steps: a '\n' is drawn as three.
static size_t steps_width(const char *text, enum text_charset charset)
{
    size_t width = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        width += text_columns(text, length, charset) + (text[length] == '\n' ? 3 : 0);
        text += length + (text[length] == '\n');
    }
    return width;
}

static void draw_step(struct pen *pen, enum role role, const char *text, bool first)
{
    if (!first)
        pen_format(pen, role, " %s ", canvas_glyphs(pen->canvas)->then);
    pen_text(pen, role, text, strcspn(text, "\n"));
}

void steps_draw(struct pen *pen, enum role role, const char *text, bool keep_first)
{
    enum text_charset charset = canvas_charset(pen->canvas);
    size_t room = pen_left(pen) > 0 ? (size_t)pen_left(pen) : 0;
    size_t first = keep_first ? text_columns(text, strcspn(text, "\n"), charset) + 3 : 0;
    const char *begin = text, *next;
    if (steps_width(text, charset) > room) {
        // The last steps are nearest to what is seen: those before them go.
        while (first + 2 + steps_width(begin, charset) > room &&
               (next = strchr(begin, '\n')) != NULL)
            begin = next + 1;
        if (keep_first && begin != text) {
            draw_step(pen, role, text, true);
            pen_format(pen, role, " %s ", canvas_glyphs(pen->canvas)->then);
        }
        if (begin != text)
            pen_label(pen, role, "… ");
    }
    for (bool at_begin = true; *begin != '\0'; at_begin = false) {
        size_t length = strcspn(begin, "\n");
        draw_step(pen, role, begin, at_begin);
        begin += length + (begin[length] == '\n');
    }
}

void trail_of_twin(struct place *twin, const struct place *place)
{
    char trail[TRAIL_MAX] = "";
    const char *word = word_of(twin->command);
    const char *last = place->trail != NULL ? strrchr(place->trail, '\n') : NULL;
    if (last == NULL || word == NULL)
        return;
    snprintf(trail, sizeof trail, "%.*s", (int)(last - place->trail), place->trail);
    add(trail, word, strlen(word));
    twin->trail = strdup(trail);
}
