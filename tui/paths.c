#include "tui/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif
#ifndef DATADIR
#define DATADIR "/usr/local/share"
#endif

static bool is_absolute(const char *path)
{
    return path != NULL && path[0] == '/';
}

static bool fits(int length)
{
    return length > 0 && length < PATHS_MAX;
}

// FOLDER/dumpdive/, FOLDER being what `variable` says, or a folder of the user's own.
static bool user_folder(const char *variable, const char *own, char out[PATHS_MAX])
{
    const char *folder = getenv(variable), *home = getenv("HOME");
    if (is_absolute(folder))
        return fits(snprintf(out, PATHS_MAX, "%s/dumpdive/", folder));
    return is_absolute(home) && fits(snprintf(out, PATHS_MAX, "%s/%s/dumpdive/", home, own));
}

bool paths_user_config(char out[PATHS_MAX])
{
    const char *own = getenv("DUMPDIVERC");
    if (own != NULL && *own != '\0')
        return fits(snprintf(out, PATHS_MAX, "%s", own));
    if (!user_folder("XDG_CONFIG_HOME", ".config", out) || strlen(out) + 7 > PATHS_MAX)
        return false;
    strcat(out, "config");
    return true;
}

bool paths_state(const char *name, char out[PATHS_MAX])
{
    // Folders are made as they are needed, but nobody's home is.
    if (!is_absolute(getenv("XDG_STATE_HOME")) &&
        (getenv("HOME") == NULL || access(getenv("HOME"), F_OK) != 0))
        return false;
    if (!user_folder("XDG_STATE_HOME", ".local/state", out) ||
        strlen(out) + strlen(name) + 1 > PATHS_MAX)
        return false;
    strcat(out, name);
    return true;
}

const char *paths_system_config(void)
{
    return SYSCONFDIR "/dumpdive/config";
}

static bool is_in(const char *folder, const char *name, const char *suffix, char out[PATHS_MAX])
{
    char path[PATHS_MAX + 256];
    int length = snprintf(path, sizeof path, "%s%s.%s", folder, name, suffix);
    if (!fits(length) || access(path, R_OK) != 0)
        return false;
    memcpy(out, path, (size_t)length + 1);
    return true;
}

bool paths_find(const char *name, const char *suffix, char out[PATHS_MAX])
{
    char folder[PATHS_MAX];
    if (*name == '\0' || strchr(name, '/') != NULL || strlen(name) > 200)
        return false;
    return (user_folder("XDG_CONFIG_HOME", ".config", folder) && is_in(folder, name, suffix, out)) ||
           (user_folder("XDG_DATA_HOME", ".local/share", folder) &&
            is_in(folder, name, suffix, out)) ||
           is_in(DATADIR "/dumpdive/", name, suffix, out);
}
