#include "tui/place.h"

#include <stdlib.h>
#include <string.h>

struct place *place_create(size_t tab, const char *command)
{
    struct place *place = calloc(1, sizeof *place);
    if (place == NULL)
        return NULL;
    place->references = 1;
    place->tab = tab;
    place->command = strdup(command);
    if (place->command == NULL) {
        free(place);
        return NULL;
    }
    return place;
}

struct place *place_ref(struct place *place)
{
    place->references++;
    return place;
}

void place_unref(struct place *place)
{
    if (place == NULL || --place->references > 0)
        return;
    list_destroy(place->list);
    free(place->command);
    free(place->trail);
    free(place->filters);
    free(place->sort);
    free(place);
}

static bool restore_filters(struct place *place, struct view *view, struct error *error)
{
    char *rest, *text = strdup(place->filters);
    bool good = text != NULL;
    view_filter_clear(view);
    for (char *filter = good ? strtok_r(text, "\n", &rest) : NULL; filter != NULL && good;
         filter = strtok_r(NULL, "\n", &rest))
        good = view_filter_add(view, filter, error);
    free(text);
    return good;
}

bool place_open(struct place *place, place_opener *opener, void *data, struct error *error)
{
    struct view *view;
    if (place->list != NULL)
        return true;
    if (!opener(data, place->command, &view, error))
        return false;
    if (place->kept && !(view_sort(view, place->sort, place->reverse, error) &&
                         restore_filters(place, view, error))) {
        view_destroy(view);
        return false;
    }
    place->list = list_create(view);
    if (place->list == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (place->kept && place->id != 0)
        list_restore(place->list, place->id, place->line);
    return true;
}

// Note in `to` how the list of `from` is.
static void note(struct place *to, const struct place *from)
{
    const struct view *view = list_view(from->list);
    const char *sort;
    free(to->filters);
    free(to->sort);
    view_sort_get(view, &sort, &to->reverse);
    to->filters = strdup(view_filter_text(view));
    to->sort = sort != NULL ? strdup(sort) : NULL;
    to->kept = to->filters != NULL && (sort == NULL || to->sort != NULL);
    to->id = list_id(from->list);
    to->line = list_line(from->list);
}

struct place *place_copy(const struct place *place)
{
    struct place *copy = place_create(place->tab, place->command);
    if (copy == NULL)
        return NULL;
    copy->trail = place->trail != NULL ? strdup(place->trail) : NULL;
    if (place->list != NULL) {
        note(copy, place);
        return copy;
    }
    copy->filters = place->filters != NULL ? strdup(place->filters) : NULL;
    copy->sort = place->sort != NULL ? strdup(place->sort) : NULL;
    copy->kept = place->kept && (copy->filters != NULL) == (place->filters != NULL) &&
                 (copy->sort != NULL) == (place->sort != NULL);
    copy->reverse = place->reverse;
    copy->id = place->id;
    copy->line = place->line;
    return copy;
}

void place_freeze(struct place *place)
{
    if (place->list == NULL)
        return;
    note(place, place);
    list_destroy(place->list);
    place->list = NULL;
}

// --- where one has been --------------------------------------------------------------------------

static void forget_ahead(struct jumps *jumps)
{
    while (jumps->count > jumps->at + 1)
        place_unref(jumps->places[--jumps->count]);
}

void jumps_clear(struct jumps *jumps)
{
    while (jumps->count > 0)
        place_unref(jumps->places[--jumps->count]);
    jumps->at = 0;
}

// Places far from here, seen in no pane, become text.
static void freeze_far(struct jumps *jumps)
{
    for (size_t i = 0; i < jumps->count; i++) {
        size_t away = i < jumps->at ? jumps->at - i : i - jumps->at;
        if (away > JUMPS_ALIVE && jumps->places[i]->references == 1)
            place_freeze(jumps->places[i]);
    }
}

static void append(struct jumps *jumps, struct place *place)
{
    if (jumps->count == JUMPS_MAX) {
        place_unref(jumps->places[0]);
        jumps->count--;
        memmove(jumps->places, jumps->places + 1, jumps->count * sizeof *jumps->places);
    }
    jumps->places[jumps->count] = place_ref(place);
    jumps->at = jumps->count++;
}

void jumps_go(struct jumps *jumps, struct place *from, struct place *to)
{
    if (jumps->count > 0)
        forget_ahead(jumps);
    if (from != NULL && (jumps->count == 0 || jumps->places[jumps->at] != from))
        append(jumps, from);
    append(jumps, to);
    freeze_far(jumps);
}

struct place *jumps_step(struct jumps *jumps, bool forward)
{
    if (jumps->count == 0 || (forward ? jumps->at + 1 >= jumps->count : jumps->at == 0))
        return NULL;
    jumps->at += forward ? 1 : (size_t)-1;
    freeze_far(jumps);
    return jumps->places[jumps->at];
}
