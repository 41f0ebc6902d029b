#include "tui/term.h"

#include "tui/capability.h"
#include "tui/clipboard.h"
#include "tui/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

struct term {
    struct term_options options;
    FILE *in, *out;
    SCREEN *screen;
    TermKey *keys;
    struct termios saved; // modes before we came
    bool xterm_like;      // knows xterm's private modes
    bool gone;
};

// --- entering ------------------------------------------------------------------------------------

// The name to run under: TERM if it is known, else the most common one that is. NULL: none.
static const char *choose_type(const char *wanted, char *message, size_t message_size)
{
    static const char *const fallbacks[] = {"xterm-256color", "xterm", "vt100"};
    message[0] = '\0';
    if (wanted != NULL && *wanted != '\0' && capability_type_known(wanted))
        return wanted;
    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++) {
        if (!capability_type_known(fallbacks[i]))
            continue;
        snprintf(message, message_size, "TERM=%s is not known here; taken for %s",
                 wanted != NULL ? wanted : "", fallbacks[i]);
        return fallbacks[i];
    }
    return NULL;
}

static bool open_tty(struct term *term, struct error *error)
{
    const char *type = getenv("TERM");
    if (type != NULL && strcmp(type, "dumb") == 0)
        return error_set(error, ERROR_USAGE,
                         "the terminal (TERM=dumb) cannot show the explorer; name a command for "
                         "plain output, for example: dumpdive CORE types");
    const char *path = "/dev/tty";
    term->in = fopen(path, "r+e"); // libtermkey writes there to switch the keypad on
    term->out = term->in != NULL ? fopen(path, "we") : NULL;
    if (term->out == NULL || tcgetattr(fileno(term->in), &term->saved) != 0)
        return error_set(error, ERROR_USAGE,
                         "there is no terminal to explore on; name a command for plain output, "
                         "for example: dumpdive CORE types");
    return true;
}

static void terminal_string(const char *text, FILE *out)
{
    fputs(text, out);
    fflush(out);
}

// What curses does not switch.
static void private_modes(struct term *term, bool on)
{
    if (!term->xterm_like)
        return;
    terminal_string(on ? PASTE_ON : PASTE_OFF, term->out);
    if (term->options.mouse)
        terminal_string(on ? MOUSE_ON : MOUSE_OFF, term->out);
}

static void input_modes(void)
{
    raw();
    noecho();
    nonl();
    idlok(stdscr, TRUE);
    keypad(stdscr, FALSE);
    nodelay(stdscr, TRUE);
    curs_set(0);
}

static bool start_keys(struct term *term, struct error *error)
{
    term->keys = termkey_new(fileno(term->in), TERMKEY_FLAG_NOTERMIOS | TERMKEY_FLAG_CTRLC);
    if (term->keys == NULL)
        return error_set(error, ERROR_MEMORY, "the keyboard cannot be read");
    termkey_set_waittime(term->keys, (int)term->options.escape_delay);
    termkey_set_canonflags(term->keys, TERMKEY_CANON_DELBS);
    return true;
}

// All that puts the terminal back, as one string that a signal handler can write.
static void prepare_crash(struct term *term)
{
    char text[256] = "";
    static const char *const names[] = {"rmkx", "sgr0", "cnorm", "rmcup"};
    if (term->xterm_like)
        snprintf(text, sizeof text, "%s%s", PASTE_OFF, term->options.mouse ? MOUSE_OFF : "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        capability_append(names[i], text, sizeof text);
    crash_arm(fileno(term->out), text, &term->saved);
}

static const int curses_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

// newterm() installs signal handlers of its own, which do far too much. They go again.
static SCREEN *new_screen(const char *type, FILE *out, FILE *in)
{
    enum { COUNT = sizeof curses_signals / sizeof *curses_signals };
    struct sigaction before[COUNT];
    for (int i = 0; i < COUNT; i++)
        sigaction(curses_signals[i], NULL, &before[i]);
    SCREEN *screen = newterm(type, out, in);
    for (int i = 0; i < COUNT; i++)
        sigaction(curses_signals[i], &before[i], NULL);
    return screen;
}

static bool open_screen(struct term *term, const char *type, struct error *error)
{
    term->screen = new_screen(type, term->out, term->in);
    if (term->screen == NULL)
        return error_set(error, ERROR_USAGE, "the terminal (TERM=%s) cannot be used", type);
    set_term(term->screen);
    capability_slim();
    // Until it was left and entered once, curses flushes at every movement of the cursor: dozens
    // of writes a frame instead of one.
    endwin();
    refresh();
    input_modes();
    return true;
}

static bool open_offscreen(struct term *term, struct error *error)
{
    char unused[128];
    const char *type = choose_type("xterm-256color", unused, sizeof unused);
    term->in = fopen("/dev/null", "re");
    term->out = fopen("/dev/null", "we");
    if (type == NULL || term->in == NULL || term->out == NULL)
        return error_set(error, ERROR_IO, "no terminal description can be found");
    if (!open_screen(term, type, error))
        return false;
    term_set_size(term, term->options.columns, term->options.rows);
    return true;
}

static bool open_onscreen(struct term *term, char *message, size_t message_size,
                          struct error *error)
{
    if (!open_tty(term, error))
        return false;
    const char *type = choose_type(getenv("TERM"), message, message_size);
    if (type == NULL)
        return error_set(error, ERROR_USAGE,
                         "no terminal description can be found (TERMINFO, ncurses-base)");
    setenv("TERM", type, 1); // libtermkey looks there, too
    term->xterm_like = strncmp(type, "xterm", 5) == 0 || strncmp(type, "screen", 6) == 0 ||
                       strncmp(type, "tmux", 4) == 0 || strncmp(type, "rxvt", 4) == 0;
    if (!open_screen(term, type, error))
        return false;
    prepare_crash(term);
    private_modes(term, true);
    return start_keys(term, error);
}

bool term_open(const struct term_options *options, struct term **ret, char *message,
               size_t message_size, struct error *error)
{
    struct term *term = calloc(1, sizeof *term);
    if (term == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    message[0] = '\0';
    term->options = *options;
    bool good = options->offscreen ? open_offscreen(term, error)
                                   : open_onscreen(term, message, message_size, error);
    if (!good) {
        term_close(term);
        return false;
    }
    *ret = term;
    return true;
}

static void leave(struct term *term)
{
    private_modes(term, false);
    if (term->keys != NULL)
        termkey_stop(term->keys);
    if (!isendwin())
        endwin();
}

void term_close(struct term *term)
{
    if (term == NULL)
        return;
    if (term->screen != NULL) {
        leave(term);
        crash_disarm();
        delscreen(term->screen);
    }
    if (term->keys != NULL)
        termkey_destroy(term->keys);
    if (term->in != NULL)
        fclose(term->in);
    if (term->out != NULL)
        fclose(term->out);
    free(term);
}

int term_fd(const struct term *term)
{
    return term->options.offscreen ? -1 : fileno(term->in);
}

// --- keys ----------------------------------------------------------------------------------------

bool term_read(struct term *term)
{
    TermKeyResult result = termkey_advisereadable(term->keys);
    if (result == TERMKEY_RES_ERROR && errno != EINTR && errno != EAGAIN)
        term->gone = true;
    if (result == TERMKEY_RES_EOF)
        term->gone = true;
    return !term->gone;
}

// Reports in the form CSI n ~ that libtermkey has no name for.
static enum term_event_kind unknown_sequence(struct term *term, const TermKeyKey *key)
{
    long values[8];
    size_t count = sizeof values / sizeof *values;
    unsigned long command;
    if (termkey_interpret_csi(term->keys, key, values, &count, &command) != TERMKEY_RES_KEY ||
        command != '~' || count < 1)
        return TERM_NOTHING;
    return values[0] == 200 ? TERM_PASTE_BEGIN : values[0] == 201 ? TERM_PASTE_END : TERM_NOTHING;
}

static enum term_event_kind mouse_event(struct term *term, const TermKeyKey *key,
                                        struct term_event *ret)
{
    TermKeyMouseEvent kind;
    if (termkey_interpret_mouse(term->keys, key, &kind, &ret->button, &ret->row, &ret->column) !=
            TERMKEY_RES_KEY ||
        kind != TERMKEY_MOUSE_PRESS)
        return TERM_NOTHING;
    ret->row--;
    ret->column--;
    return TERM_MOUSE;
}

static enum term_event_kind interpret(struct term *term, const TermKeyKey *key,
                                      struct term_event *ret)
{
    if (key->type == TERMKEY_TYPE_UNKNOWN_CSI)
        return unknown_sequence(term, key);
    if (key->type == TERMKEY_TYPE_MOUSE)
        return mouse_event(term, key, ret);
    return key_from_termkey(key, &ret->key) ? TERM_KEY : TERM_NOTHING;
}

enum term_event_kind term_next(struct term *term, bool hurry, struct term_event *ret)
{
    TermKeyKey key;
    ret->kind = TERM_NOTHING;
    while (!term->options.offscreen) {
        TermKeyResult result =
            hurry ? termkey_getkey_force(term->keys, &key) : termkey_getkey(term->keys, &key);
        if (result == TERMKEY_RES_AGAIN)
            return ret->kind = TERM_WAIT;
        if (result != TERMKEY_RES_KEY)
            break;
        ret->kind = interpret(term, &key, ret);
        if (ret->kind != TERM_NOTHING)
            return ret->kind;
    }
    return ret->kind = term->gone ? TERM_GONE : TERM_NOTHING;
}

// --- clipboard -----------------------------------------------------------------------------------

bool term_copy(struct term *term, const char *text, size_t length)
{
    // GNU screen swallows what it does not know, unless it is told to pass it on. tmux calls itself
    // screen as well, and takes the plain form.
    const char *type = getenv("TERM");
    bool screen = type != NULL && strncmp(type, "screen", 6) == 0 && getenv("STY") != NULL &&
                  getenv("TMUX") == NULL;
    if (!term->options.offscreen && !term->xterm_like)
        return false;
    clipboard_write(term->out, text, length, screen);
    return fflush(term->out) == 0;
}

// --- size, stopping, continuing ------------------------------------------------------------------

void term_set_mouse(struct term *term, bool on)
{
    if (term->options.offscreen || term->options.mouse == on)
        return;
    if (term->xterm_like)
        terminal_string(on ? MOUSE_ON : MOUSE_OFF, term->out);
    term->options.mouse = on;
    prepare_crash(term);
}

bool term_resize(struct term *term)
{
    struct winsize size;
    if (term->options.offscreen || ioctl(fileno(term->in), TIOCGWINSZ, &size) != 0 ||
        size.ws_row == 0 || size.ws_col == 0)
        return false;
    if (size.ws_row == LINES && size.ws_col == COLS)
        return false;
    resizeterm(size.ws_row, size.ws_col);
    return true;
}

void term_set_size(struct term *term, unsigned columns, unsigned rows)
{
    (void)term;
    resizeterm((int)rows, (int)columns);
}

void term_suspend(struct term *term)
{
    if (term->options.offscreen)
        return;
    leave(term);
    tcsetattr(fileno(term->in), TCSANOW, &term->saved);
    // By the signal that job control sends, with its own effect: a process group that nobody could
    // continue (the shell is gone) is then not stopped at all.
    struct sigaction stop = {.sa_handler = SIG_DFL}, ours;
    sigset_t only_stop, before;
    sigemptyset(&only_stop);
    sigaddset(&only_stop, SIGTSTP);
    sigaction(SIGTSTP, &stop, &ours);
    sigprocmask(SIG_UNBLOCK, &only_stop, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    term_resume(term);
}

void term_resume(struct term *term)
{
    if (term->options.offscreen)
        return;
    // The shell may have changed the modes meanwhile: what we come back to is what it has now.
    if (isendwin())
        tcgetattr(fileno(term->in), &term->saved);
    else
        reset_prog_mode();
    prepare_crash(term);
    refresh();
    input_modes();
    private_modes(term, true);
    termkey_start(term->keys);
    term_resize(term);
    clearok(curscr, TRUE);
}
