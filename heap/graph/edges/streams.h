// References on their way into the reverse index, sorted by the stretch of heap they lead to.
//
// Each worker has one stream a stretch, and appends to it in ascending order of source. An entry is
// 32 bits: where in the stretch the target lies, and how far the source is from that of the entry
// before; what does not fit is followed by a second word with the source.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_STREAMS_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_STREAMS_H

#include "heap/graph/work/big_array.h"

enum {
    STREAM_PLACE_BITS = 19, // 16 pages of 2^15 words
    STREAM_CHUNK = 8192,    // bytes
    STREAM_CHUNK_WORDS = STREAM_CHUNK / 4 - 2,
    // Differences of sources from here on say that the source follows, and of what kind the entry
    // is: enum reverse_kind, then a strong reference.
    STREAM_ESCAPES = (1 << (32 - STREAM_PLACE_BITS)) - 4,
    STREAM_STRONG = STREAM_ESCAPES + 3,
};

struct stream_chunk {
    struct stream_chunk *next;
    uint32_t words[STREAM_CHUNK_WORDS];
};

struct stream {
    uint32_t *at, *end;    // where the next entry goes; room until `end`
    struct stream_chunk *first, *last;
    uint32_t source;       // of the last strong entry
    uint64_t strong;       // entries
};

// The streams of one worker.
struct stream_set {
    struct stream *streams;
    size_t count;
    struct big_array *arenas; // chunks lie in these
    size_t arena_count;
    uint64_t arena_used;      // bytes of the last one
    uint64_t limit;           // more bytes than this go to files
};

bool streams_create(struct stream_set *set, size_t count, uint64_t limit);
void streams_destroy(struct stream_set *set); // an empty one is fine

// Make room for an entry of two words. False: out of memory.
bool stream_grow(struct stream_set *set, struct stream *stream);

static inline bool stream_strong(struct stream_set *set, size_t number, uint32_t place,
                                 uint32_t source)
{
    struct stream *stream = &set->streams[number];
    if (stream->end - stream->at < 2 && !stream_grow(set, stream))
        return false;
    uint32_t step = source - stream->source;
    stream->source = source;
    stream->strong++;
    if (step < STREAM_ESCAPES) {
        *stream->at++ = place | step << STREAM_PLACE_BITS;
    } else {
        *stream->at++ = place | (uint32_t)STREAM_STRONG << STREAM_PLACE_BITS;
        *stream->at++ = source;
    }
    return true;
}

// An entry of another kind (enum reverse_kind).
bool stream_other(struct stream_set *set, size_t number, uint32_t place, uint32_t source,
                  unsigned kind);

// Reading a stream again, from its begin.
struct stream_reader {
    struct stream_chunk *chunk;
    uint32_t *at, *end;    // in the chunk
    const struct stream *stream;
    uint32_t *entry;       // the entry read: its place may be overwritten (stream_set_place)
    uint32_t place, source;
    unsigned kind;         // enum reverse_kind, or REVERSE_KINDS: strong
    uint32_t strong;       // source of the last strong entry
};

void stream_read(const struct stream *stream, struct stream_reader *ret);
bool stream_next(struct stream_reader *reader);
static inline void stream_set_place(struct stream_reader *reader, uint32_t place)
{
    *reader->entry = (*reader->entry & ~0u << STREAM_PLACE_BITS) | place;
}

// The stream has been read for the last time: give its memory back.
void stream_drop(struct stream *stream);

#endif
