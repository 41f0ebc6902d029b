// The commands that there are, each defined beside its view.
#ifndef DUMPDIVE_VIEWS_COMMANDS_H
#define DUMPDIVE_VIEWS_COMMANDS_H

#include "views/command.h"

extern const struct command command_summary;
extern const struct command command_info;
extern const struct command command_segments;
extern const struct command command_spaces;
extern const struct command command_types;
extern const struct command command_objects;
extern const struct command command_inspect;
extern const struct command command_strings;
extern const struct command command_functions;
extern const struct command command_source;
extern const struct command command_closure;
extern const struct command command_scripts;
extern const struct command command_refs;
extern const struct command command_out;
extern const struct command command_path;
extern const struct command command_roots;
extern const struct command command_dominators;
extern const struct command command_leaks;
extern const struct command command_threads;
extern const struct command command_stack;
extern const struct command command_whatis;
extern const struct command command_bytes;

#endif
