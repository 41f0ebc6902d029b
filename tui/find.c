// Filter and search in the list in use.
#include "tui/explorer_state.h"

#include "tui/loop.h"
#include "views/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_MS = 10,
    TYPING_MS = 150, // without a key, until what was typed filters
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
    find_work(explorer); // what is near is found before anything is drawn
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

// --- while it is typed ---------------------------------------------------------------------------

void live_begin(struct explorer *explorer)
{
    struct live *live = &explorer->live;
    struct list *list = explorer_list(explorer);
    *live = (struct live){.place = NULL};
    if (list == NULL)
        return;
    live->place = place_ref(explorer_place(explorer));
    live->base = strdup(view_filter_text(list_view(list)));
}

void live_typed(struct explorer *explorer)
{
    if (explorer->live.place != NULL)
        explorer->live.due = loop_now() + TYPING_MS;
}

int live_due(const struct explorer *explorer)
{
    uint64_t now = loop_now(), due = explorer->live.due;
    if (explorer->live.place == NULL || due == 0)
        return -1;
    return due > now ? (int)(due - now) : 0;
}

// The filters of before, and the one that is typed. Half a pattern is no mistake yet.
static void filter_by(struct live *live, const char *typed)
{
    struct view *view = list_view(live->place->list);
    struct error error;
    char *rest = NULL, *base = live->base != NULL ? strdup(live->base) : NULL;
    view_filter_clear(view);
    for (char *filter = base != NULL ? strtok_r(base, "\n", &rest) : NULL; filter != NULL;
         filter = strtok_r(NULL, "\n", &rest))
        view_filter_add(view, filter, &error);
    free(base);
    bool good = typed != NULL && *typed != '\0' && view_filter_add(view, typed, &error);
    free(live->applied);
    live->applied = good ? strdup(typed) : NULL;
    list_reordered(live->place->list);
}

void live_apply(struct explorer *explorer)
{
    struct live *live = &explorer->live;
    const char *text = explorer->prompt.text;
    live->due = 0;
    if (live->place == NULL || live->place->list == NULL ||
        (live->applied != NULL && strcmp(live->applied, text) == 0) ||
        (live->applied == NULL && *text == '\0'))
        return;
    if (explorer->writing.place == live->place)
        take_stop(explorer, "not written: the filter changed");
    filter_by(live, text);
}

void live_end(struct explorer *explorer, const char *accepted)
{
    struct live *live = &explorer->live;
    bool done = accepted != NULL && live->applied != NULL && strcmp(live->applied, accepted) == 0;
    if (live->applied != NULL && !done && live->place->list != NULL)
        filter_by(live, NULL);
    if (accepted != NULL && !done)
        find_filter(explorer, accepted);
    place_unref(live->place);
    free(live->base);
    free(live->applied);
    *live = (struct live){.place = NULL};
}
