// Command lines as text: words and quoting.
#include "views/command_parse.h"

#include <stdlib.h>
#include <string.h>

void command_words_destroy(char **words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(words[i]);
    free(words);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

// Copy what is between quotes; returns where it ends, NULL when the closing quote is missing.
static const char *take_quoted(const char *text, char **out)
{
    char quote = *text++;
    while (*text != quote) {
        if (*text == '\0')
            return NULL;
        if (quote == '"' && *text == '\\' && (text[1] == '"' || text[1] == '\\'))
            text++;
        *(*out)++ = *text++;
    }
    return text + 1;
}

// Copy one word into `out`, which has room for the whole line.
static const char *take_word(const char *text, char *out)
{
    while (text != NULL && *text != '\0' && !is_blank(*text)) {
        if (is_quote(*text)) {
            text = take_quoted(text, &out);
            continue;
        }
        if (*text == '\\' && (is_quote(text[1]) || is_blank(text[1])))
            text++;
        else if (*text == '\\' && text[1] == '\\')
            *out++ = *text++; // the second one does not escape what follows it
        *out++ = *text++;
    }
    *out = '\0';
    return text;
}

static bool push_word(char ***words, size_t *count, const char *word)
{
    char **more = realloc(*words, (*count + 1) * sizeof *more);
    if (more == NULL)
        return false;
    *words = more;
    more[*count] = strdup(word);
    return more[*count] != NULL && ++*count > 0;
}

bool command_split(const char *text, char ***ret, size_t *count, struct error *error)
{
    char **words = NULL;
    *count = 0;
    char *word = malloc(strlen(text) + 1);
    bool done = word != NULL;
    for (;;) {
        while (is_blank(*text))
            text++;
        if (!done || *text == '\0')
            break;
        text = take_word(text, word);
        if (text == NULL) {
            free(word);
            command_words_destroy(words, *count);
            return error_set(error, ERROR_USAGE, "a quote is not closed");
        }
        done = push_word(&words, count, word);
    }
    free(word);
    if (!done) {
        command_words_destroy(words, *count);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    *ret = words;
    return true;
}

static bool needs_quotes(const char *text, size_t length)
{
    if (length == 0 || *text == '-')
        return true;
    for (size_t i = 0; i < length; i++)
        if (is_blank(text[i]) || is_quote(text[i]) || text[i] == '\\')
            return true;
    return false;
}

bool command_quote(const char *text, size_t length, char *buffer, size_t capacity)
{
    if (capacity == 0)
        return false;
    bool quotes = needs_quotes(text, length);
    size_t used = 0;
    buffer[0] = '\0';
    if (memchr(text, '\0', length) != NULL || 2 * length + 3 > capacity)
        return false;
    if (quotes)
        buffer[used++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            buffer[used++] = '\\';
        buffer[used++] = text[i];
    }
    if (quotes)
        buffer[used++] = '"';
    buffer[used] = '\0';
    return true;
}
