// `leaks`: suspects, the largest first, each with a reason.
#include "heap/graph/leaks/leaks.h"

#include "heap/heap.h"
#include "views/commands.h"
#include "views/format.h"
#include "views/leak_lines.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum leaks_column {
    LEAKS_RANK,
    LEAKS_SHARE,
    LEAKS_RETAINED,
    LEAKS_REASON,
    LEAKS_ADDRESS,
    LEAKS_TYPE,
    LEAKS_HOLDER,
    LEAKS_PATH,
    LEAKS_SOURCE,
    LEAKS_COLUMNS,
};

enum {
    WITHOUT_MAX = 16,
    LINE_IDS = 16, // row ids: those of a suspect and its lines
};

// With --lines: a suspect as a tree of its lines.
struct suspect {
    struct leak_lines lines;
    bool closed;
};

struct leaks_view {
    struct view view;
    struct leaks *leaks; // NULL before the dominators are known
    bool own;            // `leaks` is this view's, not the heap's
    bool done;
    uint64_t without[WITHOUT_MAX];
    size_t without_count;
    bool with_lines;
    struct suspect *suspects; // of all leaks, once done; NULL: without lines, or out of memory
};

static const struct column columns[] = {
    [LEAKS_RANK] = {.name = "rank", .title = "", .flags = COLUMN_RIGHT},
    [LEAKS_SHARE] = {.name = "share", .flags = COLUMN_DESCENDING, .min_width = 8,
                     .max_width = 12},
    [LEAKS_RETAINED] = {.name = "retained", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [LEAKS_REASON] = {.name = "reason", .flags = COLUMN_GROW, .min_width = 40},
    [LEAKS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT | COLUMN_OPTIONAL},
    [LEAKS_TYPE] = {.name = "type", .flags = COLUMN_HIDDEN},
    [LEAKS_HOLDER] = {.name = "holder", .flags = COLUMN_HIDDEN},
    [LEAKS_PATH] = {.name = "path", .flags = COLUMN_HIDDEN},
    [LEAKS_SOURCE] = {.name = "source", .flags = COLUMN_HIDDEN},
};

static struct leaks_view *leaks_of(struct view *view)
{
    return (struct leaks_view *)view;
}

static const struct leak *leak_at(struct view *view, uint64_t index)
{
    return &leaks_of(view)->leaks->items[index];
}

static uint64_t address_of(struct view *view, const struct leak *leak)
{
    return index_address(heap_index(view->heap), leak->node);
}

// --- data ----------------------------------------------------------------------------------------

static void begin(struct leaks_view *leaks)
{
    struct heap *heap = leaks->view.heap;
    leaks->own = leaks->without_count > 0;
    leaks->leaks = leaks->own ? heap_leaks_without(heap, leaks->without, leaks->without_count)
                              : heap_leaks(heap);
}

static void make_lines(struct leaks_view *leaks)
{
    leaks->suspects = calloc(leaks->leaks->count + 1, sizeof *leaks->suspects);
    for (size_t i = 0; leaks->suspects != NULL && i < leaks->leaks->count; i++)
        leak_lines(leaks->view.heap, &leaks->leaks->items[i], &leaks->suspects[i].lines);
}

static bool leaks_refresh(struct view *view)
{
    struct leaks_view *leaks = leaks_of(view);
    bool done = leaks->done;
    if (leaks->leaks == NULL)
        begin(leaks);
    leaks->done = leaks->leaks != NULL && job_state(&leaks->leaks->job) == JOB_DONE;
    if (leaks->done && !done && leaks->with_lines)
        make_lines(leaks);
    return leaks->done != done;
}

static struct job *leaks_job(struct view *view)
{
    struct leaks_view *leaks = leaks_of(view);
    return leaks->leaks == NULL ? NULL : &leaks->leaks->job;
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t leaks_count(struct view *view, bool *exact)
{
    struct leaks_view *leaks = leaks_of(view);
    *exact = leaks->done;
    return leaks->done ? leaks->leaks->count : 0;
}

static const char *type_of(struct view *view, uint64_t address)
{
    struct type_names *names = heap_type_names(view->heap);
    struct v8_object object;
    if (!v8_object_at(heap_v8(view->heap), address, &object))
        return NULL;
    return type_names_text(names, type_name_of_object(heap_v8(view->heap), names,
                                                      heap_renamed(view->heap), &object));
}

static void fill_figures(struct view *view, uint64_t index, struct row *row)
{
    const struct leak *leak = leak_at(view, index);
    const struct dominators *dominators = leaks_of(view)->leaks->source.dominators;
    row->id = row->target = address_of(view, leak);
    row_number(row, LEAKS_RANK, index + 1);
    row_share(row, LEAKS_SHARE, (double)leak->bytes / (double)dominators->total);
    row_size(row, LEAKS_RETAINED, leak->retained);
    row_address(row, LEAKS_ADDRESS, row->target);
}

static void fill_source(struct view *view, const struct leak *leak, struct row *row)
{
    struct leak_lines lines = {.count = 0};
    leak_lines(view->heap, leak, &lines);
    if (lines.source[0] != '\0')
        row_text(row, LEAKS_SOURCE, ROLE_TEXT, lines.source);
}

static void leaks_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct leak *leak = leak_at(view, index);
    char text[2 * LEAK_TEXT];
    fill_figures(view, index, row);
    const char *type = type_of(view, row->target);
    if (type != NULL)
        row_text(row, LEAKS_TYPE, ROLE_NAME, type);
    if (row->wanted & 1u << LEAKS_REASON)
        row_text(row, LEAKS_REASON, ROLE_NAME,
                 leak_reason(view->heap, leak, text, sizeof text));
    if (row->wanted & 1u << LEAKS_HOLDER)
        row_text(row, LEAKS_HOLDER, ROLE_EDGE,
                 leak_holder(view->heap, leak, text, sizeof text));
    if (row->wanted & 1u << LEAKS_PATH)
        row_text(row, LEAKS_PATH, ROLE_EDGE, leak_path(view->heap, leak, text, sizeof text));
    if (row->wanted & 1u << LEAKS_SOURCE)
        fill_source(view, leak, row);
}

static uint64_t leaks_id(struct view *view, uint64_t index)
{
    return address_of(view, leak_at(view, index));
}

static bool leaks_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    switch (column) {
    case LEAKS_RANK:
        *ret = index + 1;
        return true;
    case LEAKS_RETAINED:
        *ret = leak_at(view, index)->retained;
        return true;
    default:
        return false;
    }
}

static bool leaks_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

// --- rows with lines -----------------------------------------------------------------------------

static uint64_t lines_count(struct view *view, bool *exact)
{
    struct leaks_view *leaks = leaks_of(view);
    uint64_t count = 0;
    *exact = leaks->done;
    for (size_t i = 0; leaks->suspects != NULL && i < leaks->leaks->count; i++)
        count += 1 + (leaks->suspects[i].closed ? 0 : leaks->suspects[i].lines.count);
    return count;
}

// The suspect of a row, and which of its lines it is: 0 for the suspect itself.
static size_t suspect_of(const struct leaks_view *leaks, uint64_t index, size_t *line)
{
    size_t at = 0;
    for (;; at++) {
        const struct suspect *suspect = &leaks->suspects[at];
        uint64_t rows = 1 + (suspect->closed ? 0 : suspect->lines.count);
        if (index < rows || at + 1 >= leaks->leaks->count)
            break;
        index -= rows;
    }
    *line = (size_t)index;
    return at;
}

static uint64_t lines_id(struct view *view, uint64_t index)
{
    size_t line, at = suspect_of(leaks_of(view), index, &line);
    return at * LINE_IDS + line + 1;
}

// What its objects are of is what one wants to see of a suspect.
static const char *member_type(struct view *view, const struct leak *leak)
{
    return leak->member_type != UINT32_MAX
               ? type_names_text(heap_type_names(view->heap), leak->member_type)
               : type_of(view, address_of(view, leak));
}

static void lines_fill(struct view *view, uint64_t index, struct row *row)
{
    struct leaks_view *leaks = leaks_of(view);
    size_t line, at = suspect_of(leaks, index, &line);
    const struct suspect *suspect = &leaks->suspects[at];
    const char *type = member_type(view, leak_at(view, at));
    if (line == 0) {
        fill_figures(view, at, row);
        row->expander = suspect->closed ? EXPAND_CLOSED : EXPAND_OPEN;
        row_text(row, LEAKS_REASON, ROLE_NAME, suspect->lines.holder);
        row_text(row, LEAKS_HOLDER, ROLE_EDGE, suspect->lines.holder);
    } else {
        const struct leak_line *of = &suspect->lines.lines[line - 1];
        row->depth = 1;
        row->target = of->target;
        row_text(row, LEAKS_REASON, of->role, of->text);
    }
    row->id = lines_id(view, index);
    if (type != NULL)
        row_text(row, LEAKS_TYPE, ROLE_NAME, type);
    if (suspect->lines.source[0] != '\0')
        row_text(row, LEAKS_SOURCE, ROLE_TEXT, suspect->lines.source);
}

static bool lines_follow(struct view *view, const struct row *row, char *command, size_t capacity)
{
    const struct leaks_view *leaks = leaks_of(view);
    uint64_t at = (row->id - 1) / LINE_IDS, line = (row->id - 1) % LINE_IDS;
    if (line == 0)
        return leaks_follow(view, row, command, capacity);
    const char *to = leaks->suspects[at].lines.lines[line - 1].command;
    int length = snprintf(command, capacity, "%s", to);
    return length > 0 && (size_t)length < capacity;
}

static bool lines_expand(struct view *view, uint64_t index, bool open)
{
    struct leaks_view *leaks = leaks_of(view);
    size_t line, at = suspect_of(leaks, index, &line);
    if (line != 0 || leaks->suspects[at].closed != open)
        return false;
    leaks->suspects[at].closed = !open;
    return true;
}

// --- status --------------------------------------------------------------------------------------

static void describe(const struct leaks_view *leaks, struct view_status *status)
{
    char size[FORMAT_MAX], before[FORMAT_MAX];
    const struct dominators *dominators = leaks->leaks->source.dominators;
    int used = snprintf(status->detail, sizeof status->detail, "%zu of at least 1 %% of %s",
                        leaks->leaks->count, format_size(size, dominators->total));
    if (leaks->own)
        snprintf(status->detail + used, sizeof status->detail - (size_t)used,
                 " · %s are gone",
                 format_size(before, heap_dominators(leaks->view.heap)->total -
                                         dominators->total));
}

static void leaks_status(struct view *view, struct view_status *status)
{
    struct leaks_view *leaks = leaks_of(view);
    struct stage_progress stage;
    char address[FORMAT_MAX];
    heap_progress(view->heap, STAGE_DOMINATE, &stage);
    status->complete = leaks->done;
    status->progress = stage.total > 0 ? (double)stage.done / (double)stage.total : 0;
    size_t used = (size_t)snprintf(status->title, sizeof status->title, "leak suspects%s",
                                   leaks->without_count > 0 ? " without" : "");
    for (size_t i = 0; i < leaks->without_count && used < sizeof status->title; i++)
        used += (size_t)snprintf(status->title + used, sizeof status->title - used, " %s",
                                 format_address(address, leaks->without[i]));
    if (leaks->done)
        describe(leaks, status);
}

static void leaks_destroy(struct view *view)
{
    struct leaks_view *leaks = leaks_of(view);
    free(leaks->suspects);
    if (leaks->own && leaks->leaks != NULL) {
        job_cancel(&leaks->leaks->job);
        job_release(&leaks->leaks->job);
    }
}

static const struct view_ops leaks_ops = {
    .name = "leaks",
    .columns = columns,
    .column_count = LEAKS_COLUMNS,
    .whole_heap = true,
    .refresh = leaks_refresh,
    .job = leaks_job,
    .count = leaks_count,
    .fill = leaks_fill,
    .id = leaks_id,
    .key = leaks_key,
    .follow = leaks_follow,
    .status = leaks_status,
    .destroy = leaks_destroy,
};

static const struct view_ops lines_ops = {
    .name = "leaks",
    .columns = columns,
    .column_count = LEAKS_COLUMNS,
    .tree = true,
    .refresh = leaks_refresh,
    .job = leaks_job,
    .count = lines_count,
    .fill = lines_fill,
    .id = lines_id,
    .follow = lines_follow,
    .expand = lines_expand,
    .status = leaks_status,
    .destroy = leaks_destroy,
};

// --- command -------------------------------------------------------------------------------------

static bool read_without(struct leaks_view *leaks, const char *text, struct error *error)
{
    while (text != NULL && *text != '\0') {
        char word[32];
        size_t length = strcspn(text, ",");
        if (leaks->without_count == WITHOUT_MAX)
            return error_set(error, ERROR_USAGE, "--without takes at most %d", WITHOUT_MAX);
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        if (!command_address(word, "--without", &leaks->without[leaks->without_count], error))
            return false;
        leaks->without_count++;
        text += length + (text[length] == ',');
    }
    return true;
}

static struct view *leaks_open(struct heap *heap, const struct command_args *args,
                               struct error *error)
{
    struct leaks_view *leaks = calloc(1, sizeof *leaks);
    if (leaks == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    leaks->with_lines = args->option(args, "--lines") != NULL;
    leaks->view = (struct view){.ops = leaks->with_lines ? &lines_ops : &leaks_ops, .heap = heap};
    if (!read_without(leaks, args->option(args, "--without"), error)) {
        view_destroy(&leaks->view);
        return NULL;
    }
    leaks_refresh(&leaks->view);
    return &leaks->view;
}

const struct command command_leaks = {
    .name = "leaks",
    .options =
        (const struct command_option[]){
            {"--lines", NULL, NULL, "several lines a suspect, as the explorer shows them"},
            {"--without", NULL, "ADDR", "as though these objects were gone (ADDR,ADDR,...)"},
            {0},
        },
    .stages = 1u << STAGE_DOMINATE,
    .help = "Where much memory comes together: suspects, the largest first, and who holds them.",
    .rows = &leaks_ops,
    .open = leaks_open,
};
