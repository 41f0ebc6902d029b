#include "views/export.h"

#include "views/format.h"
#include "views/json.h"

#include <inttypes.h>
#include <string.h>

enum {
    WIDTH_ROWS = 1000, // rows that decide how wide the columns of a table are
    WIDTH_MAX = 60,    // longer texts push their row's other columns to the right
    COLUMN_GAP = 2,
    INDENT = 2, // per level of a tree
};

struct exporter {
    struct view *view;
    FILE *out;
    const struct export_options *options;
    struct json_writer json;
    size_t widths[VIEW_COLUMNS_MAX];
    size_t name_width; // of a record
    size_t owed;       // blanks before whatever comes next in the line
    uint64_t rows;
    struct row row;
};

// A form of output: what comes before the rows, and one row.
struct form {
    void (*begin)(struct exporter *exporter);
    void (*row)(struct exporter *exporter);
};

static const struct column *column_at(const struct exporter *exporter, size_t i)
{
    return &exporter->view->ops->columns[i];
}

static void put_blanks(FILE *out, size_t count)
{
    while (count-- > 0)
        putc(' ', out);
}

static void read_row(struct exporter *exporter, uint64_t position)
{
    uint32_t columns = exporter->options->columns;
    view_row_columns(exporter->view, position, columns != 0 ? columns : ROW_WANT_ALL,
                     &exporter->row);
}

// --- table ---------------------------------------------------------------------------------------

// Not asked for.
static bool is_left_out(const struct exporter *exporter, size_t i)
{
    uint32_t columns = exporter->options->columns;
    return columns != 0 && (columns >> i & 1) == 0;
}

static bool in_table(const struct exporter *exporter, size_t i)
{
    if (exporter->options->columns != 0) // those that are hidden may be asked for
        return !is_left_out(exporter, i);
    return (column_at(exporter, i)->flags & (COLUMN_HIDDEN | COLUMN_SCREEN)) == 0;
}

// Columns before the text of cell `i`: the first shows the level of a tree's row.
static size_t indent_of(const struct exporter *exporter, size_t i)
{
    if (!exporter->view->ops->tree || i != 0)
        return 0;
    size_t indent = (size_t)exporter->row.depth * INDENT;
    return indent < WIDTH_MAX ? indent : WIDTH_MAX;
}

static void widen(struct exporter *exporter, size_t i, size_t columns)
{
    if (columns > WIDTH_MAX)
        columns = WIDTH_MAX;
    if (exporter->widths[i] < columns)
        exporter->widths[i] = columns;
}

static void measure_row(struct exporter *exporter)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        const char *text = cell_text(&exporter->row.cells[i], CELL_SCREEN, buffer, &length);
        size_t columns = text_columns(text, length, exporter->options->charset);
        widen(exporter, i, columns + indent_of(exporter, i));
    }
}

// Blanks are owed until something follows them, so that no line ends in blanks.
static void put_padded(struct exporter *exporter, const char *text, size_t length, size_t indent,
                       size_t width, bool right)
{
    enum text_charset charset = exporter->options->charset;
    size_t columns = text_columns(text, length, charset) + indent;
    size_t blanks = columns < width ? width - columns : 0;
    exporter->owed += indent + (right ? blanks : 0);
    if (length > 0) {
        put_blanks(exporter->out, exporter->owed);
        exporter->owed = 0;
        text_write(exporter->out, text, length, charset);
    }
    exporter->owed += (right ? 0 : blanks) + COLUMN_GAP;
}

static void put_cell(struct exporter *exporter, size_t i, const char *text, size_t length,
                     size_t indent)
{
    bool right = (column_at(exporter, i)->flags & COLUMN_RIGHT) != 0;
    put_padded(exporter, text, length, indent, exporter->widths[i], right);
}

static void end_line(struct exporter *exporter)
{
    exporter->owed = 0;
    putc('\n', exporter->out);
}

static void begin_table(struct exporter *exporter)
{
    struct view *view = exporter->view;
    bool exact;
    uint64_t count = view_count(view, &exact);
    if (count > exporter->options->limit)
        count = exporter->options->limit;
    for (size_t i = 0; i < view->ops->column_count; i++)
        widen(exporter, i, strlen(column_at(exporter, i)->name));
    for (uint64_t n = 0; n < count && n < WIDTH_ROWS; n++) {
        read_row(exporter, n);
        measure_row(exporter);
    }
    exporter->row.depth = 0;
    for (size_t i = 0; i < view->ops->column_count; i++) {
        const char *name = column_at(exporter, i)->name;
        if (in_table(exporter, i))
            put_cell(exporter, i, name, strlen(name), 0);
    }
    end_line(exporter);
}

static void put_table_row(struct exporter *exporter)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        if (!in_table(exporter, i))
            continue;
        const char *text = cell_text(&exporter->row.cells[i], CELL_SCREEN, buffer, &length);
        put_cell(exporter, i, text, length, indent_of(exporter, i));
    }
    end_line(exporter);
}

// --- one record ----------------------------------------------------------------------------------

static void begin_record(struct exporter *exporter)
{
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        size_t width = strlen(column_at(exporter, i)->name);
        if (exporter->name_width < width)
            exporter->name_width = width;
    }
}

static void put_record(struct exporter *exporter)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    if (exporter->rows > 0)
        putc('\n', exporter->out);
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        const struct column *column = column_at(exporter, i);
        const struct cell *cell = &exporter->row.cells[i];
        if ((column->flags & COLUMN_SCREEN) != 0 || cell->kind == CELL_EMPTY ||
            is_left_out(exporter, i))
            continue;
        put_padded(exporter, column->name, strlen(column->name), 0, exporter->name_width, false);
        const char *text = cell_text(cell, CELL_SCREEN, buffer, &length);
        put_padded(exporter, text, length, 0, 0, false);
        end_line(exporter);
    }
}

// --- TSV -----------------------------------------------------------------------------------------

static void put_tsv_text(struct exporter *exporter, const char *text, size_t length)
{
    struct text_unit unit;
    while (text_unit(text, length, exporter->options->charset, &unit)) {
        if (unit.length == 1 && unit.bytes[0] == '\\')
            putc('\\', exporter->out);
        fwrite(unit.bytes, 1, unit.length, exporter->out);
        text += unit.consumed;
        length -= unit.consumed;
    }
}

static void begin_tsv(struct exporter *exporter)
{
    bool tab = false;
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        if ((column_at(exporter, i)->flags & COLUMN_SCREEN) != 0 || is_left_out(exporter, i))
            continue;
        fprintf(exporter->out, "%s%s", tab ? "\t" : "", column_at(exporter, i)->name);
        tab = true;
    }
    putc('\n', exporter->out);
}

static void put_tsv_row(struct exporter *exporter)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    bool tab = false;
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        if ((column_at(exporter, i)->flags & COLUMN_SCREEN) != 0 || is_left_out(exporter, i))
            continue;
        if (tab)
            putc('\t', exporter->out);
        tab = true;
        const char *text = cell_text(&exporter->row.cells[i], CELL_PLAIN, buffer, &length);
        put_tsv_text(exporter, text, length);
    }
    putc('\n', exporter->out);
}

// --- JSON ----------------------------------------------------------------------------------------

static void put_json_list(struct json_writer *json, const struct cell *cell)
{
    const char *item = cell->text, *end = cell->text + cell->length;
    json_begin_array(json);
    while (item != NULL) {
        const char *stop = memchr(item, '\0', (size_t)(end - item));
        json_text(json, item, (size_t)((stop != NULL ? stop : end) - item));
        item = stop != NULL ? stop + 1 : NULL;
    }
    json_end_array(json);
}

static void put_json_cell(struct json_writer *json, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_EMPTY:
        json_null(json);
        break;
    case CELL_TEXT:
        json_text(json, cell->text, cell->length);
        break;
    case CELL_LIST:
        put_json_list(json, cell);
        break;
    case CELL_SIGNED:
        json_signed(json, (int64_t)cell->number);
        break;
    case CELL_ADDRESS:
        json_address(json, cell->number);
        break;
    case CELL_SHARE:
    case CELL_REAL:
        json_real(json, cell->real);
        break;
    case CELL_BOOL:
        json_bool(json, cell->number != 0);
        break;
    case CELL_NUMBER:
    case CELL_SIZE:
        json_number(json, cell->number);
        break;
    }
}

static void begin_json(struct exporter *exporter)
{
    exporter->json = (struct json_writer){
        .out = exporter->out,
        .ascii = exporter->options->charset == TEXT_ASCII,
    };
}

static void put_json_row(struct exporter *exporter)
{
    struct json_writer *json = &exporter->json;
    json->comma = false;
    json_begin_object(json);
    for (size_t i = 0; i < exporter->view->ops->column_count; i++) {
        if ((column_at(exporter, i)->flags & COLUMN_SCREEN) != 0 || is_left_out(exporter, i))
            continue;
        json_key(json, column_at(exporter, i)->name);
        put_json_cell(json, &exporter->row.cells[i]);
    }
    json_end_object(json);
    putc('\n', exporter->out);
}

// A view with nested data writes its one value itself.
static bool put_json_whole(struct exporter *exporter)
{
    const struct view_ops *ops = exporter->view->ops;
    begin_json(exporter);
    if (ops->json == NULL || !ops->json(exporter->view, &exporter->json))
        return false;
    putc('\n', exporter->out);
    return true;
}

// --- all forms -----------------------------------------------------------------------------------

static const struct form forms[] = {
    [EXPORT_TABLE] = {begin_table, put_table_row},
    [EXPORT_TSV] = {begin_tsv, put_tsv_row},
    [EXPORT_JSON] = {begin_json, put_json_row},
};

static const struct form record_form = {begin_record, put_record};

static void put_rows(struct exporter *exporter, const struct form *form)
{
    const struct export_options *options = exporter->options;
    bool exact;
    uint64_t count = view_count(exporter->view, &exact);
    if (options->first == 0)
        form->begin(exporter);
    else if (options->form == EXPORT_JSON)
        begin_json(exporter);
    while (exporter->rows < options->limit && !ferror(exporter->out) &&
           count - exporter->rows > options->first) {
        read_row(exporter, options->first + exporter->rows);
        form->row(exporter);
        exporter->rows++;
        if (options->go_on != NULL && !options->go_on(options->context))
            break;
    }
}

bool export_columns(const struct view *view, const char *names, uint32_t *ret,
                    struct error *error)
{
    *ret = 0;
    while (*names != '\0') {
        size_t length = strcspn(names, ","), i = 0;
        while (i < view->ops->column_count &&
               (strlen(view->ops->columns[i].name) != length ||
                strncmp(view->ops->columns[i].name, names, length) != 0))
            i++;
        if (i == view->ops->column_count)
            return error_set(error, ERROR_USAGE, "there is no column '%.*s'", (int)length, names);
        *ret |= UINT32_C(1) << i;
        names += length + (names[length] == ',');
    }
    return true;
}

bool view_export(struct view *view, FILE *out, const struct export_options *options)
{
    struct exporter exporter = {.view = view, .out = out, .options = options};
    bool record = options->form == EXPORT_TABLE && view->ops->single;
    if (options->form != EXPORT_JSON || options->first > 0 || !put_json_whole(&exporter))
        put_rows(&exporter, record ? &record_form : &forms[options->form]);
    return !ferror(out);
}
