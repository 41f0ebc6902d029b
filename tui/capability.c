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
