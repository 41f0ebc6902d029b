// Tabs: which views are at home where.
#ifndef DUMPDIVE_TUI_TABS_H
#define DUMPDIVE_TUI_TABS_H

#include <stdbool.h>
#include <stddef.h>

enum tab {
    TAB_SUMMARY,
    TAB_SEGMENTS,
    TAB_TYPES,
    TAB_OBJECT,
    TAB_REFERENCES,
    TAB_LEAKS,
    TAB_STACK,
    TAB_MORE,
    TAB_COUNT,
};

struct tab_info {
    const char *title;
    const char *first;           // that it begins with; NULL: the first of `commands` that can
    const char *const *commands; // at home here, ended by NULL; the first that exists and needs no
                                 // argument is what the tab begins with
    const char *hint;            // shown while there is nothing
};

extern const struct tab_info tab_infos[TAB_COUNT];

// Is there any command for the tab?
bool tab_exists(size_t tab);
// The command that the tab begins with; NULL when it waits for something to be chosen.
const char *tab_first_command(size_t tab);
// The tab of a command's name.
size_t tab_of(const char *command);

#endif
