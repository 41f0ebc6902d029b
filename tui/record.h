// A view with one record, shown as lines of name and value.
#ifndef DUMPDIVE_TUI_RECORD_H
#define DUMPDIVE_TUI_RECORD_H

struct view;

// Takes the view over. NULL (and it destroyed): out of memory.
struct view *record_view(struct view *single);

#endif
