// What stands in templates for "@NAME@", by kind of template.
#ifndef DUMPDIVE_TUI_MANUAL_SECTIONS_H
#define DUMPDIVE_TUI_MANUAL_SECTIONS_H

#include <stdio.h>

struct section {
    const char *name;
    void (*write)(FILE *out);
};

// Each ended by a zero entry.
extern const struct section roff_sections[];
extern const struct section bash_sections[];
extern const struct section zsh_sections[];
extern const struct section fish_sections[];

#endif
