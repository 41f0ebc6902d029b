// Writing mdoc(7), the language of manual pages.
#ifndef DUMPDIVE_TUI_MANUAL_ROFF_H
#define DUMPDIVE_TUI_MANUAL_ROFF_H

#include <stdbool.h>
#include <stdio.h>

// One argument of a macro, with a blank before it: the text as it stands, whatever it is.
void roff_argument(FILE *out, const char *text);
// The macro for options, and its argument: "--by" as well as "-p".
void roff_flag(FILE *out, const char *name);
// Running text in lines of its own, one sentence a line at most. `this` becomes a quotation.
void roff_prose(FILE *out, const char *text);
// A list of what ".It" lines name. Explanations are indented by the width of a text, or a little
// ("Ds"); blank lines stand between them unless it is compact.
void roff_list(FILE *out, const char *width, bool compact);
// What an item of the list is about: a macro ("Ic") and its argument.
void roff_item(FILE *out, const char *macro, const char *text);
void roff_list_end(FILE *out);

#endif
