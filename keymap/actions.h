// Actions and key contexts, as data. See actions.def.
#ifndef DUMPDIVE_KEYMAP_ACTIONS_H
#define DUMPDIVE_KEYMAP_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum key_context {
#define CONTEXT(id, name, parent, help, offers) CONTEXT_##id,
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

// What rows of a view may have, or the view as a whole.
enum offers {
    OFFERS_NOTHING = 0,
    OFFERS_OBJECT = 1,    // an object
    OFFERS_MEMORY = 2,    // an address where none is
    OFFERS_TYPE = 4,      // the name of a type
    OFFERS_FUNCTION = 8,  // an object that may be a function
    OFFERS_TREE = 16,     // more rows below, to open and close
    OFFERS_WAY = 32,      // somewhere to go
    OFFERS_SOURCE = 64,   // program text, without being a function
    OFFERS_TABLE = OFFERS_OBJECT | OFFERS_TYPE | OFFERS_FUNCTION | OFFERS_WAY,
    OFFERS_ALL = OFFERS_TABLE | OFFERS_MEMORY | OFFERS_TREE,
};

struct context_info {
    const char *name;
    enum key_context parent; // itself: none
    const char *help;
    unsigned offers;
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
// Can it ever do something there, by what the rows of that context offer?
bool action_useful(enum action action, enum key_context context);

#endif
