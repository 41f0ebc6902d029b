// One line of progress on standard error: only on a terminal, only when the work takes longer than
// a second, at most twice a second, and gone when the work is over.
#ifndef DUMPDIVE_TUI_PROGRESS_H
#define DUMPDIVE_TUI_PROGRESS_H

#include "views/text.h"

struct progress {
    double began, shown;
    bool enabled, visible;
    enum text_charset charset;
};

void progress_begin(struct progress *progress, enum text_charset charset);
// It would be shown now: worth formatting.
bool progress_due(const struct progress *progress);
void progress_show(struct progress *progress, const char *text);
// Take the line away.
void progress_end(struct progress *progress);

#endif
