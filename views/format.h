// Figures as people read them, and cells as text.
//
// Sizes are decimal, as in Chrome DevTools: 1 kB = 1,000 bytes, 1 MB = 1,000,000 bytes. A million
// objects of 56 bytes are then 56.0 MB, which can be checked in the head.
#ifndef DUMPDIVE_VIEWS_FORMAT_H
#define DUMPDIVE_VIEWS_FORMAT_H

#include "views/view.h"

enum {
    FORMAT_MAX = 48,                   // bytes that any figure takes, with its NUL
    CELL_TEXT_MAX = 2 * VIEW_ROW_TEXT, // bytes that any cell takes
};

// Each writes into `buffer` of FORMAT_MAX bytes and returns it.
char *format_count(char *buffer, uint64_t count);     // "21,145,463"
// "21,145,463 objects", "1 object": `one` of them, at most 16 bytes.
char *format_counted(char *buffer, uint64_t count, const char *one);
char *format_size(char *buffer, uint64_t bytes);      // "56 B", "1.2 kB", "56.0 MB"
char *format_duration(char *buffer, double seconds);  // "85 ms", "4.2 s", "3 min 20 s"
char *format_address(char *buffer, uint64_t address); // "@2f3a81c4d1"
char *format_share(char *buffer, double share);       // "84.0 %", for 0…1
char *format_real(char *buffer, double number);       // shortest text that reads back the same

enum cell_form {
    CELL_PLAIN,  // exact: "56000000", "0x2f3a81c4d1": TSV, filters
    CELL_SCREEN, // for people: "56.0 MB", "@2f3a81c4d1"
};

// The text of a cell, not escaped. It is in `buffer` (CELL_TEXT_MAX bytes), in the row or static;
// `*length` is its size. Lists are joined by ", ".
const char *cell_text(const struct cell *cell, enum cell_form form, char *buffer, size_t *length);

// The texts differ between the forms.
bool cell_has_forms(enum cell_kind kind);

// Its figures stand right-aligned below each other.
bool cell_is_figure(enum cell_kind kind);

#endif
