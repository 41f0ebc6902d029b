#include "tui/own.h"

#include <stddef.h>
#include <string.h>

const struct own_command own_commands[OWN_COUNT] = {
    [OWN_COMMANDS] = {.name = "commands", .help = "All commands.", .view = true},
    [OWN_HELP] = {.name = "help",
                  .arguments = "[CONTEXT]",
                  .help = "The keys that work in a context, or everywhere.",
                  .view = true},
    [OWN_KEYMAP] = {.name = "keymap", .arguments = "PRESET|FILE", .help = "Change the keys."},
    [OWN_MARKS] = {.name = "marks", .help = "Marks and notes.", .view = true},
    [OWN_MESSAGES] = {.name = "messages", .help = "The messages so far.", .view = true},
    [OWN_RESUME] = {.name = "resume",
                    .help = "Go on with the work on the heap that was stopped or ran out of memory."},
    [OWN_SAVE_CONFIG] = {.name = "save-config",
                         .arguments = "FILE",
                         .help = "Write the settings as they are to a new file, in the form of the "
                                 "config file, which itself is never written."},
    [OWN_SAVE_INDEX] = {.name = "save-index",
                        .arguments = "[FILE]",
                        .help = "Save what is known of the heap, so that --index[=FILE] opens this "
                                "core complete; without FILE in $XDG_CACHE_HOME/dumpdive."},
    [OWN_SAVE_SESSION] = {.name = "save-session",
                          .arguments = "FILE",
                          .help = "Write marks, notes and this place to a new file."},
    [OWN_SESSION] = {.name = "session",
                     .arguments = "FILE",
                     .help = "Bring back marks, notes and the place from a file."},
    [OWN_SET] = {.name = "set",
                 .arguments = "NAME VALUE",
                 .help = "Change a setting of the config file for now."},
    [OWN_THEME] = {.name = "theme", .arguments = "THEME|FILE", .help = "Change the looks."},
    [OWN_QUIT] = {.name = "quit", .aliases = "q q! qa", .help = "Leave the program."},
};

static bool is_word(const char *word, const char *text, size_t length)
{
    return strlen(word) == length && strncmp(word, text, length) == 0;
}

static bool is_among(const char *words, const char *text, size_t length)
{
    while (words != NULL && *words != '\0') {
        size_t next = strcspn(words, " ");
        if (next == length && strncmp(words, text, length) == 0)
            return true;
        words += next + strspn(words + next, " ");
    }
    return false;
}

bool own_find(const char *line, enum own_id *ret, const char **arguments)
{
    size_t length = strcspn(line, " ");
    for (int id = 0; id < OWN_COUNT && length > 0; id++) {
        if (!is_word(own_commands[id].name, line, length) &&
            !is_among(own_commands[id].aliases, line, length))
            continue;
        const char *rest = line + length + strspn(line + length, " ");
        *ret = (enum own_id)id;
        if (arguments != NULL)
            *arguments = rest;
        return own_commands[id].arguments != NULL || *rest == '\0';
    }
    return false;
}

bool own_view_find(const char *line, enum own_id *ret, const char **arguments)
{
    return own_find(line, ret, arguments) && own_commands[*ret].view;
}
