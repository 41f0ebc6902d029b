// The reference pane: who refers to an object on the left, what it refers to on the right, and
// hops from object to object.
#include "tui/explorer_state.h"

#include "views/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_command(const struct place *place, const char *name)
{
    size_t length = strlen(name);
    return strncmp(place->command, name, length) == 0 &&
           (place->command[length] == ' ' || place->command[length] == '\0');
}

bool refs_has_sides(const struct place *place)
{
    return place != NULL && (is_command(place, "refs") || is_command(place, "out"));
}

void refs_command(enum action action, uint64_t address, char *command, size_t capacity)
{
    bool in = action == ACTION_ASK_REFS;
    snprintf(command, capacity, "%s 0x%" PRIx64 "%s", in ? "refs" : "out", address,
             in ? " --by type" : "");
}

// The other side of what the pane shows.
struct place *refs_twin(struct explorer *explorer)
{
    struct place *place = explorer->panes[TAB_REFERENCES];
    struct place *twin = explorer->twin;
    uint64_t subject = refs_has_sides(place) ? explorer_subject(place) : 0;
    bool fits = twin != NULL && subject != 0 && explorer_subject(twin) == subject &&
                is_command(twin, "out") != is_command(place, "out");
    if (fits)
        return twin;
    place_unref(twin);
    explorer->twin = NULL;
    if (subject == 0 || command_find("out") == NULL)
        return NULL;
    char command[64];
    refs_command(is_command(place, "out") ? ACTION_ASK_REFS : ACTION_ASK_OUT, subject, command,
                 sizeof command);
    explorer->twin = place_create(TAB_REFERENCES, command);
    if (explorer->twin != NULL)
        trail_of_twin(explorer->twin, place);
    return explorer->twin;
}

bool refs_is_right(const struct place *place)
{
    return is_command(place, "out");
}

// To the other side of the object, unless one is there already.
bool refs_cross(struct explorer *explorer, bool right)
{
    struct place *place = explorer_place(explorer);
    struct place *twin = explorer_tab(explorer) == TAB_REFERENCES ? refs_twin(explorer) : NULL;
    if (twin == NULL || place == NULL || !refs_has_sides(place) || refs_is_right(place) == right)
        return false;
    explorer->twin = place;
    explorer->panes[TAB_REFERENCES] = twin;
    explorer_focus(explorer, TAB_REFERENCES);
    return true;
}

// --- hops ----------------------------------------------------------------------------------------

static const struct cell *cell_named(const struct view *view, const struct row *row,
                                     const char *name)
{
    for (size_t i = 0; i < view->ops->column_count; i++) {
        if (strcmp(view->ops->columns[i].name, name) == 0)
            return &row->cells[i];
    }
    return NULL;
}

bool refs_is_folded(const struct view *view, const struct row *row)
{
    const struct cell *count = cell_named(view, row, "count");
    return strcmp(view->ops->name, "refs") == 0 && count != NULL && count->kind == CELL_NUMBER;
}

// The references that a folded row stands for, one by one.
bool refs_unfold(struct explorer *explorer, const struct row *row, char *command, size_t capacity)
{
    const struct view *view = list_view(explorer_list(explorer));
    const struct cell *type = refs_is_folded(view, row) ? cell_named(view, row, "type") : NULL;
    char filter[512], quoted[600];
    if (type == NULL || type->kind != CELL_TEXT || type->length > 400)
        return false;
    int length = snprintf(filter, sizeof filter, "type:^\\Q%.*s\\E$", (int)type->length, type->text);
    if (!command_quote(filter, (size_t)length, quoted, sizeof quoted))
        return false;
    snprintf(command, capacity, "refs 0x%" PRIx64 " --filter %s",
             explorer_subject(explorer_place(explorer)), quoted);
    return true;
}

bool refs_hop(struct explorer *explorer, const struct row *row, char *command, size_t capacity)
{
    const struct place *place = explorer_place(explorer);
    const struct view *view = list_view(explorer_list(explorer));
    const struct cell *count = cell_named(view, row, "count");
    if (!refs_has_sides(place))
        return false;
    if (refs_is_folded(view, row) && count->number > 1)
        return refs_unfold(explorer, row, command, capacity);
    if (row->target == 0)
        return false;
    refs_command(refs_is_right(place) ? ACTION_ASK_OUT : ACTION_ASK_REFS, row->target, command,
                 capacity);
    return true;
}
