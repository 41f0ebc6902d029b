// Using and saving an index.
#include "heap/heap_state.h"

#include "heap/graph/saved/place.h"
#include "heap/v8/v8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// --- using ---------------------------------------------------------------------------------------

bool heap_use_index(struct heap *heap, const char *path)
{
    heap->use_index = true;
    heap->index_path = path != NULL ? strdup(path) : NULL;
    return path == NULL || heap->index_path != NULL;
}

bool heap_uses_index(const struct heap *heap)
{
    return heap->use_index;
}

// Where the index of this core is, or will be; owned by the caller.
static char *find_place(const struct heap *heap, const char *asked, struct core_mark *mark,
                        struct error *error)
{
    if (!core_mark_take(heap->v8, heap->precise_roots, mark)) {
        error_set(error, ERROR_IO, "what is no file has no index");
        return NULL;
    }
    if (asked == NULL)
        return index_place(mark, error);
    char *path = strdup(asked);
    if (path == NULL)
        error_set(error, ERROR_MEMORY, "out of memory");
    return path;
}

static bool load(struct heap *heap, struct pool *pool, struct error *error)
{
    struct core_mark mark;
    char *path = find_place(heap, heap->index_path, &mark, error);
    if (path == NULL)
        return false;
    bool there = access(path, F_OK) == 0 || errno != ENOENT;
    bool done = there && saved_read(path, &mark, heap->v8, heap->index, heap->walk, heap->names,
                                    pool, &heap->loaded, error);
    if (!there)
        *error = (struct error){0};
    free(path);
    return done;
}

bool heap_load_index(struct heap *heap, struct pool *pool)
{
    struct error error = {0};
    if (heap->loaded.file != NULL)
        return true; // by an attempt before
    bool done = load(heap, pool, &error);
    if (done)
        error = (struct error){0};
    else
        walk_forget(heap->walk);
    heap->renamed = heap->loaded.renamed;
    heap->loaded.renamed = NULL;
    pthread_mutex_lock(&heap->lock);
    heap->used_index = done;
    heap->index_error = error;
    pthread_mutex_unlock(&heap->lock);
    return done;
}

// --- saving --------------------------------------------------------------------------------------

static bool write_index(struct index_save *save, struct error *error)
{
    struct heap *heap = save->heap;
    struct core_mark mark;
    struct type_table *types = heap_types(heap);
    struct saved_source source = {.v8 = heap->v8, .walk = heap->walk, .index = heap->index,
                                  .renamed = heap->renamed, .names = heap->names,
                                  .graph = &heap->graph,
                                  .dominators = heap_dominators(heap), .types = types};
    bool own = save->path == NULL;
    char *path = find_place(heap, save->path, &mark, error);
    bool done = path != NULL && (!own || index_place_make(path, error)) &&
                saved_write(&source, &mark, path, &save->job, error);
    type_table_release(types);
    pthread_mutex_lock(&heap->lock);
    free(save->path);
    save->path = path;
    pthread_mutex_unlock(&heap->lock);
    return done;
}

static bool run_save(struct job *job, struct pool *pool)
{
    struct index_save *save = (struct index_save *)job;
    struct error error = {0};
    (void)pool;
    bool done = write_index(save, &error);
    pthread_mutex_lock(&save->heap->lock);
    save->error = error;
    pthread_mutex_unlock(&save->heap->lock);
    return done;
}

static void destroy_save(struct job *job)
{
    struct index_save *save = (struct index_save *)job;
    free(save->path);
    free(save);
}

static const struct job_ops save_ops = {.doing = "saving the index", .run = run_save,
                                        .destroy = destroy_save};

static struct index_save *new_save(struct heap *heap, const char *path)
{
    struct index_save *save = calloc(1, sizeof *save);
    if (save == NULL)
        return NULL;
    job_init(&save->job, &save_ops);
    save->heap = heap;
    save->path = path != NULL ? strdup(path) : NULL;
    if (path == NULL || save->path != NULL)
        return save;
    free(save);
    return NULL;
}

static bool begin_save(struct heap *heap, const char *path, struct error *error)
{
    struct index_save *save = new_save(heap, path);
    if (save == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    pthread_mutex_lock(&heap->lock);
    struct index_save *before = heap->saving;
    bool free_to_go = before == NULL || job_ended(&before->job);
    if (free_to_go)
        heap->saving = save;
    pthread_mutex_unlock(&heap->lock);
    if (!free_to_go) {
        job_release(&save->job);
        return error_set(error, ERROR_USAGE, "an index is being saved already");
    }
    if (before != NULL)
        job_release(&before->job);
    heap_submit(heap, &save->job);
    return true;
}

bool heap_save_index(struct heap *heap, const char *path, struct error *error)
{
    struct stage_progress progress;
    heap_progress(heap, STAGE_DOMINATE, &progress);
    if (progress.state != STAGE_DONE)
        return error_set(error, ERROR_USAGE, "an index holds everything: wait until it is complete");
    return begin_save(heap, path, error);
}

void heap_keep_index(struct heap *heap)
{
    if (heap->use_index)
        begin_save(heap, heap->index_path, NULL);
}

// The save under way or the last one, held for the caller; NULL: none.
static struct index_save *held_save(struct heap *heap)
{
    pthread_mutex_lock(&heap->lock);
    struct index_save *save = heap->saving;
    if (save != NULL)
        job_hold(&save->job);
    pthread_mutex_unlock(&heap->lock);
    return save;
}

void heap_index_wait(struct heap *heap)
{
    struct index_save *save = held_save(heap);
    if (save == NULL)
        return;
    heap_job_wait(heap, &save->job);
    job_release(&save->job);
}

void heap_index_status(struct heap *heap, struct index_status *ret)
{
    static const enum stage_state states[] = {
        [JOB_NEW] = STAGE_RUNNING,     [JOB_QUEUED] = STAGE_RUNNING,
        [JOB_RUNNING] = STAGE_RUNNING, [JOB_DONE] = STAGE_DONE,
        [JOB_CANCELLED] = STAGE_CANCELLED, [JOB_FAILED] = STAGE_FAILED,
    };
    struct index_save *save = held_save(heap);
    *ret = (struct index_status){.saving = STAGE_IDLE};
    if (save != NULL)
        ret->saving = states[job_state(&save->job)];
    pthread_mutex_lock(&heap->lock);
    ret->used = heap->used_index;
    memcpy(ret->refused, heap->index_error.text, sizeof ret->refused);
    if (save != NULL && ret->saving == STAGE_DONE && save->path != NULL)
        ret->path = strdup(save->path);
    if (save != NULL)
        memcpy(ret->failed, save->error.text, sizeof ret->failed);
    pthread_mutex_unlock(&heap->lock);
    if (save != NULL)
        job_release(&save->job);
}
