#include "tests/support/views/run.h"

#include "heap/graph/work/job.h"
#include "heap/heap.h"
#include "views/command.h"
#include "views/export.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_MS = 200 };

static void settle(struct heap *heap, struct view *view)
{
    struct job *job;
    while (view->ops->job != NULL && (job = view->ops->job(view)) != NULL && !job_ended(job))
        heap_job_wait(heap, job);
    view_refresh(view);
    while (view_order_step(view, SLICE_MS))
        ;
    view_settle(view);
}

bool run_command(struct heap *heap, const char *text, FILE *out)
{
    struct command_line *line;
    struct error error;
    struct view *view;
    struct view_status status;
    if (!command_parse(text, &line, &error)) {
        fprintf(stderr, "%s: %s\n", text, error.text);
        abort();
    }
    bool open = command_open(heap, line, &view, &error);
    if (open) {
        struct export_options options = {.form = EXPORT_JSON, .charset = TEXT_UTF8,
                                         .limit = command_line_common(line)->limit};
        settle(heap, view);
        view_export(view, out, &options);
        view_status(view, &status);
        view_destroy(view);
    } else {
        fprintf(out, "%s\n", error.text);
    }
    command_line_destroy(line);
    return !open || status.complete;
}

// Behind the commands without options.
static const char *const more[] = {
    "types --by shape --retained --sort retained", "objects --retained --sort retained --limit 20",
    "objects %t --filter value:1 --limit 20", "strings --filter value:keyring --limit 20", "strings --duplicates --limit 20",
    "path %a --all 2", "refs %a --by type", "dominators %a --stores", "inspect %a --depth 3",
    "types --filter Array --sort count --limit 20",
};

static void fill_in(const char *pattern, const char *address, const char *type, char *buffer,
                    size_t capacity)
{
    size_t used = 0;
    for (; *pattern != '\0' && used + 1 < capacity; pattern++) {
        const char *word = pattern[0] != '%' ? NULL : pattern[1] == 'a' ? address : type;
        if (word == NULL)
            buffer[used++] = *pattern;
        else
            used += (size_t)snprintf(buffer + used, capacity - used, "%s", word);
        pattern += word != NULL;
    }
    buffer[used < capacity ? used : capacity - 1] = '\0';
}

static const char *argument_of(const struct command *command)
{
    if (command->arguments == NULL || command->min_arguments == 0)
        return "";
    return strncmp(command->arguments, "ADDR", 4) == 0 ? " %a" : " %t";
}

bool run_line(size_t n, const char *address, const char *type, char *buffer, size_t capacity)
{
    size_t count;
    const struct command *const *commands = command_list(&count);
    char pattern[256];
    if (n >= count + sizeof more / sizeof *more)
        return false;
    if (n < count)
        snprintf(pattern, sizeof pattern, "%s%s --limit 50", commands[n]->name,
                 argument_of(commands[n]));
    else
        snprintf(pattern, sizeof pattern, "%s", more[n - count]);
    fill_in(pattern, address, type, buffer, capacity);
    return true;
}

size_t run_all(struct heap *heap, const char *address, const char *type, FILE *out)
{
    char line[512];
    size_t partial = 0;
    for (size_t n = 0; run_line(n, address, type, line, sizeof line); n++) {
        fprintf(out, "--- %s\n", line);
        partial += !run_command(heap, line, out);
    }
    return partial;
}
