#include "tui/capability.h"

#include <ncurses.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

bool capability_type_known(const char *type)
{
    int status;
    bool known = setupterm(type, STDERR_FILENO, &status) == OK;
    if (known)
        del_curterm(cur_term);
    return known;
}

void capability_append(const char *name, char *text, size_t capacity)
{
    const char *sequence = tigetstr(name);
    if (sequence == NULL || sequence == (const char *)-1)
        return;
    size_t used = strlen(text), begin = used;
    while (*sequence != '\0' && used + 1 < capacity) {
        const char *end = strchr(sequence, '>');
        if (sequence[0] == '$' && sequence[1] == '<' && end != NULL)
            sequence = end + 1; // padding, which only tputs understands
        else
            text[used++] = *sequence++;
    }
    text[*sequence == '\0' ? used : begin] = '\0';
}

static void cut_prefix(char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    if (strncmp(text, prefix, length) == 0)
        memmove(text, text + length, strlen(text + length) + 1);
}

static void cut_suffix(char *text, const char *suffix)
{
    size_t length = strlen(suffix), whole = strlen(text);
    if (whole > length && strcmp(text + whole - length, suffix) == 0)
        text[whole - length] = '\0';
}

void capability_slim(void)
{
    // What tigetstr() returns is curses' own copy, read from a file; made shorter in place. Only
    // the forms that the common terminals have are touched.
    static const struct {
        const char *name, *prefix, *suffix;
    } parts[] = {
        {"sgr", "%?%p9%t\033(0%e\033(B%;", "%?%p9%t\016%e\017%;"},
        {"sgr0", "\033(B", "\017"},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *text = tigetstr(parts[i].name);
        if (text == NULL || text == (char *)-1)
            continue;
        cut_prefix(text, parts[i].prefix);
        cut_suffix(text, parts[i].suffix);
    }
}
