// Putting the terminal back when the program dies of a fatal signal.
#ifndef DUMPDIVE_TUI_CRASH_H
#define DUMPDIVE_TUI_CRASH_H

#include <termios.h>

// From now on a fatal signal writes `text` to `fd`, restores `modes` there, says on standard error
// that the program crashed, and lets the signal kill the process. May be called again.
void crash_arm(int fd, const char *text, const struct termios *modes);
void crash_disarm(void);

#endif
