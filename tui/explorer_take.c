// Taking along: rows into a file, what is under the cursor into the clipboard.
#include "tui/explorer_state.h"

#include "tui/clipboard.h"
#include "tui/loop.h"
#include "views/export.h"
#include "views/format.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SLICE_MS = 10, // of writing between two looks at the keyboard
    PATH_STEPS = 64,
};

// --- clipboard -----------------------------------------------------------------------------------

static void put_cell(FILE *out, const struct cell *cell, enum cell_form form)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    const char *text = cell_text(cell, form, buffer, &length);
    // Pasted into a shell, a control character would act.
    text_write(out, text, length, TEXT_UTF8);
}

static void put_row(FILE *out, const struct view_ops *ops, const struct row *row)
{
    const char *gap = "";
    for (size_t i = 0; i < ops->column_count; i++) {
        if ((ops->columns[i].flags & (COLUMN_SCREEN | COLUMN_HIDDEN)) != 0)
            continue;
        fputs(gap, out);
        put_cell(out, &row->cells[i], CELL_PLAIN);
        gap = "\t";
    }
}

// The column that a person would call the value: the one that grows, else the first with text.
static const struct cell *value_of(const struct view_ops *ops, const struct row *row)
{
    for (size_t i = 0; i < ops->column_count; i++) {
        if ((ops->columns[i].flags & COLUMN_GROW) != 0 && row->cells[i].kind != CELL_EMPTY)
            return &row->cells[i];
    }
    for (size_t i = 0; i < ops->column_count; i++) {
        if (row->cells[i].kind == CELL_TEXT && row->cells[i].length > 0)
            return &row->cells[i];
    }
    return &row->cells[0];
}

// A step of a path as v8_path_resolve() reads it: names of fields stand without their dot.
static void put_step(FILE *out, const struct cell *name)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    const char *text = cell_text(name, CELL_PLAIN, buffer, &length);
    if (length > 0 && text[0] != '[' && text[0] != '.')
        putc('.', out);
    text_write(out, text, length, TEXT_UTF8);
}

// "0x2f3a81c4d1.keyring.keys": the object, and from it the rows above the cursor that it is in.
static void put_path(struct explorer *explorer, FILE *out, const struct row *row, uint64_t target)
{
    struct list *list = explorer_list(explorer);
    struct view *view = list_view(list);
    struct place *place = explorer_place(explorer);
    const char *subject = strpbrk(place->command, " ");
    bool inspected = view->ops->tree && strncmp(place->command, "inspect ", 8) == 0;
    uint64_t steps[PATH_STEPS];
    size_t count = 0;
    struct row *above = malloc(sizeof *above);
    if (!inspected || above == NULL) {
        fprintf(out, "0x%" PRIx64, target);
        free(above);
        return;
    }
    // The row of the object itself, above all, is no step.
    unsigned depth = row->depth + 1;
    for (uint64_t at = list_position(list) + 1; at-- > 0 && depth > 0 && count < PATH_STEPS;) {
        view_row(view, at, above);
        if (above->depth >= depth)
            continue;
        depth = above->depth;
        if (at == 0)
            break;
        steps[count++] = at;
    }
    subject += strspn(subject, " ");
    fprintf(out, "%.*s", (int)strcspn(subject, " "), subject);
    while (count-- > 0) {
        view_row(view, steps[count], above);
        put_step(out, &above->cells[0]);
    }
    free(above);
}

static bool put_what(struct explorer *explorer, enum action action, const struct row *row, FILE *out)
{
    const struct view_ops *ops = list_view(explorer_list(explorer))->ops;
    // That of the row, or what the view is about.
    uint64_t target = row->target != 0 ? row->target : explorer_subject(explorer_place(explorer));
    if (action == ACTION_COPY_ROW)
        put_row(out, ops, row);
    else if (action == ACTION_COPY_VALUE)
        put_cell(out, value_of(ops, row), CELL_PLAIN);
    else if (action == ACTION_COPY_PATH && (target != 0 || ops->tree))
        put_path(explorer, out, row, target);
    else if (target != 0)
        fprintf(out, "0x%" PRIx64, target);
    else
        return false;
    return true;
}

static void send(struct explorer *explorer, const char *text, size_t size)
{
    char count[FORMAT_MAX];
    format_count(count, size);
    if (size > CLIPBOARD_MAX)
        messages_add(&explorer->messages, true,
                     "%s bytes are too many for a terminal's clipboard; w writes to a file", count);
    else if (!term_copy(explorer->term, text, size))
        messages_add(&explorer->messages, true, "this terminal has no clipboard (OSC 52): %s",
                     text);
    else
        messages_add(&explorer->messages, false, "sent to the terminal (%s bytes): %s", count,
                     text);
}

void take_copy(struct explorer *explorer, enum action action)
{
    const struct row *row = list_row(explorer_list(explorer));
    char *text = NULL;
    size_t size = 0;
    FILE *out = row != NULL ? open_memstream(&text, &size) : NULL;
    if (out == NULL) {
        messages_add(&explorer->messages, false, "there is no row");
        return;
    }
    bool known = put_what(explorer, action, row, out);
    if (fclose(out) == 0 && known)
        send(explorer, text, size);
    else
        explorer_no_object(explorer);
    free(text);
}

// --- files ---------------------------------------------------------------------------------------

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void expand_home(const char *path, char *out, size_t capacity)
{
    const char *home = getenv("HOME");
    if (path[0] == '~' && path[1] == '/' && home != NULL)
        snprintf(out, capacity, "%s%s", home, path + 1);
    else
        snprintf(out, capacity, "%s", path);
}

void take_stop(struct explorer *explorer, const char *why)
{
    struct writing *writing = &explorer->writing;
    if (writing->place == NULL)
        return;
    if (writing->file != NULL) {
        fclose(writing->file);
        unlink(writing->temporary);
    }
    place_unref(writing->place);
    *writing = (struct writing){.place = NULL};
    if (why != NULL)
        messages_add(&explorer->messages, true, "%s", why);
}

void take_write(struct explorer *explorer, const char *path)
{
    struct writing *writing = &explorer->writing;
    struct stat status;
    if (*path == '\0' || explorer_list(explorer) == NULL || !explorer_may_write(explorer))
        return;
    take_stop(explorer, NULL);
    expand_home(path, writing->path, sizeof writing->path);
    writing->place = place_ref(explorer_place(explorer));
    writing->json = ends_with(writing->path, ".json") || ends_with(writing->path, ".jsonl");
    if (lstat(writing->path, &status) != 0)
        take_begin(explorer);
    else if (S_ISREG(status.st_mode))
        explorer->choice.kind = CHOICE_OVERWRITE;
    else
        take_stop(explorer, "not written: there is something of that name, but no plain file");
}

// Into a file beside it that takes its name at the end: nobody sees half of it. Only the user may
// read it, it holds what the process held.
void take_begin(struct explorer *explorer)
{
    struct writing *writing = &explorer->writing;
    char why[256];
    snprintf(writing->temporary, sizeof writing->temporary, "%s.XXXXXX", writing->path);
    int file = mkostemp(writing->temporary, O_CLOEXEC);
    writing->file = file >= 0 ? fdopen(file, "w") : NULL;
    if (writing->file != NULL)
        return;
    snprintf(why, sizeof why, "cannot write %.200s: %s", writing->path, strerror(errno));
    if (file >= 0)
        close(file);
    take_stop(explorer, why);
}

struct slice {
    uint64_t end; // milliseconds
    uint64_t rows;
};

static bool go_on(void *context)
{
    struct slice *slice = context;
    slice->rows++;
    return (slice->rows & 15) != 0 || loop_now() < slice->end;
}

static void finish(struct explorer *explorer)
{
    struct writing *writing = &explorer->writing;
    char why[256], count[FORMAT_MAX];
    struct view_status status;
    view_status(list_view(writing->place->list), &status);
    bool good = fflush(writing->file) == 0 && rename(writing->temporary, writing->path) == 0;
    if (!good) {
        snprintf(why, sizeof why, "cannot write %.200s: %s", writing->path, strerror(errno));
        take_stop(explorer, why);
        return;
    }
    messages_add(&explorer->messages, false, "wrote %s to %s%s",
                 format_counted(count, writing->rows, "row"), writing->path,
                 status.complete ? "" : "; there are more to come");
    fclose(writing->file);
    writing->file = NULL;
    take_stop(explorer, NULL);
}

bool take_work(struct explorer *explorer)
{
    struct writing *writing = &explorer->writing;
    if (writing->file == NULL || writing->place->list == NULL)
        return false;
    struct view *view = list_view(writing->place->list);
    struct slice slice = {.end = loop_now() + SLICE_MS};
    bool whole = writing->json && view->ops->json != NULL, exact;
    struct export_options options = {
        .form = writing->json ? EXPORT_JSON : EXPORT_TSV,
        .charset = TEXT_UTF8,
        .first = writing->rows,
        .limit = UINT64_MAX,
        .go_on = whole ? NULL : go_on,
        .context = &slice,
    };
    // In the order that is seen, not in one that is still being made.
    if (view_busy(view) && view_order_step(view, SLICE_MS))
        return true;
    if (!view_export(view, writing->file, &options)) {
        char why[256];
        snprintf(why, sizeof why, "cannot write %.200s: %s", writing->path, strerror(errno));
        take_stop(explorer, why);
        return false;
    }
    writing->rows += slice.rows;
    if (!whole && writing->rows < view_count(view, &exact))
        return true;
    if (whole)
        writing->rows = view_count(view, &exact);
    finish(explorer);
    return false;
}
