#include "tui/manual/roff.h"

#include "views/text.h"

#include <string.h>

enum {
    ROFF_WIDTH = 76, // of lines in the source
};

// Characters that roff takes for something else than what stands there.
static const char *special(uint32_t code)
{
    switch (code) {
    case '\\':
        return "\\e";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '"':
        return "\\(dq";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '-':
        return "\\-"; // what is typed, not a hyphen
    default:
        return NULL;
    }
}

static void write_literal(FILE *out, const char *text, size_t length)
{
    struct text_point point;
    while (text_decode(text, length, &point)) {
        if (special(point.code) != NULL)
            fputs(special(point.code), out);
        else if (point.code < 0x80)
            putc((int)point.code, out);
        else
            fprintf(out, "\\[u%04X]", (unsigned)point.code);
        text += point.length;
        length -= point.length;
    }
}

void roff_argument(FILE *out, const char *text)
{
    fputs(" \"\\&", out);
    write_literal(out, text, strlen(text));
    putc('"', out);
}

void roff_flag(FILE *out, const char *name)
{
    fputs(" Fl", out);
    roff_argument(out, name[0] == '-' ? name + 1 : name);
}

// A word of running text: options are literal, other hyphens are hyphens; `this` is quoted.
static void write_word(FILE *out, const char *word, size_t length)
{
    const char *end = word + length, *run;
    if (length > 2 && word[0] == '`' && word[length - 1] == '`') {
        fputs("\\(oq", out);
        write_literal(out, word + 1, length - 2);
        fputs("\\(cq", out);
        return;
    }
    bool literal = word[0] == '-' || (word[0] == '(' && word[1] == '-');
    for (; word < end; word = run) {
        run = memchr(word, '-', (size_t)(end - word));
        if (literal || run == NULL)
            run = end;
        write_literal(out, word, (size_t)(run - word));
        if (run < end) {
            putc('-', out);
            run++;
        }
    }
}

void roff_prose(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > ROFF_WIDTH) {
            putc('\n', out);
            column = 0;
        } else if (column > 0) {
            putc(' ', out);
            column++;
        }
        if (column == 0)
            fputs("\\&", out);
        write_word(out, text, length);
        column += length;
        bool sentence_ends = text[length - 1] == '.';
        text += length + strspn(text + length, " ");
        if (sentence_ends && *text != '\0') {
            putc('\n', out);
            column = 0;
        }
    }
    putc('\n', out);
}

void roff_list(FILE *out, const char *width, bool compact)
{
    fprintf(out, ".Bl -tag -width \"%s\"%s\n", width, compact ? " -compact" : "");
}

void roff_item(FILE *out, const char *macro, const char *text)
{
    fprintf(out, ".It %s", macro);
    roff_argument(out, text);
    putc('\n', out);
}

void roff_list_end(FILE *out)
{
    fputs(".El\n", out);
}
