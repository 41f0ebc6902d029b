#include "tui/tabs.h"

#include "tui/own.h"
#include "views/command.h"

#include <string.h>

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct tab_info tab_infos[TAB_COUNT] = {
    [TAB_SUMMARY] = {.title = "Summary", .commands = NAMES("summary", "info")},
    [TAB_SEGMENTS] = {.title = "Segments", .commands = NAMES("segments", "spaces")},
    [TAB_TYPES] = {.title = "Types", .commands = NAMES("types", "objects", "strings", "functions")},
    [TAB_OBJECT] = {.title = "Object",
                    .commands = NAMES("inspect", "source", "closure", "whatis", "bytes"),
                    .hint = "No object chosen yet: follow a row of another tab."},
    [TAB_REFERENCES] = {.title = "References",
                        .commands = NAMES("refs", "out", "path", "dominators", "roots"),
                        .hint = "No object chosen yet: ask for the references of a row."},
    [TAB_LEAKS] = {.title = "Leaks", .first = "leaks --lines", .commands = NAMES("leaks")},
    [TAB_STACK] = {.title = "Threads", .commands = NAMES("threads", "stack")},
    [TAB_MORE] = {.title = "More…", .commands = NAMES("commands", "help", "messages", "marks")},
};

static bool is_own(const char *name)
{
    enum own_id id;
    return own_view_find(name, &id, NULL);
}

bool tab_exists(size_t tab)
{
    for (const char *const *name = tab_infos[tab].commands; *name != NULL; name++) {
        if (is_own(*name) || command_find(*name) != NULL)
            return true;
    }
    return false;
}

const char *tab_first_command(size_t tab)
{
    if (tab_infos[tab].first != NULL)
        return tab_infos[tab].first;
    for (const char *const *name = tab_infos[tab].commands; *name != NULL; name++) {
        const struct command *command = command_find(*name);
        if (is_own(*name))
            return *name;
        // Only what shows the whole: a tab of single things waits for one to be chosen.
        if (command != NULL && command->min_arguments == 0 && tab_infos[tab].hint == NULL)
            return *name;
    }
    return NULL;
}

size_t tab_of(const char *command)
{
    for (size_t tab = 0; tab < TAB_COUNT; tab++) {
        for (const char *const *name = tab_infos[tab].commands; *name != NULL; name++) {
            if (strcmp(*name, command) == 0)
                return tab;
        }
    }
    return TAB_MORE;
}
