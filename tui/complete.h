// What of the heap could stand at the cursor of a prompt: types and properties.
#ifndef DUMPDIVE_TUI_COMPLETE_H
#define DUMPDIVE_TUI_COMPLETE_H

#include "tui/prompt.h"

struct heap;

// Offer a word if it begins with what stands between ret->start and the cursor.
void complete_offer(struct completions *ret, const char *line, size_t cursor, const char *word);
// For a word "0x2f3a.a.ke": the properties of the object there. NULL heap: none.
void complete_properties(struct heap *heap, const char *line, size_t cursor,
                         struct completions *ret);
// Names of types, quoted where they have to be.
void complete_types(struct heap *heap, const char *line, size_t cursor, struct completions *ret);

#endif
