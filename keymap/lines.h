// Text that says how the program is to be, line by line: keymaps, themes, the config file.
//
// Put a struct lines first into what reads one kind of them and give it `read`. Whatever is wrong is
// reported as "FILE:LINE: what", and reading goes on.
#ifndef DUMPDIVE_KEYMAP_LINES_H
#define DUMPDIVE_KEYMAP_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    LINES_LINE_MAX = 4096,    // bytes of a line; a longer one is a mistake and left out
    LINES_FILE_MAX = 1 << 20, // bytes of a file; of a larger one nothing is read
    LINES_DEPTH_MAX = 8,      // of files that source each other
};

typedef void lines_report(void *data, const char *message);

struct lines {
    const char *name;     // of the text, for reports
    const char *path;     // of the file, from whose folder others are named; NULL: none
    unsigned line, depth; // where it is; how many files sourced each other to it
    bool failed;          // something was wrong
    lines_report *report; // NULL: nobody wants to know
    void *data;
    // A line without its newline, to be changed at will.
    void (*read)(struct lines *lines, char *line);
};

__attribute__((format(printf, 2, 3))) void lines_mistake(struct lines *lines, const char *format,
                                                         ...);

void lines_text(struct lines *lines, const char *text, size_t length);

// A whole file. False when it cannot be opened or read, which is a mistake of `blame`.
bool lines_file(struct lines *lines, const char *path, struct lines *blame);

// A line of `parent` sources another text: `lines` reports as that one does, one level deeper.
// False, and reported: too deep.
bool lines_source(struct lines *lines, struct lines *parent);

// The path of the file that a line of `parent` names: relative to the folder of its own.
void lines_path(const struct lines *parent, const char *name, char *out, size_t capacity);

// Cut blanks at both ends, in place.
char *lines_trim(char *text);

#endif
