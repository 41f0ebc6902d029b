#include "tui/script.h"

#include "tui/explorer_state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    LINE_BYTES = 4096,
    SIZE_MAX_SHOWN = 1000,
};

struct player {
    struct explorer *explorer;
    const char *path;
    unsigned line;
    FILE *out;
    struct error *error;
};

static bool complain(const struct player *player, const char *what, const char *where)
{
    return error_set(player->error, ERROR_USAGE, "%s:%u: %s '%s'", player->path, player->line, what,
                     where);
}

static bool type_keys(struct player *player, const char *text)
{
    while (*text != '\0' && !player->explorer->quit) {
        struct key key = {.kind = KEY_CHARACTER, .code = ' '};
        if (*text == ' ')
            text++;
        else if (!key_parse(&text, &key))
            return complain(player, "unknown key at", text);
        explorer_key(player->explorer, key);
        explorer_settle(player->explorer);
    }
    explorer_wait(player->explorer);
    return true;
}

static bool resize(struct player *player, const char *text)
{
    unsigned columns, rows;
    if (sscanf(text, "%ux%u", &columns, &rows) != 2 || columns == 0 || rows == 0 ||
        columns > SIZE_MAX_SHOWN || rows > SIZE_MAX_SHOWN)
        return complain(player, "expected a size like 80x24, not", text);
    term_set_size(player->explorer->term, columns, rows);
    frame_draw(player->explorer);
    return true;
}

static bool snapshot(struct player *player, const char *name)
{
    explorer_settle(player->explorer);
    fprintf(player->out, "=== %s\n", name);
    canvas_snapshot(player->explorer->canvas, player->out);
    return true;
}

static bool play_line(struct player *player, char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0')
        return true;
    if (strncmp(line, ":snapshot", 9) == 0 && (line[9] == '\0' || line[9] == ' '))
        return snapshot(player, line[9] == ' ' ? line + 10 : "");
    if (strncmp(line, ":resize ", 8) == 0)
        return resize(player, line + 8);
    if (strcmp(line, ":wait-idle") == 0)
        return true;
    return type_keys(player, line);
}

bool script_play(struct explorer *explorer, const char *path, FILE *out, struct error *error)
{
    struct player player = {.explorer = explorer, .path = path, .out = out, .error = error};
    char line[LINE_BYTES];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_set_errno(error, errno, "cannot open %s", path);
    explorer_wait(explorer);
    bool good = true;
    while (good && !explorer->quit && fgets(line, sizeof line, file) != NULL) {
        player.line++;
        good = play_line(&player, line);
    }
    fclose(file);
    return good;
}
