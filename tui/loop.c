#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

enum {
    DATA_REDRAW_MS = 200, // least time between two frames that only data asked for
};

static const int loop_signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};

enum {
    SIGNAL_COUNT = sizeof loop_signals / sizeof *loop_signals,
};

// A signal handler can be handed nothing: it sets one of these, and the loop looks at them.
static volatile sig_atomic_t caught[SIGNAL_COUNT];

struct loop {
    const struct loop_client *client;
    struct term *term;
    int wake_fd;
    unsigned escape_delay;
    enum loop_redraw due;
    uint64_t drawn_at;     // last frame that only data asked for
    bool waiting_for_rest; // of a key sequence
    uint64_t hurry_at;     // when the wait for it ends
    bool more_work;
    bool gone;        // the terminal
    int ended_by;     // signal
    sigset_t outside; // signals that are blocked while waiting
    sigset_t before;
    struct sigaction actions[SIGNAL_COUNT];
};

uint64_t loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void handle_signal(int number)
{
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        if (loop_signals[i] == number)
            caught[i] = 1;
    }
}

static void take_signals_over(struct loop *loop)
{
    sigset_t ours;
    struct sigaction action = {.sa_handler = handle_signal};
    sigemptyset(&action.sa_mask);
    sigemptyset(&ours);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        caught[i] = 0;
        sigaddset(&ours, loop_signals[i]);
    }
    sigprocmask(SIG_BLOCK, &ours, &loop->before);
    loop->outside = loop->before;
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        sigdelset(&loop->outside, loop_signals[i]);
        sigaction(loop_signals[i], &action, &loop->actions[i]);
    }
}

static void give_signals_back(struct loop *loop)
{
    for (int i = 0; i < SIGNAL_COUNT; i++)
        sigaction(loop_signals[i], &loop->actions[i], NULL);
    sigprocmask(SIG_SETMASK, &loop->before, NULL);
}

static void want(struct loop *loop, enum loop_redraw redraw)
{
    if (redraw > loop->due)
        loop->due = redraw;
}

static void obey(struct loop *loop, int number)
{
    switch (number) {
    case SIGWINCH:
        term_resize(loop->term);
        want(loop, REDRAW_NOW);
        break;
    case SIGTSTP:
        term_suspend(loop->term);
        want(loop, REDRAW_NOW);
        break;
    case SIGCONT:
        term_resume(loop->term);
        want(loop, REDRAW_NOW);
        break;
    case SIGINT:
        want(loop, loop->client->interrupted(loop->client->data));
        break;
    default:
        loop->ended_by = number;
        break;
    }
}

static void obey_signals(struct loop *loop)
{
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        if (caught[i]) {
            caught[i] = 0;
            obey(loop, loop_signals[i]);
        }
    }
}

static bool is_done(const struct loop *loop)
{
    return loop->gone || loop->ended_by != 0 || loop->client->done(loop->client->data);
}

// --- waiting -------------------------------------------------------------------------------------

static int sooner(int timeout, int64_t wanted)
{
    if (wanted < 0)
        wanted = 0;
    return timeout < 0 || wanted < timeout ? (int)wanted : timeout;
}

static int64_t until_draw(const struct loop *loop, uint64_t now)
{
    return loop->due == REDRAW_NOW ? 0 : (int64_t)(loop->drawn_at + DATA_REDRAW_MS) - (int64_t)now;
}

static int get_timeout(const struct loop *loop)
{
    uint64_t now = loop_now();
    int timeout = loop->client->next_tick(loop->client->data);
    if (loop->more_work)
        return 0;
    if (loop->due != REDRAW_NONE)
        timeout = sooner(timeout, until_draw(loop, now));
    if (loop->waiting_for_rest)
        timeout = sooner(timeout, (int64_t)loop->hurry_at - (int64_t)now);
    return timeout;
}

// All keys that are there; the last one may need time until it is known to be whole.
static void take_keys(struct loop *loop, bool readable)
{
    bool hurry = loop->waiting_for_rest && !readable && loop_now() >= loop->hurry_at;
    struct term_event event;
    if (readable)
        term_read(loop->term);
    else if (!hurry)
        return;
    loop->waiting_for_rest = false;
    while (!is_done(loop)) {
        switch (term_next(loop->term, hurry, &event)) {
        case TERM_NOTHING:
            return;
        case TERM_WAIT:
            loop->waiting_for_rest = true;
            loop->hurry_at = loop_now() + loop->escape_delay;
            return;
        case TERM_GONE:
            loop->gone = true;
            return;
        default:
            want(loop, loop->client->event(loop->client->data, &event));
        }
    }
}

static void wait_for_anything(struct loop *loop)
{
    struct pollfd files[] = {
        {.fd = term_fd(loop->term), .events = POLLIN},
        {.fd = loop->wake_fd, .events = POLLIN},
    };
    int timeout = get_timeout(loop);
    struct timespec time = {timeout / 1000, timeout % 1000 * 1000000L};
    int ready = ppoll(files, 2, timeout >= 0 ? &time : NULL, &loop->outside);
    if (ready < 0 && errno != EINTR)
        loop->gone = true;
    obey_signals(loop);
    if (ready < 0)
        return;
    if (files[0].revents & (POLLERR | POLLNVAL))
        loop->gone = true;
    take_keys(loop, (files[0].revents & (POLLIN | POLLHUP)) != 0);
    if (files[1].revents != 0)
        want(loop, loop->client->published(loop->client->data));
}

static void draw_if_due(struct loop *loop)
{
    uint64_t now = loop_now();
    if (loop->due == REDRAW_NONE || until_draw(loop, now) > 0)
        return;
    if (loop->due == REDRAW_SOON)
        loop->drawn_at = now;
    loop->due = REDRAW_NONE;
    loop->client->draw(loop->client->data);
    loop->more_work = true; // what is seen for the first time may have something to do
}

int loop_run(const struct loop_client *client, struct term *term, int wake_fd,
             unsigned escape_delay)
{
    struct loop loop = {.client = client,
                        .term = term,
                        .wake_fd = wake_fd,
                        .escape_delay = escape_delay,
                        .due = REDRAW_NOW};
    take_signals_over(&loop);
    while (!is_done(&loop)) {
        draw_if_due(&loop);
        wait_for_anything(&loop);
        if (is_done(&loop))
            break;
        if (client->next_tick(client->data) == 0)
            want(&loop, client->tick(client->data));
        // What a key changed is seen first.
        if (loop.due != REDRAW_NOW)
            want(&loop, client->work(client->data, &loop.more_work));
    }
    give_signals_back(&loop);
    return loop.ended_by;
}
