#include "tui/session.h"

#include "tui/explorer_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// --- saving --------------------------------------------------------------------------------------

static void put_line(FILE *out, const char *word, const char *text, size_t length)
{
    fprintf(out, "%s ", word);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' || text[i] == '\\')
            putc('\\', out);
        putc(text[i] == '\n' ? 'n' : text[i], out);
    }
    putc('\n', out);
}

static void put_place(FILE *out, const struct place *place)
{
    put_line(out, "place", place->command, strlen(place->command));
    const char *filter = place->kept && place->filters != NULL ? place->filters : "";
    while (*filter != '\0') {
        size_t length = strcspn(filter, "\n");
        put_line(out, "filter", filter, length);
        filter += length + (filter[length] == '\n');
    }
    if (place->kept && place->sort != NULL)
        put_line(out, "sort", place->sort, strlen(place->sort));
    if (place->kept && place->reverse)
        fputs("reverse\n", out);
    if (place->kept)
        fprintf(out, "row %" PRIu64 " %u\n", place->id, place->line);
}

static void put_session(struct explorer *explorer, FILE *out)
{
    struct place *here = explorer_place(explorer) != NULL ? place_copy(explorer_place(explorer))
                                                          : NULL;
    fputs("# dumpdive session\n", out);
    for (size_t i = 0; i < MARKS; i++) {
        if (explorer->marks[i] == NULL)
            continue;
        put_place(out, explorer->marks[i]);
        fprintf(out, "mark %c\n", (char)('a' + i));
    }
    for (size_t i = 0; i < explorer->notes.count; i++) {
        const struct note *note = &explorer->notes.items[i];
        fprintf(out, "note 0x%" PRIx64, note->address);
        put_line(out, "", note->text, strlen(note->text));
    }
    if (here != NULL) {
        put_place(out, here);
        fputs("here\n", out);
    }
    place_unref(here);
}

bool session_save(struct explorer *explorer, const char *path, struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (out == NULL) {
        if (file >= 0)
            close(file);
        return error_set_errno(error, errno, "cannot write %s", path);
    }
    put_session(explorer, out);
    bool good = !ferror(out);
    if (fclose(out) != 0 || !good) {
        unlink(path);
        return error_set_errno(error, errno, "cannot write %s", path);
    }
    return true;
}

// --- loading -------------------------------------------------------------------------------------

struct reader {
    struct explorer *explorer;
    struct place *place; // being read; NULL: none
    struct place *here;
    const char *path;
    unsigned line;
};

static void unescape(char *text)
{
    char *out = text;
    for (; *text != '\0'; text++) {
        if (*text == '\\' && text[1] != '\0')
            *out++ = *++text == 'n' ? '\n' : *text;
        else
            *out++ = *text;
    }
    *out = '\0';
}

static bool read_place(struct reader *reader, const char *text)
{
    size_t tab;
    place_unref(reader->place);
    bool known = explorer_tab_of(text, &tab);
    reader->place = known ? place_create(tab, text) : NULL;
    return reader->place != NULL;
}

static bool read_filter(struct reader *reader, const char *text)
{
    struct place *place = reader->place;
    char *joined;
    if (place == NULL || asprintf(&joined, "%s%s%s", place->filters != NULL ? place->filters : "",
                                  place->filters != NULL ? "\n" : "", text) < 0)
        return false;
    free(place->filters);
    place->filters = joined;
    return true;
}

static bool read_sort(struct reader *reader, const char *text)
{
    if (reader->place == NULL)
        return false;
    free(reader->place->sort);
    reader->place->sort = strdup(text);
    return reader->place->sort != NULL;
}

static bool read_reverse(struct reader *reader, const char *text)
{
    if (reader->place == NULL || *text != '\0')
        return false;
    return reader->place->reverse = true;
}

static bool read_row(struct reader *reader, const char *text)
{
    struct place *place = reader->place;
    if (place == NULL || sscanf(text, "%" SCNu64 " %u", &place->id, &place->line) != 2)
        return false;
    if (place->filters == NULL)
        place->filters = strdup("");
    return place->kept = place->filters != NULL;
}

static bool read_mark(struct reader *reader, const char *text)
{
    if (reader->place == NULL || *text < 'a' || *text > 'z' || text[1] != '\0')
        return false;
    struct place **mark = &reader->explorer->marks[*text - 'a'];
    place_unref(*mark);
    *mark = reader->place;
    reader->place = NULL;
    return true;
}

static bool read_here(struct reader *reader, const char *text)
{
    if (reader->place == NULL || *text != '\0')
        return false;
    place_unref(reader->here);
    reader->here = reader->place;
    reader->place = NULL;
    return true;
}

static bool read_note(struct reader *reader, const char *text)
{
    char *end;
    uint64_t address = strtoull(text, &end, 16);
    return end != text && *end == ' ' && address != 0 &&
           notes_set(&reader->explorer->notes, address, end + strspn(end, " "));
}

static bool read_line(struct reader *reader, char *line)
{
    static const struct {
        const char *word;
        bool (*read)(struct reader *reader, const char *text);
    } words[] = {
        {"place", read_place},     {"filter", read_filter}, {"sort", read_sort},
        {"reverse", read_reverse}, {"row", read_row},       {"mark", read_mark},
        {"here", read_here},       {"note", read_note},
    };
    size_t length = strcspn(line, " ");
    char *text = line + length + (line[length] == ' ');
    unescape(text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == length && strncmp(words[i].word, line, length) == 0)
            return words[i].read(reader, text);
    }
    return false;
}

bool session_load(struct explorer *explorer, const char *path, struct error *error)
{
    struct reader reader = {.explorer = explorer, .path = path};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return error_set_errno(error, errno, "cannot read %s", path);
    while ((length = getline(&line, &capacity, in)) >= 0) {
        reader.line++;
        if (length > 0 && line[length - 1] == '\n')
            line[length - 1] = '\0';
        if (line[0] != '#' && line[0] != '\0' && !read_line(&reader, line))
            messages_add(&explorer->messages, true, "%s:%u: not understood: %.200s", path,
                         reader.line, line);
    }
    free(line);
    fclose(in);
    if (reader.here != NULL)
        explorer_go_to(explorer, reader.here);
    place_unref(reader.here);
    place_unref(reader.place);
    return true;
}
