// Places in sources, for people: file, line and the text of that line.
#ifndef DUMPDIVE_VIEWS_SOURCE_TEXT_H
#define DUMPDIVE_VIEWS_SOURCE_TEXT_H

#include "heap/v8/function/script.h"

enum {
    SOURCE_LINE_TEXT = 160, // bytes of a line that are kept; more is cut
};

struct source_text {
    char file[128];              // last part of the script's name; may hold text of the dump
    int64_t line, column;        // from 1
    char text[SOURCE_LINE_TEXT]; // of the line, without the blanks it begins with
};

// The line of `position` (code units). False when the script or its source cannot be read.
bool source_text_at(const struct v8 *v8, const struct v8_script *script, uint32_t position,
                    struct source_text *ret);

#endif
