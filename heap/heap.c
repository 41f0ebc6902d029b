// The face of the engine. So far it knows the dump only: every stage is done at once.
#include "heap/heap.h"

#include "heap/dump/regions.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct heap {
    struct dump *dump;
    enum region_kind *kinds; // one per segment
    int wake_fd;
};

static bool classify_segments(struct heap *heap)
{
    struct region_facts facts;
    region_facts(heap->dump, &facts);
    heap->kinds = calloc(facts.memory->count + 1, sizeof *heap->kinds);
    if (heap->kinds == NULL)
        return false;
    regions_classify(&facts, heap->kinds);
    return true;
}

bool heap_open(const char *path, const struct heap_options *options, struct heap **ret,
               struct error *error)
{
    struct heap *heap = calloc(1, sizeof *heap);
    if (heap == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    heap->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!dump_open(path, &options->dump, &heap->dump, error)) {
        heap_close(heap);
        return false;
    }
    if (!classify_segments(heap)) {
        heap_close(heap);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    *ret = heap;
    return true;
}

void heap_close(struct heap *heap)
{
    if (heap == NULL)
        return;
    dump_close(heap->dump);
    free(heap->kinds);
    if (heap->wake_fd >= 0)
        close(heap->wake_fd);
    free(heap);
}

const struct dump *heap_dump(const struct heap *heap)
{
    return heap->dump;
}

const char *heap_segment_kind(const struct heap *heap, size_t segment)
{
    return region_kind_name(heap->kinds[segment]);
}

// --- stages --------------------------------------------------------------------------------------

void heap_start(struct heap *heap, enum heap_stage stage)
{
    (void)heap, (void)stage;
}

void heap_wait(struct heap *heap, enum heap_stage stage)
{
    (void)heap, (void)stage;
}

void heap_cancel(struct heap *heap)
{
    (void)heap;
}

void heap_progress(const struct heap *heap, enum heap_stage stage, struct stage_progress *ret)
{
    (void)heap, (void)stage;
    *ret = (struct stage_progress){.state = STAGE_DONE, .doing = ""};
}

int heap_wake_fd(const struct heap *heap)
{
    return heap->wake_fd;
}

void heap_drain(struct heap *heap)
{
    uint64_t count;
    if (read(heap->wake_fd, &count, sizeof count) < 0)
        return; // nothing was there
}

uint64_t heap_generation(const struct heap *heap)
{
    (void)heap;
    return 0;
}
