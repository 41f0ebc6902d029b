// A view on the screen: a table or tree of which only the rows that are seen are ever asked for.
//
// The cursor is on a row, not on a line: it follows the row's identity through sorting, filtering
// and growth, and the row stays where it is on the screen. As long as the user has not moved, the
// cursor stays on the first line.
#ifndef DUMPDIVE_TUI_LIST_H
#define DUMPDIVE_TUI_LIST_H

#include "tui/canvas.h"
#include "views/view.h"

#include <stdbool.h>
#include <stdint.h>

struct list;

// Takes the view over. NULL (and the view destroyed) when out of memory.
struct list *list_create(struct view *view);
void list_destroy(struct list *list); // NULL is fine

struct view *list_view(const struct list *list);
uint64_t list_count(const struct list *list, bool *exact);
// Position of the cursor; 0 in an empty list.
uint64_t list_position(const struct list *list);
// Identity of the row under the cursor, 0 in an empty list.
uint64_t list_id(const struct list *list);
// Line of the cursor on the screen, for coming back to it.
unsigned list_line(const struct list *list);
// The row under the cursor, or NULL in an empty list. Valid until the next call.
const struct row *list_row(struct list *list);

// Take published data; true when anything that is seen changed.
bool list_refresh(struct list *list);
// After a filter, a sort or an expansion: find the row of the cursor again.
void list_reordered(struct list *list);
// Rows that are kept for drawing are given up while the list is not on the screen.
void list_sleep(struct list *list);

// --- moving --------------------------------------------------------------------------------------

void list_move(struct list *list, int64_t rows);
void list_move_to(struct list *list, uint64_t position);
// Put the cursor on the row with this identity, at a line of the screen. False: it is not there;
// should it come before the user moves, the cursor goes there then.
bool list_restore(struct list *list, uint64_t id, unsigned line);
// Pages of the height last drawn: whole ones, or half ones with `half`.
void list_page(struct list *list, int64_t pages, bool half);
// Move the window; the cursor keeps its row as long as that is seen.
void list_scroll(struct list *list, int64_t rows);

enum list_line {
    LIST_TOP,
    LIST_MIDDLE,
    LIST_BOTTOM,
};
void list_move_to_line(struct list *list, enum list_line line);
// By a click: the row at a line below the headings. False: there is none.
bool list_move_to_screen(struct list *list, int line);
// False: there is nothing more on that side.
bool list_scroll_sideways(struct list *list, int columns);

// Trees: open or close the row under the cursor. False: it is open (closed) already or cannot.
bool list_expand(struct list *list, bool open);
// Go to the parent of the row under the cursor. False: it is at the top.
bool list_to_parent(struct list *list);

// --- drawing -------------------------------------------------------------------------------------

// Draw headings and rows. `match` (may be NULL) is highlighted.
void list_draw(struct list *list, struct canvas *canvas, struct rect rect, bool focused,
               const struct view_match *match);

#endif
