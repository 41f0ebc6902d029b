#include "views/symbol_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char anonymous[] = "_GLOBAL__N_1";

// A source name: its length, then its characters. Returns what follows; NULL: it is none.
static const char *take_name(const char *at, char *buffer, size_t capacity)
{
    char *name;
    unsigned long length = strtoul(at, &name, 10);
    if (*at < '1' || *at > '9' || length > strlen(name))
        return NULL;
    size_t used = strlen(buffer);
    const char *gap = used > 0 ? "::" : "";
    if (length == sizeof anonymous - 1 && strncmp(name, anonymous, length) == 0)
        snprintf(buffer + used, capacity - used, "%s(anonymous)", gap);
    else
        snprintf(buffer + used, capacity - used, "%s%.*s", gap, (int)length, name);
    return name + length;
}

char *symbol_text(const char *name, char *buffer, size_t capacity)
{
    const char *at = name;
    bool nested = false;
    buffer[0] = '\0';
    if (strncmp(at, "_Z", 2) == 0) {
        at += 2;
        nested = *at == 'N';
        at += nested;
        at += nested && *at == 'K'; // a const member
        at += *at == 'L';           // static
        while (at != NULL && *at >= '1' && *at <= '9') {
            at = take_name(at, buffer, capacity);
            if (at != NULL && nested && *at == 'L')
                at++;
            if (!nested)
                break;
        }
    }
    bool whole = at != NULL && buffer[0] != '\0' && (nested ? *at == 'E' : *at != 'I');
    if (!whole)
        snprintf(buffer, capacity, "%s", name);
    return buffer;
}
