#include "heap/graph/edges/streams.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { ARENA = 4 << 20 };

_Static_assert(sizeof(struct stream_chunk) == STREAM_CHUNK, "chunks fill whole pages");

bool streams_create(struct stream_set *set, size_t count, uint64_t limit)
{
    *set = (struct stream_set){.count = count, .limit = limit};
    set->streams = calloc(count + 1, sizeof *set->streams);
    return set->streams != NULL;
}

void streams_destroy(struct stream_set *set)
{
    for (size_t i = 0; i < set->arena_count; i++)
        big_array_destroy(&set->arenas[i]);
    free(set->arenas);
    free(set->streams);
    *set = (struct stream_set){0};
}

static bool add_arena(struct stream_set *set)
{
    struct big_array *arenas =
        realloc(set->arenas, (set->arena_count + 1) * sizeof *set->arenas);
    if (arenas == NULL)
        return false;
    set->arenas = arenas;
    bool spill = (uint64_t)set->arena_count * ARENA >= set->limit;
    if (!big_array_create(ARENA, spill ? 0 : UINT64_MAX, &arenas[set->arena_count]))
        return false;
    set->arena_count++;
    set->arena_used = 0;
    return true;
}

bool stream_grow(struct stream_set *set, struct stream *stream)
{
    if ((set->arena_count == 0 || set->arena_used == ARENA) && !add_arena(set))
        return false;
    struct stream_chunk *chunk = (struct stream_chunk *)(void *)(
        (char *)set->arenas[set->arena_count - 1].bytes + set->arena_used);
    set->arena_used += STREAM_CHUNK;
    // What is left of the chunk before is closed by a word that no entry begins with.
    if (stream->last != NULL)
        stream->last->next = chunk;
    else
        stream->first = chunk;
    if (stream->at < stream->end)
        *stream->at = UINT32_MAX;
    stream->last = chunk;
    stream->at = chunk->words;
    stream->end = chunk->words + STREAM_CHUNK_WORDS;
    return true;
}

bool stream_other(struct stream_set *set, size_t number, uint32_t place, uint32_t source,
                  unsigned kind)
{
    struct stream *stream = &set->streams[number];
    if (stream->end - stream->at < 2 && !stream_grow(set, stream))
        return false;
    *stream->at++ = place | (uint32_t)(STREAM_ESCAPES + kind) << STREAM_PLACE_BITS;
    *stream->at++ = source;
    return true;
}

static void enter_chunk(struct stream_reader *reader, struct stream_chunk *chunk)
{
    reader->chunk = chunk;
    reader->at = chunk == NULL ? NULL : chunk->words;
    reader->end = chunk == NULL               ? NULL
                  : chunk == reader->stream->last ? reader->stream->at
                                                  : chunk->words + STREAM_CHUNK_WORDS;
}

void stream_read(const struct stream *stream, struct stream_reader *ret)
{
    *ret = (struct stream_reader){.stream = stream};
    enter_chunk(ret, stream->first);
}

bool stream_next(struct stream_reader *reader)
{
    while (reader->at == reader->end || *reader->at == UINT32_MAX) {
        if (reader->chunk == NULL || reader->chunk == reader->stream->last)
            return false;
        enter_chunk(reader, reader->chunk->next);
    }
    uint32_t entry = *reader->at;
    unsigned step = entry >> STREAM_PLACE_BITS;
    reader->entry = reader->at++;
    reader->place = entry & ((1u << STREAM_PLACE_BITS) - 1);
    if (step < STREAM_ESCAPES) {
        reader->kind = STREAM_STRONG - STREAM_ESCAPES;
        reader->source = reader->strong += step;
    } else {
        reader->kind = step - STREAM_ESCAPES;
        reader->source = *reader->at++;
        if (step == STREAM_STRONG)
            reader->strong = reader->source;
    }
    return true;
}

void stream_drop(struct stream *stream)
{
    struct stream_chunk *chunk = stream->first;
    while (chunk != NULL) {
        struct stream_chunk *next = chunk == stream->last ? NULL : chunk->next;
        // Chunks that follow each other go in one call.
        struct stream_chunk *end = chunk + 1;
        while (next == end) {
            next = next == stream->last ? NULL : next->next;
            end++;
        }
        madvise(chunk, (size_t)((char *)end - (char *)chunk), MADV_DONTNEED);
        chunk = next;
    }
    stream->first = stream->last = NULL;
    stream->at = stream->end = NULL;
}
