// The one table of commands.
#include "views/commands.h"

static const struct command *const commands[] = {
    &command_summary,
    &command_info,
    &command_segments,
    &command_spaces,
    &command_types,
    &command_objects,
    &command_inspect,
    &command_strings,
    &command_functions,
    &command_source,
    &command_closure,
    &command_scripts,
    &command_refs,
    &command_out,
    &command_path,
    &command_roots,
    &command_dominators,
    &command_leaks,
    &command_threads,
    &command_stack,
    &command_whatis,
    &command_bytes,
};

const struct command *const *command_list(size_t *count)
{
    *count = sizeof commands / sizeof *commands;
    return commands;
}
