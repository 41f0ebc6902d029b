// Commands: finding, parsing with the one table, opening.
#include "views/command.h"

#include "heap/heap.h"
#include "heap/v8/v8.h"
#include "views/command_parse.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct command *command_find(const char *name)
{
    size_t count;
    const struct command *const *table = command_list(&count);
    return command_find_in(table, count, name);
}

char *command_usage(const struct command *command, char *buffer, size_t capacity)
{
    size_t used = (size_t)snprintf(buffer, capacity, "%s%s%s", command->name,
                                   command->arguments != NULL ? " " : "",
                                   command->arguments != NULL ? command->arguments : "");
    const struct command_option *option = command->options;
    for (; option != NULL && option->name != NULL && used < capacity; option++)
        used += (size_t)snprintf(buffer + used, capacity - used, " [%s%s%s]", option->name,
                                 option->argument != NULL ? " " : "",
                                 option->argument != NULL ? option->argument : "");
    return buffer;
}

// --- parsing -------------------------------------------------------------------------------------

static bool parse_words(char **words, size_t count, struct command_line **ret, struct error *error)
{
    size_t table_count;
    const struct command *const *table = command_list(&table_count);
    return command_parse_words(table, table_count, words, count, ret, error);
}

bool command_parse(const char *text, struct command_line **ret, struct error *error)
{
    char **words;
    size_t count;
    return command_split(text, &words, &count, error) && parse_words(words, count, ret, error);
}

bool command_parse_argv(size_t argc, char *const *argv, struct command_line **ret,
                        struct error *error)
{
    char **first = NULL;
    size_t count = 0;
    if (argc > 0 && strpbrk(argv[0], " \t") != NULL &&
        !command_split(argv[0], &first, &count, error))
        return false;
    size_t next = first != NULL;
    char **words = realloc(first, (count + argc + 1) * sizeof *words);
    while (words != NULL && next < argc && (words[count] = strdup(argv[next])) != NULL) {
        count++;
        next++;
    }
    if (words == NULL || next < argc) {
        command_words_destroy(words != NULL ? words : first, count);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    return parse_words(words, count, ret, error);
}

const struct command *command_line_command(const struct command_line *line)
{
    return line->args.command;
}

const struct command_common *command_line_common(const struct command_line *line)
{
    return &line->common;
}

// --- opening -------------------------------------------------------------------------------------

static bool apply(struct view *view, const struct command_common *common, struct error *error)
{
    for (size_t i = 0; i < common->filter_count; i++)
        if (!view_filter_add(view, common->filters[i], error))
            return false;
    if (common->sort == NULL && !common->reverse)
        return true;
    const char *column = common->sort;
    bool reverse;
    if (column == NULL)
        view_sort_get(view, &column, &reverse);
    return view_sort(view, column, common->reverse, error);
}

bool command_open(struct heap *heap, const struct command_line *line, struct view **ret,
                  struct error *error)
{
    int64_t isolate = line->common.isolate;
    if (heap != NULL && isolate >= 0 && (uint64_t)isolate >= heap_v8(heap)->isolate_count)
        return error_set(error, ERROR_USAGE, "there is no isolate %" PRId64 ": the process had %zu",
                         isolate, heap_v8(heap)->isolate_count);
    struct view *view = line->args.command->open(heap, &line->args, error);
    if (view == NULL)
        return false;
    if (!apply(view, &line->common, error)) {
        view_destroy(view);
        return false;
    }
    *ret = view;
    return true;
}
