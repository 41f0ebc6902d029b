// Stands in for the explorer until it is there (delete this file then).
#include "tui/explorer.h"

__attribute__((weak)) int explorer_run(struct heap *heap, const struct explorer_options *options,
                                       struct error *error)
{
    (void)heap, (void)options;
    error_set(error, ERROR_USAGE, "this build has no explorer; give a command (dumpdive --help)");
    return 2;
}
