#include "keymap/lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lines_mistake(struct lines *lines, const char *format, ...)
{
    char text[LINES_LINE_MAX + 512];
    int used = snprintf(text, sizeof text, "%s:%u: ", lines->name, lines->line);
    va_list args;
    va_start(args, format);
    if (used >= 0 && (size_t)used < sizeof text)
        vsnprintf(text + used, sizeof text - (size_t)used, format, args);
    va_end(args);
    lines->failed = true;
    if (lines->report != NULL)
        lines->report(lines->data, text);
}

static void read_line(struct lines *lines, const char *text, size_t length)
{
    char line[LINES_LINE_MAX];
    lines->line++;
    if (length >= sizeof line) {
        lines_mistake(lines, "line too long");
    } else if (memchr(text, '\0', length) != NULL) {
        lines_mistake(lines, "not text");
    } else {
        memcpy(line, text, length);
        line[length] = '\0';
        lines->read(lines, line);
    }
}

void lines_text(struct lines *lines, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        read_line(lines, text, (size_t)((stop != NULL ? stop : end) - text));
        text = stop != NULL ? stop + 1 : end;
    }
}

bool lines_file(struct lines *lines, const char *path, struct lines *blame)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        lines_mistake(blame, "cannot open %s: %s", path, strerror(errno));
        return false;
    }
    char *text = malloc(LINES_FILE_MAX + 1);
    size_t length = text != NULL ? fread(text, 1, LINES_FILE_MAX + 1, file) : 0;
    bool readable = text != NULL && ferror(file) == 0;
    if (!readable)
        lines_mistake(blame, "cannot read %s", path);
    else if (length > LINES_FILE_MAX)
        lines_mistake(blame, "%s is too large", path);
    else
        lines_text(lines, text, length);
    fclose(file);
    free(text);
    return readable;
}

bool lines_source(struct lines *lines, struct lines *parent)
{
    if (parent->depth >= LINES_DEPTH_MAX) {
        lines_mistake(parent, "files source each other too deeply");
        return false;
    }
    lines->depth = parent->depth + 1;
    lines->report = parent->report;
    lines->data = parent->data;
    lines->read = parent->read;
    return true;
}

void lines_path(const struct lines *parent, const char *name, char *out, size_t capacity)
{
    const char *slash = parent->path != NULL ? strrchr(parent->path, '/') : NULL;
    if (name[0] == '/' || slash == NULL)
        snprintf(out, capacity, "%s", name);
    else
        snprintf(out, capacity, "%.*s/%s", (int)(slash - parent->path), parent->path, name);
}

char *lines_trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}
