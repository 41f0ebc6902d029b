// Command lines may be anything; what is quoted is read back as it was; patterns and what they are
// matched with may be anything too.
#include "tests/support/fuzz.h"
#include "views/command.h"
#include "views/command_parse.h"
#include "views/match.h"

#include <stdlib.h>
#include <string.h>

static void write_seeds(const char *folder)
{
    static const char *const seeds[] = {
        "types --by shape --filter name:Foo --sort count --reverse --limit 5 --json",
        "0x1234::dump -- 'a b' \"c\\\"d\"",
        "^(a|aa)+$\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        "(?<=\\d)\\p{Lu}\\K.\n1\xc3\x89\xff",
    };
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
        fuzz_seed(folder, (char[]){'a' + (char)i, '\0'}, seeds[i], strlen(seeds[i]));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_main(*argc, *argv, write_seeds);
    return 0;
}

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void parse(const char *text)
{
    struct command_line *line;
    struct error error = {0};
    if (command_parse(text, &line, &error)) {
        require(command_line_command(line) != NULL);
        command_line_destroy(line);
    } else {
        require(error.code == ERROR_USAGE && error.text[0] != '\0');
    }
}

static void quote(const char *text, size_t size)
{
    char **words;
    size_t count, capacity = 2 * size + 3;
    char *quoted = malloc(capacity);
    if (quoted != NULL && command_quote(text, size, quoted, capacity)) {
        require(command_split(quoted, &words, &count, NULL));
        require(count == 1 && strlen(words[0]) == size && memcmp(words[0], text, size) == 0);
        command_words_destroy(words, count);
    }
    free(quoted);
}

// The first line is the pattern, the rest is matched.
static void match(const char *text, size_t size)
{
    size_t length = strcspn(text, "\n"), start, end;
    struct view_match *pattern;
    char *copy = strndup(text, length);
    if (copy != NULL && length < size && view_match_create(copy, &pattern, NULL)) {
        const char *rest = text + length + 1;
        if (match_text(pattern, rest, size - length - 1, 0, &start, &end) == MATCH_YES)
            require(start <= end && end <= size - length - 1);
        view_match_destroy(pattern);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    parse(text);
    quote(text, size);
    match(text, size);
    free(text);
    return 0;
}
