// Batch mode on the sample core: what is printed where, and the exit status.
#include "tui/batch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct heap *heap;

static int open_sample(void **state)
{
    (void)state;
    struct heap_options options = {.dump = {.no_executable = true}};
    struct error error = {0};
    if (heap_open("tests/sample/sample.core.zst", &options, &heap, &error))
        return 0;
    fprintf(stderr, "%s\n", error.text);
    return -1;
}

static int close_sample(void **state)
{
    (void)state;
    heap_close(heap);
    return 0;
}

static int run_lines(const char *text)
{
    FILE *in = fmemopen((char *)(uintptr_t)text, strlen(text), "r");
    assert_non_null(in);
    int status = batch_run_lines(heap, in, TEXT_UTF8);
    fclose(in);
    return status;
}

// Text that ends with a newline is a file of commands.
static int run_command(const char *text)
{
    if (text[strlen(text) - 1] == '\n')
        return run_lines(text);
    struct command_line *line;
    struct error error;
    if (!command_parse(text, &line, &error)) {
        batch_complain(error.text, TEXT_UTF8);
        return EXIT_USAGE;
    }
    int status = batch_run(heap, line, TEXT_UTF8);
    command_line_destroy(line);
    return status;
}

static void read_all(int fd, char *text, size_t capacity)
{
    size_t used = 0;
    ssize_t size;
    lseek(fd, 0, SEEK_SET);
    while (used + 1 < capacity && (size = read(fd, text + used, capacity - used - 1)) > 0)
        used += (size_t)size;
    text[used] = '\0';
}

// Run a command in a child whose standard output is `out`; what it says on standard error.
static int run_child(const char *text, int out, char *complaint, size_t capacity)
{
    char path[] = "/tmp/dumpdive-batch-XXXXXX";
    int err = mkstemp(path), status;
    assert_true(err >= 0);
    unlink(path);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        signal(SIGPIPE, SIG_IGN);
        _exit(run_command(text));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    read_all(err, complaint, capacity);
    close(err);
    return WEXITSTATUS(status);
}

static int run_to_file(const char *text, char *output, size_t capacity, char *complaint)
{
    char path[] = "/tmp/dumpdive-batch-XXXXXX";
    int out = mkstemp(path);
    assert_true(out >= 0);
    unlink(path);
    int status = run_child(text, out, complaint, 512);
    read_all(out, output, capacity);
    close(out);
    return status;
}

static void test_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int status;
        const char *output; // beginning of it
        const char *complaint;
    } cases[] = {
        {"segments --json --filter kind:vsyscall", 0,
         "{\"start\":\"0xffffffffff600000\",\"end\":\"0xffffffffff601000\",\"size\":4096,"
         "\"saved\":",
         ""},
        {"::mappings --tsv --limit 1", 0, "start\tend\tsize\tsaved\tperm\tkind\tfile\n0x400000\t",
         ""},
        {"segments --limit 0", 0, "start", ""},
        {"bytes e37000 16", 3, "address  hex",
         "dumpdive: incomplete: 16 of 16 bytes cannot be read\n"},
        {"segments --sort nope", 1, "",
         "dumpdive: segments cannot be sorted by \"nope\"; columns: start end size saved perm kind "
         "file\n"},
        {"segments --filter (", 1, "",
         "dumpdive: pattern, at character 2: missing closing parenthesis\n"},
        {"segmets", 1, "",
         "dumpdive: there is no command \"segmets\"; did you mean \"segments\"?\n"},
        {"\x1b[2J", 1, "", "dumpdive: there is no command \"\\x1b[2J\"\n"},
        {"bytes 1", 1, "", "dumpdive: nothing is mapped at 0x1\n"},
        {"# the first mapping\n\n ::mappings --tsv --limit 1\n", 0, "start\tend\tsize\t", ""},
        {"segments --limit 0\nbytes e37000 16\nsegments --limit 0\n", 3, "start",
         "dumpdive: incomplete: 16 of 16 bytes cannot be read\n"},
        {"bytes e37000 16\nnope\nsegments --limit 0\n", 1, "address  hex",
         "dumpdive: incomplete: 16 of 16 bytes cannot be read\n"
         "dumpdive: there is no command \"nope\"\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char output[65536], complaint[512];
        int status = run_to_file(cases[i].line, output, sizeof output, complaint);
        assert_string_equal(complaint, cases[i].complaint);
        assert_int_equal(status, cases[i].status);
        assert_memory_equal(output, cases[i].output, strlen(cases[i].output));
        assert_int_equal(output[0] == '\0', cases[i].output[0] == '\0');
    }
}

static void test_write_errors(void **state)
{
    (void)state;
    char complaint[512];
    int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    assert_int_equal(run_child("segments", full, complaint, sizeof complaint), EXIT_PARTIAL);
    assert_string_equal(complaint, "dumpdive: cannot write: No space left on device\n");
    close(full);

    // Nobody reads any more: that is their business.
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(run_child("bytes 400000 0x100000", ends[1], complaint, sizeof complaint),
                     EXIT_COMPLETE);
    assert_string_equal(complaint, "");
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_write_errors),
    };
    return cmocka_run_group_tests_name("tui_batch", tests, open_sample, close_sample);
}
