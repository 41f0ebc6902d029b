// Places, tabs and panes: going somewhere and coming back.
#include "tui/explorer_state.h"

#include "heap/heap.h"
#include "tui/loop.h"
#include "tui/own.h"
#include "views/command.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOMENT_MS = 30,
    STEP_MS = 3,
};

size_t explorer_tab(const struct explorer *explorer)
{
    return explorer->recent[0];
}

struct place *explorer_place(const struct explorer *explorer)
{
    return explorer->panes[explorer_tab(explorer)];
}

struct list *explorer_list(const struct explorer *explorer)
{
    struct place *place = explorer_place(explorer);
    return place != NULL ? place->list : NULL;
}

enum key_context explorer_context(const struct explorer *explorer)
{
    struct list *list = explorer_list(explorer);
    enum key_context context = CONTEXT_GENERIC;
    if (list == NULL)
        return explorer_tab(explorer) == TAB_SUMMARY ? CONTEXT_SUMMARY : CONTEXT_GENERIC;
    const char *name = list_view(list)->ops->name;
    if (!context_find(name, strlen(name), &context) || context == CONTEXT_PROMPT)
        context = CONTEXT_GENERIC;
    return context;
}

// What a tab begins with.
static struct place *first_place(size_t tab)
{
    const char *command = tab_first_command(tab);
    return command != NULL ? place_create(tab, command) : NULL;
}

// What worker threads have in a moment is waited for: an empty table that fills at once only
// flickers, and is sent twice.
static void wait_a_moment(struct explorer *explorer, struct list *list)
{
    uint64_t end = loop_now() + MOMENT_MS;
    bool exact;
    while (explorer->heap != NULL && list_count(list, &exact) == 0 && !exact && loop_now() < end) {
        struct pollfd wake = {.fd = heap_wake_fd(explorer->heap), .events = POLLIN};
        if (poll(&wake, 1, STEP_MS) > 0)
            heap_drain(explorer->heap);
        list_refresh(list);
    }
}

static bool open_place(struct explorer *explorer, struct place *place, struct error *error)
{
    bool fresh = place->list == NULL;
    if (!place_open(place, explorer->opener, explorer->opener_data, error))
        return false;
    if (fresh)
        wait_a_moment(explorer, place->list);
    return true;
}

// Make sure that what a tab shows is open.
static void open_tab(struct explorer *explorer, size_t tab)
{
    struct error error = {.code = ERROR_NONE};
    if (explorer->troubles[tab] != NULL)
        return;
    if (explorer->panes[tab] == NULL)
        explorer->panes[tab] = first_place(tab);
    if (explorer->panes[tab] == NULL ||
        open_place(explorer, explorer->panes[tab], &error))
        return;
    messages_add(&explorer->messages, true, "%s", error.text);
    explorer->troubles[tab] = strdup(error.text);
}

void explorer_focus(struct explorer *explorer, size_t tab)
{
    size_t at = 0;
    while (at < explorer->recent_count && explorer->recent[at] != tab)
        at++;
    if (at == explorer->recent_count)
        return;
    memmove(explorer->recent + 1, explorer->recent, at * sizeof *explorer->recent);
    explorer->recent[0] = tab;
    // Not only when it is drawn: the next key may be for it already.
    open_tab(explorer, tab);
    if (explorer_list(explorer) != NULL)
        list_refresh(explorer_list(explorer));
}

// Where one was, for coming back by ''.
static void note_before(struct explorer *explorer)
{
    struct place *place = explorer_place(explorer);
    struct place *copy = place != NULL ? place_copy(place) : NULL;
    if (copy == NULL)
        return;
    place_unref(explorer->before);
    explorer->before = copy;
}

static void show(struct explorer *explorer, struct place *place)
{
    note_before(explorer);
    struct place *old = explorer->panes[place->tab];
    explorer->panes[place->tab] = place_ref(place);
    if (old != NULL && old != place && old->list != NULL)
        list_sleep(old->list);
    place_unref(old);
    free(explorer->troubles[place->tab]);
    explorer->troubles[place->tab] = NULL;
    explorer_focus(explorer, place->tab);
}

// The command's own name, however it was spelled; false: there is no such command.
static bool command_name(const char *command, char *name, size_t capacity, struct error *error)
{
    enum own_id id;
    if (own_view_find(command, &id, NULL)) {
        strncpy(name, own_commands[id].name, capacity - 1);
        return true;
    }
    struct command_line *line;
    if (!command_parse(command, &line, error))
        return false;
    strncpy(name, command_line_command(line)->name, capacity - 1);
    command_line_destroy(line);
    return true;
}

bool explorer_tab_of(const char *command, size_t *ret)
{
    struct error error;
    char name[64] = "";
    if (!command_name(command, name, sizeof name, &error))
        return false;
    *ret = tab_of(name);
    return true;
}

bool explorer_go_to(struct explorer *explorer, struct place *place)
{
    struct error error = {.code = ERROR_NONE};
    struct place *from = explorer_place(explorer);
    if (!open_place(explorer, place, &error)) {
        messages_add(&explorer->messages, true, "%s", error.text);
        return false;
    }
    find_stop(explorer);
    jumps_go(&explorer->jumps, from, place);
    show(explorer, place);
    return true;
}

// Put the cursor where the view begins, with some lines above it.
static void begin_list(struct list *list)
{
    enum { LINES_ABOVE = 4 };
    struct view *view = list_view(list);
    uint64_t id;
    if (view->ops->begin != NULL && view->ops->begin(view, &id))
        list_restore(list, id, LINES_ABOVE);
}

bool explorer_go(struct explorer *explorer, const char *command)
{
    struct error error = {.code = ERROR_NONE};
    char name[64] = "";
    if (!command_name(command, name, sizeof name, &error)) {
        messages_add(&explorer->messages, true, "%s", error.text);
        return false;
    }
    struct place *place = place_create(tab_of(name), command);
    if (place != NULL)
        trail_make(explorer, place);
    bool good = place != NULL && explorer_go_to(explorer, place);
    if (good && !place->kept)
        begin_list(place->list);
    // A path ends in the object that was asked about; what holds it is right above.
    if (good && strcmp(name, "path") == 0 && !place->kept)
        list_move_to(place->list, UINT64_MAX);
    place_unref(place);
    return good;
}

void explorer_show_tab(struct explorer *explorer, size_t tab)
{
    struct place *from = explorer_place(explorer);
    explorer_focus(explorer, tab);
    if (explorer->panes[tab] != NULL)
        jumps_go(&explorer->jumps, from, explorer->panes[tab]);
}

void explorer_back(struct explorer *explorer, bool forward)
{
    struct jumps *jumps = &explorer->jumps;
    // From a tab that was only looked at, back leads to where the last hop led.
    if (!forward && jumps->count > 0 && explorer_place(explorer) != jumps->places[jumps->at]) {
        show(explorer, jumps->places[jumps->at]);
        return;
    }
    struct place *place = jumps_step(jumps, forward);
    if (place == NULL) {
        messages_add(&explorer->messages, false,
                     forward ? "no place further on" : "no place before");
        return;
    }
    find_stop(explorer);
    show(explorer, place);
}

void explorer_open_seen(struct explorer *explorer)
{
    struct error error;
    for (size_t i = 0; i < explorer->layout.count; i++)
        open_tab(explorer, explorer->layout.panes[i]);
    if (explorer_sees_twin(explorer) && !open_place(explorer, explorer->twin, &error)) {
        place_unref(explorer->twin);
        explorer->twin = NULL;
    }
}

bool explorer_sees_twin(struct explorer *explorer)
{
    for (size_t i = 0; i < explorer->layout.count; i++) {
        if (explorer->layout.panes[i] == TAB_REFERENCES &&
            explorer->layout.rects[i].width >= TWO_SIDES_FROM)
            return refs_twin(explorer) != NULL;
    }
    return false;
}

size_t explorer_seen(struct explorer *explorer, struct place *seen[SEEN_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < explorer->layout.count; i++) {
        struct place *place = explorer->panes[explorer->layout.panes[i]];
        if (place != NULL && place->list != NULL)
            seen[count++] = place;
    }
    if (explorer_sees_twin(explorer) && explorer->twin->list != NULL)
        seen[count++] = explorer->twin;
    return count;
}
