// `bytes ADDR [LEN]`: memory as it is, 16 bytes a row, whatever lies there; `--words`: 8 bytes a row, and
// what they point to.
#include "heap/heap.h"
#include "heap/v8/object/object.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/subject.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum bytes_column {
    BYTES_ADDRESS,
    BYTES_HEX,
    BYTES_TEXT,
    BYTES_WORD, // of --words
    BYTES_COLUMNS,
};

enum {
    ROW_BYTES = 16,
    WORD_BYTES = 8,
    DEFAULT_LENGTH = 256,
    TAG_BITS = 3,
};

struct bytes_view {
    struct view view;
    uint64_t start, length; // start + length does not wrap
    unsigned row;           // bytes of one
    uint64_t missing;       // bytes that cannot be read; counted when first asked for
    bool missing_known;
};

static const struct column columns[] = {
    [BYTES_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [BYTES_HEX] = {.name = "hex", .min_width = 3 * ROW_BYTES, .flags = COLUMN_UNSORTED},
    [BYTES_TEXT] = {.name = "text", .min_width = ROW_BYTES, .flags = COLUMN_UNSORTED},
};

static const struct column word_columns[] = {
    [BYTES_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [BYTES_HEX] = {.name = "hex", .min_width = 3 * WORD_BYTES, .flags = COLUMN_UNSORTED},
    [BYTES_TEXT] = {.name = "text", .min_width = WORD_BYTES, .flags = COLUMN_UNSORTED},
    [BYTES_WORD] = {.name = "word", .flags = COLUMN_GROW | COLUMN_UNSORTED, .min_width = 16},
};

static struct bytes_view *bytes_of(struct view *view)
{
    return (struct bytes_view *)view;
}

static const struct memory *memory_of(const struct view *view)
{
    return dump_memory(heap_dump(view->heap));
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t bytes_count(struct view *view, bool *exact)
{
    *exact = true;
    const struct bytes_view *bytes = bytes_of(view);
    return bytes->length / bytes->row + (bytes->length % bytes->row != 0);
}

static uint64_t bytes_id(struct view *view, uint64_t index)
{
    const struct bytes_view *bytes = bytes_of(view);
    return bytes->start + index * bytes->row;
}

static bool bytes_find(struct view *view, uint64_t id, uint64_t *index)
{
    const struct bytes_view *bytes = bytes_of(view);
    if (id < bytes->start || id - bytes->start >= bytes->length)
        return false;
    *index = (id - bytes->start) / bytes->row;
    return true;
}

// Hex and text of bytes that may each be there or not: "--" and " " stand for those that are not.
// True when all of them are.
static bool format_bytes(const struct memory *memory, uint64_t address, size_t count, char *hex,
                         char *text)
{
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = 0;
        bool there = memory_read(memory, address + i, &byte, 1, NULL) == MEM_OK;
        if (there)
            snprintf(hex + 3 * i, 4, "%02x ", byte);
        else
            memcpy(hex + 3 * i, "-- ", 4);
        text[i] = !there ? ' ' : byte >= 0x20 && byte < 0x7f ? (char)byte : '.';
        all = all && there;
    }
    hex[3 * count - 1] = '\0';
    text[count] = '\0';
    return all;
}

static const char *absence(const struct memory *memory, uint64_t address, uint64_t size)
{
    uint8_t buffer[ROW_BYTES];
    enum mem_status status = memory_read(memory, address, buffer, (size_t)size, NULL);
    return status == MEM_UNSAVED ? "not saved in the core" : "not mapped";
}

// The object that a word of memory refers to; false: it refers to none.
static bool object_of_word(const struct view *view, uint64_t word, uint64_t *ret)
{
    struct v8_object object;
    *ret = word & ~(uint64_t)TAG_BITS;
    return (word & 1) != 0 && v8_object_at(heap_v8(view->heap), *ret, &object);
}

// What the word of a row points to, if that is anything.
static void fill_word(const struct view *view, uint64_t address, struct row *row)
{
    uint64_t word, object;
    char text[160];
    if (!memory_u64(memory_of(view), address, &word) ||
        memory_segment(memory_of(view), word) == NULL)
        return;
    if (object_of_word(view, word, &object)) {
        row->target = object;
        subject_text(view->heap, object, text, sizeof text);
        row_text(row, BYTES_WORD, ROLE_NAME, text);
        return;
    }
    row->target = word;
    size_t segment = (size_t)(memory_segment(memory_of(view), word) - memory_of(view)->segments);
    row_format(row, BYTES_WORD, ROLE_TEXT, "@%" PRIx64 " in %s", word,
               heap_segment_kind(view->heap, segment));
}

// A row of words leads to what its word points to, one of bytes to its words.
static bool bytes_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    const struct bytes_view *bytes = bytes_of(view);
    uint64_t object, left = bytes->start + bytes->length - row->id;
    int length;
    if (bytes->row == ROW_BYTES)
        length = snprintf(command, capacity, "bytes 0x%" PRIx64 " %" PRIu64 " --words", row->id, left);
    else if (row->target == 0)
        return false;
    else
        length = snprintf(command, capacity, "%s 0x%" PRIx64,
                          object_of_word(view, row->target | 1, &object) ? "inspect" : "whatis",
                          row->target);
    return length > 0 && (size_t)length < capacity;
}

static void bytes_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct bytes_view *bytes = bytes_of(view);
    uint64_t address = bytes_id(view, index);
    uint64_t left = bytes->length - index * bytes->row;
    size_t count = left < bytes->row ? (size_t)left : bytes->row;
    char hex[3 * ROW_BYTES + 1], text[ROW_BYTES + 1];
    bool all = format_bytes(memory_of(view), address, count, hex, text);
    row->id = address;
    row_address(row, BYTES_ADDRESS, address);
    row_text(row, BYTES_HEX, all ? ROLE_TEXT : ROLE_BAD, hex);
    if (all) {
        row_text(row, BYTES_TEXT, ROLE_STRING, text);
        if (bytes->row == WORD_BYTES && count == WORD_BYTES)
            fill_word(view, address, row);
    } else {
        row->state = ROW_BAD;
        row_text(row, BYTES_TEXT, ROLE_BAD, absence(memory_of(view), address, count));
    }
}

// --- status --------------------------------------------------------------------------------------

// Where the first segment behind `address` begins, but not beyond `end`.
static uint64_t next_segment(const struct memory *memory, uint64_t address, uint64_t end)
{
    size_t low = 0, high = memory->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (memory->segments[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < memory->count && memory->segments[low].start < end ? memory->segments[low].start
                                                                    : end;
}

// Bytes of [start, end) that cannot be read, segment by segment.
static uint64_t count_missing(const struct memory *memory, uint64_t start, uint64_t end)
{
    uint64_t missing = 0;
    while (start < end) {
        uint64_t size = 0;
        bool there = memory_view(memory, start, &size) != NULL && size > 0;
        const struct segment *segment = memory_segment(memory, start);
        if (!there)
            size =
                segment != NULL ? segment->end - start : next_segment(memory, start, end) - start;
        if (size > end - start)
            size = end - start;
        missing += there ? 0 : size;
        start += size;
    }
    return missing;
}

static void bytes_status(struct view *view, struct view_status *status)
{
    struct bytes_view *bytes = bytes_of(view);
    char size[FORMAT_MAX];
    if (!bytes->missing_known) {
        bytes->missing = count_missing(memory_of(view), bytes->start, bytes->start + bytes->length);
        bytes->missing_known = true;
    }
    snprintf(status->title, sizeof status->title, "bytes @%" PRIx64, bytes->start);
    snprintf(status->detail, sizeof status->detail, "%s", format_size(size, bytes->length));
    if (bytes->missing > 0)
        snprintf(status->missing, sizeof status->missing, "%s of %" PRIu64 " bytes cannot be read",
                 format_count(size, bytes->missing), bytes->length);
}

#define BYTES_OPS(columns_)                                                                        \
    {                                                                                              \
        .name = "bytes",                                                                           \
        .columns = (columns_),                                                                     \
        .column_count = sizeof(columns_) / sizeof *(columns_),                                     \
        .count = bytes_count,                                                                      \
        .fill = bytes_fill,                                                                        \
        .id = bytes_id,                                                                            \
        .find = bytes_find,                                                                        \
        .follow = bytes_follow,                                                                    \
        .status = bytes_status,                                                                    \
    }

static const struct view_ops bytes_ops = BYTES_OPS(columns);
static const struct view_ops words_ops = BYTES_OPS(word_columns);

// --- command -------------------------------------------------------------------------------------

static bool parse_range(const struct command_args *args, struct bytes_view *bytes,
                        struct error *error)
{
    if (!command_address(args->values[0], "ADDR", &bytes->start, error))
        return false;
    const struct segment *segment = memory_segment(memory_of(&bytes->view), bytes->start);
    if (segment == NULL)
        return error_set(error, ERROR_USAGE, "nothing is mapped at 0x%" PRIx64, bytes->start);
    // Without a length it ends with the segment at the latest.
    uint64_t left = segment->end - bytes->start;
    bytes->length = left < DEFAULT_LENGTH ? left : DEFAULT_LENGTH;
    if (args->count > 1 && !command_number(args->values[1], "LEN", &bytes->length, error))
        return false;
    if (bytes->length > UINT64_MAX - bytes->start)
        bytes->length = UINT64_MAX - bytes->start;
    return true;
}

static struct view *bytes_open(struct heap *heap, const struct command_args *args,
                               struct error *error)
{
    struct bytes_view *bytes = calloc(1, sizeof *bytes);
    if (bytes == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    bool words = args->option(args, "--words") != NULL;
    bytes->view = (struct view){.ops = words ? &words_ops : &bytes_ops, .heap = heap};
    bytes->row = words ? WORD_BYTES : ROW_BYTES;
    if (!parse_range(args, bytes, error)) {
        view_destroy(&bytes->view);
        return NULL;
    }
    return &bytes->view;
}

static const char *const aliases[] = {"dump", "nodebuffer", NULL};

const struct command command_bytes = {
    .name = "bytes",
    .aliases = aliases,
    .arguments = "ADDR [LEN]",
    .min_arguments = 1,
    .max_arguments = 2,
    .options =
        (const struct command_option[]){
            {"--words", NULL, NULL, "8 bytes a row, and what they point to"},
            {0},
        },
    .help = "Memory at an address as hexadecimal numbers and text.",
    .rows = &bytes_ops,
    .open = bytes_open,
};
