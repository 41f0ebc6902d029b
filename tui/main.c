// dumpdive: where everything is put together.
#include "tui/batch.h"
#include "tui/explorer.h"
#include "tui/manual/generate.h"
#include "tui/options.h"
#include "views/command.h"
#include "views/format.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

// Terminals take what their locale says; files and pipes get UTF-8 whatever the locale is.
static enum text_charset choose_charset(bool ascii)
{
    setlocale(LC_CTYPE, "");
    if (ascii)
        return TEXT_ASCII;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return TEXT_UTF8;
    if (isatty(STDOUT_FILENO) || setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return TEXT_ASCII;
    return TEXT_UTF8;
}

static bool show_unpacking(void *context, uint64_t done, uint64_t total, uint64_t written)
{
    char a[FORMAT_MAX], b[FORMAT_MAX], c[FORMAT_MAX], text[200];
    struct progress *progress = context;
    if (!progress_due(progress))
        return true;
    snprintf(text, sizeof text, "unpacking the core: %s of %s, %s so far", format_size(a, done),
             total > 0 ? format_size(b, total) : "?", format_size(c, written));
    progress_show(progress, text);
    return true;
}

static bool open_heap(struct options *options, enum text_charset charset, struct heap **ret)
{
    struct progress progress;
    struct error error;
    progress_begin(&progress, charset);
    options->heap.dump.progress.report = show_unpacking;
    options->heap.dump.progress.context = &progress;
    bool done = heap_open(options->explorer.core, &options->heap, ret, &error);
    progress_end(&progress);
    if (done && options->use_index && !heap_use_index(*ret, options->index_file)) {
        heap_close(*ret);
        done = error_set(&error, ERROR_MEMORY, "out of memory");
    }
    if (!done)
        batch_complain(error.text, charset);
    return done;
}

static enum exit_status run_batch(struct options *options, enum text_charset charset)
{
    struct command_line *line;
    struct heap *heap;
    struct error error;
    if (!command_parse_argv(options->word_count, options->words, &line, &error)) {
        batch_complain(error.text, charset);
        return EXIT_USAGE;
    }
    enum exit_status status = EXIT_CANNOT_OPEN;
    if (open_heap(options, charset, &heap)) {
        status = batch_run(heap, line, charset);
        heap_close(heap);
    }
    command_line_destroy(line);
    return status;
}

// "-" in place of a command: commands from standard input.
static enum exit_status run_lines(struct options *options, enum text_charset charset)
{
    struct heap *heap;
    if (options->word_count > 1) {
        batch_complain("options of commands go on their lines, not behind -", charset);
        return EXIT_USAGE;
    }
    if (!open_heap(options, charset, &heap))
        return EXIT_CANNOT_OPEN;
    enum exit_status status = batch_run_lines(heap, stdin, charset);
    heap_close(heap);
    return status;
}

static enum exit_status print_results(struct options *options, enum text_charset charset)
{
    signal(SIGPIPE, SIG_IGN);
    bool lines = strcmp(options->words[0], "-") == 0;
    return lines ? run_lines(options, charset) : run_batch(options, charset);
}

static int run_explorer(struct options *options, enum text_charset charset)
{
    struct heap *heap;
    struct error error;
    if (!open_heap(options, charset, &heap))
        return EXIT_CANNOT_OPEN;
    int status = explorer_run(heap, &options->explorer, &error);
    if (status != EXIT_COMPLETE)
        batch_complain(error.text, charset);
    heap_close(heap);
    return status;
}

// "dumpdive types" is nobody's core: say where the command goes.
static bool core_is_command(const char *core, enum text_charset charset)
{
    char text[256];
    bool help = strcmp(core, "help") == 0;
    const struct command *command = command_find(core);
    if ((command == NULL && !help) || access(core, F_OK) == 0)
        return false;
    if (help)
        snprintf(text, sizeof text, "no core given; see dumpdive --help");
    else
        snprintf(text, sizeof text, "no core given: dumpdive CORE %s", command->name);
    batch_complain(text, charset);
    return true;
}

static int run(struct options *options, enum text_charset charset)
{
    static char types[] = "types";
    if (options->explorer.core == NULL) {
        batch_complain("no core given; see dumpdive --help", charset);
        return EXIT_USAGE;
    }
    if (core_is_command(options->explorer.core, charset))
        return EXIT_USAGE;
    if (options->word_count > 0)
        return print_results(options, charset);
    if (options->has_common) {
        batch_complain("there are options for a command, but no command", charset);
        return EXIT_USAGE;
    }
    if (options->explorer.script != NULL || isatty(STDOUT_FILENO))
        return run_explorer(options, charset);
    options->words[options->word_count++] =
        options->explorer.command != NULL ? (char *)(uintptr_t)options->explorer.command : types;
    return print_results(options, charset);
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error;
    if (!options_parse(argc, argv, &options, &error)) {
        batch_complain(error.text, choose_charset(false));
        return EXIT_USAGE;
    }
    enum text_charset charset = choose_charset(options.explorer.ascii);
    int status = EXIT_COMPLETE;
    if (options.help)
        options_help(&options, stdout);
    else if (options.generate != NULL)
        generate(stdout, options.generate);
    else if (options.version)
        printf("dumpdive %s\n", DUMPDIVE_VERSION);
    else
        status = run(&options, charset);
    options_destroy(&options);
    return status;
}
