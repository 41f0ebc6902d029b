#include "tui/record.h"

#include "views/view.h"

#include <stdlib.h>
#include <string.h>

struct record {
    struct view view;
    struct view *single;
    struct view_ops ops; // our own, with the name of the view inside: its key context
    struct row *row;
    size_t count; // columns of the record that are seen on a screen
    size_t columns[VIEW_COLUMNS_MAX];
};

static const struct column columns[] = {
    {.name = "name"},
    {.name = "value", .flags = COLUMN_GROW},
};

static bool refresh(struct view *view)
{
    struct record *record = (struct record *)view;
    return view_refresh(record->single);
}

static uint64_t count(struct view *view, bool *exact)
{
    struct record *record = (struct record *)view;
    return view_count(record->single, exact) > 0 ? record->count : 0;
}

static uint64_t id(struct view *view, uint64_t index)
{
    (void)view;
    return index + 1;
}

static void fill(struct view *view, uint64_t index, struct row *row)
{
    struct record *record = (struct record *)view;
    size_t column = record->columns[index];
    const struct column *info = &record->single->ops->columns[column];
    view_row(record->single, 0, record->row);
    row->id = index + 1;
    row->target = record->row->cells[column].kind == CELL_ADDRESS
                      ? record->row->cells[column].number
                      : record->row->target;
    row_text(row, 0, ROLE_HEADING, info->title != NULL ? info->title : info->name);
    // Texts lie in the record's row, which is filled anew for every line.
    const struct cell *cell = &record->row->cells[column];
    row->cells[1] = *cell;
    if (cell->text == NULL)
        return;
    row_text_n(row, 1, cell->role, cell->text, cell->length);
    row->cells[1].kind = cell->kind;
}

static bool follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    struct record *record = (struct record *)view;
    (void)row;
    const struct view_ops *ops = record->single->ops;
    view_row(record->single, 0, record->row);
    return ops->follow != NULL && ops->follow(record->single, record->row, command, capacity);
}

static void status(struct view *view, struct view_status *ret)
{
    view_status(((struct record *)view)->single, ret);
}

static void destroy(struct view *view)
{
    struct record *record = (struct record *)view;
    view_destroy(record->single);
    free(record->row);
}

struct view *record_view(struct view *single)
{
    struct record *record = calloc(1, sizeof *record);
    struct row *row = malloc(sizeof *row);
    if (record == NULL || row == NULL) {
        free(record);
        free(row);
        view_destroy(single);
        return NULL;
    }
    record->single = single;
    record->row = row;
    record->ops = (struct view_ops){
        .name = single->ops->name,
        .columns = columns,
        .column_count = 2,
        .refresh = refresh,
        .count = count,
        .fill = fill,
        .id = id,
        .follow = follow,
        .status = status,
        .destroy = destroy,
    };
    for (size_t i = 0; i < single->ops->column_count; i++) {
        if ((single->ops->columns[i].flags & COLUMN_HIDDEN) == 0)
            record->columns[record->count++] = i;
    }
    record->view.ops = &record->ops;
    record->view.heap = single->heap;
    return &record->view;
}
