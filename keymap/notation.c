#include "keymap/notation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// libtermkey's names first: a symbol's first entry is the one that is written.
static const struct symbol_name {
    const char *name;
    TermKeySym symbol;
} symbol_names[] = {
    {"Backspace", TERMKEY_SYM_BACKSPACE},
    {"Tab", TERMKEY_SYM_TAB},
    {"Enter", TERMKEY_SYM_ENTER},
    {"Escape", TERMKEY_SYM_ESCAPE},
    {"Up", TERMKEY_SYM_UP},
    {"Down", TERMKEY_SYM_DOWN},
    {"Left", TERMKEY_SYM_LEFT},
    {"Right", TERMKEY_SYM_RIGHT},
    {"Begin", TERMKEY_SYM_BEGIN},
    {"Find", TERMKEY_SYM_FIND},
    {"Insert", TERMKEY_SYM_INSERT},
    {"Delete", TERMKEY_SYM_DELETE},
    {"Select", TERMKEY_SYM_SELECT},
    {"PageUp", TERMKEY_SYM_PAGEUP},
    {"PageDown", TERMKEY_SYM_PAGEDOWN},
    {"Home", TERMKEY_SYM_HOME},
    {"End", TERMKEY_SYM_END},
    {"Help", TERMKEY_SYM_HELP},
    {"Undo", TERMKEY_SYM_UNDO},
    {"Redo", TERMKEY_SYM_REDO},
    {"Suspend", TERMKEY_SYM_SUSPEND},
    {"BS", TERMKEY_SYM_BACKSPACE},
    {"CR", TERMKEY_SYM_ENTER},
    {"Return", TERMKEY_SYM_ENTER},
    {"Esc", TERMKEY_SYM_ESCAPE},
    {"PgUp", TERMKEY_SYM_PAGEUP},
    {"PgDn", TERMKEY_SYM_PAGEDOWN},
    {"Del", TERMKEY_SYM_DELETE},
    {"Ins", TERMKEY_SYM_INSERT},
};

// Characters that cannot stand for themselves in a key file.
static const struct character_name {
    const char *name;
    uint32_t code;
} character_names[] = {
    {"Space", ' '},
    {"lt", '<'},
    {"Hash", '#'},
};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

// Make keys that send the same bytes the same key.
static struct key canonical(struct key key)
{
    static const struct {
        uint32_t code;
        TermKeySym symbol;
    } same_byte[] = {
        {'i', TERMKEY_SYM_TAB},
        {'m', TERMKEY_SYM_ENTER},
        {'[', TERMKEY_SYM_ESCAPE},
        {'h', TERMKEY_SYM_BACKSPACE},
    };
    if (key.kind == KEY_SYMBOL && key.code == TERMKEY_SYM_SPACE)
        key = (struct key){KEY_CHARACTER, ' ', key.modifiers};
    if (key.kind == KEY_SYMBOL && key.code == TERMKEY_SYM_DEL)
        key.code = TERMKEY_SYM_BACKSPACE;
    if (key.kind == KEY_SYMBOL && key.code == TERMKEY_SYM_FIND)
        key.code = TERMKEY_SYM_HOME;
    if (key.kind == KEY_SYMBOL && key.code == TERMKEY_SYM_SELECT)
        key.code = TERMKEY_SYM_END;
    if (key.kind == KEY_CHARACTER && (key.modifiers & KEY_CTRL) && key.code >= 'A' &&
        key.code <= 'Z')
        key.code += 'a' - 'A';
    if (key.kind == KEY_CHARACTER && (key.modifiers & KEY_SHIFT)) {
        if (key.code >= 'a' && key.code <= 'z')
            key.code -= 'a' - 'A';
        key.modifiers &= ~(unsigned)KEY_SHIFT;
    }
    if (key.kind != KEY_CHARACTER || !(key.modifiers & KEY_CTRL))
        return key;
    for (size_t i = 0; i < COUNT_OF(same_byte); i++) {
        if (key.code == same_byte[i].code)
            return (struct key){KEY_SYMBOL, same_byte[i].symbol,
                                key.modifiers & ~(unsigned)KEY_CTRL};
    }
    return key;
}

bool key_from_termkey(const TermKeyKey *from, struct key *ret)
{
    struct key key = {.modifiers = (unsigned)from->modifiers & (KEY_SHIFT | KEY_ALT | KEY_CTRL)};
    switch (from->type) {
    case TERMKEY_TYPE_UNICODE:
        key.kind = KEY_CHARACTER;
        key.code = (uint32_t)from->code.codepoint;
        break;
    case TERMKEY_TYPE_FUNCTION:
        key.kind = KEY_FUNCTION;
        key.code = (uint32_t)from->code.number;
        break;
    case TERMKEY_TYPE_KEYSYM:
        key.kind = KEY_SYMBOL;
        key.code = (uint32_t)from->code.sym;
        break;
    default:
        return false;
    }
    *ret = canonical(key);
    return true;
}

bool key_equal(struct key a, struct key b)
{
    return a.kind == b.kind && a.code == b.code && a.modifiers == b.modifiers;
}

bool key_is_text(struct key key)
{
    return key.kind == KEY_CHARACTER && key.modifiers == 0 && key.code >= ' ' && key.code != 0x7f &&
           !(key.code >= 0x80 && key.code < 0xa0);
}

static size_t utf8_decode(const char *text, uint32_t *ret)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80) {
        *ret = s[0];
        return s[0] != 0;
    }
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    uint32_t code = s[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3f);
    }
    *ret = code;
    return s[0] < 0xc2 || s[0] > 0xf4 ? 0 : length;
}

static size_t utf8_encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)((0xf00u >> length & 0xff) | code);
    return length;
}

static bool named(const char *text, size_t length, const char *name)
{
    return strlen(name) == length && strncasecmp(text, name, length) == 0;
}

// The part of <...> behind the modifiers.
static bool parse_base(const char *text, size_t length, struct key *key)
{
    uint32_t code;
    if (utf8_decode(text, &code) == length) {
        key->kind = KEY_CHARACTER;
        key->code = code;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(symbol_names); i++) {
        if (named(text, length, symbol_names[i].name)) {
            key->kind = KEY_SYMBOL;
            key->code = symbol_names[i].symbol;
            return true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(character_names); i++) {
        if (named(text, length, character_names[i].name)) {
            key->kind = KEY_CHARACTER;
            key->code = character_names[i].code;
            return true;
        }
    }
    if ((text[0] != 'F' && text[0] != 'f') || length < 2 || length > 3)
        return false;
    char *end;
    unsigned long number = strtoul(text + 1, &end, 10);
    key->kind = KEY_FUNCTION;
    key->code = (uint32_t)number;
    return end == text + length && number >= 1 && number <= 63;
}

static unsigned parse_modifier(const char *text)
{
    if (text[0] == '\0' || text[1] != '-' || text[2] == '\0' || (text[2] == '>' && text[3] != '>'))
        return 0;
    switch (text[0]) {
    case 'C':
    case 'c':
        return KEY_CTRL;
    case 'S':
    case 's':
        return KEY_SHIFT;
    case 'M':
    case 'm':
    case 'A':
    case 'a':
        return KEY_ALT;
    default:
        return 0;
    }
}

bool key_parse(const char **text, struct key *ret)
{
    struct key key = {.modifiers = 0};
    if (**text != '<') {
        size_t used = utf8_decode(*text, &key.code);
        if (used == 0 || key.code <= ' ' || key.code == 0x7f)
            return false;
        *ret = key;
        *text += used;
        return true;
    }
    const char *inside = *text + 1;
    for (unsigned modifier; (modifier = parse_modifier(inside)) != 0; inside += 2)
        key.modifiers |= modifier;
    // `<C->>` is Control and `>`: the closing bracket is never the first character inside.
    const char *end = inside[0] != '\0' ? strchr(inside + 1, '>') : NULL;
    if (end == NULL || !parse_base(inside, (size_t)(end - inside), &key))
        return false;
    *ret = canonical(key);
    *text = end + 1;
    return true;
}

static void format_base(struct key key, char *out, size_t capacity, bool *named_key)
{
    *named_key = true;
    if (key.kind == KEY_FUNCTION) {
        snprintf(out, capacity, "F%u", (unsigned)key.code);
        return;
    }
    if (key.kind == KEY_SYMBOL) {
        const char *name = "Unknown";
        for (size_t i = COUNT_OF(symbol_names); i-- > 0;) {
            if (symbol_names[i].symbol == (TermKeySym)key.code)
                name = symbol_names[i].name;
        }
        snprintf(out, capacity, "%s", name);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(character_names); i++) {
        if (character_names[i].code == key.code) {
            snprintf(out, capacity, "%s", character_names[i].name);
            return;
        }
    }
    *named_key = false;
    out[utf8_encode(key.code, out)] = '\0';
}

size_t key_format(struct key key, char *out, size_t capacity)
{
    char base[KEY_NAME_MAX];
    bool named_key;
    format_base(key, base, sizeof base, &named_key);
    if (!named_key && key.modifiers == 0)
        return (size_t)snprintf(out, capacity, "%s", base);
    return (size_t)snprintf(out, capacity, "<%s%s%s%s>", key.modifiers & KEY_SHIFT ? "S-" : "",
                            key.modifiers & KEY_ALT ? "M-" : "",
                            key.modifiers & KEY_CTRL ? "C-" : "", base);
}
