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

static void cut(char *text, const char *part, const char *instead)
{
    size_t length = strlen(part), kept = strlen(instead);
    char *at = strstr(text, part);
    if (at == NULL)
        return;
    memcpy(at, instead, kept);
    memmove(at + kept, at + length, strlen(at + length) + 1);
}

void capability_slim(void)
{
    // What tigetstr() returns is curses' own copy, read from a file; made shorter in place. Only
    // the forms that the common terminals have are touched.
    static const struct {
        const char *name, *part, *instead;
    } parts[] = {
        // Line drawing is UTF-8 or ASCII here: that character set need not be left each time.
        {"sgr", "%?%p9%t\033(0%e\033(B%;", ""},
        {"sgr", "%?%p9%t\016%e\017%;", ""},
        {"sgr0", "\033(B", ""},
        {"sgr0", "\017", ""},
        // A number left out is 0. (10, on the console: the font that stays anyway.)
        {"sgr", "\033[0;10%?", "\033[%?"},
        {"sgr", "\033[0%?", "\033[%?"},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *text = tigetstr(parts[i].name);
        // What is nothing but this part has to stay: without it, curses would take it for missing.
        if (text != NULL && text != (char *)-1 && strcmp(text, parts[i].part) != 0)
            cut(text, parts[i].part, parts[i].instead);
    }
}
