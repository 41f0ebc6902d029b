// The config file: `name = value` lines, '#' begins a comment. What the command line says comes first, then
// the user's file, then the system's, then what is built in. The one table of settings: for the files,
// :set, :save-config and the manual.
#ifndef DUMPDIVE_TUI_CONFIG_H
#define DUMPDIVE_TUI_CONFIG_H

#include "keymap/lines.h"
#include "tui/explorer.h"

#include <stdio.h>

struct config;

struct setting_info {
    const char *name, *argument, *help, *fallback; // fallback: the value that is built in
};

// The settings one by one; false behind the last one.
bool config_info(size_t index, struct setting_info *ret);

// Read the files of system and user; lines with mistakes are reported and left out. What `options` leaves
// open is taken from them. NULL: out of memory; to be destroyed after the last use of `options`.
struct config *config_load(struct explorer_options *options, lines_report *report, void *data);
void config_destroy(struct config *config); // NULL is fine
// The same from one text, as if it were the file `name`, for tests.
void config_read_text(struct config *config, const char *name, const char *text,
                      lines_report *report, void *data);
struct config *config_create(void);
void config_fill(const struct config *config, struct explorer_options *options);

// Set one by name, as a line of a file does. The value is kept by `config`.
bool config_set(struct config *config, const char *name, const char *value, struct error *error);
// The same, and take it over into `options`, whatever was there.
bool config_change(struct config *config, const char *name, const char *value,
                   struct explorer_options *options, struct error *error);
// Write all settings, each with what it means, so that the file can be read again.
void config_write(const struct explorer_options *options, FILE *out);

#endif
