// The one table of commands.
#include "views/commands.h"

static const struct command *const commands[] = {
    &command_segments,
    &command_bytes,
};

const struct command *const *command_list(size_t *count)
{
    *count = sizeof commands / sizeof *commands;
    return commands;
}
