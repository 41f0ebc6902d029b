// The contract between data and screen: a view turns heap queries into rows for a requested range.
//
// A *source* (struct view_ops) knows its rows by base index 0 … count-1 in its own order and fills
// one at a time, on demand. The generic part (view.c) puts filters, sort order and search on top of
// any source, so a list of ten rows and one of 10^9 take the same code, and every command can be
// filtered and sorted the same way. Views return text and roles: never colours, never columns on
// the screen. Text in cells may come from the dump and is *not* escaped: whoever writes it to a
// terminal must (tui/text.h), whoever writes JSON must too.
//
// Threads: a view belongs to one thread. Its data may grow behind it: `view_refresh` takes what
// has been published, and only then may counts and rows change.
#ifndef DUMPDIVE_VIEWS_VIEW_H
#define DUMPDIVE_VIEWS_VIEW_H

#include "heap/error.h"
#include "views/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;
struct job;
struct json_writer; // views/json.h
struct view;

enum cell_kind {
    CELL_EMPTY,   // not known or not applicable: JSON null
    CELL_TEXT,    // JSON string
    CELL_LIST,    // strings joined by '\0' in `text` (NULL: none): JSON array of strings; shown
                  // joined by ", "
    CELL_NUMBER,  // `number`: a count; JSON number
    CELL_SIGNED,  // `number` as int64_t; JSON number
    CELL_SIZE,    // `number` bytes: "56.0 MB" on a screen, plain bytes in TSV and JSON
    CELL_ADDRESS, // `number`: "0x…" string in JSON
    CELL_SHARE,   // `real` 0…1: a bar on a screen, a number elsewhere
    CELL_REAL,    // `real`
    CELL_BOOL,    // `number`
};

struct cell {
    enum cell_kind kind;
    enum role role;
    uint64_t number;
    double real;
    const char *text; // UTF-8, in the row's arena or static; not NUL-terminated
    size_t length;
};

enum row_state {
    ROW_READY,
    ROW_PENDING, // asked for, not known yet
    ROW_BAD,     // unreadable; a cell says why
};

enum row_expander {
    EXPAND_NONE,
    EXPAND_CLOSED,
    EXPAND_OPEN,
};

enum {
    VIEW_COLUMNS_MAX = 16,
    VIEW_ROW_TEXT = 4096, // bytes of text one row can hold; more is cut with "…"
};

// One row, filled by a source. Owned by the caller, reused row after row.
struct row {
    uint64_t id;     // identity that survives sorting and growth: an address, a type id, ...
    uint64_t target; // address that following the row leads to; 0: none
    enum row_state state;
    unsigned depth;  // of a tree
    enum row_expander expander;
    bool marked;     // the source points at it (current line, object asked for)
    uint32_t wanted; // columns that will be looked at, set by the caller (ROW_WANT_ALL: all of
                     // them): a source may leave costly other cells empty
    struct cell cells[VIEW_COLUMNS_MAX]; // one per column of the view
    char text[VIEW_ROW_TEXT];
    size_t text_used;
};

#define ROW_WANT_ALL UINT32_MAX

// Forget everything but `wanted`.
void row_clear(struct row *row);
// Each sets cell `column`. Texts are copied into the row and cut to fit at a UTF-8 boundary.
void row_text(struct row *row, size_t column, enum role role, const char *text);
void row_text_n(struct row *row, size_t column, enum role role, const char *text, size_t length);
void row_format(struct row *row, size_t column, enum role role, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void row_list(struct row *row, size_t column, enum role role); // a list without items so far
void row_list_add(struct row *row, size_t column, enum role role, const char *text); // one more item
void row_number(struct row *row, size_t column, uint64_t number);
void row_signed(struct row *row, size_t column, int64_t number);
void row_size(struct row *row, size_t column, uint64_t bytes);
void row_address(struct row *row, size_t column, uint64_t address);
void row_share(struct row *row, size_t column, double share);
void row_real(struct row *row, size_t column, double value);
void row_bool(struct row *row, size_t column, bool value);

enum column_flags {
    COLUMN_RIGHT = 1,      // aligned right (numbers)
    COLUMN_GROW = 2,       // takes the width that is left over
    COLUMN_DESCENDING = 4, // first sort by it puts the largest first
    COLUMN_UNSORTED = 8,   // cannot be sorted by
    COLUMN_HIDDEN = 16,    // in JSON and TSV only, unless asked for
    COLUMN_SCREEN = 32,    // on the screen only (bars)
    COLUMN_OPTIONAL = 64,  // first to go when the screen is narrow
};

struct column {
    const char *name;  // JSON key, name in --filter NAME:REGEX and --sort NAME
    const char *title; // heading on the screen; NULL: the name
    unsigned flags;
    unsigned min_width, max_width; // cells of the screen; 0: as wide as the content, no limit
};

// What the rows say of themselves as a whole.
struct view_status {
    bool complete;     // no more rows will come and every figure is final
    double progress;   // 0…1 of the work this view waits for, when not complete
    char title[256];   // "types of 3 isolates", "objects SignedRequest"; may hold text of the dump
    char detail[256];  // "1,904 types · 21,145,463 objects"
    char missing[256]; // what is missing and how much, when the result is partial; else ""
    char order[128];   // set by view_status: how far the source's job ("folding references: 12 %"),
                       // filter and sort are ("filter: 37 % scanned"), what the filter left ("12 of 1,904 rows") and could not decide; else ""
};

struct view_ops {
    const char *name;              // of the view, its key context and its help: "types"
    const struct column *columns;
    size_t column_count;
    const char *default_sort;      // column to sort by at first, NULL: base order
    bool single;                   // one record: batch mode prints it as "name: value" lines
    bool whole_heap;               // the rows come from all of the heap: what is missing of it (a core
                                   // cut short, damage) may be missing of them
    bool tree;                     // rows have depth and expanders: sorting keeps base order, a
                                   // filter keeps the ancestors of what matches
    bool append_only;              // a refresh only adds rows behind those there are, which keep
                                   // index and content: filter and sort go on where they were

    // Take newly published data. Returns true when rows or counts changed. May be NULL.
    bool (*refresh)(struct view *view);
    // The background work that the rows wait for, or NULL: batch mode lets it end first.
    struct job *(*job)(struct view *view);
    // Number of base rows; `*exact` false while more may come.
    uint64_t (*count)(struct view *view, bool *exact);
    // Fill the row at a base index (below count). The row is cleared before.
    void (*fill)(struct view *view, uint64_t index, struct row *row);
    // Identity of a base row without decoding it, and back. `find` may be NULL (linear search).
    uint64_t (*id)(struct view *view, uint64_t index);
    bool (*find)(struct view *view, uint64_t id, uint64_t *index);
    // The row that one begins on, when that is not the first. NULL or false: it is.
    bool (*begin)(struct view *view, uint64_t *id);
    // Sort key of a numeric column without decoding the row; NULL or false: the row is filled.
    // Signed and real columns return view_key_signed() and view_key_real().
    bool (*key)(struct view *view, uint64_t index, size_t column, uint64_t *ret);
    // The command that following the row opens ("objects SignedRequest"); false: nothing to follow.
    bool (*follow)(struct view *view, const struct row *row, char *command, size_t capacity);
    // Take over a filter on `column` (SIZE_MAX: none was named), to apply it in the background: only
    // rows that match are then counted. The pattern is a valid one. False, or NULL: the generic
    // part does it.
    bool (*take_filter)(struct view *view, size_t column, const char *pattern, bool invert);
    void (*drop_filters)(struct view *view); // forget those taken over
    // Open or close a tree row. Rows after it move. NULL: not a tree.
    bool (*expand)(struct view *view, uint64_t index, bool open);
    void (*status)(struct view *view, struct view_status *status);
    // One JSON value for a view with nested data, printed instead of its rows; NULL: the rows.
    bool (*json)(struct view *view, struct json_writer *writer);
    void (*destroy)(struct view *view); // frees the source's own data, not the view
};

// Set by the source's opener, which allocates a struct that begins with this one.
struct view {
    const struct view_ops *ops;
    struct heap *heap;
    struct view_order *order; // filters, sort, the resulting order of rows; private to view.c
    uint64_t version; // of what the rows are made from, beside the heap; private to view.c
};

// Give up a view and all it owns. NULL is fine.
void view_destroy(struct view *view);

// --- rows after filter and sort ------------------------------------------------------------------

// Take published data and go on with the order of rows for at most about 10 ms. True when anything
// visible changed. While a long filter or sort runs, new data waits until it is through.
bool view_refresh(struct view *view);
// Milliseconds until view_refresh should be called again though nothing was published: 0 while
// filter or sort are not through, -1 when there is nothing to do. After long work on rows that
// change place a view rests before it takes new data, or it would be sorting all the time.
int view_due(const struct view *view);
// Filter or sort are not through: the same as view_due() == 0.
bool view_busy(const struct view *view);
// Does the job run that the rows wait for? How far it is changes without anything being published.
bool view_working(const struct view *view);
// Go on with filter and sort for about `milliseconds`; true while some is left.
bool view_order_step(struct view *view, unsigned milliseconds);
// Take published data and run filter and sort to the end, however long that takes.
void view_settle(struct view *view);
uint64_t view_count(struct view *view, bool *exact);
void view_row(struct view *view, uint64_t position, struct row *row);
// The same with the columns of a set (1 << column) alone; others may be empty.
void view_row_columns(struct view *view, uint64_t position, uint32_t wanted, struct row *row);
// What a row is filled from. With equal stamps view_row would fill it the same again.
struct row_stamp {
    uint64_t index, version, generation;
};
// False: no row there, or nobody says when it changes.
bool view_stamp(struct view *view, uint64_t position, struct row_stamp *ret);
// Position of the row with this identity; false when it is filtered out or gone.
bool view_position(struct view *view, uint64_t id, uint64_t *position);
uint64_t view_id(struct view *view, uint64_t position);
bool view_expand(struct view *view, uint64_t position, bool open);
void view_status(struct view *view, struct view_status *status);

// Add a filter "[!][COLUMN:]REGEX" (PCRE2, smart case). Several filters all have to match. Without
// a column, one of the columns of the screen has to; a column matches by its exact text (0x…,
// plain bytes) or by what the screen shows. A row whose match costs more than the limits allow is
// kept and counted as not decided.
bool view_filter_add(struct view *view, const char *filter, struct error *error);
void view_filter_clear(struct view *view);
// The filters in force as text, one per line, for display and for restoring a place.
const char *view_filter_text(const struct view *view);

// Sort by a column name; NULL: base order. `reverse` turns the column's own direction around.
// Empty cells come last either way, ties keep base order, texts compare by their bytes (the first
// 128 of them).
bool view_sort(struct view *view, const char *column, bool reverse, struct error *error);
void view_sort_get(const struct view *view, const char **column, bool *reverse);

// What ops->key returns for signed and for real numbers: keys that compare as unsigned numbers.
uint64_t view_key_signed(int64_t number);
uint64_t view_key_real(double number);

// --- patterns and search -------------------------------------------------------------------------

struct view_match;
bool view_match_create(const char *pattern, struct view_match **ret, struct error *error);
void view_match_destroy(struct view_match *match);
// Where the pattern matches in one text: for highlighting. False: nowhere from `*start` on.
bool view_match_text(const struct view_match *match, const char *text, size_t length,
                     size_t *start, size_t *end);

// A search under way, so that it can go in slices and be dropped at any time.
struct view_search {
    uint64_t position; // next to look at; of the row found after SEARCH_FOUND
    uint64_t left;     // rows not looked at yet
    bool forward;
    uint64_t undecided; // rows whose match was too costly
};

enum search_result {
    SEARCH_FOUND,
    SEARCH_NONE,
    SEARCH_MORE, // time is up: call again
};

// Search for the next row after (or before) `from` that matches; wraps.
void view_search_begin(struct view *view, uint64_t from, bool forward, bool include_from,
                       struct view_search *ret);
enum search_result view_search_step(struct view *view, const struct view_match *match,
                                    struct view_search *search, unsigned milliseconds);
// The same run to the end: for short views and tests.
bool view_search(struct view *view, const struct view_match *match, uint64_t from, bool forward,
                 bool include_from, uint64_t *ret);

#endif
