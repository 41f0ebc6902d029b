#include "keymap/actions.h"

#include <string.h>

const struct context_info context_infos[CONTEXT_COUNT] = {
#define CONTEXT(id, name_, parent_, help_, offers_)                                                \
    [CONTEXT_##id] = {                                                                             \
        .name = name_, .parent = CONTEXT_##parent_, .help = help_, .offers = offers_},
#include "keymap/actions.def"
};

const struct action_info action_infos[ACTION_COUNT] = {
#define ACTION(id, name_, context_, group_, help_)                                                 \
    [ACTION_##id] = {                                                                              \
        .name = name_, .context = CONTEXT_##context_, .group = GROUP_##group_, .help = help_},
#include "keymap/actions.def"
};

// One of these has to be offered; 0: the action needs nothing.
static const unsigned action_needs[ACTION_COUNT] = {
#define NEEDS(action, offers) [ACTION_##action] = offers,
#include "keymap/actions.def"
};

const char *const action_group_titles[GROUP_COUNT] = {
#define GROUP(id, title) [GROUP_##id] = title,
#include "keymap/actions.def"
};

static bool same(const char *name, const char *text, size_t length)
{
    return name != NULL && strlen(name) == length && memcmp(name, text, length) == 0;
}

bool context_find(const char *name, size_t length, enum key_context *ret)
{
    for (int i = 0; i < CONTEXT_COUNT; i++) {
        if (same(context_infos[i].name, name, length)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

bool action_find(const char *name, size_t length, enum action *ret)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (same(action_infos[i].name, name, length)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

bool action_allowed(enum action action, enum key_context context)
{
    if (action == ACTION_NONE)
        return true;
    enum key_context wanted =
        action == ACTION_LINE ? CONTEXT_GENERIC : action_infos[action].context;
    return context == wanted || context_infos[context].parent == wanted;
}

bool action_useful(enum action action, enum key_context context)
{
    unsigned needs = action_needs[action];
    return needs == 0 || (needs & context_infos[context].offers) != 0;
}
