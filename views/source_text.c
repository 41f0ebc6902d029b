#include "views/source_text.h"

#include "heap/v8/function/source_lines.h"

#include <stdio.h>
#include <string.h>

static void take_file(const struct v8 *v8, const struct v8_script *script, char *buffer,
                      size_t capacity)
{
    char name[SCRIPT_NAME_MAX];
    v8_script_name(v8, script, name, sizeof name);
    const char *slash = strrchr(name, '/');
    snprintf(buffer, capacity, "%.*s", (int)capacity - 1,
             slash != NULL && slash[1] != '\0' ? slash + 1 : name);
}

static void take_line(const struct v8 *v8, const struct v8_script *script,
                      struct source_lines *lines, uint32_t position, struct source_text *ret)
{
    uint32_t line, start, end, next;
    bool last, damaged = false;
    char text[2 * SOURCE_LINE_TEXT];
    if (!source_lines_find(lines, position, &line, &start) ||
        !source_lines_end(lines, start, &end, &next, &last))
        return;
    if (position - start > SOURCE_LINE_TEXT / 2) // minified: what is around the place
        start = position - SOURCE_LINE_TEXT / 4;
    v8_string_utf8_range(v8, &script->source, start, end, text, sizeof text, NULL, &damaged);
    snprintf(ret->text, sizeof ret->text, "%s", text + strspn(text, " \t"));
    ret->text[strcspn(ret->text, "\r\n")] = '\0';
}

bool source_text_at(const struct v8 *v8, const struct v8_script *script, uint32_t position,
                    struct source_text *ret)
{
    struct source_lines *lines;
    memset(ret, 0, sizeof *ret);
    if (!script->has_source || !source_lines_create(v8, script, &lines))
        return false;
    take_file(v8, script, ret->file, sizeof ret->file);
    bool good = source_lines_place(lines, position, &ret->line, &ret->column);
    if (good)
        take_line(v8, script, lines, position, ret);
    source_lines_destroy(lines);
    return good;
}
