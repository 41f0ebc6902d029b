#include "heap/graph/saved/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// XDG Base Directory Specification: what is no absolute path counts for nothing.
static const char *absolute(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] == '/' ? value : NULL;
}

char *index_place(const struct core_mark *mark, struct error *error)
{
    const char *cache = absolute("XDG_CACHE_HOME"), *home = absolute("HOME");
    char name[CORE_MARK_NAME], *path;
    core_mark_name(mark, name);
    if (cache == NULL && home == NULL) {
        error_set(error, ERROR_IO, "no place for an index: neither XDG_CACHE_HOME nor HOME is set");
        return NULL;
    }
    int length = cache != NULL ? asprintf(&path, "%s/dumpdive/%s.index", cache, name)
                               : asprintf(&path, "%s/.cache/dumpdive/%s.index", home, name);
    if (length >= 0)
        return path;
    error_set(error, ERROR_MEMORY, "out of memory");
    return NULL;
}

static bool check_folder(const char *folder, struct error *error)
{
    struct stat status;
    if (stat(folder, &status) != 0)
        return error_set_errno(error, errno, "%s", folder);
    if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(error, ERROR_IO, "%s: somebody else can write there", folder);
    return true;
}

bool index_place_make(const char *path, struct error *error)
{
    char *folder = strdup(path), *last = folder == NULL ? NULL : strrchr(folder, '/');
    bool done = true;
    if (last == NULL) {
        free(folder);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    *last = '\0';
    for (char *at = folder + 1; done && at != NULL; at = at != NULL ? at + 1 : NULL) {
        at = strchr(at, '/');
        if (at != NULL)
            *at = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST && access(folder, F_OK) != 0)
            done = error_set_errno(error, errno, "%s", folder);
        if (at != NULL)
            *at = '/';
    }
    done = done && check_folder(folder, error);
    free(folder);
    return done;
}
