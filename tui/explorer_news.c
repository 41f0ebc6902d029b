// How the work on the heap ended, said once: stages that ran out of memory, an index used or saved.
#include "tui/explorer_state.h"

#include <stdlib.h>

static void take_stages(struct explorer *explorer)
{
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        struct stage_progress progress;
        heap_progress(explorer->heap, (enum heap_stage)stage, &progress);
        bool fresh = progress.state != explorer->news.stages[stage];
        explorer->news.stages[stage] = progress.state;
        // What a stage builds on has failed before it does.
        if (fresh && progress.state == STAGE_FAILED &&
            (stage == 0 || explorer->news.stages[stage - 1] == STAGE_DONE))
            messages_add(&explorer->messages, true,
                         "%s: out of memory; what was found stays (:resume tries again)",
                         progress.doing);
    }
}

static void say_saved(struct explorer *explorer, const struct index_status *status)
{
    if (status->saving == STAGE_DONE)
        messages_add(&explorer->messages, false, "index saved to %s",
                     status->path != NULL ? status->path : "its place");
    else if (status->saving == STAGE_FAILED)
        messages_add(&explorer->messages, true, "%s", status->failed);
    else if (status->saving == STAGE_CANCELLED)
        messages_add(&explorer->messages, false, "stopped; no index was saved");
}

void news_take(struct explorer *explorer)
{
    struct index_status status;
    if (explorer->heap == NULL)
        return;
    take_stages(explorer);
    heap_index_status(explorer->heap, &status);
    if (!explorer->news.index && status.refused[0] != '\0')
        messages_add(&explorer->messages, true, "%s; a new one will be saved", status.refused);
    if (!explorer->news.index && status.used)
        messages_add(&explorer->messages, false, "everything is from the index that was saved");
    explorer->news.index = status.used || status.refused[0] != '\0';
    if (explorer->news.saving != status.saving)
        say_saved(explorer, &status);
    explorer->news.saving = status.saving;
    free(status.path);
}
