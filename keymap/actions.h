// Actions and key contexts, as data. See actions.def.
#ifndef DUMPDIVE_KEYMAP_ACTIONS_H
#define DUMPDIVE_KEYMAP_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum key_context {
#define CONTEXT(id, name, parent, help) CONTEXT_##id,
#include "keymap/actions.def"
    CONTEXT_COUNT
};

enum action_group {
#define GROUP(id, title) GROUP_##id,
#include "keymap/actions.def"
    GROUP_COUNT
};

enum action {
    ACTION_NONE, // un-binds a key
#define ACTION(id, name, context, group, help) ACTION_##id,
#include "keymap/actions.def"
    ACTION_LINE, // a command line given in the key file: `types  s  :types --by shape`
    ACTION_COUNT
};

struct context_info {
    const char *name;
    enum key_context parent; // itself: none
    const char *help;
};

struct action_info {
    const char *name; // NULL: not for key files
    enum key_context context;
    enum action_group group;
    const char *help;
};

extern const struct context_info context_infos[CONTEXT_COUNT];
extern const struct action_info action_infos[ACTION_COUNT];
extern const char *const action_group_titles[GROUP_COUNT];

// By name. False: there is none of that name.
bool context_find(const char *name, size_t length, enum key_context *ret);
bool action_find(const char *name, size_t length, enum action *ret);
// Can the action be bound in this context?
bool action_allowed(enum action action, enum key_context context);

#endif
