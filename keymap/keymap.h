// Which keys mean which action in which context, read from key files.
//
// A line of a key file is `context  keys  action`, blanks between; `#` begins a comment.
//     generic  gg      top             # several keys, one after the other
//     generic  <C-f>   page-down       # several lines may bind keys to the same action
//     types    S       :types --by shape    # a command line instead of an action
//     generic  <C-f>   none            # un-bind, here and for an inherited binding
//     source default                   # another file, or a preset by name, first
// A later file may bind a key again. Within one file that is an error, and so is a key sequence
// that begins with another one that is bound: the longer one could never be typed.
//
// Keys are looked up in a context and then in its parent.
#ifndef DUMPDIVE_KEYMAP_KEYMAP_H
#define DUMPDIVE_KEYMAP_KEYMAP_H

#include "keymap/actions.h"
#include "keymap/lines.h"
#include "keymap/notation.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    KEYMAP_SEQUENCE_MAX = 6, // keys one after the other
};

struct binding {
    enum key_context context;
    struct key keys[KEYMAP_SEQUENCE_MAX];
    size_t count;
    enum action action;
    const char *command; // for ACTION_LINE, without the ':'; else NULL
    const char *file;    // where it was bound
    unsigned line;
};

struct keymap;

// Empty. NULL when out of memory.
struct keymap *keymap_create(void);
void keymap_destroy(struct keymap *keymap);

// Add the bindings of a preset ("default", "vim", "less") or of a file (any name with a '/' or
// with no preset of that name). Lines with mistakes are reported and left out. Returns false when
// there was a mistake.
bool keymap_load(struct keymap *keymap, const char *name, lines_report *report, void *data);
// The same from text, as if it were the file `name`.
bool keymap_load_text(struct keymap *keymap, const char *name, const char *text, size_t length,
                      lines_report *report, void *data);

enum keymap_result {
    KEYMAP_UNBOUND,
    KEYMAP_PREFIX, // more keys have to follow
    KEYMAP_BOUND,  // `*ret` says to what
};

enum keymap_result keymap_lookup(const struct keymap *keymap, enum key_context context,
                                 const struct key *keys, size_t count, const struct binding **ret);

// Call `visit` for every binding that works in the context, in the order of the files, those of
// the context itself before inherited ones.
void keymap_each(const struct keymap *keymap, enum key_context context,
                 void (*visit)(void *data, const struct binding *binding), void *data);

// The written form of a binding's keys ("gg", "<C-w>q"). Cut to fit; returns the length.
size_t binding_format(const struct binding *binding, char *out, size_t capacity);

// Names of the keys of an action in a context, joined by ", ": for help. At most `limit` of them.
size_t keymap_keys_of(const struct keymap *keymap, enum key_context context, enum action action,
                      size_t limit, char *out, size_t capacity);

#endif
