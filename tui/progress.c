#include "tui/progress.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static const double delay = 1.0, interval = 0.5;

enum {
    LINE_COLUMNS = 78,
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void progress_begin(struct progress *progress, enum text_charset charset)
{
    *progress = (struct progress){.began = now(), .charset = charset};
    progress->enabled = isatty(STDERR_FILENO);
}

bool progress_due(const struct progress *progress)
{
    double time = now();
    return progress->enabled && time - progress->began >= delay &&
           time - progress->shown >= interval;
}

void progress_show(struct progress *progress, const char *text)
{
    char line[4 * LINE_COLUMNS + 1];
    if (!progress_due(progress))
        return;
    size_t columns =
        text_fit(text, strlen(text), progress->charset, LINE_COLUMNS, line, sizeof line);
    fprintf(stderr, "\r%s%*s", line, (int)(LINE_COLUMNS - columns), "");
    fflush(stderr);
    progress->shown = now();
    progress->visible = true;
}

void progress_end(struct progress *progress)
{
    if (progress->visible)
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
    fflush(stderr);
    progress->visible = false;
}
