#include "heap/dump/segments.h"

#include "heap/dump/checked.h"

#include <stdlib.h>

struct builder {
    struct segment *items;
    size_t count;
    const uint8_t *core;
    const struct core_notes *notes;
    const struct objects *objects;
    const struct dump_file *last_file; // of the segment added last
    bool out_of_memory;
};

// One stretch of addresses that has one load or none, and one file or none.
struct piece {
    uint64_t start, end;
    const struct load *load;
    const struct dump_file *file;
};

static void add(struct builder *builder, const struct segment *segment)
{
    struct segment *items = array_grow(builder->items, builder->count, sizeof *items);
    if (items == NULL) {
        builder->out_of_memory = true;
        return;
    }
    builder->items = items;
    items[builder->count++] = *segment;
}

static const struct object *file_object(const struct builder *builder, const struct dump_file *file)
{
    if (builder->objects == NULL || file == NULL)
        return NULL;
    return &builder->objects->items[builder->objects->of_file[file - builder->notes->files]];
}

static struct segment describe(const struct piece *piece, uint64_t start, uint64_t end)
{
    struct segment segment = {
        .start = start,
        .end = end,
        .perm = piece->load != NULL ? piece->load->perm : SEGMENT_READ,
    };
    if (piece->file != NULL) {
        segment.file = piece->file->path;
        segment.file_offset = piece->file->offset + (start - piece->file->start);
    }
    return segment;
}

// The part of the piece that the load promises, from its start.
static uint64_t promised_end(const struct piece *piece)
{
    if (piece->load == NULL)
        return piece->start;
    uint64_t end = piece->load->start + piece->load->promised;
    return end < piece->start ? piece->start : end > piece->end ? piece->end : end;
}

static void fill_from_core(const struct builder *builder, const struct piece *piece,
                           struct segment *segment)
{
    uint64_t into = segment->start - piece->load->start;
    segment->readable = range_clip(into, segment->end - segment->start, piece->load->held);
    segment->saved = segment->readable;
    if (segment->readable == 0)
        return;
    segment->source = SEGMENT_FROM_CORE;
    segment->bytes = builder->core + piece->load->offset + into;
}

// What was mapped from a file and not saved was not changed either: the kernel and gdb save
// private pages once they are written to. (Where a process asked otherwise through
// /proc/PID/coredump_filter there is no heap in the core and nothing to explore.)
static void fill_from_file(const struct builder *builder, const struct piece *piece,
                           struct segment *segment)
{
    const struct object *object = file_object(builder, piece->file);
    if (object == NULL)
        return;
    if (piece->load == NULL)
        segment->perm = object_perm(object, segment->file_offset);
    uint64_t size;
    const uint8_t *bytes = object_bytes(object, segment->file_offset, &size);
    if (bytes == NULL)
        return;
    segment->source = SEGMENT_FROM_FILE;
    segment->bytes = bytes;
    segment->readable = range_clip(0, segment->end - segment->start, size);
}

static void add_piece(struct builder *builder, const struct piece *piece)
{
    bool continues = piece->file != NULL && piece->file == builder->last_file;
    builder->last_file = piece->file;
    uint64_t middle = promised_end(piece);
    struct segment rest = describe(piece, middle, piece->end);
    if (middle < piece->end)
        fill_from_file(builder, piece, &rest);
    if (middle > piece->start) {
        // What nobody has stays part of the segment whose beginning the core has.
        uint64_t end = rest.readable > 0 ? middle : piece->end;
        struct segment saved = describe(piece, piece->start, end);
        fill_from_core(builder, piece, &saved);
        saved.continues = continues;
        continues = true;
        add(builder, &saved);
    }
    if (middle == piece->start || rest.readable > 0) {
        rest.continues = continues;
        add(builder, &rest);
    }
}

// Cut [start, end) where the files change. `file` is the index of the first file that ends after
// `start`; returns the index for what follows.
static size_t add_range(struct builder *builder, uint64_t start, uint64_t end,
                        const struct load *load, size_t file)
{
    const struct core_notes *notes = builder->notes;
    while (start < end && !builder->out_of_memory) {
        while (file < notes->file_count && notes->files[file].end <= start)
            file++;
        const struct dump_file *next = file < notes->file_count ? &notes->files[file] : NULL;
        bool inside = next != NULL && next->start <= start;
        uint64_t until = next == NULL ? end : inside ? next->end : next->start;
        struct piece piece = {
            .start = start,
            .end = until < end ? until : end,
            .load = load,
            .file = inside ? next : NULL,
        };
        if (load != NULL || inside)
            add_piece(builder, &piece);
        start = piece.end;
    }
    return file;
}

bool segments_build(struct memory *ret, const uint8_t *core, const struct loads *loads,
                    const struct core_notes *notes, const struct objects *objects,
                    struct error *error)
{
    struct builder builder = {.core = core, .notes = notes, .objects = objects};
    uint64_t end = 0;
    size_t file = 0;
    for (size_t i = 0; i < loads->count; i++) {
        const struct load *load = &loads->items[i];
        file = add_range(&builder, end, load->start, NULL, file);
        file = add_range(&builder, load->start, load->end, load, file);
        end = load->end;
    }
    add_range(&builder, end, UINT64_MAX, NULL, file);
    *ret = (struct memory){.segments = builder.items, .count = builder.count};
    if (!builder.out_of_memory)
        return true;
    segments_free(ret);
    return error_set(error, ERROR_MEMORY, "out of memory for %zu segments", builder.count);
}

void segments_free(struct memory *memory)
{
    free((void *)(uintptr_t)memory->segments);
    *memory = (struct memory){0};
}
