// Keys and their written form, as libtermkey writes them in its vim style: `j`, `<C-z>`, `<S-Tab>`,
// `<M-3>` (Alt), `<F1>`, `<PageUp>`. This is the only module that knows libtermkey's names.
//
// Read as well: `<A-x>` for Alt, and vim's names `<CR>`, `<Esc>`, `<BS>`, `<PgUp>`, `<lt>`.
// Keys that terminals cannot tell apart are one key here: `<C-i>` is `<Tab>`, `<C-m>` is `<Enter>`,
// `<C-[>` is `<Escape>`, `<C-h>` is `<Backspace>`.
#ifndef DUMPDIVE_KEYMAP_NOTATION_H
#define DUMPDIVE_KEYMAP_NOTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termkey.h>

enum key_kind {
    KEY_CHARACTER, // code: a Unicode code point
    KEY_SYMBOL,    // code: a TermKeySym
    KEY_FUNCTION,  // code: 1 for F1
};

enum key_modifier {
    KEY_SHIFT = 1,
    KEY_ALT = 2,
    KEY_CTRL = 4,
};

struct key {
    enum key_kind kind;
    uint32_t code;
    unsigned modifiers;
};

enum {
    KEY_NAME_MAX = 32, // longest written form of one key, with the NUL
};

// What libtermkey reported, in canonical form. False: not a key (mouse, reports, ...).
bool key_from_termkey(const TermKeyKey *from, struct key *ret);

bool key_equal(struct key a, struct key b);

// A character that a prompt inserts.
bool key_is_text(struct key key);

// Read one key at `*text` and move behind it. False: malformed, `*text` stays.
bool key_parse(const char **text, struct key *ret);

// Write the key's name with a NUL; `capacity` at least KEY_NAME_MAX. Returns its length.
size_t key_format(struct key key, char *out, size_t capacity);

#endif
