#include "tui/crash.h"

#include "tui/options.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STACK_BYTES = 1 << 16,
};

static const int fatal_signals[] = {SIGSEGV, SIGABRT, SIGILL, SIGFPE, SIGBUS};

enum {
    FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals,
};

// A signal handler can be handed nothing: what it needs is kept here.
static struct {
    volatile sig_atomic_t armed;
    int fd;
    char text[512];
    size_t length;
    struct termios modes;
    struct sigaction before[FATAL_COUNT];
    bool installed[FATAL_COUNT];
    char stack[STACK_BYTES]; // a stack that overflowed cannot run the handler
} crash;

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void handle_fatal(int number)
{
    if (crash.armed) {
        crash.armed = 0;
        ssize_t ignored = write(crash.fd, crash.text, crash.length);
        (void)ignored;
        tcsetattr(crash.fd, TCSANOW, &crash.modes);
        char digits[3] = {(char)('0' + number / 10), (char)('0' + number % 10), '\0'};
        say("\ndumpdive " DUMPDIVE_VERSION " crashed (signal ");
        say(digits);
        say("). Please report what you did; the dump's content stays with you.\n");
    }
    // Whoever was there before (a sanitizer, the default) gets the signal now.
    for (int i = 0; i < FATAL_COUNT; i++) {
        if (fatal_signals[i] == number)
            sigaction(number, &crash.before[i], NULL);
    }
    raise(number);
}

// A handler that is there already knows better: reading a file that shrinks raises SIGBUS, and the
// memory layer turns that into an error. It hands on what is not its own.
static bool leave_alone(int number, const struct sigaction *before)
{
    return number == SIGBUS && before->sa_handler != SIG_DFL;
}

static void install(void)
{
    stack_t stack = {.ss_sp = crash.stack, .ss_size = sizeof crash.stack};
    stack_t old;
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE))
        sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = handle_fatal, .sa_flags = SA_NODEFER | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FATAL_COUNT; i++) {
        if (crash.installed[i])
            continue;
        sigaction(fatal_signals[i], NULL, &crash.before[i]);
        if (leave_alone(fatal_signals[i], &crash.before[i]))
            continue;
        sigaction(fatal_signals[i], &action, NULL);
        crash.installed[i] = true;
    }
}

void crash_arm(int fd, const char *text, const struct termios *modes)
{
    crash.armed = 0;
    crash.fd = fd;
    crash.length = strlen(text) < sizeof crash.text ? strlen(text) : sizeof crash.text;
    memcpy(crash.text, text, crash.length);
    crash.modes = *modes;
    install();
    crash.armed = 1;
}

void crash_disarm(void)
{
    crash.armed = 0;
    for (int i = 0; i < FATAL_COUNT; i++) {
        if (crash.installed[i])
            sigaction(fatal_signals[i], &crash.before[i], NULL);
        crash.installed[i] = false;
    }
}
