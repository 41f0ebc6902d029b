// A view written to a stream: an aligned table for people, TSV and JSON Lines for programs.
#ifndef DUMPDIVE_VIEWS_EXPORT_H
#define DUMPDIVE_VIEWS_EXPORT_H

#include "views/text.h"
#include "views/view.h"

enum export_form {
    // Columns aligned, figures as on the screen, everything escaped; a view of a single record as
    // lines of name and value.
    EXPORT_TABLE,
    // A line of column names, then one line a row with exact figures. In texts \t \n \r \\, other
    // controls (\x1b, \u0085), format characters (\u202e), surrogates (\ud83d) and bytes that are
    // not UTF-8 (\xff) are escaped, so that every line has every column and can be read back.
    EXPORT_TSV,
    // One object a row: keys are the names of columns, addresses "0x…" strings, sizes bytes.
    EXPORT_JSON,
};

struct export_options {
    enum export_form form;
    enum text_charset charset; // TEXT_ASCII for terminals that do not read UTF-8
    uint64_t first;            // rows to leave out: 0, or those written before, without headings
    uint64_t limit;            // rows at most; UINT64_MAX: all
    uint32_t columns;          // set of (1 << column) to print; 0: all
    // Called after each row; false ends the export early. May be NULL.
    bool (*go_on)(void *context);
    void *context;
};

// The set for "NAME,NAME,...". False: there is no such column.
bool export_columns(const struct view *view, const char *names, uint32_t *ret,
                    struct error *error);

// Write the rows of a settled view (view_settle) to `out`. False when the stream has an error;
// errno then says which. Flushes nothing, closes nothing.
bool view_export(struct view *view, FILE *out, const struct export_options *options);

#endif
