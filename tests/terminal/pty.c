// Run a program on a pseudo-terminal, type keys, and measure: how long until the screen answers, and
// how many bytes it takes.
//
//   pty [-t TERM] [-s COLSxROWS] [-w MS] [-u TEXT] [-q MS] [-r TIMES] [-o FILE] KEYS PROGRAM ARGUMENT...
//
// KEYS are words with blanks between, each typed at once: `j`, `gg`, `\e3` (Escape), `\r`, `^F`, `\s`
// (a blank); `@120x40` is none but changes the size of the terminal. Before the first one the program is
// given the time to draw (-w, 500 ms; -u, until TEXT has come), behind each one its frame has to be
// complete (nothing comes for 40 ms, or -q). With -r all keys are typed so many times over. The output
// goes to -o FILE. Printed: for each key the milliseconds until the last byte of its frame came (until
// the program waits again, where nothing changed), the bytes of all frames that came, and the milliseconds that the
// program's first thread ran; then the worst and the median of these, and the bytes of the largest single frame. The
// exit status is that of the program.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    KEYS_MAX = 65536,
    QUIET_MS = 40,
    FRAME_GAP_MS = 5, // between two parts of one frame
    ANSWER_MS = 2000, // longest wait for an answer
    SLOW_MS = 50,     // of a key that is named in any case
    UNTIL_MS = 30000, // longest wait for a text
};

struct run {
    int terminal, other_side; // as the program has it
    FILE *output;
    double *waits, *bytes, *works;
    long worst_frame; // bytes
    pid_t child;
    size_t count;
    int quiet; // milliseconds without output behind a key
    char taken[65536]; // what came last
    size_t taken_length;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

// Take what comes within `ms`. Returns the bytes; negative: the program is gone.
static long take(struct run *run, int ms)
{
    struct pollfd file = {.fd = run->terminal, .events = POLLIN};
    int ready = poll(&file, 1, ms);
    run->taken_length = 0;
    if (ready <= 0)
        return 0;
    ssize_t length = read(run->terminal, run->taken, sizeof run->taken);
    if (length <= 0)
        return -1;
    run->taken_length = (size_t)length;
    if (run->output != NULL)
        fwrite(run->taken, 1, (size_t)length, run->output);
    return (long)length;
}

// Take all until `text` comes; it may not come in two parts.
static void take_until(struct run *run, const char *text)
{
    double end = now_ms() + UNTIL_MS;
    while (now_ms() < end && take(run, QUIET_MS) >= 0) {
        if (memmem(run->taken, run->taken_length, text, strlen(text)) != NULL)
            return;
    }
    printf("    '%s' never came\n", text);
}

// Take all until nothing comes for `quiet` milliseconds, but no longer than `most`.
static long settle(struct run *run, int quiet, double most)
{
    double end = now_ms() + most;
    long total = 0, length;
    while ((length = take(run, quiet)) > 0 && now_ms() < end)
        total += length;
    return total;
}

static size_t unescape(const char *word, size_t length, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        bool more = i + 1 < length;
        if (word[i] == '\\' && more) {
            char c = word[++i];
            out[used++] = c == 'e' ? '\033' : c == 'r' ? '\r' : c == 't' ? '\t' : c == 's' ? ' ' : c;
        } else if (word[i] == '^' && more) {
            out[used++] = (char)(word[++i] & 0x1f);
        } else {
            out[used++] = word[i];
        }
    }
    return used;
}

// Milliseconds that the program's first thread has run: what is left of a wait on a machine that others
// use as well.
static double ran_ms(const struct run *run)
{
    char path[64];
    double ran = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", (int)run->child, (int)run->child);
    FILE *file = fopen(path, "re");
    if (file == NULL || fscanf(file, "%lf", &ran) != 1)
        ran = 0;
    if (file != NULL)
        fclose(file);
    return ran / 1e6;
}

static bool type_word(const struct run *run, const char *word, size_t length)
{
    char key[256];
    struct winsize size = {0};
    if (length > sizeof key)
        return false;
    if (word[0] == '@' && sscanf(word + 1, "%hux%hu", &size.ws_col, &size.ws_row) == 2)
        return ioctl(run->terminal, TIOCSWINSZ, &size) == 0;
    size_t bytes = unescape(word, length, key);
    return write(run->terminal, key, bytes) == (ssize_t)bytes;
}

// Does the program's first thread wait for input, having run since it had run for `ran`?
static bool waits_again(const struct run *run, double ran)
{
    char path[64];
    long call = -1;
    if (ran_ms(run) <= ran)
        return false;
    snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)run->child, (int)run->child);
    FILE *file = fopen(path, "re");
    if (file == NULL || fscanf(file, "%ld", &call) != 1)
        call = -1;
    if (file != NULL)
        fclose(file);
    return call == SYS_ppoll;
}

// Has the program read all that was typed?
static bool has_read(const struct run *run)
{
    int left = 0;
    return ioctl(run->other_side, FIONREAD, &left) == 0 && left == 0;
}

// Wait for a key's frame to begin. Returns the bytes that came, 0 when the key changed nothing: the
// program waits for input again, or goes on with other work and would have drawn long ago (one that is
// still about the key makes the next one wait).
static long take_first(struct run *run, double ran, double *end)
{
    double begin = now_ms(), read = 0;
    long length;
    do {
        length = take(run, 1);
        *end = now_ms();
        if (read == 0 && has_read(run))
            read = *end;
        if (length == 0 && read > 0 && *end > read + QUIET_MS) {
            *end = read;
            return 0;
        }
    } while (length == 0 && *end < begin + ANSWER_MS && !waits_again(run, ran));
    return length;
}

// Take one frame. Returns its bytes, 0 when the key changed nothing; negative: the program is gone.
// `*end`: when its last byte came.
static long take_frame(struct run *run, double ran, double *end)
{
    long total = 0, length = take_first(run, ran, end);
    for (; length > 0; length = take(run, FRAME_GAP_MS)) {
        total += length;
        *end = now_ms();
    }
    return length < 0 ? -1 : total;
}

static void note_frame(struct run *run, long bytes)
{
    if (bytes > run->worst_frame)
        run->worst_frame = bytes;
}

// Take the frames that come behind it, of rows that were found meanwhile. Returns the bytes of all.
static long take_rest(struct run *run)
{
    double end = now_ms() + ANSWER_MS;
    long all = 0, length;
    while ((length = take(run, run->quiet)) > 0 && now_ms() < end) {
        long total = length;
        while ((length = take(run, FRAME_GAP_MS)) > 0)
            total += length;
        note_frame(run, total);
        all += total;
    }
    return all;
}

static bool type_key(struct run *run, const char *word, size_t length, bool tell)
{
    double begin = now_ms(), ran = ran_ms(run), end;
    if (!type_word(run, word, length))
        return false;
    long first = take_frame(run, ran, &end);
    double wait = end - begin;
    run->works[run->count] = ran_ms(run) - ran;
    if (first < 0)
        return false;
    note_frame(run, first);
    long bytes = first + take_rest(run);
    run->waits[run->count] = wait;
    run->bytes[run->count++] = (double)bytes;
    if (tell || wait > SLOW_MS)
        printf("    %-8.*s %7.1f ms %6ld bytes %6.1f ms of work\n", (int)length, word, wait, bytes,
               run->works[run->count - 1]);
    return true;
}

static void type_all(struct run *run, const char *keys, bool tell)
{
    while (*keys != '\0') {
        size_t length = strcspn(keys, " \n");
        if (length > 0 && (run->count == KEYS_MAX || !type_key(run, keys, length, tell)))
            return;
        keys += length + (keys[length] != 0);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void summarise(struct run *run)
{
    qsort(run->waits, run->count, sizeof *run->waits, compare);
    qsort(run->works, run->count, sizeof *run->works, compare);
    qsort(run->bytes, run->count, sizeof *run->bytes, compare);
    if (run->count == 0)
        return;
    size_t last = run->count - 1;
    printf("keys %zu  worst-ms %.1f  p99-ms %.1f  median-ms %.1f  worst-bytes %.0f  median-bytes "
           "%.0f  "
           "worst-work-ms %.1f  p99-work-ms %.1f  worst-frame %ld\n",
           run->count, run->waits[last], run->waits[last * 99 / 100], run->waits[last / 2],
           run->bytes[last], run->bytes[last / 2], run->works[last], run->works[last * 99 / 100],
           run->worst_frame);
}

int main(int argc, char **argv)
{
    static struct run run = {.quiet = QUIET_MS};
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    const char *until = NULL;
    int option, status = 0, warm = 500, times = 1;
    while ((option = getopt(argc, argv, "+t:s:w:u:q:r:o:")) != -1) {
        if (option == 't')
            setenv("TERM", optarg, 1);
        else if (option == 's')
            sscanf(optarg, "%hux%hu", &size.ws_col, &size.ws_row);
        else if (option == 'w')
            warm = atoi(optarg);
        else if (option == 'u')
            until = optarg;
        else if (option == 'q')
            run.quiet = atoi(optarg);
        else if (option == 'r')
            times = atoi(optarg);
        else if (option == 'o')
            run.output = fopen(optarg, "w");
        else
            return 64;
    }
    if (argc - optind < 2)
        return 64;
    run.waits = calloc(KEYS_MAX, sizeof *run.waits);
    run.bytes = calloc(KEYS_MAX, sizeof *run.bytes);
    run.works = calloc(KEYS_MAX, sizeof *run.works);
    pid_t child = run.child = forkpty(&run.terminal, NULL, NULL, &size);
    if (child == 0) {
        execvp(argv[optind + 1], argv + optind + 1);
        _exit(127);
    }
    run.other_side = child > 0 ? open(ptsname(run.terminal), O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (run.other_side < 0 || run.waits == NULL || run.bytes == NULL || run.works == NULL)
        return 65;
    if (until != NULL)
        take_until(&run, until);
    settle(&run, warm, warm * 4.0);
    for (int i = 0; i < times; i++)
        type_all(&run, argv[optind], times == 1);
    summarise(&run);
    fflush(stdout);
    // Out of a prompt, then out of it all; together the two would be Alt-Q.
    bool left = write(run.terminal, "\033", 1) == 1;
    settle(&run, 200, 1000);
    left = left && write(run.terminal, "Q", 1) == 1;
    settle(&run, left ? 500 : 0, 2000);
    close(run.other_side);
    close(run.terminal);
    waitpid(child, &status, 0);
    if (run.output != NULL)
        fclose(run.output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
