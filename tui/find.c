// Filter and search in the list in use.
#include "tui/explorer_state.h"

#include "views/format.h"

#include <stdio.h>
#include <string.h>

enum {
    SLICE_MS = 15,
};

void find_stop(struct explorer *explorer)
{
    explorer->find.place = NULL;
}

static void start(struct explorer *explorer, bool forward, bool include_from)
{
    struct list *list = explorer_list(explorer);
    struct find *find = &explorer->find;
    if (list == NULL || find->match == NULL)
        return;
    bool exact;
    find->place = explorer_place(explorer);
    find->looked = list_count(list, &exact);
    view_search_begin(list_view(list), list_position(list), forward, include_from, &find->search);
}

void find_begin(struct explorer *explorer, const char *pattern, bool forward)
{
    struct error error;
    struct view_match *match;
    struct find *find = &explorer->find;
    if (*pattern == '\0') {
        // Nothing typed: search again for the last pattern.
        find->forward = forward;
        find_again(explorer, true);
        return;
    }
    if (!view_match_create(pattern, &match, &error)) {
        messages_add(&explorer->messages, true, "%s", error.text);
        return;
    }
    find_stop(explorer);
    view_match_destroy(find->match);
    find->match = match;
    find->forward = forward;
    start(explorer, forward, false);
}

void find_again(struct explorer *explorer, bool same_direction)
{
    if (explorer->find.match == NULL) {
        messages_add(&explorer->messages, true, "nothing was searched for yet");
        return;
    }
    start(explorer, explorer->find.forward == same_direction, false);
}

static void say_nothing_found(struct explorer *explorer, struct list *list)
{
    bool exact;
    struct view_status status;
    list_count(list, &exact);
    view_status(list_view(list), &status);
    if (exact && status.complete)
        messages_add(&explorer->messages, true, "no match");
    else
        messages_add(&explorer->messages, true, "no match in the %u %% that are known so far",
                     (unsigned)(status.progress * 100));
}

static void say_found(struct explorer *explorer, uint64_t from, uint64_t to)
{
    bool forward = explorer->find.search.forward;
    if (forward ? to <= from : to >= from)
        messages_add(&explorer->messages, false, forward ? "went on from the first row"
                                                         : "went on from the last row");
}

bool find_work(struct explorer *explorer)
{
    struct find *find = &explorer->find;
    struct list *list = explorer_list(explorer);
    if (find->place == NULL || list == NULL || find->place != explorer_place(explorer)) {
        find_stop(explorer);
        return false;
    }
    switch (view_search_step(list_view(list), find->match, &find->search, SLICE_MS)) {
    case SEARCH_MORE:
        return true;
    case SEARCH_FOUND:
        say_found(explorer, list_position(list), find->search.position);
        list_move_to(list, find->search.position);
        break;
    case SEARCH_NONE:
        say_nothing_found(explorer, list);
        break;
    }
    find_stop(explorer);
    return false;
}

void find_filter(struct explorer *explorer, const char *filter)
{
    struct list *list = explorer_list(explorer);
    struct error error;
    if (list == NULL)
        return;
    struct view *view = list_view(list);
    if (explorer->writing.place == explorer_place(explorer))
        take_stop(explorer, "not written: the filter changed");
    if (*filter == '\0')
        view_filter_clear(view);
    else if (!view_filter_add(view, filter, &error))
        messages_add(&explorer->messages, true, "%s", error.text);
    list_reordered(list);
}
