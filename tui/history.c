#include "tui/history.h"

#include "heap/graph/saved/place.h"
#include "tui/paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The letter that a line of each kind begins with in the file, before a blank; 0: not kept.
static const char letters[PROMPT_USES] = {
    [PROMPT_COMMAND] = ':', [PROMPT_FILTER] = '&', [PROMPT_SEARCH] = '/', [PROMPT_SEARCH_BACK] = '?'};

static enum prompt_use use_of(char letter)
{
    for (int use = 0; use < PROMPT_USES; use++) {
        if (letter != '\0' && letters[use] == letter)
            return (enum prompt_use)use;
    }
    return PROMPT_NONE;
}

// What could not have been typed is not taken for it.
static bool is_typed(const char *line)
{
    for (; *line != '\0'; line++) {
        if ((unsigned char)*line < 0x20 || *line == 0x7f)
            return false;
    }
    return true;
}

static void take_line(struct prompt_history *histories, char *line)
{
    size_t length = strlen(line);
    if (length < 3 || line[length - 1] != '\n' || line[1] != ' ')
        return;
    line[length - 1] = '\0';
    enum prompt_use use = use_of(line[0]);
    if (use != PROMPT_NONE && is_typed(line + 2))
        prompt_history_add(&histories[use], line + 2);
}

// A file of the user's own: others could put commands into one that they may write.
static FILE *open_own(const char *path)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool own = file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
               status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    FILE *in = own ? fdopen(file, "r") : NULL;
    if (in == NULL && file >= 0)
        close(file);
    return in;
}

void history_load(struct prompt_history *histories)
{
    enum { LINES_MAX = PROMPT_USES * PROMPT_HISTORY_MAX };
    char path[PATHS_MAX], line[PROMPT_MAX + 4];
    FILE *in = paths_state("history", path) ? open_own(path) : NULL;
    for (int i = 0; in != NULL && i < LINES_MAX && fgets(line, sizeof line, in) != NULL; i++)
        take_line(histories, line);
    if (in != NULL)
        fclose(in);
}

static void write_lines(FILE *out, const struct prompt_history *histories)
{
    for (int use = 0; use < PROMPT_USES; use++) {
        for (size_t i = 0; letters[use] != '\0' && i < histories[use].count; i++)
            fprintf(out, "%c %s\n", letters[use], histories[use].lines[i]);
    }
}

static void write_file(const char *path, const struct prompt_history *histories)
{
    char part[PATHS_MAX + 8];
    snprintf(part, sizeof part, "%s.XXXXXX", path);
    int file = mkostemp(part, O_CLOEXEC); // mode 0600
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (out == NULL) {
        if (file >= 0) {
            close(file);
            unlink(part);
        }
        return;
    }
    write_lines(out, histories);
    bool good = !ferror(out);
    if (fclose(out) != 0 || !good || rename(part, path) != 0)
        unlink(part);
}

static bool has_lines(const struct prompt_history *histories)
{
    for (int use = 0; use < PROMPT_USES; use++) {
        if (letters[use] != '\0' && histories[use].count > 0)
            return true;
    }
    return false;
}

void history_save(const struct prompt_history *histories)
{
    char path[PATHS_MAX];
    struct error error;
    if (!has_lines(histories) || !paths_state("history", path) || !index_place_make(path, &error))
        return;
    struct prompt_history *all = calloc(PROMPT_USES, sizeof *all);
    if (all == NULL)
        return;
    history_load(all);
    for (int use = 0; use < PROMPT_USES; use++) {
        for (size_t i = 0; i < histories[use].count; i++)
            prompt_history_add(&all[use], histories[use].lines[i]);
    }
    write_file(path, all);
    for (int use = 0; use < PROMPT_USES; use++)
        prompt_history_clear(&all[use]);
    free(all);
}
