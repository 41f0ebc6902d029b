// What the program writes about itself: manual pages and completion for shells.
//
// Each is a template (dumpdive.1.in, ...) in which a line "@NAME@" stands for what is made from
// the tables: actions, commands, options, roles. So nothing is said twice, and a host to which
// nothing but the program was copied has its manual too (`dumpdive --generate man | man -l -`).
#ifndef DUMPDIVE_TUI_MANUAL_GENERATE_H
#define DUMPDIVE_TUI_MANUAL_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// "man", "man-keys", "bash", "zsh", "fish"; NULL behind the last one.
const char *generate_name(size_t index);
// Write the one of this name. False: there is none. A write error shows in ferror(out).
bool generate(FILE *out, const char *name);

#endif
