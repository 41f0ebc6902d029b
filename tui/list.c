#include "tui/list.h"

#include "tui/columns.h"
#include "views/format.h"

#include <stdlib.h>
#include <string.h>

enum {
    SPANS_MAX = 16,   // matches highlighted in one cell
    EAGER_SLICES = 2, // of about 10 ms each, that a new list may take before it is seen
    INDENT = 2,       // columns a level of a tree
    DEPTH_SHOWN = 40, // levels of a tree that are indented; deeper ones are no further right
};

// A row of the screen. It is filled again only when it may have become another.
struct shown {
    struct row *row;
    bool held; // as the stamp says
    struct row_stamp stamp;
};

struct list {
    struct view *view;
    uint64_t count, top, position;
    uint64_t id; // of the row under the cursor; survives while the row is filtered out
    bool exact;
    bool waiting;               // for a row that list_restore did not find
    uint64_t wanted;            // its identity
    unsigned wanted_line;
    bool moved;                 // by the user: the cursor belongs to a row, not to the first line
    unsigned height;            // rows on the screen, as last drawn
    unsigned left;              // columns scrolled out
    unsigned width, full_width; // of the pane and of the table, as last drawn
    struct column_widths widths;
    struct shown *rows; // those on the screen
    size_t row_capacity, row_count;
    struct row *selected; // filled for list_row
    char *text;           // CELL_TEXT_MAX bytes for drawing
};

struct list *list_create(struct view *view)
{
    struct list *list = calloc(1, sizeof *list);
    if (list != NULL) {
        list->selected = malloc(sizeof *list->selected);
        list->text = malloc(CELL_TEXT_MAX);
    }
    if (list == NULL || list->selected == NULL || list->text == NULL) {
        if (list != NULL) {
            free(list->selected);
            free(list->text);
        }
        free(list);
        view_destroy(view);
        return NULL;
    }
    list->view = view;
    list->height = 1;
    columns_begin(&list->widths, view->ops);
    // What is through in a moment is not shown half done first.
    view_refresh(view);
    for (int i = 0; i < EAGER_SLICES && view_busy(view); i++)
        view_refresh(view);
    list->count = view_count(view, &list->exact);
    list_reordered(list);
    return list;
}

void list_sleep(struct list *list)
{
    for (size_t i = 0; i < list->row_capacity; i++)
        free(list->rows[i].row);
    free(list->rows);
    list->rows = NULL;
    list->row_capacity = list->row_count = 0;
}

void list_destroy(struct list *list)
{
    if (list == NULL)
        return;
    list_sleep(list);
    view_destroy(list->view);
    free(list->selected);
    free(list->text);
    free(list);
}

struct view *list_view(const struct list *list)
{
    return list->view;
}

uint64_t list_count(const struct list *list, bool *exact)
{
    *exact = list->exact;
    return list->count;
}

uint64_t list_position(const struct list *list)
{
    return list->position;
}

uint64_t list_id(const struct list *list)
{
    return list->count > 0 ? list->id : 0;
}

unsigned list_line(const struct list *list)
{
    return (unsigned)(list->position - list->top);
}

static bool same_stamp(const struct row_stamp *a, const struct row_stamp *b)
{
    return a->index == b->index && a->version == b->version && a->generation == b->generation;
}

const struct row *list_row(struct list *list)
{
    struct row_stamp stamp = {0};
    if (list->count == 0)
        return NULL;
    bool known = view_stamp(list->view, list->position, &stamp);
    for (size_t i = 0; known && i < list->row_count; i++) {
        if (list->rows[i].held && same_stamp(&list->rows[i].stamp, &stamp))
            return list->rows[i].row;
    }
    view_row(list->view, list->position, list->selected);
    return list->selected;
}

// --- keeping the cursor --------------------------------------------------------------------------

// Make top and cursor lie in the list, and the cursor in the window.
static void clamp(struct list *list)
{
    if (list->position >= list->count)
        list->position = list->count > 0 ? list->count - 1 : 0;
    if (list->position < list->top)
        list->top = list->position;
    if (list->position - list->top >= list->height)
        list->top = list->position - list->height + 1;
    // No blank lines below the last row when there are rows above.
    uint64_t last_top = list->count > list->height ? list->count - list->height : 0;
    if (list->top > last_top)
        list->top = last_top;
}

static void note_id(struct list *list)
{
    if (list->count > 0)
        list->id = view_id(list->view, list->position);
}

void list_reordered(struct list *list)
{
    list->count = view_count(list->view, &list->exact);
    uint64_t line = list->position - list->top, position;
    if (list->waiting && list_restore(list, list->wanted, list->wanted_line))
        return;
    if (!list->moved) {
        list->position = list->top = 0;
        note_id(list);
    } else if (view_position(list->view, list->id, &position)) {
        list->position = position;
        list->top = position > line ? position - line : 0;
    }
    clamp(list);
}

bool list_refresh(struct list *list)
{
    uint64_t count = list->count;
    bool exact = list->exact;
    bool changed = view_refresh(list->view);
    list->count = view_count(list->view, &list->exact);
    if (!changed)
        return list->exact != exact;
    // Finding a row again may take a while; rows that are where they were are not looked for.
    if (list->moved && list->position < list->count &&
        view_id(list->view, list->position) == list->id)
        clamp(list);
    else
        list_reordered(list);
    return list->count != count || list->exact != exact || !list->view->ops->append_only ||
           list->top + list->height > count;
}

// --- moving --------------------------------------------------------------------------------------

void list_move_to(struct list *list, uint64_t position)
{
    list->position = position;
    list->moved = true;
    list->waiting = false;
    clamp(list);
    note_id(list);
}

static uint64_t add_rows(const struct list *list, uint64_t position, int64_t rows)
{
    if (rows < 0)
        return position < -(uint64_t)rows ? 0 : position + (uint64_t)rows;
    uint64_t last = list->count > 0 ? list->count - 1 : 0;
    return position > last || last - position < (uint64_t)rows ? last : position + (uint64_t)rows;
}

void list_move(struct list *list, int64_t rows)
{
    list_move_to(list, add_rows(list, list->position, rows));
}

bool list_restore(struct list *list, uint64_t id, unsigned line)
{
    uint64_t position;
    if (!view_position(list->view, id, &position)) {
        list->waiting = true;
        list->wanted = id;
        list->wanted_line = line;
        return false;
    }
    list->top = position > line ? position - line : 0;
    list_move_to(list, position);
    return true;
}

void list_page(struct list *list, int64_t pages, bool half)
{
    // Two lines of the page before stay, as in vi.
    int64_t step = half ? list->height / 2 : list->height > 4 ? list->height - 2 : list->height;
    int64_t rows = pages * (step > 0 ? step : 1);
    list->top = add_rows(list, list->top, rows);
    list_move(list, rows);
}

void list_scroll(struct list *list, int64_t rows)
{
    uint64_t last_top = list->count > list->height ? list->count - list->height : 0;
    uint64_t top = add_rows(list, list->top, rows);
    list->top = top > last_top ? last_top : top;
    uint64_t position = list->position;
    if (position < list->top)
        position = list->top;
    if (position - list->top >= list->height)
        position = list->top + list->height - 1;
    list_move_to(list, position);
}

void list_move_to_line(struct list *list, enum list_line line)
{
    uint64_t seen = list->count - list->top < list->height ? list->count - list->top : list->height;
    uint64_t last = seen > 0 ? seen - 1 : 0;
    list_move_to(list, list->top + (line == LIST_TOP ? 0 : line == LIST_MIDDLE ? last / 2 : last));
}

bool list_move_to_screen(struct list *list, int line)
{
    if (line < 0 || (unsigned)line >= list->height || list->top + (unsigned)line >= list->count)
        return false;
    list_move_to(list, list->top + (unsigned)line);
    return true;
}

bool list_scroll_sideways(struct list *list, int columns)
{
    int64_t left = (int64_t)list->left + columns;
    if (columns > 0 && list->full_width <= list->width)
        return false; // all of it is seen
    int64_t last = list->full_width > list->width ? list->full_width - list->width : 0;
    unsigned before = list->left;
    list->left = (unsigned)(left < 0 ? 0 : left > last ? last : left);
    return list->left != before;
}

bool list_expand(struct list *list, bool open)
{
    const struct row *row = list_row(list);
    enum row_expander wanted = open ? EXPAND_CLOSED : EXPAND_OPEN;
    if (row == NULL || row->expander != wanted || !view_expand(list->view, list->position, open))
        return false;
    list->moved = true;
    list_reordered(list);
    return true;
}

bool list_to_parent(struct list *list)
{
    const struct row *row = list_row(list);
    if (row == NULL || row->depth == 0)
        return false;
    // The parent is the nearest row above that is less deep.
    unsigned depth = row->depth;
    for (uint64_t position = list->position; position-- > 0;) {
        view_row(list->view, position, list->selected);
        if (list->selected->depth < depth) {
            list_move_to(list, position);
            return true;
        }
    }
    return false;
}

// --- drawing -------------------------------------------------------------------------------------

static bool reserve_rows(struct list *list, size_t count)
{
    if (count <= list->row_capacity)
        return true;
    struct shown *rows = realloc(list->rows, count * sizeof *rows);
    if (rows == NULL)
        return false;
    list->rows = rows;
    for (; list->row_capacity < count; list->row_capacity++) {
        struct row *row = malloc(sizeof *row);
        if (row == NULL)
            return false;
        rows[list->row_capacity] = (struct shown){.row = row};
    }
    return true;
}

static size_t first_column(const struct view_ops *ops)
{
    for (size_t i = 0; i < ops->column_count; i++) {
        if (column_on_screen(&ops->columns[i]))
            return i;
    }
    return 0;
}

// Columns before the first cell of a tree row.
static int tree_width(const struct list *list, const struct row *row)
{
    if (!list->view->ops->tree)
        return 0;
    return (int)(row->depth < DEPTH_SHOWN ? row->depth : DEPTH_SHOWN) * INDENT + INDENT;
}

static unsigned share_width(const struct column *column)
{
    return column->min_width > 0 ? column->min_width : SHARE_WIDTH;
}

static void measure_row(struct list *list, const struct row *row, enum text_charset charset)
{
    const struct view_ops *ops = list->view->ops;
    for (size_t i = 0; i < ops->column_count; i++) {
        if (!column_on_screen(&ops->columns[i]))
            continue;
        const struct cell *cell = &row->cells[i];
        size_t length;
        size_t width = share_width(&ops->columns[i]);
        if (cell->kind != CELL_SHARE) {
            const char *text = cell_text(cell, CELL_SCREEN, list->text, &length);
            width = text_columns(text, length, charset);
        }
        if (i == first_column(ops))
            width += (size_t)tree_width(list, row);
        columns_see(&list->widths, i, width);
    }
}

// Have the row of `position` in line `line`: the one that is on the screen already, where there is one.
static void take_row(struct list *list, uint64_t position, unsigned line)
{
    struct row_stamp stamp = {0};
    bool known = view_stamp(list->view, position, &stamp);
    for (size_t i = line; known && i < list->row_count; i++) {
        struct shown found = list->rows[i];
        if (!found.held || !same_stamp(&found.stamp, &stamp))
            continue;
        list->rows[i] = list->rows[line];
        list->rows[line] = found;
        return;
    }
    // The one in this line may be wanted in the next: the last one is given up.
    struct shown *last = &list->rows[list->row_count > line ? list->row_count - 1 : line];
    struct shown filled = *last;
    *last = list->rows[line];
    view_row(list->view, position, filled.row);
    list->rows[line] = (struct shown){filled.row, known, stamp};
}

// Take the rows that are seen, and what they need.
static unsigned take_rows(struct list *list, struct canvas *canvas, int height)
{
    list->height = height > 0 ? (unsigned)height : 1;
    if (list->position - list->top >= list->height || list->top + list->height > list->count)
        clamp(list);
    uint64_t left = list->count - list->top;
    unsigned count = left < list->height ? (unsigned)left : list->height;
    if (!reserve_rows(list, count))
        count = (unsigned)list->row_capacity;
    for (unsigned i = 0; i < count; i++) {
        take_row(list, list->top + i, i);
        measure_row(list, list->rows[i].row, canvas_charset(canvas));
    }
    list->row_count = count;
    return count;
}

static size_t find_spans(const struct view_match *match, const char *text, size_t length,
                         struct span spans[SPANS_MAX])
{
    size_t count = 0, start = 0, end = 0;
    while (match != NULL && count < SPANS_MAX && start <= length &&
           view_match_text(match, text, length, &start, &end)) {
        if (end > start)
            spans[count++] = (struct span){start, end};
        start = end > start ? end : end + 1;
    }
    return count;
}

static bool is_right(const struct column *column)
{
    return (column->flags & COLUMN_RIGHT) != 0;
}

static void draw_tree(const struct list *list, struct pen *pen, const struct row *row)
{
    const struct glyphs *glyphs = canvas_glyphs(pen->canvas);
    int width = tree_width(list, row);
    if (width == 0)
        return;
    pen_repeat(pen, ROLE_DIM, NULL, width - INDENT);
    const char *sign = row->expander == EXPAND_OPEN     ? glyphs->open
                       : row->expander == EXPAND_CLOSED ? glyphs->closed
                                                        : NULL;
    pen_repeat(pen, ROLE_TEXT, sign, 1);
    pen_repeat(pen, ROLE_DIM, NULL, INDENT - 1);
}

static void draw_cell(struct list *list, struct pen *pen, const struct row *row, size_t index,
                      const struct view_match *match)
{
    const struct column *column = &list->view->ops->columns[index];
    const struct cell *cell = &row->cells[index];
    int width = (int)list->widths.shown[index];
    if (index == first_column(list->view->ops)) {
        draw_tree(list, pen, row);
        width -= tree_width(list, row);
    }
    if (cell->kind == CELL_SHARE) {
        pen_bar(pen, ROLE_BAR, cell->real, width);
        return;
    }
    size_t length;
    const char *text = cell_text(cell, CELL_SCREEN, list->text, &length);
    struct span spans[SPANS_MAX];
    size_t count = find_spans(match, text, length, spans);
    int columns = (int)text_columns(text, length, canvas_charset(pen->canvas));
    if (is_right(column) && columns < width)
        pen_repeat(pen, ROLE_TEXT, NULL, width - columns);
    pen_text_matched(pen, cell->role, text, length, spans, count);
}

static bool is_empty(const struct cell *cell)
{
    return cell->kind == CELL_EMPTY || (cell->kind == CELL_TEXT && cell->length == 0);
}

// A text may use the room of empty cells behind it, up to column `*last`.
static unsigned free_width(const struct list *list, const struct row *row, size_t index,
                           size_t *last)
{
    const struct view_ops *ops = list->view->ops;
    unsigned width = list->widths.shown[index];
    if (is_right(&ops->columns[index]) || row->cells[index].kind == CELL_SHARE ||
        is_empty(&row->cells[index]))
        return width;
    for (size_t i = index + 1; i < ops->column_count; i++) {
        if (list->widths.shown[i] == 0)
            continue;
        if (!is_empty(&row->cells[i]))
            break;
        width += COLUMN_GAP + list->widths.shown[i];
        *last = i;
    }
    return width;
}

// The role that blanks before the next column have: that of its text, so that styles are switched
// once between the two.
static enum role role_after(const struct list *list, const struct row *row, size_t index)
{
    const struct view_ops *ops = list->view->ops;
    for (size_t i = index + 1; i < ops->column_count; i++) {
        if (list->widths.shown[i] > 0)
            return is_right(&ops->columns[i]) || is_empty(&row->cells[i]) ||
                           row->cells[i].kind == CELL_SHARE
                       ? ROLE_TEXT
                       : row->cells[i].role;
    }
    return ROLE_TEXT;
}

static void draw_row(struct list *list, struct pen *pen, const struct row *row,
                     const struct view_match *match)
{
    const struct view_ops *ops = list->view->ops;
    const char *sign = row->marked ? canvas_glyphs(pen->canvas)->cursor : NULL;
    pen_repeat(pen, sign != NULL ? ROLE_NAME : ROLE_TEXT, sign, 1);
    pen->skip = list->left;
    for (size_t i = 0; i < ops->column_count; i++) {
        if (list->widths.shown[i] == 0)
            continue;
        size_t last = i;
        struct pen part = pen_part(pen, (int)free_width(list, row, i, &last));
        draw_cell(list, &part, row, i, match);
        enum role after = role_after(list, row, last);
        part.skip = 0;
        pen_gap(&part, after, pen_left(&part));
        pen_gap(pen, after, COLUMN_GAP);
        i = last;
    }
    if (row->state == ROW_PENDING)
        pen_label(pen, ROLE_DIM, "…");
    pen_fill(pen, ROLE_TEXT, NULL);
}

static void draw_heading(const struct list *list, struct pen *pen, size_t index, bool sorted,
                         bool descending)
{
    const struct column *column = &list->view->ops->columns[index];
    const struct glyphs *glyphs = canvas_glyphs(pen->canvas);
    const char *title = column_title(column);
    int columns = (int)text_columns(title, strlen(title), canvas_charset(pen->canvas));
    int width = (int)list->widths.shown[index];
    // The mark of the sort order stands in the gap, so that it moves nothing.
    if (is_right(column) && columns < width)
        pen_repeat(pen, ROLE_HEADING, NULL, width - columns);
    pen_label(pen, ROLE_HEADING, title);
    pen->end += sorted;
    if (sorted)
        pen_repeat(pen, ROLE_HEADING, descending ? glyphs->descending : glyphs->ascending, 1);
    pen_fill(pen, ROLE_HEADING, NULL);
}

static void draw_headings(struct list *list, struct pen *pen)
{
    const struct view_ops *ops = list->view->ops;
    const char *sort;
    bool reverse;
    view_sort_get(list->view, &sort, &reverse);
    pen_repeat(pen, ROLE_HEADING, NULL, 1);
    pen->skip = list->left;
    for (size_t i = 0; i < ops->column_count; i++) {
        if (list->widths.shown[i] == 0)
            continue;
        const struct column *column = &ops->columns[i];
        bool sorted = sort != NULL && strcmp(sort, column->name) == 0;
        bool descending = ((column->flags & COLUMN_DESCENDING) != 0) != reverse;
        struct pen part = pen_part(pen, (int)list->widths.shown[i]);
        draw_heading(list, &part, i, sorted, descending);
        pen_repeat(pen, ROLE_HEADING, NULL, sorted ? 0 : COLUMN_GAP);
        if (sorted) {
            pen->column++;
            pen_repeat(pen, ROLE_HEADING, NULL, COLUMN_GAP - 1);
        }
    }
    pen_fill(pen, ROLE_HEADING, NULL);
}

void list_draw(struct list *list, struct canvas *canvas, struct rect rect, bool focused,
               const struct view_match *match)
{
    unsigned count = take_rows(list, canvas, rect.height - 1);
    list->width = rect.width > 2 ? (unsigned)rect.width - 2 : 0; // a blank on either side
    list->full_width = columns_lay_out(&list->widths, list->view->ops, list->width, true);
    if (list->left == 0)
        columns_lay_out(&list->widths, list->view->ops, list->width, false);

    struct pen pen = pen_at(canvas, rect.row, rect.column, rect.width);
    draw_headings(list, &pen);
    for (unsigned i = 0; i < count; i++) {
        pen = pen_at(canvas, rect.row + 1 + (int)i, rect.column, rect.width);
        bool selected = list->top + i == list->position;
        pen.covered = selected || list->rows[i].row->marked;
        pen.cover = selected && focused ? ROLE_ROW_SELECTED : ROLE_ROW_MARKED;
        draw_row(list, &pen, list->rows[i].row, match);
    }
}
