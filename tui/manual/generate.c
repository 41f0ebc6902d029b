#include "tui/manual/generate.h"

#include "keymap/embed.h"
#include "tui/manual/sections.h"

#include <string.h>

EMBED(manual_man, "tui/manual/dumpdive.1.in");
EMBED(manual_man_keys, "tui/manual/dumpdive-keys.5.in");
EMBED(manual_bash, "tui/manual/dumpdive.bash.in");
EMBED(manual_zsh, "tui/manual/dumpdive.zsh.in");
EMBED(manual_fish, "tui/manual/dumpdive.fish.in");

static const struct document {
    struct embedded template;
    const struct section *sections;
} documents[] = {
    {{"man", manual_man_begin, manual_man_end}, roff_sections},
    {{"man-keys", manual_man_keys_begin, manual_man_keys_end}, roff_sections},
    {{"bash", manual_bash_begin, manual_bash_end}, bash_sections},
    {{"zsh", manual_zsh_begin, manual_zsh_end}, zsh_sections},
    {{"fish", manual_fish_begin, manual_fish_end}, fish_sections},
};

enum {
    DOCUMENTS = sizeof documents / sizeof *documents,
};

const char *generate_name(size_t index)
{
    return index < DOCUMENTS ? documents[index].template.name : NULL;
}

// The section that a line "@NAME@" asks for.
static const struct section *section_of(const struct section *sections, const char *line,
                                        size_t length)
{
    if (length < 2 || line[0] != '@' || line[length - 1] != '@')
        return NULL;
    for (; sections->name != NULL; sections++)
        if (strlen(sections->name) == length - 2 &&
            memcmp(sections->name, line + 1, length - 2) == 0)
            return sections;
    return NULL;
}

static void write_document(FILE *out, const struct document *document)
{
    const char *end = document->template.end;
    for (const char *line = document->template.begin; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline != NULL ? newline : end) - line);
        const struct section *section = section_of(document->sections, line, length);
        if (section != NULL)
            section->write(out);
        else
            fprintf(out, "%.*s\n", (int)length, line);
        line += length + 1;
    }
}

bool generate(FILE *out, const char *name)
{
    for (size_t i = 0; i < DOCUMENTS; i++) {
        if (strcmp(documents[i].template.name, name) == 0) {
            write_document(out, &documents[i]);
            return true;
        }
    }
    return false;
}
